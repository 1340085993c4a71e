//! Forms and certificates of vendors as the catalogue has them.

use crate::catalogue::Confidence;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A kind of certificate, mark or audit report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateKind {
    /// Its id.
    pub id: String,
    /// Name.
    pub title: Text,
    /// What it says and does not say.
    pub explained: Text,
    /// Whether the vendor selection list of guideline 6.0 (planning volume) names it.
    #[serde(default)]
    pub listed: bool,
}

/// A form that vendors fill in: ids and paraphrases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorForm {
    /// Its id.
    pub id: String,
    /// Name.
    pub title: Text,
    /// Edition as printed; empty where not known.
    pub edition: String,
    /// What the data lacks, said to the reader.
    pub note: Text,
    /// Where the original is.
    pub url: String,
    /// Its sections.
    pub sections: Vec<FormSection>,
}

/// A section of such a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSection {
    /// Its id.
    pub id: String,
    /// Number as printed; empty where there is none.
    pub number: String,
    /// Heading.
    pub title: Text,
    /// What is asked.
    pub items: Vec<FormItem>,
}

/// One thing asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormItem {
    /// Its id: the original label where there is one.
    pub id: String,
    /// Number as printed; empty where the id is it.
    #[serde(default)]
    pub number: String,
    /// Paraphrase.
    pub text: Text,
    /// How sure.
    pub confidence: Confidence,
}

impl VendorForm {
    /// All items, in order.
    pub fn items(&self) -> impl Iterator<Item = &FormItem> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// An item by id, in any case and with or without spaces around.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&FormItem> {
        self.items().find(|item| item.id.eq_ignore_ascii_case(id.trim()))
    }
}
