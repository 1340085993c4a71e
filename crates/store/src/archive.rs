//! The file format of a backup: age around zstd around tar.
//!
//! In this order: `hakutaku-backup.json` (what made it), `installation.key`, `tables/<table>/<n>.jsonl` (a heading line
//! with the columns, then one JSON array per row), `blobs/…` (still encrypted), and `manifest.json` with the SHA-256 of
//! every file before it. With the manifest last, an archive of any size is written and read in one pass.

use crate::backup::{ArchiveKey, ArchiveLock};
use crate::keys::sync_parent;
use crate::{MAX_DOCUMENT_BYTES, Result, StoreError};
use age::secrecy::SecretString;
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

pub(crate) const HEADING: &str = "hakutaku-backup.json";
pub(crate) const KEY: &str = "installation.key";
const MANIFEST: &str = "manifest.json";
const FORMAT: u32 = 1;

/// Limits on what is read, so that a wrong or hostile file fills neither memory nor disk.
const MOST_BYTES_OF_A_FILE: u64 = MAX_DOCUMENT_BYTES as u64 + (1 << 20);
const MOST_BYTES_OF_A_MANIFEST: u64 = 256 << 20;
const MOST_BYTES_IN_ALL: u64 = 512 << 30;
/// 128 MiB, what zstd's strongest ordinary levels use.
const LARGEST_WINDOW_LOG: u32 = 27;
/// About a minute of work on an old machine; our own archives need a second.
const MOST_PASSPHRASE_WORK: u8 = 22;

/// What made an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Heading {
    pub(crate) format: u32,
    pub(crate) product_version: String,
    pub(crate) schema_version: i64,
    pub(crate) created_at: Ts,
}

impl Heading {
    pub(crate) fn new(schema_version: i64, created_at: Ts) -> Self {
        Self { format: FORMAT, product_version: env!("CARGO_PKG_VERSION").to_owned(), schema_version, created_at }
    }
}

/// One file within an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileFacts {
    sha256: Hash,
    bytes: u64,
}

/// What an archive says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    #[serde(flatten)]
    pub(crate) heading: Heading,
    pub(crate) rows: BTreeMap<String, u64>,
    pub(crate) blobs: u64,
    /// Uploaded files that were missing or unreadable when the archive was made.
    pub(crate) missing_blobs: Vec<Hash>,
    pub(crate) files: BTreeMap<String, FileFacts>,
}

type Sealed = zstd::Encoder<'static, age::stream::StreamWriter<BufWriter<File>>>;

/// Writes an archive; nothing stands under the final name until it is complete.
pub(crate) struct Writer {
    tar: tar::Builder<Sealed>,
    files: BTreeMap<String, FileFacts>,
    heading: Heading,
    out: PathBuf,
    partial: PathBuf,
}

impl Writer {
    pub(crate) fn create(out: &Path, lock: &ArchiveLock, heading: Heading) -> Result<Self> {
        let encryptor = encryptor(lock)?;
        if out.exists() {
            return Err(StoreError::Invalid(format!("{} exists already", out.display())));
        }
        let mut partial = out.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let failed = |error| StoreError::io("writing the backup", &partial, error);
        let file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&partial)
            .map_err(failed)?;
        let locked = encryptor.wrap_output(BufWriter::new(file)).map_err(failed)?;
        let packed = zstd::Encoder::new(locked, 0).map_err(failed)?;
        let mut writer = Self {
            tar: tar::Builder::new(packed),
            files: BTreeMap::new(),
            heading: heading.clone(),
            out: out.to_owned(),
            partial: partial.clone(),
        };
        writer.add(HEADING, &to_json(&heading)?)?;
        Ok(writer)
    }

    pub(crate) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        self.append(path, bytes)?;
        self.files.insert(path.to_owned(), FileFacts { sha256: Hash::of(bytes), bytes: bytes.len() as u64 });
        Ok(())
    }

    fn append(&mut self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.heading.created_at.micros() / 1_000_000).unwrap_or(0));
        self.tar
            .append_data(&mut header, path, bytes)
            .map_err(|error| StoreError::io("writing the backup", &self.partial, error))
    }

    /// Writes the manifest and gives the file its name once it is on the disk.
    pub(crate) fn finish(
        mut self,
        rows: BTreeMap<String, u64>,
        blobs: u64,
        missing_blobs: Vec<Hash>,
    ) -> Result<Manifest> {
        let manifest = Manifest {
            heading: self.heading.clone(),
            rows,
            blobs,
            missing_blobs,
            files: std::mem::take(&mut self.files),
        };
        self.append(MANIFEST, &to_json(&manifest)?)?;
        let Self { tar, out, partial, .. } = self;
        let failed = |error| StoreError::io("writing the backup", &partial, error);
        let buffered =
            tar.into_inner().and_then(zstd::Encoder::finish).and_then(|locked| locked.finish()).map_err(failed)?;
        let file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        if out.exists() {
            return Err(StoreError::Invalid(format!("{} exists already", out.display())));
        }
        std::fs::rename(&partial, &out).map_err(|error| StoreError::io("naming the backup", &out, error))?;
        sync_parent(&out)?;
        Ok(manifest)
    }
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec_pretty(value)
        .map_err(|error| StoreError::Invalid(format!("writing the backup's lists: {error}")))
}

