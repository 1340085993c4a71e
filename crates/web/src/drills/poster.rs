//! What is projected: the clock everybody sees, and how to come in.

use super::screens::{Audience, Parts};
use super::words::for_scripts;
use super::{base_of, find, stream};
use crate::AppState;
use crate::doors;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, Response};
use hakutaku_model::id::RoomId;
use hakutaku_model::seat::Purpose;

struct DoorView {
    facility: String,
    address: String,
    code: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "drills/poster.html")]
struct PosterPage {
    t: Words,
    page: Page,
    base: String,
    position: usize,
    clock: String,
    words: String,
    minute: String,
    parts: Parts,
    doors: Vec<DoorView>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let drill = find(&app, facility, id).await?;
    let now = app.now();
    let mut shown = Vec::new();
    for door in app.store.doors_to(Purpose::Drill, id.0).await?.into_iter().filter(|door| door.is_open(now)) {
        // Another house's door is shown on the conductor's wall only.
        let name = drill.places().into_iter().find(|(place, _)| *place == door.facility).map(|(_, name)| name);
        let Some(name) = name.filter(|_| door.facility == facility || drill.room.facility == facility) else {
            continue;
        };
        // One id names one picture: several codes on a wall get their own.
        let qr = qr_svg(&doors::link(&app, &door.code))?.replace("qr-title", &format!("qr-{}", door.code));
        shown.push(DoorView { facility: name, address: app.link("/join"), qr, code: door.code });
    }
    let (parts, position, clock, minute) = drill.page(&app, &Audience::Poster { lang: t.lang }, "").await?;
    html(&PosterPage {
        t,
        page: visit.page(drill.room.title.clone()).under(base_of(facility, id), t.m("drill-back-to-room")),
        base: base_of(facility, id),
        position,
        clock: clock.to_string(),
        words: for_scripts(t),
        minute,
        parts,
        doors: shown,
    })
}

pub(super) async fn listen(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RoomId)>,
    headers: HeaderMap,
    Query(from): Query<stream::From>,
) -> Result<Response, Problem> {
    let drill = find(&app, visit.place()?.id, id).await?;
    let audience = Audience::Poster { lang: visit.t().lang };
    stream::open(&app, drill, audience, None, None, &headers, &from).await
}
