//! A TAXII 2.1 client: fetches a collection page by page, within limits, and goes on where it stopped.

use crate::json::{self, LIMITS};
use crate::taxii::{Envelope, ErrorMessage, LARGEST_PAGE, LAST_ADDED, MEDIA_TYPE};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use url::Url;

/// How long one exchange may take.
const EXCHANGE: Duration = Duration::from_secs(60);
/// Longest `next` of a server.
const LONGEST_NEXT: usize = 4_096;

/// Why nothing, or nothing more, was fetched.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address is none that may be used.
    #[error("{0}: the address of an API root begins with https:// (http:// on this machine alone)")]
    Address(String),
    /// The name of the collection cannot be one.
    #[error("the collection is named by its id or alias: letters, digits and hyphens")]
    Collection,
    /// The own certificate authority cannot be read.
    #[error("the file of the certificate authority: {0}")]
    Authority(String),
    /// Nothing came back.
    #[error("the server does not answer: {0}")]
    Unreachable(String),
    /// The server said no.
    #[error("the server answered {status}: {words}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        words: String,
    },
    /// It said something else than TAXII.
    #[error("the server's answer is not TAXII 2.1: {0}")]
    Unreadable(String),
    /// It gives the same page again and again.
    #[error("the server gives no next page although it says that there is more")]
    Stuck,
}

/// Who calls.
#[derive(Clone)]
pub enum Sign {
    /// By a bearer token.
    Bearer(String),
    /// By name and password.
    Basic(String, String),
}

impl std::fmt::Debug for Sign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sign(…)")
    }
}

impl Sign {
    /// Of what stands in a file: `name:password`, or a token.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(':') {
            Some((name, password)) => Self::Basic(name.to_owned(), password.to_owned()),
            None => Self::Bearer(text.to_owned()),
        }
    }

    fn header(&self) -> String {
        match self {
            Self::Bearer(token) => format!("Bearer {token}"),
            Self::Basic(name, password) => format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))),
        }
    }
}

/// How far a collection was fetched; kept between calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Only what was added after this instant is asked for.
    pub added_after: Option<String>,
    /// The page to go on with, where the last call stopped in the middle.
    pub next: Option<String>,
    /// The newest instant seen; the next call asks from here when this one came to the end.
    pub newest: Option<String>,
}

/// A collection of a server.
pub struct Remote {
    agent: ureq::Agent,
    objects: Url,
    sign: Sign,
}

impl Remote {
    /// The collection of an API root (`https://…/taxii2/region/`). `authority`: a file of certificates to trust in place of the
    /// usual ones.
    ///
    /// # Errors
    /// When address, name or file cannot be used.
    pub fn new(root: &str, collection: &str, sign: Sign, authority: Option<&Path>) -> Result<Self, ClientError> {
        let named = !collection.is_empty()
            && collection.len() <= 200
            && collection.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && !collection.starts_with('.');
        if !named {
            return Err(ClientError::Collection);
        }
        let wrong = || ClientError::Address(json::plain(root, 200));
        let mut base = Url::parse(root).map_err(|_| wrong())?;
        let own_machine = matches!(base.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let readable = base.scheme() == "https" || (base.scheme() == "http" && own_machine);
        if !readable || !base.username().is_empty() || base.password().is_some() {
            return Err(wrong());
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let objects = base.join(&format!("collections/{collection}/objects/")).map_err(|_| wrong())?;
        let mut tls = TlsConfig::builder();
        if let Some(path) = authority {
            tls = tls.root_certs(authorities(path).map_err(ClientError::Authority)?);
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(EXCHANGE))
            .http_status_as_error(false)
            // A redirect would take the token elsewhere.
            .max_redirects(0)
            .tls_config(tls.build())
            .build()
            .new_agent();
        Ok(Self { agent, objects, sign })
    }

    /// Fetches the page at `progress` and moves it on. Says whether there is more.
    ///
    /// # Errors
    /// When there is no page to be had; then `progress` stays where it is.
    pub fn page(&self, progress: &mut Progress, limit: u32) -> Result<(Envelope, bool), ClientError> {
        let mut url = self.objects.clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("limit", &limit.clamp(1, LARGEST_PAGE).to_string());
            if let Some(after) = &progress.added_after {
                query.append_pair("added_after", after);
            }
            if let Some(next) = &progress.next {
                query.append_pair("next", next);
            }
        }
        let unreachable = |error: ureq::Error| ClientError::Unreachable(error.to_string());
        let mut response = self
            .agent
            .get(url.as_str())
            .header("accept", MEDIA_TYPE)
            .header("authorization", self.sign.header())
            .call()
            .map_err(unreachable)?;
        let status = response.status().as_u16();
        let newest =
            response.headers().get(LAST_ADDED).and_then(|value| value.to_str().ok()).map(|text| json::plain(text, 64));
        let most = u64::try_from(LIMITS.bytes).unwrap_or(u64::MAX);
        let bytes = response.body_mut().with_config().limit(most).read_to_vec().map_err(unreachable)?;
        if status != 200 {
            let said: Option<ErrorMessage> = serde_json::from_slice(&bytes).ok();
            let words = said.map_or_else(|| "no reason given".to_owned(), |said| json::plain(&said.title, 300));
            return Err(ClientError::Refused { status, words });
        }
        let unreadable = |words: String| ClientError::Unreadable(words);
        let value = json::read(&bytes, LIMITS).map_err(|error| unreadable(error.to_string()))?;
        let envelope: Envelope = serde_json::from_value(value).map_err(|_| unreadable("no envelope".into()))?;
        let next = envelope.next.clone().filter(|next| !next.is_empty() && next.len() <= LONGEST_NEXT);
        if envelope.more && (next.is_none() || next == progress.next) {
            return Err(ClientError::Stuck);
        }
        progress.newest = newest.or_else(|| progress.newest.take());
        if envelope.more {
            progress.next = next;
        } else {
            // At the end: what comes later was added after the newest seen.
            progress.next = None;
            progress.added_after = progress.newest.clone().or_else(|| progress.added_after.take());
        }
        let more = envelope.more;
        Ok((envelope, more))
    }
}

fn authorities(path: &Path) -> Result<RootCerts, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut all: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => all.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    if all.is_empty() { Err("there is no certificate in it".into()) } else { Ok(RootCerts::new_with_certs(&all)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_no_readable_line_and_no_other_path() {
        let remote = |root: &str, collection: &str| Remote::new(root, collection, Sign::read("hkt_x"), None);
        for root in ["http://centre.example/taxii2/", "ftp://localhost/", "nonsense", "https://a:b@centre.example/"] {
            assert!(matches!(remote(root, "inbox"), Err(ClientError::Address(_))), "{root}");
        }
        for collection in ["", "../x", "a/b", "..", "a?b"] {
            assert!(
                matches!(remote("https://centre.example/taxii2/region", collection), Err(ClientError::Collection)),
                "{collection}"
            );
        }
        let sound = remote("https://centre.example/taxii2/region", "inbox").expect("an address");
        assert_eq!(sound.objects.as_str(), "https://centre.example/taxii2/region/collections/inbox/objects/");
    }

    #[test]
    fn a_file_holds_a_token_or_name_and_password() {
        assert_eq!(Sign::read(" hkt_abc\n").header(), "Bearer hkt_abc");
        assert_eq!(Sign::read("u:p\n").header(), "Basic dTpw");
        assert_eq!(format!("{:?}", Sign::read("u:p")), "Sign(…)");
    }
}
