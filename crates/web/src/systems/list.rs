//! All systems in the order they are restarted.

use crate::AppState;
use crate::house::House;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;

struct Line {
    id: String,
    name: String,
    kind: String,
    product: String,
    recovery: String,
    importance: String,
    rto: String,
    rpo: String,
    owner: String,
    vendor: String,
    segment: String,
    devices: u64,
}

#[derive(Template)]
#[template(path = "systems/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    ledger: String,
    may_edit: bool,
    lines: Vec<Line>,
    unranked: usize,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let house = House::of(&app, facility).await?;
    let devices = app.store.assets_by_system(facility).await?;
    let dash = || "–".to_owned();
    let hours = |hours: Option<u32>| hours.map_or_else(dash, |hours| t.a("system-hours", "hours", hours));
    let rank = |rank: Option<u16>| rank.map_or_else(dash, |rank| rank.to_string());
    let lines: Vec<Line> = house
        .systems
        .iter()
        .map(|row| Line {
            id: row.id.to_string(),
            name: row.body.name.clone(),
            kind: row.body.kind.title().get(t.lang).to_owned(),
            product: row.body.product.clone(),
            recovery: rank(row.body.recovery_order),
            importance: rank(row.body.clinical_importance),
            rto: hours(row.body.rto_hours),
            rpo: hours(row.body.rpo_hours),
            owner: row.body.owner.clone(),
            vendor: house.party(t, row.body.vendor.as_ref()),
            segment: row.body.segment.clone(),
            devices: devices.get(&row.id).copied().unwrap_or_default(),
        })
        .collect();
    let unranked = house
        .systems
        .iter()
        .filter(|row| row.body.recovery_order.is_none() || row.body.clinical_importance.is_none())
        .count();
    let page = ListPage {
        t,
        page: visit.page(t.m("system-title")),
        tabs: nav::tabs(&visit, nav::LEDGER),
        ledger: format!("/facilities/{facility}/ledger"),
        base: format!("/facilities/{facility}/ledger/systems"),
        may_edit: visit.may(Action::EditLedger),
        lines,
        unranked,
    };
    Ok(html(&page)?.into_response())
}
