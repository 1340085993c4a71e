//! A real incident: started in two clicks, written down line by line, reported, closed.
//!
//! | file | what a person does |
//! |---|---|
//! | `list` | sees past incidents, starts one |
//! | `room` | follows and steers the incident |
//! | `write` | writes something down (one address for every kind of entry, so that a script can queue them) |
//! | `attach` | adds a photo, a recording, a file |
//! | `reports` | answers the commission's questions, fills and sends reports |
//! | `files` | takes papers, workbooks, the journal and labels out |
//! | `take_in` | takes in a journal written elsewhere |
//! | `helpers` | lets helpers without an account in |
//! | `close` | closes it: actions, plan changes |

pub(crate) mod attach;
mod close;
pub(crate) mod files;
mod helpers;
mod list;
mod reports;
mod room;
mod take_in;
pub(crate) mod view;
pub(crate) mod write;

pub(crate) use room::known_names;

use crate::AppState;
use crate::access::{Routes, Scope::Facility};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::Incident;
use hakutaku_model::journal::Hash;
use hakutaku_model::plan::first_steps;
use hakutaku_model::room::{Room, RoomKind};
use hakutaku_model::text::Lang;
use hakutaku_store::MAX_DOCUMENT_BYTES;
use std::collections::BTreeMap;

/// A file of the largest size and the form around it.
pub(crate) const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/plan/incidents", A::ReadIncidents, Facility, list::list)
        .post("/facilities/{facility}/plan/incidents", A::ManageIncident, Facility, list::start)
        .get("/facilities/{facility}/plan/incidents/take-in", A::ManageIncident, Facility, take_in::ask)
        .upload("/facilities/{facility}/plan/incidents/take-in", A::ManageIncident, Facility, take_in::LARGEST, take_in::take)
        .get("/facilities/{facility}/plan/incidents/{room}", A::ReadIncidents, Facility, room::show)
        .post("/facilities/{facility}/plan/incidents/{room}/write", A::ManageIncident, Facility, write::write)
        .upload("/facilities/{facility}/plan/incidents/{room}/files", A::ManageIncident, Facility, UPLOAD_BYTES, attach::attach)
        .get("/facilities/{facility}/plan/incidents/{room}/files/{document}", A::ReadIncidents, Facility, attach::fetch)
        .stream("/facilities/{facility}/plan/incidents/{room}/live", A::ReadIncidents, Facility, room::listen)
        .get("/facilities/{facility}/plan/incidents/{room}/reports", A::ReadIncidents, Facility, reports::all)
        .get("/facilities/{facility}/plan/incidents/{room}/reports/{form}", A::ReadIncidents, Facility, reports::one)
        .get("/facilities/{facility}/plan/incidents/{room}/reports/{form}/{file}", A::ReadIncidents, Facility, files::report)
        .get("/facilities/{facility}/plan/incidents/{room}/custody/{label}/label.pdf", A::ReadIncidents, Facility, files::label_paper)
        .get("/facilities/{facility}/plan/incidents/{room}/record.pdf", A::ReadIncidents, Facility, files::record_paper)
        .get("/facilities/{facility}/plan/incidents/{room}/record.xlsx", A::ReadIncidents, Facility, files::record_workbook)
        .get("/facilities/{facility}/plan/incidents/{room}/journal.json", A::ReadIncidents, Facility, files::journal)
        .get("/facilities/{facility}/plan/incidents/{room}/scenario.yaml", A::ReadIncidents, Facility, files::scenario)
        .post("/facilities/{facility}/plan/incidents/{room}/doors", A::ManageIncident, Facility, helpers::open)
        .post("/facilities/{facility}/plan/incidents/{room}/doors/{door}/close", A::ManageIncident, Facility, helpers::shut)
        .get("/facilities/{facility}/plan/incidents/{room}/close", A::ManageIncident, Facility, close::ask)
        .post("/facilities/{facility}/plan/incidents/{room}/close", A::ManageIncident, Facility, close::close)
}

/// Where the incidents of a facility are.
pub(crate) fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/plan/incidents")
}

/// Where one incident is.
pub(crate) fn home(facility: FacilityId, room: RoomId) -> String {
    format!("{}/{room}", base(facility))
}

/// A room of this facility that is an incident.
pub(crate) async fn room_of(app: &AppState, facility: FacilityId, id: RoomId) -> Result<Room, Problem> {
    let room = app.store.room(facility, id).await?;
    if room.kind == RoomKind::Incident { Ok(room) } else { Err(Problem::NotFound) }
}

/// A room with the state its journal makes.
pub(crate) async fn incident_of(app: &AppState, facility: FacilityId, id: RoomId) -> Result<(Room, Incident), Problem> {
    let room = room_of(app, facility, id).await?;
    let entries = app.store.entries(id).await?;
    let incident = Incident::fold(&room, &entries);
    Ok((room, incident))
}

/// The open incident of the facility this visit is about, for the line at the head of every page.
pub(crate) async fn under_way(app: &AppState, visit: &Visit) -> Result<Option<(String, String)>, Problem> {
    let Some(place) = visit.place.as_ref().filter(|place| visit.may_at(A::ReadIncidents, place.id)) else {
        return Ok(None);
    };
    let rooms = app.store.rooms(place.id, RoomKind::Incident).await?;
    let open = rooms.into_iter().find(|room| room.closed_at.is_none());
    Ok(open.map(|room| (home(place.id, room.id), room.title)))
}

/// The first steps that the facility's plan gives a role, as id, words and detail; none where there is no plan.
pub(crate) type PlannedSteps = Box<dyn Fn(&str) -> Vec<(String, String, String)> + Send + Sync>;

/// The steps of the facility's plan by role. The id of a step comes from its Japanese words, so that a tick stands in
/// either language.
pub(crate) async fn planned_steps(
    app: &AppState,
    facility: FacilityId,
    t: crate::shell::words::Words,
) -> Result<PlannedSteps, Problem> {
    let today = app.now().date_in_japan();
    let named = app.store.plan_for_incident(&app.catalogue, facility, today, Lang::Ja).await?;
    let shown = app.store.plan_for_incident(&app.catalogue, facility, today, t.lang).await?;
    let mut steps = BTreeMap::new();
    for role in &app.catalogue.incident.roles {
        let named = first_steps(&named, &role.id);
        let own = first_steps(&shown, &role.id).into_iter().enumerate().map(|(at, step)| {
            let words = named.get(at).map_or(&step.what.ja, |named| &named.what.ja);
            let id = format!("plan-{}", &Hash::of(words.as_bytes()).to_string()[..16]);
            (id, t.text(&step.what).to_owned(), t.text(&step.detail).to_owned())
        });
        steps.insert(role.id.clone(), own.collect::<Vec<_>>());
    }
    Ok(Box::new(move |role| steps.get(role).cloned().unwrap_or_default()))
}
