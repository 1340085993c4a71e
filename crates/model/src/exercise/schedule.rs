//! What has to be written now because its time or its condition has come.

use super::clock::{Minute, Stage};
use super::event::DrillEvent;
use super::scenario::{Inject, Scenario, Trigger};
use super::state::{DrillState, Side, View};
use crate::time::Ts;

/// The minute an inject is bound to, if one: its own, or the last one its condition waits for.
fn bound_to(inject: &Inject) -> Option<Minute> {
    match inject.trigger() {
        Trigger::At(minute) => Some(minute),
        Trigger::When(condition) => condition.minutes().into_iter().max(),
        Trigger::ByHand => None,
    }
}

/// Whether the clock was set past an inject, so that it no longer comes by itself.
pub(super) fn was_passed(_scenario: &Scenario, state: &DrillState, inject: &Inject) -> bool {
    bound_to(inject).is_some_and(|minute| state.was_passed(minute))
}

/// The decision that brings an inject, taken on a side.
fn brought_by_decision(scenario: &Scenario, view: View<'_>, inject: &str) -> bool {
    scenario.injects.iter().any(|decided| {
        decided.decide.as_ref().is_some_and(|decision| {
            view.chosen(&decided.id).is_some_and(|choice| {
                decision.options.iter().any(|option| option.id == choice.what && option.goto.as_deref() == Some(inject))
            })
        })
    })
}

/// Whether an inject's time has come on a side.
fn has_come(scenario: &Scenario, view: View<'_>, inject: &Inject, minute: Minute) -> bool {
    if brought_by_decision(scenario, view, &inject.id) {
        return true;
    }
    if was_passed(scenario, view.state, inject) {
        return false;
    }
    match inject.trigger() {
        Trigger::At(at) => minute >= at,
        Trigger::When(condition) => {
            let begun = scenario.phase(&inject.phase).is_none_or(|phase| minute >= phase.minutes.0);
            begun && view.holds(scenario, condition, minute)
        }
        Trigger::ByHand => false,
    }
}

/// What the server must append now: the phase that began and every inject whose time has come, in the order of their
/// minutes. Asking again before it is appended gives the same; asking after gives nothing; a second appending of the same
/// is stopped by the `once` key of each ([`DrillEvent::once`]). Nothing is due while the clock is held.
#[must_use]
pub fn due(scenario: &Scenario, state: &DrillState, now: Ts) -> Vec<DrillEvent> {
    if state.stage() != Stage::Running {
        return Vec::new();
    }
    let minute = state.clock_at(now);
    let mut events = Vec::new();
    if let Some(phase) = scenario.phase_at(minute)
        && !state.phases.contains_key(&phase.id)
    {
        events.push(DrillEvent::PhaseOpened { phase: phase.id.clone() });
    }
    let mut waiting: Vec<(Minute, &Inject)> =
        scenario.injects.iter().map(|inject| (bound_to(inject).unwrap_or(minute), inject)).collect();
    waiting.sort_by_key(|(minute, _)| *minute);
    for side in state.sides() {
        let view = state.of_facility(side);
        for (_, inject) in &waiting {
            if view.is_settled(&inject.id) || !has_come(scenario, view, inject, minute) {
                continue;
            }
            let dropped = inject.unless.as_ref().is_some_and(|unless| view.holds(scenario, unless, minute));
            let inject = inject.id.clone();
            events.push(if dropped {
                DrillEvent::InjectDropped { inject, facility: side }
            } else {
                DrillEvent::InjectFired { inject, by_hand: false, facility: side }
            });
        }
    }
    events
}

/// When [`due`] will next have something by the clock alone; `None` while the clock stands or nothing is left. A report or
/// a decision may make something due before.
#[must_use]
pub fn next_due(scenario: &Scenario, state: &DrillState, now: Ts) -> Option<Ts> {
    if state.stage() != Stage::Running {
        return None;
    }
    if !due(scenario, state, now).is_empty() {
        return Some(now);
    }
    let minute = state.clock_at(now);
    let phases = scenario.phases.iter().map(|phase| phase.minutes.0);
    let views: Vec<View<'_>> = state.sides().into_iter().map(|side| state.of_facility(side)).collect();
    let injects = scenario.injects.iter().filter(|inject| views.iter().any(|view| !view.is_settled(&inject.id)));
    let moments = injects.flat_map(|inject| match inject.trigger() {
        Trigger::At(at) => vec![at],
        Trigger::When(condition) => condition.minutes(),
        Trigger::ByHand => Vec::new(),
    });
    phases.chain(moments).filter(|moment| *moment > minute).min().and_then(|moment| state.clock.when(moment))
}

/// What the conductor's firing of an inject appends: once for each facility it was not told to yet, or for one of them.
#[must_use]
pub fn fire_by_hand(state: &DrillState, inject: &str, only: Side) -> Vec<DrillEvent> {
    state
        .sides()
        .into_iter()
        .filter(|side| only.is_none() || !state.several() || *side == only)
        .filter(|side| state.of_facility(*side).fired(inject).is_none())
        .map(|facility| DrillEvent::InjectFired { inject: inject.to_owned(), by_hand: true, facility })
        .collect()
}
