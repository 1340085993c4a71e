//! Bearer tokens of the API.

use crate::db::{Id, boxed, change, from_row, read};
use crate::journal::Log as _;
use crate::keys::{new_token, token_hash};
use crate::people::Accounts as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{ApiTokenId, PersonId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;

/// A token just made: the only time it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedApiToken {
    /// `hkt_…`
    pub token: String,
    /// What is stored about it.
    pub row: ApiTokenRow,
}

/// What is stored about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// The id.
    pub id: ApiTokenId,
    /// Whose rights it carries.
    pub person: PersonId,
    /// As its owner calls it.
    pub name: String,
    /// May change nothing.
    pub read_only: bool,
    /// When it was made.
    pub created_at: Ts,
    /// When it ends by itself.
    pub expires_at: Option<Ts>,
    /// When it was withdrawn.
    pub revoked_at: Option<Ts>,
    /// When a program last came by it (to the minute).
    pub last_used_at: Option<Ts>,
}

from_row!(ApiTokenRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        person: row.try_get::<Id, _>("person_id")?.0.into(),
        name: row.try_get("name")?,
        read_only: row.try_get("read_only")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Ts::from_micros),
        revoked_at: row.try_get::<Option<i64>, _>("revoked_at")?.map(Ts::from_micros),
        last_used_at: row.try_get::<Option<i64>, _>("last_used_at")?.map(Ts::from_micros),
    }
});

/// A token counts as used again after this long, so that not every call writes.
const TOUCH_SECONDS: i64 = 60;

fn object(person: PersonId, id: ApiTokenId) -> String {
    format!("person:{person}/token:{id}")
}

impl Store {
    /// Makes a token.
    ///
    /// # Errors
    /// `NotFound` for an unknown person; when the database refuses.
    #[boxed]
    pub async fn create_api_token(
        &self,
        act: &Act,
        person: PersonId,
        name: &str,
        read_only: bool,
        expires_at: Option<Ts>,
    ) -> Result<IssuedApiToken> {
        let name = checked("the name of the token", name, 1, 120)?;
        let id = ApiTokenId(Id::new().0);
        let token = new_token("hkt_")?;
        let row = change!(self, Some(Chain::Installation), "making an API token", con => {
            con.must_find_person(person).await?;
            let row: ApiTokenRow = sqlx::query_as(
                "INSERT INTO api_token (id, person_id, name, token_hash, read_only, created_at, expires_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(person.0))
            .bind(name)
            .bind(token_hash(&token))
            .bind(read_only)
            .bind(act.at.micros())
            .bind(expires_at.map(Ts::micros))
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("token.create", object(person, id)).with("name", name).with("read_only", read_only);
            con.append(Chain::Installation, deed).await?;
            row
        })?;
        Ok(IssuedApiToken { token, row })
    }

    /// The row of a token that is valid now and whose person is not disabled.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn api_token(&self, token: &str, now: Ts) -> Result<Option<ApiTokenRow>> {
        read!(self, "looking for an API token", con => {
            sqlx::query_as(
                "SELECT t.* FROM api_token t JOIN person p ON p.id = t.person_id WHERE t.token_hash = $1 \
                 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2) AND NOT p.disabled",
            )
            .bind(token_hash(token))
            .bind(now.micros())
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// Notes that a program came by this token. Writes at most once a minute, and nothing into the log: what the
    /// program changes is there under the token's name. An unknown token is no error.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn touch_api_token(&self, id: ApiTokenId, now: Ts) -> Result<()> {
        let row: Option<ApiTokenRow> = read!(self, "looking for an API token", con => {
            sqlx::query_as("SELECT * FROM api_token WHERE id = $1").bind(Id(id.0)).fetch_optional(&mut *con).await?
        })?;
        let is_due = |row: ApiTokenRow| row.last_used_at.is_none_or(|at| at.plus_seconds(TOUCH_SECONDS) <= now);
        if !row.is_some_and(is_due) {
            return Ok(());
        }
        change!(self, None, "noting that an API token is in use", con => {
            // Never backwards, whichever of two calls comes first.
            sqlx::query(
                "UPDATE api_token SET last_used_at = $1 WHERE id = $2 AND (last_used_at IS NULL OR last_used_at < $1)",
            )
            .bind(now.micros())
            .bind(Id(id.0))
            .execute(&mut *con)
            .await?;
        })
    }

    /// A person's tokens, newest first, withdrawn ones included.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn api_tokens_of(&self, person: PersonId) -> Result<Vec<ApiTokenRow>> {
        read!(self, "listing API tokens", con => {
            sqlx::query_as("SELECT * FROM api_token WHERE person_id = $1 ORDER BY id DESC")
                .bind(Id(person.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// Withdraws a token.
    ///
    /// # Errors
    /// `NotFound` when the person has no such token, or withdrew it before.
    #[boxed]
    pub async fn revoke_api_token(&self, act: &Act, person: PersonId, id: ApiTokenId) -> Result<()> {
        change!(self, Some(Chain::Installation), "withdrawing an API token", con => {
            let done = sqlx::query(
                "UPDATE api_token SET revoked_at = $1 WHERE id = $2 AND person_id = $3 AND revoked_at IS NULL",
            )
            .bind(act.at.micros())
            .bind(Id(id.0))
            .bind(Id(person.0))
            .execute(&mut *con)
            .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the token"));
            }
            con.append(Chain::Installation, act.did("token.revoke", object(person, id))).await?;
        })
    }
}
