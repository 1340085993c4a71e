//! Signed webhooks after "Standard Webhooks" (<https://www.standardwebhooks.com/>): headers `webhook-id`, `webhook-timestamp`,
//! `webhook-signature`; HMAC-SHA256 over `id.timestamp.body`; secrets are written `whsec_` and base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// How far the time of a message may lie from the receiver's clock, in seconds: five minutes.
pub const WINDOW: i64 = 5 * 60;
/// Longest id.
const LONGEST_ID: usize = 256;
/// Most signatures looked at.
const MOST_SIGNATURES: usize = 16;
/// Most ids remembered.
const MOST_SEEN: usize = 100_000;

/// A secret shared with a receiver. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// The secret is not `whsec_` and the base64 of 24 to 64 bytes.
    #[error("a secret is whsec_ and the base64 of 24 to 64 bytes")]
    Secret,
    /// The id is empty, too long, or holds a full stop or something unprintable.
    #[error("the message's id cannot be one")]
    Id,
    /// The time is not whole seconds since 1970.
    #[error("the message's time is not in whole seconds")]
    Time,
    /// Too old, or from the future.
    #[error("the message's time lies more than five minutes away")]
    Window,
    /// No signature is of a secret known here.
    #[error("no signature on the message is right")]
    Signature,
    /// It came before.
    #[error("the message came before")]
    Replayed,
}

impl Secret {
    /// Reads `whsec_…`; the start may be missing.
    ///
    /// # Errors
    /// When it is not base64 of 24 to 64 bytes.
    pub fn read(text: &str) -> Result<Self, WebhookError> {
        let text = text.trim();
        let bytes = STANDARD.decode(text.strip_prefix("whsec_").unwrap_or(text)).map_err(|_| WebhookError::Secret)?;
        Self::of(bytes)
    }

    /// Of random bytes.
    ///
    /// # Errors
    /// When they are not 24 to 64.
    pub fn of(bytes: Vec<u8>) -> Result<Self, WebhookError> {
        if (24..=64).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(WebhookError::Secret) }
    }

    /// `whsec_…`, to show once.
    #[must_use]
    pub fn written(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    fn mac(&self, id: &str, seconds: i64, body: &[u8]) -> Vec<u8> {
        // HMAC takes keys of any length: there is nothing to go wrong.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return Vec::new() };
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        mac.finalize().into_bytes().to_vec()
    }
}

/// The value of `webhook-signature`. `id` names the message and stays the same when it is sent again; `seconds` since 1970.
///
/// # Errors
/// When the id cannot be one.
pub fn sign(secret: &Secret, id: &str, seconds: i64, body: &[u8]) -> Result<String, WebhookError> {
    check_id(id)?;
    Ok(format!("v1,{}", STANDARD.encode(secret.mac(id, seconds, body))))
}

/// The three headers as they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Headers<'h> {
    /// `webhook-id`.
    pub id: &'h str,
    /// `webhook-timestamp`.
    pub timestamp: &'h str,
    /// `webhook-signature`: one or more, with spaces between.
    pub signature: &'h str,
}

/// Whether a message is of somebody with one of the secrets, and new. `now` in seconds since 1970.
///
/// # Errors
/// The first reason not to believe it.
pub fn verify(
    headers: Headers<'_>,
    body: &[u8],
    secrets: &[Secret],
    now: i64,
    seen: &mut Seen,
) -> Result<(), WebhookError> {
    check_id(headers.id)?;
    let digits = headers.timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: i64 = headers.timestamp.parse().ok().filter(|_| digits).ok_or(WebhookError::Time)?;
    if (i128::from(now) - i128::from(seconds)).abs() > i128::from(WINDOW) {
        return Err(WebhookError::Window);
    }
    let given: Vec<Vec<u8>> = headers
        .signature
        .split(' ')
        .take(MOST_SIGNATURES)
        .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
        .collect();
    let right = secrets.iter().any(|secret| {
        let wanted = secret.mac(headers.id, seconds, body);
        given.iter().any(|one| !wanted.is_empty() && bool::from(one.as_slice().ct_eq(&wanted)))
    });
    if !right {
        return Err(WebhookError::Signature);
    }
    // Only what is signed is remembered: strangers cannot fill the memory.
    if seen.first_time(headers.id, now) { Ok(()) } else { Err(WebhookError::Replayed) }
}

