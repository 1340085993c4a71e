//! Coming in: the code, then name and role, then the seat's token in a cookie.

use super::inside;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::{SEAT, Visit, with_cookie};
use crate::shell::words::{Key, Words};
use crate::sign_in::throttle::Attempt;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::SameSite;
use hakutaku_model::seat::{Choices, Door, Purpose};
use hakutaku_store::read_code;

#[derive(Template)]
#[template(path = "doors/code.html")]
struct CodePage {
    t: Words,
    page: Page,
    code: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "doors/enter.html")]
struct EnterPage {
    t: Words,
    page: Page,
    form: Form,
    lead: String,
    key: String,
    roles: Vec<(String, String)>,
    /// What the choices are: roles, or departments where a course is read.
    choice: String,
}

#[derive(Template)]
#[template(path = "doors/ended.html")]
struct EndedPage {
    t: Words,
    page: Page,
}

pub(super) async fn ask_code(visit: Visit) -> Result<Response, Problem> {
    code_page(&visit, StatusCode::OK, String::new(), None)
}

fn code_page(visit: &Visit, status: StatusCode, code: String, wrong: Option<Key>) -> Result<Response, Problem> {
    let t = visit.t();
    let page = visit.page(t.m("door-join-title"));
    Ok((status, html(&CodePage { t, page, code, wrong: wrong.map(|key| t.k(key)) })?).into_response())
}

pub(super) async fn try_code(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let typed = form.value("code").to_owned();
    match find(&app, &visit, &typed).await? {
        Found::Door(_) => Ok(Redirect::to(&format!("/join/{}", read_code(&typed))).into_response()),
        Found::None => code_page(&visit, StatusCode::UNPROCESSABLE_ENTITY, typed, Some(Key("door-code-wrong"))),
        Found::Wait => code_page(&visit, StatusCode::TOO_MANY_REQUESTS, typed, Some(Key("door-wait"))),
    }
}

enum Found {
    Door(Door),
    None,
    Wait,
}

/// The door of a token, or of a short code. What is confidential is never opened by a short code.
async fn find(app: &AppState, visit: &Visit, key: &str) -> Result<Found, Problem> {
    let now = app.now();
    if key.starts_with("hkd_") {
        return Ok(app.store.door_of_token(key, now).await?.map_or(Found::None, Found::Door));
    }
    // All guesses count together: there is no name that could be guessed one by one.
    let attempt = Attempt::on(&format!("door:{}", visit.peer.map_or_else(String::new, |ip| ip.to_string())), visit);
    if attempt.minutes_to_wait(app).await?.is_some() {
        return Ok(Found::Wait);
    }
    let door = app.store.door_of_code(key, now).await?.filter(|door| door.purpose != Purpose::AuditRoom);
    match door {
        Some(door) => Ok(Found::Door(door)),
        None => {
            attempt.failed(app).await?;
            Ok(Found::None)
        }
    }
}

pub(super) async fn ask_name(
    State(app): State<AppState>,
    visit: Visit,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let now = app.now();
    match find(&app, &visit, &key).await? {
        // A phone that slept, or a link opened twice, comes back to its seat.
        Found::Door(door) if visit.seat.as_ref().is_some_and(|(_, own)| own.id == door.id && own.is_open(now)) => {
            Ok(Redirect::to(inside(door.purpose)).into_response())
        }
        Found::Door(door) => enter_page(&app, &visit, StatusCode::OK, &door, key, Form::default()).await,
        Found::None => ended(&visit),
        Found::Wait => code_page(&visit, StatusCode::TOO_MANY_REQUESTS, key, Some(Key("door-wait"))),
    }
}

async fn enter_page(
    app: &AppState,
    visit: &Visit,
    status: StatusCode,
    door: &Door,
    key: String,
    form: Form,
) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = app.store.facility(door.facility).await?.profile.name;
    let purpose = t.k(match door.purpose {
        Purpose::Drill => Key("door-purpose-drill"),
        Purpose::Incident => Key("door-purpose-incident"),
        Purpose::AuditRoom => Key("door-purpose-audit-room"),
        Purpose::Course => Key("door-purpose-course"),
    });
    let course = door.purpose == Purpose::Course;
    let roles = Choices::of(door).roles.into_iter().map(|role| (role.name.get(t.lang).to_owned(), role.key));
    let roles: Vec<(String, String)> = roles.map(|(name, key)| (key, name)).collect();
    let lead = match roles.is_empty() {
        true => t.a2("door-enter-lead-name", "facility", facility, "purpose", purpose),
        false if course => t.a2("door-enter-lead-department", "facility", facility, "purpose", purpose),
        false => t.a2("door-enter-lead", "facility", facility, "purpose", purpose),
    };
    let choice = if course { t.m("door-department") } else { t.m("door-role") };
    let page = visit.page(t.m("door-join-title"));
    Ok((status, html(&EnterPage { t, page, form, lead, key, roles, choice })?).into_response())
}

pub(super) async fn sit_down(
    State(app): State<AppState>,
    visit: Visit,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response, Problem> {
    let door = match find(&app, &visit, &key).await? {
        Found::Door(door) => door,
        Found::None => return ended(&visit),
        Found::Wait => return code_page(&visit, StatusCode::TOO_MANY_REQUESTS, key, Some(Key("door-wait"))),
    };
    let name = form.value("name").trim().to_owned();
    let role = form.value("role").to_owned();
    let roles = Choices::of(&door).roles;
    if name.is_empty() || name.chars().count() > 100 {
        form.fault("name", Key("door-name-needed"));
    }
    if !roles.is_empty() && !roles.iter().any(|choice| choice.key == role) {
        form.fault("role", Key("door-role-needed"));
    }
    if !form.is_right() {
        return enter_page(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, &door, key, form).await;
    }
    let role = if roles.is_empty() { String::new() } else { role };
    let now = app.now();
    let issued = app.store.take_seat(&door, &name, &role, now).await?;
    let seconds = (door.expires_at.micros() - now.micros()) / 1_000_000;
    // Lax: a strict cookie would not come along when the link is opened from a message.
    let cookie = app.cookie(SEAT, &issued.token, SameSite::Lax, Some(seconds.max(0)));
    Ok(with_cookie(Redirect::to(inside(door.purpose)).into_response(), cookie))
}

fn ended(visit: &Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let page = visit.page(t.m("door-ended-title"));
    Ok((StatusCode::GONE, html(&EndedPage { t, page })?).into_response())
}

/// On a shared device: forgets the seat here. What was written stays.
pub(super) async fn leave(State(app): State<AppState>) -> Response {
    with_cookie(Redirect::to("/join").into_response(), app.cookie(SEAT, "", SameSite::Lax, Some(0)))
}
