//! One connection, in four steps on one page: who, how, protections, cutting.

use crate::AppState;
use crate::house::{self, Choice, Clash, House, LINE, NAME, NOTE, Saved};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::connection::{Authentication, Connection, ConnectionGuide, Direction, LineDevice, Medium, Opening};
use hakutaku_model::id::FacilityId;
use hakutaku_model::known::Known;
use hakutaku_model::party::Contact;
use hakutaku_model::record::{Kept, RecordId};

/// What to look at with a type.
struct Advice {
    title: String,
    risk: String,
    checks: Vec<String>,
    source: String,
    inferred: bool,
}

#[derive(Template)]
#[template(path = "connections/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    form: Form,
    row: Option<(String, i64)>,
    base: String,
    clash: Option<Clash>,
    advice: Vec<Advice>,
    kinds: Vec<Choice>,
    other_ends: Vec<Choice>,
    systems: Vec<Choice>,
    media: Vec<Choice>,
    owners: Vec<Choice>,
    directions: Vec<Choice>,
    openings: Vec<Choice>,
    sign_ins: Vec<Choice>,
    restrictions: Vec<Choice>,
    separations: Vec<Choice>,
    logs: Vec<Choice>,
    contracts: Vec<Choice>,
    myth: String,
}

const LABELS: [(&str, &str); 33] = [
    ("name", "connection-name"),
    ("kind", "connection-kind"),
    ("other_end", "connection-other-end"),
    ("other_end_name", "connection-other-end-name"),
    ("purpose", "connection-purpose"),
    ("systems", "connection-systems"),
    ("contract", "connection-contract"),
    ("medium", "connection-medium"),
    ("segment", "connection-segment"),
    ("owner", "connection-device-owner"),
    ("owner_name", "connection-device-owner-name"),
    ("maker", "connection-maker"),
    ("model", "connection-model"),
    ("firmware", "connection-firmware"),
    ("firmware_date", "connection-firmware-date"),
    ("direction", "connection-direction"),
    ("opening", "connection-opening"),
    ("opened_by", "connection-opened-by"),
    ("last_use", "connection-last-use"),
    ("authentication", "connection-authentication"),
    ("source_restriction", "connection-source"),
    ("source_note", "connection-source-note"),
    ("separated", "connection-separated"),
    ("logs", "connection-logs"),
    ("logs_note", "connection-logs-note"),
    ("cutter_name", "connection-cutter-name"),
    ("cutter_phone", "connection-cutter-phone"),
    ("cutter_hours", "connection-cutter-hours"),
    ("night_name", "connection-night-name"),
    ("night_phone", "connection-night-phone"),
    ("night_hours", "connection-night-hours"),
    ("how_to_cut", "connection-how"),
    ("note", "connection-note"),
];

fn fill(connection: &Connection) -> Form {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let id = |id: Option<RecordId>| id.map(|id| id.to_string()).unwrap_or_default();
    let (other_end, other_end_name) = house::party_values(connection.other_end.as_ref());
    let (owner, owner_name) = house::party_values(connection.device.whose.as_ref());
    let c = connection;
    let mut form = Form::of([
        ("name", c.name.clone()),
        ("kind", c.kind.clone()),
        ("other_end", other_end),
        ("other_end_name", other_end_name),
        ("purpose", c.purpose.clone()),
        ("contract", id(c.contract)),
        ("medium", c.medium.key().to_owned()),
        ("segment", c.segment.clone()),
        ("owner", owner),
        ("owner_name", owner_name),
        ("maker", c.device.maker.clone()),
        ("model", c.device.model.clone()),
        ("firmware", c.device.firmware.clone()),
        ("firmware_date", day(c.device.firmware_date)),
        ("direction", c.direction.key().to_owned()),
        ("opening", c.opening.key().to_owned()),
        ("opened_by", c.opened_by.clone()),
        ("last_use", day(c.last_use)),
        ("authentication", c.authentication.key().to_owned()),
        ("source_restriction", c.source_restriction.key().to_owned()),
        ("source_note", c.source_note.clone()),
        ("separated", c.separated.key().to_owned()),
        ("logs", c.logs.key().to_owned()),
        ("logs_note", c.logs_note.clone()),
        ("cutter_name", c.cutter.name.clone()),
        ("cutter_phone", c.cutter.phone.clone()),
        ("cutter_hours", c.cutter.hours.clone()),
        ("night_name", c.cutter_at_night.name.clone()),
        ("night_phone", c.cutter_at_night.phone.clone()),
        ("night_hours", c.cutter_at_night.hours.clone()),
        ("how_to_cut", c.how_to_cut.clone()),
        ("note", c.note.clone()),
    ]);
    for system in &c.systems {
        form.tick("systems", &system.to_string());
    }
    form
}

