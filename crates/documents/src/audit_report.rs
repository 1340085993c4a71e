//! The report of an audit in two lengths: full, and two pages that a director understands.

pub use crate::audit_report_paper::audit_report_pdf;

use hakutaku_model::audit::{Conclusion, Mark, Severity, Tally};
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use jiff::civil::Date;

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// Everything: each item with what was seen, samples, findings with cause and actions.
    Full,
    /// Two pages: the verdict in words, up to three things to decide, what improved since last time.
    Short,
}

/// Everything the report shows, in the words of [`Self::lang`] where they come from the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Language of the paper.
    pub lang: Lang,
    /// The facility's name.
    pub facility: String,
    /// When the paper is made.
    pub made: Ts,
    /// The audit's title.
    pub title: String,
    /// Internal or external, in words.
    pub kind: String,
    /// The fiscal year it counts for.
    pub year: FiscalYear,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// Who led it.
    pub auditor: String,
    /// Their firm.
    pub firm: String,
    /// What it was for.
    pub purpose: String,
    /// What the auditor says.
    pub conclusion: Conclusion,
    /// The marks, counted.
    pub tally: Tally,
    /// The audit before: title, result in per cent.
    pub before: Option<(String, Option<u32>)>,
    /// Items whose mark weighs differently than in the audit before: title, mark then, mark now; better ones first.
    pub moved: Vec<(String, Mark, Mark)>,
    /// With whom was spoken.
    pub interviews: Vec<String>,
    /// The items of the scope.
    pub items: Vec<ReportItem>,
    /// The findings, worst first.
    pub findings: Vec<ReportFinding>,
    /// The samples.
    pub samples: Vec<ReportSample>,
    /// Who signed, when.
    pub signed: Option<(String, Date)>,
    /// Who closed it, when.
    pub closed: Option<(String, Date)>,
    /// The hash over the folder.
    pub seal: Option<String>,
}

/// An item with its paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportItem {
    /// Its field.
    pub field: String,
    /// Its title.
    pub title: String,
    /// Why it was looked at.
    pub reasons: Vec<String>,
    /// The mark; `None`: not judged yet.
    pub mark: Option<Mark>,
    /// What was seen.
    pub seen: String,
    /// The remark.
    pub remark: String,
    /// Names of photos and documents.
    pub documents: Vec<String>,
    /// Who wrote it.
    pub by: String,
    /// The day.
    pub on: Option<Date>,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFinding {
    /// In one line.
    pub title: String,
    /// The item's title; empty: none.
    pub item: String,
    /// How bad.
    pub severity: Severity,
    /// What kind, in words.
    pub kind: String,
    /// The fact.
    pub detail: String,
    /// Why it happened.
    pub cause: String,
    /// What can come of it.
    pub risk: String,
    /// What mends it.
    pub actions: Vec<ReportAction>,
}

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportAction {
    /// What is to be done.
    pub title: String,
    /// By whom.
    pub owner: String,
    /// By when.
    pub due: Option<Date>,
    /// Where it stands on the day the paper is made, in words.
    pub state: String,
    /// How many days its day is past and it is not done.
    pub overdue: Option<i32>,
}

/// A sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSample {
    /// From what.
    pub from: String,
    /// For which item; empty: the whole audit.
    pub item: String,
    /// The seed.
    pub seed: String,
    /// How many there were.
    pub population: u32,
    /// The hash over all ids.
    pub population_hash: String,
    /// Right, wrong, not seen, open.
    pub counts: [usize; 4],
    /// The wrong lines.
    pub wrong: Vec<String>,
}
