//! What a matrix is about: its systems, connection points and parties.

use super::{home, matrix_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::connection::Connection;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::party::Party;
use hakutaku_model::record::Kept;
use hakutaku_model::responsibility::file::{MAX_NAME, MAX_OBJECTS, MAX_PARTIES};
use hakutaku_model::responsibility::{Matrix, MatrixParty, Object, ObjectKind, Side};
use hakutaku_model::system::System;
use hakutaku_model::vendor::Engagement;

/// Something to tick.
struct Choice {
    id: String,
    name: String,
    hint: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "responsibility/setup.html")]
struct SetupPage {
    t: Words,
    page: Page,
    form: Form,
    action: String,
    version: i64,
    systems: Vec<Choice>,
    lines: Vec<Choice>,
    vendors: Vec<Choice>,
    is_new: bool,
    ledger: String,
    connections: String,
    register: String,
}

/// What can be chosen from.
pub(super) struct Known {
    systems: Vec<Kept<System>>,
    connections: Vec<Kept<Connection>>,
    vendors: Vec<Kept<Engagement>>,
}

impl Known {
    pub(super) async fn of(app: &AppState, facility: FacilityId) -> Result<Self, Problem> {
        Ok(Self {
            systems: app.store.records(facility).await?,
            connections: app.store.records(facility).await?,
            vendors: app.store.records(facility).await?,
        })
    }
}

pub(super) async fn form(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let known = Known::of(&app, visit.place()?.id).await?;
    page(&visit, &known, filled(&known, &kept.body), Some((kept.id, kept.version)))
}

/// The form of a matrix that stands.
fn filled(known: &Known, matrix: &Matrix) -> Form {
    let mut form = Form::of([("title", matrix.title.clone())]);
    let mut typed = Vec::new();
    for object in &matrix.objects {
        if object.kind == ObjectKind::System {
            form.tick("system", &object.id);
        } else if known.connections.iter().any(|kept| kept.id.to_string() == object.id) {
            form.tick("connection", &object.id);
        } else {
            typed.push(object.name.clone());
        }
    }
    form.tick("connections", &typed.join("\n"));
    let mut others = Vec::new();
    for party in &matrix.parties {
        match party.vendor {
            Some(id) => form.tick("vendor", &id.to_string()),
            None if party.side == Side::Vendor => others.push(party.name.clone()),
            None => {}
        }
    }
    form.tick("others", &others.join("\n"));
    form
}

/// The page; 422 when something is wrong.
pub(super) fn page(
    visit: &Visit,
    known: &Known,
    form: Form,
    matrix: Option<(RecordId, i64)>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = visit.place()?.id;
    let base = home(facility);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let systems = known
        .systems
        .iter()
        .map(|kept| Choice {
            id: kept.id.to_string(),
            name: kept.body.name.clone(),
            hint: t.text(&kept.body.kind.title()).to_owned(),
            chosen: form.has("system", &kept.id.to_string()),
        })
        .collect();
    let lines = known
        .connections
        .iter()
        .map(|kept| Choice {
            id: kept.id.to_string(),
            name: kept.body.name.clone(),
            hint: kept.body.purpose.clone(),
            chosen: form.has("connection", &kept.id.to_string()),
        })
        .collect();
    let vendors = known
        .vendors
        .iter()
        .map(|kept| Choice {
            id: kept.id.to_string(),
            name: kept.body.name.clone(),
            hint: kept.body.contracts.iter().map(|c| c.title.as_str()).collect::<Vec<_>>().join(" · "),
            chosen: form.has("vendor", &kept.id.to_string()),
        })
        .collect();
    let title = if matrix.is_none() { t.m("resp-new") } else { t.m("resp-setup") };
    let page = SetupPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("resp-title")),
        action: matrix.map_or_else(|| base.clone(), |(id, _)| format!("{base}/{id}/setup")),
        version: matrix.map_or(0, |(_, version)| version),
        form,
        systems,
        lines,
        vendors,
        is_new: matrix.is_none(),
        ledger: format!("/facilities/{facility}/ledger/systems"),
        connections: format!("/facilities/{facility}/ledger/connections"),
        register: format!("/facilities/{facility}/vendors"),
    };
    Ok((status, html(&page)?).into_response())
}

/// Names typed one to a line, each once.
fn typed(form: &mut Form, name: &'static str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in form.value(name).lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !names.iter().any(|known| known == line) {
            names.push(line.to_owned());
        }
    }
    if names.iter().any(|line| line.chars().count() > MAX_NAME || line.chars().any(char::is_control)) {
        form.fault(name, Key("form-too-long"));
    }
    names
}

