//! Drills held and calls made through the contact tree, counted for proposals.

use crate::db::{Id, boxed, from_row, read};
use crate::rooms::RoomRow;
use crate::{Result, Store};
use hakutaku_model::calls::CallRound;
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::exercise::event::DrillSetup;
use hakutaku_model::facts::DrillFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::Room;
use hakutaku_model::time::Ts;
use hakutaku_model::time::within_a_year;
use jiff::civil::Date;

/// When a drill began.
struct Began {
    room: RoomRow,
    at: i64,
}

from_row!(Began, row => { Self { room: sqlx::FromRow::from_row(row)?, at: row.try_get("began")? } });

impl Store {
    /// The drills held to their end in which a facility took part, conducted by whomever, newest first, with the day each
    /// was held. Asked of the keys that a journal takes once, so that no journal is read.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn drills_held(&self, facility: FacilityId) -> Result<Vec<(Room, Date)>> {
        let rows: Vec<Began> = read!(self, "listing the drills held", con => {
            sqlx::query_as(
                "SELECT room.*, began.at AS began FROM room \
                 JOIN room_entry began ON began.room_id = room.id AND began.once_key = 'started' \
                 JOIN room_entry ended ON ended.room_id = room.id AND ended.once_key = 'ended' \
                 WHERE room.kind = 'drill' AND (room.facility_id = $1 OR room.setup LIKE $2) \
                 ORDER BY began.at DESC, room.id DESC",
            )
            .bind(Id(facility.0))
            .bind(format!("%{facility}%"))
            .fetch_all(&mut *con)
            .await?
        })?;
        let mut held: Vec<(Room, Date)> = Vec::new();
        for Began { room: RoomRow(room), at } in rows {
            // A journal merged from two laptops may say "started" twice.
            let known = held.iter().any(|(other, _)| other.id == room.id);
            if !known && took_part(&room, facility) {
                held.push((room, Ts::from_micros(at).date_in_japan()));
            }
        }
        Ok(held)
    }

    /// Counted on a day in Japan; `None` while neither a drill nor a call was held.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
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
        facts.within_year = facts.newest.is_some_and(|day| within_a_year(day, today));
        facts.call_within_year = facts.newest_call.is_some_and(|day| within_a_year(day, today));
        facts.not_reached = call.map(|row| row.body.tally().not_reached).unwrap_or_default();
        if let Some((room, _)) = newest {
            let actions = self.records::<CorrectiveAction>(facility).await?;
            let of_it =
                |action: &CorrectiveAction| matches!(&action.source, Source::Drill { room: id, .. } if *id == room.id);
            for action in actions.iter().map(|row| &row.body).filter(|action| of_it(action)) {
                facts.gaps += 1;
                facts.gaps_closed += u32::from(action.closed.is_some());
            }
        }
        Ok(Some(facts))
    }
}

/// Whether a facility's own record is in a drill's journal: it conducted alone, or is one of those taking part.
#[must_use]
pub fn took_part(room: &Room, facility: FacilityId) -> bool {
    let several =
        serde_json::from_value::<DrillSetup>(room.setup.clone()).map(|setup| setup.facilities).unwrap_or_default();
    if several.len() < 2 { room.facility == facility } else { several.iter().any(|part| part.facility == facility) }
}
