//! One sensor: how it is, what it offers, what is wrong.

use super::{base, standing_words};
use crate::AppState;
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::sensor::FaultKind;
use hakutaku_model::touch::health::Trouble;

struct Decoy {
    protocol: String,
    persona: String,
    address: String,
    up: bool,
}

#[derive(Template)]
#[template(path = "watch/sensor.html")]
struct SensorPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    form: Form,
    may: bool,
    retired: bool,
    standing: String,
    mood: &'static str,
    /// (label, value)
    facts: Vec<(String, String)>,
    /// What is wrong with the chain, in words.
    fault: Option<String>,
    /// (words, since, the sensor's own words)
    alarms: Vec<(String, String, String)>,
    decoys: Vec<Decoy>,
}

fn trouble_words(trouble: Trouble) -> Key {
    match trouble {
        Trouble::NotListening => Key("watch-trouble-not-listening"),
        Trouble::NoDescriptors => Key("watch-trouble-no-descriptors"),
        Trouble::Disk => Key("watch-trouble-disk"),
        Trouble::SpoolFull => Key("watch-trouble-spool-full"),
        Trouble::Clock => Key("watch-trouble-clock"),
        Trouble::Chain => Key("watch-trouble-chain"),
        Trouble::NoScanDetector => Key("watch-trouble-no-scan"),
    }
}

async fn page(app: &AppState, visit: &Visit, id: SensorId, form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let base = base(facility);
    let sensor = app.store.sensors(facility).await?.into_iter().find(|sensor| sensor.id == id);
    let sensor = sensor.ok_or(Problem::NotFound)?;
    let (words, mood) = standing_words(sensor.standing(now));
    let mut facts = vec![
        (t.m("watch-enrolled"), sensor.enrolled_at.minute_in_japan(t.lang)),
        (t.m("watch-heard"), sensor.heard_at.map_or_else(|| t.m("watch-never"), |at| at.minute_in_japan(t.lang))),
        (t.m("watch-kept"), sensor.chain.number.to_string()),
        (t.m("watch-behind"), sensor.behind().to_string()),
    ];
    if let Some(health) = &sensor.health {
        facts.push((t.m("watch-since-start"), health.started.minute_in_japan(t.lang)));
        facts.push((t.m("watch-version"), health.version.clone()));
        facts.push((t.m("watch-dropped"), health.dropped.to_string()));
    }
    let fault = sensor.fault.as_ref().map(|fault| {
        let key = match fault.kind {
            FaultKind::Missing => "watch-fault-missing",
            FaultKind::Forked => "watch-fault-forked",
            FaultKind::Foreign => "watch-fault-foreign",
        };
        t.a2(key, "number", fault.number, "when", fault.at.minute_in_japan(t.lang))
    });
    let health = sensor.health.clone();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SensorPage {
        t,
        page: visit.page(sensor.name.clone()).under(format!("{base}/sensors"), t.m("watch-sensors-title")),
        tabs: nav::tabs(visit, nav::WATCH),
        href: format!("{base}/sensors/{id}"),
        may: visit.may(Action::EditSensors),
        retired: sensor.retired_at.is_some(),
        standing: t.k(words),
        mood,
        facts,
        fault,
        alarms: health
            .iter()
            .flat_map(|health| &health.alarms)
            .map(|alarm| (t.k(trouble_words(alarm.trouble)), alarm.since.minute_in_japan(t.lang), alarm.detail.clone()))
            .collect(),
        decoys: health
            .into_iter()
            .flat_map(|health| health.decoys)
            .map(|decoy| Decoy {
                protocol: decoy.protocol,
                persona: decoy.persona,
                address: decoy.address,
                up: decoy.up,
            })
            .collect(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, SensorId)>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, Form::default()).await
}

/// Somebody has looked into the broken chain.
pub(super) async fn settle(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, SensorId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let found = house::words(&mut form, "found", NOTE);
    if found.is_empty() {
        form.fault("found", Key("watch-found-needed"));
    }
    if !form.is_right() {
        return page(&app, &visit, id, form).await;
    }
    let facility = visit.place()?.id;
    app.store.settle_sensor_fault(&visit.act(app.now()), facility, id, &found).await?;
    Ok(visit.done(&app, &format!("{}/sensors/{id}", base(facility)), Key("notice-saved")))
}

/// Takes the sensor out of use.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, SensorId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    app.store.retire_sensor(&visit.act(app.now()), facility, id).await?;
    Ok(visit.done(&app, &format!("{}/sensors", base(facility)), Key("notice-saved")))
}
