//! The two databases behind one set of bodies.
//!
//! Every query is written once. `read!` and `change!` match on [`Db`] and expand their body once per backend, so that
//! plain `sqlx` code with `$1` parameters is compiled against both drivers. What several bodies share is written in
//! `on_both_connections!`, which makes a trait of it.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Database, Decode, Encode, PgPool, Postgres, Sqlite, SqlitePool, Type};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// The open database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// One connection that writes, several that only read: a reader can then never hold up or be turned into a writer.
    Sqlite { readers: SqlitePool, writer: SqlitePool },
    /// One pool for both.
    Postgres(PgPool),
}

/// A UUID: text in SQLite, `UUID` in PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id(pub(crate) Uuid);

impl Id {
    /// A new one; ids made later sort later.
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Type<Sqlite> for Id {
    fn type_info() -> <Sqlite as Database>::TypeInfo {
        <Hyphenated as Type<Sqlite>>::type_info()
    }
    fn compatible(ty: &<Sqlite as Database>::TypeInfo) -> bool {
        <Hyphenated as Type<Sqlite>>::compatible(ty)
    }
}

impl Encode<'_, Sqlite> for Id {
    fn encode_by_ref(&self, buf: &mut <Sqlite as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Hyphenated as Encode<Sqlite>>::encode_by_ref(&self.0.hyphenated(), buf)
    }
}

impl<'r> Decode<'r, Sqlite> for Id {
    fn decode(value: <Sqlite as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <Hyphenated as Decode<Sqlite>>::decode(value).map(|id| Self(id.into_uuid()))
    }
}

impl Type<Postgres> for Id {
    fn type_info() -> <Postgres as Database>::TypeInfo {
        <Uuid as Type<Postgres>>::type_info()
    }
}

impl Encode<'_, Postgres> for Id {
    fn encode_by_ref(&self, buf: &mut <Postgres as Database>::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <Uuid as Encode<Postgres>>::encode_by_ref(&self.0, buf)
    }
}

impl<'r> Decode<'r, Postgres> for Id {
    fn decode(value: <Postgres as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
        <Uuid as Decode<Postgres>>::decode(value).map(Self)
    }
}

/// What differs between the databases.
pub(crate) trait Backend {
    /// Waits until nobody else appends to these chains, and keeps others out until the end of the transaction.
    /// The keys come sorted, so that two transactions never wait for each other.
    async fn lock_chains(&mut self, keys: &[String]) -> crate::Result<()>;

    /// Makes the part of the touches' table that rows arriving now go into, where there are parts.
    async fn prepare_touches(&mut self, now: hakutaku_model::time::Ts) -> crate::Result<()>;

    /// Writes rows of touches that arrived now, as few statements as there can be.
    async fn insert_touches(
        &mut self,
        sensor: &hakutaku_model::sensor::Sensor,
        rows: &[crate::touches::NewRow<'_>],
        now: hakutaku_model::time::Ts,
    ) -> crate::Result<()>;

    /// The parts of the touches' table, by month, where there are parts.
    async fn touch_parts(&mut self) -> crate::Result<Vec<hakutaku_model::touch::keep::Month>>;

    /// How many rows lie in a part.
    async fn count_touch_part(&mut self, month: hakutaku_model::touch::keep::Month) -> crate::Result<u64>;

    /// Lets a part go; false when it is gone already.
    async fn drop_touch_part(&mut self, month: hakutaku_model::touch::keep::Month) -> crate::Result<bool>;
}

impl Backend for SqliteConnection {
    /// `BEGIN IMMEDIATE` has kept all other writers out already.
    async fn lock_chains(&mut self, _keys: &[String]) -> crate::Result<()> {
        Ok(())
    }

    async fn prepare_touches(&mut self, _now: hakutaku_model::time::Ts) -> crate::Result<()> {
        Ok(())
    }

    async fn insert_touches(
        &mut self,
        sensor: &hakutaku_model::sensor::Sensor,
        rows: &[crate::touches::NewRow<'_>],
        now: hakutaku_model::time::Ts,
    ) -> crate::Result<()> {
        crate::touches::insert_sqlite(self, sensor, rows, now).await
    }

    async fn touch_parts(&mut self) -> crate::Result<Vec<hakutaku_model::touch::keep::Month>> {
        Ok(Vec::new())
    }

    async fn count_touch_part(&mut self, _month: hakutaku_model::touch::keep::Month) -> crate::Result<u64> {
        Ok(0)
    }

    async fn drop_touch_part(&mut self, _month: hakutaku_model::touch::keep::Month) -> crate::Result<bool> {
        Ok(false)
    }
}

impl Backend for PgConnection {
    async fn lock_chains(&mut self, keys: &[String]) -> crate::Result<()> {
        for key in keys {
            sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind(key).execute(&mut *self).await?;
        }
        Ok(())
    }

    async fn prepare_touches(&mut self, now: hakutaku_model::time::Ts) -> crate::Result<()> {
        crate::touch_parts::prepare(self, now).await
    }

