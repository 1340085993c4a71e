//! Drills: prepared, conducted and read by programs.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::drills::live::LiveDrill;
use crate::drills::options::{DrillOptions, SPEEDS};
use crate::drills::screens::stage_key;
use crate::drills::{Command, NewDrill, conduct, drills_of, entries_stream, find, find_own, make, may_read, scenarios};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::day;
use hakutaku_model::id::RoomId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A drill.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Drill)]
pub(crate) struct DrillJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// What people call it.
    title: String,
    /// Id of its scenario.
    scenario: String,
    /// The facility that conducts it.
    #[schema(format = "uuid")]
    conducted_by: String,
    /// The facilities that take part.
    facilities: Vec<String>,
    /// `waiting`, `running`, `held`, `ended`.
    stage: String,
    /// Where the drill's clock stands, in seconds.
    clock_seconds: i64,
    /// How many drill seconds pass in a second.
    speed: u32,
    /// How many entries its journal has.
    entries: usize,
    /// Whether its record is closed.
    closed: bool,
}

async fn json_of(app: &AppState, drill: &LiveDrill) -> Result<DrillJson, Fault> {
    let now = app.now();
    let (stage, clock, speed, entries) = drill
        .read(app, |state| (state.stage(), state.clock_at(now).seconds(), state.clock.speed, state.entries))
        .await?;
    Ok(DrillJson {
        id: drill.room.id.to_string(),
        title: drill.room.title.clone(),
        scenario: drill.setup.scenario.id.clone(),
        conducted_by: drill.room.facility.to_string(),
        facilities: drill.places().into_iter().map(|(id, _)| id.to_string()).collect(),
        stage: stage_key(stage).to_owned(),
        clock_seconds: clock,
        speed: if speed == 0 { drill.options.speed.max(1) } else { speed },
        entries,
        closed: drill.room.closed_at.is_some(),
    })
}

/// Names of the address.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    room: String,
}

impl Named {
    fn id(&self) -> Result<RoomId, Problem> {
        self.room.parse().map_err(|_| Problem::NotFound)
    }
}

/// The drills a facility conducts or takes part in
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills", operation_id = "listDrills", tag = "drills",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list", body = Page<DrillJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<DrillJson>>, Fault> {
    let mut drills = drills_of(&app, caller.place()?.id).await?;
    drills.sort_by_key(|drill| drill.room.id);
    let page = piece(drills, &asked, |drill| drill.room.id)?;
    let mut items = Vec::with_capacity(page.items.len());
    for drill in &page.items {
        items.push(json_of(&app, drill).await?);
    }
    Ok(Json(Page { items, next: page.next }))
}

/// What a drill is prepared with.
#[derive(ToSchema)]
#[schema(as = NewDrill, examples(json!({"title": "令和8年度 訓練", "scenario": "ransomware-60", "speed": 1})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct NewDrillJson {
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    title: String,
    /// Id of a scenario of the catalogue; or `own`.
    scenario: Option<String>,
    /// A scenario of one's own: the text of a `hakutaku-exercise/1` file.
    own: Option<String>,
    /// The day it is to be held.
    #[schema(format = "date")]
    day: Option<String>,
    /// How fast the clock runs: 1, 2, 5, 10, 15 or 20.
    speed: Option<u32>,
    /// Ids of the roles that are played; none: all.
    roles: Option<Vec<String>>,
}

/// Prepares a drill
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/drills", operation_id = "createDrill", tag = "drills",
    params(AtFacility), request_body = NewDrillJson,
    responses((status = 201, description = "Prepared; `Location` is set", body = DrillJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let (now, place) = (app.now(), caller.place()?.clone());
    let title = fields.must_line("title", 120);
    let (id, own) = (fields.text("scenario"), fields.text("own"));
    let scenario = match (&id, &own) {
        (Some(id), None) => {
            let found = app.catalogue.exercises.iter().find(|known| known.id == *id).cloned();
            if found.is_none() {
                fields.wrong("scenario", "このシナリオはありません。", "There is no such scenario.");
            }
            found
        }
        (None, Some(text)) => match scenarios::read_own(&app, caller.t(), text) {
            Ok(playable) => Some(playable.scenario),
            Err(unplayable) => {
                let sentence =
                    std::iter::once(unplayable.sentence).chain(unplayable.findings).collect::<Vec<_>>().join(" ");
                fields.wrong("own", &sentence, &sentence);
                None
            }
        },
        _ => {
            fields.wrong(
                "scenario",
                "scenario か own のどちらか一つを入れてください。",
                "Give either scenario or own.",
            );
            None
        }
    };
    let day = fields.text("day");
    let typed = day.as_deref().map(day::parse);
    if typed == Some(None) {
        fields.wrong("day", "日付ではありません。", "Is not a date.");
    }
    let speed = fields.number::<u32>("speed", 1..=20).unwrap_or(1);
    if !SPEEDS.contains(&speed) {
        fields.wrong("speed", "1、2、5、10、15、20のどれかです。", "Must be one of 1, 2, 5, 10, 15, 20.");
    }
    let roles = fields.texts("roles").unwrap_or_default();
    let known = |role: &String| scenario.as_ref().is_none_or(|scenario| scenario.role(role).is_some());
    if !roles.iter().all(known) {
        fields.wrong("roles", "シナリオにない役割があります。", "Names a role the scenario does not have.");
    }
    fields.finish()?;
    // Without a scenario something was wrong, and that was said above.
    let scenario = scenario.ok_or(Problem::NotFound)?;
    let options = DrillOptions { day: typed.flatten(), speed, roles };
    let new = NewDrill { title, scenario, options, places: vec![(place.id, place.name)] };
    let room = make(&app, &caller.act(now), place.id, new).await?;
    let drill = find_own(&app, place.id, room.id).await?;
    let location = super::location(&format!("/api/v1/facilities/{}/drills/{}", place.id, room.id));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(json_of(&app, &drill).await?)).into_response())
}

