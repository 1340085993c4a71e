//! The plan for outages and attacks (IT-BCP): what people wrote by hand, what the product knows, and both together as one
//! paper that the director approves and that hangs in a bag beside the door.
//!
//! Hand-written parts are kept one row per section ([`SectionDraft`]), so that two people write at the same time. The
//! facts ([`Ground`]) come from the registers and are never typed twice. An approved version ([`PlanVersion`]) keeps both
//! as they were on that day; a print ([`PlanPrint`]) keeps the facts that stand on the paper, so that [`print_warnings`]
//! can say what has changed since.

mod cut_off;
mod differences;
mod gaps;
mod ground;
mod paper;
mod phone_tree;
mod rows;
mod steps;
mod structure;
#[cfg(test)]
mod tests;
mod warnings;

pub use cut_off::{Cut, CutOff, Hole, Stage, cut_off_order};
pub use differences::{FieldChange, LineChange, RowChange, SectionDifference, TableChange, differences};
pub use gaps::{SectionState, gaps, state};
pub use ground::{CopyEntry, Ground, LineEntry, OfficeEntry, PersonEntry, Sources, SystemEntry, VendorEntry, ground};
pub use paper::{Block, FactTable, Paper, PaperSection, PhoneList, RoleTab, WardCard, fact_tables, paper};
pub use phone_tree::{Branch, Call, phone_tree};
pub use rows::suggested_rows;
pub use steps::{Role, Step, first_steps};
pub use structure::{
    Basis, Column, PlanStructure, Provenance, SectionGuide, StarterRow, StructureGroup, TableGuide, TemplateChapter,
    TextGuide,
};
pub use warnings::{Change, print_warnings};

use crate::id::PersonId;
use crate::known::keyed;
use crate::record::{Kept, Register};
use crate::text::{Lang, folded};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

keyed! {
    /// A section of the plan. Drill scenarios name them by these keys; never changed once published.
    SectionKey {
        /// Why there is a plan.
        #[default]
        Purpose = "purpose", "目的と方針", "Purpose and policy";
        /// Who leads, and who steps in.
        Organisation = "organisation", "体制と代わりの人", "Organisation and substitutes";
        /// Who calls whom.
        Contacts = "contacts", "連絡網", "Contacts and phone tree";
        /// When it begins.
        Activation = "activation", "発動の基準と最初の動き", "Activation and first steps";
        /// What an outage does to care.
        Impact = "impact", "診療への影響", "Effect on care";
        /// Which systems, how important, in which order.
        Systems = "systems", "システムの重要度と復旧の順", "Systems: importance and recovery order";
        /// What continues, is limited, stops.
        Departments = "departments", "部署ごとに続ける・減らす・止める", "What each department continues, limits, stops";
        /// Paper operation.
        Paper = "paper", "紙での運用", "Paper operation";
        /// What is cut, in which order, by whom.
        CutOff = "cut-off", "切り離しの手順", "Cutting off";
        /// Whom to call outside.
        Vendors = "vendors", "事業者への連絡", "Calling vendors";
        /// How each system comes back.
        Restore = "restore", "戻す手順", "Restoring";
        /// Whom it is reported to.
        Reporting = "reporting", "外への報告", "Reporting";
        /// What people are told.
        Communication = "communication", "知らせる文面", "What people are told";
        /// What must not be destroyed.
        Evidence = "evidence", "証拠を残す", "Keeping evidence";
        /// When it is looked at again.
        Review = "review", "見直し", "Review";
    }
}

/// A row of a hand-written table: what stands in each column, by the column's key.
pub type Row = BTreeMap<String, String>;

/// What people wrote in a section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Written {
    /// Texts by the key of their field.
    #[serde(default)]
    pub texts: BTreeMap<String, String>,
    /// Rows by the key of their table.
    #[serde(default)]
    pub tables: BTreeMap<String, Vec<Row>>,
}

impl Written {
    /// A text; empty if nobody wrote it.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        self.texts.get(key).map_or("", |text| text.trim())
    }

    /// The rows of a table that say something.
    #[must_use]
    pub fn rows(&self, key: &str) -> Vec<&Row> {
        let rows = self.tables.get(key).map_or(&[][..], Vec::as_slice);
        rows.iter().filter(|row| row.values().any(|cell| !cell.trim().is_empty())).collect()
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.values().all(|text| text.trim().is_empty())
            && self.tables.keys().all(|key| self.rows(key).is_empty())
    }

    /// The same without blank texts and rows, and without spaces around what was typed.
    #[must_use]
    pub fn tidied(&self) -> Self {
        let texts = self.texts.iter().map(|(key, text)| (key.clone(), text.trim().replace("\r\n", "\n")));
        let row = |row: &Row| -> Row { row.iter().map(|(key, cell)| (key.clone(), cell.trim().to_owned())).collect() };
        let tables =
            self.tables.keys().map(|key| (key.clone(), self.rows(key).into_iter().map(row).collect::<Vec<_>>()));
        Self {
            texts: texts.filter(|(_, text)| !text.is_empty()).collect(),
            tables: tables.filter(|(_, rows)| !rows.is_empty()).collect(),
        }
    }
}

/// What stands in a column of a row; empty if nothing.
#[must_use]
pub fn cell<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", |text| text.trim())
}

