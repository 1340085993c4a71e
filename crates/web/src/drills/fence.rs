//! In a drill of several houses each reads its own record and the conductor's, nothing else.

use super::live::LiveDrill;
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent};
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::Entry;

/// Whether a facility may read an entry.
pub(crate) fn may_read(drill: &LiveDrill, facility: FacilityId, entry: &Entry) -> bool {
    drill.room.facility == facility || is_for(facility, entry)
}

/// Whether an entry is a facility's own, or the conductor's for it or for all.
fn is_for(facility: FacilityId, entry: &Entry) -> bool {
    if entry.author.facility == Some(facility) {
        return true;
    }
    if entry.author.role != CONDUCTOR || entry.author.seat.is_some() {
        return false;
    }
    match DrillEvent::of(entry) {
        Some(
            DrillEvent::InjectFired { facility: side, .. }
            | DrillEvent::InjectSkipped { facility: side, .. }
            | DrillEvent::InjectDropped { facility: side, .. }
            | DrillEvent::Improvised { facility: side, .. },
        ) => side.is_none_or(|side| side == facility),
        // Taken by the conductor for one house: that house's own, see the author.
        Some(DrillEvent::Chosen { .. }) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::id::{OriginId, RoomId};
    use hakutaku_model::room::{Author, Draft, Tail};
    use hakutaku_model::time::Ts;
    use uuid::Uuid;

    fn place(n: u128) -> FacilityId {
        FacilityId(Uuid::from_u128(n))
    }

    fn entry(role: &str, facility: Option<FacilityId>, event: &DrillEvent) -> Entry {
        let author = Author { name: "x".into(), role: role.into(), person: None, seat: None, facility };
        let body = serde_json::to_value(event).expect("writes");
        let draft = Draft { author, at: Ts::from_micros(0), body, once: None };
        Entry::after(Tail::EMPTY, RoomId(Uuid::from_u128(1)), OriginId(Uuid::from_u128(2)), draft)
    }

    #[test]
    fn a_house_reads_its_own_and_what_the_conductor_says_to_it() {
        let report = DrillEvent::ActionReported { inject: "a".into(), action: "b".into() };
        assert!(is_for(place(1), &entry("ward", Some(place(1)), &report)));
        assert!(!is_for(place(2), &entry("ward", Some(place(1)), &report)));
        let fired = |facility| DrillEvent::InjectFired { inject: "a".into(), by_hand: false, facility };
        assert!(is_for(place(2), &entry(CONDUCTOR, None, &fired(None))));
        assert!(is_for(place(2), &entry(CONDUCTOR, None, &fired(Some(place(2))))));
        assert!(!is_for(place(2), &entry(CONDUCTOR, None, &fired(Some(place(1))))));
        let chosen = DrillEvent::Chosen { inject: "a".into(), option: "b".into() };
        assert!(!is_for(place(2), &entry(CONDUCTOR, Some(place(1)), &chosen)));
    }
}
