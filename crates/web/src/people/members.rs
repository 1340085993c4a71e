//! Who has which role at a facility.

use super::account_form::{RoleOption, roles, username};
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
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, PersonId};
use hakutaku_model::person::Role;
use hakutaku_store::NewPerson;

struct Held {
    key: &'static str,
    title: String,
    /// Whether the visitor may take it away.
    removable: bool,
}

struct Line {
    id: String,
    name: String,
    username: String,
    disabled: bool,
    held: Vec<Held>,
    /// Roles that can still be given.
    others: Vec<(&'static str, String)>,
}

struct NewLink {
    name: String,
    url: String,
}

#[derive(Template)]
#[template(path = "people/members.html")]
struct MembersPage {
    t: Words,
    page: Page,
    form: Form,
    facility: String,
    lines: Vec<Line>,
    roles: Vec<RoleOption>,
    new_link: Option<NewLink>,
}

/// Whether the visitor runs the whole installation: only then may administrators be made or unmade.
fn is_administrator(visit: &Visit) -> bool {
    visit.may(Action::ManageInstallation)
}

pub(crate) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

async fn page(app: &AppState, visit: &Visit, form: Form, new_link: Option<NewLink>) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = visit.place()?.id;
    let by_administrator = is_administrator(visit);
    let giveable = |role: Role| by_administrator || role != Role::Administrator;
    let lines = app
        .store
        .members_of(facility)
        .await?
        .into_iter()
        .map(|member| Line {
            id: member.person.id.to_string(),
            name: member.person.display_name,
            username: member.person.username,
            disabled: member.person.disabled,
            others: Role::ALL
                .into_iter()
                .filter(|role| giveable(*role) && !member.roles.contains(role))
                .map(|role| (role.key(), role.title().get(t.lang).to_owned()))
                .collect(),
            held: member
                .roles
                .into_iter()
                .map(|role| Held {
                    key: role.key(),
                    title: role.title().get(t.lang).to_owned(),
                    removable: giveable(role),
                })
                .collect(),
        })
        .collect();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = MembersPage {
        t,
        page: visit.page(t.m("members-title")),
        facility: facility.to_string(),
        lines,
        roles: roles(t, &form, by_administrator),
        form,
        new_link,
    };
    Ok((status, html(&page)?).into_response())
}

/// The role of a form, if the visitor may give or take it.
fn role(visit: &Visit, form: &mut Form) -> Option<Role> {
    let by_administrator = is_administrator(visit);
    form.choice("role", |key| Role::from_key(key).filter(|role| by_administrator || *role != Role::Administrator))
}

/// Gives a role to somebody by user name; who has no account yet gets one, with a link to choose a password.
pub(crate) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let username = username(&mut form);
    let role = role(&visit, &mut form);
    let (Some(role), true) = (role, form.is_right()) else { return page(&app, &visit, form, None).await };
    let act = visit.act(app.now());
    if let Some(person) = app.store.person_by_username(&username).await? {
        app.store.grant(&act, person.id, Some(facility), role).await?;
        return Ok(visit.done(&app, &format!("/facilities/{facility}/people"), Key("notice-role-given")));
    }
    let display_name = form.line("display_name", 60);
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    let new = NewPerson { username, display_name, lang: visit.lang, password_hash: None };
    let person = app.store.create_person(&act, &new).await?;
    app.store.grant(&act, person.id, Some(facility), role).await?;
    let token = one_time_link::make(&app.store, &act, person.id, false).await?;
    let link = NewLink { name: person.display_name, url: app.link(&format!("/welcome/{token}")) };
    page(&app, &visit, Form::default(), Some(link)).await
}

/// Only people of this facility can be changed here: anybody else looks as if there were no such person.
async fn member(app: &AppState, facility: FacilityId, id: PersonId) -> Result<PersonId, Problem> {
    let members = app.store.members_of(facility).await?;
    members.into_iter().find(|member| member.person.id == id).map(|member| member.person.id).ok_or(Problem::NotFound)
}

pub(crate) async fn grant(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, PersonId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let id = member(&app, facility, id).await?;
    let role = role(&visit, &mut form).ok_or(Problem::Forbidden)?;
    app.store.grant(&visit.act(app.now()), id, Some(facility), role).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/people"), Key("notice-role-given")))
}

pub(crate) async fn revoke(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, PersonId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let id = member(&app, facility, id).await?;
    let role = role(&visit, &mut form).ok_or(Problem::Forbidden)?;
    app.store.revoke(&visit.act(app.now()), id, Some(facility), role).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/people"), Key("notice-role-taken")))
}