fn read(house: &House, guide: &ConnectionGuide, form: &mut Form) -> Option<Connection> {
    let name = form.line("name", NAME);
    let kind = form.choice("kind", |id| guide.kind(id).map(|kind| kind.id.clone()));
    let systems: Vec<RecordId> =
        house.systems.iter().map(|row| row.id).filter(|id| form.has("systems", &id.to_string())).collect();
    let connection = Connection {
        name,
        kind: kind.unwrap_or_default(),
        other_end: house.read_party(form, "other_end", "other_end_name"),
        purpose: house::words(form, "purpose", LINE),
        systems,
        segment: house::words(form, "segment", LINE),
        medium: house::choice(form, "medium", Medium::from_key),
        device: LineDevice {
            whose: house.read_party(form, "owner", "owner_name"),
            maker: house::words(form, "maker", LINE),
            model: house::words(form, "model", LINE),
            firmware: house::words(form, "firmware", LINE),
            firmware_date: house::date(form, "firmware_date"),
        },
        direction: house::choice(form, "direction", Direction::from_key),
        authentication: house::choice(form, "authentication", Authentication::from_key),
        source_restriction: house::choice(form, "source_restriction", Known::from_key),
        source_note: house::words(form, "source_note", LINE),
        separated: house::choice(form, "separated", Known::from_key),
        opening: house::choice(form, "opening", Opening::from_key),
        opened_by: house::words(form, "opened_by", LINE),
        last_use: house::date(form, "last_use"),
        logs: house::choice(form, "logs", Known::from_key),
        logs_note: house::words(form, "logs_note", LINE),
        cutter: Contact {
            name: house::words(form, "cutter_name", LINE),
            phone: house::words(form, "cutter_phone", LINE),
            hours: house::words(form, "cutter_hours", LINE),
            ..Contact::default()
        },
        cutter_at_night: Contact {
            name: house::words(form, "night_name", LINE),
            phone: house::words(form, "night_phone", LINE),
            hours: house::words(form, "night_hours", LINE),
            ..Contact::default()
        },
        how_to_cut: house::words(form, "how_to_cut", LINE),
        contract: house.read_vendor(form, "contract"),
        note: house::words(form, "note", NOTE),
    };
    form.is_right().then_some(connection)
}

