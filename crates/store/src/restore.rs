//! Verifying a backup, and bringing one back.

use crate::archive::{self, Manifest, damaged};
use crate::backup::{ArchiveKey, BackupReport};
use crate::db::{Db, boxed};
use crate::dump::{Dump as _, Part};
use crate::keys::{InstallationKey, KEY_FILE, write_new_private};
use crate::open::{BLOB_FOLDER, PUBLIC_KEY_SETTING, SQLITE_FILE, create_private_folder};
use crate::verify::{ChainAudit, SignedHead};
use crate::{DatabaseUrl, JournalReport, OpenOptions, Result, Store, StoreError, blobs, schema};
use hakutaku_model::journal::Hash;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use tokio::sync::mpsc;

/// Parts that may wait between archive and database.
const WAITING_PARTS: usize = 4;

/// Looks at everything an archive holds, in one pass.
#[derive(Default)]
struct Examiner {
    key: Option<InstallationKey>,
    rows: BTreeMap<String, u64>,
    heads: BTreeMap<String, Vec<SignedHead>>,
    chains: BTreeMap<String, ChainAudit>,
    facilities: BTreeSet<String>,
    wanted: HashSet<Hash>,
    found: HashSet<Hash>,
}

impl Examiner {
    fn take(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        if name == archive::KEY {
            let text = std::str::from_utf8(bytes).map_err(|_| damaged("its key cannot be read"))?;
            self.key = Some(InstallationKey::parse(text)?);
            return Ok(());
        }
        if name.starts_with("tables/") {
            return self.take_rows(&Part::parse(bytes)?);
        }
        let hash = blobs::hash_of_path(name).ok_or_else(|| damaged(&format!("{name} should not be in it")))?;
        blobs::check_sealed(self.key()?, hash, bytes)?;
        self.found.insert(hash);
        Ok(())
    }

    fn key(&self) -> Result<&InstallationKey> {
        self.key.as_ref().ok_or_else(|| damaged("the installation key is not in it"))
    }

