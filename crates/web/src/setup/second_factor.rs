//! Step 2, second half: something besides the password, an authenticator app or a passkey.

use super::{SetUp, Step, steps};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::sign_in::passkeys::{self, Begun, Registered};
use crate::sign_in::totp::{self, Enrolment};
use crate::sign_in::{begin_session, complete_session, with_session};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_store::{PersonRow, SessionRow};

#[derive(Template)]
#[template(path = "setup/second_factor.html")]
struct SecondFactorPage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
    form: Form,
    enrolment: Enrolment,
    passkeys: bool,
    /// Set already: this step may be skipped or taken again.
    has_one: bool,
}

/// The administrator with a session in this browser.
async fn here(app: &AppState, setup: &SetUp) -> Result<Option<(PersonRow, SessionRow)>, Problem> {
    let Some(person) = setup.administrator(app).await? else { return Ok(None) };
    Ok(setup.visit.session.clone().filter(|session| session.person == person.id).map(|session| (person, session)))
}

/// Without a session (another browser, or hours later) the link alone begins a new one.
async fn come_in(app: &AppState, setup: &SetUp) -> Result<Response, Problem> {
    let Some(person) = setup.progress.person else { return Ok(Redirect::to("/setup/administrator").into_response()) };
    let session = begin_session(app, &setup.visit, person, false).await?;
    Ok(with_session(app, Redirect::to("/setup/second-factor").into_response(), &session))
}

pub(super) async fn show(State(app): State<AppState>, setup: SetUp) -> Result<Response, Problem> {
    match here(&app, &setup).await? {
        None => come_in(&app, &setup).await,
        Some((person, session)) => page(&app, &setup, &person, &session, Form::default()).await,
    }
}

async fn page(
    app: &AppState,
    setup: &SetUp,
    person: &PersonRow,
    session: &SessionRow,
    form: Form,
) -> Result<Response, Problem> {
    let t = setup.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SecondFactorPage {
        t,
        page: setup.page(&t.m("setup-second-factor-title")),
        steps: steps(t, 2),
        form,
        enrolment: totp::enrolment(&totp::offered(&session.csrf, person.id), &person.username)?,
        passkeys: app.webauthn.is_some(),
        has_one: person.has_totp || !app.store.passkeys_of(person.id).await?.is_empty(),
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn submit(State(app): State<AppState>, setup: SetUp, mut form: Form) -> Result<Response, Problem> {
    let Some((person, session)) = here(&app, &setup).await? else { return come_in(&app, &setup).await };
    let secret = totp::offered(&session.csrf, person.id);
    let Some(step) = totp::fits(&secret, form.value("code"), &app)? else {
        form.forget("code");
        form.fault("code", Key("totp-code-wrong"));
        return page(&app, &setup, &person, &session, form).await;
    };
    app.store.set_totp_secret(&setup.act(&app), person.id, Some(&secret)).await?;
    app.store.record_totp_step(person.id, step).await?;
    let session = complete_session(&app, &setup.visit, person.id).await?;
    Ok(with_session(&app, Redirect::to("/setup/facility").into_response(), &session))
}

pub(super) async fn start_passkey(State(app): State<AppState>, setup: SetUp) -> Result<Json<Begun>, Problem> {
    let (person, _) = here(&app, &setup).await?.ok_or(Problem::SignInFirst(None))?;
    Ok(Json(passkeys::begin_registration(&app, &person).await?))
}

pub(super) async fn finish_passkey(
    State(app): State<AppState>,
    setup: SetUp,
    Json(registered): Json<Registered>,
) -> Result<Response, Problem> {
    let (person, _) = here(&app, &setup).await?.ok_or(Problem::SignInFirst(None))?;
    passkeys::finish_registration(&app, &setup.visit, &person, &registered).await?;
    let session = complete_session(&app, &setup.visit, person.id).await?;
    Ok(with_session(&app, Json(serde_json::json!({ "done": true })).into_response(), &session))
}
