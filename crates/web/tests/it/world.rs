//! A server over an empty directory, and visitors with real cookies.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use hakutaku_model::time::Ts;
use hakutaku_store::{DatabaseUrl, OpenOptions, Store};
use hakutaku_web::AppState;
use hakutaku_web::access::Refused;
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// A server.
pub(crate) struct World {
    pub(crate) app: AppState,
    router: Router,
    _data: tempfile::TempDir,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body as it came, for files.
    pub(crate) bytes: Vec<u8>,
    /// Whether the guard before the handler refused.
    pub(crate) refused: bool,
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().expect("ASCII"))
    }

    /// The page contains these words.
    #[track_caller]
    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.text.contains(words), "{words:?} is not on the page ({}):\n{}", self.status, self.text);
        self
    }

    /// The answer is a redirect to this place.
    #[track_caller]
    pub(crate) fn goes(&self, to: &str) -> &Self {
        assert_eq!((self.status, self.to()), (StatusCode::SEE_OTHER, to), "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.to(), self.text);
        self
    }
}

impl World {
    /// Nothing in it, not even set up.
    pub(crate) async fn new() -> Self {
        Self::at("http://localhost:8787/").await
    }

    /// The same under another public address.
    pub(crate) async fn at(url: &str) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let options = OpenOptions { data: data.path().to_owned(), database: DatabaseUrl::Sqlite };
        let store = Store::open(options).await.expect("the store opens");
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let app = AppState::new(store, catalogue, url.parse().expect("a URL"), false).expect("the parts fit");
        Self { router: hakutaku_web::router(app.clone()), app, _data: data }
    }

    pub(crate) fn now(&self) -> Ts {
        self.app.now()
    }

    /// A browser that speaks English, so that tests read easily.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            csrf: String::new(),
            host: "localhost:8787".into(),
        }
    }
}

/// A browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// The token of the page seen last.
    pub(crate) csrf: String,
    pub(crate) host: String,
}

impl Visitor {
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// The same browser in front of another server: after a restart, or beside the first.
    pub(crate) fn before(&self, app: &AppState) -> Self {
        Self { router: hakutaku_web::router(app.clone()), ..self.clone() }
    }

    /// Opens a stream of server-sent events.
    pub(crate) async fn listen(&self, path: &str) -> (StatusCode, axum::body::BodyDataStream) {
        let request = self.request(Method::GET, path).body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        (response.status(), response.into_body().into_data_stream())
    }

    /// Submits a form of the page seen last.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.finish()))
            .expect("a request");
        self.send(request).await
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::ACCEPT_LANGUAGE, "en");
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("ASCII");
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').expect("a name and a value");
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let streams = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let bytes =
            if streams { Vec::new() } else { axum::body::to_bytes(body, 1 << 26).await.expect("a body").to_vec() };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((_, rest)) = text.split_once("<meta name=\"csrf\" content=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        let refused = parts.extensions.get::<Refused>().is_some();
        Answer { status: parts.status, headers: parts.headers, text, bytes, refused }
    }
}

/// The code an authenticator app shows now for the secret on a page.
pub(crate) fn code_of(page: &str) -> String {
    let (_, rest) = page.split_once("<code class=\"secret\">").expect("the page shows a secret");
    let secret: String = rest.split('<').next().unwrap_or_default().split_whitespace().collect();
    code(&secret)
}

/// The code for a base32 secret.
pub(crate) fn code(base32: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(base32).expect("base32");
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("test")
        .with_issuer(Some("Hakutaku"))
        .build()
        .expect("a TOTP");
    let seconds = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
    totp.generate(seconds).to_string()
}
