//! What a newcomer finds behind `hakutaku serve --demo`.

mod drill;
mod registers;

use hakutaku_demo::{Credential, DemoError, credentials, fill};
use hakutaku_model::access::{Action, Actor, Resource, allowed};
use hakutaku_model::assessment::{Evaluation, Outcome, evaluate};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::comparison::{perceptions, since_last_year};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, QuestionId};
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_model::typology::classify;
use hakutaku_store::{Act, AssessmentRow, DatabaseUrl, FacilityRow, HandoverState, OpenOptions, Store};
use std::sync::Arc;
use tempfile::TempDir;

const THIS_YEAR: FiscalYear = FiscalYear(2026);
const LAST_YEAR: FiscalYear = FiscalYear(2025);

fn now() -> Ts {
    Ts::try_from("2026-11-21T01:00:00Z".to_owned()).expect("valid")
}

fn catalogue() -> Arc<Catalogue> {
    hakutaku_catalog::embedded().expect("the catalogue loads")
}

async fn open(folder: &TempDir) -> Store {
    let options = OpenOptions { data: folder.path().to_owned(), database: DatabaseUrl::Sqlite };
    Store::open(options).await.expect("an empty directory opens")
}

/// A filled model hospital, with the directory that holds it.
struct Demo {
    _folder: TempDir,
    store: Store,
    credentials: Vec<Credential>,
    catalogue: Arc<Catalogue>,
}

impl Demo {
    async fn at(now: Ts) -> Self {
        let folder = TempDir::new().expect("a temporary directory");
        let store = open(&folder).await;
        let catalogue = catalogue();
        let credentials = fill(&store, &catalogue, now).await.expect("filled");
        Self { _folder: folder, store, credentials, catalogue }
    }

    async fn filled() -> Self {
        Self::at(now()).await
    }

    async fn facility(&self, kind: FacilityKind) -> FacilityRow {
        let facilities = self.store.facilities().await.expect("listed");
        facilities.into_iter().find(|row| row.profile.kind == kind).expect("a facility of that kind")
    }

    async fn sheet(&self, kind: FacilityKind, form: &str, year: FiscalYear) -> AssessmentRow {
        let facility = self.facility(kind).await.id;
        let mut rows = self.store.assessments_in(facility, &form.into(), year).await.expect("listed");
        assert_eq!(rows.len(), 1, "{form} {year:?}");
        rows.remove(0)
    }

    async fn evaluation(&self, row: &AssessmentRow) -> Evaluation {
        let form = self.catalogue.questionnaire(row.questionnaire.as_str()).expect("known");
        evaluate(form, &self.store.model_answers(row.facility, row.id).await.expect("read"))
    }

    async fn actor(&self, role: Role) -> Actor {
        let credential = self.credentials.iter().find(|c| c.role == role).expect("one account per role");
        let token = self.store.api_token(&credential.api_token, now()).await.expect("read").expect("valid");
        let memberships = self.store.memberships_of(token.person).await.expect("read");
        Actor::Person { id: token.person, memberships, read_only: token.read_only }
    }
}

fn hundredths(evaluation: &Evaluation) -> i64 {
    let overall = evaluation.overall.expect("scored").ratio() * 100;
    overall.round().to_integer()
}

fn score_of(evaluation: &Evaluation, field: &str) -> String {
    evaluation.field(&field.into()).and_then(|field| field.score).expect("scored").two_decimals()
}

#[tokio::test]
async fn there_is_one_account_per_role_with_its_own_secrets() {
    let demo = Demo::filled().await;
    let roles: Vec<Role> = demo.credentials.iter().map(|c| c.role).collect();
    assert_eq!(roles, Role::ALL);
    for credential in &demo.credentials {
        let row = demo.store.person_by_username(&credential.username).await.expect("read").expect("exists");
        let hash = row.password_hash.as_deref().expect("has a password");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "the cost of real accounts");
        assert_eq!(row.has_totp, credential.totp_secret.is_some(), "{}", credential.username);
        assert_eq!(credential.password.chars().filter(|c| c.is_alphanumeric()).count(), 20);
        if let Some(secret) = &credential.totp_secret {
            let stored = demo.store.totp_secret(row.id).await.expect("read").expect("stored");
            assert_eq!(totp_rs::Secret::try_from_base32(secret).expect("base32").as_bytes(), stored);
        }
    }
    let with_second_factor: Vec<Role> =
        demo.credentials.iter().filter(|c| c.totp_secret.is_some()).map(|c| c.role).collect();
    assert_eq!(with_second_factor, [Role::Administrator, Role::SafetyManager, Role::ItOperator]);
}

