//! Signing in and out: password with a second factor, or a passkey alone.

pub(crate) mod one_time_link;
mod passkey_sign_in;
pub(crate) mod passkeys;
mod password_sign_in;
pub(crate) mod passwords;
mod second_factor;
mod sign_out;
pub(crate) mod throttle;
pub(crate) mod totp;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::{SESSION, Visit, is_local_path, with_cookie};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::SameSite;
use hakutaku_model::access::Action;
use hakutaku_model::id::PersonId;
use hakutaku_store::{Act, IssuedSession};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/sign-in", Action::Public, Scope::Public, password_sign_in::show)
        .post("/sign-in", Action::Public, Scope::Public, password_sign_in::submit)
        .get("/sign-in/second-factor", Action::Public, Scope::Public, second_factor::show)
        .post("/sign-in/second-factor", Action::Public, Scope::Public, second_factor::submit)
        .post("/sign-in/passkey/start", Action::Public, Scope::Public, passkey_sign_in::start)
        .post("/sign-in/passkey/finish", Action::Public, Scope::Public, passkey_sign_in::finish)
        .post("/sign-out", Action::Public, Scope::Public, sign_out::submit)
        .get("/welcome/{token}", Action::Public, Scope::Public, one_time_link::show)
        .post("/welcome/{token}", Action::Public, Scope::Public, one_time_link::submit)
}

/// Begins a session in place of whatever the browser had, under a token nobody has seen before.
pub(crate) async fn begin_session(
    app: &AppState,
    visit: &Visit,
    person: PersonId,
    complete: bool,
) -> Result<IssuedSession, Problem> {
    let act = Act::person(person, app.now());
    if let Some(old) = &visit.session_token {
        app.store.end_session(&act, old).await?;
    }
    Ok(app.store.create_session(&act, person, complete).await?)
}

/// Completes the session after its second factor, under a new token.
pub(crate) async fn complete_session(
    app: &AppState,
    visit: &Visit,
    person: PersonId,
) -> Result<IssuedSession, Problem> {
    match (&visit.session_token, &visit.session) {
        (Some(token), Some(session)) if session.person == person => {
            Ok(app.store.rotate_session(&Act::person(person, app.now()), token, true).await?)
        }
        _ => begin_session(app, visit, person, true).await,
    }
}

/// Hands the session to the browser.
pub(crate) fn with_session(app: &AppState, response: Response, session: &IssuedSession) -> Response {
    with_cookie(response, app.cookie(SESSION, &session.token, SameSite::Lax, None))
}

/// On to where the visitor wanted to go.
fn onward(back: &str) -> &str {
    if is_local_path(back) { back } else { "/" }
}

fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}

/// An address with the page to come back to.
fn with_back(path: &str, back: &str) -> String {
    if onward(back) == "/" {
        return path.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("back", back).finish();
    format!("{path}?{query}")
}
