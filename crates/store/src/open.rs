//! Opening the data directory and its database.

use crate::db::{Db, boxed, read};
use crate::keys::{InstallationKey, KEY_FILE};
use crate::meter::Meter;
use crate::writer::{self, Message};
use crate::{Result, StoreError, migrations};
use hakutaku_model::id::OriginId;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;
use tokio::sync::{RwLock, mpsc, oneshot};

/// The SQLite file within the data directory.
pub(crate) const SQLITE_FILE: &str = "hakutaku.sqlite";
/// The folder of encrypted files within the data directory.
pub(crate) const BLOB_FOLDER: &str = "blobs";
/// The setting that ties a database to its key file.
pub(crate) const PUBLIC_KEY_SETTING: &str = "installation.public_key";

/// Connections for reading; more would not help SQLite on the machines this runs on.
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;
const BUSY: Duration = Duration::from_secs(10);
/// Saves that may wait before callers are made to.
const WAITING_SAVES: usize = 1024;

/// Which database holds the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DatabaseUrl {
    /// `hakutaku.sqlite` in the data directory.
    #[default]
    Sqlite,
    /// A PostgreSQL server, as `postgres://…`.
    Postgres(String),
}

/// Where everything is kept.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The data directory: created when absent, readable by its owner only.
    pub data: PathBuf,
    /// Which database.
    pub database: DatabaseUrl,
}

/// All that is kept. Cheap to clone; clones share everything.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    data: PathBuf,
    db: Db,
    key: InstallationKey,
    saves: mpsc::Sender<Message>,
    /// Under which name this open store writes journals of rooms.
    origin: OriginId,
    meter: Arc<Meter>,
    /// First moment of the month whose part of the touches' table is known to be there.
    touch_month: AtomicI64,
    /// Writing a blob with its row and copying all blobs share it; removing a blob takes it alone.
    blobs: RwLock<()>,
}

impl Store {
    /// Opens (creating or migrating as needed).
    ///
    /// # Errors
    /// When the directory, the key file or the database cannot be used; nothing is half-migrated.
    #[boxed]
    pub async fn open(options: OpenOptions) -> Result<Self> {
        Self::open_at(options, i64::MAX).await
    }

    /// Opens with tables of at most a given version; a restore fills those of the archive's version first.
    pub(crate) async fn open_at(options: OpenOptions, version: i64) -> Result<Self> {
        let OpenOptions { data, database } = options;
        create_private_folder(&data)?;
        // Two processes opening a new directory at once would both try to create tables and key.
        let lock = lock_folder(&data).await?;
        let db = match &database {
            DatabaseUrl::Sqlite => open_sqlite(&data, version).await,
            DatabaseUrl::Postgres(url) => open_postgres(url, version).await,
        }
        .map_err(|error| error.during("opening the database"))?;
        let key = installation_key(&data, &db).await.map_err(|error| error.during("reading the installation's key"))?;
        drop(lock);
        let (saves, waiting) = mpsc::channel(WAITING_SAVES);
        let meter = Arc::new(Meter::default());
        tokio::spawn(writer::run(db.clone(), meter.clone(), waiting));
        Ok(Self {
            inner: Arc::new(Inner {
                data,
                db,
                key,
                saves,
                origin: OriginId(crate::db::Id::new().0),
                meter,
                touch_month: AtomicI64::new(i64::MIN),
                blobs: RwLock::new(()),
            }),
        })
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.inner.data
    }

    /// Answers once the database does; for the health page.
    ///
    /// # Errors
    /// When the database does not answer.
    #[boxed]
    pub async fn ping(&self) -> Result<()> {
        read!(self, "asking whether the database answers", con => {
            sqlx::query("SELECT 1").execute(&mut *con).await?;
        })
    }

    /// Finishes waiting saves and closes all connections.
    #[boxed]
    pub async fn close(&self) {
        let (done, finished) = oneshot::channel();
        if self.inner.saves.send(Message::Flush(done)).await.is_ok() {
            // An error only means that the writer ended by itself.
            let _ = finished.await;
        }
        match &self.inner.db {
            Db::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn origin_id(&self) -> OriginId {
        self.inner.origin
    }

    pub(crate) fn key(&self) -> &InstallationKey {
        &self.inner.key
    }

    pub(crate) fn shared_meter(&self) -> &Meter {
        &self.inner.meter
    }

    pub(crate) fn touch_month(&self) -> &AtomicI64 {
        &self.inner.touch_month
    }

    pub(crate) fn saves(&self) -> &mpsc::Sender<Message> {
        &self.inner.saves
    }

    pub(crate) fn blob_lock(&self) -> &RwLock<()> {
        &self.inner.blobs
    }
}

/// Creates a folder that only its owner may enter, or checks that an existing one can be used.
pub(crate) fn create_private_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| StoreError::io("creating the folder", path, error))
}

