//! All accounts of the installation: for its administrators.

use super::account_form::username;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use crate::sign_in::one_time_link;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::PersonId;
use hakutaku_model::person::Role;
use hakutaku_store::{NewPerson, PersonRow, StoreError};

struct Line {
    id: String,
    name: String,
    username: String,
    roles: Vec<String>,
    second_factor: bool,
    has_password: bool,
    disabled: bool,
    is_me: bool,
    /// Staff of the centre: a supporter of no one facility.
    at_centre: bool,
}

/// A link just made, shown once.
struct NewLink {
    name: String,
    url: String,
}

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct AccountsPage {
    t: Words,
    page: Page,
    form: Form,
    lines: Vec<Line>,
    new_link: Option<NewLink>,
}

pub(crate) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

async fn page(app: &AppState, visit: &Visit, form: Form, new_link: Option<NewLink>) -> Result<Response, Problem> {
    let t = visit.t();
    let me = visit.person()?.id;
    let mut lines = Vec::new();
    for person in app.store.people().await? {
        lines.push(line(app, t, me, person).await?);
    }
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AccountsPage { t, page: visit.page(t.m("accounts-title")), form, lines, new_link };
    Ok((status, html(&page)?).into_response())
}

async fn line(app: &AppState, t: Words, me: PersonId, person: PersonRow) -> Result<Line, Problem> {
    let mut roles = Vec::new();
    let mut at_centre = false;
    for (place, role) in app.store.memberships_of(person.id).await? {
        let is_supporter = role == Role::RegionalSupporter;
        let title = role.title();
        let role = title.get(t.lang);
        roles.push(match place {
            None if is_supporter => {
                at_centre = true;
                t.m("accounts-role-centre")
            }
            None => t.a("accounts-role-everywhere", "role", role),
            Some(place) => {
                t.a2("accounts-role-at", "role", role, "facility", app.store.facility(place).await?.profile.name)
            }
        });
    }
    let second_factor = person.has_totp || !app.store.passkeys_of(person.id).await?.is_empty();
    Ok(Line {
        id: person.id.to_string(),
        is_me: person.id == me,
        at_centre,
        name: person.display_name,
        username: person.username,
        roles,
        second_factor,
        has_password: person.password_hash.is_some(),
        disabled: person.disabled,
    })
}

/// Adds an account; with the box ticked, an administrator of everything.
pub(crate) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let username = username(&mut form);
    let display_name = form.line("display_name", 60);
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    let act = visit.act(app.now());
    let new = NewPerson { username, display_name, lang: visit.lang, password_hash: None };
    let person = match app.store.create_person(&act, &new).await {
        Ok(person) => person,
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("username", Key("username-taken"));
            return page(&app, &visit, form, None).await;
        }
        Err(error) => return Err(error.into()),
    };
    if form.has("administrator", "yes") {
        app.store.grant(&act, person.id, None, Role::Administrator).await?;
    }
    let link = link_for(&app, &visit, &person, false).await?;
    page(&app, &visit, Form::default(), Some(link)).await
}

async fn link_for(app: &AppState, visit: &Visit, person: &PersonRow, afresh: bool) -> Result<NewLink, Problem> {
    let token = one_time_link::make(&app.store, &visit.act(app.now()), person.id, afresh).await?;
    Ok(NewLink { name: person.display_name.clone(), url: app.link(&format!("/welcome/{token}")) })
}

/// For somebody who lost the way in: a new link, which also takes the lost second factor off.
pub(crate) async fn new_link(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Result<Response, Problem> {
    let person = app.store.person(id).await?;
    let link = link_for(&app, &visit, &person, person.password_hash.is_some()).await?;
    page(&app, &visit, Form::default(), Some(link)).await
}

pub(crate) async fn bar(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Result<Response, Problem> {
    if visit.person()?.id == id {
        return Err(Problem::unprocessable(Key("accounts-not-oneself")));
    }
    app.store.set_disabled(&visit.act(app.now()), id, true).await?;
    Ok(visit.done(&app, "/people", Key("notice-person-barred")))
}

pub(crate) async fn let_in(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Result<Response, Problem> {
    app.store.set_disabled(&visit.act(app.now()), id, false).await?;
    Ok(visit.done(&app, "/people", Key("notice-person-let-in")))
}

/// Makes somebody staff of the centre that watches over the region.
pub(crate) async fn join_centre(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Result<Response, Problem> {
    app.store.grant(&visit.act(app.now()), id, None, Role::RegionalSupporter).await?;
    Ok(visit.done(&app, "/people", Key("notice-role-given")))
}

/// Ends that.
pub(crate) async fn leave_centre(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PersonId>,
) -> Result<Response, Problem> {
    app.store.revoke(&visit.act(app.now()), id, None, Role::RegionalSupporter).await?;
    Ok(visit.done(&app, "/people", Key("notice-role-taken")))
}