fn page(
    app: &AppState,
    visit: &Visit,
    house: &House,
    form: Form,
    row: Option<(RecordId, i64)>,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let guide = &app.catalogue.connections;
    let base = format!("/facilities/{}/ledger/connections", visit.place()?.id);
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if row.is_some() { t.m("connection-edit") } else { t.m("connection-add") };
    let known = |field: &str| {
        let field = if form.value(field).is_empty() { None } else { Some(field) };
        let mut choices = house::choices(t, &form, field.unwrap_or_default(), Known::ALL, Known::key, Known::title);
        if field.is_none() {
            // Nothing chosen yet is "not known".
            choices.iter_mut().for_each(|choice| choice.chosen = choice.key == Known::Unknown.key());
        }
        choices
    };
    let mut kinds = vec![Choice::new("", t.m("form-please-choose"), &form, "kind")];
    kinds.extend(guide.types.iter().map(|kind| Choice::new(&kind.id, t.text(&kind.title).to_owned(), &form, "kind")));
    let last = |mut choices: Vec<Choice>| {
        // The last of each set is "not known": chosen until somebody says otherwise.
        if !choices.iter().any(|choice| choice.chosen)
            && let Some(unknown) = choices.last_mut()
        {
            unknown.chosen = true;
        }
        choices
    };
    let page = EditPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("connection-title")),
        row: row.map(|(id, version)| (id.to_string(), version)),
        base,
        clash,
        advice: guide
            .types
            .iter()
            .map(|kind| Advice {
                title: t.text(&kind.title).to_owned(),
                risk: t.text(&kind.risk).to_owned(),
                checks: kind.checks.iter().map(|check| t.text(check).to_owned()).collect(),
                source: kind.source.title.clone(),
                inferred: kind.confidence == Confidence::Inferred,
            })
            .collect(),
        kinds,
        other_ends: house.parties(t, &form, "other_end"),
        systems: house.system_choices(&form, "systems"),
        media: last(house::choices(t, &form, "medium", Medium::ALL, Medium::key, Medium::title)),
        owners: house.parties(t, &form, "owner"),
        directions: last(house::choices(t, &form, "direction", Direction::ALL, Direction::key, Direction::title)),
        openings: last(house::choices(t, &form, "opening", Opening::ALL, Opening::key, Opening::title)),
        sign_ins: last(house::choices(
            t,
            &form,
            "authentication",
            Authentication::ALL,
            Authentication::key,
            Authentication::title,
        )),
        restrictions: known("source_restriction"),
        separations: known("separated"),
        logs: known("logs"),
        contracts: house.contracts(t, &form, "contract"),
        myth: t.text(&guide.closed_myth.text).to_owned(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn new(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let house = House::of(&app, visit.place()?.id).await?;
    page(&app, &visit, &house, Form::default(), None, None)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<Connection> = house::in_use(&app, &visit, id).await?;
    let house = House::of(&app, visit.place()?.id).await?;
    page(&app, &visit, &house, fill(&row.body), Some((row.id, row.version)), None)
}

pub(crate) async fn add(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    keep(&app, &visit, form, None).await
}

pub(crate) async fn submit(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::in_use::<Connection>(&app, &visit, id).await?;
    keep(&app, &visit, form, Some(id)).await
}

async fn keep(app: &AppState, visit: &Visit, mut form: Form, id: Option<RecordId>) -> Result<Response, Problem> {
    let house = House::of(app, visit.place()?.id).await?;
    let seen = id.map(|id| (id, house::seen(&form)));
    let Some(connection) = read(&house, &app.catalogue.connections, &mut form) else {
        return page(app, visit, &house, form, seen, None);
    };
    match house::save(app, visit, seen, &connection).await? {
        Saved::Kept => {
            let list = format!("/facilities/{}/ledger/connections", visit.place()?.id);
            Ok(visit.done(app, &list, Key("notice-saved")))
        }
        Saved::Other(now) => {
            let clash = house::clash(&house, visit, &now, &fill(&now.body), &form, &LABELS);
            page(app, visit, &house, form, Some((now.id, now.version)), Some(clash))
        }
    }
}

pub(crate) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<Connection>(&app, &visit, id, &form).await?;
    let list = format!("/facilities/{}/ledger/connections", visit.place()?.id);
    Ok(visit.done(&app, &list, Key("notice-saved")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::party::Party;
    use std::collections::BTreeMap;

    #[test]
    fn a_form_filled_from_a_connection_reads_back_as_that_connection() {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let connection = Connection {
            name: "電子カルテ保守".into(),
            kind: "ext-vendor-vpn".into(),
            other_end: Some(Party::Other("ひので情報".into())),
            medium: Medium::InternetIpsec,
            device: LineDevice {
                whose: Some(Party::Facility),
                firmware_date: Some(jiff::civil::date(2026, 4, 1)),
                ..LineDevice::default()
            },
            direction: Direction::Inward,
            authentication: Authentication::TwoFactor,
            source_restriction: Known::Yes,
            opening: Opening::OnDemand,
            cutter_at_night: Contact { phone: "内線 999".into(), ..Contact::default() },
            how_to_cut: "黄色の線を抜く".into(),
            ..Connection::default()
        };
        let house = House { systems: vec![], vendors: BTreeMap::new() };
        assert_eq!(read(&house, &catalogue.connections, &mut fill(&connection)), Some(connection));
    }
}
