//! The hash-chained log: appending, reading, recording what changes nothing.

use crate::act::Deed;
use crate::db::{boxed, change, from_row, on_both_connections, read, undecodable};
use crate::{Act, Result, Store};
use hakutaku_model::id::{ApiTokenId, InvitationId, PersonId, VendorRequestId};
use hakutaku_model::journal::{Chain, Entry, Event, Hash, Head};
use hakutaku_model::time::Ts;
use std::collections::BTreeMap;

pub use crate::verify::{ChainReport, Fault, JournalReport, SignedHead};

/// A row of the log as an entry.
pub(crate) struct StoredEntry(pub(crate) Entry);

from_row!(StoredEntry, row => {
    let detail_text: String = row.try_get("detail")?;
    let detail: BTreeMap<String, String> = serde_json::from_str(&detail_text).map_err(undecodable)?;
    // JSON leaves room for spaces; what was written has none, and nothing else may pass for it.
    if serde_json::to_string(&detail).map_err(undecodable)? != detail_text {
        return Err(undecodable("detail"));
    }
    Self(Entry {
        chain: parse_chain(&row.try_get::<String, _>("chain")?).ok_or_else(|| undecodable("chain"))?,
        seq: seq_from(row.try_get("seq")?)?,
        at: Ts::from_micros(row.try_get("at")?),
        event: Event {
            actor: row.try_get("actor")?,
            action: row.try_get("action")?,
            object: row.try_get("object")?,
            before: row.try_get::<Option<Vec<u8>>, _>("before_hash")?.map(hash_from).transpose()?,
            after: row.try_get::<Option<Vec<u8>>, _>("after_hash")?.map(hash_from).transpose()?,
            detail,
        },
        previous: hash_from(row.try_get("previous_hash")?)?,
        hash: hash_from(row.try_get("hash")?)?,
    })
});

struct StoredHead(Head);

from_row!(StoredHead, row => {
    Self(Head { seq: seq_from(row.try_get("seq")?)?, hash: hash_from(row.try_get("hash")?)? })
});

struct Name(String);

from_row!(Name, row => { Self(row.try_get("name")?) });

pub(crate) fn hash_from(bytes: Vec<u8>) -> Result<Hash, sqlx::Error> {
    bytes.try_into().map(Hash).map_err(|_| undecodable("hash"))
}

pub(crate) fn seq_from(seq: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(seq).map_err(undecodable)
}

/// Reads [`Chain::key`], in exactly the form it is written.
pub(crate) fn parse_chain(key: &str) -> Option<Chain> {
    let chain = if key == "installation" { Chain::Installation } else { Chain::Facility(key.parse().ok()?) };
    (chain.key() == key).then_some(chain)
}

