//! Opening a link: its token moves from the address into a cookie, so that it stands in no history and no screenshot.

use crate::AppState;
use crate::answering::seen_at;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::{INVITATION, Visit, with_cookie};
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::SameSite;
use hakutaku_store::Act;

#[derive(Template)]
#[template(path = "invitations/ended.html")]
struct EndedPage {
    t: Words,
    page: Page,
}

/// Exchanges the token for a cookie.
pub(crate) async fn open(
    State(app): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let now = app.now();
    let Some(row) = app.store.invitation(&token, now).await? else { return say_ended(&visit) };
    app.store.mark_invitation_used(&Act::invitation(row.id, now), row.facility, row.id).await?;
    let seconds = (row.expires_at.micros() - now.micros()) / 1_000_000;
    // Lax: a strict cookie would not come along when the link is opened from a mail.
    let cookie = app.cookie(INVITATION, &token, SameSite::Lax, Some(seconds.max(0)));
    Ok(with_cookie(Redirect::to("/guest").into_response(), cookie))
}

/// Says kindly that a link has ended.
pub(crate) async fn ended(visit: Visit) -> Result<Response, Problem> {
    say_ended(&visit)
}

fn say_ended(visit: &Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let page = html(&EndedPage { t, page: seen_at("/guest/ended", visit.page(t.k(Key("guest-ended-title")))) })?;
    Ok((StatusCode::GONE, page).into_response())
}

/// On a shared device: forgets the link here.
pub(crate) async fn leave(State(app): State<AppState>) -> Response {
    let cookie = app.cookie(INVITATION, "", SameSite::Lax, Some(0));
    with_cookie(Redirect::to("/guest/ended").into_response(), cookie)
}