fn encryptor(lock: &ArchiveLock) -> Result<age::Encryptor> {
    match lock {
        ArchiveLock::Passphrase(passphrase) => {
            if passphrase.chars().count() < 8 {
                return Err(StoreError::Invalid("a backup's passphrase has at least 8 characters".to_owned()));
            }
            Ok(age::Encryptor::with_user_passphrase(SecretString::from(passphrase.clone())))
        }
        ArchiveLock::Recipient(recipient) => {
            let recipient: age::x25519::Recipient = recipient
                .trim()
                .parse()
                .map_err(|error| StoreError::Invalid(format!("the backup's recipient is not an age1… key: {error}")))?;
            age::Encryptor::with_recipients(std::iter::once(&recipient as _))
                .map_err(|error| StoreError::Invalid(format!("the backup cannot be locked for this key: {error}")))
        }
    }
}

/// Reads an archive from beginning to end, hands every file except the manifest to `take`, and in the end checks all
/// of them against the manifest. What `take` was given is only known to be whole when this returns.
pub(crate) fn read(
    path: &Path,
    key: &ArchiveKey,
    mut take: impl FnMut(&Heading, &str, Vec<u8>) -> Result<()>,
) -> Result<Manifest> {
    let failed = |error| read_failure(path, error);
    let file = File::open(path).map_err(|error| StoreError::io("opening the backup", path, error))?;
    let unpacked = zstd::Decoder::new(unlock(BufReader::new(file), key)?).and_then(|mut decoder| {
        decoder.window_log_max(LARGEST_WINDOW_LOG)?;
        Ok(decoder)
    });
    let mut tar = tar::Archive::new(unpacked.map_err(failed)?.take(MOST_BYTES_IN_ALL));
    let mut seen: BTreeMap<String, FileFacts> = BTreeMap::new();
    let mut heading = None;
    let mut manifest = None;
    for entry in tar.entries().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = String::from_utf8(entry.path_bytes().into_owned())
            .map_err(|_| damaged("a file in it has an unreadable name"))?;
        if entry.header().entry_type() != tar::EntryType::Regular || seen.contains_key(&name) || manifest.is_some() {
            return Err(damaged(&format!("{name} should not be in it")));
        }
        let most = if name == MANIFEST { MOST_BYTES_OF_A_MANIFEST } else { MOST_BYTES_OF_A_FILE };
        if entry.size() > most {
            return Err(damaged(&format!("{name} is larger than anything we write")));
        }
        let mut bytes = Vec::new();
        entry.take(most).read_to_end(&mut bytes).map_err(failed)?;
        if name == MANIFEST {
            manifest = Some(parse::<Manifest>(MANIFEST, &bytes)?);
            continue;
        }
        seen.insert(name.clone(), FileFacts { sha256: Hash::of(&bytes), bytes: bytes.len() as u64 });
        match &heading {
            Some(heading) => take(heading, &name, bytes)?,
            None if name == HEADING => heading = Some(checked_heading(parse(HEADING, &bytes)?)?),
            None => return Err(damaged("it does not begin like one of ours")),
        }
    }
    let manifest = manifest.ok_or_else(|| damaged("it ends before its manifest"))?;
    if heading.as_ref() != Some(&manifest.heading) {
        return Err(damaged("its beginning and its end disagree"));
    }
    match first_difference(&manifest.files, &seen) {
        Some(name) => Err(damaged(&format!("{name} is missing or not what the manifest says"))),
        None => Ok(manifest),
    }
}

fn first_difference<'a>(
    said: &'a BTreeMap<String, FileFacts>,
    seen: &'a BTreeMap<String, FileFacts>,
) -> Option<&'a String> {
    let wrong = said.iter().find(|(name, facts)| seen.get(*name) != Some(facts));
    wrong.map(|(name, _)| name).or_else(|| seen.keys().find(|name| !said.contains_key(*name)))
}

fn checked_heading(heading: Heading) -> Result<Heading> {
    if heading.format != FORMAT || heading.schema_version > crate::migrations::newest() || heading.schema_version < 1 {
        return Err(StoreError::Invalid(format!(
            "this backup was made by Hakutaku {}, which is newer than this one",
            heading.product_version
        )));
    }
    Ok(heading)
}

fn parse<T: serde::de::DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| damaged(&format!("{name} cannot be read: {error}")))
}

fn unlock(file: BufReader<File>, key: &ArchiveKey) -> Result<age::stream::StreamReader<BufReader<File>>> {
    let decryptor = age::Decryptor::new_buffered(file).map_err(locked)?;
    match key {
        ArchiveKey::Passphrase(passphrase) => {
            if !decryptor.is_scrypt() {
                return Err(StoreError::Invalid(
                    "this backup is not locked by a passphrase but by an age key".to_owned(),
                ));
            }
            let mut identity = age::scrypt::Identity::new(SecretString::from(passphrase.clone()));
            identity.set_max_work_factor(MOST_PASSPHRASE_WORK);
            decryptor.decrypt(std::iter::once(&identity as _)).map_err(locked)
        }
        ArchiveKey::Identity(identity) => {
            let identity: age::x25519::Identity = identity
                .trim()
                .parse()
                .map_err(|error| StoreError::Invalid(format!("that is not an AGE-SECRET-KEY-1… key: {error}")))?;
            decryptor.decrypt(std::iter::once(&identity as _)).map_err(locked)
        }
    }
}

fn locked(error: age::DecryptError) -> StoreError {
    match error {
        age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed
        | age::DecryptError::NoMatchingKeys => {
            StoreError::Invalid("the passphrase or key does not open this backup".to_owned())
        }
        other => damaged(&format!("it cannot be opened: {other}")),
    }
}

/// While reading, a damaged archive shows as an error of the stream: of age's seal, of zstd or of tar.
fn read_failure(path: &Path, error: std::io::Error) -> StoreError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::PermissionDenied => StoreError::io("reading the backup", path, error),
        _ => damaged(&format!("reading {} broke off: {error}", path.display())),
    }
}

pub(crate) fn damaged(what: &str) -> StoreError {
    StoreError::Damaged(format!("the backup is no good: {what}"))
}
