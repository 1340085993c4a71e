//! What every answer carries and what every question must be addressed to.

use crate::AppState;
use crate::shell::problem::Problem;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use std::time::Instant;
use tracing::Instrument as _;

/// Nothing from elsewhere, nothing inline, nobody may frame us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                                       frame-ancestors 'none'";

const ALWAYS: [(&str, &str); 8] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    (
        "permissions-policy",
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), \
         usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
];

/// Adds the security headers; whatever has no caching rule of its own is kept by nobody.
pub(crate) async fn secure(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if app.is_https() {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses requests for other host names: a page elsewhere could point its own name at this server (DNS rebinding).
pub(crate) async fn for_this_host(State(app): State<AppState>, request: Request, next: Next) -> Response {
    if is_ours(&app, request.headers()) { next.run(request).await } else { Problem::WrongHost.into_response() }
}

fn is_ours(app: &AppState, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|value| value.to_str().ok()) else { return false };
    let Ok(authority) = host.parse::<Authority>() else { return false };
    is_loopback(authority.host()) || app.answers_to(host)
}

/// Whether a host name can only mean this very machine.
#[must_use]
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// One span per request, naming the pattern of the route: addresses may carry tokens, patterns never do.
/// A handler that panics answers 500 like any other failure.
pub(crate) async fn observe(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let pattern = request.extensions().get::<MatchedPath>().cloned();
    let route = pattern.as_ref().map_or("-", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", method = %request.method(), route);
    async {
        let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
            Ok(response) => response,
            Err(_) => Problem::internal("a handler panicked").into_response(),
        };
        tracing::debug!(status = response.status().as_u16(), "answered");
        app.meter.answered(pattern.as_ref().map(MatchedPath::as_str), response.status(), begun.elapsed());
        response
    }
    .instrument(span)
    .await
}
