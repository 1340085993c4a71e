//! Audits: planned by risk, worked through item by item on drawn samples, signed off, and closed for good.
//!
//! An [`Audit`] is one row; its working papers, samples, interviews and findings are rows of their own that name it, so
//! that several people write at the same time. What a finding asks for is a [`crate::corrective::CorrectiveAction`]
//! with the finding as its source. After [`Audit::sign`] nothing of it is written any more, and after [`Audit::close`]
//! not even the signature can be taken back.

pub mod outcome;
pub mod paper;
pub mod rank;
pub mod room;
pub mod sample;
pub mod scope;
pub mod sheet;
pub mod year;

pub use outcome::{Improvement, Tally, improved, seal, tally};
pub use paper::{AuditPaper, Finding, FindingKind, Interview, Mark, PaperFault, Said, Severity};
pub use rank::{Correlation, FEWEST, Relation, relation, spearman};
pub use room::{RegisterShown, RoomChoice};
pub use sample::{Drawn, Population, Sample, SampleResult, SampleRow, SampledFrom, draw, seed_is_plain};
pub use scope::{PastFinding, Proposed, Reason, ScopeGround, WeakField, propose};
pub use sheet::{AuditGuide, AuditItem, InterviewQuestion, Rhythm};
pub use year::{Due, YearPlan, year_plan};

use crate::corrective::{Deed, State as ActionState};
use crate::facts::AuditFacts;
use crate::id::RecordId;
use crate::journal::Hash;
use crate::known::keyed;
use crate::record::{Kept, Register};
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

keyed! {
    /// By whom.
    AuditKind {
        /// By people of the house who do not run what they look at.
        #[default]
        Internal = "internal", "内部監査", "Internal audit";
        /// By somebody from outside.
        External = "external", "外部監査", "External audit";
    }
}

keyed! {
    /// How far it is.
    AuditState {
        /// Planned.
        #[default]
        Planned = "planned", "計画", "Planned";
        /// Under way.
        Running = "running", "実施中", "Under way";
        /// Signed off by the auditor; nothing is written any more.
        Signed = "signed", "報告書に署名済み", "Signed off";
        /// Closed for good.
        Closed = "closed", "終了", "Closed";
    }
}

keyed! {
    /// The verdict, in the auditor's judgement; the product never computes it.
    Verdict {
        /// Good on the whole.
        Good = "good", "おおむね良好", "Good on the whole";
        /// Works, with gaps that have to be mended by a day.
        #[default]
        Gaps = "gaps", "直すところがある", "Gaps to be mended";
        /// A serious gap: decide at once.
        Serious = "serious", "重大な不備があり、すぐに決めることがある", "Serious gaps: decide at once";
    }
}

/// An item in the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeLine {
    /// Id in the audit sheet.
    pub item: String,
    /// Why it was proposed, in the words of that day; empty when the planner added it.
    #[serde(default)]
    pub reasons: Vec<Text>,
}

/// A corrective action as it stood when the report was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenAction {
    /// The action.
    pub action: RecordId,
    /// Of which finding.
    pub finding: RecordId,
    /// What is to be done.
    pub title: String,
    /// Who does it.
    #[serde(default)]
    pub owner: String,
    /// By when.
    #[serde(default)]
    pub due: Option<Date>,
    /// Where it stood.
    pub state: ActionState,
}

/// What the auditor says at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Conclusion {
    /// The verdict; `None`: not said yet.
    pub verdict: Option<Verdict>,
    /// It in words that a director understands.
    pub words: String,
    /// Up to three things for the director to decide.
    pub decisions: Vec<String>,
    /// What improved since last time, in the auditor's words; what the product compared is printed beside it.
    pub improved: String,
    /// What was not looked at, and why.
    pub limits: String,
}

