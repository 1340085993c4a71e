//! One form as it stands on a day: every line with its state, what the product proposes, what is wrong, what was
//! answered last year. Pages, papers, the API and the inspection pack all show this and compute nothing.

use super::FormKind;
use super::compare::{Asked, TopicStep};
use super::faults::Fault;
use super::{ItemAnswer, ItemKey};
use crate::catalogue::{Checklist, Confidence, ItemStatus};
use crate::facts::FactSheet;
use crate::proposal::Proposal;
use crate::record::{Kept, RecordId};
use crate::text::Text;
use crate::time::{FiscalYear, Ts};
use jiff::civil::Date;
use serde::Serialize;

/// A vendor as the forms need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VendorHead {
    /// The [`crate::vendor::Engagement`].
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Whether a contract is in force today.
    pub contracted: bool,
}

/// Everything the forms of one facility stand on; the store gathers it once, and every form is computed from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormGround {
    /// All editions, from [`super::editions::editions`].
    pub editions: Vec<Checklist>,
    /// Answers of all editions and forms.
    pub answers: Vec<Kept<ItemAnswer>>,
    /// Vendors of the facility's register.
    pub vendors: Vec<VendorHead>,
    /// What the product knows.
    pub facts: FactSheet,
    /// The day.
    pub today: Date,
}

/// One form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormView {
    /// Edition id.
    pub edition: String,
    /// Its year in words.
    pub era: Text,
    /// Its fiscal year.
    pub fiscal_year: i16,
    /// Where the official form is.
    pub url: String,
    /// First and last fiscal year whose dates it takes.
    pub years: (FiscalYear, FiscalYear),
    /// Whether it is last year's form used to prepare for a year whose items are not in our data.
    pub prepares: bool,
    /// Whose form.
    pub form: FormKind,
    /// On the vendor form: whose sheet.
    pub vendor: Option<VendorHead>,
    /// Whether somebody else fills it in.
    pub vendor_writes: bool,
    /// Why the whole form is not needed, if so.
    pub skipped: Option<Skip>,
    /// The lines by section and item, in the order of the form.
    pub sections: Vec<SectionView>,
    /// How far it has come.
    pub progress: Progress,
    /// The rules of the edition in sentences.
    pub rules: Vec<RuleNote>,
    /// What became of last year's topics, where there is an earlier edition.
    pub years_apart: Option<YearsApart>,
}

/// This edition beside the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearsApart {
    /// The earlier edition.
    pub before: String,
    /// Its year in words.
    pub era: Text,
    /// Topic by topic.
    pub steps: Vec<TopicStep>,
}

/// A rule as told to the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleNote {
    /// Rule id.
    pub id: String,
    /// The rule.
    pub text: Text,
    /// How sure.
    pub confidence: Confidence,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionView {
    /// Number; 0 is the opening question.
    pub number: u8,
    /// Heading.
    pub title: Text,
    /// Its items.
    pub items: Vec<ItemView>,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemView {
    /// Item id.
    pub id: String,
    /// Printed number.
    pub number: Option<String>,
    /// Topic id.
    pub topic: String,
    /// Topic.
    pub title: Text,
    /// The item, paraphrased.
    pub summary: Text,
    /// What the ministry's manual expects, paraphrased.
    pub expectation: Option<Text>,
    /// Whether it counts this year.
    pub status: ItemStatus,
    /// Whether text or number is inferred: look at the official form.
    pub inferred: bool,
    /// One line per device group.
    pub lines: Vec<LineView>,
}

/// One line to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineView {
    /// Its key; what an answer carries.
    pub key: ItemKey,
    /// Device group.
    pub group: Text,
    /// How it stands.
    pub state: LineState,
    /// What a person put down.
    pub answer: Option<ItemAnswer>,
    /// The row of the answer, its version, who and when.
    pub kept: Option<KeptHead>,
    /// What the product proposes; none on a form that somebody else fills in.
    pub proposal: Option<Proposal>,
    /// The facts have changed since it was confirmed: the reasons as they stood then.
    pub reopened: Option<Vec<String>>,
    /// What is wrong with the answer.
    pub faults: Vec<Fault>,
    /// What was answered on the edition before.
    pub last_year: Vec<LastYear>,
}

/// The row of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptHead {
    /// Row id.
    pub id: RecordId,
    /// Version; hand it back when saving.
    pub version: i64,
    /// Who changed it last.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// A line of the edition before that this one continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastYear {
    /// Where it was asked.
    pub asked: Asked,
    /// The device group.
    pub group: Text,
    /// Its answer, if there was one.
    pub answer: Option<ItemAnswer>,
}

/// How a line stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "why")]
pub enum LineState {
    /// Nobody answered.
    Open,
    /// Yes in the first round.
    Yes,
    /// No, and no day by which it will be done.
    NoWithoutTarget,
    /// No, with a day.
    NoWithTarget,
    /// No at first, done by the second round.
    DoneInSecondRound,
    /// No in the second round too.
    StillNo,
    /// Not to be filled in.
    Skipped(Skip),
}

impl LineState {
    /// The stable key.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Yes => "yes",
            Self::NoWithoutTarget => "no-without-target",
            Self::NoWithTarget => "no-with-target",
            Self::DoneInSecondRound => "done-in-second-round",
            Self::StillNo => "still-no",
            Self::Skipped(_) => "skipped",
        }
    }

    /// In words.
    #[must_use]
    pub fn title(&self) -> Text {
        match self {
            Self::Open => Text::new("未記入", "Not answered"),
            Self::Yes => Text::new("はい", "Yes"),
            Self::NoWithoutTarget => Text::new("いいえ（目標日なし）", "No, without a target date"),
            Self::NoWithTarget => Text::new("いいえ（目標日あり）", "No, with a target date"),
            Self::DoneInSecondRound => Text::new("2回目で「はい」", "Yes in the second round"),
            Self::StillNo => Text::new("2回目も「いいえ」", "No in the second round too"),
            Self::Skipped(_) => Text::new("記入しない", "Not filled in"),
        }
    }
}

/// Why something is not filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The rule.
    pub rule: String,
    /// The reason.
    pub reason: Text,
    /// Whether the vendor register is empty: then the reason may only be that nobody entered a vendor.
    pub no_vendor_entered: bool,
}

/// Counts over the lines of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Progress {
    /// Lines to fill in; skipped ones are not among them.
    pub lines: usize,
    /// Not to be filled in.
    pub skipped: usize,
    /// Without a first-round answer: what an inspector sees missing first.
    pub open: usize,
    /// Yes, in either round.
    pub yes: usize,
    /// No, with a target date.
    pub no_with_target: usize,
    /// No, without a target date, or no in the second round too.
    pub no_without_target: usize,
    /// Answered, but the facts have changed since: to be looked at again.
    pub look_again: usize,
    /// With something wrong.
    pub faulty: usize,
    /// Whose text or number must be looked up in the official form.
    pub inferred: usize,
}

impl Progress {
    /// Lines with an answer in the first round.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.lines - self.open
    }
}

impl FormView {
    /// All lines with their item, in the order of the form.
    pub fn lines(&self) -> impl Iterator<Item = (&ItemView, &LineView)> {
        let items = self.sections.iter().flat_map(|section| &section.items);
        items.flat_map(|item| item.lines.iter().map(move |line| (item, line)))
    }

    /// One line.
    #[must_use]
    pub fn line(&self, item: &str, group: &str) -> Option<(&ItemView, &LineView)> {
        self.lines().find(|(_, line)| line.key.item == item && line.key.group == group)
    }
}
