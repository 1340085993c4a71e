//! The sign-in page: user name and password, or straight to a passkey.

use super::throttle::Attempt;
use super::{begin_session, go, onward, with_back, with_session};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::journal::Chain;
use hakutaku_store::{Act, PersonRow};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The page to come back to.
#[derive(Debug, Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    pub(crate) back: String,
}

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignInPage {
    t: Words,
    page: Page,
    form: Form,
    back: String,
    wrong: Option<String>,
    set_up: bool,
    passkeys: bool,
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(Back { back }): Query<Back>,
) -> Result<Response, Problem> {
    if visit.person.is_some() {
        return Ok(go(onward(&back)));
    }
    Ok(page(&app, &visit, Form::default(), back, None).await?.into_response())
}

async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    back: String,
    wrong: Option<String>,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    html(&SignInPage {
        t,
        page: visit.page(t.m("sign-in-title")),
        form,
        back,
        wrong,
        set_up: app.store.is_set_up().await?,
        passkeys: app.webauthn.is_some(),
    })
}

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let username = form.value("username").trim().to_owned();
    let password = form.value("password").to_owned();
    let back = form.value("back").to_owned();
    form.forget("password");

    let attempt = Attempt::on(&format!("password:{}", username.to_lowercase()), &visit);
    if let Some(minutes) = attempt.minutes_to_wait(&app).await? {
        let wrong = t.a("sign-in-wait", "minutes", minutes);
        let page = page(&app, &visit, form, back, Some(wrong)).await?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, page).into_response());
    }
    let person = app.store.person_by_username(&username).await?.filter(|person| !person.disabled);
    let hash = person.as_ref().and_then(|person| person.password_hash.as_deref());
    let right = app.passwords.verify(&password, hash).await?;
    let Some(person) = person.as_ref().filter(|_| right) else {
        attempt.failed(&app).await?;
        note_refusal(&app, person);
        let page = page(&app, &visit, form, back, Some(t.m("sign-in-wrong"))).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    attempt.succeeded(&app).await?;
    let second = person.has_totp || !app.store.passkeys_of(person.id).await?.is_empty();
    let session = begin_session(&app, &visit, person.id, !second).await?;
    let to = if second { with_back("/sign-in/second-factor", &back) } else { onward(&back).to_owned() };
    Ok(with_session(&app, go(&to), &session))
}

/// Enters the refusal in the log, without keeping the visitor waiting: a known name must not answer slower.
fn note_refusal(app: &AppState, person: Option<PersonRow>) {
    let Some(person) = person else { return };
    let app = app.clone();
    tokio::spawn(async move {
        let object = format!("person:{}", person.id);
        let act = Act::system(app.now());
        if let Err(error) =
            app.store.record(&act, Chain::Installation, "session.refuse", &object, BTreeMap::new()).await
        {
            tracing::error!(%error, "a refused sign-in could not be logged");
        }
    });
}
