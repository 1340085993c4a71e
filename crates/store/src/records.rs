//! Rows of the registers: systems, connection points, backup copies, vendors, forms … One table, typed by
//! [`Register`]; every change raises the version and enters the log with the hashes of both states.

use crate::db::{Id, boxed, change, from_json, from_row, json, on_both_connections, read};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::record::{Kept, RecordId, Register};
use hakutaku_model::time::Ts;

/// Whose register it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// A facility's own; nobody else's.
    Facility(FacilityId),
    /// The installation's, shared by all facilities.
    Installation,
}

impl From<FacilityId> for Shelf {
    fn from(id: FacilityId) -> Self {
        Self::Facility(id)
    }
}

impl Shelf {
    fn chain(self) -> Chain {
        match self {
            Self::Facility(id) => Chain::Facility(id),
            Self::Installation => Chain::Installation,
        }
    }

    /// How the column `shelf` names it.
    fn key(self) -> String {
        match self {
            Self::Facility(id) => id.to_string(),
            Self::Installation => "installation".to_owned(),
        }
    }

    fn id(self) -> Option<Id> {
        match self {
            Self::Facility(id) => Some(Id(id.0)),
            Self::Installation => None,
        }
    }
}

/// A body longer than this is refused: 16 MiB.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// A row before its body is read.
pub(crate) struct Row {
    id: RecordId,
    version: i64,
    body: String,
    created_at: Ts,
    changed_at: Ts,
    changed_by: String,
    retired_at: Option<Ts>,
}

from_row!(Row, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        version: row.try_get("version")?,
        body: row.try_get("body")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        changed_at: Ts::from_micros(row.try_get("changed_at")?),
        changed_by: row.try_get("changed_by")?,
        retired_at: row.try_get::<Option<i64>, _>("retired_at")?.map(Ts::from_micros),
    }
});

impl Row {
    pub(crate) fn kept<T: Register>(self) -> Result<Kept<T>> {
        let body = from_json(&self.body).map_err(|_| StoreError::Damaged(format!("{} {}", T::KIND, self.id)))?;
        Ok(Kept {
            id: self.id,
            version: self.version,
            body,
            created_at: self.created_at,
            changed_at: self.changed_at,
            changed_by: self.changed_by,
            retired_at: self.retired_at,
        })
    }
}

pub(crate) fn checked<T: Register>(body: &T) -> Result<String> {
    let text = json(body)?;
    if text.len() > LARGEST_BODY {
        return Err(StoreError::Invalid(format!("the {} is larger than 16 MiB", T::KIND)));
    }
    // What SQLite keeps must be restorable into PostgreSQL, whose text has no NUL.
    if text.contains("\\u0000") {
        return Err(StoreError::Invalid(format!("the {} contains a character that no keyboard types", T::KIND)));
    }
    Ok(text)
}

/// What a row shall say.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: &'static str,
    pub(crate) key: Option<String>,
    pub(crate) label: String,
    pub(crate) body: String,
}

impl Draft {
    /// Of a typed body, checked.
    pub(crate) fn of<T: Register>(body: &T) -> Result<Self> {
        Ok(Self { kind: T::KIND, key: body.natural_key(), label: body.label(), body: checked(body)? })
    }
}

