//! Installations of any size to measure in.

use crate::Outcome;
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::score::Level;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_store::{Act, DatabaseUrl, NewAnswer, NewAssessment, OpenOptions, Store};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

pub(crate) fn now() -> Ts {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    Ts::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

pub(crate) fn catalogue() -> Outcome<Arc<Catalogue>> {
    Ok(hakutaku_catalog::embedded()?)
}

pub(crate) fn hospital_form(catalogue: &Catalogue) -> Outcome<&Questionnaire> {
    Ok(catalogue.questionnaire("hospital-it").ok_or("the catalogue has no hospital-it")?)
}

/// A store of its own, gone at the end.
pub(crate) struct Installation {
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
}

impl Installation {
    pub(crate) async fn empty(database: DatabaseUrl) -> Outcome<Self> {
        let folder = TempDir::new()?;
        let store = Store::open(OpenOptions { data: folder.path().to_owned(), database }).await?;
        Ok(Self { store, folder })
    }
}

/// A made-up but repeatable stream of numbers (xorshift).
#[derive(Debug, Clone)]
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    pub(crate) fn level(&mut self) -> Level {
        Level::ALL[usize::try_from(self.below(4)).unwrap_or(0)]
    }
}

/// One of the assessments an installation is filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) facility: FacilityId,
    pub(crate) id: AssessmentId,
}

/// Adds hospitals with all 80 questions answered, in two years each; returns this year's sheets.
pub(crate) async fn add_hospitals(store: &Store, form: &Questionnaire, count: usize) -> Outcome<Vec<Sheet>> {
    let mut numbers = Numbers::new(80);
    let mut sheets = Vec::with_capacity(count);
    let act = Act::system(now());
    for index in 0..count {
        let profile = FacilityProfile {
            name: format!("計測用病院{index}"),
            kind: FacilityKind::Hospital,
            prefecture: u8::try_from(index % 47 + 1).unwrap_or(1),
            beds: 200,
            it_staff_tenths: 20,
        };
        let facility = store.create_facility(&act, &profile, std::slice::from_ref(&form.id)).await?.id;
        for year in [2025, 2026] {
            let new = NewAssessment {
                questionnaire: form.id.clone(),
                edition: form.edition.clone(),
                year: FiscalYear(year),
                respondent: None,
            };
            let id = store.create_assessment(&act, facility, &new).await?.id;
            let answers: Vec<NewAnswer> =
                form.questions().map(|question| answer(&question.id, numbers.level())).collect();
            store.save_all(&act, facility, id, &answers).await?;
            if year == 2026 {
                sheets.push(Sheet { facility, id });
            }
        }
    }
    Ok(sheets)
}

fn answer(question: &QuestionId, level: Level) -> NewAnswer {
    NewAnswer { question: question.clone(), value: AnswerValue::Level(level), note: "計測用のことば".to_owned() }
}
