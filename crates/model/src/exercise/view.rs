//! One facility's part of a drill, and what can be asked of it.

use super::clock::{Minute, Moment};
use super::condition::{ActionRef, ChoiceRef, Condition};
use super::scenario::{Inject, Scenario, Trigger};
use super::state::{Deed, DrillState, Happened, HotWashAnswer, MadeUp, Note, Participant, Scored, Side, belongs};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where an inject stands, for the conductor's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Standing {
    /// It was told.
    Fired {
        /// When.
        when: Moment,
        /// By the conductor's hand.
        by_hand: bool,
    },
    /// Its `unless` held.
    Dropped,
    /// The conductor took it out.
    Skipped,
    /// The clock was set past it: it comes only by hand.
    Passed,
    /// It comes at its minute.
    Timed {
        /// Which.
        minute: Minute,
    },
    /// It comes when its condition holds.
    Conditional,
    /// It comes by the conductor's hand or a decision.
    ByHand,
}

/// One facility's part of a drill.
#[derive(Debug, Clone, Copy)]
pub struct View<'s> {
    /// The whole.
    pub state: &'s DrillState,
    /// Whose part.
    pub side: Side,
}

impl<'s> View<'s> {
    fn happened(self, list: &'s BTreeMap<String, Vec<Happened>>, inject: &str) -> Option<&'s Happened> {
        list.get(inject)?.iter().find(|happened| belongs(happened.facility, self.side))
    }

    /// When an inject was told.
    #[must_use]
    pub fn fired(self, inject: &str) -> Option<&'s Happened> {
        self.happened(&self.state.fired, inject)
    }

    /// Whether an inject was told, dropped or taken out.
    #[must_use]
    pub fn is_settled(self, inject: &str) -> bool {
        self.fired(inject).is_some()
            || self.happened(&self.state.skipped, inject).is_some()
            || self.happened(&self.state.dropped, inject).is_some()
    }

    /// Where an inject stands.
    #[must_use]
    pub fn standing(self, inject: &Inject) -> Standing {
        if let Some(fired) = self.fired(&inject.id) {
            return Standing::Fired { when: fired.when, by_hand: fired.by_hand };
        }
        if self.happened(&self.state.dropped, &inject.id).is_some() {
            return Standing::Dropped;
        }
        if self.happened(&self.state.skipped, &inject.id).is_some() {
            return Standing::Skipped;
        }
        if super::schedule::was_passed(self.state, inject) {
            return Standing::Passed;
        }
        match inject.trigger() {
            Trigger::At(minute) => Standing::Timed { minute },
            Trigger::When(_) => Standing::Conditional,
            Trigger::ByHand => Standing::ByHand,
        }
    }

    fn mine<T>(self, deeds: Option<&'s Vec<Deed<T>>>) -> impl Iterator<Item = &'s Deed<T>> {
        deeds.into_iter().flatten().filter(move |deed| belongs(deed.facility, self.side))
    }

    /// What was chosen.
    #[must_use]
    pub fn chosen(self, inject: &str) -> Option<&'s Deed<String>> {
        self.mine(self.state.chosen.get(inject)).next()
    }

    /// The reports of an action that stand, the first one first.
    pub fn reported(self, inject: &str, action: &str) -> impl Iterator<Item = &'s Deed<()>> {
        self.mine(self.state.reported.get(&(inject.to_owned(), action.to_owned())))
    }

    /// Who has seen an inject, the first one first.
    pub fn seen(self, inject: &str) -> impl Iterator<Item = &'s Deed<()>> {
        self.mine(self.state.seen.get(inject))
    }

    /// Answers to an inject in words.
    pub fn answers(self, inject: &str) -> impl Iterator<Item = &'s Deed<String>> {
        self.mine(self.state.answers.get(inject))
    }

    /// Whether a line of a check sheet is ticked.
    #[must_use]
    pub fn is_checked(self, role: &str, check: &str) -> bool {
        self.mine(self.state.checks.get(&(role.to_owned(), check.to_owned()))).any(|line| line.what)
    }

    /// Scores.
    pub fn scores(self) -> impl Iterator<Item = &'s Deed<Scored>> {
        self.mine(Some(&self.state.scores))
    }

    /// Notes.
    pub fn notes(self) -> impl Iterator<Item = &'s Deed<Note>> {
        self.mine(Some(&self.state.notes))
    }

    /// Answers of the hot wash.
    pub fn hot_wash(self) -> impl Iterator<Item = &'s Deed<HotWashAnswer>> {
        self.mine(Some(&self.state.hot_wash))
    }

    /// Who took part.
    pub fn participants(self) -> impl Iterator<Item = &'s Participant> {
        self.state.participants.values().filter(move |person| belongs(person.facility, self.side))
    }

    /// Made-up injects.
    pub fn improvised(self) -> impl Iterator<Item = &'s MadeUp> {
        self.state.improvised.iter().filter(move |made| belongs(made.facility, self.side))
    }

    /// Whether a condition holds at a minute.
    #[must_use]
    pub fn holds(self, scenario: &Scenario, condition: &Condition, minute: Minute) -> bool {
        let done = |wanted: &ActionRef| {
            scenario
                .actions()
                .filter(|(_, action)| action.role == wanted.role && action.id == wanted.action)
                .any(|(inject, action)| self.reported(&inject.id, &action.id).next().is_some())
        };
        let chosen =
            |wanted: &ChoiceRef| self.chosen(&wanted.inject).is_some_and(|choice| choice.what == wanted.option);
        condition.holds(minute, &done, &chosen)
    }
}
