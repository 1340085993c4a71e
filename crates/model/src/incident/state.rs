//! The state after the entries: the same on every installation that has the same entries.

use super::event::{EntryRef, Event, Operation, ReportStatus, Running, Setup};
use super::guide::IncidentGuide;
use crate::deadline::{PpcAnswers, PpcDeadlines, Suspicion, ppc};
use crate::id::DocumentId;
use crate::room::{Author, Entry, Room};
use crate::time::Ts;
use serde::Serialize;
use std::collections::BTreeMap;

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Which entry.
    pub entry: EntryRef,
    /// When it was written, by the writer's clock.
    pub at: Ts,
    /// When it happened, where that was said.
    pub happened: Option<Ts>,
    /// Who wrote it.
    pub author: Author,
    /// What; `None` for an entry that this version does not understand (it is kept all the same).
    pub event: Option<Event>,
    /// The reason, if it was struck.
    pub struck: Option<String>,
}

impl Line {
    /// The moment it stands at on the timeline.
    #[must_use]
    pub fn moment(&self) -> Ts {
        self.happened.unwrap_or(self.at)
    }
}

/// Who holds a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holder {
    /// Who.
    pub name: String,
    /// Where they are reached.
    pub phone: String,
    /// Since when.
    pub since: Ts,
}

/// A first step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepState {
    /// Its words, where the journal has them.
    pub title: String,
    /// Done?
    pub done: bool,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Which entry.
    pub entry: EntryRef,
    /// When.
    pub at: Ts,
    /// What.
    pub text: String,
    /// On what basis.
    pub basis: String,
    /// Who.
    pub by: String,
    /// Undone when, why, by whom.
    pub undone: Option<(Ts, String, String)>,
}

/// What somebody said about a ward or a system at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Was<T> {
    /// When.
    pub at: Ts,
    /// What.
    pub state: T,
    /// A remark.
    pub remark: String,
    /// Who said so.
    pub by: String,
}

/// A thing in somebody's hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Holding {
    /// Since when.
    pub at: Ts,
    /// Who.
    pub holder: String,
    /// Where.
    pub place: String,
    /// A remark.
    pub remark: String,
    /// Who wrote it down.
    pub by: String,
}

/// A thing kept as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustodyItem {
    /// What the label says: made of the first entry, so that no merge ever changes it.
    pub label: String,
    /// What.
    pub item: String,
    /// SHA-256 first said; empty for none.
    pub sha256: String,
    /// Whether somebody later gave another hash: then it is not the same content any more.
    pub hash_differs: bool,
    /// From hand to hand, oldest first.
    pub held: Vec<Holding>,
}

/// Work and money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CostLine {
    /// Which entry.
    pub entry: EntryRef,
    /// When it was noted.
    pub at: Ts,
    /// Who.
    pub who: String,
    /// For what.
    pub what: String,
    /// Minutes.
    pub minutes: u32,
    /// Yen.
    pub yen: u64,
}

/// The sum of work and money.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Minutes.
    pub minutes: u64,
    /// Yen.
    pub yen: u64,
    /// The same by who.
    pub by_who: BTreeMap<String, (u64, u64)>,
}

/// A fact that reports need, with who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldValue {
    /// What.
    pub value: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// Where a report stands, with who said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportState {
    /// Where.
    pub status: ReportStatus,
    /// Who said so.
    pub by: String,
    /// When it was said.
    pub at: Ts,
}

