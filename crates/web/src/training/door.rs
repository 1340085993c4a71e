//! Opening and closing the code by which people take part on their telephones.

use super::session::{load, open_door};
use super::{base, departments};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::record::RecordId;
use hakutaku_model::seat::{Choices, Purpose, RoleChoice};
use hakutaku_model::text::Text;
use hakutaku_model::training::{SessionKind, StaffMember};
use hakutaku_store::read_code;

/// A meeting's code is open for half a day.
const MEETING_SECONDS: i64 = 12 * 60 * 60;
/// One that people use on their own, for sixty days; it can be opened again.
const OWN_TIME_SECONDS: i64 = 60 * 24 * 60 * 60;
/// The most departments to choose from at the door.
const MOST_CHOICES: usize = 60;

pub(super) async fn open(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    _form: Form,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let (session, _) = load(&app, &visit, id).await?;
    let to = format!("{}/sessions/{id}", base(facility));
    if open_door(&app, facility, id).await?.is_some() {
        return Ok(visit.done(&app, &to, Key("notice-saved")));
    }
    let staff = app.store.records::<StaffMember>(facility).await?;
    let mut roles: Vec<RoleChoice> = departments(&staff)
        .into_iter()
        .take(MOST_CHOICES)
        .map(|name| RoleChoice { key: name.chars().take(100).collect(), name: Text::new(name.clone(), name) })
        .collect();
    if !roles.is_empty() {
        roles.push(RoleChoice { key: "-".to_owned(), name: Text::new("そのほか", "Another") });
    }
    let seconds = match session.body.kind {
        SessionKind::Meeting => MEETING_SECONDS,
        SessionKind::OwnTime => OWN_TIME_SECONDS,
    };
    let choice = serde_json::to_value(Choices { roles })?;
    let opened = app
        .store
        .open_door(&visit.act(now), facility, Purpose::Course, id.0, &choice, now.plus_seconds(seconds))
        .await?;
    debug_assert_eq!(read_code(&opened.door.code), opened.door.code, "the code on the wall is the code that is read");
    Ok(visit.done(&app, &to, Key("notice-saved")))
}

/// Nobody takes part by the code any more; what was done stays.
pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    _form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    load(&app, &visit, id).await?;
    if let Some(door) = open_door(&app, facility, id).await? {
        app.store.close_door(&visit.act(app.now()), facility, door.id).await?;
    }
    Ok(visit.done(&app, &format!("{}/sessions/{id}", base(facility)), Key("notice-saved")))
}
