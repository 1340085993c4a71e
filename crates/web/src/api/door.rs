//! The door of the API: bearer tokens only, slowed down when they are wrong, answers in the caller's language.

use super::fault::{Fault, Said};
use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::text::Lang;
use std::net::SocketAddr;

/// Where the API lives.
const API: &str = "/api/";

/// Stands around every route under `/api/`; everything else passes untouched.
pub(crate) async fn keep(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with(API) {
        return next.run(request).await;
    }
    // A browser sends its cookies by itself, also when another site makes it call: they count for nothing here.
    request.headers_mut().remove(header::COOKIE);
    let headers = request.headers().clone();
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let mut response = next.run(request).await;
    let sent_token = headers.contains_key(header::AUTHORIZATION);
    if response.status() == StatusCode::UNAUTHORIZED && sent_token {
        let source = from.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string());
        match slow_down(&app, &source).await {
            Ok(None) => {}
            Ok(Some(fault)) | Err(fault) => response = fault.into_response(),
        }
    }
    let asked = language_asked_for(&headers);
    if let (Some(lang), Some(visit)) = (asked, response.extensions_mut().get_mut::<Visit>()) {
        visit.lang = lang;
    }
    let said = response.extensions().get::<Said>().cloned().or_else(|| Said::of(&response));
    if let Some(said) = said {
        let lang = asked.or_else(|| response.extensions().get::<Visit>().map(|visit| visit.lang));
        let mut answer = said.response(lang.unwrap_or_default());
        *answer.extensions_mut() = response.extensions().clone();
        // It is said already.
        answer.extensions_mut().remove::<Problem>();
        if let Some(allowed) = response.headers().get(header::ALLOW) {
            answer.headers_mut().insert(header::ALLOW, allowed.clone());
        }
        response = answer;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let way = if sent_token { "Bearer error=\"invalid_token\"" } else { "Bearer" };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(way));
    }
    response.headers_mut().remove(header::SET_COOKIE);
    response
}

/// Counts a wrong token by where it came from. A valid token is never held up by wrong ones, so that a forgotten script
/// behind the same proxy keeps nobody else out.
pub(crate) async fn slow_down(app: &AppState, source: &str) -> Result<Option<Fault>, Fault> {
    let (key, now) = (format!("api-token-from:{source}"), app.now());
    if let Some(until) = app.store.blocked_until(&key, now).await? {
        let seconds = until.micros().saturating_sub(now.micros()).unsigned_abs().div_ceil(1_000_000);
        return Ok(Some(Fault::too_many(seconds)));
    }
    app.store.note_failure(&key, now).await?;
    Ok(None)
}

/// What `Accept-Language` asks for; `None` when the caller has no wish and hears their own account's language.
fn language_asked_for(headers: &HeaderMap) -> Option<Lang> {
    headers.contains_key(header::ACCEPT_LANGUAGE).then(|| Visit::stranger(headers, API).lang)
}

/// Whoever calls, by a token. Handlers of the API take it in place of a [`Visit`].
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) Visit);

impl std::ops::Deref for Caller {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let mut visit = Visit::from_request_parts(parts, state).await?;
        if visit.api_token.is_none() {
            return Err(Problem::SignInFirst(None).into());
        }
        if let Some(lang) = language_asked_for(&parts.headers) {
            visit.lang = lang;
        }
        Ok(Self(visit))
    }
}
