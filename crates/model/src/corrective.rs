//! Corrective actions: what a drill, an audit, an incident or an inspection found lacking, who mends it by when, who
//! looked that it was mended, and whether it stayed so.
//!
//! One register for all sources, so that nothing has to be typed twice and one list says what is open. An action is closed
//! by somebody else than who did the work. If it watches a fact, it opens again by itself as soon as the fact turns bad.

mod count;

pub use count::{action_facts, closed_since};

use crate::facts::FactSheet;
use crate::id::{ControlId, DocumentId, PersonId, RecordId, RoomId};
use crate::record::Register;
use crate::score::Level;
use crate::time::within_a_year;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where an action comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "from")]
pub enum Source {
    /// A gap of a drill.
    Drill {
        /// The drill.
        room: RoomId,
        /// The objective of the scenario that was missed, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        objective: Option<String>,
    },
    /// A finding of an audit.
    Audit {
        /// The audit.
        audit: RecordId,
        /// The finding.
        finding: RecordId,
    },
    /// A lesson of an incident.
    Incident {
        /// The incident.
        room: RoomId,
    },
    /// Somebody who could not be reached when the contact tree was called.
    Call {
        /// The round of calls.
        round: RecordId,
    },
    /// Somebody noted it.
    Noted,
}

impl Source {
    /// The stable words of [`Self::key`], in the order they are offered.
    pub const KEYS: [&'static str; 5] = ["drill", "call", "audit", "incident", "noted"];

    /// The stable word of forms and addresses.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Drill { .. } => "drill",
            Self::Audit { .. } => "audit",
            Self::Incident { .. } => "incident",
            Self::Call { .. } => "call",
            Self::Noted => "noted",
        }
    }
}

/// A fact that has to stay good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Watch {
    /// A control is answered at least at this level.
    Control {
        /// Which.
        control: ControlId,
        /// At least.
        level: Level,
    },
    /// Nobody who has left can still sign in.
    NobodyLeftSignsIn,
    /// No account is shared.
    NoSharedAccounts,
    /// Every device has an owner.
    EveryDeviceHasOwner,
    /// No device is past its support.
    NoDevicePastSupport,
    /// Every line into the house has somebody who can cut it.
    EveryLineCanBeCut,
    /// Every line into the house asks for two factors.
    EveryLineTwoFactor,
    /// Every important system has an offline or immutable copy.
    EverySystemOffline,
    /// Every important system passed a restore test within a year.
    EveryRestoreTested,
    /// No contracted vendor's form is late.
    NoVendorLate,
    /// The responsibility matrix has neither holes nor contradictions.
    NoHoles,
    /// A drill was held within a year.
    DrillWithinYear,
    /// The printed plan is as new as the facts in it.
    PlanPrintedCurrent,
}

impl Watch {
    /// The watches without a control, for choosing.
    pub const PLAIN: [Self; 12] = [
        Self::NobodyLeftSignsIn,
        Self::NoSharedAccounts,
        Self::EveryDeviceHasOwner,
        Self::NoDevicePastSupport,
        Self::EveryLineCanBeCut,
        Self::EveryLineTwoFactor,
        Self::EverySystemOffline,
        Self::EveryRestoreTested,
        Self::NoVendorLate,
        Self::NoHoles,
        Self::DrillWithinYear,
        Self::PlanPrintedCurrent,
    ];

    /// The stable word of forms and messages (`watch-…`); `control` for those that name one.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Control { .. } => "control",
            Self::NobodyLeftSignsIn => "nobody-left-signs-in",
            Self::NoSharedAccounts => "no-shared-accounts",
            Self::EveryDeviceHasOwner => "every-device-has-owner",
            Self::NoDevicePastSupport => "no-device-past-support",
            Self::EveryLineCanBeCut => "every-line-can-be-cut",
            Self::EveryLineTwoFactor => "every-line-two-factor",
            Self::EverySystemOffline => "every-system-offline",
            Self::EveryRestoreTested => "every-restore-tested",
            Self::NoVendorLate => "no-vendor-late",
            Self::NoHoles => "no-holes",
            Self::DrillWithinYear => "drill-within-year",
            Self::PlanPrintedCurrent => "plan-printed-current",
        }
    }

    /// Reads [`Self::key`] of a watch without a control.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::PLAIN.into_iter().find(|watch| watch.key() == key)
    }

    /// Whether the fact is good on a day; `None` when nothing is known about it.
    #[must_use]
    pub fn holds(&self, facts: &FactSheet, today: Date) -> Option<bool> {
        match self {
            Self::Control { control, level } => facts.answers.get(control).map(|fact| fact.level >= *level),
            Self::NobodyLeftSignsIn => {
                facts.accounts.as_ref().filter(|known| known.leavers_known).map(|known| known.left_but_enabled == 0)
            }
            Self::NoSharedAccounts => facts.accounts.as_ref().map(|known| known.shared == 0),
            Self::EveryDeviceHasOwner => facts.ledger.as_ref().map(|known| known.without_owner == 0),
            Self::NoDevicePastSupport => facts.ledger.as_ref().map(|known| known.support_ended == 0),
            Self::EveryLineCanBeCut => facts.connections.as_ref().map(|known| known.without_cutter == 0),
            Self::EveryLineTwoFactor => facts.connections.as_ref().map(|known| known.without_two_factor == 0),
            Self::EverySystemOffline => facts.backups.as_ref().map(|known| known.offline >= known.systems),
            Self::EveryRestoreTested => facts.backups.as_ref().map(|known| known.restore_tested >= known.systems),
            Self::NoVendorLate => facts.vendors.as_ref().map(|known| known.late == 0),
            Self::NoHoles => facts.responsibility.as_ref().map(|known| known.holes == 0 && known.contradictions == 0),
            Self::DrillWithinYear => {
                facts.drills.as_ref().map(|known| known.newest.is_some_and(|day| within_a_year(day, today)))
            }
            Self::PlanPrintedCurrent => facts.plan.as_ref().map(|known| known.printed_current),
        }
    }
}

