//! What the product itself knows about a facility on a day: the ground that proposals stand on.
//!
//! Each capability counts its own part; `Store::facts` gathers them. A part that is `None` was never begun: nothing is
//! proposed from it. All counts leave retired rows out. `newest_change` is the day, in Japan, of the newest change to
//! any row counted.

use crate::id::ControlId;
use crate::score::Level;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FactSheet {
    /// The device register.
    pub ledger: Option<LedgerFacts>,
    /// The medical information systems.
    pub systems: Option<SystemFacts>,
    /// The newest account review.
    pub accounts: Option<AccountFacts>,
    /// The external connection points.
    pub connections: Option<ConnectionFacts>,
    /// Backups and restore tests.
    pub backups: Option<BackupFacts>,
    /// Vendors and what they sent.
    pub vendors: Option<VendorFacts>,
    /// The responsibility matrix.
    pub responsibility: Option<ResponsibilityFacts>,
    /// The plan for outages and attacks.
    #[serde(default)]
    pub plan: Option<PlanFacts>,
    /// Drills held.
    #[serde(default)]
    pub drills: Option<DrillFacts>,
    /// Audits held.
    #[serde(default)]
    pub audits: Option<AuditFacts>,
    /// Corrective actions.
    #[serde(default)]
    pub actions: Option<ActionFacts>,
    /// Courses held.
    #[serde(default)]
    pub training: Option<TrainingFacts>,
    /// Confirmed answers of the newest open or closed assessment, by control.
    pub answers: BTreeMap<ControlId, ControlFact>,
}

/// The device register, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerFacts {
    /// All devices and cloud services in use.
    pub total: u32,
    /// Servers.
    pub servers: u32,
    /// Terminals.
    pub terminals: u32,
    /// Network devices.
    pub network_devices: u32,
    /// Medical devices.
    pub medical_devices: u32,
    /// Cloud services.
    pub cloud_services: u32,
    /// Rows without an owner.
    pub without_owner: u32,
    /// Rows without a place.
    pub without_place: u32,
    /// Rows whose support has ended.
    pub support_ended: u32,
    /// Rows whose end of support is not known.
    pub support_unknown: u32,
    /// Servers, terminals and network devices whose version (or firmware) is not known.
    pub version_unknown: u32,
    /// Rows said to be remotely maintained.
    pub remotely_maintained: u32,
    /// Rows for which nobody said whether they are.
    pub remote_unknown: u32,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// The systems, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SystemFacts {
    /// All.
    pub total: u32,
    /// Without a recovery time objective.
    pub without_rto: u32,
    /// Without clinical importance or recovery order.
    pub without_ranks: u32,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// The newest account review, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AccountFacts {
    /// The day the account list was exported or, if unknown, imported.
    pub as_of: Option<Date>,
    /// Enabled accounts.
    pub enabled: u32,
    /// Enabled accounts of people who have left.
    pub left_but_enabled: u32,
    /// Accounts used by several people.
    pub shared: u32,
    /// Enabled accounts with administrator rights.
    pub administrators: u32,
    /// Enabled accounts without a sign-in for 90 days.
    pub unused: u32,
    /// Whether a list of leavers was given at all.
    pub leavers_known: bool,
}

/// The external connection points, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConnectionFacts {
    /// All.
    pub total: u32,
    /// For remote maintenance.
    pub maintenance: u32,
    /// From outside into the house, without a restriction of the source.
    pub without_source_restriction: u32,
    /// From outside into the house, by name and password alone or with unknown authentication.
    pub without_two_factor: u32,
    /// Whose device has no known firmware date.
    pub firmware_unknown: u32,
    /// For which nobody is named who can cut them.
    pub without_cutter: u32,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// Backups, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackupFacts {
    /// Systems that must be backed up (essential ones, and those given a copy).
    pub systems: u32,
    /// Of them: three copies, two media, one elsewhere.
    pub three_two_one: u32,
    /// Of them: a copy that counts as offline or immutable.
    pub offline: u32,
    /// Of them: copies in several ways (two methods or media).
    pub several_methods: u32,
    /// Fewest generations kept by any system's best copy; `None`: not known for one at least.
    pub fewest_generations: Option<u32>,
    /// Of them: a restore test that succeeded, within a year.
    pub restore_tested: u32,
    /// Newest successful restore test.
    pub newest_restore_test: Option<Date>,
    /// Newest snapshot read from a repository.
    pub newest_snapshot: Option<Date>,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// Vendors, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VendorFacts {
    /// Vendors in the facility's register.
    pub total: u32,
    /// With a contract in force.
    pub contracted: u32,
    /// Contracted vendors whose disclosure document (MDS/SDS) is here.
    pub disclosure_received: u32,
    /// Contracted vendors asked for this year's checklist form.
    pub asked: u32,
    /// Contracted vendors whose form came back.
    pub returned: u32,
    /// Requests past their day without an answer.
    pub late: u32,
    /// Certificates that end within 90 days or have ended.
    pub certificates_ending: u32,
    /// By checklist topic: what the returned forms say.
    pub by_topic: BTreeMap<String, VendorTopic>,
    /// Newest change or answer.
    pub newest_change: Option<Date>,
}