on_both_connections! {
    /// What every change does besides.
    Log {
        /// Puts the next entry behind a chain. The transaction holds the chain, see `change!`.
        async fn append(con, chain: Chain, deed: Deed) -> Entry {
            let head = con.head_of(chain).await?;
            con.append_after(head, chain, deed).await?
        }

        /// The end of a chain.
        async fn head_of(con, chain: Chain) -> Head {
            let head: Option<StoredHead> =
                sqlx::query_as("SELECT seq, hash FROM journal WHERE chain = $1 ORDER BY seq DESC LIMIT 1")
                    .bind(chain.key())
                    .fetch_optional(&mut *con)
                    .await?;
            head.map_or(Head::EMPTY, |head| head.0)
        }

        /// Puts an entry behind a chain whose end is known.
        async fn append_after(con, head: Head, chain: Chain, deed: Deed) -> Entry {
            let entry = Entry::after(head, chain, deed.at, deed.event);
            sqlx::query(
                "INSERT INTO journal (chain, seq, at, actor, action, object, before_hash, after_hash, detail, \
                 previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            )
            .bind(chain.key())
            .bind(entry.seq.cast_signed())
            .bind(entry.at.micros())
            .bind(&entry.event.actor)
            .bind(&entry.event.action)
            .bind(&entry.event.object)
            .bind(entry.event.before.map(|hash| hash.0.to_vec()))
            .bind(entry.event.after.map(|hash| hash.0.to_vec()))
            .bind(serde_json::to_string(&entry.event.detail).map_err(undecodable)?)
            .bind(entry.previous.0.to_vec())
            .bind(entry.hash.0.to_vec())
            .execute(&mut *con)
            .await?;
            entry
        }

        /// The name of who acts, to be kept beside what they say: names may change later, what was signed may not.
        async fn name_of(con, actor: &str) -> String {
            let found: Option<Name> = match actor.split_once(':') {
                Some(("person", id)) => match id.parse::<PersonId>() {
                    Ok(id) => sqlx::query_as("SELECT display_name AS name FROM person WHERE id = $1")
                        .bind(crate::db::Id(id.0))
                        .fetch_optional(&mut *con)
                        .await?,
                    Err(_) => None,
                },
                Some(("token", id)) => match id.parse::<ApiTokenId>() {
                    Ok(id) => sqlx::query_as(
                        "SELECT p.display_name AS name FROM api_token t JOIN person p ON p.id = t.person_id WHERE t.id = $1",
                    )
                    .bind(crate::db::Id(id.0))
                    .fetch_optional(&mut *con)
                    .await?,
                    Err(_) => None,
                },
                Some(("invitation", id)) => match id.parse::<InvitationId>() {
                    Ok(id) => sqlx::query_as("SELECT name FROM invitation WHERE id = $1")
                        .bind(crate::db::Id(id.0))
                        .fetch_optional(&mut *con)
                        .await?,
                    Err(_) => None,
                },
                Some(("vendor", id)) => match id.parse::<VendorRequestId>() {
                    Ok(id) => sqlx::query_as("SELECT vendor_name AS name FROM vendor_request WHERE id = $1")
                        .bind(crate::db::Id(id.0))
                        .fetch_optional(&mut *con)
                        .await?,
                    Err(_) => None,
                },
                _ => None,
            };
            found.map_or_else(|| actor.to_owned(), |name| name.0)
        }
    }
}

impl Store {
    /// Entries from a number on, oldest first.
    ///
    /// # Errors
    /// When the database refuses or an entry cannot be read.
    #[boxed]
    pub async fn journal(&self, chain: Chain, from_seq: u64, limit: u32) -> Result<Vec<Entry>> {
        read!(self, "reading the log", con => {
            let rows: Vec<StoredEntry> =
                sqlx::query_as("SELECT * FROM journal WHERE chain = $1 AND seq >= $2 ORDER BY seq LIMIT $3")
                    .bind(chain.key())
                    .bind(from_seq.cast_signed())
                    .bind(i64::from(limit))
                    .fetch_all(&mut *con)
                    .await?;
            rows.into_iter().map(|row| row.0).collect()
        })
    }

    /// The newest entries, newest first.
    ///
    /// # Errors
    /// When the database refuses or an entry cannot be read.
    #[boxed]
    pub async fn recent_journal(&self, chain: Chain, limit: u32) -> Result<Vec<Entry>> {
        read!(self, "reading the log", con => {
            let rows: Vec<StoredEntry> =
                sqlx::query_as("SELECT * FROM journal WHERE chain = $1 ORDER BY seq DESC LIMIT $2")
                    .bind(chain.key())
                    .bind(i64::from(limit))
                    .fetch_all(&mut *con)
                    .await?;
            rows.into_iter().map(|row| row.0).collect()
        })
    }

    /// Enters what changes nothing but must be known: sign-ins, refusals, sensitive reads, exports.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn record(
        &self,
        act: &Act,
        chain: Chain,
        action: &str,
        object: &str,
        detail: BTreeMap<String, String>,
    ) -> Result<Entry> {
        change!(self, Some(chain), "writing the log", con => {
            let mut deed = act.did(action, object);
            deed.event.detail.clone_from(&detail);
            con.append(chain, deed).await?
        })
    }
}
