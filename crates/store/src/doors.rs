//! Doors and seats: people without an account come in for one purpose. See [`hakutaku_model::seat`].

use crate::db::{Id, boxed, change, from_json, from_row, json, read};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::keys::{new_token, random, token_hash};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{DoorId, FacilityId, SeatId};
use hakutaku_model::journal::Chain;
use hakutaku_model::seat::{Door, Purpose, Seat};
use hakutaku_model::time::Ts;
use serde_json::Value;
use uuid::Uuid;

/// Letters and digits that nobody mistakes for another on a whiteboard.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of a code: 31⁶ are about 890 million, and wrong ones are slowed down.
const CODE_LENGTH: usize = 6;

/// A door that was just opened: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedDoor {
    /// For the link and the QR code.
    pub token: String,
    /// What is stored about it.
    pub door: Door,
}

/// A seat that was just taken: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSeat {
    /// For the cookie.
    pub token: String,
    /// What is stored about it.
    pub seat: Seat,
}

struct DoorRow(Door);

from_row!(DoorRow, row => {
    Self(Door {
        id: row.try_get::<Id, _>("id")?.0.into(),
        facility: row.try_get::<Id, _>("facility_id")?.0.into(),
        purpose: crate::db::from_word(row.try_get("purpose")?)?,
        target: row.try_get::<Id, _>("target_id")?.0,
        code: row.try_get("code")?,
        choice: from_json(&row.try_get::<String, _>("choice")?)?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        expires_at: Ts::from_micros(row.try_get("expires_at")?),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Ts::from_micros),
    })
});

struct SeatRow(Seat);

from_row!(SeatRow, row => {
    Self(Seat {
        id: row.try_get::<Id, _>("id")?.0.into(),
        door: row.try_get::<Id, _>("door_id")?.0.into(),
        name: row.try_get("name")?,
        role: row.try_get("role")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
    })
});

/// A code of so many characters.
pub(crate) fn new_code(length: usize) -> Result<String> {
    // 248 is the largest multiple of 31 in a byte: larger bytes would favour the first letters.
    let mut code = String::with_capacity(length);
    while code.len() < length {
        for byte in random::<16>()?.into_iter().filter(|byte| *byte < 248) {
            if code.len() < length {
                code.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
            }
        }
    }
    Ok(code)
}

