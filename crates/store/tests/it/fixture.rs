//! A small hospital to test with.

use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{AssessmentId, FacilityId, PersonId, QuestionId};
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_store::{Act, AnswerRow, NewAssessment, NewPerson, Result, SaveOutcome, Store};

/// 2026-11-21, 10:00 in Japan.
pub(crate) fn noon() -> Ts {
    Ts::try_from("2026-11-21T01:00:00Z".to_owned()).expect("a valid time")
}

pub(crate) fn system() -> Act {
    Act::system(noon())
}

pub(crate) fn level(level: u8) -> AnswerValue {
    AnswerValue::Level(Level::new(level).expect("0 to 3"))
}

pub(crate) fn question(key: &str) -> QuestionId {
    key.into()
}

pub(crate) fn profile(name: &str) -> FacilityProfile {
    FacilityProfile {
        name: name.to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 15,
    }
}

pub(crate) async fn facility(store: &Store, name: &str) -> FacilityId {
    store.create_facility(&system(), &profile(name), &["hospital-it".into()]).await.expect("creates").id
}

pub(crate) async fn person(store: &Store, username: &str) -> PersonId {
    let new = NewPerson {
        username: username.to_owned(),
        display_name: format!("{username} さん"),
        lang: Lang::Ja,
        password_hash: Some("$argon2id$stub".to_owned()),
    };
    store.create_person(&system(), &new).await.expect("creates").id
}

pub(crate) fn of_year(year: i16) -> NewAssessment {
    NewAssessment {
        questionnaire: "hospital-it".into(),
        edition: "2026".to_owned(),
        year: FiscalYear(year),
        respondent: None,
    }
}

pub(crate) async fn assessment(store: &Store, facility: FacilityId, year: i16) -> AssessmentId {
    store.create_assessment(&system(), facility, &of_year(year)).await.expect("creates").id
}

/// A facility with one open assessment.
pub(crate) async fn hospital(store: &Store) -> (FacilityId, AssessmentId) {
    let facility = facility(store, "白沢記念病院").await;
    (facility, assessment(store, facility, 2026).await)
}

pub(crate) async fn save(
    store: &Store,
    (facility, assessment): (FacilityId, AssessmentId),
    key: &str,
    value: u8,
    expected: Option<i64>,
) -> Result<SaveOutcome> {
    store.save_answer(&system(), facility, assessment, &question(key), level(value), "", expected).await
}

pub(crate) fn saved(outcome: Result<SaveOutcome>) -> AnswerRow {
    match outcome {
        Ok(SaveOutcome::Saved(row)) => row,
        other => panic!("not saved: {other:?}"),
    }
}
