//! Leases: work of which only one server process does a kind at a time, and which another takes up when it dies.

use crate::db::{boxed, change, on_both_connections};
use crate::{Result, Store, StoreError};
use hakutaku_model::time::Ts;

on_both_connections! {
    /// The fence of leased work.
    Leases {
        /// Fails when the lease is not this owner's any more: what was prepared under it must not be written. Holds others
        /// off until the end of the transaction.
        async fn must_hold(con, name: &str, owner: &str, now: Ts) -> () {
            let held = sqlx::query("UPDATE lease SET owner = owner WHERE name = $1 AND owner = $2 AND until_at > $3")
                .bind(name)
                .bind(owner)
                .bind(now.micros())
                .execute(&mut *con)
                .await?;
            if held.rows_affected() == 0 {
                return Err(StoreError::Conflict("the lease"));
            }
        }
    }
}

impl Store {
    /// Takes or prolongs a lease; false when another owner holds it. `owner` is a name no other process has (a UUID).
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn lease(&self, name: &str, owner: &str, now: Ts, until: Ts) -> Result<bool> {
        change!(self, None, "taking a lease", con => {
            let done = sqlx::query(
                "INSERT INTO lease (name, owner, until_at) VALUES ($1, $2, $3) \
                 ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until_at = excluded.until_at \
                 WHERE lease.owner = excluded.owner OR lease.until_at <= $4",
            )
            .bind(name)
            .bind(owner)
            .bind(until.micros())
            .bind(now.micros())
            .execute(&mut *con)
            .await?;
            done.rows_affected() > 0
        })
    }

    /// Gives a lease back, so that another process need not wait for its end.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn end_lease(&self, name: &str, owner: &str) -> Result<()> {
        change!(self, None, "giving a lease back", con => {
            sqlx::query("DELETE FROM lease WHERE name = $1 AND owner = $2")
                .bind(name)
                .bind(owner)
                .execute(&mut *con)
                .await?;
        })
    }
}
