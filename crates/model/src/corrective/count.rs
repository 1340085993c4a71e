//! What the actions show: counted for facts, and which of them bear on a control.

use super::{CorrectiveAction, State};
use crate::facts::{ActionFacts, ActionProof};
use crate::id::ControlId;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The actions of a facility, counted on a day; `None` when none was ever noted.
///
/// An action is proof only while it is closed: one that opened again strengthens nothing.
#[must_use]
pub fn action_facts<'a>(actions: impl IntoIterator<Item = &'a CorrectiveAction>, today: Date) -> Option<ActionFacts> {
    let actions: Vec<&CorrectiveAction> = actions.into_iter().collect();
    if actions.is_empty() {
        return None;
    }
    let mut facts = ActionFacts::default();
    let mut open_by_control: BTreeMap<&ControlId, u32> = BTreeMap::new();
    for action in &actions {
        let state = action.state(today);
        facts.open += u32::from(state.is_open());
        facts.overdue += u32::from(state == State::Overdue);
        let mut controls: Vec<&ControlId> = action.controls.iter().collect();
        controls.sort_unstable();
        controls.dedup();
        match &action.closed {
            None => {
                for control in controls {
                    *open_by_control.entry(control).or_default() += 1;
                }
            }
            Some(closed) => {
                for control in controls {
                    let proof = facts.by_control.entry(control.clone()).or_insert_with(|| ActionProof {
                        title: action.title.clone(),
                        closed: closed.on,
                        count: 0,
                        open: 0,
                    });
                    proof.count += 1;
                    // Of two closed on one day the title decides, so that the same rows always say the same.
                    if (closed.on, &action.title) > (proof.closed, &proof.title) {
                        proof.title.clone_from(&action.title);
                        proof.closed = closed.on;
                    }
                }
            }
        }
    }
    for (control, proof) in &mut facts.by_control {
        proof.open = open_by_control.get(control).copied().unwrap_or_default();
    }
    Some(facts)
}

/// The closed actions that strengthen one of these controls and were closed on or after a day (or whenever, without
/// one), newest first: title and day.
#[must_use]
pub fn closed_since<'a>(
    actions: impl IntoIterator<Item = &'a CorrectiveAction>,
    controls: &[ControlId],
    since: Option<Date>,
) -> Vec<(&'a str, Date)> {
    let mut found: Vec<(&str, Date)> = actions
        .into_iter()
        .filter(|action| action.controls.iter().any(|control| controls.contains(control)))
        .filter_map(|action| Some((action.title.as_str(), action.closed.as_ref()?.on)))
        .filter(|(_, on)| since.is_none_or(|since| *on >= since))
        .collect();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    found
}
