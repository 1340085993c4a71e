//! Drills held and calls made through the contact tree, counted for proposals.

use crate::{Result, Store};
use hakutaku_model::calls::CallRound;
use hakutaku_model::corrective::{CorrectiveAction, Source, within_year};
use hakutaku_model::facts::DrillFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::{Room, RoomKind};
use jiff::civil::Date;

impl Store {
    /// The drills of a facility held to their end, newest first, with the day each was held.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    pub async fn drills_held(&self, facility: FacilityId) -> Result<Vec<(Room, Date)>> {
        let rooms = self.rooms(facility, RoomKind::Drill).await?;
        Ok(rooms.into_iter().filter_map(|room| room.closed_at.map(|at| (room, at.date_in_japan()))).collect())
    }

    /// Counted on a day in Japan; `None` while neither a drill nor a call was held.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    pub async fn drill_facts(&self, facility: FacilityId, today: Date) -> Result<Option<DrillFacts>> {
        let held = self.drills_held(facility).await?;
        let rounds = self.records::<CallRound>(facility).await?;
        let call = rounds
            .iter()
            .filter(|row| row.body.ended.is_some() && !row.body.for_real)
            .max_by_key(|row| (row.body.started, row.id));
        if held.is_empty() && call.is_none() {
            return Ok(None);
        }
        let newest = held.iter().max_by_key(|(room, day)| (*day, room.id));
        let mut facts = DrillFacts {
            held: u32::try_from(held.len()).unwrap_or(u32::MAX),
            newest: newest.map(|(_, day)| *day),
            newest_title: newest.map(|(room, _)| room.title.clone()).unwrap_or_default(),
            newest_call: call.map(|row| row.body.day()),
            ..DrillFacts::default()
        };
        facts.within_year = facts.newest.is_some_and(|day| within_year(day, today));
        facts.call_within_year = facts.newest_call.is_some_and(|day| within_year(day, today));
        facts.not_reached = call.map(|row| row.body.tally().not_reached).unwrap_or_default();
        if let Some((room, _)) = newest {
            let actions = self.records::<CorrectiveAction>(facility).await?;
            let of_it = |action: &CorrectiveAction| matches!(&action.source, Source::Drill { room: id, .. } if *id == room.id);
            for action in actions.iter().map(|row| &row.body).filter(|action| of_it(action)) {
                facts.gaps += 1;
                facts.gaps_closed += u32::from(action.closed.is_some());
            }
        }
        Ok(Some(facts))
    }
}
