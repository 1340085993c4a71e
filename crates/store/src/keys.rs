//! The installation's key, kept in a file outside the database, and what is done with it.

use crate::{Result, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The file's name within the data directory.
pub(crate) const KEY_FILE: &str = "installation.key";

const NONCE_BYTES: usize = 12;

/// Signs log heads and encrypts what must not be readable from a copy of the database or the blobs.
pub(crate) struct InstallationKey {
    signing: SigningKey,
    encryption: [u8; 32],
}

impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationKey(…)")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: u32,
    signing_seed: String,
    encryption_key: String,
}

impl InstallationKey {
    /// Makes a new key and writes its file; never over an existing one.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let key = Self { signing: SigningKey::from_bytes(&random()?), encryption: random()? };
        write_new_private(path, key.to_file().as_bytes())?;
        Ok(key)
    }

    /// Reads the file; `None` when there is none.
    pub(crate) fn load(path: &Path) -> Result<Option<Self>> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("reading", path, error)),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        let damaged = || StoreError::Damaged("the installation key is not a key file of ours".to_owned());
        let file: KeyFile = serde_json::from_str(text).map_err(|_| damaged())?;
        let bytes = |hex: &str| hex::decode(hex).ok().and_then(|b| <[u8; 32]>::try_from(b).ok()).ok_or_else(damaged);
        if file.format != 1 {
            return Err(StoreError::Invalid("the installation key was made by a newer version".to_owned()));
        }
        Ok(Self {
            signing: SigningKey::from_bytes(&bytes(&file.signing_seed)?),
            encryption: bytes(&file.encryption_key)?,
        })
    }

    pub(crate) fn to_file(&self) -> String {
        let file = KeyFile {
            format: 1,
            signing_seed: hex::encode(self.signing.to_bytes()),
            encryption_key: hex::encode(self.encryption),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    pub(crate) fn public(&self) -> VerifyingKey {
        self.signing.verifying_key()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signing.sign(message).to_bytes()
    }

    /// A hash that nobody can compute without the key (HMAC-SHA256 under a key of its own for each `purpose`): for what
    /// is too short to be kept as a plain hash.
    pub(crate) fn keyed_hash(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let own = hmac(&self.encryption, &[purpose.as_bytes()]);
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], *part]).collect();
        hmac(&own, &framed)
    }

    /// Encrypts; `context` must be given again to decrypt, so that a sealed value cannot be moved to another place.
    pub(crate) fn seal(&self, plain: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let cipher = ChaCha20Poly1305::new(&Key::from(self.encryption));
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: plain, aad: context })
            .map_err(|_| StoreError::Invalid("too much to encrypt at once".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] made with the same context.
    pub(crate) fn unseal(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>> {
        let damaged = || StoreError::Damaged("something encrypted cannot be decrypted with this key".to_owned());
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(damaged)?;
        ChaCha20Poly1305::new(&Key::from(self.encryption))
            .decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: context })
            .map_err(|_| damaged())
    }
}

/// HMAC-SHA256 (RFC 2104) with a key of 32 bytes.
pub(crate) fn hmac(key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
    let pad = |with: u8| -> [u8; 64] {
        let mut block = [with; 64];
        for (byte, of_key) in block.iter_mut().zip(key) {
            *byte ^= of_key;
        }
        block
    };
    let mut inner = Sha256::new().chain_update(pad(0x36));
    for part in message {
        inner.update(part);
    }
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner.finalize()).finalize().into()
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Io {
        context: "asking the system for random bytes".to_owned(),
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

/// 256 random bits as 43 letters, after a prefix that says what they are for.
pub(crate) fn new_token(prefix: &str) -> Result<String> {
    Ok(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random::<32>()?)))
}

/// What is stored of a token. A token has 256 random bits, so that a plain hash cannot be reversed.
pub(crate) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// Writes a file that only its owner reads, and waits until it and its directory entry are on the disk.
pub(crate) fn write_new_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| StoreError::io("writing", path, error);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    sync_parent(path)
}

/// Waits until the directory holding `path` is on the disk.
pub(crate) fn sync_parent(path: &Path) -> Result<()> {
    let Some(parent) = path.parent() else { return Ok(()) };
    let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
    std::fs::File::open(parent)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| StoreError::io("flushing the directory", parent, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place_and_undamaged() {
        let directory = tempfile::tempdir().expect("a directory");
        let key = InstallationKey::create(&directory.path().join(KEY_FILE)).expect("a key");
        let mut sealed = key.seal(b"secret", b"person 1").expect("sealed");
        assert_eq!(key.unseal(&sealed, b"person 1").expect("opens"), b"secret");
        assert!(key.unseal(&sealed, b"person 2").is_err());
        sealed[15] ^= 1;
        assert!(key.unseal(&sealed, b"person 1").is_err());
    }

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        // Test case 3 has a key of 20 bytes; zeros behind it make the same block.
        let mut key = [0; 32];
        key[..20].fill(0xaa);
        let expected = "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe";
        assert_eq!(hex::encode(hmac(&key, &[&[0xdd; 25], &[0xdd; 25]])), expected);
    }

    #[test]
    fn the_key_file_is_private_and_never_overwritten() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join(KEY_FILE);
        let key = InstallationKey::create(&path).expect("a key");
        assert_eq!(std::fs::metadata(&path).expect("exists").permissions().mode() & 0o777, 0o600);
        assert!(InstallationKey::create(&path).is_err());
        let again = InstallationKey::load(&path).expect("reads").expect("exists");
        assert_eq!(again.public(), key.public());
    }
}
