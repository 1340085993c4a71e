//! What goes wrong, and how it is said: a page in the person's language, or `application/problem+json` under `/api`.

use crate::AppState;
use crate::shell::page::{Page, Visit};
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Serialize;

/// Why a request has no ordinary answer. Handlers return `Result<_, Problem>` and use `?`.
#[derive(Debug, Clone)]
pub enum Problem {
    /// There is no such page, or it is somebody else's: both look the same from outside.
    NotFound,
    /// It exists, it is the person's own facility, but the role does not allow it.
    Forbidden,
    /// Nobody is signed in. Carries the page to come back to, if coming back makes sense.
    SignInFirst(Option<String>),
    /// The form was not sent from one of our pages, or is too old.
    StaleForm,
    /// Addressed to a host name that is not ours.
    WrongHost,
    /// Took too long.
    Slow,
    /// A sentence of ours with the status that fits it.
    Said(StatusCode, Key),
    /// The same with details for the reader of an API answer (already in the reader's language, or technical).
    Detailed(StatusCode, Key, String),
    /// Our fault. The cause is in the log already.
    Internal,
}

impl Problem {
    /// Our fault: logs the cause and keeps it from the visitor.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "request failed");
        Self::Internal
    }

    /// 422 with a sentence.
    #[must_use]
    pub fn unprocessable(key: Key) -> Self {
        Self::Said(StatusCode::UNPROCESSABLE_ENTITY, key)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::SignInFirst(_) => StatusCode::UNAUTHORIZED,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::Slow => StatusCode::SERVICE_UNAVAILABLE,
            Self::Said(status, _) | Self::Detailed(status, _, _) => *status,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn sentence(&self, t: Words) -> String {
        let key = match self {
            Self::StaleForm => Key("problem-stale-form"),
            Self::WrongHost => Key("problem-wrong-host"),
            Self::Slow => Key("problem-slow"),
            Self::Said(_, key) | Self::Detailed(_, key, _) => *key,
            Self::NotFound | Self::Forbidden | Self::SignInFirst(_) | Self::Internal => about(self.status()).1,
        };
        t.k(key)
    }

    /// For answers that axum itself made (a broken form, a body too large, a wrong method).
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::Forbidden,
            status if status.is_server_error() => Self::Internal,
            status => Self::Said(status, about(status).1),
        }
    }
}

/// Heading and sentence of a status.
fn about(status: StatusCode) -> (Key, Key) {
    match status.as_u16() {
        401 => (Key("problem-401-title"), Key("problem-401")),
        403 => (Key("problem-403-title"), Key("problem-403")),
        404 => (Key("problem-404-title"), Key("problem-404")),
        405 => (Key("problem-405-title"), Key("problem-405")),
        409 => (Key("problem-409-title"), Key("problem-409")),
        413 => (Key("problem-413-title"), Key("problem-413")),
        429 => (Key("problem-429-title"), Key("problem-429")),
        500.. => (Key("problem-500-title"), Key("problem-500")),
        _ => (Key("problem-422-title"), Key("problem-422")),
    }
}

impl IntoResponse for Problem {
    /// Status and the problem itself; [`say`] finds the words on the way out.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

impl From<hakutaku_store::StoreError> for Problem {
    /// What is not there, exists already or changed meanwhile is the visitor's business; all else is ours.
    fn from(error: hakutaku_store::StoreError) -> Self {
        use hakutaku_store::StoreError as E;
        match error {
            E::NotFound(_) => Self::NotFound,
            E::AlreadyExists(_) => Self::Said(StatusCode::CONFLICT, Key("problem-exists")),
            E::InUse(_) => Self::Said(StatusCode::CONFLICT, Key("problem-in-use")),
            E::Conflict(_) => Self::Said(StatusCode::CONFLICT, Key("problem-409")),
            E::Invalid(sentence) => Self::Detailed(StatusCode::UNPROCESSABLE_ENTITY, Key("problem-422"), sentence),
            other => {
                let mut sentence = other.to_string();
                let mut cause = std::error::Error::source(&other);
                while let Some(inner) = cause {
                    sentence = format!("{sentence}: {inner}");
                    cause = inner.source();
                }
                Self::internal(sentence)
            }
        }
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

#[derive(Template)]
#[template(path = "shell/problem.html")]
struct ProblemPage {
    t: Words,
    page: Page,
    sentence: String,
    detail: Option<String>,
}

/// The body of an API error (RFC 9457).
#[derive(Serialize)]
struct ProblemJson {
    r#type: &'static str,
    title: String,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
}

/// Puts every problem into words, in the language of whoever asked.
pub(crate) async fn say(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().clone();
    let response = next.run(request).await;
    let Some(problem) = problem_of(&response) else { return response };
    let visit = match response.extensions().get::<Visit>() {
        Some(visit) => visit.clone(),
        None => Visit::resolve(&app, &headers, &path, None).await.unwrap_or_else(|_| Visit::stranger(&headers, &path)),
    };
    let status = response.status();
    let mut said = if path.starts_with("/api/") {
        as_json(&problem, status, visit.t())
    } else {
        match problem {
            Problem::SignInFirst(back) => to_sign_in(back),
            problem => as_page(&problem, status, &visit),
        }
    };
    *said.extensions_mut() = response.extensions().clone();
    visit.remember(&app, said.headers_mut());
    said
}

fn problem_of(response: &Response) -> Option<Problem> {
    if let Some(problem) = response.extensions().get::<Problem>() {
        return Some(problem.clone());
    }
    let status = response.status();
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    ((status.is_client_error() || status.is_server_error()) && plain).then(|| Problem::of_status(status))
}

fn to_sign_in(back: Option<String>) -> Response {
    match back.filter(|path| path != "/") {
        None => Redirect::to("/sign-in").into_response(),
        Some(path) => {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("back", &path).finish();
            Redirect::to(&format!("/sign-in?{query}")).into_response()
        }
    }
}

fn as_page(problem: &Problem, status: StatusCode, visit: &Visit) -> Response {
    let t = visit.t();
    let detail = match problem {
        Problem::Detailed(_, _, text) => Some(text.clone()),
        _ => None,
    };
    let page = ProblemPage { t, page: visit.page(t.k(about(status).0)), sentence: problem.sentence(t), detail };
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page that says what went wrong went wrong");
            (status, problem.sentence(t)).into_response()
        }
    }
}

fn as_json(problem: &Problem, status: StatusCode, t: Words) -> Response {
    let body = ProblemJson {
        r#type: "about:blank",
        title: t.k(about(status).0),
        status: status.as_u16(),
        detail: problem.sentence(t),
        cause: match problem {
            Problem::Detailed(_, _, text) => Some(text.clone()),
            _ => None,
        },
    };
    let mut response = (status, axum::Json(body)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
