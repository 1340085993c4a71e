//! After the password: a code from the authenticator app, or a passkey.

use super::password_sign_in::Back;
use super::throttle::Attempt;
use super::{complete_session, go, onward, totp, with_back, with_session};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_store::PersonRow;

#[derive(Template)]
#[template(path = "sign_in/second_factor.html")]
struct SecondFactorPage {
    t: Words,
    page: Page,
    form: Form,
    back: String,
    has_totp: bool,
    has_passkey: bool,
}

/// The person whose password was right and whose second factor is missing.
async fn pending(app: &AppState, visit: &Visit) -> Result<Option<PersonRow>, Problem> {
    match &visit.session {
        Some(session) if !session.second_factor_done => Ok(Some(app.store.person(session.person).await?)),
        _ => Ok(None),
    }
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(Back { back }): Query<Back>,
) -> Result<Response, Problem> {
    match pending(&app, &visit).await? {
        None => Ok(go(&with_back("/sign-in", &back))),
        Some(person) => Ok(page(&app, &visit, &person, Form::default(), back).await?.into_response()),
    }
}

async fn page(
    app: &AppState,
    visit: &Visit,
    person: &PersonRow,
    form: Form,
    back: String,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let has_passkey = app.webauthn.is_some() && !app.store.passkeys_of(person.id).await?.is_empty();
    let page = visit.page(t.m("second-factor-title"));
    html(&SecondFactorPage { t, page, form, back, has_totp: person.has_totp, has_passkey })
}

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let back = form.value("back").to_owned();
    let Some(person) = pending(&app, &visit).await? else { return Ok(go(&with_back("/sign-in", &back))) };
    let code = form.value("code").to_owned();
    form.forget("code");
    let attempt = Attempt::on(&format!("code:{}", person.id), &visit);
    if attempt.minutes_to_wait(&app).await?.is_some() {
        form.fault("code", Key("second-factor-wait"));
        let page = page(&app, &visit, &person, form, back).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    if !totp::accepts(&app, person.id, &code).await? {
        attempt.failed(&app).await?;
        form.fault("code", Key("second-factor-wrong"));
        let page = page(&app, &visit, &person, form, back).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    attempt.succeeded(&app).await?;
    let session = complete_session(&app, &visit, person.id).await?;
    Ok(with_session(&app, go(onward(&back)), &session))
}
