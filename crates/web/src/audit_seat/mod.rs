//! Where a visiting auditor sits: the chosen things of one audit, read only, while the room is open. Every look is entered
//! in the facility's log.

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::audits::gather::Gathered;
use crate::audits::{pack, room};
use crate::evidence::disposition;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_documents::audit_pack::PackTable;
use hakutaku_model::access::Action as A;
use hakutaku_model::audit::{Audit, RegisterShown, RoomChoice};
use hakutaku_model::id::{DocumentId, RecordId};
use hakutaku_model::journal::Chain;
use hakutaku_model::seat::Door;
use std::collections::BTreeMap;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/seat/audit", A::ReadAuditRoom, Scope::Seat, show)
        .get("/seat/audit/items/{item}", A::ReadAuditRoom, Scope::Seat, item)
        .get("/seat/audit/registers/{register}", A::ReadAuditRoom, Scope::Seat, register)
        .get("/seat/audit/documents/{document}", A::ReadAuditRoom, Scope::Seat, document)
        .get("/seat/audit/leave-behind.zip", A::ReadAuditRoom, Scope::Seat, take_along)
}

#[derive(Template)]
#[template(path = "audit_seat/room.html")]
struct RoomPage {
    t: Words,
    page: Page,
    lead: String,
    items: Vec<(String, String)>,
    registers: Vec<(String, String)>,
    documents: Vec<(String, String)>,
    take_along: bool,
}

#[derive(Template)]
#[template(path = "audit_seat/item.html")]
struct ItemPage {
    t: Words,
    page: Page,
    manual: Vec<(String, String)>,
    facts: Vec<(String, String)>,
    written: bool,
}

#[derive(Template)]
#[template(path = "audit_seat/register.html")]
struct RegisterPage {
    t: Words,
    page: Page,
    table: PackTable,
}

/// What lies behind the visitor's door.
struct Room {
    door: Door,
    choice: RoomChoice,
    gathered: Gathered,
}

async fn room_of(app: &AppState, visit: &Visit) -> Result<Room, Problem> {
    let facility = visit.place()?.id;
    let (_, door) = visit.seat.clone().ok_or(Problem::NotFound)?;
    let audit = app.store.record_of::<Audit>(facility, RecordId(door.target)).await?;
    if audit.retired_at.is_some() {
        return Err(Problem::NotFound);
    }
    let gathered = Gathered::of(app, facility, audit).await?;
    Ok(Room { choice: room::choice_of(&door), door, gathered })
}

/// Every look is noted before it is shown.
async fn note(app: &AppState, visit: &Visit, room: &Room, what: &str) -> Result<(), Problem> {
    let facility = visit.place()?.id;
    let detail = BTreeMap::from([("what".to_owned(), what.to_owned())]);
    let object = format!("audit:{}", room.gathered.audit.id);
    app.store.record(&visit.act(app.now()), Chain::Facility(facility), "audit-room.look", &object, detail).await?;
    Ok(())
}

fn outside(visit: &Visit, title: String) -> Page {
    let mut page = visit.page(title);
    page.outside = true;
    page
}

async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let room = room_of(&app, &visit).await?;
    note(&app, &visit, &room, "/").await?;
    let items = app.catalogue.audit.items.iter().filter(|item| room.choice.items.contains(&item.id));
    let documents = app.store.documents(facility, None).await?;
    let chosen = documents.iter().filter(|row| room.choice.documents.contains(&row.id));
    let place = visit.place()?.name.clone();
    html(&RoomPage {
        t,
        page: outside(&visit, room.gathered.audit.body.title.clone()),
        lead: t.a2("audit-seat-lead", "facility", place, "until", room.door.expires_at.minute_in_japan(t.lang)),
        items: items.map(|item| (format!("/seat/audit/items/{}", item.id), t.text(&item.title).to_owned())).collect(),
        registers: room
            .choice
            .registers
            .iter()
            .map(|one| (format!("/seat/audit/registers/{}", one.key()), t.text(&one.title()).to_owned()))
            .collect(),
        documents: chosen.map(|row| (format!("/seat/audit/documents/{}", row.id), row.name.clone())).collect(),
        take_along: room.choice.take_along,
    })
}

async fn item(State(app): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let room = room_of(&app, &visit).await?;
    let item = app.catalogue.audit.item(&id).filter(|item| room.choice.items.contains(&item.id));
    let item = item.ok_or(Problem::NotFound)?;
    note(&app, &visit, &room, &item.id).await?;
    let manual = [
        ("audit-manual-ask", &item.ask),
        ("audit-manual-look", &item.look),
        ("audit-manual-conforming", &item.conforming),
        ("audit-manual-minor", &item.minor),
        ("audit-manual-major", &item.major),
    ];
    let only = RoomChoice { items: vec![item.id.clone()], ..RoomChoice::default() };
    let paper = pack::papers(&app, &room.gathered, &only, t.lang).into_iter().next();
    let mut facts: Vec<(String, String)> = paper
        .into_iter()
        .flat_map(|paper| {
            [
                (t.m("audit-mark"), paper.mark),
                (t.m("audit-seen"), paper.seen),
                (t.m("audit-remark"), paper.remark),
                (t.m("audit-by"), format!("{} {}", paper.by, paper.on).trim().to_owned()),
            ]
        })
        .collect();
    facts.retain(|(_, value)| !value.is_empty());
    html(&ItemPage {
        t,
        page: outside(&visit, t.text(&item.title).to_owned()).under("/seat/audit", t.m("audit-seat-back")),
        manual: manual.into_iter().map(|(key, text)| (t.m(key), t.text(text).to_owned())).collect(),
        written: !facts.is_empty(),
        facts,
    })
}

async fn register(State(app): State<AppState>, visit: Visit, Path(key): Path<String>) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let room = room_of(&app, &visit).await?;
    let which = RegisterShown::from_key(&key).filter(|which| room.choice.registers.contains(which));
    let which = which.ok_or(Problem::NotFound)?;
    note(&app, &visit, &room, which.key()).await?;
    let table = pack::register(&app, visit.place()?.id, which, t.lang).await?;
    html(&RegisterPage {
        t,
        page: outside(&visit, table.title.clone()).under("/seat/audit", t.m("audit-seat-back")),
        table,
    })
}

async fn document(State(app): State<AppState>, visit: Visit, Path(id): Path<DocumentId>) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let room = room_of(&app, &visit).await?;
    if !room.choice.documents.contains(&id) {
        return Err(Problem::NotFound);
    }
    let row = app.store.document(facility, id).await?;
    note(&app, &visit, &room, &row.name).await?;
    let content = app.store.read_document(&visit.act(app.now()), facility, id).await?;
    let head = [
        // Always a download of bytes: nothing of ours is shown by the guest's browser as a page.
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(&row.name)).map_err(Problem::internal)?),
    ];
    Ok((head, content).into_response())
}

async fn take_along(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let room = room_of(&app, &visit).await?;
    if !room.choice.take_along {
        return Err(Problem::NotFound);
    }
    pack::archive(&app, &visit, &room.gathered, &room.door).await
}
