//! Which touches belong together, how bad it is, and what a facility without an expert does next.
//!
//! Rules are data ([`Rule`], `catalog/region/rules.yaml`); [`Memory::observe`] is their one interpreter. For each rule a touch
//! has a *key* (its source, the password tried, the facility …). Touches with equal keys, none further from the next than the
//! rule's window, are a *run*; a run that reaches the rule's threshold is a *finding*. Findings that share a visitor at the
//! same time are one *case*: one intruder is one case, however many rules notice him.
//!
//! What comes out depends on which touches came, not on the order in which they arrived: runs, thresholds and shared visitors
//! are questions to a set. When a late touch joins two cases, the change says which cases the new one replaces.

mod case;
mod event;
mod finding;
mod group;
pub mod health;
mod memory;
mod pairs;
mod rule;
mod sight;
mod words;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use case::{Case, CaseId, Change};
pub use event::{Arrival, Behind, Device, Facts, Leak, Signal, SignalKind, What, happened};
pub use finding::{Finding, Part};
pub use group::{Moment, SPOTS};
pub use memory::{GROUPS, KEEP_DAYS, Memory};
pub use rule::{Count, Fact, Grouping, Raise, Rule, Rules, Severity, Step};
pub use words::{Advice, MemberView, Names, Others};
