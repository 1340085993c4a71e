//! What a vendor answers: one shape for all forms, so that drafts, comparison and the answers file know only this one.
//!
//! A sheet holds lines: an item of the checklist form for one device group, a question of a disclosure file, an id of
//! MDS2, a section of the service disclosure. Every "no" becomes a question to the vendor or a risk of the facility.

use crate::checklist::{FormKind, ItemAnswer, ItemKey, Mark, Round};
use crate::id::{DocumentId, VendorRequestId};
use crate::record::{RecordId, Register};
use crate::time::{FiscalYear, Ts};
use crate::vendor_request::Ask;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most lines of a sheet (MDS2, the longest known form, has 240).
pub const MOST_LINES: usize = 1_000;
/// The longest text of a line, in characters.
pub const LONGEST_TEXT: usize = 4_000;
/// The largest answers file: 2 MiB.
pub const LARGEST_FILE: usize = 2 * 1024 * 1024;
/// The mark of an answers file.
pub const FORMAT: &str = "hakutaku-vendor-answers/1";

/// What stands behind a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// はい.
    Yes,
    /// いいえ.
    No,
    /// 対象外.
    NotApplicable,
    /// MDS2: "See Notes".
    SeeNotes,
}

impl Reply {
    /// The stable key of forms and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotApplicable => "na",
            Self::SeeNotes => "notes",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Yes, Self::No, Self::NotApplicable, Self::SeeNotes].into_iter().find(|reply| reply.key() == key)
    }

    /// Reads what people and published forms write: はい, ○, Yes, N/A, 対象外 …
    #[must_use]
    pub fn understood(text: &str) -> Option<Self> {
        match crate::text::folded(text).trim_end_matches(['.', '。']) {
            "yes" | "y" | "はい" | "○" | "〇" | "◯" | "有" | "true" => Some(Self::Yes),
            "no" | "n" | "いいえ" | "×" | "✕" | "無" | "false" => Some(Self::No),
            "n/a" | "na" | "n.a" | "対象外" | "該当なし" | "該当無し" | "not applicable" => {
                Some(Self::NotApplicable)
            }
            "see notes" | "see note" | "備考参照" => Some(Self::SeeNotes),
            _ => None,
        }
    }
}

/// One line of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    /// Item id, question number, MDS2 label or section id.
    pub id: String,
    /// Device group of a checklist item.
    #[serde(default)]
    pub group: String,
    /// What joins the years: a checklist topic; elsewhere empty.
    #[serde(default)]
    pub topic: String,
    /// The question as it stood in the vendor's own file, if it came from one.
    #[serde(default)]
    pub question: String,
    /// The answer; `None`: not answered (yet), or a line of free text.
    #[serde(default)]
    pub reply: Option<Reply>,
    /// The day it was checked.
    #[serde(default)]
    pub on: Option<Date>,
    /// After a "no": the day by which it will be done.
    #[serde(default)]
    pub target: Option<Date>,
    /// Remark or free text.
    #[serde(default)]
    pub text: String,
}

impl Line {
    /// What is unique in a sheet.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.id, &self.group)
    }

    /// Whether anything was put down.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.reply.is_none() && self.text.trim().is_empty()
    }
}

/// What a vendor fills in, whatever the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// The product or service it is about, where the form is per product.
    #[serde(default)]
    pub product: String,
    /// Its version.
    #[serde(default)]
    pub product_version: String,
    /// The version of the form, as printed on it.
    #[serde(default)]
    pub form_version: String,
    /// The day written on the form.
    #[serde(default)]
    pub dated: Option<Date>,
    /// The lines.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What stood in the vendor's own file and says nothing to us: the cell and what stands there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<(String, String)>,
}

impl Sheet {
    /// A line by item and group.
    #[must_use]
    pub fn line(&self, id: &str, group: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.key() == (id, group))
    }
}

/// Who answers for the vendor.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Signer {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Department or post.
    #[serde(default)]
    pub department: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
}

/// What is saved while the vendor works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// What was put down so far.
    #[serde(default)]
    pub sheet: Sheet,
    /// By whom.
    #[serde(default)]
    pub signer: Signer,
}

/// By which way an answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Through the link.
    Link,
    /// By a file sent back to the facility and read in there.
    File,
}

