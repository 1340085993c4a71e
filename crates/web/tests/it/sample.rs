//! A model hospital with two years of answers, and people of several roles signed in.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{AssessmentId, FacilityId};
use hakutaku_model::person::Role;
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_store::{Act, DatabaseUrl, NewAnswer, NewAssessment, NewPerson, OpenOptions, Store};
use hakutaku_web::AppState;
use hakutaku_web::shell::csrf::Secret;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tower::ServiceExt as _;

/// The year of the newest answers.
pub(crate) const YEAR: FiscalYear = FiscalYear(2026);

/// The hospital and its server.
pub(crate) struct House {
    pub(crate) app: AppState,
    pub(crate) facility: FacilityId,
    router: Router,
    _data: tempfile::TempDir,
}

/// Somebody's browser, signed in.
pub(crate) struct Browser {
    /// Value of the session cookie.
    pub(crate) session: String,
    csrf: String,
    router: Router,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(&name).map_or("", |value| value.to_str().expect("ASCII"))
    }
}

/// The present, as the server reads it: sessions must be alive.
pub(crate) fn now() -> Ts {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Ts::from_micros(i64::try_from(since.as_micros()).expect("before the year 294246"))
}

pub(crate) fn act() -> Act {
    Act::system(now())
}

impl House {
    /// An empty hospital of 240 beds.
    pub(crate) async fn new() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let options = OpenOptions { data: data.path().to_owned(), database: DatabaseUrl::Sqlite };
        let store = Store::open(options).await.expect("the store opens");
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let profile = FacilityProfile {
            name: "白沢記念病院".to_owned(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 10,
        };
        let forms = catalogue.questionnaires.iter().map(|form| form.id.clone()).collect::<Vec<_>>();
        let facility = store.create_facility(&act(), &profile, &forms).await.expect("a facility").id;
        store.set_setting(&act(), "setup.done", &serde_json::json!(true)).await.expect("set up");
        let url = "http://localhost:8787".parse().expect("a valid address");
        let app = AppState::new(store, catalogue, url, false).expect("an application");
        Self { router: hakutaku_web::router(app.clone()), app, facility, _data: data }
    }

    pub(crate) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.app.catalogue
    }

    /// Opens an assessment without answers.
    pub(crate) async fn open(&self, form: &str, year: FiscalYear, respondent: Option<&str>) -> AssessmentId {
        let edition = self.app.catalogue.questionnaire(form).expect("known").edition.clone();
        let new =
            NewAssessment { questionnaire: form.into(), edition, year, respondent: respondent.map(str::to_owned) };
        self.app.store.create_assessment(&act(), self.facility, &new).await.expect("opened").id
    }

    /// Opens an assessment and answers it: `level` gives each question's answer by its position.
    pub(crate) async fn answered(
        &self,
        form: &str,
        year: FiscalYear,
        respondent: Option<&str>,
        level: impl Fn(usize) -> Option<AnswerValue>,
    ) -> AssessmentId {
        let id = self.open(form, year, respondent).await;
        let questionnaire = self.app.catalogue.questionnaire(form).expect("known");
        let answers: Vec<NewAnswer> = questionnaire
            .questions()
            .enumerate()
            .filter_map(|(at, question)| {
                Some(NewAnswer { question: question.id.clone(), value: level(at)?, note: String::new() })
            })
            .collect();
        self.app.store.save_all(&act(), self.facility, id, &answers).await.expect("saved");
        id
    }

    /// Two years of the hospital's forms, executives and network included. Gives this year's IT assessment.
    pub(crate) async fn two_years(&self) -> AssessmentId {
        self.answered("hospital-it", YEAR.previous(), None, |at| Some(level((at * 5 + at / 7) % 3))).await;
        self.answered("executive", YEAR, Some("院長 白井 恵"), |at| Some(level((at + 1) % 4))).await;
        self.answered("executive", YEAR, Some("事務長 大沢 実"), |at| Some(level(at % 3))).await;
        self.answered("network-typology", YEAR, None, |at| Some(level(1 + at % 2))).await;
        self.answered("hospital-it", YEAR, None, mixed).await
    }

    /// Signs somebody in with a role at this hospital.
    pub(crate) async fn browser(&self, role: Role, lang: Lang) -> Browser {
        let store = &self.app.store;
        let new = NewPerson {
            username: format!("{}-{}", role.key(), lang.tag()),
            display_name: "佐藤 健".to_owned(),
            lang,
            password_hash: None,
        };
        let person = store.create_person(&act(), &new).await.expect("a person").id;
        store.grant(&act(), person, Some(self.facility), role).await.expect("a role");
        let session = store.create_session(&act(), person, true).await.expect("a session");
        Browser { session: session.token, csrf: session.csrf, router: self.router.clone() }
    }

    /// The address of an assessment's page.
    pub(crate) fn path(&self, assessment: AssessmentId, page: &str) -> String {
        format!("/facilities/{}/assessments/{assessment}/{page}", self.facility)
    }
}

pub(crate) fn level(level: usize) -> AnswerValue {
    AnswerValue::Level(Level::new(u8::try_from(level).expect("small")).expect("0-3"))
}

/// As a real hospital answers: mixed levels, one "not applicable", two open.
pub(crate) fn mixed(at: usize) -> Option<AnswerValue> {
    match at {
        5 => Some(AnswerValue::NotApplicable("透析室がなく、対象の機器がありません".to_owned())),
        20 | 61 => None,
        _ => Some(level((at * 7 + at / 5 + 1) % 4)),
    }
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// Sends a form; the token is added.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = Secret::derive(self.csrf.as_bytes()).token();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &token);
        for (name, value) in fields {
            form.append_pair(name, value);
        }
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), form.finish().into_bytes()).await
    }

    /// Sends a file as the page's form does.
    pub(crate) async fn upload(&self, path: &str, file: &str, content: &[u8]) -> Page {
        let token = Secret::derive(self.csrf.as_bytes()).token();
        let mut body = format!(
            "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--part\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--part--\r\n");
        self.send(Method::POST, path, Some("multipart/form-data; boundary=part"), body).await
    }

    async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Page {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost:8787")
            .header(header::COOKIE, format!("hakutaku-session={}", self.session));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Body::from(body)).expect("a valid request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        Page { status: parts.status, headers: parts.headers, body }
    }
}