on_both_connections! {
    /// Registers within a transaction, for changes that belong together.
    Records {
        /// A row that is in use, by its id.
        async fn find_record(con, shelf: Shelf, kind: &'static str, id: RecordId) -> Option<Row> {
            sqlx::query_as(
                "SELECT id, version, body, created_at, changed_at, changed_by, retired_at FROM record \
                 WHERE id = $1 AND kind = $2 AND shelf = $3",
            )
            .bind(Id(id.0))
            .bind(kind)
            .bind(shelf.key())
            .fetch_optional(&mut *con)
            .await?
        }

        /// A new row with its log entry.
        async fn insert_record(con, act: &Act, shelf: Shelf, draft: Draft) -> Row {
            let Draft { kind, key, label, body } = draft;
            let by = con.name_of(&act.actor).await?;
            let id = Id::new();
            let row: Row = sqlx::query_as(
                "INSERT INTO record (id, facility_id, shelf, kind, natural_key, version, body, created_at, changed_at, changed_by) \
                 VALUES ($1, $2, $8, $3, $4, 1, $5, $6, $6, $7) \
                 RETURNING id, version, body, created_at, changed_at, changed_by, retired_at",
            )
            .bind(id)
            .bind(shelf.id())
            .bind(kind)
            .bind(key)
            .bind(&body)
            .bind(act.at.micros())
            .bind(by)
            .bind(shelf.key())
            .fetch_one(&mut *con)
            .await
            .map_err(unique_or(kind))?;
            let deed = act.did(&format!("{kind}.create"), format!("{kind}:{}", id.0)).after(&body).with("name", label);
            con.append(shelf.chain(), deed).await?;
            row
        }

        /// Another body for a row in use, with its log entry.
        async fn update_record(con, act: &Act, shelf: Shelf, id: RecordId, expected: i64, draft: Draft) -> Row {
            let Draft { kind, key, label, body } = draft;
            let before = con.find_record(shelf, kind, id).await?.filter(|row| row.retired_at.is_none());
            let before = before.ok_or(StoreError::NotFound(kind))?;
            if before.version != expected {
                return Err(StoreError::Conflict(kind));
            }
            if before.body == body {
                return Ok(before);
            }
            let by = con.name_of(&act.actor).await?;
            let row: Row = sqlx::query_as(
                "UPDATE record SET body = $1, natural_key = $2, version = version + 1, changed_at = $3, changed_by = $4 \
                 WHERE id = $5 AND version = $6 \
                 RETURNING id, version, body, created_at, changed_at, changed_by, retired_at",
            )
            .bind(&body)
            .bind(key)
            .bind(act.at.micros())
            .bind(by)
            .bind(Id(id.0))
            .bind(expected)
            .fetch_optional(&mut *con)
            .await
            .map_err(unique_or(kind))?
            .ok_or(StoreError::Conflict(kind))?;
            let deed = act.did(&format!("{kind}.change"), format!("{kind}:{id}"));
            con.append(shelf.chain(), deed.before(&before.body).after(&body).with("name", label)).await?;
            row
        }

        /// The row in use with a natural key.
        async fn find_by_key(con, shelf: Shelf, kind: &'static str, key: &str) -> Option<Row> {
            sqlx::query_as(
                "SELECT id, version, body, created_at, changed_at, changed_by, retired_at FROM record \
                 WHERE shelf = $1 AND kind = $2 AND natural_key = $3 \
                 AND retired_at IS NULL",
            )
            .bind(shelf.key())
            .bind(kind)
            .bind(key)
            .fetch_optional(&mut *con)
            .await?
        }

        /// Makes the row of a natural key say this, whether it exists or not.
        async fn put_row(con, act: &Act, shelf: Shelf, draft: Draft) -> Row {
            let key = draft.key.clone().unwrap_or_default();
            match con.find_by_key(shelf, draft.kind, &key).await? {
                None => con.insert_record(act, shelf, draft).await?,
                Some(row) => con.update_record(act, shelf, row.id, row.version, draft).await?,
            }
        }
    }
}

impl Store {
    /// All rows of a kind that are in use, oldest first.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    pub async fn records<T: Register>(&self, shelf: impl Into<Shelf>) -> Result<Vec<Kept<T>>> {
        self.rows(shelf.into(), T::KIND).await?.into_iter().map(Row::kept).collect()
    }

    /// One row, retired ones included.
    ///
    /// # Errors
    /// `NotFound` when this shelf has none with this id and kind.
    pub async fn record_of<T: Register>(&self, shelf: impl Into<Shelf>, id: RecordId) -> Result<Kept<T>> {
        let row = self.row(shelf.into(), T::KIND, id).await?;
        row.ok_or(StoreError::NotFound(T::KIND))?.kept()
    }

    /// The row in use with this natural key.
    ///
    /// # Errors
    /// When the database refuses or the row cannot be read.
    pub async fn record_by_key<T: Register>(&self, shelf: impl Into<Shelf>, key: &str) -> Result<Option<Kept<T>>> {
        self.row_by_key(shelf.into(), T::KIND, key).await?.map(Row::kept).transpose()
    }

    /// A new row.
    ///
    /// # Errors
    /// `AlreadyExists` when its natural key is taken; `Invalid` when it is too large.
    pub async fn add_record<T: Register>(&self, act: &Act, shelf: impl Into<Shelf>, body: &T) -> Result<Kept<T>> {
        self.add_row(act, shelf.into(), Draft::of(body)?).await?.kept()
    }

    /// Several new rows, all or none.
    ///
    /// # Errors
    /// As [`Self::add_record`].
    pub async fn add_records<T: Register>(
        &self,
        act: &Act,
        shelf: impl Into<Shelf>,
        bodies: &[T],
    ) -> Result<Vec<Kept<T>>> {
        let drafts: Vec<Draft> = bodies.iter().map(Draft::of).collect::<Result<_>>()?;
        self.add_rows(act, shelf.into(), drafts).await?.into_iter().map(Row::kept).collect()
    }

    /// Another body for a row in use. An equal body changes nothing, not even the version.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when `expected` is not its present version; otherwise as [`Self::add_record`].
    pub async fn change_record<T: Register>(
        &self,
        act: &Act,
        shelf: impl Into<Shelf>,
        id: RecordId,
        expected: i64,
        body: &T,
    ) -> Result<Kept<T>> {
        self.change_row(act, shelf.into(), id, expected, Draft::of(body)?).await?.kept()
    }

    /// Makes the row of this natural key say this, whether it exists or not: the last writer wins.
    ///
    /// # Errors
    /// `Invalid` when the body has no natural key; otherwise as [`Self::add_record`].
    pub async fn put_record<T: Register>(&self, act: &Act, shelf: impl Into<Shelf>, body: &T) -> Result<Kept<T>> {
        let draft = Draft::of(body)?;
        if draft.key.is_none() {
            return Err(StoreError::Invalid(format!("a {} has no natural key", T::KIND)));
        }
        self.keep_row(act, shelf.into(), draft).await?.kept()
    }

    /// Takes a row out of use; it stays readable by its id.
    ///
    /// # Errors
    /// `NotFound` when there is none in use; `Conflict` when `expected` is not its present version.
    pub async fn retire_record<T: Register>(
        &self,
        act: &Act,
        shelf: impl Into<Shelf>,
        id: RecordId,
        expected: i64,
    ) -> Result<()> {
        self.retire_row(act, shelf.into(), T::KIND, id, expected).await
    }
}