/// One audit. KIND `audit`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Audit {
    /// What people call it.
    pub title: String,
    /// By whom.
    pub kind: AuditKind,
    /// The fiscal year it counts for.
    pub fiscal_year: i16,
    /// First day on site.
    pub from: Option<Date>,
    /// Last day on site.
    pub until: Option<Date>,
    /// Who leads it.
    pub auditor: String,
    /// Their firm, for an external one.
    pub firm: String,
    /// What it is for, and what else matters.
    pub purpose: String,
    /// The items to look at, as the planner left them.
    pub scope: Vec<ScopeLine>,
    /// Begun.
    pub started: Option<Deed>,
    /// What the auditor says at the end.
    pub conclusion: Conclusion,
    /// Signed off by the auditor.
    pub signed: Option<Deed>,
    /// The hash over papers, samples, interviews and findings when it was signed ([`outcome::seal`]).
    pub seal: Option<Hash>,
    /// The actions as they stood then.
    pub actions: Vec<FrozenAction>,
    /// Closed for good.
    pub closed: Option<Deed>,
}

impl Register for Audit {
    const KIND: &'static str = "audit";
    fn label(&self) -> String {
        self.title.clone()
    }
}

/// Why a step of an audit cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing to look at.
    #[error("the audit has no items to look at")]
    NoScope,
    /// It began already.
    #[error("the audit has begun already")]
    BegunAlready,
    /// It has not begun.
    #[error("the audit has not begun")]
    NotBegun,
    /// Items without a paper.
    #[error("some items in the scope have no working paper")]
    ItemsOpen,
    /// Lines of a sample without a result.
    #[error("some lines of a sample have no result")]
    SamplesOpen,
    /// A gap without a finding.
    #[error("an item marked minor or major has no finding")]
    FindingMissing,
    /// A finding without its cause.
    #[error("a minor or major finding does not say why it happened")]
    CauseMissing,
    /// No verdict.
    #[error("the report has no verdict in words")]
    NoVerdict,
    /// Signed already.
    #[error("the audit is signed off: nothing is written any more")]
    Signed,
    /// Not signed.
    #[error("the audit is not signed off")]
    NotSigned,
    /// Closed.
    #[error("the audit is closed for good")]
    Closed,
    /// Closing is a second person's look at the report.
    #[error("whoever signed the report does not close the audit")]
    SamePerson,
}

/// What lies in an audit's folder: its rows of all kinds.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// Working papers.
    pub papers: &'a [Kept<AuditPaper>],
    /// Samples.
    pub samples: &'a [Kept<Sample>],
    /// Interviews.
    pub interviews: &'a [Kept<Interview>],
    /// Findings.
    pub findings: &'a [Kept<Finding>],
}

impl Audit {
    /// How far it is.
    #[must_use]
    pub fn state(&self) -> AuditState {
        match (&self.started, &self.signed, &self.closed) {
            (_, _, Some(_)) => AuditState::Closed,
            (_, Some(_), None) => AuditState::Signed,
            (Some(_), None, None) => AuditState::Running,
            (None, None, None) => AuditState::Planned,
        }
    }

    /// Whether plan and scope may be changed.
    ///
    /// # Errors
    /// Once it is signed or closed.
    pub fn may_plan(&self) -> Result<(), Refusal> {
        match self.state() {
            AuditState::Planned | AuditState::Running => Ok(()),
            AuditState::Signed => Err(Refusal::Signed),
            AuditState::Closed => Err(Refusal::Closed),
        }
    }

    /// Whether papers, samples, interviews and findings may be written.
    ///
    /// # Errors
    /// Before it begins, and once it is signed or closed.
    pub fn may_write(&self) -> Result<(), Refusal> {
        match self.state() {
            AuditState::Planned => Err(Refusal::NotBegun),
            AuditState::Running => Ok(()),
            AuditState::Signed => Err(Refusal::Signed),
            AuditState::Closed => Err(Refusal::Closed),
        }
    }

    /// Whether an item is in the scope.
    #[must_use]
    pub fn covers(&self, item: &str) -> bool {
        self.scope.iter().any(|line| line.item == item)
    }

    /// It begins.
    ///
    /// # Errors
    /// Without a scope, or when it has begun.
    pub fn start(&mut self, deed: Deed) -> Result<(), Refusal> {
        if self.state() != AuditState::Planned {
            return Err(Refusal::BegunAlready);
        }
        if self.scope.is_empty() {
            return Err(Refusal::NoScope);
        }
        self.started = Some(deed);
        Ok(())
    }