/// What the form says, with the rows and statements of `before` for whatever stays.
pub(super) fn read(visit: &Visit, known: &Known, form: &mut Form, before: Option<&Matrix>) -> Result<Matrix, Problem> {
    let place = visit.place()?;
    let mut matrix = before.cloned().unwrap_or_default();
    matrix.title = form.line("title", MAX_NAME);
    let (connections, others) = (typed(form, "connections"), typed(form, "others"));
    let mut parties = vec![MatrixParty {
        id: "facility".into(),
        name: place.name.clone(),
        side: Side::Facility,
        vendor: None,
        contract: None,
    }];
    for vendor in known.vendors.iter().filter(|kept| form.has("vendor", &kept.id.to_string())) {
        parties.push(MatrixParty {
            id: vendor.id.to_string(),
            name: vendor.body.name.clone(),
            side: Side::Vendor,
            vendor: Some(vendor.id),
            contract: None,
        });
    }
    let fresh = |prefix: &str, taken: &dyn Fn(&str) -> bool| {
        (1..).map(|n| format!("{prefix}-{n}")).find(|id| !taken(id)).unwrap_or_default()
    };
    for name in others {
        let same = before.and_then(|m| m.parties.iter().find(|p| p.vendor.is_none() && p.name == name)).cloned();
        let taken = |id: &str| {
            parties.iter().any(|p| p.id == id) || before.is_some_and(|m| m.parties.iter().any(|p| p.id == id))
        };
        let id = fresh("other", &taken);
        parties.push(same.unwrap_or(MatrixParty { id, name, side: Side::Vendor, vendor: None, contract: None }));
    }
    let mut objects: Vec<Object> = Vec::new();
    for system in known.systems.iter().filter(|kept| form.has("system", &kept.id.to_string())) {
        let id = system.id.to_string();
        // A new system concerns the house and who maintains it; an old one whom it did before.
        let maintained = match &system.body.vendor {
            Some(Party::Vendor(vendor)) if parties.iter().any(|p| p.vendor == Some(*vendor)) => {
                vec!["facility".to_owned(), vendor.to_string()]
            }
            _ => Vec::new(),
        };
        let parties = before.and_then(|m| m.object(&id)).map_or(maintained, |o| o.parties.clone());
        objects.push(Object { kind: ObjectKind::System, id, name: system.body.name.clone(), parties });
    }
    for line in known.connections.iter().filter(|kept| form.has("connection", &kept.id.to_string())) {
        let id = line.id.to_string();
        // A new connection concerns the house and every chosen vendor it names.
        let is_named = |vendor: RecordId| {
            let party = Some(&Party::Vendor(vendor));
            line.body.contract == Some(vendor)
                || line.body.other_end.as_ref() == party
                || line.body.device.whose.as_ref() == party
        };
        let named: Vec<String> =
            parties.iter().filter(|p| p.vendor.is_some_and(is_named)).map(|p| p.id.clone()).collect();
        let concerned =
            if named.is_empty() { named } else { std::iter::once("facility".to_owned()).chain(named).collect() };
        let parties = before.and_then(|m| m.object(&id)).map_or(concerned, |o| o.parties.clone());
        objects.push(Object { kind: ObjectKind::Connection, id, name: line.body.name.clone(), parties });
    }
    for name in connections {
        if objects.iter().any(|object| object.kind == ObjectKind::Connection && object.name == name) {
            continue;
        }
        let is_it = |o: &&Object| o.kind == ObjectKind::Connection && o.name == name;
        let same = before.and_then(|m| m.objects.iter().find(is_it)).cloned();
        let taken = |id: &str| objects.iter().any(|o| o.id == id) || before.is_some_and(|m| m.object(id).is_some());
        let id = fresh("connection", &taken);
        objects.push(same.unwrap_or(Object { kind: ObjectKind::Connection, id, name, parties: Vec::new() }));
    }
    if objects.is_empty() {
        form.fault("system", Key("resp-no-object"));
    }
    if parties.len() < 2 {
        form.fault("vendor", Key("resp-no-party"));
    }
    if objects.len() > MAX_OBJECTS || parties.len() > MAX_PARTIES {
        form.fault("connections", Key("resp-too-many"));
    }
    let stays = |id: &str| parties.iter().any(|party| party.id == id);
    for object in &mut objects {
        object.parties.retain(|id| stays(id));
    }
    matrix.rows.retain(|row| objects.iter().any(|object| object.id == row.object));
    for row in &mut matrix.rows {
        row.statements.retain(|s| stays(&s.party));
        for s in &mut row.statements {
            s.whom = s.whom.take().filter(|id| stays(id));
            s.with.retain(|id| stays(id));
        }
        // A split with nobody left is no split: it must be said again.
        row.statements.retain(|s| s.says != hakutaku_model::responsibility::Says::Shared || !s.with.is_empty());
    }
    matrix.signatures.retain(|signature| stays(&signature.party));
    matrix.parties = parties;
    matrix.objects = objects;
    Ok(matrix)
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let facility = visit.place()?.id;
    let known = Known::of(&app, facility).await?;
    let mut matrix = read(&visit, &known, &mut form, Some(&kept.body))?;
    if form.value("version") != kept.version.to_string() {
        form.fault("title", Key("resp-changed-meanwhile"));
    }
    if !form.is_right() {
        return page(&visit, &known, form, Some((kept.id, kept.version)));
    }
    matrix.add_missing_rows(&app.catalogue.responsibility);
    app.store.change_record(&visit.act(app.now()), facility, kept.id, kept.version, &matrix).await?;
    Ok(visit.done(&app, &format!("{}/{}", home(facility), kept.id), Key("notice-saved")))
}