/// What vendors' forms say about one topic.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VendorTopic {
    /// Names of vendors that said yes.
    pub yes: Vec<String>,
    /// Names of vendors that said no.
    pub no: Vec<String>,
}

/// The responsibility matrix, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ResponsibilityFacts {
    /// Tasks × systems or connection points in the matrix.
    pub cells: u32,
    /// Nobody.
    pub holes: u32,
    /// Claimed by more than one.
    pub double_claims: u32,
    /// Each says it is the other's.
    pub contradictions: u32,
    /// Given to a party without a contract.
    pub uncontracted: u32,
    /// Whether all parties signed the present text.
    pub signed: bool,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// The plan for outages and attacks (IT-BCP).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanFacts {
    /// The newest approved version.
    pub version: Option<u32>,
    /// The day it was approved.
    pub approved: Option<Date>,
    /// The day it was last printed for the grab bag.
    pub printed: Option<Date>,
    /// Whether nothing that stands in the newest print has changed since.
    pub printed_current: bool,
    /// Sections that are written, of [`Self::sections`].
    pub written: u32,
    /// Sections of the plan.
    pub sections: u32,
    /// Newest change.
    pub newest_change: Option<Date>,
}

/// Drills, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DrillFacts {
    /// Drills held to their end.
    pub held: u32,
    /// The day of the newest.
    pub newest: Option<Date>,
    /// Its title.
    pub newest_title: String,
    /// Gaps of it that became actions.
    pub gaps: u32,
    /// Of these: closed.
    pub gaps_closed: u32,
    /// The newest call through the contact tree.
    pub newest_call: Option<Date>,
    /// Whether the newest drill lies no more than a year back.
    #[serde(default)]
    pub within_year: bool,
    /// Whether the newest call lies no more than a year back.
    #[serde(default)]
    pub call_within_year: bool,
    /// People who could not be reached in the newest call.
    #[serde(default)]
    pub not_reached: u32,
}

/// Audits, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditFacts {
    /// The day the newest internal audit was reported.
    pub newest_internal: Option<Date>,
    /// The day the newest external audit was reported.
    pub newest_external: Option<Date>,
    /// Findings without a closed action.
    pub open_findings: u32,
}

/// Corrective actions, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionFacts {
    /// All that are not closed.
    pub open: u32,
    /// Of them past their day.
    pub overdue: u32,
    /// By control: closed actions that strengthen it.
    pub by_control: BTreeMap<ControlId, ActionProof>,
}

/// What closed actions show about a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionProof {
    /// The action closed last.
    pub title: String,
    /// The day it was closed.
    pub closed: Date,
    /// How many are closed.
    pub count: u32,
    /// How many concerning the same control are still open.
    pub open: u32,
}

/// Courses, counted over the running fiscal year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TrainingFacts {
    /// Sessions held this fiscal year.
    pub sessions: u32,
    /// People who have to take part.
    pub expected: u32,
    /// Of them: who did, in all courses they have to.
    pub complete: u32,
    /// The newest session.
    pub newest: Option<Date>,
    /// Its title.
    pub newest_title: String,
}

/// What the questionnaire says about a control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlFact {
    /// The weakest confirmed answer to a question about it.
    pub level: Level,
    /// The day of that answer.
    pub day: Date,
    /// The question.
    pub question: String,
}
