//! One encrypted file with everything: rows, uploaded files, the installation key.

use crate::archive::{self, Heading, Manifest, Writer};
use crate::db::{Db, boxed};
use crate::dump::{Dump as _, Part, Sent};
use crate::schema::TABLES;
use crate::{Act, JournalReport, Result, Store, StoreError, blobs, migrations};
use hakutaku_model::journal::{Chain, Hash};
use hakutaku_model::time::Ts;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tokio::sync::mpsc;

/// What locks an archive.
#[derive(Clone)]
pub enum ArchiveLock {
    /// A passphrase.
    Passphrase(String),
    /// An age public key, `age1…`; only the holder of its secret key can open the archive.
    Recipient(String),
}

/// What opens an archive.
#[derive(Clone)]
pub enum ArchiveKey {
    /// The passphrase.
    Passphrase(String),
    /// The age secret key, `AGE-SECRET-KEY-1…`.
    Identity(String),
}

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// Version of Hakutaku that made it.
    pub product_version: String,
    /// Version of its tables.
    pub schema_version: i64,
    /// When.
    pub created_at: Ts,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Uploaded files.
    pub blobs: u64,
    /// Uploaded files that were missing or unreadable when it was made.
    pub missing_blobs: Vec<Hash>,
    /// Size of the archive in bytes.
    pub archive_bytes: u64,
    /// What verifying the log found.
    pub journal: JournalReport,
}

/// Parts of tables that may wait between database and disk.
const WAITING_PARTS: usize = 4;

impl std::fmt::Debug for ArchiveLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ArchiveLock(…)")
    }
}

impl std::fmt::Debug for ArchiveKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ArchiveKey(…)")
    }
}

impl BackupReport {
    pub(crate) fn new(manifest: Manifest, archive: &Path, journal: JournalReport) -> Result<Self> {
        let facts = std::fs::metadata(archive).map_err(|error| StoreError::io("looking at", archive, error))?;
        Ok(Self {
            product_version: manifest.heading.product_version,
            schema_version: manifest.heading.schema_version,
            created_at: manifest.heading.created_at,
            rows: manifest.rows,
            blobs: manifest.blobs,
            missing_blobs: manifest.missing_blobs,
            archive_bytes: facts.len(),
            journal,
        })
    }
}

impl Store {
    /// Writes an archive; refuses to overwrite a file. The rows are those of one moment; uploads may go on meanwhile.
    ///
    /// # Errors
    /// `Invalid` for a passphrase below 8 characters, a key that is none, or an existing file; when disk or database
    /// refuse. No file is left then.
    #[boxed]
    pub async fn create_backup(&self, act: &Act, lock: &ArchiveLock, out: &Path) -> Result<BackupReport> {
        let journal = self.verify_journal().await?;
        // Before the copy, so that the archive holds this entry too.
        self.record(act, Chain::Installation, "backup.create", "installation", BTreeMap::new()).await?;
        let _no_removal = self.blob_lock().read().await;
        let (parts, waiting) = mpsc::channel(WAITING_PARTS);
        let writing = {
            let (store, lock, out) = (self.clone(), lock.clone(), out.to_owned());
            let heading = Heading::new(migrations::newest(), act.at);
            tokio::task::spawn_blocking(move || write(&store, &lock, &out, heading, waiting))
        };
        let read = self.send_tables(parts).await;
        let written = writing
            .await
            .map_err(|error| StoreError::Invalid(format!("writing the backup was interrupted: {error}")))?;
        // When writing failed, reading failed only because of it.
        let result = match (written, read) {
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
            (Ok(writer), Ok(rows)) => {
                let store = self.clone();
                tokio::task::spawn_blocking(move || finish(&store, writer, rows))
                    .await
                    .map_err(|error| StoreError::Invalid(format!("writing the backup was interrupted: {error}")))?
            }
        };
        match result {
            Ok(manifest) => BackupReport::new(manifest, out, journal),
            Err(error) => {
                let mut partial = out.as_os_str().to_owned();
                partial.push(".partial");
                // It may not exist; what matters is the first error.
                let _ = std::fs::remove_file(partial);
                Err(error)
            }
        }
    }

    /// Sends all tables as they are at one moment; says how many rows each has.
    async fn send_tables(&self, parts: mpsc::Sender<Sent>) -> Result<BTreeMap<String, u64>> {
        macro_rules! send_all {
            ($transaction:expr) => {{
                let mut transaction = $transaction;
                let mut rows = BTreeMap::new();
                for table in TABLES {
                    rows.insert(table.name.to_owned(), transaction.send_table(table, &parts).await?);
                }
                transaction.rollback().await?;
                Ok(rows)
            }};
        }
        let result: Result<_> = match self.db() {
            Db::Sqlite { readers, .. } => async { send_all!(readers.begin().await?) }.await,
            Db::Postgres(pool) => {
                async { send_all!(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?) }.await
            }
        };
        result.map_err(|error| error.during("reading the tables for a backup"))
    }
}

/// An archive with all tables in it, and the uploaded files that still have to follow.
struct Begun {
    writer: Writer,
    contents: BTreeSet<[u8; 32]>,
}

fn write(
    store: &Store,
    lock: &ArchiveLock,
    out: &Path,
    heading: Heading,
    mut parts: mpsc::Receiver<Sent>,
) -> Result<Begun> {
    let mut writer = Writer::create(out, lock, heading)?;
    writer.add(archive::KEY, store.key().to_file().as_bytes())?;
    let mut contents = BTreeSet::new();
    while let Some((path, bytes)) = parts.blocking_recv() {
        if path.starts_with("tables/document/") {
            let part = Part::parse(&bytes)?;
            for row in &part.rows {
                let hash = part.bytes(row, "sha256")?.and_then(|bytes| bytes.try_into().ok());
                contents.insert(hash.ok_or_else(|| archive::damaged("a document has no hash"))?);
            }
        }
        writer.add(&path, &bytes)?;
    }
    Ok(Begun { writer, contents })
}

/// Adds the uploaded files. One that cannot be read is named in the manifest and does not keep the rest from being
/// saved.
fn finish(store: &Store, begun: Begun, rows: BTreeMap<String, u64>) -> Result<Manifest> {
    let Begun { mut writer, contents } = begun;
    let (mut kept, mut missing) = (0, Vec::new());
    for hash in contents.into_iter().map(Hash) {
        let sealed = blobs::read_sealed(store.data(), hash)
            .and_then(|sealed| blobs::check_sealed(store.key(), hash, &sealed).map(|()| sealed));
        match sealed {
            Ok(sealed) => {
                writer.add(&blobs::relative_path(hash), &sealed)?;
                kept += 1;
            }
            Err(error) => {
                tracing::error!(%hash, %error, "an uploaded file is missing from the backup");
                missing.push(hash);
            }
        }
    }
    writer.finish(rows, kept, missing)
}