/// The same without the type: compiled once, not once for every kind of record.
impl Store {
    #[boxed]
    async fn rows(&self, shelf: Shelf, kind: &'static str) -> Result<Vec<Row>> {
        read!(self, "listing a register", con => {
            sqlx::query_as(
                "SELECT id, version, body, created_at, changed_at, changed_by, retired_at FROM record \
                 WHERE shelf = $1 AND kind = $2 AND retired_at IS NULL \
                 ORDER BY id",
            )
            .bind(shelf.key())
            .bind(kind)
            .fetch_all(&mut *con)
            .await?
        })
    }

    #[boxed]
    async fn row(&self, shelf: Shelf, kind: &'static str, id: RecordId) -> Result<Option<Row>> {
        read!(self, "reading a register", con => { con.find_record(shelf, kind, id).await? })
    }

    #[boxed]
    async fn row_by_key(&self, shelf: Shelf, kind: &'static str, key: &str) -> Result<Option<Row>> {
        read!(self, "reading a register", con => { con.find_by_key(shelf, kind, key).await? })
    }

    #[boxed]
    async fn add_row(&self, act: &Act, shelf: Shelf, draft: Draft) -> Result<Row> {
        change!(self, Some(shelf.chain()), "adding to a register", con => {
            con.insert_record(act, shelf, draft.clone()).await?
        })
    }

    #[boxed]
    async fn add_rows(&self, act: &Act, shelf: Shelf, drafts: Vec<Draft>) -> Result<Vec<Row>> {
        change!(self, Some(shelf.chain()), "adding to a register", con => {
            let mut rows = Vec::with_capacity(drafts.len());
            for draft in &drafts {
                rows.push(con.insert_record(act, shelf, draft.clone()).await?);
            }
            rows
        })
    }

    #[boxed]
    async fn change_row(&self, act: &Act, shelf: Shelf, id: RecordId, expected: i64, draft: Draft) -> Result<Row> {
        change!(self, Some(shelf.chain()), "changing a register", con => {
            con.update_record(act, shelf, id, expected, draft.clone()).await?
        })
    }

    #[boxed]
    async fn keep_row(&self, act: &Act, shelf: Shelf, draft: Draft) -> Result<Row> {
        change!(self, Some(shelf.chain()), "writing a register", con => {
            con.put_row(act, shelf, draft.clone()).await?
        })
    }

    #[boxed]
    async fn retire_row(&self, act: &Act, shelf: Shelf, kind: &'static str, id: RecordId, expected: i64) -> Result<()> {
        change!(self, Some(shelf.chain()), "retiring a row", con => {
            let before = con.find_record(shelf, kind, id).await?.filter(|row| row.retired_at.is_none());
            let before = before.ok_or(StoreError::NotFound(kind))?;
            if before.version != expected {
                return Err(StoreError::Conflict(kind));
            }
            let by = con.name_of(&act.actor).await?;
            sqlx::query("UPDATE record SET retired_at = $1, changed_at = $1, changed_by = $2, version = version + 1 WHERE id = $3")
                .bind(act.at.micros())
                .bind(by)
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            let deed = act.did(&format!("{kind}.retire"), format!("{kind}:{id}")).before(&before.body);
            con.append(shelf.chain(), deed).await?;
        })
    }
}