/// The hand-written part of one section as it is being worked on; one row per section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SectionDraft {
    /// Which section.
    pub section: SectionKey,
    /// What is written.
    #[serde(default)]
    pub written: Written,
}

impl Register for SectionDraft {
    const KIND: &'static str = "plan-section";

    fn label(&self) -> String {
        self.section.title().ja
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.section.key().to_owned())
    }
}

/// A plan at a moment: what is written, and the facts as they were then.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Hand-written parts by section.
    #[serde(default)]
    pub sections: BTreeMap<SectionKey, Written>,
    /// The facts.
    #[serde(default)]
    pub ground: Ground,
}

impl Snapshot {
    /// The draft as it stands.
    #[must_use]
    pub fn of(drafts: &[Kept<SectionDraft>], ground: Ground) -> Self {
        let sections = drafts.iter().map(|row| (row.body.section, row.body.written.tidied()));
        Self { sections: sections.filter(|(_, written)| !written.is_empty()).collect(), ground }
    }

    /// What is written in a section.
    #[must_use]
    pub fn written(&self, section: SectionKey) -> &Written {
        static NOTHING: Written = Written { texts: BTreeMap::new(), tables: BTreeMap::new() };
        self.sections.get(&section).unwrap_or(&NOTHING)
    }

    /// The wards and departments that the plan names, each once: those of which it says what goes on, then those with
    /// forms for work on paper.
    #[must_use]
    pub fn wards(&self) -> Vec<&str> {
        let going_on = self.written(SectionKey::Departments).rows("operation");
        let on_paper = self.written(SectionKey::Paper).rows("forms");
        let named = going_on.into_iter().map(|row| cell(row, "department"));
        let mut wards: Vec<&str> = Vec::new();
        for ward in named.chain(on_paper.into_iter().map(|row| cell(row, "ward"))) {
            if !ward.is_empty() && !wards.iter().any(|known| folded(known) == folded(ward)) {
                wards.push(ward);
            }
        }
        wards
    }

    /// The same with what the catalogue begins a section with, where nobody wrote yet.
    #[must_use]
    pub fn begun(mut self, structure: &PlanStructure, section: SectionKey, lang: Lang) -> Self {
        if let Some(guide) = structure.section(section) {
            let begun = guide.begun(self.written(section), lang);
            self.sections.insert(section, begun);
        }
        self
    }

    /// SHA-256 over all that stands in it, in lower-case hex: what an approver has seen.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // None of these types can fail to become JSON; an empty text would only make drafts look alike.
        let mut bytes = serde_json::to_vec(&self.sections).unwrap_or_default();
        bytes.extend(self.ground.fingerprint().into_bytes());
        hex::encode(Sha256::digest(bytes))
    }

    /// The cut-off procedure of this plan.
    #[must_use]
    pub fn cut_off(&self) -> CutOff {
        cut_off_order(&self.ground, self.written(SectionKey::CutOff))
    }
}

/// The director's approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who approved, as they were named then.
    pub name: String,
    /// Their office: `院長`.
    #[serde(default)]
    pub office: String,
    /// Their account, if the approver signed in.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// The day.
    pub on: Date,
    /// A remark.
    #[serde(default)]
    pub remark: String,
}

/// An approved version: never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanVersion {
    /// 1, 2, 3 …
    pub number: u32,
    /// Who approved it.
    pub approval: Approval,
    /// What was approved, with the facts of that day.
    pub plan: Snapshot,
}

impl Register for PlanVersion {
    const KIND: &'static str = "plan-version";

    fn label(&self) -> String {
        format!("第{}版", self.number)
    }

    /// Two people who approve at the same moment do not make two versions of one number.
    fn natural_key(&self) -> Option<String> {
        Some(self.number.to_string())
    }
}

/// Which plan is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The newest approved version with the facts of today; the draft while nothing is approved.
    #[default]
    InForce,
    /// The draft with the facts of today.
    Draft,
    /// A version with the facts of the day it was approved.
    Version(u32),
}

/// A plan picked out, to be put on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chosen {
    /// The version's number and approval; `None`: the draft.
    pub version: Option<(u32, Approval)>,
    /// What stands in it.
    pub plan: Snapshot,
    /// The day of its facts.
    pub facts_on: Date,
}

/// The newest version.
#[must_use]
pub fn newest(versions: &[Kept<PlanVersion>]) -> Option<&Kept<PlanVersion>> {
    versions.iter().max_by_key(|row| row.body.number)
}

/// A print for the bag: which version, and the facts that stand on the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPrint {
    /// Which version's hand-written parts.
    pub version: u32,
    /// The day.
    pub on: Date,
    /// Who printed it.
    pub by: String,
    /// Where the copies went: `本部の袋、2階病棟`.
    #[serde(default)]
    pub kept_at: String,
    /// SHA-256 over the facts on the paper, in lower-case hex.
    pub fingerprint: String,
    /// The facts on the paper.
    pub ground: Ground,
}

impl Register for PlanPrint {
    const KIND: &'static str = "plan-print";

    fn label(&self) -> String {
        format!("第{}版 {}", self.version, self.on)
    }
}

/// The newest print.
#[must_use]
pub fn newest_print(prints: &[Kept<PlanPrint>]) -> Option<&Kept<PlanPrint>> {
    prints.iter().max_by_key(|row| (row.body.on, row.created_at))
}
