//! Signed-in browsers, and the state of sign-in ceremonies.
//!
//! A token is 256 random bits; only its SHA-256 is stored, so a copy of the database signs nobody in.

use crate::db::{Id, boxed, change, from_json, from_row, json, read};
use crate::journal::Log as _;
use crate::keys::{new_token, token_hash};
use crate::people::Accounts as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::PersonId;
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde_json::Value;

/// A session ends when nothing happened for this long.
pub const IDLE_SECONDS: i64 = 30 * 60;
/// A session ends this long after signing in, whatever happens.
pub const ABSOLUTE_SECONDS: i64 = 12 * 60 * 60;
/// The state of a ceremony is forgotten after this long.
pub const CEREMONY_SECONDS: i64 = 5 * 60;

/// A session just begun: the only time its token is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedSession {
    /// For the cookie.
    pub token: String,
    /// For forms.
    pub csrf: String,
}

/// A session found by its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose.
    pub person: PersonId,
    /// Secret that every form of the session carries.
    pub csrf: String,
    /// Whether the second factor was shown.
    pub second_factor_done: bool,
    /// When signed in.
    pub created_at: Ts,
    /// When last seen (to the minute).
    pub last_seen_at: Ts,
}

/// A session counts as seen again after this long, so that not every request writes.
const TOUCH_SECONDS: i64 = 60;

from_row!(SessionRow, row => {
    Self {
        person: row.try_get::<Id, _>("person_id")?.0.into(),
        csrf: row.try_get("csrf")?,
        second_factor_done: row.try_get("second_factor_done")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        last_seen_at: Ts::from_micros(row.try_get("last_seen_at")?),
    }
});

struct Ceremony(Value);

from_row!(Ceremony, row => { Self(from_json(&row.try_get::<String, _>("state")?)?) });

fn issue() -> Result<IssuedSession> {
    Ok(IssuedSession { token: new_token("")?, csrf: new_token("")? })
}

fn object(person: PersonId) -> String {
    format!("person:{person}")
}

