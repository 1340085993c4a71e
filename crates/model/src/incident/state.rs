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
                        self.custody.push(CustodyItem { label, item, sha256, hash_differs: false, held: vec![holding] });
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
mod tests {
    use super::*;
    use crate::id::{FacilityId, OriginId, RoomId};
    use crate::room::{Draft, RoomKind, Tail, merge};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn room() -> Room {
        Room {
            id: RoomId(Uuid::from_u128(1)),
            facility: FacilityId(Uuid::from_u128(2)),
            kind: RoomKind::Incident,
            title: "不審な通信".into(),
            setup: serde_json::to_value(Setup { known_at: Ts::from_micros(0) }).expect("writes"),
            created_at: Ts::from_micros(60_000_000),
            closed_at: None,
        }
    }

    fn write(journal: &mut Vec<Entry>, writer: u128, event: &Event) -> EntryRef {
        let origin = OriginId(Uuid::from_u128(writer));
        let own = journal.iter().filter(|entry| entry.origin == origin).max_by_key(|entry| entry.seq);
        let tail = Tail {
            seq: own.map_or(0, |entry| entry.seq),
            hash: own.map_or(crate::journal::Hash::ZERO, |entry| entry.hash),
            tick: journal.iter().map(|entry| entry.tick).max().unwrap_or(0),
        };
        let author = Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
        let at = Ts::from_micros(i64::try_from(journal.len()).expect("few") * 60_000_000);
        let body = serde_json::to_value(event).expect("writes");
        journal.push(Entry::after(tail, room().id, origin, Draft { author, at, body, once: None }));
        EntryRef { origin, seq: tail.seq + 1 }
    }

    fn ward(operation: Operation) -> Event {
        Event::Ward { ward: "3階病棟".into(), operation, remark: String::new() }
    }

    #[test]
    fn the_last_word_about_a_ward_stands_and_its_history_stays() {
        let mut journal = Vec::new();
        write(&mut journal, 1, &ward(Operation::Paper));
        write(&mut journal, 1, &ward(Operation::Normal));
        let incident = Incident::fold(&room(), &journal);
        let history: Vec<Operation> = incident.wards["3階病棟"].iter().map(|was| was.state).collect();
        assert_eq!(history, [Operation::Paper, Operation::Normal]);
    }

    #[test]
    fn an_undone_decision_stays_and_says_why() {
        let mut journal = Vec::new();
        let decision = Event::Decision { text: "外部接続を切る".into(), basis: "不審な通信".into(), by: "院長".into() };
        let id = write(&mut journal, 1, &decision);
        write(&mut journal, 1, &Event::Undone { decision: id, why: "安全を確かめた".into(), by: "院長".into() });
        let incident = Incident::fold(&room(), &journal);
        assert_eq!(incident.decisions.len(), 1);
        assert_eq!(incident.decisions[0].undone.as_ref().map(|undone| undone.1.as_str()), Some("安全を確かめた"));
        assert_eq!(incident.lines.len(), 2);
    }

    #[test]
    fn a_struck_line_stays_on_the_timeline_and_counts_nowhere() {
        let mut journal = Vec::new();
        let cost = Event::Cost { who: "A社".into(), what: "調査".into(), minutes: 90, yen: 50_000 };
        let id = write(&mut journal, 1, &cost);
        write(&mut journal, 1, &Event::Cost { who: "小田".into(), what: "切り離し".into(), minutes: 30, yen: 0 });
        write(&mut journal, 1, &Event::Struck { entry: id, why: "別の案件".into() });
        let incident = Incident::fold(&room(), &journal);
        let totals = incident.totals();
        assert_eq!((totals.minutes, totals.yen), (30, 0));
        assert_eq!(incident.lines[0].struck.as_deref(), Some("別の案件"));
    }

    #[test]
    fn another_hash_for_the_same_disk_is_seen() {
        let mut journal = Vec::new();
        let custody = |holder: &str, digit: &str| Event::Custody {
            item: "ディスク1".into(),
            holder: holder.into(),
            place: String::new(),
            sha256: digit.repeat(64),
            remark: String::new(),
        };
        write(&mut journal, 1, &custody("小田", "A"));
        write(&mut journal, 1, &custody("警察", "a"));
        assert!(!Incident::fold(&room(), &journal).custody[0].hash_differs, "capital letters are the same hash");
        write(&mut journal, 1, &custody("調査会社", "b"));
        let incident = Incident::fold(&room(), &journal);
        assert!(incident.custody[0].hash_differs);
        assert_eq!(incident.custody[0].held.len(), 3);
    }

    #[test]
    fn an_entry_of_a_newer_version_is_kept_and_counted() {
        let mut journal = Vec::new();
        write(&mut journal, 1, &ward(Operation::Paper));
        journal[0].body = serde_json::json!({ "kind": "of-the-future" });
        let incident = Incident::fold(&room(), &journal);
        assert_eq!((incident.not_understood, incident.lines.len()), (1, 1));
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let one = prop_oneof![
            (0..4_usize).prop_map(|at| ward(Operation::ALL[at])),
            (0..4_usize).prop_map(|at| Event::System {
                system: "電子カルテ".into(),
                running: Running::ALL[at],
                remark: String::new()
            }),
            ".{1,6}".prop_map(|value| Event::Field { key: "summary".into(), value }),
            (0..4_usize)
                .prop_map(|at| Event::Trigger { trigger: "malicious".into(), answer: Suspicion::ALL[at] }),
            any::<bool>().prop_map(|done| Event::Step { step: "found-report".into(), title: String::new(), done }),
        ];
        prop::collection::vec(one, 0..12)
    }

    proptest! {
        /// Two laptops write apart and come back: whoever takes in whose journal, both show the same.
        #[test]
        fn journals_written_apart_fold_to_the_same_state(common in events(), left in events(), right in events()) {
            let mut base = Vec::new();
            for event in &common { write(&mut base, 1, event); }
            let (mut a, mut b) = (base.clone(), base);
            for event in &left { write(&mut a, 2, event); }
            for event in &right { write(&mut b, 3, event); }
            let one = Incident::fold(&room(), &merge(&a, &b)?);
            prop_assert_eq!(&one, &Incident::fold(&room(), &merge(&b, &a)?));
            prop_assert_eq!(one.lines.len(), common.len() + left.len() + right.len());
        }
    }
}
