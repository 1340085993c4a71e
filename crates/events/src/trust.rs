//! Who may do what at the stream server: the decentralised tokens of NATS (JWT signed with Ed25519 keys, "nkeys").
//!
//! An operator vouches for accounts, an account for users. The stream server is told the operator and its accounts once
//! and afterwards believes every user token that a known key has signed, so that sensors come and go without touching it.
//! A sensor's token names the one subject it may publish to and the one inbox it may read.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_model::sensor::EventsPass;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::transport::Subject;
use nkeys::{KeyPair, KeyPairType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// How long a sensor's pass lasts. It asks for the next one when half of that is over; a sensor that was taken out of use
/// gets no other.
pub const PASS_SECONDS: i64 = 24 * 60 * 60;
/// Largest file of keys that is read.
const LARGEST: u64 = 64 * 1024;

/// Why keys or tokens cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// No random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
    /// Not a key of NATS, or of the wrong kind.
    #[error("{what} is not the right kind of key: {reason}")]
    Key {
        /// Which key.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// The issuer's file cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
}

/// A new key.
pub(crate) fn new_key(kind: KeyPairType) -> Result<KeyPair, TrustError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| TrustError::Random(error.to_string()))?;
    KeyPair::new_from_raw(kind, bytes).map_err(|error| TrustError::Key { what: "a new key", reason: error.to_string() })
}

pub(crate) fn seed_of(key: &KeyPair) -> Result<String, TrustError> {
    key.seed().map_err(|error| TrustError::Key { what: "a new key", reason: error.to_string() })
}

/// Signs claims as NATS reads them (JWT, version 2).
pub(crate) fn token(
    by: &KeyPair,
    subject: &str,
    name: &str,
    until: Option<Ts>,
    nats: Value,
    now: Ts,
) -> Result<String, TrustError> {
    let mut claims = json!({ "iat": seconds(now), "iss": by.public_key(), "name": name, "sub": subject, "nats": nats });
    if let Some(until) = until {
        claims["exp"] = seconds(until).into();
    }
    claims["jti"] = hex::encode(Sha256::digest(claims.to_string())).into();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(&json!({ "typ": "JWT", "alg": "ed25519-nkey" })), encode(&claims));
    let signature = by
        .sign(text.as_bytes())
        .map_err(|error| TrustError::Key { what: "the signing key", reason: error.to_string() })?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn seconds(at: Ts) -> i64 {
    at.micros().div_euclid(1_000_000)
}

/// What a user may publish and hear, without other limits than those of the account.
pub(crate) fn user(publish: &[&str], hear: &[&str], account: &str) -> Value {
    json!({
        "type": "user", "version": 2, "issuer_account": account,
        "pub": { "allow": publish }, "sub": { "allow": hear },
        "subs": -1, "data": -1, "payload": -1,
    })
}

/// Gives sensors their passes.
pub struct Issuer {
    account: String,
    key: KeyPair,
}

/// As it stands in its file.
#[derive(Serialize, Deserialize)]
pub(crate) struct IssuerFile {
    /// The account's public key.
    pub(crate) account: String,
    /// Seed of a key that may sign for the account.
    pub(crate) signing_seed: String,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("account", &self.account).finish_non_exhaustive()
    }
}

impl Issuer {
    /// With an account's public key and a key that may sign for it.
    #[must_use]
    pub fn new(account: String, key: KeyPair) -> Self {
        Self { account, key }
    }

    /// From the file `issuer.json` that `hakutaku events setup` wrote.
    ///
    /// # Errors
    /// If it cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, TrustError> {
        let wrong = |reason: String| TrustError::File { path: path.display().to_string(), reason };
        let size = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
        if size > LARGEST {
            return Err(wrong(format!("the file has {size} bytes, more than {LARGEST}")));
        }
        let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
        let file: IssuerFile = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
        let key = KeyPair::from_seed(&file.signing_seed)
            .map_err(|error| wrong(format!("signing_seed is no key: {error}")))?;
        if key.key_pair_type() != KeyPairType::Account || !file.account.starts_with('A') {
            return Err(wrong("the keys are not those of an account".to_owned()));
        }
        Ok(Self { account: file.account, key })
    }

    /// A pass for one sensor: to publish to its own subject, to hear the acknowledgements, for [`PASS_SECONDS`].
    ///
    /// # Errors
    /// `Key` when `sensor_key` is not a user's public key.
    pub fn pass(&self, subject: Subject, sensor_key: &str, now: Ts) -> Result<EventsPass, TrustError> {
        let wrong = |reason: String| TrustError::Key { what: "the sensor's key", reason };
        let known = KeyPair::from_public_key(sensor_key).map_err(|error| wrong(error.to_string()))?;
        if known.key_pair_type() != KeyPairType::User {
            return Err(wrong("it is not a user's".to_owned()));
        }
        let until = now.plus_seconds(PASS_SECONDS);
        let inbox = format!("_INBOX_{}.>", subject.sensor);
        let mut may = user(&[&subject.to_string()], &[&inbox], &self.account);
        // A sensor hears one inbox and nothing else.
        may["subs"] = 4.into();
        may["payload"] = (128 * 1024).into();
        let token = token(&self.key, sensor_key, &format!("sensor {}", subject.sensor), Some(until), may, now)?;
        Ok(EventsPass { facility: subject.facility, token: Some(token), expires_at: Some(until), issued_at: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::id::{FacilityId, SensorId};
    use uuid::Uuid;

    fn subject() -> Subject {
        Subject { facility: FacilityId(Uuid::from_u128(7)), sensor: SensorId(Uuid::from_u128(9)) }
    }

    #[test]
    fn a_pass_allows_one_subject_and_one_inbox_for_a_day() {
        let [account, signing] =
            [1, 2].map(|byte| KeyPair::new_from_raw(KeyPairType::Account, [byte; 32]).expect("a key"));
        let sensor = KeyPair::new_from_raw(KeyPairType::User, [3; 32]).expect("a key");
        let issuer =
            Issuer::new(account.public_key(), KeyPair::from_seed(&signing.seed().expect("seed")).expect("key"));
        let now = Ts::from_micros(1_000_000_000_000_000);
        let pass = issuer.pass(subject(), &sensor.public_key(), now).expect("a pass");
        let text = pass.token.expect("a token");
        let [head, claims, signature] = text.split('.').collect::<Vec<_>>()[..] else { panic!("three parts: {text}") };
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        signing.verify(format!("{head}.{claims}").as_bytes(), &signature).expect("signed by the account's key");
        let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64")).expect("JSON");
        assert_eq!(claims["sub"], sensor.public_key());
        assert_eq!(claims["exp"], 1_000_086_400);
        assert_eq!(claims["nats"]["pub"]["allow"], json!([subject().to_string()]));
        assert_eq!(claims["nats"]["sub"]["allow"], json!([format!("_INBOX_{}.>", subject().sensor)]));
        assert_eq!(claims["nats"]["issuer_account"], account.public_key());
        // Only a user's key is given a pass.
        assert!(issuer.pass(subject(), &account.public_key(), now).is_err());
        assert!(issuer.pass(subject(), "UNONSENSE", now).is_err());
    }
}
