//! The catalogue as scripts read it: `hakutaku catalog list|show --format json` and the API. Field names are a contract.

use crate::catalogue::{Catalogue, Questionnaire};
use crate::id::{ControlId, MeasureId, QuestionId};
use crate::score::Level;
use serde::Serialize;

/// One entry of `catalog list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CatalogueEntry {
    /// What `catalog show` takes.
    pub id: String,
    /// `questionnaire`, `controls`, `measures`, `guideline`, `checklist`, `survey`.
    pub kind: &'static str,
    /// Edition or year as printed.
    pub edition: String,
    /// Japanese name.
    pub title_ja: String,
    /// English name.
    pub title_en: String,
}

/// One questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedQuestionnaire {
    /// Id.
    pub id: String,
    /// Edition.
    pub edition: String,
    /// Japanese name.
    pub title_ja: String,
    /// English name.
    pub title_en: String,
    /// Its fields in order.
    pub fields: Vec<PublishedField>,
}

/// One field of a questionnaire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedField {
    /// One of the 21 ids.
    pub id: String,
    /// Japanese name.
    pub title_ja: String,
    /// English name.
    pub title_en: String,
    /// Its questions in order.
    pub questions: Vec<PublishedQuestion>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedQuestion {
    /// Id.
    pub id: QuestionId,
    /// Japanese.
    pub text_ja: String,
    /// English.
    pub text_en: String,
    /// Why it matters.
    pub why_ja: String,
    /// Why it matters.
    pub why_en: String,
    /// What would show the answer.
    pub evidence_ja: String,
    /// What would show the answer.
    pub evidence_en: String,
    /// The four described levels.
    pub levels: Vec<PublishedLevel>,
    /// What makes it appear; `null` when it always does.
    pub applies_if: Option<PublishedCondition>,
    /// The controls it asks about.
    pub controls: Vec<ControlId>,
    /// What it stands for outside, through its controls.
    pub references: Vec<String>,
    /// What helps.
    pub measures: Vec<MeasureId>,
}

/// One described level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedLevel {
    /// 0–3.
    pub level: Level,
    /// Japanese.
    pub text_ja: String,
    /// English.
    pub text_en: String,
}

/// What makes a question appear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedCondition {
    /// The earlier question that must be answered with a level.
    pub question: QuestionId,
    /// The lowest such level; `null`: any.
    pub min_level: Option<Level>,
    /// What the reader is told.
    pub text_ja: String,
    /// What the reader is told.
    pub text_en: String,
}

/// Everything that can be shown, in a fixed order.
#[must_use]
pub fn list(catalogue: &Catalogue) -> Vec<CatalogueEntry> {
    let own_edition = catalogue.questionnaires.first().map_or_else(String::new, |q| q.edition.clone());
    let entry = |id: &str, kind, edition: &str, ja: &str, en: &str| CatalogueEntry {
        id: id.to_owned(),
        kind,
        edition: edition.to_owned(),
        title_ja: ja.to_owned(),
        title_en: en.to_owned(),
    };
    let mut entries: Vec<CatalogueEntry> = catalogue
        .questionnaires
        .iter()
        .map(|q| entry(q.id.as_str(), "questionnaire", &q.edition, &q.title.ja, &q.title.en))
        .collect();
    entries.push(entry("controls", "controls", &own_edition, "管理項目", "Controls"));
    entries.push(entry("measures", "measures", &own_edition, "対策", "Measures"));
    entries
        .extend(catalogue.guidelines.values().map(|g| entry(&g.id, "guideline", &g.edition, &g.title.ja, &g.title.en)));
    entries.extend(catalogue.checklists.iter().map(|c| {
        let ja = format!("サイバーセキュリティ対策チェックリスト（{}）", c.era.ja);
        let en = format!("Cybersecurity checklist ({})", c.era.en);
        entry(&c.id, "checklist", &c.fiscal_year.to_string(), &ja, &en)
    }));
    entries.extend(catalogue.surveys.iter().map(|s| entry(&s.id, "survey", &s.source_date, &s.name.ja, &s.name.en)));
    entries
}

/// A questionnaire as scripts read it.
#[must_use]
pub fn questionnaire(catalogue: &Catalogue, questionnaire: &Questionnaire) -> PublishedQuestionnaire {
    PublishedQuestionnaire {
        id: questionnaire.id.to_string(),
        edition: questionnaire.edition.clone(),
        title_ja: questionnaire.title.ja.clone(),
        title_en: questionnaire.title.en.clone(),
        fields: questionnaire
            .sections
            .iter()
            .map(|section| PublishedField {
                id: section.field.to_string(),
                title_ja: section.title.ja.clone(),
                title_en: section.title.en.clone(),
                questions: section.questions.iter().map(|q| question(catalogue, q)).collect(),
            })
            .collect(),
    }
}

fn question(catalogue: &Catalogue, question: &crate::catalogue::Question) -> PublishedQuestion {
    PublishedQuestion {
        id: question.id.clone(),
        text_ja: question.text.ja.clone(),
        text_en: question.text.en.clone(),
        why_ja: question.why.ja.clone(),
        why_en: question.why.en.clone(),
        evidence_ja: question.evidence.ja.clone(),
        evidence_en: question.evidence.en.clone(),
        levels: question
            .levels
            .iter()
            .map(|level| PublishedLevel { level: level.level, text_ja: level.ja.clone(), text_en: level.en.clone() })
            .collect(),
        applies_if: question.applies_if.as_ref().map(|condition| PublishedCondition {
            question: condition.question.clone(),
            min_level: condition.min_level,
            text_ja: condition.reason.ja.clone(),
            text_en: condition.reason.en.clone(),
        }),
        controls: question.controls.clone(),
        references: catalogue.references(question).into_iter().map(|mapping| mapping.to.clone()).collect(),
        measures: question.measures.clone(),
    }
}
