//! Signing out.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::{INVITATION, SESSION, Visit, with_cookie};
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;
use axum_extra::extract::cookie::SameSite;
use hakutaku_store::Act;

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    if let (Some(token), Some(session)) = (&visit.session_token, &visit.session) {
        app.store.end_session(&Act::person(session.person, app.now()), token).await?;
    }
    let response = visit.done(&app, "/sign-in", Key("notice-signed-out"));
    let response = with_cookie(response, app.cookie(SESSION, "", SameSite::Lax, Some(0)));
    Ok(with_cookie(response, app.cookie(INVITATION, "", SameSite::Lax, Some(0))))
}
