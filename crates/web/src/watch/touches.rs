//! What touched the decoys, newest first.

use super::{base, kind_words, next_cursor, read_cursor, standing_words};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::id::SensorId;
use hakutaku_model::sensor::Standing;
use serde::Deserialize;
use std::collections::BTreeMap;

const DAY: i64 = 24 * 60 * 60;

struct Line {
    href: String,
    when: String,
    what: String,
    strong: bool,
    noise: String,
    decoy: String,
    source: String,
    port: u16,
    user: String,
    sensor: String,
}

#[derive(Template)]
#[template(path = "watch/touches.html")]
struct TouchesPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may: bool,
    sensors: usize,
    /// Sensors that do not stand well: (name, href, words).
    unwell: Vec<(String, String, String)>,
    today: u64,
    week: u64,
    lines: Vec<Line>,
    next: Option<String>,
    first: bool,
}

/// Which piece.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    older: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let base = base(facility);
    let cursor = match asked.older.as_str() {
        "" => None,
        text => Some(read_cursor(text).ok_or(Problem::NotFound)?),
    };
    let sensors = app.store.sensors(facility).await?;
    let names: BTreeMap<SensorId, &str> = sensors.iter().map(|sensor| (sensor.id, sensor.name.as_str())).collect();
    let rows = app.store.touches(facility, cursor, super::PIECE).await?;
    let lines = rows
        .iter()
        .map(|row| {
            let touch = &row.signed.touch;
            Line {
                href: format!("{base}/touches/{}", touch.id),
                when: row.arrived_at.minute_in_japan(t.lang),
                what: t.k(kind_words(touch.kind)),
                strong: touch.kind >= hakutaku_model::touch::Kind::Request && !touch.detail.contains_key("noise"),
                noise: touch.detail.get("noise").cloned().unwrap_or_default(),
                decoy: touch.protocol.clone(),
                source: touch.source_ip.to_string(),
                port: touch.dest_port,
                user: touch.user.clone().unwrap_or_default(),
                sensor: names.get(&touch.sensor).map_or_else(String::new, |name| (*name).to_owned()),
            }
        })
        .collect();
    let unwell = sensors
        .iter()
        .filter(|sensor| !matches!(sensor.standing(now), Standing::Well | Standing::Retired))
        .map(|sensor| {
            (sensor.name.clone(), format!("{base}/sensors/{}", sensor.id), t.k(standing_words(sensor.standing(now)).0))
        })
        .collect();
    html(&TouchesPage {
        t,
        page: visit.page(t.m("watch-title")),
        tabs: nav::tabs(&visit, nav::WATCH),
        may: visit.may(Action::EditSensors),
        sensors: sensors.iter().filter(|sensor| sensor.retired_at.is_none()).count(),
        unwell,
        today: app.store.touches_since(facility, now.plus_seconds(-DAY)).await?,
        week: app.store.touches_since(facility, now.plus_seconds(-7 * DAY)).await?,
        next: next_cursor(&rows).map(|cursor| format!("{base}?older={cursor}")),
        first: cursor.is_none(),
        lines,
        base,
    })
}
