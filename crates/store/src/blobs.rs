//! Encrypted files on disk, named by the SHA-256 of their content: `blobs/ab/cdef…`.

use crate::keys::{InstallationKey, random, sync_parent, write_new_private};
use crate::open::{BLOB_FOLDER, create_private_folder};
use crate::{Result, StoreError};
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Where a content is kept.
pub(crate) fn path_of(data: &Path, hash: Hash) -> PathBuf {
    data.join(relative_path(hash))
}

/// The same within the data directory, with `/`.
pub(crate) fn relative_path(hash: Hash) -> String {
    let hex = hash.to_string();
    let (folder, name) = hex.split_at(2);
    format!("{BLOB_FOLDER}/{folder}/{name}")
}

/// Reads [`relative_path`].
pub(crate) fn hash_of_path(path: &str) -> Option<Hash> {
    let hash = Hash::from_hex(&path.strip_prefix(BLOB_FOLDER)?.strip_prefix('/')?.replacen('/', "", 1))?;
    (relative_path(hash) == path).then_some(hash)
}

/// What a blob is bound to, so that one cannot be put in another's place.
fn context(hash: Hash) -> Vec<u8> {
    [&b"blob:"[..], &hash.0].concat()
}

/// Writes a content unless it is there; returns once it is on the disk.
pub(crate) fn write(data: &Path, key: &InstallationKey, content: &[u8]) -> Result<Hash> {
    let hash = Hash::of(content);
    if !path_of(data, hash).exists() {
        write_sealed(data, hash, &key.seal(content, &context(hash))?)?;
    }
    Ok(hash)
}

/// Puts encrypted bytes in their place: under a passing name first, so that a name never stands for half a file.
pub(crate) fn write_sealed(data: &Path, hash: Hash, sealed: &[u8]) -> Result<()> {
    let path = path_of(data, hash);
    let folder = path.parent().unwrap_or(data);
    create_private_folder(folder)?;
    sync_parent(folder)?;
    let passing = folder.join(format!("new-{}", hex::encode(random::<8>()?)));
    write_new_private(&passing, sealed)?;
    std::fs::rename(&passing, &path).map_err(|error| StoreError::io("naming", &path, error))?;
    sync_parent(&path)
}

/// Reads a content and checks it against its hash.
pub(crate) fn read(data: &Path, key: &InstallationKey, hash: Hash) -> Result<Vec<u8>> {
    let content = key.unseal(&read_sealed(data, hash)?, &context(hash))?;
    if Hash::of(&content) != hash {
        return Err(StoreError::Damaged("an uploaded file is not what was uploaded".to_owned()));
    }
    Ok(content)
}

/// Reads the encrypted bytes.
pub(crate) fn read_sealed(data: &Path, hash: Hash) -> Result<Vec<u8>> {
    let path = path_of(data, hash);
    std::fs::read(&path).map_err(|error| StoreError::io("reading", &path, error))
}

/// Checks encrypted bytes against the hash they are named by.
pub(crate) fn check_sealed(key: &InstallationKey, hash: Hash, sealed: &[u8]) -> Result<()> {
    match key.unseal(sealed, &context(hash)) {
        Ok(content) if Hash::of(&content) == hash => Ok(()),
        _ => Err(StoreError::Damaged("an uploaded file is not what was uploaded".to_owned())),
    }
}

/// Removes a content; one that is gone already is no error.
pub(crate) fn remove(data: &Path, hash: Hash) -> Result<()> {
    remove_file(&path_of(data, hash))
}

/// Removes a file; one that is gone already is no error.
pub(crate) fn remove_file(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io("removing", path, error)),
        _ => Ok(()),
    }
}

/// A file in the blob folder that was last written before some moment.
#[derive(Debug)]
pub(crate) struct OldFile {
    pub(crate) path: PathBuf,
    /// What it is named by; `None` for a passing name that a crash left behind.
    pub(crate) hash: Option<Hash>,
}

/// The files last written before a moment. What has no name that [`write_sealed`] gives is left out: it is not ours.
pub(crate) fn older_than(data: &Path, limit: Ts) -> Result<Vec<OldFile>> {
    let mut found = Vec::new();
    for folder in entries(&data.join(BLOB_FOLDER))? {
        if !folder.is_dir() {
            continue;
        }
        for path in entries(&folder)? {
            let hash = path.strip_prefix(data).ok().and_then(Path::to_str).and_then(hash_of_path);
            let is_passing =
                path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("new-"));
            if (hash.is_some() || is_passing) && written_at(&path)?.is_some_and(|at| at < limit) {
                found.push(OldFile { path, hash });
            }
        }
    }
    Ok(found)
}

/// What is in a folder; nothing, when there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| StoreError::io("listing", folder, error);
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

/// When a file was last written; `None` when it is gone.
fn written_at(path: &Path) -> Result<Option<Ts>> {
    let modified = match std::fs::metadata(path).and_then(|facts| facts.modified()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        modified => modified.map_err(|error| StoreError::io("looking at", path, error))?,
    };
    // Before 1970 counts as 1970: older than anything asked for here.
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Some(Ts::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_back_to_its_hash_and_no_other_path_does() {
        let hash = Hash::of(b"content");
        assert_eq!(hash_of_path(&relative_path(hash)), Some(hash));
        assert_eq!(hash_of_path("blobs/../../etc/passwd"), None);
        assert_eq!(hash_of_path(&relative_path(hash).replacen('/', "//", 1)), None);
    }
}