#[tokio::test]
async fn passwords_are_drawn_for_each_installation_and_fit_their_hashes() {
    use argon2::password_hash::PasswordVerifier as _;
    let (one, other) = tokio::join!(Demo::filled(), Demo::filled());
    for (a, b) in one.credentials.iter().zip(&other.credentials) {
        assert_ne!(a.password, b.password);
        assert_ne!(a.api_token, b.api_token);
    }
    let first = &one.credentials[0];
    let row = one.store.person_by_username(&first.username).await.expect("read").expect("exists");
    let hash = row.password_hash.expect("has a password");
    argon2::Argon2::default().verify_password(first.password.as_bytes(), hash.as_str()).expect("the password fits");
}

#[tokio::test]
async fn credentials_are_printed_in_the_promised_form() {
    let demo = Demo::filled().await;
    let printed = credentials(&demo.store).await.expect("a demo");
    assert_eq!(printed, demo.credentials);
    let json = serde_json::to_value(&printed).expect("serialised");
    let first = json[0].as_object().expect("an object");
    let keys: Vec<&str> = first.keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 5);
    for key in ["role", "username", "password", "totp_secret", "api_token"] {
        assert!(keys.contains(&key), "{key}");
    }
    assert_eq!(json[0]["role"], "administrator");
    assert!(json[3]["totp_secret"].is_null());
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file_with_the_credentials() {
    use std::os::unix::fs::PermissionsExt as _;
    let demo = Demo::filled().await;
    let file = std::fs::metadata(demo.store.data().join("demo-credentials.json")).expect("there");
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_plain_installation_shows_no_credentials_and_is_not_filled_over() {
    let folder = TempDir::new().expect("a temporary directory");
    let store = open(&folder).await;
    assert!(matches!(credentials(&store).await, Err(DemoError::NotADemo { .. })));

    let profile = FacilityProfile {
        name: "ほんとうの病院".to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 99,
        it_staff_tenths: 5,
    };
    store.create_facility(&Act::system(now()), &profile, &[]).await.expect("created");
    assert!(matches!(fill(&store, &catalogue(), now()).await, Err(DemoError::InUse { .. })));
    assert!(matches!(credentials(&store).await, Err(DemoError::NotADemo { .. })));
    assert_eq!(store.facilities().await.expect("listed").len(), 1);
    assert!(store.people().await.expect("listed").is_empty());
}

#[tokio::test]
async fn filling_again_changes_nothing() {
    let demo = Demo::filled().await;
    let before = demo.store.verify_journal().await.expect("read");
    let again = fill(&demo.store, &demo.catalogue, now().plus_seconds(86_400)).await.expect("still a demo");
    assert_eq!(again, demo.credentials);
    let after = demo.store.verify_journal().await.expect("read");
    assert_eq!(after, before, "not even the log");
}

#[tokio::test]
async fn a_half_filled_demo_is_refused() {
    let folder = TempDir::new().expect("a temporary directory");
    let store = open(&folder).await;
    store.set_setting(&Act::system(now()), "demo.filling", &true.into()).await.expect("set");
    assert!(matches!(fill(&store, &catalogue(), now()).await, Err(DemoError::HalfFilled { .. })));
}

#[tokio::test]
async fn the_log_is_intact_and_runs_forwards_into_the_past_only() {
    let demo = Demo::filled().await;
    let report = demo.store.verify_journal().await.expect("read");
    assert!(report.is_intact(), "{report:?}");
    assert_eq!(report.chains.len(), 4, "the installation and three facilities");
    assert!(report.chains.iter().all(|chain| chain.signed_heads >= 1));

    let facilities = demo.store.facilities().await.expect("listed");
    let chains = facilities.iter().map(|row| Chain::Facility(row.id)).chain([Chain::Installation]);
    for chain in chains {
        let entries = demo.store.journal(chain, 1, 10_000).await.expect("read");
        let moments: Vec<Ts> = entries.iter().map(|entry| entry.at).collect();
        assert!(moments.is_sorted(), "{}", chain.key());
        assert!(moments.iter().all(|at| *at < now()), "{}", chain.key());
    }
}

#[tokio::test]
async fn every_questionnaire_is_there_and_the_hospital_has_two_years() {
    let demo = Demo::filled().await;
    let mut seen: Vec<(String, i16)> = Vec::new();
    for facility in demo.store.facilities().await.expect("listed") {
        assert!(facility.profile.name.ends_with("（見本）"), "{} must look made up", facility.profile.name);
        for row in demo.store.assessments(facility.id).await.expect("listed") {
            assert!(facility.questionnaires.contains(&row.questionnaire), "{}", row.questionnaire);
            seen.push((row.questionnaire.to_string(), row.year.0));
        }
    }
    seen.sort();
    seen.dedup();
    for form in ["hospital-it", "executive", "network-typology", "small-facility"] {
        for year in [LAST_YEAR, THIS_YEAR] {
            assert!(seen.contains(&(form.to_owned(), year.0)), "{form} {year:?}");
        }
    }
    assert!(seen.contains(&("online-consultation".to_owned(), THIS_YEAR.0)));
    assert_eq!(demo.facility(FacilityKind::Hospital).await.profile.beds, 240);
}

#[tokio::test]
async fn last_year_was_weak_where_the_story_says() {
    let demo = Demo::filled().await;
    let sheet = demo.sheet(FacilityKind::Hospital, "hospital-it", LAST_YEAR).await;
    assert!(sheet.closed_at.is_some());
    let evaluation = demo.evaluation(&sheet).await;
    assert_eq!(evaluation.open_questions().count(), 0, "complete");
    assert!((120..=140).contains(&hundredths(&evaluation)), "{:?}", evaluation.overall);
    for field in ["backup", "network", "maintenance", "logs", "bcp", "monitoring"] {
        assert!(evaluation.field(&field.into()).is_some_and(|field| field.is_weak()), "{field}");
    }
}

#[tokio::test]
async fn this_year_is_under_way_and_better_with_a_few_steps_back() {
    let demo = Demo::filled().await;
    let sheet = demo.sheet(FacilityKind::Hospital, "hospital-it", THIS_YEAR).await;
    assert!(sheet.closed_at.is_none());
    let this = demo.evaluation(&sheet).await;
    let last = demo.evaluation(&demo.sheet(FacilityKind::Hospital, "hospital-it", LAST_YEAR).await).await;
    assert!((145..=170).contains(&hundredths(&this)), "{:?}", this.overall);

    let outcomes: Vec<&Outcome> = this.fields.iter().flat_map(|field| &field.outcomes).map(|o| &o.outcome).collect();
    let count = |pick: fn(&Outcome) -> bool| outcomes.iter().filter(|o| pick(o)).count();
    let said = count(|o| matches!(o, Outcome::Counted(_) | Outcome::NotApplicable(_)));
    assert_eq!(said, 68, "85 % of 80");
    assert_eq!(count(|o| matches!(o, Outcome::NotApplicable(_))), 2);
    assert_eq!(count(|o| matches!(o, Outcome::Unconfirmed)), 8);
    assert_eq!(count(|o| matches!(o, Outcome::Unanswered)), 4);

    assert_eq!((score_of(&last, "backup"), score_of(&this, "backup")), ("0.80".to_owned(), "2.00".to_owned()));
    assert_eq!(score_of(&this, "logs"), "0.67", "nobody watches");
    let changes = since_last_year(&this, &last);
    let better = changes.iter().filter(|change| change.difference.sign() > 0).count();
    assert!(better >= 12, "{better} fields rose");
    assert!(changes.iter().any(|change| change.difference.sign() < 0), "some field fell");
}

#[tokio::test]
async fn the_network_rose_from_level_0_to_level_1() {
    let demo = Demo::filled().await;
    let form = demo.catalogue.questionnaire("network-typology").expect("known");
    for (year, expected) in [(LAST_YEAR, 0), (THIS_YEAR, 1)] {
        let sheet = demo.sheet(FacilityKind::Hospital, "network-typology", year).await;
        let answers = demo.store.model_answers(sheet.facility, sheet.id).await.expect("read");
        let typology = classify(form, &answers).expect("three controls");
        assert_eq!(typology.level.map(u8::from), Some(expected), "{year:?}");
    }
}

#[tokio::test]
async fn executives_see_it_rosier_than_it_does() {
    let demo = Demo::filled().await;
    let hospital = demo.facility(FacilityKind::Hospital).await.id;
    let form = demo.catalogue.questionnaire("executive").expect("known");
    for year in [LAST_YEAR, THIS_YEAR] {
        let sheets = demo.store.assessments_in(hospital, &"executive".into(), year).await.expect("listed");
        assert_eq!(sheets.len(), 3);
        assert!(sheets.iter().all(|sheet| sheet.respondent.is_some()));
        let mut answers = Vec::new();
        for sheet in &sheets {
            answers.push(demo.store.model_answers(hospital, sheet.id).await.expect("read"));
        }
        let it = demo.sheet(FacilityKind::Hospital, "hospital-it", year).await;
        let it = demo.store.model_answers(hospital, it.id).await.expect("read");
        let pairs = perceptions(form, &answers.iter().collect::<Vec<_>>(), &it);
        let rosier = pairs.iter().filter(|pair| pair.difference.sign() > 0).count();
        assert!(pairs.len() >= 10 && rosier * 2 > pairs.len(), "{rosier} of {} in {year:?}", pairs.len());
    }
}

#[tokio::test]
async fn one_question_went_to_a_vendor_and_came_back_another_waits_with_a_colleague() {
    let demo = Demo::filled().await;
    let sheet = demo.sheet(FacilityKind::Hospital, "hospital-it", THIS_YEAR).await;
    let handovers = demo.store.handovers(sheet.facility, sheet.id).await.expect("listed");
    let states: Vec<HandoverState> = handovers.iter().map(|row| row.state).collect();
    assert_eq!(states, [HandoverState::Answered, HandoverState::Open]);
    let answer = demo.store.answer(sheet.facility, sheet.id, &handovers[0].question).await.expect("read");
    assert_eq!(answer.expect("answered").answered_by, handovers[0].to_name);
    let colleague = handovers[1].person.expect("an account");
    assert_eq!(demo.store.handovers_for_person(colleague).await.expect("listed").len(), 1);
}

#[tokio::test]
async fn there_are_remarks_evidence_and_a_corrected_answer() {
    let demo = Demo::filled().await;
    let sheet = demo.sheet(FacilityKind::Hospital, "hospital-it", THIS_YEAR).await;
    let (hospital, id) = (sheet.facility, sheet.id);
    assert!(demo.store.comments(hospital, id, None).await.expect("listed").len() >= 8);
    let papers = demo.store.documents(hospital, Some(id)).await.expect("listed");
    assert!(papers.iter().any(|paper| paper.name == "復旧訓練の記録.txt"));
    let act = Act::system(now());
    for paper in &papers {
        let content = demo.store.read_document(&act, hospital, paper.id).await.expect("whole");
        let text = String::from_utf8(content).expect("text");
        assert!(text.chars().count() > 100, "{}", paper.name);
    }
    let history = demo.store.answer_history(hospital, id, &QuestionId::from("it-backup-05")).await.expect("read");
    assert_eq!(history.len(), 3, "brought over, answered, corrected");
    let noted = demo.store.answers(hospital, id).await.expect("read").iter().filter(|row| !row.note.is_empty()).count();
    assert!(noted >= 30, "{noted} answers carry a remark");
}

#[tokio::test]
async fn each_role_sees_what_is_theirs() {
    let demo = Demo::filled().await;
    let places: Vec<FacilityId> = demo.store.facilities().await.expect("listed").iter().map(|row| row.id).collect();
    let may = |actor: &Actor, action| -> Vec<bool> {
        places.iter().map(|place| allowed(actor, action, &Resource::Facility(*place))).collect()
    };
    let result = Action::ReadResult;
    assert_eq!(may(&demo.actor(Role::Administrator).await, result), [true, true, true]);
    assert_eq!(may(&demo.actor(Role::SafetyManager).await, result), [true, true, false]);
    assert_eq!(may(&demo.actor(Role::ItOperator).await, result), [true, false, false]);
    assert_eq!(may(&demo.actor(Role::Executive).await, result), [true, false, false]);
    assert_eq!(may(&demo.actor(Role::Respondent).await, result), [false, false, false]);
    assert_eq!(may(&demo.actor(Role::Auditor).await, result), [true, true, true]);
    assert_eq!(may(&demo.actor(Role::RegionalSupporter).await, result), [true, true, false]);
}

#[tokio::test]
async fn the_first_days_of_april_are_no_exception() {
    let now = Ts::try_from("2027-03-31T15:20:00Z".to_owned()).expect("valid");
    let demo = Demo::at(now).await;
    let sheet = demo.sheet(FacilityKind::Hospital, "hospital-it", FiscalYear(2027)).await;
    assert!(sheet.created_at < now);
    assert!(demo.store.verify_journal().await.expect("read").is_intact());
}