/// Everything known after the entries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Incident {
    /// Its name.
    pub title: String,
    /// When it was started here.
    pub started: Ts,
    /// When it was closed.
    pub closed: Option<Ts>,
    /// When somebody of the house knew.
    pub known_at: Ts,
    /// From what that is taken; empty: it was said at the start.
    pub known_basis: String,
    /// All entries in order.
    pub lines: Vec<Line>,
    /// Who holds which role.
    pub roles: BTreeMap<String, Holder>,
    /// First steps that somebody touched.
    pub steps: BTreeMap<String, StepState>,
    /// Decisions in order.
    pub decisions: Vec<Decision>,
    /// Wards, each with its history.
    pub wards: BTreeMap<String, Vec<Was<Operation>>>,
    /// Systems, each with its history.
    pub systems: BTreeMap<String, Vec<Was<Running>>>,
    /// Evidence in the order it was first noted.
    pub custody: Vec<CustodyItem>,
    /// Costs.
    pub costs: Vec<CostLine>,
    /// Facts for the reports.
    pub fields: BTreeMap<String, FieldValue>,
    /// Answers to the commission's questions.
    pub triggers: BTreeMap<String, Suspicion>,
    /// Whether all data concerned were protected, and how.
    pub protected: Option<String>,
    /// Reports that somebody touched.
    pub reports: BTreeMap<String, ReportState>,
    /// What is to be remembered, once it has ended.
    pub summary: Option<String>,
    /// Entries that this version does not understand.
    pub not_understood: usize,
}

impl Incident {
    /// The state of a room after its entries. The order in which they are given does not matter.
    #[must_use]
    pub fn fold(room: &Room, entries: &[Entry]) -> Self {
        let known_at =
            serde_json::from_value::<Setup>(room.setup.clone()).map_or(room.created_at, |setup| setup.known_at);
        let mut incident = Self {
            title: room.title.clone(),
            started: room.created_at,
            closed: room.closed_at,
            known_at,
            known_basis: String::new(),
            lines: Vec::with_capacity(entries.len()),
            roles: BTreeMap::new(),
            steps: BTreeMap::new(),
            decisions: Vec::new(),
            wards: BTreeMap::new(),
            systems: BTreeMap::new(),
            custody: Vec::new(),
            costs: Vec::new(),
            fields: BTreeMap::new(),
            triggers: BTreeMap::new(),
            protected: None,
            reports: BTreeMap::new(),
            summary: None,
            not_understood: 0,
        };
        let mut ordered: Vec<&Entry> = entries.iter().collect();
        ordered.sort_by_key(|entry| entry.place());
        // A line that was struck counts nowhere: neither as a state nor as a sum.
        let mut struck: BTreeMap<EntryRef, String> = BTreeMap::new();
        for entry in &ordered {
            if let Ok(Event::Struck { entry, why }) = serde_json::from_value(entry.body.clone()) {
                struck.insert(entry, why);
            }
        }
        for entry in ordered {
            let id = EntryRef { origin: entry.origin, seq: entry.seq };
            let event = serde_json::from_value::<Event>(entry.body.clone()).ok();
            let happened = match &event {
                Some(Event::Note { happened, .. }) => *happened,
                _ => None,
            };
            let why = struck.get(&id).cloned();
            match &event {
                Some(event) if why.is_none() => incident.take(id, entry, event),
                Some(_) => {}
                None => incident.not_understood += 1,
            }
            let author = entry.author.clone();
            incident.lines.push(Line { entry: id, at: entry.at, happened, author, event, struck: why });
        }
        incident
    }