    /// What stands in the way of signing, in the order to mend it; empty when it may be signed.
    #[must_use]
    pub fn before_signing(&self, folder: Folder<'_>) -> Vec<Refusal> {
        let paper = |item: &str| folder.papers.iter().map(|row| &row.body).find(|paper| paper.item == item);
        let mut wrong = Vec::new();
        if let Err(refusal) = self.may_write() {
            wrong.push(refusal);
        }
        if self.scope.iter().any(|line| paper(&line.item).is_none()) {
            wrong.push(Refusal::ItemsOpen);
        }
        if folder.samples.iter().any(|sample| sample.body.rows.iter().any(|row| row.result.is_none())) {
            wrong.push(Refusal::SamplesOpen);
        }
        let has_finding = |item: &str| folder.findings.iter().any(|finding| finding.body.item == item);
        if folder.papers.iter().any(|paper| paper.body.mark.needs_finding() && !has_finding(&paper.body.item)) {
            wrong.push(Refusal::FindingMissing);
        }
        if folder.findings.iter().any(|finding| finding.body.lacks_cause()) {
            wrong.push(Refusal::CauseMissing);
        }
        if self.conclusion.verdict.is_none() || self.conclusion.words.trim().is_empty() {
            wrong.push(Refusal::NoVerdict);
        }
        wrong
    }

    /// The auditor signs: the folder is sealed and the actions are kept as they stand.
    ///
    /// # Errors
    /// The first of [`Self::before_signing`].
    pub fn sign(&mut self, deed: Deed, folder: Folder<'_>, actions: Vec<FrozenAction>) -> Result<(), Refusal> {
        if let Some(refusal) = self.before_signing(folder).first() {
            return Err(*refusal);
        }
        self.seal = Some(outcome::seal(folder));
        self.actions = actions;
        self.signed = Some(deed);
        Ok(())
    }

    /// The signature is taken back, to correct a mistake before it is closed.
    ///
    /// # Errors
    /// When it is not signed, or closed.
    pub fn take_back(&mut self) -> Result<(), Refusal> {
        match self.state() {
            AuditState::Closed => return Err(Refusal::Closed),
            AuditState::Signed => {}
            AuditState::Planned | AuditState::Running => return Err(Refusal::NotSigned),
        }
        self.signed = None;
        self.seal = None;
        self.actions.clear();
        Ok(())
    }

    /// It is closed for good, by somebody else than the signer: the house has taken note of the report.
    ///
    /// # Errors
    /// When it is not signed, closed already, or by the signer.
    pub fn close(&mut self, deed: Deed) -> Result<(), Refusal> {
        match (self.state(), &self.signed) {
            (AuditState::Closed, _) => Err(Refusal::Closed),
            (AuditState::Signed, Some(signed)) => {
                let same = match (signed.person, deed.person) {
                    (Some(a), Some(b)) => a == b,
                    _ => crate::text::folded(&signed.by) == crate::text::folded(&deed.by),
                };
                if same {
                    return Err(Refusal::SamePerson);
                }
                self.closed = Some(deed);
                Ok(())
            }
            _ => Err(Refusal::NotSigned),
        }
    }
}

/// What is known about the audits of a facility, for proposals. `is_closed` says of a finding whether every action that
/// mends it is closed (and there is one). `None` while no audit was ever entered.
#[must_use]
pub fn count(
    audits: &[Kept<Audit>],
    findings: &[Kept<Finding>],
    is_closed: impl Fn(RecordId) -> bool,
) -> Option<AuditFacts> {
    if audits.is_empty() {
        return None;
    }
    let newest = |kind: AuditKind| {
        let of_kind = audits.iter().map(|row| &row.body).filter(|audit| audit.kind == kind);
        of_kind.filter_map(|audit| audit.signed.as_ref().map(|deed| deed.on)).max()
    };
    let signed = |id: RecordId| audits.iter().any(|row| row.id == id && row.body.signed.is_some());
    let open = findings
        .iter()
        .filter(|row| row.body.severity != Severity::Observation && signed(row.body.audit) && !is_closed(row.id))
        .count();
    Some(AuditFacts {
        newest_internal: newest(AuditKind::Internal),
        newest_external: newest(AuditKind::External),
        open_findings: u32::try_from(open).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests;
