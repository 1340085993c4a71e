//! One result as one document, in one language: what the pages show, the PDF prints and the sheets hold.
//!
//! Everything here is already words and shown figures; nobody downstream computes.

mod build;
mod words;

pub use build::{ReportContext, build, reference_line};
pub use words::{hours, yen};

use crate::text::Lang;
use serde::Serialize;

/// The whole document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultReport {
    /// Its language.
    pub lang: Lang,
    /// The facility; empty name for a result without one (command line).
    pub facility: FacilityLine,
    /// The questionnaire.
    pub questionnaire: QuestionnaireLine,
    /// `令和8年度（2026年度）`; empty when unknown.
    pub fiscal_year: String,
    /// The date it was made, in words.
    pub date: String,
    /// The same as `2026-11-21`, for the metadata of files.
    pub iso_date: String,
    /// Overall score.
    pub overall: Option<ScoreLine>,
    /// Last year's overall score.
    pub previous_overall: Option<ScoreLine>,
    /// From then to now, e.g. `+0.25`.
    pub overall_change: Option<ChangeLine>,
    /// How the overall score was computed, e.g. `(1.50 + 2.00) ÷ 2 = 7/4 = 1.75`.
    pub overall_derivation: Option<String>,
    /// How many answers stand.
    pub counts: Counts,
    /// The fields in order.
    pub fields: Vec<FieldLine>,
    /// The weak fields, weakest first, with their measures.
    pub weak: Vec<WeakField>,
    /// Beside published national figures.
    pub national: Vec<NationalLine>,
    /// Executives beside IT.
    pub executives: Vec<PerceptionLine>,
    /// The network typology.
    pub typology: Option<TypologyLine>,
    /// The executive page.
    pub briefing: BriefingPage,
    /// Every question with its answer.
    pub sections: Vec<SectionAppendix>,
}

/// The facility as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FacilityLine {
    /// Name.
    pub name: String,
    /// Kind in words.
    pub kind: String,
    /// Beds, where it has any.
    pub beds: Option<u32>,
}

/// The questionnaire as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionnaireLine {
    /// Id.
    pub id: String,
    /// Name.
    pub title: String,
    /// Edition.
    pub edition: String,
}

/// A score as shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreLine {
    /// Two decimals.
    pub shown: String,
    /// Exact fraction.
    pub exact: String,
    /// At most 1.5, exactly.
    pub weak: bool,
    /// 0.0–1.0 along the scale, for drawing.
    pub share: f64,
}

/// A change as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeLine {
    /// `+0.25`, `−0.50`, `±0.00`.
    pub shown: String,
    /// -1, 0, 1.
    pub sign: i8,
}

/// How many questions are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// All questions of the form.
    pub questions: usize,
    /// Answers that count.
    pub answered: usize,
    /// Taken out with a reason.
    pub not_applicable: usize,
    /// Open, unconfirmed ones included.
    pub open: usize,
    /// Last year's answers still to be re-affirmed (part of `open`).
    pub unconfirmed: usize,
    /// Not asked because of an earlier answer.
    pub not_asked: usize,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldLine {
    /// Field id.
    pub id: String,
    /// Name.
    pub title: String,
    /// Score.
    pub score: Option<ScoreLine>,
    /// How it was computed, e.g. `(1 + 2) ÷ 2 = 3/2 = 1.50`.
    pub derivation: Option<String>,
    /// The answers it stands on.
    pub terms: Vec<DerivationTerm>,
    /// Answers that count.
    pub answered: usize,
    /// Taken out.
    pub not_applicable: usize,
    /// Open.
    pub unanswered: usize,
    /// Last year.
    pub previous: Option<ScoreLine>,
    /// Since then.
    pub change: Option<ChangeLine>,
}

/// One answer a score stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DerivationTerm {
    /// Question id.
    pub question: String,
    /// The question.
    pub text: String,
    /// The level.
    pub level: u8,
    /// The words of that level.
    pub level_text: String,
}

/// One weak field.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeakField {
    /// Field id.
    pub id: String,
    /// Name.
    pub title: String,
    /// Score.
    pub score: ScoreLine,
    /// What can happen, in the executive page's words.
    pub gap: String,
    /// What to do, in the order of doing.
    pub measures: Vec<MeasureLine>,
}

