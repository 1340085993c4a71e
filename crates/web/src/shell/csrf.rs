//! Proof that a form was sent from one of our own pages.
//!
//! The secret belongs to the session (or, before sign-in, to the visitor's cookie). Each page carries it masked with
//! fresh random bytes, so that compressed pages do not give it away byte by byte (BREACH).

use crate::shell::random;
use axum::body::Bytes;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The name of the hidden field.
pub const FIELD: &str = "csrf";
/// The first part of an upload, with its headers, ends well before this.
const FIRST_PART_BYTES: usize = 16 * 1024;
/// The header scripts send instead.
pub const HEADER: &str = "x-csrf-token";

/// What the tokens of one session or visitor are made of.
#[derive(Clone, Copy)]
pub struct Secret([u8; 32]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// From the secret kept with a session, or from a visitor's cookie.
    #[must_use]
    pub fn derive(seed: &[u8]) -> Self {
        let mut digest = Sha256::new();
        digest.update(b"hakutaku csrf");
        digest.update(seed);
        Self(digest.finalize().into())
    }

    /// A token for one page.
    #[must_use]
    pub fn token(&self) -> String {
        let mask: [u8; 32] = random();
        let mut token = [0; 64];
        token[..32].copy_from_slice(&mask);
        for (at, byte) in self.0.iter().enumerate() {
            token[32 + at] = byte ^ mask[at];
        }
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether a token is one of ours.
    #[must_use]
    pub fn accepts(&self, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Ok(token) = <[u8; 64]>::try_from(bytes) else { return false };
        let mut unmasked = [0; 32];
        for (at, byte) in unmasked.iter_mut().enumerate() {
            *byte = token[32 + at] ^ token[at];
        }
        self.0.ct_eq(&unmasked).into()
    }
}

/// A browser says where a form was sent from; if it does, it must be here: the host asked, or (behind a proxy that
/// asks under another name) the public address.
#[must_use]
pub(crate) fn from_here(headers: &HeaderMap, public: &str) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return false;
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        // Browsers send "null" for our own forms because of `Referrer-Policy: no-referrer`; the token decides then.
        (None | Some("null"), _) => true,
        (Some(origin), host) => {
            origin == public
                || host.is_some_and(|host| origin.split_once("://").is_some_and(|(_, place)| place == host))
        }
    }
}

/// The token a request carries: in the header, in a form field, or as the first part of an upload.
pub(crate) async fn token_of(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    if let Some(token) = headers.get(HEADER) {
        return token.to_str().ok().map(str::to_owned);
    }
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        let found = url::form_urlencoded::parse(body).find(|(name, _)| name == FIELD);
        return found.map(|(_, value)| value.into_owned());
    }
    if kind.starts_with("multipart/form-data") {
        // The token stands at the very beginning; a whole file would exceed what an extractor takes by default.
        let beginning = body.slice(..body.len().min(FIRST_PART_BYTES));
        let request =
            Request::builder().header(header::CONTENT_TYPE, kind).body(axum::body::Body::from(beginning)).ok()?;
        let mut parts = Multipart::from_request(request, &()).await.ok()?;
        let first = parts.next_field().await.ok()??;
        return if first.name() == Some(FIELD) { first.text().await.ok() } else { None };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_accepted_by_its_own_secret_only_and_never_twice_the_same() {
        let (mine, other) = (Secret::derive(b"mine"), Secret::derive(b"other"));
        let (first, second) = (mine.token(), mine.token());
        assert_ne!(first, second);
        assert!(mine.accepts(&first) && mine.accepts(&second));
        assert!(!other.accepts(&first));
        assert!(!mine.accepts("") && !mine.accepts(&first[1..]));
    }

    #[tokio::test]
    async fn an_uploads_first_part_holds_the_token_whatever_follows() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=B".parse().expect("valid"));
        let part = |name: &str, content: &str| {
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
        };
        let file = part("file", &"x".repeat(5_000_000));
        let first = Bytes::from(part("csrf", "token") + &file + "--B--\r\n");
        assert_eq!(token_of(&headers, &first).await.as_deref(), Some("token"));
        let last = Bytes::from(file + &part("csrf", "token") + "--B--\r\n");
        assert_eq!(token_of(&headers, &last).await, None);
    }

    #[test]
    fn a_form_of_another_site_is_refused() {
        let headers = |origin: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "localhost:8787".parse().expect("valid"));
            headers.insert(header::ORIGIN, origin.parse().expect("valid"));
            headers
        };
        let public = "https://hakutaku.example.jp";
        assert!(from_here(&headers("http://localhost:8787"), public));
        assert!(from_here(&headers("https://hakutaku.example.jp"), public));
        assert!(!from_here(&headers("http://localhost:8788"), public));
        assert!(!from_here(&headers("https://example.com"), public));
    }
}