    fn take(&mut self, id: EntryRef, entry: &Entry, event: &Event) {
        let (at, by) = (entry.at, entry.author.name.clone());
        match event.clone() {
            Event::Note { .. } | Event::Struck { .. } => {}
            Event::KnownAt { at, basis } => (self.known_at, self.known_basis) = (at, basis),
            Event::Role { role, name, .. } if name.trim().is_empty() => {
                self.roles.remove(&role);
            }
            Event::Role { role, name, phone } => {
                self.roles.insert(role, Holder { name, phone, since: at });
            }
            Event::Step { step, title, done } => {
                self.steps.insert(step, StepState { title, done, by, at });
            }
            Event::Decision { text, basis, by } => {
                self.decisions.push(Decision { entry: id, at, text, basis, by, undone: None });
            }
            Event::Undone { decision, why, by } => {
                if let Some(found) = self.decisions.iter_mut().find(|one| one.entry == decision) {
                    found.undone = Some((at, why, by));
                }
            }
            Event::Ward { ward, operation, remark } => {
                self.wards.entry(ward).or_default().push(Was { at, state: operation, remark, by });
            }
            Event::System { system, running, remark } => {
                self.systems.entry(system).or_default().push(Was { at, state: running, remark, by });
            }
            Event::Custody { item, holder, place, sha256, remark } => {
                let sha256 = sha256.to_ascii_lowercase();
                let holding = Holding { at, holder, place, remark, by };
                match self.custody.iter_mut().find(|known| known.item == item) {
                    Some(known) => {
                        if known.sha256.is_empty() {
                            known.sha256 = sha256;
                        } else if !sha256.is_empty() && sha256 != known.sha256 {
                            known.hash_differs = true;
                        }
                        known.held.push(holding);
                    }
                    None => {
                        let label = label_of(id);
                        self.custody.push(CustodyItem {
                            label,
                            item,
                            sha256,
                            hash_differs: false,
                            held: vec![holding],
                        });
                    }
                }
            }
            Event::Cost { who, what, minutes, yen } => {
                self.costs.push(CostLine { entry: id, at, who, what, minutes, yen });
            }
            Event::Field { key, value } => {
                self.fields.insert(key, FieldValue { value, by, at });
            }
            Event::Trigger { trigger, answer } => {
                self.triggers.insert(trigger, answer);
            }
            Event::Protected { protected, why } => self.protected = protected.then_some(why),
            Event::Report { report, status } => {
                self.reports.insert(report, ReportState { status, by, at });
            }
            // A number belongs to a report that was made; without one it stays in the timeline only.
            Event::Receipt { report, receipt: number } => {
                if let Some(ReportState { status: ReportStatus::Sent { receipt, .. }, .. }) =
                    self.reports.get_mut(&report)
                {
                    *receipt = number;
                }
            }
            Event::Ended { summary, .. } => self.summary = Some(summary),
        }
    }

    /// The answers to the commission's questions.
    #[must_use]
    pub fn ppc_answers(&self) -> PpcAnswers {
        let said = |id: &str| self.triggers.get(id).copied().unwrap_or_default();
        PpcAnswers {
            sensitive: said("sensitive"),
            financial: said("financial"),
            malicious: said("malicious"),
            many: said("many"),
            protected: self.protected.is_some(),
        }
    }

    /// The commission's deadlines.
    #[must_use]
    pub fn ppc(&self) -> PpcDeadlines {
        ppc(self.known_at.date_in_japan(), &self.ppc_answers())
    }

    /// Minutes and yen, in all and by who.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for cost in &self.costs {
            totals.minutes += u64::from(cost.minutes);
            totals.yen = totals.yen.saturating_add(cost.yen);
            let own = totals.by_who.entry(cost.who.clone()).or_default();
            own.0 += u64::from(cost.minutes);
            own.1 = own.1.saturating_add(cost.yen);
        }
        totals
    }

    /// First steps of the catalogue that nobody has done yet.
    #[must_use]
    pub fn steps_left(&self, guide: &IncidentGuide) -> usize {
        guide.steps.iter().filter(|step| !self.steps.get(&step.id).is_some_and(|state| state.done)).count()
    }

    /// Whether a file belongs to the record.
    #[must_use]
    pub fn holds(&self, document: DocumentId) -> bool {
        self.lines
            .iter()
            .any(|line| matches!(&line.event, Some(Event::Note { document: Some(own), .. }) if *own == document))
    }
}

fn label_of(first: EntryRef) -> String {
    let writer = first.origin.0.simple().to_string();
    format!("{}-{}", writer[writer.len() - 4..].to_ascii_uppercase(), first.seq)
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
