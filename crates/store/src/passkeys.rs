//! Passkeys of people.

use crate::db::{Id, boxed, change, from_json, from_row, json, read};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::people::Accounts as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{PasskeyId, PersonId};
use hakutaku_model::journal::Chain;
use hakutaku_model::time::Ts;
use serde_json::Value;

/// A stored passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyRow {
    /// The id.
    pub id: PasskeyId,
    /// Whose.
    pub person: PersonId,
    /// As its owner calls it.
    pub name: String,
    /// The credential as the WebAuthn library serialises it.
    pub credential: Value,
    /// When it was added.
    pub created_at: Ts,
    /// When it last signed somebody in.
    pub last_used_at: Option<Ts>,
}

from_row!(PasskeyRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        person: row.try_get::<Id, _>("person_id")?.0.into(),
        name: row.try_get("name")?,
        credential: from_json(&row.try_get::<String, _>("credential")?)?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        last_used_at: row.try_get::<Option<i64>, _>("last_used_at")?.map(Ts::from_micros),
    }
});

fn object(person: PersonId, id: PasskeyId) -> String {
    format!("person:{person}/passkey:{id}")
}

impl Store {
    /// Adds a passkey.
    ///
    /// # Errors
    /// `AlreadyExists` when the credential is registered; `NotFound` for an unknown person.
    #[boxed]
    pub async fn add_passkey(
        &self,
        act: &Act,
        person: PersonId,
        name: &str,
        credential_id: &[u8],
        credential: &Value,
    ) -> Result<PasskeyRow> {
        let name = checked("the name of the passkey", name, 1, 120)?;
        let id = PasskeyId(Id::new().0);
        change!(self, Some(Chain::Installation), "adding a passkey", con => {
            con.must_find_person(person).await?;
            let row: PasskeyRow = sqlx::query_as(
                "INSERT INTO passkey (id, person_id, name, credential_id, credential, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(person.0))
            .bind(name)
            .bind(credential_id)
            .bind(json(credential)?)
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await
            .map_err(unique_or("the passkey"))?;
            con.append(Chain::Installation, act.did("passkey.add", object(person, id)).with("name", name)).await?;
            row
        })
    }

    /// A person's passkeys, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn passkeys_of(&self, person: PersonId) -> Result<Vec<PasskeyRow>> {
        read!(self, "listing passkeys", con => {
            sqlx::query_as("SELECT * FROM passkey WHERE person_id = $1 ORDER BY id")
                .bind(Id(person.0))
                .fetch_all(&mut *con)
                .await?
        })
    }

    /// The passkey with this credential id, of an account that is not disabled.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn passkey_by_credential_id(&self, credential_id: &[u8]) -> Result<Option<PasskeyRow>> {
        read!(self, "looking for a passkey", con => {
            sqlx::query_as(
                "SELECT k.* FROM passkey k JOIN person p ON p.id = k.person_id \
                 WHERE k.credential_id = $1 AND NOT p.disabled",
            )
            .bind(credential_id)
            .fetch_optional(&mut *con)
            .await?
        })
    }

    /// Stores a credential's new state (its counter) after a sign-in and notes the use.
    ///
    /// # Errors
    /// `NotFound` when the person has no such passkey.
    #[boxed]
    pub async fn update_passkey(&self, act: &Act, person: PersonId, id: PasskeyId, credential: &Value) -> Result<()> {
        change!(self, Some(Chain::Installation), "using a passkey", con => {
            let done = sqlx::query("UPDATE passkey SET credential = $1, last_used_at = $2 WHERE id = $3 AND person_id = $4")
                .bind(json(credential)?)
                .bind(act.at.micros())
                .bind(Id(id.0))
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the passkey"));
            }
            con.append(Chain::Installation, act.did("passkey.use", object(person, id))).await?;
        })
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// `NotFound` when the person has no such passkey.
    #[boxed]
    pub async fn remove_passkey(&self, act: &Act, person: PersonId, id: PasskeyId) -> Result<()> {
        change!(self, Some(Chain::Installation), "removing a passkey", con => {
            let done = sqlx::query("DELETE FROM passkey WHERE id = $1 AND person_id = $2")
                .bind(Id(id.0))
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            if done.rows_affected() == 0 {
                return Err(StoreError::NotFound("the passkey"));
            }
            con.append(Chain::Installation, act.did("passkey.remove", object(person, id))).await?;
        })
    }
}