    async fn insert_touches(
        &mut self,
        sensor: &hakutaku_model::sensor::Sensor,
        rows: &[crate::touches::NewRow<'_>],
        now: hakutaku_model::time::Ts,
    ) -> crate::Result<()> {
        crate::touches::insert_postgres(self, sensor, rows, now).await
    }

    async fn touch_parts(&mut self) -> crate::Result<Vec<hakutaku_model::touch::keep::Month>> {
        crate::touch_parts::list(self).await
    }

    async fn count_touch_part(&mut self, month: hakutaku_model::touch::keep::Month) -> crate::Result<u64> {
        crate::touch_parts::count(self, month).await
    }

    async fn drop_touch_part(&mut self, month: hakutaku_model::touch::keep::Month) -> crate::Result<bool> {
        crate::touch_parts::let_go(self, month).await
    }
}

/// Says that a stored value is none that was ever written.
pub(crate) fn undecodable(what: impl std::fmt::Display) -> sqlx::Error {
    sqlx::Error::Decode(format!("not a value of ours: {what}").into())
}

/// The word an enum is kept as.
pub(crate) fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Reads [`word`].
pub(crate) fn from_word<T: serde::de::DeserializeOwned>(word: String) -> Result<T, sqlx::Error> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(undecodable)
}

/// A value as the JSON it is kept as.
pub(crate) fn json(value: &impl serde::Serialize) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(undecodable)
}

/// Reads [`json`].
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(undecodable)
}

/// Runs a body on a connection for reading: `read!(store, "reading the settings", con => { …; value })`.
macro_rules! read {
    ($store:expr, $doing:expr, $con:ident => $body:block) => {{
        let _timed = $crate::meter::Timed::into(&$store.meter().reading);
        let outcome: $crate::Result<_> = match $store.db() {
            $crate::db::Db::Sqlite { readers, .. } => {
                async {
                    let mut acquired = readers.acquire().await?;
                    let $con: &mut sqlx::sqlite::SqliteConnection = &mut acquired;
                    Ok($body)
                }
                .await
            }
            $crate::db::Db::Postgres(pool) => {
                async {
                    let mut acquired = pool.acquire().await?;
                    let $con: &mut sqlx::postgres::PgConnection = &mut acquired;
                    Ok($body)
                }
                .await
            }
        };
        outcome.map_err(|error| error.during($doing))
    }};
}

/// Runs a body in a transaction that holds the log chain it appends to, if any:
/// `change!(store, Some(chain), "saving the settings", con => { …; value })`. An error inside undoes all of it.
macro_rules! change {
    ($store:expr, $chain:expr, $doing:expr, $con:ident => $body:block) => {{
        let chain: Option<hakutaku_model::journal::Chain> = $chain;
        let keys: Vec<String> = chain.map(|chain| chain.key()).into_iter().collect();
        let _timed = $crate::meter::Timed::into(&$store.meter().changing);
        let outcome: $crate::Result<_> = match $store.db() {
            $crate::db::Db::Sqlite { writer, .. } => {
                async {
                    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
                    let value = {
                        let $con: &mut sqlx::sqlite::SqliteConnection = &mut transaction;
                        $body
                    };
                    transaction.commit().await?;
                    Ok(value)
                }
                .await
            }
            $crate::db::Db::Postgres(pool) => {
                async {
                    let mut transaction = pool.begin().await?;
                    let value = {
                        let $con: &mut sqlx::postgres::PgConnection = &mut transaction;
                        $crate::db::Backend::lock_chains($con, &keys).await?;
                        $body
                    };
                    transaction.commit().await?;
                    Ok(value)
                }
                .await
            }
        };
        outcome.map_err(|error| error.during($doing))
    }};
}

/// Reads a row of either database into a type, with one body.
macro_rules! from_row {
    ($name:ty, $row:ident => $body:block) => {
        impl<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow> for $name {
            fn from_row($row: &'r sqlx::sqlite::SqliteRow) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok($body)
            }
        }
        impl<'r> sqlx::FromRow<'r, sqlx::postgres::PgRow> for $name {
            fn from_row($row: &'r sqlx::postgres::PgRow) -> Result<Self, sqlx::Error> {
                use sqlx::Row as _;
                Ok($body)
            }
        }
    };
}

/// Methods on a connection of either database, with one body each.
macro_rules! on_both_connections {
    ($(#[$doc:meta])* $trait:ident {
        $($(#[$fn_doc:meta])* async fn $name:ident($con:ident $(, $arg:ident : $ty:ty)* $(,)?) -> $ret:ty $body:block)+
    }) => {
        $(#[$doc])*
        pub(crate) trait $trait {
            $($(#[$fn_doc])* async fn $name(&mut self $(, $arg: $ty)*) -> $crate::Result<$ret>;)+
        }
        impl $trait for sqlx::sqlite::SqliteConnection {
            $(async fn $name(&mut self $(, $arg: $ty)*) -> $crate::Result<$ret> { let $con = self; Ok($body) })+
        }
        impl $trait for sqlx::postgres::PgConnection {
            $(async fn $name(&mut self $(, $arg: $ty)*) -> $crate::Result<$ret> { let $con = self; Ok($body) })+
        }
    };
}

/// Keeps the body of an asynchronous function in this crate. Without it every part of every dependent that waits for the
/// function gets a copy of it: the compiler treats such bodies as it treats closures. One allocation a call, against
/// a query.
pub(crate) use async_recursion::async_recursion as boxed;
pub(crate) use {change, from_row, on_both_connections, read};
