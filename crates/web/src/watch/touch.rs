//! One touch, with everything the sensor wrote down.

use super::{base, kind_words};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::region::correlate::happened;
use hakutaku_model::region::noise::{Declaration, covering};
use hakutaku_model::touch::TouchId;
use hakutaku_store::asset_pages::AssetQuery;

/// More devices than may have one address.
const DEVICES: u32 = 5;

#[derive(Template)]
#[template(path = "watch/touch.html")]
struct TouchPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    what: String,
    noise: Option<String>,
    /// The reason of the declaration that covers it.
    declared: Option<String>,
    /// (label, value)
    facts: Vec<(String, String)>,
    /// What the sensor noted besides, by its own names.
    details: Vec<(String, String)>,
    /// Devices of the ledger with this address: (name, href).
    devices: Vec<(String, String)>,
    may_see_ledger: bool,
    line: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, String)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let id: TouchId = id.parse().map_err(|_| Problem::NotFound)?;
    let kept = app.store.touch(facility, id).await?;
    let touch = &kept.signed.touch;
    let sensor = app.store.sensors(facility).await?.into_iter().find(|sensor| sensor.id == id.sensor);
    let source = touch.source_ip.to_string();
    let may_see_ledger = visit.may(Action::ReadLedger);
    let mut devices = Vec::new();
    if may_see_ledger {
        let query = AssetQuery { text: source.clone(), limit: DEVICES, ..AssetQuery::new(app.now().date_in_japan()) };
        for row in app.store.assets_page(facility, &query).await?.rows {
            // The search also finds the digits elsewhere in a row, and longer addresses.
            if row.asset.ip.split_whitespace().any(|ip| ip == source) {
                devices.push((row.asset.name.clone(), format!("/facilities/{facility}/ledger/{}", row.id)));
            }
        }
    }
    let declarations: Vec<Kept<Declaration>> = app.store.records(facility).await?;
    let declarations: Vec<Declaration> = declarations.into_iter().map(|row| row.body).collect();
    let ahead = sensor.as_ref().map_or(0, |sensor| sensor.clock_ahead);
    let at = happened(touch.time, kept.arrived_at, ahead);
    let declared = covering(&declarations, touch, facility, at).map(|one| one.reason.clone());
    let mut facts = vec![
        (t.m("watch-arrived"), kept.arrived_at.minute_in_japan(t.lang)),
        (t.m("watch-sensor-time"), touch.time.minute_in_japan(t.lang)),
        (t.m("watch-source"), format!("{source} ({})", touch.source_port)),
        (t.m("watch-decoy"), format!("{} · {}", touch.protocol, touch.dest_port)),
        (t.m("watch-persona"), touch.persona.clone()),
        (t.m("watch-sensor"), sensor.map(|sensor| sensor.name).unwrap_or_default()),
        (t.m("watch-user"), touch.user.clone().unwrap_or_default()),
    ];
    if touch.secret_hash.is_some() {
        facts.push((t.m("watch-secret"), t.m("watch-secret-hashed")));
    }
    facts.retain(|(_, value)| !value.is_empty());
    html(&TouchPage {
        t,
        page: visit.page(t.m("watch-touch-title")).under(base(facility), t.m("watch-title")),
        tabs: nav::tabs(&visit, nav::WATCH),
        what: t.k(kind_words(touch.kind)),
        declared,
        noise: touch.detail.get("noise").cloned(),
        facts,
        details: touch.detail.iter().filter(|(key, _)| *key != "noise").map(|(k, v)| (k.clone(), v.clone())).collect(),
        devices,
        may_see_ledger,
        line: String::from_utf8_lossy(&kept.signed.line()).into_owned(),
    })
}
