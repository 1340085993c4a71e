//! The authenticator app: set up with a first code, taken off with the password.

use super::password::check_current;
use super::show;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::sign_in::totp::{self, Enrolment};
use crate::sign_in::{complete_session, with_session};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "account/totp.html")]
struct TotpPage {
    t: Words,
    page: Page,
    form: Form,
    enrolment: Enrolment,
    replaces: bool,
}

/// The secret offered in this session. A program with a token has no session and no phone.
fn offered(visit: &Visit) -> Result<Vec<u8>, Problem> {
    let session = visit.session.as_ref().ok_or(Problem::Forbidden)?;
    Ok(totp::offered(&session.csrf, session.person))
}

pub(crate) async fn show(visit: Visit) -> Result<Response, Problem> {
    page(&visit, Form::default())
}

fn page(visit: &Visit, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let person = visit.person()?;
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = TotpPage {
        t,
        page: visit.page(t.m("totp-title")).under("/account", t.m("account-title")),
        form,
        enrolment: totp::enrolment(&offered(visit)?, &person.username)?,
        replaces: person.has_totp,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let person = visit.person()?;
    let secret = offered(&visit)?;
    let Some(step) = totp::fits(&secret, form.value("code"), &app)? else {
        form.forget("code");
        form.fault("code", Key("totp-code-wrong"));
        return page(&visit, form);
    };
    app.store.set_totp_secret(&visit.act(app.now()), person.id, Some(&secret)).await?;
    app.store.record_totp_step(person.id, step).await?;
    let session = complete_session(&app, &visit, person.id).await?;
    Ok(with_session(&app, visit.done(&app, "/account", Key("notice-totp-on")), &session))
}

pub(crate) async fn remove(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    check_current(&app, &visit, &mut form, "totp_password").await?;
    if !form.is_right() {
        return show::page(&app, &visit, form, None).await;
    }
    app.store.set_totp_secret(&visit.act(app.now()), visit.person()?.id, None).await?;
    Ok(visit.done(&app, "/account", Key("notice-totp-off")))
}
