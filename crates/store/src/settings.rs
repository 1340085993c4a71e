//! Small JSON values about the installation: `setup.token_hash`, `setup.done`, `demo`.

use crate::db::{boxed, change, from_json, from_row, json, read};
use crate::journal::Log as _;
use crate::open::PUBLIC_KEY_SETTING;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::journal::Chain;
use serde_json::Value;

struct Setting(Value);

struct Named(String, Value);

from_row!(Named, row => { Self(row.try_get("key")?, from_json(&row.try_get::<String, _>("value")?)?) });

from_row!(Setting, row => { Self(from_json(&row.try_get::<String, _>("value")?)?) });

fn may_change(key: &str) -> Result<()> {
    match key {
        PUBLIC_KEY_SETTING => Err(StoreError::Invalid(format!("{key} is set by the store itself"))),
        _ => Ok(()),
    }
}

impl Store {
    /// A setting; `None` when never set.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn setting(&self, key: &str) -> Result<Option<Value>> {
        read!(self, "reading a setting", con => {
            let row: Option<Setting> =
                sqlx::query_as("SELECT value FROM setting WHERE key = $1").bind(key).fetch_optional(&mut *con).await?;
            row.map(|row| row.0)
        })
    }

    /// All settings whose keys begin so, in the order of their keys.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn settings_beginning(&self, prefix: &str) -> Result<Vec<(String, Value)>> {
        let rows: Vec<Named> = read!(self, "reading settings", con => {
            // Not LIKE: keys contain underscores, which mean "any character" there.
            sqlx::query_as("SELECT key, value FROM setting WHERE substr(key, 1, length($1)) = $1 ORDER BY key")
                .bind(prefix)
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// Sets a setting. The log names the key, never the value.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn set_setting(&self, act: &Act, key: &str, value: &Value) -> Result<()> {
        may_change(key)?;
        change!(self, Some(Chain::Installation), "changing a setting", con => {
            sqlx::query(
                "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(key)
            .bind(json(value)?)
            .execute(&mut *con)
            .await?;
            con.append(Chain::Installation, act.did("setting.change", format!("setting:{key}"))).await?;
        })
    }

    /// Removes a setting; one that was never set is no error.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn clear_setting(&self, act: &Act, key: &str) -> Result<()> {
        may_change(key)?;
        change!(self, Some(Chain::Installation), "removing a setting", con => {
            let done = sqlx::query("DELETE FROM setting WHERE key = $1").bind(key).execute(&mut *con).await?;
            if done.rows_affected() > 0 {
                con.append(Chain::Installation, act.did("setting.remove", format!("setting:{key}"))).await?;
            }
        })
    }

    /// Whether the set-up wizard was finished (`setup.done` is `true`).
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn is_set_up(&self) -> Result<bool> {
        Ok(self.setting("setup.done").await? == Some(Value::Bool(true)))
    }
}