async fn lock_folder(data: &Path) -> Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = data.join("open.lock");
    tokio::task::spawn_blocking(move || {
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| StoreError::io("opening", &path, error))?;
        file.lock().map_err(|error| StoreError::io("locking", &path, error))?;
        Ok(file)
    })
    .await
    .map_err(|error| StoreError::Invalid(format!("locking the data directory was interrupted: {error}")))?
}

async fn open_sqlite(data: &Path, version: i64) -> Result<Db> {
    let path = data.join(SQLITE_FILE);
    if !path.exists() {
        crate::keys::write_new_private(&path, b"")?;
    }
    let common = SqliteConnectOptions::new().filename(&path).foreign_keys(true).busy_timeout(BUSY);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(
            common
                .clone()
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .statement_cache_capacity(200),
        )
        .await?;
    migrations::migrate_sqlite(&writer, migrations::sqlite(), version, data).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(common.read_only(true).statement_cache_capacity(200))
        .await?;
    Ok(Db::Sqlite { readers, writer })
}

async fn open_postgres(url: &str, version: i64) -> Result<Db> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| StoreError::Invalid("the database address is not a postgres:// address".to_owned()))?;
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(BUSY)
        .connect_with(options.application_name("hakutaku"))
        .await?;
    migrations::migrate_postgres(&pool, migrations::postgres(), version).await?;
    Ok(Db::Postgres(pool))
}

/// Finds the key that belongs to the database, or makes one for a new database.
async fn installation_key(data: &Path, db: &Db) -> Result<InstallationKey> {
    let path = data.join(KEY_FILE);
    let known = match db {
        Db::Sqlite { writer, .. } => known_public_key(writer).await?,
        Db::Postgres(pool) => known_public_key_pg(pool).await?,
    };
    let stored = InstallationKey::load(&path)?;
    let key = match (stored, &known) {
        (Some(key), _) => key,
        (None, None) => InstallationKey::create(&path)?,
        (None, Some(_)) => {
            return Err(StoreError::Invalid(format!(
                "{} is missing; without it signed-in secrets and uploaded files of this database cannot be read. \
                 Put the file back or restore a backup",
                path.display()
            )));
        }
    };
    let public = hex::encode(key.public().as_bytes());
    match known {
        Some(known) if known != public => {
            Err(StoreError::Invalid(format!("{} belongs to another installation than this database", path.display())))
        }
        Some(_) => Ok(key),
        None => {
            let value = serde_json::Value::String(public).to_string();
            let sql = "INSERT INTO setting (key, value) VALUES ($1, $2)";
            match db {
                Db::Sqlite { writer, .. } => {
                    sqlx::query(sql).bind(PUBLIC_KEY_SETTING).bind(value).execute(writer).await?;
                }
                Db::Postgres(pool) => {
                    sqlx::query(sql).bind(PUBLIC_KEY_SETTING).bind(value).execute(pool).await?;
                }
            }
            Ok(key)
        }
    }
}

const KNOWN_PUBLIC_KEY: &str = "SELECT value FROM setting WHERE key = $1";

async fn known_public_key(pool: &sqlx::SqlitePool) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(KNOWN_PUBLIC_KEY).bind(PUBLIC_KEY_SETTING).fetch_optional(pool).await?;
    Ok(row.and_then(|(value,)| serde_json::from_str(&value).ok()))
}

async fn known_public_key_pg(pool: &sqlx::PgPool) -> Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as(KNOWN_PUBLIC_KEY).bind(PUBLIC_KEY_SETTING).fetch_optional(pool).await?;
    Ok(row.and_then(|(value,)| serde_json::from_str(&value).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Place;
    use std::os::unix::fs::PermissionsExt as _;

    async fn pragma(pool: &sqlx::SqlitePool, sql: &'static str) -> String {
        use sqlx::Row as _;
        let row = sqlx::query(sql).fetch_one(pool).await.expect("reads");
        row.try_get::<String, _>(0).unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
    }

    #[tokio::test]
    async fn sqlite_flushes_every_commit_and_its_readers_cannot_write() {
        let place = Place::sqlite();
        let store = place.open().await;
        let Db::Sqlite { readers, writer } = store.db() else { panic!("another database") };
        assert_eq!(pragma(writer, "PRAGMA journal_mode").await, "wal");
        assert_eq!(pragma(writer, "PRAGMA synchronous").await, "2", "FULL");
        assert_eq!(pragma(writer, "PRAGMA foreign_keys").await, "1");
        assert_eq!(pragma(writer, "PRAGMA busy_timeout").await, "10000");
        assert!(sqlx::query("DELETE FROM setting").execute(readers).await.is_err());
    }

    #[tokio::test]
    async fn the_data_directory_is_its_owners_alone() {
        let place = Place::sqlite();
        let store = place.open().await;
        let mode = |path: &Path| std::fs::metadata(path).expect("exists").permissions().mode() & 0o777;
        assert_eq!(mode(store.data()), 0o700);
        for name in [SQLITE_FILE, KEY_FILE] {
            assert_eq!(mode(&store.data().join(name)), 0o600, "{name}");
        }
    }
}