fn check_id(id: &str) -> Result<(), WebhookError> {
    let sound =
        !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.');
    if sound { Ok(()) } else { Err(WebhookError::Id) }
}

/// Ids of messages that came within the window.
#[derive(Debug, Clone, Default)]
pub struct Seen(BTreeMap<String, i64>);

impl Seen {
    /// Notes an id; false when it is there already. What no window reaches any more is forgotten.
    pub fn first_time(&mut self, id: &str, now: i64) -> bool {
        // A message may be dated five minutes ahead, and is good for five minutes after that.
        self.0.retain(|_, at| now.saturating_sub(*at) <= 2 * WINDOW);
        if self.0.contains_key(id) || self.0.len() >= MOST_SEEN {
            return false;
        }
        self.0.insert(id.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of the scheme's own documentation.
    #[test]
    fn the_published_example_verifies() {
        let secret = Secret::read("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", br#"{"test": 2432232314}"#);
        let signature = sign(&secret, id, 1_614_265_330, body).expect("signed");
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let headers = Headers { id, timestamp: "1614265330", signature: &format!("v1a,xx {signature}") };
        assert_eq!(verify(headers, body, &[secret], 1_614_265_400, &mut Seen::default()), Ok(()));
    }

    #[test]
    fn what_is_changed_old_strange_or_repeated_is_not_believed() {
        let secret = Secret::of(vec![7; 32]).expect("a secret");
        let other = Secret::of(vec![8; 32]).expect("a secret");
        let signature = sign(&secret, "a", 1_000, b"x").expect("signed");
        let mut seen = Seen::default();
        let headers = Headers { id: "a", timestamp: "1000", signature: &signature };
        let mut check = |headers, body: &[u8], secret: &Secret, now| {
            verify(headers, body, &[other.clone(), secret.clone()], now, &mut seen)
        };
        assert_eq!(check(headers, b"y", &secret, 1_000), Err(WebhookError::Signature));
        assert_eq!(check(Headers { id: "b", ..headers }, b"x", &secret, 1_000), Err(WebhookError::Signature));
        assert_eq!(check(Headers { timestamp: "1001", ..headers }, b"x", &secret, 1_000), Err(WebhookError::Signature));
        assert_eq!(check(headers, b"x", &other, 1_000), Err(WebhookError::Signature));
        assert_eq!(check(headers, b"x", &secret, 1_301), Err(WebhookError::Window));
        assert_eq!(check(headers, b"x", &secret, 699), Err(WebhookError::Window));
        assert_eq!(check(Headers { timestamp: "+1000", ..headers }, b"x", &secret, 1_000), Err(WebhookError::Time));
        assert_eq!(check(Headers { id: "a.1", ..headers }, b"x", &secret, 1_000), Err(WebhookError::Id));
        assert_eq!(check(headers, b"x", &secret, 1_300), Ok(()), "the newer of two secrets, within the window");
        assert_eq!(check(headers, b"x", &secret, 1_000), Err(WebhookError::Replayed));
    }

    #[test]
    fn a_secret_is_written_as_it_is_read_and_never_printed() {
        let secret = Secret::of(vec![1; 24]).expect("a secret");
        assert_eq!(Secret::read(&secret.written()), Ok(secret.clone()));
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(Secret::read("whsec_AAAA"), Err(WebhookError::Secret));
    }

    proptest! {
        #[test]
        fn anything_is_refused_and_what_is_signed_is_believed(id in ".{0,40}", time in ".{0,12}", signature in ".{0,80}", body in proptest::collection::vec(any::<u8>(), 0..100)) {
            let secret = Secret::of(vec![3; 32]).expect("a secret");
            let headers = Headers { id: &id, timestamp: &time, signature: &signature };
            prop_assert!(verify(headers, &body, std::slice::from_ref(&secret), 1_000, &mut Seen::default()).is_err());
            if let Ok(signature) = sign(&secret, &id, 1_000, &body) {
                let headers = Headers { id: &id, timestamp: "1000", signature: &signature };
                prop_assert_eq!(verify(headers, &body, &[secret], 1_000, &mut Seen::default()), Ok(()));
            }
        }
    }
}
