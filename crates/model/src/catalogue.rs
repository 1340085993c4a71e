//! The shape of the catalogue: questionnaires, controls, measures and the outside texts they stand for.
//!
//! `docs/catalog-format.md` describes the files; `crates/catalog` reads them into these types and refuses what is wrong.

use crate::id::{ControlId, FieldId, MeasureId, QuestionId, QuestionnaireId};
use crate::score::Level;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that is asked, advised and mapped, checked and ready to use.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The 21 fields in their fixed order.
    pub fields: Vec<Field>,
    /// Controls by id.
    pub controls: BTreeMap<ControlId, Control>,
    /// Measures by id.
    pub measures: BTreeMap<MeasureId, Measure>,
    /// Questionnaires in the order they are offered.
    pub questionnaires: Vec<Questionnaire>,
    /// Guideline editions by id (`mhlw-6.0`, `mhlw-7.0`, `online`).
    pub guidelines: BTreeMap<String, Guideline>,
    /// Checklist topics by id.
    pub checklist_topics: BTreeMap<String, ChecklistTopic>,
    /// Checklist editions, oldest first.
    pub checklists: Vec<Checklist>,
    /// How the checklists are filled in.
    pub checklist_rules: crate::checklist::ChecklistRules,
    /// Published national figures.
    pub surveys: Vec<Survey>,
    /// What the executive page says about a weak field.
    pub briefings: BTreeMap<FieldId, Briefing>,
    /// Certificates of vendors, explained.
    pub vendor_certificates: Vec<crate::vendor_forms::CertificateKind>,
    /// The ids of MDS2.
    pub mds2: crate::vendor_forms::VendorForm,
    /// The sections of the service-specification conformity disclosure.
    pub service_spec: crate::vendor_forms::VendorForm,
    /// Types of external connection, media and published cases.
    pub connections: crate::connection::ConnectionGuide,
    /// Ways of keeping a copy apart, and what is published about them.
    pub backup: crate::backup::BackupGuide,
    /// The audit sheet with its manual.
    pub audit: crate::audit::AuditGuide,
    /// Tasks of the responsibility matrix.
    pub responsibility: crate::responsibility::TaskCatalogue,
    /// Decision graphs: does a guideline apply.
    pub scope: Vec<crate::scope::ScopeGuide>,
    /// What to ask for when buying.
    pub procurement: crate::procurement::ProcurementGuide,
    /// Roles, first steps and reports of a real incident.
    pub incident: crate::incident::IncidentGuide,
    /// The shape of the plan for outages and attacks.
    pub plan: crate::plan::PlanStructure,
    /// Bodies outside that a contact chart names.
    pub outside_bodies: Vec<OutsideBody>,
    /// Conditions of the fees that touch security, oldest revision first.
    pub revisions: Vec<crate::readiness::Revision>,
    /// Scenarios of drills, by id.
    pub exercises: Vec<crate::exercise::Scenario>,
    /// Short lessons for courses, in the order they are offered.
    pub lessons: Vec<crate::training::Lesson>,
    /// Published cases as chains of steps, newest first.
    pub cases: Vec<crate::cases::PublishedCase>,
    /// Rules of correlation, weights of the watch screen, words around notices.
    pub region: crate::region::RegionGuide,
}

impl Catalogue {
    /// A scenario by id.
    #[must_use]
    pub fn exercise(&self, id: &str) -> Option<&crate::exercise::Scenario> {
        self.exercises.iter().find(|scenario| scenario.id == id)
    }

    /// A questionnaire by id.
    #[must_use]
    pub fn questionnaire(&self, id: &str) -> Option<&Questionnaire> {
        self.questionnaires.iter().find(|q| q.id.as_str() == id)
    }

