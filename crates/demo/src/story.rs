//! How the tables of this crate say what was answered.

use crate::DemoError;
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::id::QuestionId;
use hakutaku_model::score::Level;
use hakutaku_store::NewAnswer;

/// One answer of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    /// A level, 0 to 3.
    Level(u8),
    /// Does not apply here, and why.
    Na(&'static str),
    /// Brought over from last year and not looked at yet.
    Carried,
    /// Nothing said yet.
    Open,
}

pub(crate) const L0: Said = Said::Level(0);
pub(crate) const L1: Said = Said::Level(1);
pub(crate) const L2: Said = Said::Level(2);
pub(crate) const L3: Said = Said::Level(3);

/// A question, what was said last year, what is said this year, and this year's remark.
pub(crate) type Row = (&'static str, Said, Said, &'static str);

/// One of the two years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Year {
    Last,
    This,
}

/// The answers people gave in a year (not those merely brought over), in the table's order.
pub(crate) fn given(rows: &[Row], year: Year) -> Vec<NewAnswer> {
    rows.iter()
        .filter_map(|(question, last, this, note)| {
            let (said, note) = match year {
                Year::Last => (*last, ""),
                Year::This => (*this, *note),
            };
            Some(NewAnswer { question: (*question).into(), value: value(said)?, note: note.to_owned() })
        })
        .collect()
}

/// What an entry stands for in the store; `None` when nobody said anything.
pub(crate) fn value(said: Said) -> Option<AnswerValue> {
    match said {
        Said::Level(level) => Level::new(level).map(AnswerValue::Level),
        Said::Na(reason) => Some(AnswerValue::NotApplicable(reason.to_owned())),
        Said::Carried | Said::Open => None,
    }
}

/// The questions whose answers come over into this year when it is opened: all but those left open.
pub(crate) fn brought_over(rows: &[Row]) -> Vec<QuestionId> {
    rows.iter().filter(|(_, _, this, _)| *this != Said::Open).map(|(question, ..)| (*question).into()).collect()
}

/// Refuses a table that tells of other questions than the questionnaire asks.
pub(crate) fn fits<'q>(
    questionnaire: &Questionnaire,
    told: impl Iterator<Item = &'q str> + Clone,
) -> Result<(), DemoError> {
    let mut told_ids = told.clone();
    let strange = told_ids.find(|question| questionnaire.question(question).is_none()).map(str::to_owned);
    let untold = || {
        let mut asked = questionnaire.questions().map(|question| question.id.as_str());
        asked.find(|asked| !told.clone().any(|question| question == *asked)).map(str::to_owned)
    };
    match strange.or_else(untold) {
        Some(question) => Err(DemoError::Story { questionnaire: questionnaire.id.to_string(), question }),
        None => Ok(()),
    }
}
