//! The account page with all its sections.

use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

struct PasskeyLine {
    id: String,
    name: String,
    added: String,
    used: Option<String>,
}

struct TokenLine {
    id: String,
    name: String,
    read_only: bool,
    until: Option<String>,
    used: Option<String>,
}

#[derive(Template)]
#[template(path = "account/account.html")]
struct AccountPage {
    t: Words,
    page: Page,
    form: Form,
    username: String,
    display_name: String,
    has_totp: bool,
    passkeys_possible: bool,
    passkeys: Vec<PasskeyLine>,
    tokens: Vec<TokenLine>,
    new_token: Option<String>,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

/// The page with a form's faults, or with a token just made.
pub(crate) async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    new_token: Option<String>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let person = visit.person()?;
    let now = app.now();
    let passkeys = app
        .store
        .passkeys_of(person.id)
        .await?
        .into_iter()
        .map(|row| PasskeyLine {
            id: row.id.to_string(),
            name: row.name,
            added: row.created_at.minute_in_japan(t.lang),
            used: row.last_used_at.map(|at| at.minute_in_japan(t.lang)),
        })
        .collect();
    let tokens = app
        .store
        .api_tokens_of(person.id)
        .await?
        .into_iter()
        .filter(|row| row.revoked_at.is_none() && row.expires_at.is_none_or(|until| until > now))
        .map(|row| TokenLine {
            id: row.id.to_string(),
            name: row.name,
            read_only: row.read_only,
            until: row.expires_at.map(|until| until.minute_in_japan(t.lang)),
            used: row.last_used_at.map(|at| at.minute_in_japan(t.lang)),
        })
        .collect();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AccountPage {
        t,
        page: visit.page(t.m("account-title")),
        form,
        username: person.username.clone(),
        display_name: person.display_name.clone(),
        has_totp: person.has_totp,
        passkeys_possible: app.webauthn.is_some(),
        passkeys,
        tokens,
        new_token,
    };
    Ok((status, html(&page)?).into_response())
}
