//! Setting the installation up: five steps behind a link that the server prints.
//!
//! What is done is done at once and kept on the server (the administrator, the facility), so that every step can be
//! taken again, left and come back to; the link works until the last step and never again.

mod administrator;
mod done;
mod facility;
mod language;
mod questionnaires;
mod second_factor;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::page::{Page, Visit};
use crate::shell::problem::Problem;
use crate::shell::random_token;
use crate::shell::visit::with_cookie;
use crate::shell::words::{Key, Words};
use axum::extract::{FromRequestParts, Query, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::{CookieJar, SameSite};
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, PersonId};
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, PersonRow, Store, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq as _;

const TOKEN_HASH: &str = "setup.token_hash";
const STATE: &str = "setup.state";
const DONE: &str = "setup.done";
const COOKIE: &str = "setup";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/setup", Action::Public, Scope::Public, open)
        .get("/setup/language", Action::Public, Scope::Public, language::show)
        .post("/setup/language", Action::Public, Scope::Public, language::submit)
        .get("/setup/administrator", Action::Public, Scope::Public, administrator::show)
        .post("/setup/administrator", Action::Public, Scope::Public, administrator::submit)
        .get("/setup/second-factor", Action::Public, Scope::Public, second_factor::show)
        .post("/setup/second-factor", Action::Public, Scope::Public, second_factor::submit)
        .post("/setup/passkey/start", Action::Public, Scope::Public, second_factor::start_passkey)
        .post("/setup/passkey/finish", Action::Public, Scope::Public, second_factor::finish_passkey)
        .get("/setup/facility", Action::Public, Scope::Public, facility::show)
        .post("/setup/facility", Action::Public, Scope::Public, facility::submit)
        .get("/setup/questionnaires", Action::Public, Scope::Public, questionnaires::show)
        .post("/setup/questionnaires", Action::Public, Scope::Public, questionnaires::submit)
        .get("/setup/done", Action::OwnAccount, Scope::Own, done::show)
}

/// Makes the one-time link token, voiding an older one. `None` when the installation is set up.
/// Print [`AppState::link`] of `/setup?token=…`.
///
/// # Errors
/// When the store fails.
pub async fn begin_setup(store: &Store, now: Ts) -> Result<Option<String>, StoreError> {
    if store.is_set_up().await? {
        return Ok(None);
    }
    let token = random_token();
    store.set_setting(&Act::system(now), TOKEN_HASH, &json!(Hash::of(token.as_bytes()))).await?;
    Ok(Some(token))
}

/// What was done so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Progress {
    person: Option<PersonId>,
    facility: Option<FacilityId>,
}

/// A visit by whoever holds the link.
struct SetUp {
    visit: Visit,
    progress: Progress,
}

impl FromRequestParts<AppState> for SetUp {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(&app.cookie_name(COOKIE)).map_or("", |cookie| cookie.value());
        check(app, token).await?;
        let progress = match app.store.setting(STATE).await? {
            Some(value) => serde_json::from_value(value)?,
            None => Progress::default(),
        };
        Ok(Self { visit, progress })
    }
}

impl SetUp {
    fn t(&self) -> Words {
        self.visit.t()
    }

    /// The frame of a step's page; the steps replace the navigation.
    fn page(&self, title: &str) -> Page {
        Page { nav: Vec::new(), places: Vec::new(), ..self.visit.page(title) }
    }

    async fn administrator(&self, app: &AppState) -> Result<Option<PersonRow>, Problem> {
        match self.progress.person {
            Some(id) => Ok(Some(app.store.person(id).await?)),
            None => Ok(None),
        }
    }

    /// By the administrator, once there is one.
    fn act(&self, app: &AppState) -> Act {
        match self.progress.person {
            Some(person) => Act::person(person, app.now()),
            None => Act::system(app.now()),
        }
    }

    async fn keep(&self, app: &AppState, progress: &Progress) -> Result<(), Problem> {
        Ok(app.store.set_setting(&self.act(app), STATE, &serde_json::to_value(progress)?).await?)
    }

    /// Where to go on: the first step not done.
    async fn next(&self, app: &AppState) -> Result<&'static str, Problem> {
        let Some(person) = self.administrator(app).await? else { return Ok("/setup/administrator") };
        let second = person.has_totp || !app.store.passkeys_of(person.id).await?.is_empty();
        Ok(match (second, self.progress.facility) {
            (false, _) => "/setup/second-factor",
            (true, None) => "/setup/facility",
            (true, Some(_)) => "/setup/questionnaires",
        })
    }
}

async fn check(app: &AppState, token: &str) -> Result<(), Problem> {
    let gone = Problem::Said(StatusCode::GONE, Key("setup-gone"));
    if app.store.is_set_up().await? {
        return Err(gone);
    }
    let Some(stored) = app.store.setting(TOKEN_HASH).await? else { return Err(gone) };
    let stored: Hash = serde_json::from_value(stored)?;
    if bool::from(stored.0.ct_eq(&Hash::of(token.as_bytes()).0)) { Ok(()) } else { Err(gone) }
}

#[derive(Debug, Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// Opens the printed link: the token moves from the address into a cookie.
async fn open(State(app): State<AppState>, Query(Link { token }): Query<Link>) -> Result<Response, Problem> {
    check(&app, &token).await?;
    let cookie = app.cookie(COOKIE, &token, SameSite::Strict, None);
    Ok(with_cookie(Redirect::to("/setup/language").into_response(), cookie))
}

/// One step as the list above the page shows it.
struct Step {
    title: String,
    here: bool,
    done: bool,
}

/// The five steps, `here` counted from 1.
fn steps(t: Words, here: usize) -> Vec<Step> {
    [
        Key("setup-step-language"),
        Key("setup-step-administrator"),
        Key("setup-step-facility"),
        Key("setup-step-questionnaires"),
        Key("setup-step-done"),
    ]
    .into_iter()
    .enumerate()
    .map(|(at, key)| Step { title: t.k(key), here: at + 1 == here, done: at + 1 < here })
    .collect()
}