    /// A field by id.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id.as_str() == id)
    }

    /// A published figure with the survey it comes from.
    #[must_use]
    pub fn metric(&self, id: &str) -> Option<(&Survey, &Metric)> {
        self.surveys.iter().find_map(|survey| survey.metrics.iter().find(|m| m.id == id).map(|m| (survey, m)))
    }

    /// A question with the questionnaire and section it stands in.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<(&Questionnaire, &Section, &Question)> {
        self.questionnaires.iter().find_map(|questionnaire| {
            questionnaire
                .sections
                .iter()
                .find_map(|section| section.questions.iter().find(|q| q.id == *id).map(|q| (questionnaire, section, q)))
        })
    }

    /// What a question stands for outside: the mappings of its controls, each outside item once, in order of target.
    #[must_use]
    pub fn references(&self, question: &Question) -> Vec<&Mapping> {
        let mut found: Vec<&Mapping> =
            question.controls.iter().filter_map(|id| self.controls.get(id)).flat_map(|control| &control.maps).collect();
        found.sort_by(|a, b| a.to.cmp(&b.to));
        found.dedup_by(|a, b| a.to == b.to);
        found
    }
}

/// One of the 21 fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Fixed id.
    pub id: FieldId,
    /// Fixed name.
    pub title: Text,
}

/// Our own stable topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// `<field>.<name>`.
    pub id: ControlId,
    /// Short name.
    pub title: Text,
    /// What is true where the control works.
    pub statement: Text,
    /// What it stands for outside.
    pub maps: Vec<Mapping>,
}

impl Control {
    /// The field the control belongs to, taken from its id.
    #[must_use]
    pub fn field(&self) -> FieldId {
        FieldId::from(self.id.as_str().split('.').next().unwrap_or_default())
    }
}

/// One relation of a control to an outside text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// `mhlw-6.0/<item>`, `mhlw-7.0/<item>`, `checklist/<topic>` or `online/<item>`.
    pub to: String,
    /// How the control relates to the outside item.
    pub relation: Relation,
    /// Why, and what is left over.
    pub reason: Text,
}

/// How a control relates to an outside item (the set-theory relations of NIST IR 8477).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relation {
    /// Both ask the same.
    Equal,
    /// The control asks less: it is part of the item.
    Subset,
    /// The control asks more: the item is part of it.
    Superset,
    /// They share a part.
    Intersects,
}

/// What to do about a weak answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// `<group>.<name>`.
    pub id: MeasureId,
    /// What is done.
    pub title: Text,
    /// In which order.
    pub steps: Vec<Text>,
    /// Who leads.
    pub who: Who,
    /// Working hours to get it in place at a 200-bed hospital: an estimate.
    pub effort_hours: Span,
    /// One-off purchase in yen: an estimate.
    pub cost_yen: Span,
    /// Running cost in yen a year: an estimate.
    #[serde(default)]
    pub yearly_yen: Span,
    /// The level reached once it is done, 1–3.
    pub reaches: Level,
    /// Measures to do before this one.
    #[serde(default)]
    pub after: Vec<MeasureId>,
    /// Controls it puts in place.
    pub controls: Vec<ControlId>,
    /// Where a fact in it comes from.
    #[serde(default)]
    pub source: Option<Text>,
}

impl Measure {
    /// Whether it costs nothing, neither once nor yearly (the hours aside).
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.cost_yen.max == 0 && self.yearly_yen.max == 0
    }
}

/// An estimate from … to …, in whole units of its field (hours or yen).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// At least.
    pub min: u32,
    /// At most.
    pub max: u32,
}

/// Who leads a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The IT person.
    It,
    /// Director, chief of administration, owner.
    Executive,
    /// The person named as safety manager.
    SafetyManager,
    /// The ward, pharmacy, laboratory, front desk.
    Ward,
    /// The firm under contract.
    Vendor,
    /// Everyone.
    Everyone,
}

impl Who {
    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::It => Text::new("システム担当者", "IT person"),
            Self::Executive => Text::new("経営層", "Executives"),
            Self::SafetyManager => Text::new("安全管理責任者", "Safety manager"),
            Self::Ward => Text::new("現場の部署", "Department"),
            Self::Vendor => Text::new("事業者", "Vendor"),
            Self::Everyone => Text::new("全員", "Everyone"),
        }
    }
}

/// Whether a questionnaire is scored or yields a network level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuestionnaireKind {
    /// Scored by field.
    Assessment,
    /// Yields a level from three controls.
    Typology,
}

