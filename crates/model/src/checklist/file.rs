//! A form as a file for programs: `hakutaku-checklist/1`.

use super::faults::Fault;
use super::view::{FormView, LineState, Progress, VendorHead};
use super::{FormKind, Round};
use crate::catalogue::ItemStatus;
use crate::id::DocumentId;
use crate::proposal::Proposal;
use crate::text::Text;
use jiff::civil::Date;
use serde::Serialize;

/// The name of the structure, in every file.
pub const SCHEMA: &str = "hakutaku-checklist/1";

/// A form with its answers.
#[derive(Debug, Clone, Serialize)]
pub struct ChecklistFile {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Edition id.
    pub edition: String,
    /// Its year in words.
    pub era: Text,
    /// Its fiscal year.
    pub fiscal_year: i16,
    /// Whose form.
    pub form: FormKind,
    /// Facility.
    pub facility: String,
    /// On the vendor form: whose sheet.
    pub vendor: Option<VendorHead>,
    /// The day the file was made.
    pub made: Date,
    /// Where the official form is.
    pub official_form: String,
    /// That these are paraphrases.
    pub notice: Text,
    /// Why the whole form is not needed, if so.
    pub skipped: Option<Text>,
    /// How far it has come.
    pub progress: Progress,
    /// The lines in the order of the form.
    pub items: Vec<FileItem>,
}

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct FileItem {
    /// Item id.
    pub item: String,
    /// Device group.
    pub group: String,
    /// Printed number.
    pub number: Option<String>,
    /// Section of the form.
    pub section: u8,
    /// Topic id.
    pub topic: String,
    /// The item, paraphrased.
    pub summary: Text,
    /// Whether it counts this year.
    pub status: ItemStatus,
    /// Whether text or number must be looked up in the official form.
    pub inferred: bool,
    /// `open`, `yes`, `no-with-target`, `no-without-target`, `done-in-second-round`, `still-no`, `skipped`.
    pub state: &'static str,
    /// Why it is not filled in.
    pub skipped: Option<Text>,
    /// First round.
    pub first: Option<Round>,
    /// Target date.
    pub target: Option<Date>,
    /// Second round.
    pub second: Option<Round>,
    /// Remark.
    pub remark: String,
    /// Proof.
    pub documents: Vec<DocumentId>,
    /// Version of the answer; 0 when there is none. Hand it back when saving.
    pub version: i64,
    /// Who changed the answer last.
    pub answered_by: Option<String>,
    /// When.
    pub answered_at: Option<String>,
    /// Whether the facts have changed since it was confirmed.
    pub reopened: bool,
    /// What is wrong.
    pub faults: Vec<FileFault>,
    /// What the product proposes.
    pub proposal: Option<Proposal>,
}

/// A fault with its sentence.
#[derive(Debug, Clone, Serialize)]
pub struct FileFault {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// In words.
    pub sentence: Text,
}

/// That a form shows paraphrases.
#[must_use]
pub fn notice() -> Text {
    Text::new(
        "項目は言い換えで、公式の文言ではありません。提出や提示の前に公式の様式を確かめてください。",
        "Items are paraphrases, not the official wording. Check the official form before handing anything in.",
    )
}

impl ChecklistFile {
    /// The file of a form.
    #[must_use]
    pub fn of(view: &FormView, facility: &str, made: Date) -> Self {
        let mut items = Vec::new();
        for section in &view.sections {
            for item in &section.items {
                for line in &item.lines {
                    let answer = line.answer.as_ref();
                    items.push(FileItem {
                        item: item.id.clone(),
                        group: line.key.group.clone(),
                        number: item.number.clone(),
                        section: section.number,
                        topic: item.topic.clone(),
                        summary: item.summary.clone(),
                        status: item.status,
                        inferred: item.inferred,
                        state: line.state.key(),
                        skipped: match &line.state {
                            LineState::Skipped(skip) => Some(skip.reason.clone()),
                            _ => None,
                        },
                        first: answer.and_then(|answer| answer.first),
                        target: answer.and_then(|answer| answer.target),
                        second: answer.and_then(|answer| answer.second),
                        remark: answer.map(|answer| answer.remark.clone()).unwrap_or_default(),
                        documents: answer.map(|answer| answer.documents.clone()).unwrap_or_default(),
                        version: line.kept.as_ref().map_or(0, |kept| kept.version),
                        answered_by: line.kept.as_ref().map(|kept| kept.by.clone()),
                        answered_at: line.kept.as_ref().map(|kept| kept.at.to_string()),
                        reopened: line.reopened.is_some(),
                        faults: line
                            .faults
                            .iter()
                            .map(|fault| FileFault { fault: *fault, sentence: fault.sentence() })
                            .collect(),
                        proposal: line.proposal.clone(),
                    });
                }
            }
        }
        Self {
            schema: SCHEMA,
            edition: view.edition.clone(),
            era: view.era.clone(),
            fiscal_year: view.fiscal_year,
            form: view.form,
            facility: facility.to_owned(),
            vendor: view.vendor.clone(),
            made,
            official_form: view.url.clone(),
            notice: notice(),
            skipped: view.skipped.as_ref().map(|skip| skip.reason.clone()),
            progress: view.progress,
            items,
        }
    }
}
