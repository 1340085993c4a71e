//! The door of TAXII: the API token as a bearer token, or as the password of HTTP Basic (section 1.5.9 asks servers for that).
//! Every refusal leaves as an error message of TAXII, whoever said it first.

use super::{BASE, Refusal};
use crate::AppState;
use crate::api::door::slow_down;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_exchange::taxii::{MEDIA_TYPE, accepts};
use std::net::SocketAddr;

/// Stands around every route under `/taxii2/`; everything else passes untouched.
pub(crate) async fn keep(State(app): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !path.starts_with(BASE) && path != "/taxii2" {
        return next.run(request).await;
    }
    // A browser sends its cookies by itself, also when another site makes it call: they count for nothing here.
    request.headers_mut().remove(header::COOKIE);
    let sent = request.headers().contains_key(header::AUTHORIZATION);
    if let Some(token) = basic_password(request.headers())
        && let Ok(bearer) = HeaderValue::from_str(&format!("Bearer {token}"))
    {
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
    }
    let accept = request.headers().get(header::ACCEPT).map(|value| value.to_str().unwrap_or("none").to_owned());
    if !accepts(accept.as_deref()) {
        return Refusal::new(StatusCode::NOT_ACCEPTABLE, format!("Answers are {MEDIA_TYPE}: accept that."))
            .into_response();
    }
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let mut response = next.run(request).await;
    if response.status() == StatusCode::UNAUTHORIZED && sent {
        let source = from.map_or_else(|| "unknown".to_owned(), |ip| ip.to_string());
        if !matches!(slow_down(&app, &source).await, Ok(None)) {
            return Refusal::new(StatusCode::TOO_MANY_REQUESTS, "Too many wrong tokens. Wait, and try again.")
                .into_response();
        }
    }
    let ours =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == MEDIA_TYPE.as_bytes());
    if (response.status().is_client_error() || response.status().is_server_error()) && !ours {
        let mut said = Refusal::new(response.status(), words(response.status())).into_response();
        // What the guard noted stays; the problem that a page would be made of does not.
        *said.extensions_mut() = response.extensions().clone();
        said.extensions_mut().remove::<crate::shell::problem::Problem>();
        response = said;
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let ways = HeaderValue::from_static("Basic realm=\"taxii\", charset=\"UTF-8\", Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, ways);
    }
    response.headers_mut().remove(header::SET_COOKIE);
    response
}

/// The password of HTTP Basic (RFC 7617) when it is an API token; the name is for people and counts for nothing.
fn basic_password(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok().filter(|value| value.len() < 1_000)?;
    let (scheme, coded) = value.split_once(' ')?;
    let plain = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(coded.trim()).ok())??;
    let (_, password) = std::str::from_utf8(&plain).ok()?.split_once(':')?;
    let is_token = password.starts_with("hkt_")
        && password.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    is_token.then(|| password.to_owned())
}

fn words(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "Send a token of the account page: as a bearer token, or as the password of HTTP Basic.",
        403 => "The role of the token's owner does not allow this.",
        404 => "There is nothing at this address, or you may not see it.",
        405 => "This address does not take this method.",
        413 => "That is more than is taken at once. Send it in pieces.",
        500.. => "Something went wrong here. Try again later.",
        _ => "The request cannot be answered.",
    }
}