/// A set of questions for one kind of reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Questionnaire {
    /// Fixed id.
    pub id: QuestionnaireId,
    /// Scored or typed.
    pub kind: QuestionnaireKind,
    /// Edition, e.g. `2026.1`.
    pub edition: String,
    /// Name.
    pub title: Text,
    /// Who answers.
    pub audience: Text,
    /// Minutes it honestly takes.
    pub minutes: u16,
    /// The fields in order.
    pub sections: Vec<Section>,
}

impl Questionnaire {
    /// All questions in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// A question of this questionnaire.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions().find(|q| q.id.as_str() == id)
    }

    /// The section a question stands in.
    #[must_use]
    pub fn section_of(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.questions.iter().any(|q| q.id.as_str() == id))
    }
}

/// One field within a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// One of the 21 fields.
    pub field: FieldId,
    /// The name this form uses (the field's own unless the form has a plainer one).
    pub title: Text,
    /// What the field is about.
    pub intro: Text,
    /// Its questions in order.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique over all questionnaires.
    pub id: QuestionId,
    /// The question.
    pub text: Text,
    /// Why it matters, one sentence.
    pub why: Text,
    /// What would show the answer.
    pub evidence: Text,
    /// Exactly four, 0–3.
    pub levels: Vec<LevelText>,
    /// The controls it asks about.
    pub controls: Vec<ControlId>,
    /// What helps, cheapest first.
    pub measures: Vec<MeasureId>,
    /// The earlier question that makes this one appear.
    #[serde(default)]
    pub applies_if: Option<AppliesIf>,
    /// Questions of another form asking the same thing.
    #[serde(default)]
    pub same_as: Vec<QuestionId>,
    /// The published figure to compare with.
    #[serde(default)]
    pub benchmark: Option<BenchmarkRef>,
}

impl Question {
    /// The described situation at a level.
    #[must_use]
    pub fn level_text(&self, level: Level) -> Option<&LevelText> {
        self.levels.get(usize::from(level.get()))
    }
}

/// A described level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelText {
    /// 0–3.
    pub level: Level,
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl LevelText {
    /// The side for `lang`.
    #[must_use]
    pub fn get(&self, lang: crate::text::Lang) -> &str {
        match lang {
            crate::text::Lang::Ja => &self.ja,
            crate::text::Lang::En => &self.en,
        }
    }
}

/// When a question appears: an earlier one was answered with a level, and at least this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppliesIf {
    /// The earlier question.
    pub question: QuestionId,
    /// The lowest level that makes it appear; absent: any level.
    #[serde(default)]
    pub min_level: Option<Level>,
    /// What the reader is told.
    pub reason: Text,
}

/// The published figure a question is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BenchmarkRef {
    /// Metric id.
    pub metric: String,
    /// The level from which this facility counts among those that have it.
    pub met_from: Level,
}

/// How sure a paraphrased outside fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Read in the source or a page that reprints it.
    Seen,
    /// Derived; look at the original before relying on it.
    #[default]
    Inferred,
}

/// Where an outside fact stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// Title of the paper or page.
    pub title: String,
    /// Its date as printed; empty: none.
    #[serde(default)]
    pub date: String,
    /// Where it is; empty: nowhere public.
    #[serde(default)]
    pub url: String,
}

/// A body outside that a contact chart names. Telephone numbers are no content: people fill them in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideBody {
    /// Stable id.
    pub id: String,
    /// Its part in the chart.
    pub part: crate::contacts::Part,
    /// Name.
    pub title: Text,
    /// When it is called, and by when.
    pub when: Text,
    /// Where the number comes from, and what else to know.
    pub note: Text,
    /// Its page, if one is known.
    #[serde(default)]
    pub url: String,
    /// Where this is said.
    pub source: Citation,
    /// How sure.
    pub confidence: Confidence,
}

/// An outside guideline as paraphrases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Guideline {
    /// `mhlw-6.0`, `mhlw-7.0`, `online`.
    pub id: String,
    /// Name.
    pub title: Text,
    /// Edition as printed.
    pub edition: String,
    /// Where the original is.
    pub url: String,
    /// What the reader must know about these paraphrases.
    pub notice: Text,
    /// Its items by id.
    pub items: BTreeMap<String, GuidelineItem>,
    /// When it was published, as printed: `2023-05`, `2026-06-29`.
    pub published: String,
    /// What stands beside the items: volumes, changes, dates, what could not be found.
    pub about: crate::clauses::AboutEdition,
}