/// A whole answer, as it came: never changed afterwards, except that rows of a disclosure file are read into it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The request it answers.
    pub request: VendorRequestId,
    /// The vendor: an [`crate::vendor::Engagement`] of the facility.
    pub vendor: RecordId,
    /// Its name, as it was then.
    pub vendor_name: String,
    /// What was asked.
    pub ask: Ask,
    /// What was answered.
    pub sheet: Sheet,
    /// By whom.
    pub signer: Signer,
    /// When it arrived.
    pub sent_at: Ts,
    /// How.
    pub way: Way,
    /// The file handed in, if any.
    #[serde(default)]
    pub document: Option<DocumentId>,
}

impl Register for Submission {
    const KIND: &'static str = "vendor-submission";

    fn label(&self) -> String {
        format!("{} {}", self.vendor_name, self.ask.key())
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.request.to_string())
    }
}

/// What became of a vendor's "no".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum QuestionState {
    /// Nobody did anything yet.
    Open,
    /// The vendor explained or promised.
    Answered {
        /// What it said.
        text: String,
        /// When.
        on: Date,
    },
    /// The facility lives with it.
    Accepted {
        /// Why.
        reason: String,
        /// Who answers for that.
        owner: String,
        /// When.
        on: Date,
    },
    /// A later form of the vendor says yes.
    Settled {
        /// When.
        on: Date,
    },
}

/// A "no" of a vendor, to be answered or accepted. A row of the facility's register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorQuestion {
    /// The vendor.
    pub vendor: RecordId,
    /// Its name, as it was then.
    pub vendor_name: String,
    /// On which form.
    pub ask: Ask,
    /// Which product, where the form is per product.
    #[serde(default)]
    pub product: String,
    /// Which line.
    pub item: String,
    /// Device group.
    #[serde(default)]
    pub group: String,
    /// Checklist topic.
    #[serde(default)]
    pub topic: String,
    /// The question as it stood in the vendor's file; empty where the catalogue has the words.
    #[serde(default)]
    pub question: String,
    /// What the vendor remarked.
    #[serde(default)]
    pub remark: String,
    /// When it said no.
    pub said_on: Date,
    /// By when it promises to change that.
    #[serde(default)]
    pub target: Option<Date>,
    /// What became of it.
    pub state: QuestionState,
}

impl VendorQuestion {
    /// Whether somebody still has to do something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == QuestionState::Open
    }
}

impl Register for VendorQuestion {
    const KIND: &'static str = "vendor-question";

    fn label(&self) -> String {
        format!("{} {} {}", self.vendor_name, self.ask.key(), self.item)
    }

    fn natural_key(&self) -> Option<String> {
        let product = crate::text::folded(&self.product);
        Some(format!("{}/{}/{product}/{}/{}", self.vendor, self.ask.key(), self.item, self.group))
    }
}

/// What is wrong with a sheet before it may be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetFault {
    /// A line without an answer.
    Unanswered {
        /// Item.
        id: String,
        /// Device group.
        group: String,
    },
    /// A target date where the answer is not "no".
    TargetWithoutNo {
        /// Item.
        id: String,
        /// Device group.
        group: String,
    },
    /// A target date outside the fiscal year in which the item was checked (1 April to 31 March).
    TargetOutsideYear {
        /// Item.
        id: String,
        /// Device group.
        group: String,
    },
    /// A day of checking that is still to come.
    CheckedInFuture {
        /// Item.
        id: String,
        /// Device group.
        group: String,
    },
    /// Nobody's name.
    NoSigner,
    /// A form per product without a product.
    NoProduct,
    /// A text or number of lines beyond the limits.
    TooLong,
}

