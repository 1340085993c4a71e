//! The guest room: opened for a visiting auditor with chosen things, for some days, read only; every look is logged.

use super::gather::{Gathered, audit_of};
use crate::AppState;
use crate::house::{self, LINE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::audit::room::LONGEST_DAYS;
use hakutaku_model::audit::{RegisterShown, RoomChoice};
use hakutaku_model::id::{DocumentId, DoorId, FacilityId, RecordId};
use hakutaku_model::seat::{Door, Purpose};
use hakutaku_store::IssuedDoor;

/// Seconds in a day.
const DAY: i64 = 24 * 60 * 60;
/// The most files of the house offered for choosing.
const OFFERED: usize = 200;

struct Tick {
    key: String,
    title: String,
    chosen: bool,
}

struct DoorLine {
    id: String,
    guest: String,
    until: String,
    open: bool,
    holds: String,
    seats: Vec<String>,
}

#[derive(Template)]
#[template(path = "audits/room.html")]
struct RoomPage {
    t: Words,
    page: Page,
    form: Form,
    here: String,
    most: u32,
    items: Vec<Tick>,
    documents: Vec<Tick>,
    registers: Vec<Tick>,
    take_along: bool,
    doors: Vec<DoorLine>,
    /// The link and its QR code, shown once.
    link: Option<(String, String)>,
}

/// The choice that stands in a door; one that cannot be read shows nothing.
pub(crate) fn choice_of(door: &Door) -> RoomChoice {
    serde_json::from_value(door.choice.clone()).unwrap_or_default()
}

/// The door of this audit with this id.
pub(crate) async fn door_of(
    app: &AppState,
    facility: FacilityId,
    audit: RecordId,
    door: DoorId,
) -> Result<Door, Problem> {
    let doors = app.store.doors(facility, Purpose::AuditRoom, audit.0).await?;
    doors.into_iter().find(|one| one.id == door).ok_or(Problem::NotFound)
}

async fn page(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    form: Form,
    issued: Option<&IssuedDoor>,
) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let id = gathered.audit.id;
    let base = format!("/facilities/{facility}/audits/{id}");
    let mut doors = Vec::new();
    for door in app.store.doors(facility, Purpose::AuditRoom, id.0).await? {
        let choice = choice_of(&door);
        let seats = app.store.seats(door.id).await?;
        let holds = t.a3(
            "audit-room-holds",
            ("items", choice.items.len()),
            ("documents", choice.documents.len()),
            ("registers", choice.registers.len()),
        );
        doors.push(DoorLine {
            id: door.id.to_string(),
            guest: choice.guest,
            until: door.expires_at.minute_in_japan(t.lang),
            open: door.is_open(now),
            holds,
            seats: seats
                .into_iter()
                .map(|seat| format!("{} ({})", seat.name, seat.created_at.minute_in_japan(t.lang)))
                .collect(),
        });
    }
    // Files of this audit first: they are what a room is mostly about.
    let own: Vec<DocumentId> = gathered
        .papers
        .iter()
        .flat_map(|row| row.body.documents.clone())
        .chain(gathered.findings.iter().flat_map(|row| row.body.documents.clone()))
        .collect();
    let mut documents = app.store.documents(facility, None).await?;
    documents.sort_by_key(|row| !own.contains(&row.id));
    let items = app.catalogue.audit.items.iter().filter(|item| gathered.audit.body.covers(&item.id));
    let link = match issued {
        Some(issued) => {
            let link = crate::doors::link(app, &issued.token);
            let picture = qr_svg(&link)?;
            Some((link, picture))
        }
        None => None,
    };
    let template = RoomPage {
        t,
        page: visit
            .page(t.m("audit-room-title"))
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), gathered.audit.body.title.clone()),
        here: format!("{base}/room"),
        most: LONGEST_DAYS,
        items: items
            .map(|item| Tick {
                key: item.id.clone(),
                title: t.text(&item.title).to_owned(),
                chosen: form.has("items", &item.id),
            })
            .collect(),
        documents: documents
            .iter()
            .take(OFFERED)
            .map(|row| Tick {
                key: row.id.to_string(),
                title: row.name.clone(),
                chosen: form.has("documents", &row.id.to_string()),
            })
            .collect(),
        registers: RegisterShown::ALL
            .iter()
            .map(|register| Tick {
                key: register.key().to_owned(),
                title: t.text(&register.title()).to_owned(),
                chosen: form.has("registers", register.key()),
            })
            .collect(),
        take_along: form.has("take_along", "yes"),
        doors,
        link,
        form,
    };
    let status = match (issued, template.form.is_right()) {
        (Some(_), _) => StatusCode::CREATED,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, html(&template)?).into_response())
}

async fn folder(app: &AppState, visit: &Visit, id: RecordId) -> Result<Gathered, Problem> {
    Gathered::of(app, visit.place()?.id, audit_of(app, visit, id).await?).await
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let gathered = folder(&app, &visit, id).await?;
    page(&app, &visit, &gathered, Form::of([("days", "3".to_owned())]), None).await
}

pub(super) async fn open(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let gathered = folder(&app, &visit, id).await?;
    let guest = form.line("guest", LINE);
    let days = form.number("days", 1, LONGEST_DAYS);
    let documents = app.store.documents(facility, None).await?;
    let choice = RoomChoice {
        guest,
        items: gathered
            .audit
            .body
            .scope
            .iter()
            .map(|line| line.item.clone())
            .filter(|item| form.has("items", item))
            .collect(),
        documents: documents.iter().map(|row| row.id).filter(|id| form.has("documents", &id.to_string())).collect(),
        registers: RegisterShown::ALL.iter().copied().filter(|one| form.has("registers", one.key())).collect(),
        take_along: form.has("take_along", "yes"),
    };
    if choice.items.is_empty() && choice.documents.is_empty() && choice.registers.is_empty() {
        form.fault("guest", Key("audit-room-nothing"));
    }
    if !form.is_right() {
        return page(&app, &visit, &gathered, form, None).await;
    }
    let choice = serde_json::to_value(&choice).map_err(Problem::internal)?;
    let until = now.plus_seconds(i64::from(days) * DAY);
    let issued = app.store.open_door(&visit.act(now), facility, Purpose::AuditRoom, id.0, &choice, until).await?;
    page(&app, &visit, &gathered, Form::of([("days", "3".to_owned())]), Some(&issued)).await
}

pub(super) async fn close(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, door)): Path<(FacilityId, RecordId, DoorId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    house::in_use::<hakutaku_model::audit::Audit>(&app, &visit, id).await?;
    let door = door_of(&app, facility, id, door).await?;
    app.store.close_door(&visit.act(app.now()), facility, door.id).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/room"), Key("notice-saved")))
}