/// A drill and where its clock stands
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/{room}", operation_id = "showDrill", tag = "drills",
    params(AtFacility, ("room" = String, Path, format = "uuid", description = "The drill's id")),
    responses((status = 200, description = "The drill", body = DrillJson), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<Json<DrillJson>, Fault> {
    let drill = find(&app, caller.place()?.id, named.id()?).await?;
    Ok(Json(json_of(&app, &drill).await?))
}

/// The journal of a drill, as far as it is this facility's
///
/// Whoever conducts gets the whole as a `hakutaku-journal/1` file; a facility that only takes part gets its own entries
/// and the conductor's, in the same shape but with gaps where others wrote.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/{room}/journal", operation_id = "drillJournal", tag = "drills",
    params(AtFacility, ("room" = String, Path, format = "uuid", description = "The drill's id")),
    responses((status = 200, description = "The journal", body = Object), Refused, NotThere))]
pub(super) async fn journal(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let drill = find(&app, facility, named.id()?).await?;
    let mut file = app.store.journal_file(drill.room.facility, drill.room.id).await.map_err(Problem::from)?;
    file.entries.retain(|entry| may_read(&drill, facility, entry));
    Ok(Json(serde_json::to_value(file).map_err(Problem::from)?))
}

/// One thing the conductor does.
#[derive(ToSchema)]
#[schema(as = DrillCommand, examples(json!({"do": "fire", "inject": "note-on-screens"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct CommandJson {
    /// `start`, `hold`, `resume`, `speed`, `fire`, `skip`, `improvise`, `choose`, `jump`, `end`.
    #[schema(rename = "do")]
    r#do: String,
    /// For `fire`, `skip`, `choose`: the inject.
    inject: Option<String>,
    /// For `choose`: the option.
    option: Option<String>,
    /// For `fire`, `skip`, `improvise`, `choose` where several facilities take part: for which.
    facility: Option<String>,
    /// For `improvise`: ids of roles, or `all`.
    to: Option<Vec<String>>,
    /// For `improvise`: what they are told.
    text: Option<String>,
    /// For `jump`: the minute, such as `12:30`.
    minute: Option<String>,
    /// For `start` and `speed`.
    speed: Option<u32>,
}

/// Conducts: one command
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/drills/{room}/commands", operation_id = "conductDrill", tag = "drills",
    params(AtFacility, ("room" = String, Path, format = "uuid", description = "The drill's id")),
    request_body = CommandJson,
    responses((status = 200, description = "Done; the drill as it stands now", body = DrillJson),
        (status = 409, description = "It cannot be done at this moment of the drill",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn command(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
    mut fields: Fields,
) -> Result<Json<DrillJson>, Fault> {
    let drill = find_own(&app, caller.place()?.id, named.id()?).await?;
    let mut values: Vec<(&str, String)> = vec![("do", fields.must_line("do", 20))];
    for name in ["inject", "option", "facility", "minute"] {
        values.extend(fields.line(name, 80).map(|value| (name, value)));
    }
    values.extend(fields.text("text").map(|text| ("text", text)));
    values.extend(fields.number::<u32>("speed", 1..=120).map(|speed| ("speed", speed.to_string())));
    values.extend(fields.texts("to").unwrap_or_default().into_iter().map(|role| ("to", role)));
    fields.finish()?;
    conduct(&app, &caller, &drill, Command::of(&Form::of(values))?, None).await?;
    Ok(Json(json_of(&app, &drill).await?))
}

/// The entries of a drill as they are written: server-sent events
///
/// Each event `entry` holds one entry as JSON; its id is its place in the journal. With `Last-Event-ID` only later ones
/// are sent, those that are there already included.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/drills/{room}/events", operation_id = "drillEvents", tag = "drills",
    params(AtFacility, ("room" = String, Path, format = "uuid", description = "The drill's id")),
    responses((status = 200, description = "Events without end", body = String, content_type = "text/event-stream"),
        Refused, NotThere))]
pub(super) async fn events(
    State(app): State<AppState>,
    caller: Caller,
    Path(named): Path<Named>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let drill = find(&app, facility, named.id()?).await?;
    Ok(entries_stream(&app, drill, facility, &headers).await?)
}
