//! Bringing the tables to this version: each migration in a transaction, and never without a copy of what was there.

use crate::{Result, StoreError};
use sqlx::migrate::{Migrate as _, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{PgPool, SqlSafeStr as _, SqlitePool};
use std::path::Path;

/// What the trait methods of `sqlx` call the table of applied migrations.
const BOOK: &str = "_sqlx_migrations";

/// The migrations of one database, oldest first. A published one is never changed.
macro_rules! migrations {
    ($folder:literal) => {
        vec![
            migration(1, "foundation", include_str!(concat!("../migrations/", $folder, "/0001_foundation.sql"))),
            migration(2, "registers", include_str!(concat!("../migrations/", $folder, "/0002_registers.sql"))),
            migration(3, "ledger", include_str!(concat!("../migrations/", $folder, "/0003_ledger.sql"))),
            migration(4, "vendor_links", include_str!(concat!("../migrations/", $folder, "/0004_vendor_links.sql"))),
            migration(5, "rooms", include_str!(concat!("../migrations/", $folder, "/0005_rooms.sql"))),
            migration(6, "sensors", include_str!(concat!("../migrations/", $folder, "/0006_sensors.sql"))),
            migration(7, "region", include_str!(concat!("../migrations/", $folder, "/0007_region.sql"))),
        ]
    };
}

fn migration(version: i64, description: &'static str, sql: &'static str) -> Migration {
    Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
}

/// For SQLite.
pub(crate) fn sqlite() -> Vec<Migration> {
    migrations!("sqlite")
}

/// For PostgreSQL.
pub(crate) fn postgres() -> Vec<Migration> {
    migrations!("postgres")
}

/// The newest version of the tables.
pub(crate) fn newest() -> i64 {
    sqlite().last().map_or(0, |migration| migration.version)
}

/// Migrates SQLite up to `target`. A database that has rows already is first copied into `snapshots/`.
pub(crate) async fn migrate_sqlite(
    pool: &SqlitePool,
    migrations: Vec<Migration>,
    target: i64,
    data: &Path,
) -> Result<()> {
    let mut con = pool.acquire().await?;
    con.ensure_migrations_table(BOOK).await.map_err(explain)?;
    let applied = con.list_applied_migrations(BOOK).await.map_err(explain)?;
    let current = applied.iter().map(|migration| migration.version).max().unwrap_or(0);
    let wanted = migrations.iter().map(|migration| migration.version).filter(|v| *v <= target).max().unwrap_or(0);
    if current > 0 && current < wanted {
        let folder = data.join("snapshots");
        std::fs::create_dir_all(&folder).map_err(|error| StoreError::io("creating", &folder, error))?;
        let snapshot = free_name(&folder, current, wanted);
        sqlx::query("VACUUM INTO $1").bind(snapshot.to_string_lossy().into_owned()).execute(&mut *con).await?;
        std::fs::File::open(&snapshot)
            .and_then(|file| file.sync_all())
            .map_err(|error| StoreError::io("flushing", &snapshot, error))?;
        crate::keys::sync_parent(&snapshot)?;
        tracing::info!(snapshot = %snapshot.display(), from = current, to = wanted, "copied the database before migrating it");
    }
    Migrator::with_migrations(migrations).run_direct(Some(target), &mut *con, false).await.map_err(explain)
}

/// Migrates PostgreSQL up to `target`; whoever runs the server keeps its copies.
pub(crate) async fn migrate_postgres(pool: &PgPool, migrations: Vec<Migration>, target: i64) -> Result<()> {
    let mut con = pool.acquire().await?;
    Migrator::with_migrations(migrations).run_direct(Some(target), &mut *con, false).await.map_err(explain)
}

fn free_name(folder: &Path, from: i64, to: i64) -> std::path::PathBuf {
    let name = |suffix: &str| folder.join(format!("before-migration-{from:04}-to-{to:04}{suffix}.sqlite"));
    let mut candidate = name("");
    let mut count = 1_u32;
    while candidate.exists() {
        count += 1;
        candidate = name(&format!("-{count}"));
    }
    candidate
}

fn explain(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Invalid(format!(
            "the database has tables of version {version}, made by a newer Hakutaku; start that version instead"
        )),
        MigrateError::VersionMismatch(version) => StoreError::Damaged(format!(
            "the database says its tables of version {version} were made otherwise than this Hakutaku makes them"
        )),
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            StoreError::Database { context: "bringing the tables to this version", source }
        }
        other => StoreError::Database {
            context: "bringing the tables to this version",
            source: sqlx::Error::Protocol(other.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pool(data: &Path) -> SqlitePool {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(data.join("db.sqlite")).create_if_missing(true);
        sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("opens")
    }

    fn with_second(sql: &'static str) -> Vec<Migration> {
        let mut list = sqlite();
        list.push(migration(newest() + 1, "test", sql));
        list
    }

    #[tokio::test]
    async fn an_existing_database_is_copied_before_it_is_migrated() {
        let data = tempfile::tempdir().expect("a directory");
        let pool = pool(data.path()).await;
        migrate_sqlite(&pool, sqlite(), i64::MAX, data.path()).await.expect("creates");
        assert!(!data.path().join("snapshots").exists(), "nothing to copy at first");
        migrate_sqlite(&pool, with_second("CREATE TABLE more (id INTEGER) STRICT"), i64::MAX, data.path())
            .await
            .expect("migrates");
        let copies: Vec<_> = std::fs::read_dir(data.path().join("snapshots")).expect("exists").collect();
        assert_eq!(copies.len(), 1);
    }

    #[tokio::test]
    async fn a_failing_migration_leaves_everything_as_it_was() {
        let data = tempfile::tempdir().expect("a directory");
        let pool = pool(data.path()).await;
        migrate_sqlite(&pool, sqlite(), i64::MAX, data.path()).await.expect("creates");
        let broken = with_second("CREATE TABLE more (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)");
        assert!(migrate_sqlite(&pool, broken, i64::MAX, data.path()).await.is_err());
        let left: Option<(String,)> = sqlx::query_as("SELECT name FROM sqlite_schema WHERE name = 'more'")
            .fetch_optional(&pool)
            .await
            .expect("reads");
        assert_eq!(left, None);
        migrate_sqlite(&pool, sqlite(), i64::MAX, data.path()).await.expect("still opens");
    }

    #[tokio::test]
    async fn tables_of_a_newer_version_are_refused_with_a_sentence() {
        let data = tempfile::tempdir().expect("a directory");
        let pool = pool(data.path()).await;
        migrate_sqlite(&pool, with_second("CREATE TABLE more (id INTEGER) STRICT"), i64::MAX, data.path())
            .await
            .expect("migrates");
        let error = migrate_sqlite(&pool, sqlite(), i64::MAX, data.path()).await.expect_err("refuses");
        assert!(error.to_string().contains("newer Hakutaku"), "{error}");
    }
}