/// Somebody did something on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// Their name, as it was then.
    pub by: String,
    /// Their account, if they have one.
    #[serde(default)]
    pub person: Option<PersonId>,
    /// The day.
    pub on: Date,
    /// What they say about it.
    #[serde(default)]
    pub remark: String,
}

/// The later look whether it worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// When to look.
    pub due: Date,
    /// Who looked, once somebody has.
    #[serde(default)]
    pub seen: Option<Deed>,
    /// What they saw: it holds, or not.
    #[serde(default)]
    pub holds: Option<bool>,
}

/// Why an action opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reopened {
    /// The day.
    pub on: Date,
    /// The fact that turned bad ([`Watch::key`]), or empty when somebody reopened it.
    #[serde(default)]
    pub fact: String,
    /// Who, when it was somebody.
    #[serde(default)]
    pub by: String,
    /// What they say.
    #[serde(default)]
    pub remark: String,
    /// The work that had been reported until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<Deed>,
    /// The second person's look until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Deed>,
}

impl Reopened {
    /// Because a fact turned bad.
    fn by_fact(on: Date, fact: &str) -> Self {
        Self { on, fact: fact.to_owned(), by: String::new(), remark: String::new(), done: None, closed: None }
    }

    /// Because somebody said so.
    fn by_deed(deed: Deed) -> Self {
        Self { on: deed.on, fact: String::new(), by: deed.by, remark: deed.remark, done: None, closed: None }
    }
}

/// Something to be mended. KIND `corrective-action`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectiveAction {
    /// What is to be done, in one line.
    pub title: String,
    /// What was found, or more about it.
    #[serde(default)]
    pub detail: String,
    /// Where it comes from.
    pub source: Source,
    /// Which gap or finding of the source it mends, by the key the source's report gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Which controls it strengthens: its completion is evidence for them.
    #[serde(default)]
    pub controls: Vec<ControlId>,
    /// The paragraph of the plan it concerns (the key of a section), if any.
    #[serde(default)]
    pub plan_section: Option<String>,
    /// Whether it prevents elsewhere what was found here (preventive) rather than mending it (corrective).
    #[serde(default)]
    pub preventive: bool,
    /// Who does it; empty until somebody is named.
    #[serde(default)]
    pub owner: String,
    /// By when.
    #[serde(default)]
    pub due: Option<Date>,
    /// The work, once done.
    #[serde(default)]
    pub done: Option<Deed>,
    /// Proofs.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
    /// The second person's look.
    #[serde(default)]
    pub closed: Option<Deed>,
    /// The later look.
    #[serde(default)]
    pub effect: Option<Effect>,
    /// The fact that has to stay good.
    #[serde(default)]
    pub watch: Option<Watch>,
    /// Each time it opened again, oldest first.
    #[serde(default)]
    pub reopened: Vec<Reopened>,
}

impl Register for CorrectiveAction {
    const KIND: &'static str = "corrective-action";
    fn label(&self) -> String {
        self.title.clone()
    }
}

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// To be done.
    Open,
    /// To be done, and its day is past.
    Overdue,
    /// Done; a second person has to look.
    Done,
    /// Closed; the later look is still to come or none is wanted.
    Closed,
    /// Closed, and the day of the later look has come.
    EffectDue,
    /// Closed, and it held.
    Effective,
}

impl State {
    /// All of them, in the order a list shows them: what presses comes first.
    pub const ALL: [Self; 6] = [Self::Overdue, Self::EffectDue, Self::Done, Self::Open, Self::Closed, Self::Effective];

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub fn urgency(self) -> usize {
        Self::ALL.iter().position(|state| *state == self).unwrap_or(Self::ALL.len())
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// The stable word of messages and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Done => "done",
            Self::Closed => "closed",
            Self::EffectDue => "effect-due",
            Self::Effective => "effective",
        }
    }

    /// Whether work is still to be done or looked at.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Overdue | Self::Done)
    }
}

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is done already.
    #[error("the action was reported as done already")]
    AlreadyDone,
    /// Nobody has reported it done.
    #[error("the action has not been reported as done")]
    NotDone,
    /// It is closed already.
    #[error("the action is closed already")]
    AlreadyClosed,
    /// Who did the work may not close it.
    #[error("whoever did the work may not close it: a second person has to look")]
    SamePerson,
    /// The fact it watches is still bad.
    #[error("the fact it watches is still not good")]
    FactStillBad,
    /// There is no later look to report.
    #[error("no later look is planned for this action, or it was reported already")]
    NoEffectCheck,
    /// It is open already.
    #[error("the action is open already")]
    NotClosed,
}

