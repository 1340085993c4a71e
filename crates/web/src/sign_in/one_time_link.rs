//! A link by which a person chooses a password: for a new account, or when the old way in is lost.
//!
//! The link works once and for a week. Only the hash of its token is kept.

use super::passwords;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::random_token;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::PersonId;
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, PersonRow, Store, StoreError};
use serde::{Deserialize, Serialize};

/// How long a link works: a week.
const SECONDS: i64 = 7 * 24 * 60 * 60;

/// What is kept about a link.
#[derive(Debug, Serialize, Deserialize)]
struct Link {
    person: PersonId,
    until: Ts,
    /// Whether the second factor is taken off too: the phone or key is lost.
    afresh: bool,
}

/// What the settings of links begin with.
const PREFIX: &str = "one_time_link.";

fn setting(token: &str) -> String {
    format!("{PREFIX}{}", Hash::of(token.as_bytes()))
}

/// Makes a link for a person; the answer goes behind `/welcome/`.
pub(crate) async fn make(store: &Store, act: &Act, person: PersonId, afresh: bool) -> Result<String, StoreError> {
    let token = random_token();
    let link = Link { person, until: act.at.plus_seconds(SECONDS), afresh };
    let value = serde_json::to_value(&link).map_err(|error| StoreError::Invalid(error.to_string()))?;
    store.set_setting(act, &setting(&token), &value).await?;
    Ok(token)
}

/// For `hakutaku recover NAME`: a path by which this person chooses a new password and second factor. Whoever may run
/// the command owns the machine. `None` when there is no such person.
///
/// # Errors
/// When the store fails.
pub async fn begin_recovery(store: &Store, username: &str, now: Ts) -> Result<Option<String>, StoreError> {
    let Some(person) = store.person_by_username(username).await? else { return Ok(None) };
    let token = make(store, &Act::system(now), person.id, true).await?;
    Ok(Some(format!("/welcome/{token}")))
}

/// Removes the links that ended unused; for a periodic job. Says how many.
///
/// # Errors
/// When the store fails.
pub async fn remove_expired_links(store: &Store, now: Ts) -> Result<u64, StoreError> {
    let mut removed = 0;
    for (key, value) in store.settings_beginning(PREFIX).await? {
        // One that cannot be read opens nothing either.
        if serde_json::from_value(value).is_ok_and(|link: Link| now <= link.until) {
            continue;
        }
        store.clear_setting(&Act::system(now), &key).await?;
        removed += 1;
    }
    Ok(removed)
}

#[derive(Template)]
#[template(path = "sign_in/welcome.html")]
struct WelcomePage {
    t: Words,
    page: Page,
    form: Form,
    username: String,
}

async fn find(app: &AppState, token: &str) -> Result<(Link, PersonRow), Problem> {
    let gone = || Problem::Said(StatusCode::GONE, Key("welcome-gone"));
    let value = app.store.setting(&setting(token)).await?.ok_or_else(gone)?;
    let link: Link = serde_json::from_value(value)?;
    if link.until < app.now() {
        return Err(gone());
    }
    let person = app.store.person(link.person).await?;
    if person.disabled { Err(gone()) } else { Ok((link, person)) }
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, Problem> {
    let (_, person) = find(&app, &token).await?;
    page(&visit, &person, Form::default())
}

fn page(visit: &Visit, person: &PersonRow, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let page = visit.page(t.a("welcome-title", "name", &person.display_name));
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, html(&WelcomePage { t, page, form, username: person.username.clone() })?).into_response())
}

pub(crate) async fn submit(
    State(app): State<AppState>,
    visit: Visit,
    Path(token): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (link, person) = find(&app, &token).await?;
    let Some(password) = new_password(&mut form, &person.username) else { return page(&visit, &person, form) };
    let hash = app.passwords.hash(&password).await?;
    let act = Act::person(person.id, app.now());
    // First void, then used: a link can lose its effect, but never work twice.
    app.store.clear_setting(&act, &setting(&token)).await?;
    app.store.set_password(&act, person.id, &hash).await?;
    app.store.clear_failures(&format!("password:{}", person.username.to_lowercase())).await?;
    if link.afresh {
        app.store.set_totp_secret(&act, person.id, None).await?;
        for passkey in app.store.passkeys_of(person.id).await? {
            app.store.remove_passkey(&act, person.id, passkey.id).await?;
        }
    }
    Ok(visit.done(&app, "/sign-in", Key("notice-password-set")))
}

/// The new password of a form with the fields `password` and `repeat`; says at the fields what is wrong.
pub(crate) fn new_password(form: &mut Form, username: &str) -> Option<String> {
    let password = form.value("password").to_owned();
    let repeat = form.value("repeat").to_owned();
    form.forget("password");
    form.forget("repeat");
    if let Some(key) = passwords::refusal(&password, username) {
        form.fault("password", key);
    } else if password != repeat {
        form.fault("repeat", Key("password-repeat-differs"));
    }
    form.is_right().then_some(password)
}