/// A code as people type it: any case, with spaces or hyphens, letters that look like digits.
#[must_use]
pub fn read_code(typed: &str) -> String {
    hakutaku_model::text::folded(typed)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

fn object(id: DoorId) -> String {
    format!("door:{id}")
}

impl Store {
    /// Opens a door for a purpose. `target` is the room or register row behind it.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn open_door(
        &self,
        act: &Act,
        facility: FacilityId,
        purpose: Purpose,
        target: Uuid,
        choice: &Value,
        expires_at: Ts,
    ) -> Result<IssuedDoor> {
        let token = new_token("hkd_")?;
        let door = Door {
            id: DoorId(Id::new().0),
            facility,
            purpose,
            target,
            code: new_code(CODE_LENGTH)?,
            choice: choice.clone(),
            created_at: act.at,
            expires_at,
            revoked_at: None,
        };
        change!(self, Some(Chain::Facility(facility)), "opening a door", con => {
            sqlx::query(
                "INSERT INTO door (id, facility_id, purpose, target_id, token_hash, code, choice, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            )
            .bind(Id(door.id.0))
            .bind(Id(facility.0))
            .bind(purpose.key())
            .bind(Id(target))
            .bind(token_hash(&token))
            .bind(&door.code)
            .bind(json(choice)?)
            .bind(act.at.micros())
            .bind(expires_at.micros())
            .execute(&mut *con)
            .await
            .map_err(unique_or("the code"))?;
            let deed = act.did("door.open", object(door.id)).with("purpose", purpose.key()).with("target", target);
            con.append(Chain::Facility(facility), deed).await?;
        })?;
        Ok(IssuedDoor { token, door })
    }

    /// The doors to one target, newest first, closed ones included.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn doors(&self, facility: FacilityId, purpose: Purpose, target: Uuid) -> Result<Vec<Door>> {
        let rows: Vec<DoorRow> = read!(self, "listing doors", con => {
            sqlx::query_as("SELECT * FROM door WHERE facility_id = $1 AND purpose = $2 AND target_id = $3 ORDER BY id DESC")
                .bind(Id(facility.0))
                .bind(purpose.key())
                .bind(Id(target))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The doors to one target at every facility: for whoever conducts a drill of several.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn doors_to(&self, purpose: Purpose, target: Uuid) -> Result<Vec<Door>> {
        let rows: Vec<DoorRow> = read!(self, "listing doors", con => {
            sqlx::query_as("SELECT * FROM door WHERE purpose = $1 AND target_id = $2 ORDER BY id DESC")
                .bind(purpose.key())
                .bind(Id(target))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The open door of a link's token.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn door_of_token(&self, token: &str, now: Ts) -> Result<Option<Door>> {
        let row: Option<DoorRow> = read!(self, "looking for a door", con => {
            sqlx::query_as("SELECT * FROM door WHERE token_hash = $1")
                .bind(token_hash(token))
                .fetch_optional(&mut *con)
                .await?
        })?;
        Ok(row.map(|row| row.0).filter(|door| door.is_open(now)))
    }

    /// The open door of a typed code. The caller slows down whoever guesses.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn door_of_code(&self, typed: &str, now: Ts) -> Result<Option<Door>> {
        let row: Option<DoorRow> = read!(self, "looking for a door", con => {
            sqlx::query_as("SELECT * FROM door WHERE code = $1").bind(read_code(typed)).fetch_optional(&mut *con).await?
        })?;
        Ok(row.map(|row| row.0).filter(|door| door.is_open(now)))
    }

    /// Closes a door: nobody comes in any more, and those inside are out.
    ///
    /// # Errors
    /// `NotFound` when the facility has no such door that is not closed yet.
    #[boxed]
    pub async fn close_door(&self, act: &Act, facility: FacilityId, id: DoorId) -> Result<()> {
        change!(self, Some(Chain::Facility(facility)), "closing a door", con => {
            let done = sqlx::query("UPDATE door SET revoked_at = $1 WHERE facility_id = $2 AND id = $3 AND revoked_at IS NULL")
                .bind(act.at.micros())
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the door"));
            }
            con.append(Chain::Facility(facility), act.did("door.close", object(id))).await?;
        })
    }

    /// Takes a seat behind an open door.
    ///
    /// # Errors
    /// `NotFound` when the door is closed; `Invalid` for a name that is empty or over 100 characters.
    #[boxed]
    pub async fn take_seat(&self, door: &Door, name: &str, role: &str, now: Ts) -> Result<IssuedSeat> {
        let name = checked("the name", name, 1, 100)?.to_owned();
        let role = checked("the role", role, 0, 100)?.to_owned();
        if !door.is_open(now) {
            return Err(StoreError::NotFound("the door"));
        }
        let token = new_token("hks_")?;
        let seat = Seat { id: SeatId(Id::new().0), door: door.id, name, role, created_at: now };
        let act = Act::seat(seat.id, now);
        change!(self, Some(Chain::Facility(door.facility)), "taking a seat", con => {
            sqlx::query("INSERT INTO seat (id, door_id, token_hash, name, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
                .bind(Id(seat.id.0))
                .bind(Id(door.id.0))
                .bind(token_hash(&token))
                .bind(&seat.name)
                .bind(&seat.role)
                .bind(now.micros())
                .execute(&mut *con)
                .await?;
            let deed = act.did("seat.take", object(door.id)).with("name", &seat.name).with("purpose", door.purpose.key());
            con.append(Chain::Facility(door.facility), deed).await?;
        })?;
        Ok(IssuedSeat { token, seat })
    }

    /// The seat of a browser's token with its door, while the door is open.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn seat_of_token(&self, token: &str, now: Ts) -> Result<Option<(Seat, Door)>> {
        let found = read!(self, "looking for a seat", con => {
            let seat: Option<SeatRow> = sqlx::query_as("SELECT * FROM seat WHERE token_hash = $1")
                .bind(token_hash(token))
                .fetch_optional(&mut *con)
                .await?;
            match seat {
                None => None,
                Some(SeatRow(seat)) => {
                    let door: DoorRow =
                        sqlx::query_as("SELECT * FROM door WHERE id = $1").bind(Id(seat.door.0)).fetch_one(&mut *con).await?;
                    Some((seat, door.0))
                }
            }
        })?;
        Ok(found.filter(|(_, door)| door.is_open(now)))
    }

    /// Who came in by these doors, in the order they came.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn seats(&self, door: DoorId) -> Result<Vec<Seat>> {
        let rows: Vec<SeatRow> = read!(self, "listing seats", con => {
            sqlx::query_as("SELECT * FROM seat WHERE door_id = $1 ORDER BY id").bind(Id(door.0)).fetch_all(&mut *con).await?
        })?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
