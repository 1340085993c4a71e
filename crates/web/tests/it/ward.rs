//! A hospital with people signed in, for the tests of answering.

use crate::world::{Answer, Visitor, World};
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{AssessmentId, FacilityId, PersonId, QuestionId};
use hakutaku_model::person::Role;
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::{Act, AnswerRow, NewAnswer, NewAssessment, NewPerson};
use serde_json::Value;

/// A hospital that answers the IT form this year.
pub(crate) struct Ward {
    pub(crate) world: World,
    pub(crate) facility: FacilityId,
    pub(crate) assessment: AssessmentId,
}

/// Somebody at a browser.
pub(crate) struct Somebody {
    pub(crate) id: PersonId,
    pub(crate) browser: Visitor,
}

/// A question without conditions.
pub(crate) const QUESTION: &str = "it-backup-01";
/// Another one of the same field.
pub(crate) const NEXT: &str = "it-backup-02";

impl Ward {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let (store, act) = (&world.app.store, Act::system(world.now()));
        store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
        let profile = FacilityProfile {
            name: "Shirasawa Memorial".into(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 10,
        };
        let forms = ["hospital-it", "executive", "network-typology"].map(Into::into);
        let facility = store.create_facility(&act, &profile, &forms).await.expect("created").id;
        let mut ward = Self { world, facility, assessment: AssessmentId(uuid::Uuid::nil()) };
        ward.assessment = ward.open("hospital-it", ward.this_year(), None).await;
        ward
    }

    pub(crate) fn act(&self) -> Act {
        Act::system(self.world.now())
    }

    pub(crate) fn this_year(&self) -> FiscalYear {
        FiscalYear::of(self.world.now().date_in_japan())
    }

    pub(crate) async fn open(&self, form: &str, year: FiscalYear, respondent: Option<&str>) -> AssessmentId {
        let edition = self.world.app.catalogue.questionnaire(form).expect("known").edition.clone();
        let new = NewAssessment { questionnaire: form.into(), edition, year, respondent: respondent.map(Into::into) };
        self.world.app.store.create_assessment(&self.act(), self.facility, &new).await.expect("opened").id
    }

    /// Somebody of the hospital, looking at a page already.
    pub(crate) async fn somebody(&self, name: &str, role: Role) -> Somebody {
        let (store, act) = (&self.world.app.store, self.act());
        let new =
            NewPerson { username: name.to_lowercase(), display_name: name.into(), lang: Lang::En, password_hash: None };
        let id = store.create_person(&act, &new).await.expect("created").id;
        store.grant(&act, id, Some(self.facility), role).await.expect("granted");
        let session = store.create_session(&Act::person(id, act.at), id, true).await.expect("begun");
        let mut browser = self.world.visitor();
        browser.cookies.insert("hakutaku-session".into(), session.token);
        browser.get("/").await.is(200);
        Somebody { id, browser }
    }

    /// The address of the assessment's pages.
    pub(crate) fn at(&self, page: &str) -> String {
        let base = format!("/facilities/{}/assessments/{}", self.facility, self.assessment);
        if page.is_empty() { base } else { format!("{base}/{page}") }
    }

    pub(crate) fn question(&self, question: &str, page: &str) -> String {
        self.at(&format!("questions/{question}/{page}"))
    }

    /// What stands.
    pub(crate) async fn stands(&self, question: &str) -> Option<AnswerRow> {
        let question = QuestionId::from(question);
        self.world.app.store.answer(self.facility, self.assessment, &question).await.expect("read")
    }

    /// The level that stands and counts.
    pub(crate) async fn level(&self, question: &str) -> Option<u8> {
        match self.stands(question).await?.value {
            AnswerValue::Level(level) => Some(level.get()),
            AnswerValue::NotApplicable(_) => None,
        }
    }

    /// Every question answered with one level.
    pub(crate) async fn answer_all(&self, assessment: AssessmentId, form: &str, level: u8) {
        let value = AnswerValue::Level(Level::new(level).expect("0-3"));
        let questionnaire = self.world.app.catalogue.questionnaire(form).expect("known");
        let answers: Vec<NewAnswer> = questionnaire
            .questions()
            .map(|q| NewAnswer { question: q.id.clone(), value: value.clone(), note: String::new() })
            .collect();
        self.world.app.store.save_all(&self.act(), self.facility, assessment, &answers).await.expect("saved");
    }

    pub(crate) async fn close(&self) {
        self.world.app.store.close_assessment(&self.act(), self.facility, self.assessment).await.expect("closed");
    }
}

impl Visitor {
    /// Saves as the page's script does.
    pub(crate) async fn put(&mut self, path: &str, body: Value) -> Answer {
        let request = self
            .request(Method::PUT, path)
            .header("x-csrf-token", self.csrf.clone())
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.send(request).await
    }

    /// Attaches a file as the page's form does.
    pub(crate) async fn attach(&mut self, path: &str, name: &str, kind: &str, content: &[u8]) -> Answer {
        let mut body = format!(
            "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--part\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n",
            self.csrf
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--part--\r\n");
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }
}

impl Answer {
    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The page does not contain these words.
    #[track_caller]
    pub(crate) fn keeps_quiet_about(&self, words: &str) -> &Self {
        assert!(!self.text.contains(words), "{words:?} is on the page");
        self
    }
}