/// Everything that keeps a sheet from being sent. `expected` are the lines of the form; empty where the vendor hands in
/// a file.
#[must_use]
pub fn check(ask: &Ask, draft: &Draft, expected: &[(String, String)], today: Date) -> Vec<SheetFault> {
    let sheet = &draft.sheet;
    let mut faults = Vec::new();
    if draft.signer.name.trim().is_empty() {
        faults.push(SheetFault::NoSigner);
    }
    if !matches!(ask, Ask::Checklist(_)) && sheet.product.trim().is_empty() {
        faults.push(SheetFault::NoProduct);
    }
    let long = |text: &str, most: usize| text.chars().count() > most;
    let head = [&sheet.product, &sheet.product_version, &sheet.form_version];
    let signer = [&draft.signer.name, &draft.signer.department, &draft.signer.phone];
    if sheet.lines.len() > MOST_LINES
        || head.into_iter().chain(signer).any(|text| long(text, 200))
        || sheet.lines.iter().any(|line| long(&line.text, LONGEST_TEXT) || long(&line.question, LONGEST_TEXT))
    {
        faults.push(SheetFault::TooLong);
    }
    for (id, group) in expected {
        let at = || (id.clone(), group.clone());
        let Some(line) = sheet.line(id, group) else {
            let (id, group) = at();
            faults.push(SheetFault::Unanswered { id, group });
            continue;
        };
        let answered = match ask {
            Ask::ServiceSpec => !line.text.trim().is_empty(),
            _ => line.reply.is_some(),
        };
        if !answered {
            let (id, group) = at();
            faults.push(SheetFault::Unanswered { id, group });
        }
        if line.on.is_some_and(|on| on > today) {
            let (id, group) = at();
            faults.push(SheetFault::CheckedInFuture { id, group });
        }
        if let Some(target) = line.target {
            let (id, group) = at();
            let year = FiscalYear::of(line.on.unwrap_or(today));
            if line.reply != Some(Reply::No) {
                faults.push(SheetFault::TargetWithoutNo { id, group });
            } else if FiscalYear::of(target) != year {
                faults.push(SheetFault::TargetOutsideYear { id, group });
            }
        }
    }
    faults
}

/// What the hospital's own forms may stand on: the checklist answers of a submission, laid over what stood before. A
/// first round stays; an answer of a later day is the second round.
#[must_use]
pub fn item_answer(
    edition: &str,
    vendor: RecordId,
    line: &Line,
    sent_on: Date,
    before: Option<ItemAnswer>,
) -> Option<ItemAnswer> {
    let mark = match line.reply? {
        Reply::Yes => Mark::Yes,
        Reply::No => Mark::No,
        Reply::NotApplicable | Reply::SeeNotes => return None,
    };
    let round = Round { mark, on: line.on.unwrap_or(sent_on) };
    let key = ItemKey {
        edition: edition.to_owned(),
        form: FormKind::Vendor,
        item: line.id.clone(),
        group: line.group.clone(),
        vendor: Some(vendor),
    };
    let fresh = ItemAnswer {
        key,
        first: Some(round),
        target: line.target,
        second: None,
        saw: None,
        remark: line.text.clone(),
        documents: Vec::new(),
    };
    Some(match before {
        Some(before) if before.first.is_some_and(|first| first != round) => {
            ItemAnswer { second: Some(round), remark: line.text.clone(), ..before }
        }
        Some(before) if before.first.is_some() => {
            ItemAnswer { target: line.target, remark: line.text.clone(), ..before }
        }
        _ => fresh,
    })
}

/// The questions that follow from a submission: a "no" opens one, unless it stands already; a "yes" settles it.
#[must_use]
pub fn questions_after(submission: &Submission, before: &[VendorQuestion]) -> Vec<VendorQuestion> {
    let on = submission.sent_at.date_in_japan();
    let mut after = Vec::new();
    for line in &submission.sheet.lines {
        let fresh = VendorQuestion {
            vendor: submission.vendor,
            vendor_name: submission.vendor_name.clone(),
            ask: submission.ask.clone(),
            product: submission.sheet.product.clone(),
            item: line.id.clone(),
            group: line.group.clone(),
            topic: line.topic.clone(),
            question: line.question.clone(),
            remark: line.text.clone(),
            said_on: on,
            target: line.target,
            state: QuestionState::Open,
        };
        let known = before.iter().find(|question| question.natural_key() == fresh.natural_key());
        match (line.reply, known) {
            (Some(Reply::No), None) => after.push(fresh),
            // Said no again after a yes: it is a question again. What was accepted or explained stays so.
            (Some(Reply::No), Some(known)) => {
                let state = match &known.state {
                    QuestionState::Settled { .. } => QuestionState::Open,
                    other => other.clone(),
                };
                after.push(VendorQuestion { state, ..fresh });
            }
            (Some(Reply::Yes | Reply::NotApplicable), Some(known))
                if !matches!(known.state, QuestionState::Settled { .. }) =>
            {
                after.push(VendorQuestion { state: QuestionState::Settled { on }, ..known.clone() });
            }
            _ => {}
        }
    }
    after
}

