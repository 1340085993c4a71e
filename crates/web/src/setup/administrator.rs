//! Step 2: the administrator's name and password.

use super::{Progress, SetUp, Step, steps};
use crate::AppState;
use crate::people::account_form::username;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::sign_in::one_time_link::new_password;
use crate::sign_in::{begin_session, with_session};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::person::Role;
use hakutaku_store::{NewPerson, PersonRow, StoreError};

#[derive(Template)]
#[template(path = "setup/administrator.html")]
struct AdministratorPage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
    form: Form,
    /// The user name is fixed once the account exists.
    existing: Option<PersonRow>,
}

pub(super) async fn show(State(app): State<AppState>, setup: SetUp) -> Result<Response, Problem> {
    let existing = setup.administrator(&app).await?;
    let form = existing.as_ref().map_or_else(Form::default, |person| {
        Form::of([("display_name", person.display_name.clone()), ("username", person.username.clone())])
    });
    page(&setup, form, existing)
}

fn page(setup: &SetUp, form: Form, existing: Option<PersonRow>) -> Result<Response, Problem> {
    let t = setup.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = setup.page(&t.m("setup-administrator-title"));
    Ok((status, html(&AdministratorPage { t, page, steps: steps(t, 2), form, existing })?).into_response())
}

pub(super) async fn submit(State(app): State<AppState>, setup: SetUp, mut form: Form) -> Result<Response, Problem> {
    let existing = setup.administrator(&app).await?;
    let display_name = form.line("display_name", 60);
    let username = match &existing {
        Some(person) => person.username.clone(),
        None => username(&mut form),
    };
    let Some(password) = new_password(&mut form, &username) else { return page(&setup, form, existing) };
    let hash = app.passwords.hash(&password).await?;
    let act = setup.act(&app);
    let id = match existing {
        Some(person) => {
            app.store.set_display_name(&act, person.id, &display_name).await?;
            app.store.set_password(&act, person.id, &hash).await?;
            person.id
        }
        None => {
            let new = NewPerson { username, display_name, lang: setup.visit.lang, password_hash: Some(hash) };
            match app.store.create_person(&act, &new).await {
                Ok(person) => person.id,
                Err(StoreError::AlreadyExists(_)) => {
                    form.fault("username", Key("username-taken"));
                    return page(&setup, form, None);
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    app.store.grant(&act, id, None, Role::Administrator).await?;
    setup.keep(&app, &Progress { person: Some(id), ..setup.progress.clone() }).await?;
    let session = begin_session(&app, &setup.visit, id, false).await?;
    Ok(with_session(&app, Redirect::to("/setup/second-factor").into_response(), &session))
}
