//! A drill's own page: doors, who came, the course, the end of the record.

use super::list::day_of;
use super::words::{role_title, stage_words};
use super::{base_of, find, find_own};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::exercise::{DrillReport, OBSERVER, Stage};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::seat::{Choices, Purpose, RoleChoice};
use hakutaku_model::text::Text;
use hakutaku_model::time::date_words;
use serde_json::json;

/// A door stays open for half a day, unless somebody closes it before.
const OPEN_SECONDS: i64 = 12 * 60 * 60;

struct DoorLine {
    id: String,
    facility: String,
    code: Option<String>,
    until: String,
}

struct SeatLine {
    name: String,
    role: String,
    facility: Option<String>,
}

struct CourseLine {
    minute: String,
    who: String,
    role: String,
    what: String,
}

#[derive(Template)]
#[template(path = "drills/room.html")]
struct RoomPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    stage: String,
    live: bool,
    lead: String,
    conducts: bool,
    may_conduct: bool,
    closed: bool,
    ended: bool,
    doors: Vec<DoorLine>,
    seats: Vec<SeatLine>,
    lines: Vec<CourseLine>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let drill = find(&app, facility, id).await?;
    let conducts = drill.room.facility == facility;
    let scenario = &drill.setup.scenario;
    let (stage, day) = drill.read(&app, |state| (state.stage(), day_of(&drill, state))).await?;
    let places: Vec<(FacilityId, String)> =
        drill.places().into_iter().filter(|(place, _)| conducts || *place == facility).collect();
    let all = app.store.doors_to(Purpose::Drill, id.0).await?;
    let (mut doors, mut seats) = (Vec::new(), Vec::new());
    for (place, name) in &places {
        let open = all.iter().find(|door| door.facility == *place && door.is_open(now));
        doors.push(DoorLine {
            id: place.to_string(),
            facility: name.clone(),
            code: open.map(|door| door.code.clone()),
            until: open.map_or_else(String::new, |door| door.expires_at.minute_in_japan(t.lang)),
        });
        for door in all.iter().rev().filter(|door| door.facility == *place) {
            seats.extend(app.store.seats(door.id).await?.into_iter().map(|seat| SeatLine {
                name: seat.name,
                role: role_title(t, scenario, &seat.role),
                facility: drill.several().then(|| name.clone()),
            }));
        }
    }
    // Each house reads its own part; who conducts reads the whole.
    let side = if conducts && drill.several() { None } else { Some(facility) };
    let entries = app.store.entries(id).await?;
    let report = DrillReport::build(scenario, &entries, side);
    let lines = report.timeline.into_iter().map(|row| CourseLine {
        minute: row.when.minute().to_string(),
        role: if row.who.is_empty() { String::new() } else { role_title(t, scenario, &row.role) },
        who: row.who,
        what: t.text(&row.what).to_owned(),
    });
    html(&RoomPage {
        t,
        page: visit
            .page(drill.room.title.clone())
            .under(format!("/facilities/{facility}/plan/drills"), t.m("drill-list-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        base: base_of(facility, id),
        stage: stage_words(t, stage),
        live: matches!(stage, Stage::Running | Stage::Held),
        lead: t.a2("drill-room-lead", "day", date_words(day, t.lang), "scenario", t.text(&scenario.title)),
        conducts: conducts && visit.may(Action::ConductDrill),
        may_conduct: visit.may(Action::ConductDrill),
        closed: drill.room.closed_at.is_some(),
        ended: stage == Stage::Ended,
        doors,
        seats,
        lines: lines.collect(),
    })
}

/// Opens or closes the door of one facility: the conductor's any, a house that takes part its own.
pub(super) async fn door(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let drill = find(&app, facility, id).await?;
    let place: FacilityId = match form.value("facility") {
        "" => facility,
        typed => typed.parse().map_err(|_| Problem::NotFound)?,
    };
    let known = drill.places().iter().any(|(known, _)| *known == place);
    if !known || (place != facility && drill.room.facility != facility) {
        return Err(Problem::NotFound);
    }
    if drill.room.closed_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("drill-closed")));
    }
    let act = visit.act(now);
    let doors = app.store.doors(place, Purpose::Drill, id.0).await?;
    let open: Vec<_> = doors.into_iter().filter(|door| door.is_open(now)).collect();
    match form.value("do") {
        "open" if open.is_empty() => {
            let scenario = &drill.setup.scenario;
            let roles = drill.options.roles_of(scenario).into_iter();
            let mut roles: Vec<RoleChoice> =
                roles.map(|role| RoleChoice { key: role.id.clone(), name: role.title.clone() }).collect();
            let observer = Text::new("観察者（評価をつける人）", "Observer (scores the drill)");
            roles.push(RoleChoice { key: OBSERVER.to_owned(), name: observer });
            let choice = serde_json::to_value(Choices { roles })?;
            let until = now.plus_seconds(OPEN_SECONDS);
            app.store.open_door(&act, place, Purpose::Drill, id.0, &choice, until).await?;
        }
        "open" => {}
        "close" => {
            for door in open {
                app.store.close_door(&act, place, door.id).await?;
                app.live.publish(id, "closed", &json!({ "door": door.id }));
            }
        }
        _ => return Err(Problem::unprocessable(Key("drill-unclear"))),
    }
    Ok(Redirect::to(&base_of(facility, id)).into_response())
}

/// Closes the record for good, and every door with it.
pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let drill = find_own(&app, facility, id).await?;
    if form.value("sure") != "yes" {
        return Err(Problem::unprocessable(Key("drill-close-unsure")));
    }
    if drill.read(&app, |state| state.stage()).await? != Stage::Ended {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("drill-not-now")));
    }
    let act = visit.act(now);
    app.store.close_room(&act, facility, id).await?;
    for door in app.store.doors_to(Purpose::Drill, id.0).await?.into_iter().filter(|door| door.is_open(now)) {
        app.store.close_door(&act, door.facility, door.id).await?;
        app.live.publish(id, "closed", &json!({ "door": door.id }));
    }
    app.drills.forget(id);
    Ok(visit.done(&app, &base_of(facility, id), Key("notice-saved")))
}