/// How many days a day is past.
#[must_use]
pub fn days_past(due: Option<Date>, today: Date) -> Option<i32> {
    let days = (today - due?).get_days();
    (days > 0).then_some(days)
}

/// A name without the spaces that one form has and another has not.
fn plain(name: &str) -> String {
    crate::text::folded(name).split_whitespace().collect()
}

/// The same person: by account where both have one, else by name.
fn same(a: &Deed, b: &Deed) -> bool {
    match (a.person, b.person) {
        (Some(a), Some(b)) => a == b,
        _ => plain(&a.by) == plain(&b.by),
    }
}

impl CorrectiveAction {
    /// A new one.
    #[must_use]
    pub fn new(title: impl Into<String>, source: Source) -> Self {
        Self {
            title: title.into(),
            detail: String::new(),
            source,
            found: None,
            controls: Vec::new(),
            plan_section: None,
            preventive: false,
            owner: String::new(),
            due: None,
            done: None,
            documents: Vec::new(),
            closed: None,
            effect: None,
            watch: None,
            reopened: Vec::new(),
        }
    }

    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, today: Date) -> State {
        match (&self.done, &self.closed, &self.effect) {
            (None, _, _) if self.due.is_some_and(|due| due < today) => State::Overdue,
            (None, _, _) => State::Open,
            (Some(_), None, _) => State::Done,
            (Some(_), Some(_), Some(effect)) if effect.holds == Some(true) => State::Effective,
            (Some(_), Some(_), Some(effect)) if effect.seen.is_none() && effect.due <= today => State::EffectDue,
            (Some(_), Some(_), _) => State::Closed,
        }
    }

    /// How many days its day is past; none: it is done, has no day, or the day has not passed.
    #[must_use]
    pub fn days_past(&self, today: Date) -> Option<i32> {
        days_past(self.due.filter(|_| self.done.is_none()), today)
    }

    /// Reports the work as done.
    ///
    /// # Errors
    /// When it was reported already.
    pub fn finish(&mut self, deed: Deed) -> Result<(), Refusal> {
        if self.done.is_some() {
            return Err(Refusal::AlreadyDone);
        }
        self.done = Some(deed);
        Ok(())
    }

    /// A second person has looked: it is closed. With `effect_due` somebody looks again then.
    ///
    /// # Errors
    /// When it is not done, closed already, the closer did the work, or the watched fact is bad.
    pub fn close(&mut self, deed: Deed, effect_due: Option<Date>, facts: &FactSheet) -> Result<(), Refusal> {
        let done = self.done.as_ref().ok_or(Refusal::NotDone)?;
        if self.closed.is_some() {
            return Err(Refusal::AlreadyClosed);
        }
        if same(done, &deed) {
            return Err(Refusal::SamePerson);
        }
        if self.watch.as_ref().is_some_and(|watch| watch.holds(facts, deed.on) == Some(false)) {
            return Err(Refusal::FactStillBad);
        }
        self.effect = effect_due.map(|due| Effect { due, seen: None, holds: None });
        self.closed = Some(deed);
        Ok(())
    }

    /// The later look. If it does not hold, the action opens again.
    ///
    /// # Errors
    /// When it is not closed, or no look is planned.
    pub fn see_effect(&mut self, deed: Deed, holds: bool) -> Result<(), Refusal> {
        if self.closed.is_none() {
            return Err(Refusal::NotDone);
        }
        let effect = self.effect.as_mut().filter(|effect| effect.seen.is_none()).ok_or(Refusal::NoEffectCheck)?;
        effect.holds = Some(holds);
        effect.seen = Some(deed.clone());
        if !holds {
            self.open_again(Reopened::by_deed(deed));
        }
        Ok(())
    }

    /// Somebody opens it again.
    ///
    /// # Errors
    /// When it is open.
    pub fn reopen(&mut self, deed: Deed) -> Result<(), Refusal> {
        if self.done.is_none() {
            return Err(Refusal::NotClosed);
        }
        self.open_again(Reopened::by_deed(deed));
        Ok(())
    }

    /// Opens it again if it is closed and the fact it watches has turned bad; says whether it did.
    pub fn look_at(&mut self, facts: &FactSheet, today: Date) -> bool {
        let Some(watch) = self.watch.as_ref().filter(|_| self.closed.is_some()) else { return false };
        if watch.holds(facts, today) != Some(false) {
            return false;
        }
        let fact = watch.key();
        self.open_again(Reopened::by_fact(today, fact));
        true
    }

    /// What was done until then stays readable: it moves into the history.
    fn open_again(&mut self, why: Reopened) {
        let (done, closed) = (self.done.take(), self.closed.take());
        self.effect = None;
        self.reopened.push(Reopened { done, closed, ..why });
    }
}

#[cfg(test)]
mod tests;
