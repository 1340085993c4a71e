//! The model hospital of `hakutaku serve --demo`: fictional, 240 beds, two years of answers, people of every role.
//!
//! Its content is the same everywhere and follows the calendar: "this year" is the fiscal year of the moment of
//! filling. Only ids, passwords and tokens are drawn anew for each installation.
//!
//! | module | what it holds |
//! |---|---|
//! | `hospital_it`, `executives`, `typology`, `small_facilities` | who answered what: tables |
//! | `vendors`, `systems`, `devices`, `contacts`, `equipment` | what the hospital has: tables, and the order they enter |
//! | `copies`, `sign_ins`, `clinic` | backups and restore tests, accounts and leavers, the clinic's few devices |
//! | `actions` | what is being mended, and the call test |
//! | `connections`, `matrix`, `requests`, `checklist` | its lines, who does what, what vendors were asked, the ministry's form |
//! | `drill` | last year's drill and what came of it |
//! | `plan` | the plan for outages, two versions and a print |
//! | `incident` | last winter's incident, closed, with what came of it |
//! | `region` | sensors at three places, what touched them, the cases that came of it, the clinic's consent |
//! | `training` | the list of staff and the courses of two years |
//! | `notices` | what the region's centre told its members |
//! | `conversations`, `evidence` | remarks, hand-overs, attached files |
//! | `cast`, `accounts` | facilities, people, how to sign in |
//! | `hospital`, `neighbours` | the order of events |
//! | `story`, `clock` | how the tables are read, believable moments |

mod accounts;
mod actions;
mod audits;
mod cast;
mod checklist;
mod clinic;
mod clock;
mod connections;
mod contacts;
mod conversations;
mod copies;
mod devices;
mod drill;
mod equipment;
mod error;
mod evidence;
mod executives;
mod hospital;
mod hospital_it;
mod incident;
mod matrix;
mod neighbours;
mod notices;
mod plan;
mod region;
mod requests;
mod sign_ins;
mod small_facilities;
mod story;
mod systems;
mod telling;
mod training;
mod typology;
mod vendors;

pub use accounts::Credential;
pub use error::DemoError;

use async_recursion::async_recursion as boxed;
use clock::Clock;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, Store};
use serde_json::Value;
use std::path::Path;
use telling::Telling;

/// The setting that says that an installation is a demo: `true` once it is filled.
pub const DEMO_SETTING: &str = "demo";
/// Set while the story is being told, so that a half-told one is never shown.
const FILLING_SETTING: &str = "demo.filling";
const SETUP_DONE_SETTING: &str = "setup.done";
const SETUP_TOKEN_SETTING: &str = "setup.token_hash";

/// Whether this installation shows the model hospital.
///
/// # Errors
/// When the store fails.
#[boxed]
pub async fn is_demo(store: &Store) -> Result<bool, DemoError> {
    Ok(store.setting(DEMO_SETTING).await? == Some(Value::Bool(true)))
}

/// How to sign in to the demo, one account per role, in the order of [`hakutaku_model::person::Role::ALL`].
///
/// # Errors
/// [`DemoError::NotADemo`] for any other installation; when the file with the credentials cannot be read.
#[boxed]
pub async fn credentials(store: &Store) -> Result<Vec<Credential>, DemoError> {
    if !is_demo(store).await? {
        return Err(DemoError::NotADemo { data: store.data().to_owned() });
    }
    accounts::kept(store.data())
}

/// The same from the data directory alone, whichever database the rows are in; nothing is opened or created.
///
/// # Errors
/// [`DemoError::NotADemo`] for any other directory; when the file with the credentials cannot be read.
pub fn credentials_in(data: &Path) -> Result<Vec<Credential>, DemoError> {
    if accounts::are_kept(data) { accounts::kept(data) } else { Err(DemoError::NotADemo { data: data.to_owned() }) }
}

/// Fills an empty installation with the model hospital. A demo is left as it is.
///
/// # Errors
/// [`DemoError::InUse`] for an installation with data of its own, [`DemoError::HalfFilled`] after an interruption;
/// when the store fails.
#[boxed]
pub async fn fill(store: &Store, catalogue: &Catalogue, now: Ts) -> Result<Vec<Credential>, DemoError> {
    if is_demo(store).await? {
        return accounts::kept(store.data());
    }
    let data = || store.data().to_owned();
    if store.setting(FILLING_SETTING).await?.is_some() {
        return Err(DemoError::HalfFilled { data: data() });
    }
    if store.is_set_up().await? || !store.facilities().await?.is_empty() || !store.people().await?.is_empty() {
        return Err(DemoError::InUse { data: data() });
    }
    hospital::fits(catalogue)?;
    neighbours::fits(catalogue)?;

    let drafts = accounts::draw().await?;
    let mut clock = Clock::new(now);
    let begun = Act::system(clock.last_year(5, 12, 9, 0));
    store.set_setting(&begun, FILLING_SETTING, &Value::Bool(true)).await?;
    let (cast, credentials) = cast::enter(store, &mut clock, &drafts).await?;
    accounts::keep(store.data(), &credentials)?;
    let set_up = Act::system(clock.later(5));
    store.set_setting(&set_up, SETUP_DONE_SETTING, &Value::Bool(true)).await?;
    if store.setting(SETUP_TOKEN_SETTING).await?.is_some() {
        store.clear_setting(&set_up, SETUP_TOKEN_SETTING).await?;
    }

    let mut telling = Telling { store, catalogue, clock, cast };
    let last_year = hospital::last_year(&mut telling).await?;
    let clinic_last_year = neighbours::last_year(&mut telling).await?;
    let firms = equipment::begin(&mut telling).await?;
    audits::last_autumn(&mut telling).await?;
    requests::last_year(&mut telling, &firms).await?;
    incident::last_winter(&mut telling).await?;
    let asked = requests::ask(&mut telling, &firms).await?;
    drill::last_year(&mut telling).await?;
    let this_year = hospital::this_year_begins(&mut telling, &last_year).await?;
    requests::answers(&mut telling, &firms, &asked).await?;
    neighbours::this_year(&mut telling, clinic_last_year).await?;
    requests::follow_up(&mut telling, &firms, &asked).await?;
    hospital::this_year_goes_on(&mut telling, &this_year).await?;
    equipment::enter(&mut telling, &firms).await?;
    audits::this_summer(&mut telling).await?;
    training::enter(&mut telling).await?;
    notices::enter(&mut telling).await?;
    region::this_morning(&mut telling).await?;

    let done = Act::system(telling.clock.later(1));
    store.set_setting(&done, DEMO_SETTING, &Value::Bool(true)).await?;
    store.clear_setting(&done, FILLING_SETTING).await?;
    store.sign_heads(done.at).await?;
    Ok(credentials)
}
