//! Plays a scenario in a time of its own, through the same rules as a real drill: for listing paths and for simulating.

use super::clock::Stage;
use super::event::DrillEvent;
use super::scenario::Scenario;
use super::schedule::{due, next_due};
use super::state::DrillState;
use crate::room::Author;
use crate::time::Ts;
use std::collections::BTreeMap;

/// What follows from an event: who does what when.
pub(super) type Later = Vec<(Ts, Author, DrillEvent)>;

/// A drill being played.
pub(super) struct Play<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) state: DrillState,
    waiting: BTreeMap<(Ts, u64), (Author, DrillEvent)>,
    counter: u64,
    now: Ts,
}

impl<'s> Play<'s> {
    pub(super) fn new(scenario: &'s Scenario, start: Ts) -> Self {
        Self { scenario, state: DrillState::default(), waiting: BTreeMap::new(), counter: 0, now: start }
    }

    /// Lets somebody do something later; what lies in the past is done now.
    pub(super) fn later(&mut self, deeds: Later) {
        for (at, author, event) in deeds {
            self.counter += 1;
            self.waiting.insert((at.max(self.now), self.counter), (author, event));
        }
    }

    /// Plays until nothing is left to happen. `happens` is told each event in order, after the state has taken it, and
    /// says what follows. The drill ends by `clock` when its minutes are over.
    pub(super) fn run(
        &mut self,
        clock: &Author,
        happens: &mut dyn FnMut(&DrillState, Ts, &Author, &DrillEvent) -> Later,
    ) {
        loop {
            let by_clock = next_due(self.scenario, &self.state, self.now);
            let end = self.state.clock.when(self.scenario.minutes).map(|end| end.max(self.now));
            let deed = self.waiting.first_key_value().map(|((at, _), _)| *at);
            let Some(next) = [by_clock, end, deed].into_iter().flatten().min() else { return };
            self.now = next;
            if by_clock == Some(next) {
                for event in due(self.scenario, &self.state, next) {
                    self.take(clock, event, happens);
                }
            } else if deed == Some(next) {
                if let Some((_, (author, event))) = self.waiting.pop_first() {
                    self.take(&author, event, happens);
                }
            } else if self.state.stage() == Stage::Running {
                self.take(clock, DrillEvent::Ended, happens);
            }
        }
    }

    fn take(
        &mut self,
        author: &Author,
        event: DrillEvent,
        happens: &mut dyn FnMut(&DrillState, Ts, &Author, &DrillEvent) -> Later,
    ) {
        // After the end only the hot wash is written.
        let over = self.state.stage() == Stage::Ended && !matches!(event, DrillEvent::HotWash { .. });
        if over {
            return;
        }
        self.state.take(self.now, author, event.clone());
        let later = happens(&self.state, self.now, author, &event);
        self.later(later);
    }
}