impl Guideline {
    /// The items in the order of the text.
    #[must_use]
    pub fn in_order(&self) -> Vec<&GuidelineItem> {
        let mut items: Vec<&GuidelineItem> = self.items.values().collect();
        items.sort_by_key(|item| item.position);
        items
    }
}

/// One clause, paraphrased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct GuidelineItem {
    /// Item id within the guideline.
    pub id: String,
    /// How people cite it, e.g. `システム運用編 11.1 ②`.
    pub citation: String,
    /// Paraphrase.
    pub summary: Text,
    /// How sure.
    pub confidence: Confidence,
    /// Where it stands in the text, from 0.
    pub position: usize,
    /// Volume, as printed.
    pub volume: String,
    /// Chapter number, as printed.
    pub chapter: String,
    /// Chapter title, as printed; empty: not known.
    pub chapter_title: String,
}

/// A checklist topic, joining the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChecklistTopic {
    /// Topic id.
    pub id: String,
    /// Name.
    pub title: Text,
    /// What the ministry's manual expects, paraphrased, where it was read.
    pub expectation: Option<Text>,
    /// How sure.
    pub confidence: Confidence,
}

/// One year's checklist of the ministry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checklist {
    /// `r5` … `r8`.
    pub id: String,
    /// Era year.
    pub era: Text,
    /// Fiscal year.
    pub fiscal_year: i16,
    /// The guideline edition it belongs to: `mhlw-6.0`.
    pub guideline: String,
    /// Whether its items are in our data.
    pub items_available: bool,
    /// Where the official form is, for a link.
    pub url: String,
    /// Its items, in the order of the form.
    pub items: Vec<ChecklistItem>,
}

/// One item of a checklist, paraphrased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// Item id.
    pub id: String,
    /// Whose form.
    pub form: crate::checklist::FormKind,
    /// Section of the form; 0 is the opening question.
    pub section: u8,
    /// As printed, e.g. `2-⑧`.
    #[serde(default)]
    pub number: Option<String>,
    /// How sure the printed number is.
    pub number_confidence: Confidence,
    /// Device groups it is asked for; each is answered by itself.
    pub groups: Vec<String>,
    /// Whether it counts this year.
    pub status: ItemStatus,
    /// Topic id.
    pub topic: String,
    /// Paraphrase.
    pub summary: Text,
    /// How sure.
    pub confidence: Confidence,
}

/// Whether an item counts in its year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemStatus {
    /// The opening question: without a system the rest is skipped.
    Gate,
    /// Counts this year.
    Required,
    /// 参考項目: due in a later year.
    Reference,
    /// Not visible in our sources.
    Unknown,
}

/// A published survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Survey id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// Who was asked.
    pub population: Option<Text>,
    /// Title of the source.
    pub source_title: String,
    /// Its date as printed.
    pub source_date: String,
    /// Where it is.
    pub source_url: String,
    /// Its figures.
    pub metrics: Vec<Metric>,
}

/// One published figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metric {
    /// Metric id.
    pub id: String,
    /// What was counted.
    pub title: Text,
    /// The figure exactly as published, e.g. `49` or `8.7`.
    pub value: String,
    /// Its unit, `%`.
    pub unit: String,
    /// What the share is of, when not of all.
    pub denominator: Option<Text>,
    /// What else the source says about the figure.
    pub note: Option<Text>,
    /// The same by class of beds, as published.
    pub by_beds: BTreeMap<String, String>,
    /// How sure the figures by beds are.
    pub by_beds_confidence: Option<Confidence>,
}

/// What the executive page says about a weak field, without jargon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Briefing {
    /// The field.
    pub field: FieldId,
    /// What can happen to patients and the house.
    pub gap: Text,
    /// What to decide.
    pub decision: Text,
    /// What to ask the IT person this week.
    pub ask: Text,
}
