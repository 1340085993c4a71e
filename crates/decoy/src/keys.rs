//! What a sensor is: its id, its signing key, the seed of its personas, and its enrolment at a centre.
//!
//! `sensor.json` in the spool is public (id and public key, so that anybody can verify the chain); `secret.json` is
//! readable by its owner only.

use ed25519_dalek::{SigningKey, VerifyingKey};
use hakutaku_model::id::SensorId;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// Why a spool's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what was written there.
    #[error("{path}: {reason}")]
    Unreadable {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// No random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

/// The public half.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Public {
    /// The sensor's id.
    pub sensor: SensorId,
    /// Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
}

impl Public {
    /// Reads `sensor.json` of a spool.
    ///
    /// # Errors
    /// If there is none or it cannot be read.
    pub fn read(spool: &Path) -> Result<Self, KeyError> {
        read_json(&spool.join("sensor.json"))
    }

    /// The key, if it is one.
    #[must_use]
    pub fn key(&self) -> Option<VerifyingKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&self.public_key, &mut bytes).ok()?;
        VerifyingKey::from_bytes(&bytes).ok()
    }
}

/// What a centre gave at the enrolment.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolment {
    /// The centre's address.
    pub centre: String,
    /// Bearer token of this sensor.
    pub token: String,
    /// Key under which secrets are hashed in this region, 64 hexadecimal digits.
    pub secret_key: String,
}

#[derive(Serialize, Deserialize)]
struct Secret {
    sensor: SensorId,
    signing_key: String,
    seed: String,
    #[serde(default)]
    enrolment: Option<Enrolment>,
}

/// The sensor's secrets.
#[derive(Clone)]
pub struct Keys {
    /// Its id.
    pub sensor: SensorId,
    /// Signs touches.
    pub signing: SigningKey,
    /// Personas are derived from it.
    pub seed: [u8; 32],
    /// The enrolment, if there was one.
    pub enrolment: Option<Enrolment>,
}

impl Keys {
    /// Reads the keys of a spool, making them (and the folder) if there are none.
    ///
    /// # Errors
    /// If the folder cannot be written or what is there cannot be read: a sensor never silently becomes another one.
    pub fn open(spool: &Path) -> Result<Self, KeyError> {
        let path = spool.join("secret.json");
        if path.exists() {
            let secret: Secret = read_json(&path)?;
            let unreadable =
                |reason: &str| KeyError::Unreadable { path: path.display().to_string(), reason: reason.to_owned() };
            let bytes = |text: &str| -> Option<[u8; 32]> { hex::decode(text).ok()?.try_into().ok() };
            return Ok(Self {
                sensor: secret.sensor,
                signing: SigningKey::from_bytes(
                    &bytes(&secret.signing_key).ok_or_else(|| unreadable("signing_key is damaged"))?,
                ),
                seed: bytes(&secret.seed).ok_or_else(|| unreadable("seed is damaged"))?,
                enrolment: secret.enrolment,
            });
        }
        fs::create_dir_all(spool).map_err(|source| KeyError::Io { path: spool.display().to_string(), source })?;
        let random = || -> Result<[u8; 32], KeyError> {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|error| KeyError::Random(error.to_string()))?;
            Ok(bytes)
        };
        let id = random()?;
        let keys = Self {
            sensor: SensorId(uuid::Builder::from_random_bytes(id[..16].try_into().unwrap_or([0; 16])).into_uuid()),
            signing: SigningKey::from_bytes(&random()?),
            seed: random()?,
            enrolment: None,
        };
        keys.save(spool)?;
        Ok(keys)
    }

    /// Writes both files.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn save(&self, spool: &Path) -> Result<(), KeyError> {
        let secret = Secret {
            sensor: self.sensor,
            signing_key: hex::encode(self.signing.to_bytes()),
            seed: hex::encode(self.seed),
            enrolment: self.enrolment.clone(),
        };
        write_json(&spool.join("secret.json"), &secret, true)?;
        write_json(&spool.join("sensor.json"), &self.public(), false)
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> Public {
        Public { sensor: self.sensor, public_key: hex::encode(self.signing.verifying_key().to_bytes()) }
    }

    /// What the sensor shows to a stream server (NATS). Not the signing key: a server may have anything signed as its
    /// challenge, a touch among it.
    ///
    /// # Errors
    /// Never in practice: any 32 bytes are a key.
    pub fn events_key(&self) -> Result<nkeys::KeyPair, KeyError> {
        let seed = <sha2::Sha256 as sha2::Digest>::digest([&self.seed[..], b"events"].concat());
        nkeys::KeyPair::new_from_raw(nkeys::KeyPairType::User, seed.into())
            .map_err(|error| KeyError::Unreadable { path: "the key for events".to_owned(), reason: error.to_string() })
    }

    /// The key under which secrets are hashed: the region's, before enrolment one of the sensor's own.
    #[must_use]
    pub fn secret_key(&self) -> [u8; 32] {
        self.enrolment
            .as_ref()
            .and_then(|enrolment| hex::decode(&enrolment.secret_key).ok()?.try_into().ok())
            .unwrap_or_else(|| <sha2::Sha256 as sha2::Digest>::digest([&self.seed[..], b"secrets"].concat()).into())
    }
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, KeyError> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|source| KeyError::Io { path: name.clone(), source })?;
    serde_json::from_slice(&bytes).map_err(|error| KeyError::Unreadable { path: name, reason: error.to_string() })
}

fn write_json<T: Serialize>(path: &Path, value: &T, private: bool) -> Result<(), KeyError> {
    let bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    write_whole(path, &bytes, private).map_err(|source| KeyError::Io { path: path.display().to_string(), source })
}

/// Replaces a file as a whole: after a crash there is the old one or the new one, never half of either.
///
/// # Errors
/// If the disk refuses.
pub fn write_whole(path: &Path, bytes: &[u8], private: bool) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let beside = path.with_extension("new");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(if private { 0o600 } else { 0o644 })
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes new names in a folder survive a power cut.
///
/// # Errors
/// If the folder cannot be opened.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_stays_itself_and_its_secrets_stay_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("folder");
        let first = Keys::open(folder.path()).expect("made");
        let again = Keys::open(folder.path()).expect("read");
        assert_eq!((first.sensor, first.seed), (again.sensor, again.seed));
        assert_eq!(Public::read(folder.path()).expect("public").key(), Some(first.signing.verifying_key()));
        let mode = fs::metadata(folder.path().join("secret.json")).expect("file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_file_is_said_and_not_replaced() {
        let folder = tempfile::tempdir().expect("folder");
        Keys::open(folder.path()).expect("made");
        fs::write(folder.path().join("secret.json"), "{").expect("written");
        assert!(Keys::open(folder.path()).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("secret.json")).expect("read"), "{");
    }
}