/// One measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MeasureLine {
    /// Measure id.
    pub id: String,
    /// 1, 2, 3 … within its field.
    pub order: usize,
    /// What.
    pub title: String,
    /// In which order.
    pub steps: Vec<String>,
    /// Who leads.
    pub who: String,
    /// `2〜6時間`.
    pub hours: String,
    /// `無料`, `3万円まで`.
    pub cost: String,
    /// `年 1万〜2万円`; absent when nothing runs on.
    pub yearly: Option<String>,
    /// No money at all.
    pub free: bool,
    /// The level reached.
    pub reaches: u8,
    /// The questions it raises.
    pub raises: Vec<RaisedQuestion>,
    /// Where a fact in it comes from.
    pub source: Option<String>,
}

/// A question a measure raises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RaisedQuestion {
    /// Question id.
    pub id: String,
    /// The question.
    pub text: String,
    /// The level now.
    pub from: u8,
}

/// One line beside a published figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NationalLine {
    /// Question id.
    pub question: String,
    /// The question.
    pub text: String,
    /// Has it; `None` while open or not applicable.
    pub met: Option<bool>,
    /// What was counted.
    pub metric: String,
    /// `49%`.
    pub value: String,
    /// What the share is of, when not of all.
    pub denominator: Option<String>,
    /// `200-299床 77%`, where published.
    pub for_beds: Option<String>,
    /// Survey, date.
    pub source: String,
    /// Address of the source.
    pub url: String,
}

/// The same thing asked of executives and IT.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PerceptionLine {
    /// The executives' question.
    pub question: String,
    /// Executives' mean.
    pub executives: ScoreLine,
    /// How many of them.
    pub executive_count: usize,
    /// IT's mean.
    pub it: ScoreLine,
    /// Executives minus IT.
    pub difference: ChangeLine,
}

/// The network typology.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypologyLine {
    /// 0–3; `None` while open questions could change it.
    pub level: Option<u8>,
    /// 2.
    pub recommended: u8,
    /// What the level means.
    pub meaning: Option<String>,
    /// The three controls.
    pub controls: Vec<ControlLine>,
    /// What must rise for the next level.
    pub next: Vec<NextStepLine>,
    /// What all four levels mean, 0 first.
    pub levels: Vec<String>,
}

/// One control of the typology.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlLine {
    /// Name.
    pub title: String,
    /// `×`, `△`, `○`; `None` while open.
    pub sign: Option<String>,
    /// The sign in words, for those who cannot see it.
    pub sign_words: Option<String>,
    /// Why: the words of the weakest answers.
    pub reasons: Vec<String>,
}

/// One step to the next level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStepLine {
    /// Question id.
    pub question: String,
    /// The question.
    pub text: String,
    /// The words of the level needed.
    pub needed: String,
}

/// The executive page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BriefingPage {
    /// Three gaps (fewer if fewer fields are answered).
    pub gaps: Vec<GapLine>,
    /// One sentence on where the house stands.
    pub standing: String,
}

/// One gap with its decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GapLine {
    /// 1–3.
    pub order: usize,
    /// Field id.
    pub field: String,
    /// Field name.
    pub title: String,
    /// Score.
    pub score: ScoreLine,
    /// What can happen.
    pub gap: String,
    /// What to decide.
    pub decision: String,
    /// What to ask this week.
    pub ask: String,
    /// Hours of all its measures.
    pub hours: String,
    /// Purchases of all its measures.
    pub cost: String,
    /// Running cost of all its measures.
    pub yearly: Option<String>,
    /// How many of its measures cost no money.
    pub free_measures: usize,
    /// How many measures there are.
    pub measures: usize,
}

/// One field of the appendix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionAppendix {
    /// Field id.
    pub id: String,
    /// Name.
    pub title: String,
    /// Its questions.
    pub questions: Vec<QuestionAppendix>,
}

/// One question of the appendix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionAppendix {
    /// Question id.
    pub id: String,
    /// The question.
    pub text: String,
    /// `counted`, `not_applicable`, `unconfirmed`, `unanswered`, `not_asked`, `ignored`.
    pub state: &'static str,
    /// The level, if one counts.
    pub level: Option<u8>,
    /// The words of the level, the reason for "not applicable", or why it is not asked.
    pub words: String,
    /// What it stands for outside.
    pub references: Vec<ReferenceLine>,
}

/// One outside item a question stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReferenceLine {
    /// How people cite it.
    pub citation: String,
    /// Paraphrase.
    pub summary: String,
    /// Whether it was only inferred and needs a look at the original.
    pub inferred: bool,
}
