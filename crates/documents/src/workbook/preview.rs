//! The verdict per row: what an import would do.

use super::refused::{CellProblem, CellRef};
use hakutaku_model::assessment::{Answer, AnswerValue, Answers, Standing};
use hakutaku_model::id::{QuestionId, QuestionnaireId};
use hakutaku_model::text::Lang;

/// What an import would do; nothing is changed by making one.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportPreview {
    /// The questionnaire of the file.
    pub questionnaire: QuestionnaireId,
    /// Its edition.
    pub edition: String,
    /// The rows in the order of the sheet.
    pub rows: Vec<ImportRow>,
    /// Questions that have no row in the file; they stay as they are.
    pub missing: Vec<QuestionId>,
}

/// One row of the sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportRow {
    /// The answer cell.
    pub at: CellRef,
    /// The question, if the row names one of this questionnaire.
    pub question: Option<QuestionId>,
    /// What would happen.
    pub verdict: Verdict,
    /// What the note column says.
    pub note: Option<String>,
}

/// What would happen with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A first answer.
    New(AnswerValue),
    /// Another answer than the present one.
    Changed {
        /// Now.
        from: AnswerValue,
        /// In the file.
        to: AnswerValue,
    },
    /// Last year's answer, affirmed by the file.
    Affirmed(AnswerValue),
    /// The answer that already stands.
    Same,
    /// No answer in the file; the present one, if any, stays.
    Empty,
    /// Cannot be read; the whole file is then not imported.
    Refused {
        /// Where.
        cell: CellRef,
        /// Why.
        problem: CellProblem,
    },
}

impl Verdict {
    /// Compares the file's answer with the present one.
    pub(crate) fn of(value: AnswerValue, current: Option<&Answer>) -> Self {
        match current {
            None => Self::New(value),
            Some(answer) if answer.value == value && answer.standing == Standing::Confirmed => Self::Same,
            Some(answer) if answer.value == value => Self::Affirmed(value),
            Some(answer) => Self::Changed { from: answer.value.clone(), to: value },
        }
    }

    /// The answer to save, if this row brings one.
    #[must_use]
    pub fn to_save(&self) -> Option<&AnswerValue> {
        match self {
            Self::New(value) | Self::Affirmed(value) | Self::Changed { to: value, .. } => Some(value),
            Self::Same | Self::Empty | Self::Refused { .. } => None,
        }
    }

    /// The verdict as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::New(value), Lang::Ja) => format!("新しい答え: {}", words(value, lang)),
            (Self::New(value), Lang::En) => format!("New answer: {}", words(value, lang)),
            (Self::Changed { from, to }, Lang::Ja) => format!("変更: {} → {}", words(from, lang), words(to, lang)),
            (Self::Changed { from, to }, Lang::En) => format!("Changed: {} → {}", words(from, lang), words(to, lang)),
            (Self::Affirmed(value), Lang::Ja) => format!("昨年の答えを確認: {}", words(value, lang)),
            (Self::Affirmed(value), Lang::En) => format!("Last year's answer affirmed: {}", words(value, lang)),
            (Self::Same, Lang::Ja) => "同じ答え（変わりません）".to_owned(),
            (Self::Same, Lang::En) => "Same answer (no change)".to_owned(),
            (Self::Empty, Lang::Ja) => "空欄（変わりません）".to_owned(),
            (Self::Empty, Lang::En) => "Empty (no change)".to_owned(),
            (Self::Refused { cell, problem }, lang) => problem.sentence(cell, lang),
        }
    }
}

fn words(value: &AnswerValue, lang: Lang) -> String {
    match (value, lang) {
        (AnswerValue::Level(level), _) => level.to_string(),
        (AnswerValue::NotApplicable(reason), Lang::Ja) => format!("該当なし（{reason}）"),
        (AnswerValue::NotApplicable(reason), Lang::En) => format!("not applicable ({reason})"),
    }
}

/// How many rows of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// First answers.
    pub new: usize,
    /// Other answers.
    pub changed: usize,
    /// Last year's, affirmed.
    pub affirmed: usize,
    /// The same.
    pub same: usize,
    /// Empty.
    pub empty: usize,
    /// Refused.
    pub refused: usize,
}

impl ImportPreview {
    /// How many rows of each kind.
    #[must_use]
    pub fn counts(&self) -> ImportCounts {
        let mut counts = ImportCounts::default();
        for row in &self.rows {
            *match row.verdict {
                Verdict::New(_) => &mut counts.new,
                Verdict::Changed { .. } => &mut counts.changed,
                Verdict::Affirmed(_) => &mut counts.affirmed,
                Verdict::Same => &mut counts.same,
                Verdict::Empty => &mut counts.empty,
                Verdict::Refused { .. } => &mut counts.refused,
            } += 1;
        }
        counts
    }

    /// Whether no row is refused. Only then may the file be imported: all or nothing.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        self.counts().refused == 0
    }

    /// The answers an import would save.
    #[must_use]
    pub fn answers_to_save(&self) -> Answers {
        self.rows
            .iter()
            .filter_map(|row| {
                let answer = Answer { value: row.verdict.to_save()?.clone(), standing: Standing::Confirmed };
                Some((row.question.clone()?, answer))
            })
            .collect()
    }
}
