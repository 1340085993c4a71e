//! What is written during an audit: working papers, interviews, findings.

use crate::corrective::{CorrectiveAction, Deed, Source};
use crate::id::{ControlId, DocumentId, RecordId};
use crate::known::keyed;
use crate::record::Register;
use serde::{Deserialize, Serialize};

keyed! {
    /// The auditor's mark on an item.
    Mark {
        /// As it should be.
        #[default]
        Conforming = "conforming", "適合", "Conforming";
        /// As it should be, but could be better or become a gap.
        Observation = "observation", "気づき（観察事項）", "Observation";
        /// A gap that does not break the purpose.
        Minor = "minor", "軽微な不適合", "Minor gap";
        /// A gap through which harm can come.
        Major = "major", "重大な不適合", "Major gap";
        /// There is no such thing here; the remark says why.
        NotApplicable = "not-applicable", "対象外", "Not applicable";
    }
}

impl Mark {
    /// Whether a finding has to be written.
    #[must_use]
    pub fn needs_finding(self) -> bool {
        matches!(self, Self::Minor | Self::Major)
    }

    /// What it counts towards the result, in halves of one: `None` is left out.
    #[must_use]
    pub fn halves(self) -> Option<u32> {
        match self {
            Self::Conforming | Self::Observation => Some(2),
            Self::Minor => Some(1),
            Self::Major => Some(0),
            Self::NotApplicable => None,
        }
    }
}

/// What is wrong with a working paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaperFault {
    /// A judgement without anything seen.
    #[error("the paper does not say what was seen")]
    NothingSeen,
    /// "Not applicable" without a reason.
    #[error("\"not applicable\" needs a reason in the remark")]
    NoReason,
}

/// The working paper of one item. KIND `audit-paper`, one for each item of an audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPaper {
    /// The audit.
    pub audit: RecordId,
    /// The item of the sheet.
    pub item: String,
    /// The mark.
    pub mark: Mark,
    /// What was seen: which paper, which screen, which place, whom.
    #[serde(default)]
    pub seen: String,
    /// A remark.
    #[serde(default)]
    pub remark: String,
    /// Photos and documents.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
    /// Who wrote it, when.
    pub by: Deed,
}

impl Register for AuditPaper {
    const KIND: &'static str = "audit-paper";
    fn label(&self) -> String {
        self.item.clone()
    }
    fn natural_key(&self) -> Option<String> {
        Some(format!("{}/{}", self.audit, self.item))
    }
}

impl AuditPaper {
    /// Whether it can stand.
    ///
    /// # Errors
    /// What it lacks.
    pub fn check(&self) -> Result<(), PaperFault> {
        match self.mark {
            Mark::NotApplicable if self.remark.trim().is_empty() => Err(PaperFault::NoReason),
            Mark::NotApplicable => Ok(()),
            _ if self.seen.trim().is_empty() => Err(PaperFault::NothingSeen),
            _ => Ok(()),
        }
    }
}

/// An answer in an interview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The question's id in the catalogue.
    pub question: String,
    /// What was said, noted by the auditor.
    pub words: String,
}

/// An interview. KIND `audit-interview`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interview {
    /// The audit.
    pub audit: RecordId,
    /// With whom: part or name, as agreed with them.
    pub with: String,
    /// Whether it is the director's.
    #[serde(default)]
    pub director: bool,
    /// What was said.
    pub said: Vec<Said>,
    /// What the auditor takes from it.
    #[serde(default)]
    pub remark: String,
    /// Who noted it, when.
    pub by: Deed,
}

impl Register for Interview {
    const KIND: &'static str = "audit-interview";
    fn label(&self) -> String {
        self.with.clone()
    }
}

keyed! {
    /// How bad.
    Severity {
        /// Harm can come through it.
        Major = "major", "重大な不適合", "Major gap";
        /// A gap that does not break the purpose.
        #[default]
        Minor = "minor", "軽微な不適合", "Minor gap";
        /// Not a gap yet.
        Observation = "observation", "気づき（観察事項）", "Observation";
    }
}

keyed! {
    /// What kind of gap.
    FindingKind {
        /// Nobody has decided how it is to be done.
        NotDecided = "not-decided", "決まりがない", "Not decided";
        /// It is decided, and not done.
        #[default]
        NotDone = "not-done", "決まりどおりに行われていない", "Decided but not done";
        /// It is done, and does not do what it is for.
        NotWorking = "not-working", "行っているが効いていない", "Done but does not work";
        /// It may be done; nothing shows it.
        NotShown = "not-shown", "行ったことを示すものがない", "Nothing shows that it is done";
    }
}

/// A finding. KIND `audit-finding`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The audit.
    pub audit: RecordId,
    /// The item of the sheet; empty: none in particular.
    #[serde(default)]
    pub item: String,
    /// In one line.
    pub title: String,
    /// What was found: the fact, not the judgement.
    #[serde(default)]
    pub detail: String,
    /// What kind of gap.
    pub kind: FindingKind,
    /// How bad.
    pub severity: Severity,
    /// Why it happened.
    #[serde(default)]
    pub cause: String,
    /// What can come of it.
    #[serde(default)]
    pub risk: String,
    /// The controls it concerns.
    #[serde(default)]
    pub controls: Vec<ControlId>,
    /// Photos and documents.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
    /// Who wrote it, when.
    pub by: Deed,
}

impl Register for Finding {
    const KIND: &'static str = "audit-finding";
    fn label(&self) -> String {
        self.title.clone()
    }
}

impl Finding {
    /// Whether it must say why it happened, and does not.
    #[must_use]
    pub fn lacks_cause(&self) -> bool {
        self.severity != Severity::Observation && self.cause.trim().is_empty()
    }

    /// A new action that mends it (corrective) or keeps the like from happening elsewhere (preventive).
    #[must_use]
    pub fn action(&self, id: RecordId, title: impl Into<String>, preventive: bool) -> CorrectiveAction {
        let source = Source::Audit { audit: self.audit, finding: id };
        CorrectiveAction {
            detail: self.title.clone(),
            controls: self.controls.clone(),
            preventive,
            ..CorrectiveAction::new(title, source)
        }
    }
}

/// Whether a finding is dealt with: it has an action, and every one is closed.
#[must_use]
pub fn is_closed<'a>(finding: RecordId, actions: impl IntoIterator<Item = &'a CorrectiveAction>) -> bool {
    let mut own = actions
        .into_iter()
        .filter(|action| matches!(&action.source, Source::Audit { finding: of, .. } if *of == finding))
        .peekable();
    own.peek().is_some() && own.all(|action| action.closed.is_some())
}
