//! What all handlers share.

use crate::drills::live::DrillRooms;
use crate::metrics::requests::Meter;
use crate::region::desk::Desk;
use crate::shell::live::LiveHub;
use crate::shell::sensor_stream::SensorStream;
use crate::sign_in::passwords::Passwords;
use axum::http::HeaderValue;
use axum_extra::extract::cookie::SameSite;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::time::Ts;
use hakutaku_store::Store;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// Why the application cannot start.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The public address is of no use.
    #[error("the public address {0} must be http:// or https:// with a host name and without a path")]
    PublicUrl(Url),
    /// Passkeys cannot be offered under the public address.
    #[error("passkeys cannot be set up for {url}")]
    Passkeys {
        /// The public address.
        url: Url,
        /// What the WebAuthn library said.
        #[source]
        source: webauthn_rs::prelude::WebauthnError,
    },
}

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// All that is kept.
    pub store: Store,
    /// All that is asked and advised.
    pub catalogue: Arc<Catalogue>,
    /// Where people reach this server, without a path: `http://localhost:8787`.
    pub public_url: Url,
    /// Whether this installation shows made-up data.
    pub demo: bool,
    /// Who is looking at which assessment.
    pub live: Arc<LiveHub>,
    /// The region's stream server, where there is one.
    pub stream: Option<Arc<dyn SensorStream>>,
    /// The drills as they run.
    pub(crate) drills: Arc<DrillRooms>,
    /// What the correlator's task and the pages share.
    pub(crate) region: Arc<Desk>,
    pub(crate) passwords: Arc<Passwords>,
    /// What is counted for `/metrics`.
    pub(crate) meter: Arc<Meter>,
    /// `None` when the public address is a bare IP: passkeys are bound to a name.
    pub(crate) webauthn: Option<Arc<Webauthn>>,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState")
            .field("public_url", &self.public_url.as_str())
            .field("demo", &self.demo)
            .finish_non_exhaustive()
    }
}

impl AppState {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the public address cannot be used.
    pub fn new(store: Store, catalogue: Arc<Catalogue>, public_url: Url, demo: bool) -> Result<Self, WebError> {
        let usable =
            matches!(public_url.scheme(), "http" | "https") && public_url.has_host() && public_url.path() == "/";
        if !usable {
            return Err(WebError::PublicUrl(public_url));
        }
        let webauthn = match public_url.host() {
            Some(Host::Domain(name)) => {
                let passkeys = WebauthnBuilder::new(name, &public_url)
                    .and_then(|builder| builder.rp_name("Hakutaku").build())
                    .map_err(|source| WebError::Passkeys { url: public_url.clone(), source })?;
                Some(Arc::new(passkeys))
            }
            _ => None,
        };
        Ok(Self {
            store,
            catalogue,
            public_url,
            demo,
            live: Arc::default(),
            stream: None,
            drills: Arc::default(),
            region: Arc::default(),
            passwords: Arc::default(),
            meter: Arc::default(),
            webauthn,
        })
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Ts {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ts::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    /// An address of this server for people to open: `path` begins with `/`.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Whether people come by https, so that cookies may never travel otherwise.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Whether a `Host` header names the public address.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        Url::parse(&format!("{}://{host}/", self.public_url.scheme())).is_ok_and(|asked| {
            asked.host() == self.public_url.host()
                && asked.port_or_known_default() == self.public_url.port_or_known_default()
        })
    }

    /// The full name of a cookie: `__Host-` binds it to this very host and to https.
    #[must_use]
    pub fn cookie_name(&self, name: &str) -> String {
        if self.is_https() { format!("__Host-hakutaku-{name}") } else { format!("hakutaku-{name}") }
    }

    /// A cookie no script can read. `seconds`: `None` until the browser closes, `Some(0)` removes it.
    /// The value must be a token or key of ours: letters, digits, `-`, `_`.
    #[must_use]
    pub fn cookie(&self, name: &str, value: &str, same_site: SameSite, seconds: Option<i64>) -> HeaderValue {
        self.plain_cookie(&self.cookie_name(name), value, same_site, seconds)
    }

    /// The same under exactly this name.
    pub(crate) fn plain_cookie(
        &self,
        name: &str,
        value: &str,
        same_site: SameSite,
        seconds: Option<i64>,
    ) -> HeaderValue {
        let secure = if self.is_https() { "; Secure" } else { "" };
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{age}");
        HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}
