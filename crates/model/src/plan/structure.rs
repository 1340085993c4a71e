//! The shape of the plan in the catalogue: sections with guidance, starter texts and the ministry's template beside them.

use super::{Row, SectionKey, Written};
use crate::catalogue::Confidence;
use crate::known::SourceLine;
use crate::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `catalog/plan/`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanStructure {
    /// Where the structure comes from.
    pub provenance: Provenance,
    /// The sections, in the order of the paper.
    pub sections: Vec<SectionGuide>,
}

/// `catalog/plan/structure.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The ministry's papers.
    pub sources: Vec<SourceLine>,
    /// The five groups of the ministry's check table.
    pub groups: Vec<StructureGroup>,
    /// Chapters of the ministry's template and items of its guide that are in our data.
    pub chapters: Vec<TemplateChapter>,
    /// What is not in our data.
    pub gaps: Vec<Text>,
}

/// A group of the ministry's check table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructureGroup {
    /// `peacetime`, `detection`, `initial`, `recovery`, `after`.
    pub key: String,
    /// Name.
    pub title: Text,
    /// What it is about, paraphrased.
    pub summary: Text,
    /// Whether it was read or inferred.
    pub confidence: Confidence,
}

/// Where a chapter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The ministry's template (ひな形).
    Template,
    /// The ministry's guide to its check table (手引き).
    Guide,
}

/// A chapter of the template, or an item of the guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateChapter {
    /// `tpl-3-3-2`, `bcp-item-4-1`.
    pub id: String,
    /// Which paper.
    pub basis: Basis,
    /// `3.3.2`.
    pub number: String,
    /// Heading.
    pub title: Text,
    /// Page, as printed.
    #[serde(default)]
    pub locator: String,
    /// Whether it was read or inferred.
    pub confidence: Confidence,
}

/// A section as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionGuide {
    /// Which.
    pub key: SectionKey,
    /// The groups of the check table it belongs to.
    pub groups: Vec<String>,
    /// What to write, in the words of somebody who has been through it.
    pub guidance: Text,
    /// The chapters and items it answers to: ids of [`TemplateChapter`].
    #[serde(default)]
    pub chapters: Vec<String>,
    /// What is our own addition or not in our data.
    #[serde(default)]
    pub remark: Option<Text>,
    /// Texts to write.
    #[serde(default)]
    pub texts: Vec<TextGuide>,
    /// Tables to fill in.
    #[serde(default)]
    pub tables: Vec<TableGuide>,
}

/// A text to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextGuide {
    /// Key within the section.
    pub key: String,
    /// Heading.
    pub title: Text,
    /// What to think of.
    #[serde(default)]
    pub hint: Option<Text>,
    /// A text to begin with.
    pub starter: Text,
}

/// A table to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableGuide {
    /// Key within the section.
    pub key: String,
    /// Heading.
    pub title: Text,
    /// What to think of.
    #[serde(default)]
    pub hint: Option<Text>,
    /// Its columns, the first of which names the row.
    pub columns: Vec<Column>,
    /// Rows to begin with.
    #[serde(default)]
    pub starter: Vec<StarterRow>,
}

/// A row to begin with: a text per column.
pub type StarterRow = BTreeMap<String, Text>;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Key within the table.
    pub key: String,
    /// Heading.
    pub title: Text,
    /// Whether it takes several lines.
    #[serde(default)]
    pub long: bool,
    /// A closed set: `roles` of [`super::Role`].
    #[serde(default)]
    pub of: Option<String>,
}

impl PlanStructure {
    /// A section.
    #[must_use]
    pub fn section(&self, key: SectionKey) -> Option<&SectionGuide> {
        self.sections.iter().find(|section| section.key == key)
    }

    /// The chapters a section answers to.
    #[must_use]
    pub fn chapters_of(&self, section: &SectionGuide) -> Vec<&TemplateChapter> {
        let find = |id: &String| self.provenance.chapters.iter().find(|chapter| chapter.id == *id);
        section.chapters.iter().filter_map(find).collect()
    }

    /// The groups of a section.
    #[must_use]
    pub fn groups_of(&self, section: &SectionGuide) -> Vec<&StructureGroup> {
        self.provenance.groups.iter().filter(|group| section.groups.contains(&group.key)).collect()
    }
}

impl SectionGuide {
    /// Everything a section begins with, in a language.
    #[must_use]
    pub fn starter(&self, lang: Lang) -> Written {
        let texts = self.texts.iter().map(|text| (text.key.clone(), text.starter.get(lang).trim().to_owned()));
        let row = |row: &StarterRow| -> Row {
            row.iter().map(|(key, text)| (key.clone(), text.get(lang).trim().to_owned())).collect()
        };
        let tables = self.tables.iter().map(|table| (table.key.clone(), table.starter.iter().map(row).collect()));
        Written { texts: texts.collect(), tables: tables.collect() }
    }

    /// What is written, with the starter where a text or table is still empty.
    #[must_use]
    pub fn begun(&self, written: &Written, lang: Lang) -> Written {
        let mut begun = self.starter(lang);
        let own = written.tidied();
        begun.texts.extend(own.texts);
        begun.tables.extend(own.tables);
        begun.tidied()
    }
}