/// What a session must be younger than, last seen and begun.
fn limits(now: Ts) -> (i64, i64) {
    (now.plus_seconds(-IDLE_SECONDS).micros(), now.plus_seconds(-ABSOLUTE_SECONDS).micros())
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// `NotFound` for an unknown person; when the database refuses.
    #[boxed]
    pub async fn create_session(&self, act: &Act, person: PersonId, second_factor_done: bool) -> Result<IssuedSession> {
        let issued = issue()?;
        change!(self, Some(Chain::Installation), "beginning a session", con => {
            if con.must_find_person(person).await?.disabled {
                return Err(StoreError::Invalid("this account is disabled".to_owned()));
            }
            sqlx::query(
                "INSERT INTO session (token_hash, person_id, csrf, second_factor_done, created_at, last_seen_at) \
                 VALUES ($1, $2, $3, $4, $5, $5)",
            )
            .bind(token_hash(&issued.token))
            .bind(Id(person.0))
            .bind(&issued.csrf)
            .bind(second_factor_done)
            .bind(act.at.micros())
            .execute(&mut *con)
            .await?;
            let deed = act.did("session.start", object(person)).with("second_factor_done", second_factor_done);
            con.append(Chain::Installation, deed).await?;
        })?;
        Ok(issued)
    }

    /// The session of a token, unless it expired or the person is disabled.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn session(&self, token: &str, now: Ts) -> Result<Option<SessionRow>> {
        let (seen_after, begun_after) = limits(now);
        read!(self, "looking for a session", con => {
            sqlx::query_as(
                "SELECT s.* FROM session s JOIN person p ON p.id = s.person_id WHERE s.token_hash = $1 \
                 AND s.last_seen_at > $2 AND s.created_at > $3 AND NOT p.disabled",
            )
            .bind(token_hash(token))
            .bind(seen_after)
            .bind(begun_after)
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// Notes that the session is in use; an expired one stays expired. Writes at most once a minute.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn touch_session(&self, token: &str, now: Ts) -> Result<()> {
        match self.session(token, now).await? {
            Some(session) if session.last_seen_at.plus_seconds(TOUCH_SECONDS) <= now => {
                change!(self, None, "noting that a session is in use", con => {
                    sqlx::query("UPDATE session SET last_seen_at = $1 WHERE token_hash = $2 AND last_seen_at < $1")
                        .bind(now.micros())
                        .bind(token_hash(token))
                        .execute(&mut *con)
                        .await?;
                })
            }
            _ => Ok(()),
        }
    }

    /// Replaces token and CSRF secret (after sign-in or second factor); the old token is void. The absolute limit
    /// keeps counting from the first sign-in.
    ///
    /// # Errors
    /// `NotFound` when the session is unknown or expired.
    #[boxed]
    pub async fn rotate_session(&self, act: &Act, token: &str, second_factor_done: bool) -> Result<IssuedSession> {
        let issued = issue()?;
        let (seen_after, begun_after) = limits(act.at);
        change!(self, Some(Chain::Installation), "renewing a session", con => {
            let row: SessionRow = sqlx::query_as(
                "UPDATE session SET token_hash = $1, csrf = $2, second_factor_done = $3, last_seen_at = $4 \
                 WHERE token_hash = $5 AND last_seen_at > $6 AND created_at > $7 RETURNING *",
            )
            .bind(token_hash(&issued.token))
            .bind(&issued.csrf)
            .bind(second_factor_done)
            .bind(act.at.micros())
            .bind(token_hash(token))
            .bind(seen_after)
            .bind(begun_after)
            .fetch_optional(&mut *con)
            .await?
            .ok_or(StoreError::NotFound("the session"))?;
            let deed = act.did("session.renew", object(row.person)).with("second_factor_done", second_factor_done);
            con.append(Chain::Installation, deed).await?;
        })?;
        Ok(issued)
    }

    /// Signs out. An unknown token is no error.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn end_session(&self, act: &Act, token: &str) -> Result<()> {
        change!(self, Some(Chain::Installation), "ending a session", con => {
            let row: Option<SessionRow> = sqlx::query_as("DELETE FROM session WHERE token_hash = $1 RETURNING *")
                .bind(token_hash(token))
                .fetch_optional(&mut *con)
                .await?;
            if let Some(row) = row {
                con.append(Chain::Installation, act.did("session.end", object(row.person))).await?;
            }
        })
    }

    /// Signs a person out everywhere; says how many sessions ended.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn end_sessions_of(&self, act: &Act, person: PersonId) -> Result<u64> {
        change!(self, Some(Chain::Installation), "ending the sessions of a person", con => {
            let ended = con.drop_sessions(person).await?;
            con.append(Chain::Installation, act.did("session.end_all", object(person)).with("ended", ended)).await?;
            ended
        })
    }

    /// Removes expired sessions and ceremonies; for a periodic job. Says how many sessions.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn remove_expired_sessions(&self, now: Ts) -> Result<u64> {
        let (seen_after, begun_after) = limits(now);
        change!(self, None, "removing expired sessions", con => {
            sqlx::query("DELETE FROM ceremony WHERE expires_at <= $1").bind(now.micros()).execute(&mut *con).await?;
            sqlx::query("DELETE FROM session WHERE last_seen_at <= $1 OR created_at <= $2")
                .bind(seen_after)
                .bind(begun_after)
                .execute(&mut *con)
                .await?
                .rows_affected()
        })
    }

    /// Keeps a ceremony's state under a session token (or one made by [`Store::new_ceremony`]), replacing an older one.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn set_ceremony(&self, token: &str, state: &Value, now: Ts) -> Result<()> {
        change!(self, None, "keeping the state of a sign-in", con => {
            sqlx::query(
                "INSERT INTO ceremony (token_hash, state, expires_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (token_hash) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at",
            )
            .bind(token_hash(token))
            .bind(json(state)?)
            .bind(now.plus_seconds(CEREMONY_SECONDS).micros())
            .execute(&mut *con)
            .await?;
        })
    }

    /// Keeps a ceremony's state for somebody not signed in yet; the returned token finds it again.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn new_ceremony(&self, state: &Value, now: Ts) -> Result<String> {
        let token = new_token("")?;
        self.set_ceremony(&token, state, now).await?;
        Ok(token)
    }

    /// Takes a ceremony's state out: each can be used once, within five minutes.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn take_ceremony(&self, token: &str, now: Ts) -> Result<Option<Value>> {
        change!(self, None, "taking the state of a sign-in", con => {
            let row: Option<Ceremony> =
                sqlx::query_as("DELETE FROM ceremony WHERE token_hash = $1 AND expires_at > $2 RETURNING *")
                    .bind(token_hash(token))
                    .bind(now.micros())
                    .fetch_optional(&mut *con)
                    .await?;
            row.map(|row| row.0)
        })
    }
}
