//! A small drill to test with.

use super::event::{CONDUCTOR, DrillEvent, OBSERVER};
use super::scenario::Scenario;
use super::schedule::due;
use super::state::DrillState;
use crate::id::{FacilityId, OriginId, RoomId, SeatId};
use crate::room::{Author, Entry, Tail};
use crate::time::Ts;
use std::collections::BTreeSet;
use uuid::Uuid;

/// A clinic's twelve minutes: `note` at 1, `who-to-see` at 2:30 with a decision, `too-many` by the decision, `spread`
/// when nobody unplugged by 6, `vendor-calls` at 8 unless the vendor was called.
pub(super) fn clinic() -> Scenario {
    serde_json::from_str(include_str!("testing/clinic.json")).expect("the clinic scenario reads")
}

pub(super) fn second(seconds: i64) -> Ts {
    Ts::from_micros(seconds * 1_000_000)
}

pub(super) fn facility(n: u128) -> FacilityId {
    FacilityId(Uuid::from_u128(n))
}

pub(super) fn author(role: &str) -> Author {
    Author { name: role.to_owned(), role: role.to_owned(), person: None, seat: None, facility: None }
}

pub(super) fn seated(role: &str, seat: u128, facility: Option<FacilityId>) -> Author {
    Author { seat: Some(SeatId(Uuid::from_u128(seat))), facility, ..author(role) }
}

/// A drill that is being run, with a journal that keeps `once` keys as the store does.
pub(super) struct Running {
    pub(super) scenario: Scenario,
    pub(super) entries: Vec<Entry>,
    pub(super) state: DrillState,
    tail: Tail,
    once: BTreeSet<String>,
}

impl Running {
    pub(super) fn new() -> Self {
        Self::of(clinic())
    }

    pub(super) fn of(scenario: Scenario) -> Self {
        Self { scenario, entries: Vec::new(), state: DrillState::default(), tail: Tail::EMPTY, once: BTreeSet::new() }
    }

    /// Appends an event at a second, as an author.
    pub(super) fn write(&mut self, at: i64, who: &Author, event: DrillEvent) {
        let draft = event.draft(who, second(at), self.state.several());
        if let Some(once) = &draft.once
            && !self.once.insert(once.clone())
        {
            return;
        }
        let entry = Entry::after(self.tail, RoomId(Uuid::from_u128(1)), OriginId(Uuid::from_u128(2)), draft);
        self.tail = Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
        self.state.apply(&entry);
        self.entries.push(entry);
    }

    pub(super) fn conduct(&mut self, at: i64, event: DrillEvent) {
        self.write(at, &author(CONDUCTOR), event);
    }

    pub(super) fn start(&mut self) {
        self.conduct(0, DrillEvent::Started { speed: 1, facilities: Vec::new() });
    }

    /// What the server appends at a second.
    pub(super) fn tick(&mut self, at: i64) {
        for event in due(&self.scenario, &self.state, second(at)) {
            self.conduct(at, event);
        }
    }

    pub(super) fn report(&mut self, at: i64, who: &Author, inject: &str, action: &str) {
        self.write(at, who, DrillEvent::ActionReported { inject: inject.to_owned(), action: action.to_owned() });
    }

    pub(super) fn score(&mut self, at: i64, who: u128, item: &str, score: u8) {
        let (section, item, comment) = ("first".to_owned(), item.to_owned(), String::new());
        let event = DrillEvent::Scored { section, item, score, comment };
        self.write(at, &seated(OBSERVER, who, None), event);
    }

    /// Which injects were told, in the order of the journal.
    pub(super) fn told(&self) -> Vec<String> {
        let told = self.entries.iter().filter_map(|entry| match DrillEvent::of(entry) {
            Some(DrillEvent::InjectFired { inject, .. }) => Some(inject),
            _ => None,
        });
        told.collect()
    }
}
