//! The shapes of what the model publishes, for the description only: the model knows nothing of HTTP.
//!
//! `tests/it/api.rs` holds every answer against these shapes, so that they cannot drift apart.

#![expect(dead_code, reason = "read by the schema derive only")]

use utoipa::ToSchema;

/// One entry of the catalogue.
#[derive(ToSchema)]
pub(super) struct CatalogueEntry {
    /// What `…/questionnaires/{questionnaire}` takes.
    id: String,
    /// `questionnaire`.
    kind: String,
    /// Edition as printed.
    edition: String,
    /// Japanese name.
    title_ja: String,
    /// English name.
    title_en: String,
}

/// A questionnaire.
#[derive(ToSchema)]
pub(super) struct Questionnaire {
    /// Id.
    id: String,
    /// Edition.
    edition: String,
    /// Japanese name.
    title_ja: String,
    /// English name.
    title_en: String,
    /// Its fields in order.
    fields: Vec<QuestionnaireField>,
}

/// One field of a questionnaire.
#[derive(ToSchema)]
pub(super) struct QuestionnaireField {
    /// One of the 21 ids.
    id: String,
    /// Japanese name.
    title_ja: String,
    /// English name.
    title_en: String,
    /// Its questions in order.
    questions: Vec<Question>,
}

/// One question.
#[derive(ToSchema)]
pub(super) struct Question {
    /// Id.
    id: String,
    /// Japanese.
    text_ja: String,
    /// English.
    text_en: String,
    /// Why it matters.
    why_ja: String,
    /// Why it matters.
    why_en: String,
    /// What would show the answer.
    evidence_ja: String,
    /// What would show the answer.
    evidence_en: String,
    /// The four described levels.
    levels: Vec<QuestionLevel>,
    /// What makes it appear; `null` when it always does.
    #[schema(required = true)]
    applies_if: Option<AppliesIf>,
    /// The controls it asks about.
    controls: Vec<String>,
    /// What it stands for outside, through its controls.
    references: Vec<String>,
    /// What helps.
    measures: Vec<String>,
}

/// One described level.
#[derive(ToSchema)]
pub(super) struct QuestionLevel {
    /// 0–3.
    #[schema(minimum = 0, maximum = 3)]
    level: u8,
    /// Japanese.
    text_ja: String,
    /// English.
    text_en: String,
}

/// What makes a question appear.
#[derive(ToSchema)]
pub(super) struct AppliesIf {
    /// The earlier question that must be answered with a level.
    question: String,
    /// The lowest such level; `null`: any.
    #[schema(required = true, minimum = 0, maximum = 3)]
    min_level: Option<u8>,
    /// What the reader is told.
    text_ja: String,
    /// What the reader is told.
    text_en: String,
}

/// The result of an assessment.
#[derive(ToSchema)]
pub(super) struct ResultSummary {
    /// Questionnaire id.
    questionnaire: String,
    /// Its edition.
    edition: String,
    /// The mean of the field scores, two decimals, half up; `null` when nothing is answered.
    #[schema(required = true, example = "1.87")]
    overall: Option<String>,
    /// The exact fraction in lowest terms.
    #[schema(required = true, example = "28/15")]
    overall_exact: Option<String>,
    /// The fields in order.
    fields: Vec<FieldResult>,
    /// Measures for the weak fields, weakest field first, in the order of doing.
    measures: Vec<Measure>,
    /// Questions still to answer.
    unanswered: Vec<String>,
    /// Questions answered although an earlier answer rules them out; not counted.
    ignored: Vec<String>,
    /// For the network typology only: the level and the three marks.
    #[schema(nullable = false)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typology: Option<Typology>,
}

/// The result of one field.
#[derive(ToSchema)]
pub(super) struct FieldResult {
    /// Field id.
    id: String,
    /// Japanese name.
    title_ja: String,
    /// English name.
    title_en: String,
    /// The mean of the counted answers, two decimals, half up; `null` when none counts.
    #[schema(required = true, example = "1.50")]
    score: Option<String>,
    /// The exact fraction in lowest terms.
    #[schema(required = true, example = "3/2")]
    exact: Option<String>,
    /// Answers that count.
    answered: usize,
    /// Taken out with a reason.
    not_applicable: usize,
    /// Still open.
    unanswered: usize,
    /// At most 1.5, exactly.
    weak: bool,
}

/// Something to do about a weak field.
#[derive(ToSchema)]
pub(super) struct Measure {
    /// Measure id.
    id: String,
    /// The field it is proposed for.
    field: String,
    /// Japanese.
    title_ja: String,
    /// English.
    title_en: String,
    /// Japanese steps.
    steps_ja: Vec<String>,
    /// English steps.
    steps_en: Vec<String>,
    /// Who leads: `it`, `executive`, `safety-manager`, `ward`, `vendor` or `everyone`.
    who: String,
    /// Estimated hours.
    effort_hours: Span,
    /// Estimated purchase in yen.
    cost_yen: Span,
    /// Estimated running cost in yen a year.
    yearly_yen: Span,
    /// Whether it costs no money.
    free: bool,
    /// The level reached.
    #[schema(minimum = 1, maximum = 3)]
    reaches: u8,
    /// The questions it raises.
    raises: Vec<String>,
}

/// From … to …
#[derive(ToSchema)]
pub(super) struct Span {
    /// At least.
    min: u32,
    /// At most.
    max: u32,
}

/// The network's level.
#[derive(ToSchema)]
pub(super) struct Typology {
    /// 0–3; `null` while open questions could change it.
    #[schema(required = true, minimum = 0, maximum = 3)]
    level: Option<u8>,
    /// The level recommended to everyone.
    recommended: u8,
    /// External connections, removable media, inside segments.
    controls: Vec<ControlMark>,
    /// What must rise for the next level.
    next: Vec<NextStep>,
}

/// The mark of one control.
#[derive(ToSchema)]
pub(super) struct ControlMark {
    /// Field id of the control's questions.
    id: String,
    /// `×`, `△`, `○`; `null` while open questions could change it.
    #[schema(required = true)]
    mark: Option<String>,
    /// The questions that decided it.
    because: Vec<String>,
}

/// One step towards the next level.
#[derive(ToSchema)]
pub(super) struct NextStep {
    /// The question.
    question: String,
    /// The level it must reach.
    #[schema(minimum = 0, maximum = 3)]
    to_level: u8,
}
