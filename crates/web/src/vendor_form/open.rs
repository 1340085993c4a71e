//! Opening a link: its token moves from the address into a cookie, so that it stands in no history and no screenshot.

use super::page;
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::{VENDOR, VENDOR_PASS, Visit, with_cookie};
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::SameSite;
use hakutaku_model::vendor_request::Request;
use hakutaku_store::{Act, PinOutcome};

#[derive(Template)]
#[template(path = "vendor_form/ended.html")]
struct EndedPage {
    t: Words,
    page: Page,
    locked: bool,
}

#[derive(Template)]
#[template(path = "vendor_form/pin.html")]
struct PinPage {
    t: Words,
    page: Page,
    /// Who asks: a vendor of many facilities must know whose number is wanted.
    facility: String,
    wrong: Option<String>,
}

/// Exchanges the token for a cookie. A link that was answered still opens, to say so.
pub(super) async fn open(
    State(app): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let now = app.now();
    let Some(request) = app.store.vendor_link(&token).await? else { return say_ended(&visit, false) };
    if request.answered_at.is_none() && !request.is_open(now) {
        return say_ended(&visit, request.is_locked());
    }
    if request.is_open(now) {
        app.store.mark_vendor_link_opened(&Act::vendor(request.id, now), request.facility, request.id).await?;
    }
    // After the answer the link only says "sent"; a month is long enough for that.
    let until = if request.is_open(now) { request.expires_at } else { now.plus_seconds(30 * 86_400) };
    let seconds = (until.micros() - now.micros()) / 1_000_000;
    // Lax: a strict cookie would not come along when the link is opened from a mail.
    let cookie = app.cookie(VENDOR, &token, SameSite::Lax, Some(seconds.max(0)));
    let to = if request.has_pin { "/vendor-form/pin" } else { "/vendor-form" };
    Ok(with_cookie(Redirect::to(to).into_response(), cookie))
}

/// Asks for the PIN, where one is needed and was not given yet.
pub(super) async fn pin(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    match &visit.vendor {
        None => say_ended(&visit, false),
        Some(link) if link.unlocked => Ok(Redirect::to("/vendor-form").into_response()),
        Some(link) if link.request.is_locked() => say_ended(&visit, true),
        Some(link) => ask_pin(&app, &visit, &link.request, None).await,
    }
}

async fn ask_pin(app: &AppState, visit: &Visit, request: &Request, wrong: Option<String>) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = app.store.facility(request.facility).await?.profile.name;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = page("/vendor-form/pin", visit, t.k(Key("vform-pin-title")));
    Ok((status, html(&PinPage { t, page, facility, wrong })?).into_response())
}

/// Tries the PIN; after five wrong ones the link closes.
pub(super) async fn try_pin(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let Some(link) = &visit.vendor else { return say_ended(&visit, false) };
    let pin = ascii_digits(form.value("pin").trim());
    match app.store.try_vendor_pin(&link.token, &pin, app.now()).await? {
        PinOutcome::Right(pass) => {
            let cookie = app.cookie(VENDOR_PASS, &pass, SameSite::Lax, None);
            Ok(with_cookie(Redirect::to("/vendor-form").into_response(), cookie))
        }
        PinOutcome::Wrong(left) => {
            let wrong = visit.t().a("vform-pin-wrong", "left", left);
            ask_pin(&app, &visit, &link.request, Some(wrong)).await
        }
        PinOutcome::Closed => say_ended(&visit, link.request.answered_at.is_none()),
    }
}

/// Says kindly that a link has ended.
pub(super) async fn ended(visit: Visit) -> Result<Response, Problem> {
    say_ended(&visit, false)
}

fn say_ended(visit: &Visit, locked: bool) -> Result<Response, Problem> {
    let t = visit.t();
    let page = page("/vendor-form/ended", visit, t.k(Key("vform-ended-title")));
    Ok((StatusCode::GONE, html(&EndedPage { t, page, locked })?).into_response())
}

/// On a shared device: forgets the link here. What was saved stays with the link.
pub(super) async fn leave(State(app): State<AppState>) -> Response {
    let forget = |name| app.cookie(name, "", SameSite::Lax, Some(0));
    with_cookie(with_cookie(Redirect::to("/vendor-form/ended").into_response(), forget(VENDOR)), forget(VENDOR_PASS))
}