    fn take_rows(&mut self, part: &Part) -> Result<()> {
        let count = u64::try_from(part.rows.len()).unwrap_or(u64::MAX);
        *self.rows.entry(part.table.clone()).or_default() += count;
        let hash = |row: &[serde_json::Value], column: &str| -> Result<Hash> {
            let bytes = part.bytes(row, column)?.and_then(|bytes| bytes.try_into().ok());
            bytes.map(Hash).ok_or_else(|| damaged("a hash has not 32 bytes"))
        };
        for row in &part.rows {
            match part.table.as_str() {
                "facility" => {
                    self.facilities.insert(part.text(row, "id")?);
                }
                "document" => {
                    self.wanted.insert(hash(row, "sha256")?);
                }
                "journal_head" => {
                    let head = SignedHead {
                        chain: part.text(row, "chain")?,
                        day: part.text(row, "day")?,
                        seq: part.int(row, "seq")?.cast_unsigned(),
                        hash: hash(row, "hash")?,
                        signature: hex::encode(part.bytes(row, "signature")?.unwrap_or_default()),
                    };
                    self.heads.entry(head.chain.clone()).or_default().push(head);
                }
                "journal" => {
                    let chain = part.text(row, "chain")?;
                    let entry = part.entry(row)?;
                    let seq = part.int(row, "seq")?.cast_unsigned();
                    let public = self.key()?.public();
                    let heads = &mut self.heads;
                    let audit = self.chains.entry(chain).or_insert_with_key(|chain| {
                        ChainAudit::new(chain, heads.remove(chain).unwrap_or_default(), &public)
                    });
                    audit.accept(entry.as_ref().ok_or(seq));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn finish(mut self, manifest: &Manifest) -> Result<JournalReport> {
        let public = self.key()?.public();
        if self.rows != manifest.rows {
            return Err(damaged("it has not as many rows as its manifest says"));
        }
        let known: HashSet<Hash> = manifest.missing_blobs.iter().copied().collect();
        if let Some(hash) = self.wanted.iter().find(|hash| !self.found.contains(hash) && !known.contains(hash)) {
            return Err(damaged(&format!("the uploaded file {hash} is not in it")));
        }
        // Chains of which no entry is left: facilities without a log, and heads that name nothing.
        for (chain, heads) in std::mem::take(&mut self.heads) {
            self.chains.insert(chain.clone(), ChainAudit::new(&chain, heads, &public));
        }
        for facility in &self.facilities {
            self.chains.entry(facility.clone()).or_insert_with_key(|chain| ChainAudit::new(chain, Vec::new(), &public));
        }
        let chains = self.chains.into_iter().map(|(chain, audit)| audit.finish(self.facilities.contains(&chain)));
        Ok(JournalReport { chains: chains.collect() })
    }
}

/// Also returns the installation key inside, as its file.
fn examine(path: &Path, key: &ArchiveKey) -> Result<(BackupReport, String)> {
    let mut examiner = Examiner::default();
    let manifest = archive::read(path, key, |_, name, bytes| examiner.take(name, &bytes))?;
    let key_file = examiner.key()?.to_file();
    let journal = examiner.finish(&manifest)?;
    Ok((BackupReport::new(manifest, path, journal)?, key_file))
}

impl Store {
    /// Reads a whole archive without writing anything: every hash and the log inside.
    ///
    /// # Errors
    /// `Invalid` when the key does not open it or a newer version made it; `Damaged` when anything in it is not as it
    /// was written. What is wrong with the log inside is in the report, not an error.
    #[boxed]
    pub async fn verify_backup(archive: &Path, key: &ArchiveKey) -> Result<BackupReport> {
        Ok(examine_elsewhere(archive, key).await?.0)
    }

    /// Brings an archive back into an empty data directory and database (of either kind), after verifying it.
    /// Who restores opens the store afterwards and records it.
    ///
    /// # Errors
    /// As for verifying; `Invalid` when the directory or the database is not empty. Everything is brought back, or
    /// nothing.
    #[boxed]
    pub async fn restore_backup(archive: &Path, key: &ArchiveKey, into: OpenOptions) -> Result<BackupReport> {
        let (report, key_file) = examine_elsewhere(archive, key).await?;
        create_private_folder(&into.data)?;
        must_be_empty(&into).await.map_err(|error| error.during("looking whether the database is empty"))?;
        match fill(archive, key, &key_file, &into, report.schema_version).await {
            Ok(()) => Ok(report),
            Err(error) => {
                undo(&into).await;
                Err(error)
            }
        }
    }
}

async fn must_be_empty(into: &OpenOptions) -> Result<()> {
    for name in [SQLITE_FILE, KEY_FILE, BLOB_FOLDER] {
        let path = into.data.join(name);
        if path.exists() {
            return Err(StoreError::Invalid(format!(
                "{} exists: a backup is only brought back into an empty directory",
                path.display()
            )));
        }
    }
    let DatabaseUrl::Postgres(url) = &into.database else { return Ok(()) };
    let mut con = <sqlx::PgConnection as sqlx::Connection>::connect(url).await?;
    for table in schema::TABLES {
        // Names come from the table list of this crate, never from outside.
        let there: (bool,) =
            sqlx::query_as("SELECT to_regclass($1) IS NOT NULL").bind(table.name).fetch_one(&mut con).await?;
        let sql = sqlx::AssertSqlSafe(format!("SELECT 1 FROM {} LIMIT 1", table.name));
        if there.0 && sqlx::query(sql).fetch_optional(&mut con).await?.is_some() {
            return Err(StoreError::Invalid(
                "the database is not empty: a backup is only brought back into an empty one".to_owned(),
            ));
        }
    }
    sqlx::Connection::close(con).await?;
    Ok(())
}

/// Takes back what a restore that failed has put into the place; all of it is new, see [`must_be_empty`]. What cannot
/// be taken back is no reason to hide why the restore failed.
async fn undo(into: &OpenOptions) {
    let sqlite =
        [SQLITE_FILE.to_owned(), format!("{SQLITE_FILE}-wal"), format!("{SQLITE_FILE}-shm"), KEY_FILE.to_owned()];
    for name in sqlite {
        let _ = std::fs::remove_file(into.data.join(name));
    }
    let _ = std::fs::remove_dir_all(into.data.join(BLOB_FOLDER));
    if let DatabaseUrl::Postgres(url) = &into.database
        && let Ok(mut con) = <sqlx::PgConnection as sqlx::Connection>::connect(url).await
    {
        // The rows were one transaction, which is undone; opening had noted the key outside of it.
        let _ = sqlx::query("DELETE FROM setting WHERE key = $1").bind(PUBLIC_KEY_SETTING).execute(&mut con).await;
    }
}

/// Runs [`examine`] where it holds up nobody.
async fn examine_elsewhere(path: &Path, key: &ArchiveKey) -> Result<(BackupReport, String)> {
    let (path, key) = (path.to_owned(), key.clone());
    tokio::task::spawn_blocking(move || examine(&path, &key)).await.map_err(interrupted)?
}

async fn fill(path: &Path, key: &ArchiveKey, key_file: &str, into: &OpenOptions, version: i64) -> Result<()> {
    write_new_private(&into.data.join(KEY_FILE), key_file.as_bytes())?;
    // Rows go into tables of the version they come from; opening again then migrates them.
    let store = Store::open_at(into.clone(), version).await?;
    let filled = fill_tables(&store, path, key).await;
    store.close().await;
    filled?;
    let store = Store::open(into.clone()).await?;
    store.close().await;
    Ok(())
}

/// Blobs are written as they come; the rows of all tables become one transaction, committed only after the manifest
/// has confirmed everything.
async fn fill_tables(store: &Store, path: &Path, key: &ArchiveKey) -> Result<()> {
    let (parts, mut waiting) = mpsc::channel::<Part>(WAITING_PARTS);
    let reading = {
        let (store, path, key) = (store.clone(), path.to_owned(), key.clone());
        tokio::task::spawn_blocking(move || {
            archive::read(&path, &key, |_, name, bytes| {
                if name.starts_with("tables/") {
                    let part = Part::parse(&bytes)?;
                    return parts.blocking_send(part).map_err(|_| damaged("filling the database broke off"));
                }
                match blobs::hash_of_path(name) {
                    // Nobody takes rows any more: what is written now would only have to be removed again.
                    Some(_) if parts.is_closed() => Err(damaged("filling the database broke off")),
                    Some(hash) => blobs::write_sealed(store.data(), hash, &bytes),
                    None => Ok(()),
                }
            })
        })
    };
    macro_rules! fill_in {
        ($transaction:expr) => {{
            let mut transaction = $transaction;
            let inserted: Result<()> = async {
                // Opening has noted the key; the archive's own note takes its place.
                sqlx::query("DELETE FROM setting").execute(&mut *transaction).await?;
                while let Some(part) = waiting.recv().await {
                    transaction.insert_part(&part).await?;
                }
                Ok(())
            }
            .await;
            waiting.close();
            let read = reading.await.map_err(interrupted)?;
            inserted?;
            read?;
            transaction.commit().await?;
            Ok(())
        }};
    }
    let result: Result<()> = match store.db() {
        Db::Sqlite { writer, .. } => async { fill_in!(writer.begin_with("BEGIN IMMEDIATE").await?) }.await,
        Db::Postgres(pool) => async { fill_in!(pool.begin().await?) }.await,
    };
    result.map_err(|error| error.during("filling the tables from a backup"))
}

fn interrupted(error: tokio::task::JoinError) -> StoreError {
    StoreError::Invalid(format!("reading the backup was interrupted: {error}"))
}