/// How a line differs from the earlier sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference<'a> {
    /// It is not in the earlier one.
    New(&'a Line),
    /// It is not in the later one.
    Gone(&'a Line),
    /// Both have it, with another answer or remark.
    Changed {
        /// Earlier.
        from: &'a Line,
        /// Later.
        to: &'a Line,
    },
}

/// What joins two sheets: topic and group where there is a topic (numbers move between years), else id and group.
fn joint(line: &Line) -> (&str, &str) {
    (if line.topic.is_empty() { &line.id } else { &line.topic }, &line.group)
}

/// The lines that differ, in the order of the later sheet, gone ones last. Only the day of checking is no difference.
#[must_use]
pub fn differences<'a>(earlier: &'a Sheet, later: &'a Sheet) -> Vec<Difference<'a>> {
    let before: BTreeMap<(&str, &str), &Line> = earlier.lines.iter().map(|line| (joint(line), line)).collect();
    let after: BTreeMap<(&str, &str), &Line> = later.lines.iter().map(|line| (joint(line), line)).collect();
    let mut found = Vec::new();
    for line in &later.lines {
        match before.get(&joint(line)) {
            None => found.push(Difference::New(line)),
            Some(from) if from.reply != line.reply || from.text.trim() != line.text.trim() => {
                found.push(Difference::Changed { from, to: line });
            }
            Some(_) => {}
        }
    }
    found.extend(earlier.lines.iter().filter(|line| !after.contains_key(&joint(line))).map(Difference::Gone));
    found
}

/// The answers of a vendor as a file: to keep, and to fill another request with, here or in another installation. It
/// names neither the facility nor the request it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersFile {
    /// [`FORMAT`].
    pub format: String,
    /// Which form.
    pub ask: Ask,
    /// The answers.
    pub sheet: Sheet,
    /// By whom.
    pub signer: Signer,
    /// When they were sent.
    pub sent_on: Date,
}

/// Why an answers file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswersFileError {
    /// Larger than [`LARGEST_FILE`].
    #[error("reading an answers file: it is larger than 2 MiB")]
    TooLarge,
    /// Not JSON of this form.
    #[error("reading an answers file: it is none ({0})")]
    NotOurs(String),
    /// Of another, later format.
    #[error("reading an answers file: its format is {0}")]
    OtherFormat(String),
    /// For another form.
    #[error("reading an answers file: it answers {found}, not {expected}")]
    OtherForm {
        /// In the file.
        found: String,
        /// Asked for.
        expected: String,
    },
    /// Too many lines or too long a text.
    #[error("reading an answers file: it holds more than any form of ours")]
    TooMuch,
}

impl AnswersFile {
    /// Reads a file for a request. The edition may be another one: items are then joined by topic by the caller.
    ///
    /// # Errors
    /// A file that is none of ours, too large, or for another form.
    pub fn read(bytes: &[u8], ask: &Ask) -> Result<Self, AnswersFileError> {
        #[derive(Deserialize)]
        struct Mark {
            format: String,
        }
        if bytes.len() > LARGEST_FILE {
            return Err(AnswersFileError::TooLarge);
        }
        let not_ours = |error: serde_json::Error| AnswersFileError::NotOurs(error.to_string());
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mark: Mark = serde_json::from_slice(bytes).map_err(not_ours)?;
        if mark.format != FORMAT {
            return Err(AnswersFileError::OtherFormat(mark.format.chars().take(60).collect()));
        }
        let file: Self = serde_json::from_slice(bytes).map_err(not_ours)?;
        if !file.ask.is_same_form(ask) {
            return Err(AnswersFileError::OtherForm { found: file.ask.key(), expected: ask.key() });
        }
        let long = |text: &String| text.chars().count() > LONGEST_TEXT;
        let lines = &file.sheet.lines;
        if lines.len() > MOST_LINES
            || lines
                .iter()
                .any(|line| [&line.id, &line.group, &line.topic, &line.question, &line.text].into_iter().any(long))
        {
            return Err(AnswersFileError::TooMuch);
        }
        Ok(file)
    }

    /// What the file offers for a line of a form: the same item, or the same topic of another year's edition.
    #[must_use]
    pub fn offer(&self, id: &str, group: &str, topic: &str) -> Option<&Line> {
        self.sheet.line(id, group).or_else(|| {
            self.sheet.lines.iter().find(|line| !topic.is_empty() && line.topic == topic && line.group == group)
        })
    }
}

#[cfg(test)]
#[path = "vendor_answers_tests.rs"]
mod tests;
