//! Who has a screen open: kept in memory only, because a connection is nothing to keep a record of.

use hakutaku_model::id::{FacilityId, SeatId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::live::LiveDrill;

/// Somebody with a screen.
#[derive(Debug, Clone)]
pub(crate) struct Here {
    pub(crate) name: String,
    pub(crate) role: String,
    pub(crate) facility: FacilityId,
    screens: usize,
}

/// Everybody with a screen.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    here: Mutex<HashMap<SeatId, Here>>,
    changed: AtomicBool,
}

impl Presence {
    /// Whether anybody came or went since this was asked last.
    pub(super) fn changed(&self) -> bool {
        self.changed.swap(false, Ordering::AcqRel)
    }

    /// Those of one role at one facility.
    pub(crate) fn of(&self, role: &str, facility: Option<FacilityId>) -> Vec<Here> {
        let here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found: Vec<Here> = here
            .values()
            .filter(|one| one.role == role && facility.is_none_or(|facility| one.facility == facility))
            .cloned()
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }
}

/// A screen that is open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenScreen {
    drill: Arc<LiveDrill>,
    seat: SeatId,
}

impl OpenScreen {
    pub(crate) fn new(drill: Arc<LiveDrill>, seat: SeatId, name: &str, role: &str, facility: FacilityId) -> Self {
        {
            let mut here = drill.presence.here.lock().unwrap_or_else(PoisonError::into_inner);
            let new = || Here { name: name.to_owned(), role: role.to_owned(), facility, screens: 0 };
            here.entry(seat).or_insert_with(new).screens += 1;
        }
        drill.presence.changed.store(true, Ordering::Release);
        Self { drill, seat }
    }
}

impl Drop for OpenScreen {
    fn drop(&mut self) {
        let presence = &self.drill.presence;
        {
            let mut here = presence.here.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(one) = here.get_mut(&self.seat) {
                one.screens = one.screens.saturating_sub(1);
                if one.screens == 0 {
                    here.remove(&self.seat);
                }
            }
        }
        presence.changed.store(true, Ordering::Release);
    }
}
