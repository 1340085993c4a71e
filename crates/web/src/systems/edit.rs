//! One system: add, change, take out of use.

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
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::system::{System, SystemKind};

#[derive(Template)]
#[template(path = "systems/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    form: Form,
    /// Id and version of the row, unless it is a new one.
    row: Option<(String, i64)>,
    base: String,
    kinds: Vec<Choice>,
    vendors: Vec<Choice>,
    clash: Option<Clash>,
}

/// Fields and their labels, for laying two versions side by side.
const LABELS: [(&str, &str); 12] = [
    ("name", "system-name"),
    ("kind", "system-kind"),
    ("product", "system-product"),
    ("owner", "system-owner"),
    ("vendor", "system-vendor"),
    ("vendor_name", "system-vendor-name"),
    ("rto_hours", "system-rto"),
    ("rpo_hours", "system-rpo"),
    ("clinical_importance", "system-importance"),
    ("recovery_order", "system-recovery"),
    ("segment", "system-segment"),
    ("note", "system-note"),
];

fn fill(system: &System) -> Form {
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let (vendor, vendor_name) = house::party_values(system.vendor.as_ref());
    Form::of([
        ("name", system.name.clone()),
        ("kind", system.kind.key().to_owned()),
        ("product", system.product.clone()),
        ("owner", system.owner.clone()),
        ("vendor", vendor),
        ("vendor_name", vendor_name),
        ("rto_hours", number(system.rto_hours)),
        ("rpo_hours", number(system.rpo_hours)),
        ("clinical_importance", number(system.clinical_importance.map(u32::from))),
        ("recovery_order", number(system.recovery_order.map(u32::from))),
        ("segment", system.segment.clone()),
        ("note", system.note.clone()),
    ])
}

fn read(house: &House, form: &mut Form) -> Option<System> {
    let name = form.line("name", NAME);
    let kind = form.choice("kind", SystemKind::from_key);
    let system = System {
        name,
        kind: kind?,
        product: house::words(form, "product", LINE),
        owner: house::words(form, "owner", LINE),
        vendor: house.read_party(form, "vendor", "vendor_name"),
        rto_hours: house::number(form, "rto_hours", 99_999),
        rpo_hours: house::number(form, "rpo_hours", 99_999),
        clinical_importance: house::rank(form, "clinical_importance"),
        recovery_order: house::rank(form, "recovery_order"),
        segment: house::words(form, "segment", LINE),
        note: house::words(form, "note", NOTE),
    };
    form.is_right().then_some(system)
}

fn page(
    visit: &Visit,
    house: &House,
    form: Form,
    row: Option<(RecordId, i64)>,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let base = format!("/facilities/{}/ledger/systems", visit.place()?.id);
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if row.is_some() { t.m("system-edit") } else { t.m("system-add") };
    let page = EditPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("system-title")),
        row: row.map(|(id, version)| (id.to_string(), version)),
        base,
        kinds: house::choices(t, &form, "kind", &SystemKind::ALL, SystemKind::key, SystemKind::title),
        vendors: house.parties(t, &form, "vendor"),
        form,
        clash,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn new(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let house = House::of(&app, visit.place()?.id).await?;
    page(&visit, &house, Form::default(), None, None)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<System> = house::in_use(&app, &visit, id).await?;
    let house = House::of(&app, visit.place()?.id).await?;
    page(&visit, &house, fill(&row.body), Some((row.id, row.version)), None)
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
    house::in_use::<System>(&app, &visit, id).await?;
    keep(&app, &visit, form, Some(id)).await
}

async fn keep(app: &AppState, visit: &Visit, mut form: Form, id: Option<RecordId>) -> Result<Response, Problem> {
    let house = House::of(app, visit.place()?.id).await?;
    let seen = id.map(|id| (id, house::seen(&form)));
    let Some(system) = read(&house, &mut form) else { return page(visit, &house, form, seen, None) };
    match house::save(app, visit, seen, &system).await? {
        Saved::Kept => {
            Ok(visit.done(app, &format!("/facilities/{}/ledger/systems", visit.place()?.id), Key("notice-saved")))
        }
        Saved::Other(now) => {
            let clash = house::clash(&house, visit, &now, &fill(&now.body), &form, &LABELS);
            page(visit, &house, form, Some((now.id, now.version)), Some(clash))
        }
    }
}

pub(crate) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<System>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &format!("/facilities/{}/ledger/systems", visit.place()?.id), Key("notice-saved")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_form_filled_from_a_system_reads_back_as_that_system() {
        let system: System = serde_json::from_value(serde_json::json!({
            "name": "電子カルテ", "kind": "emr", "vendor": {"is": "other", "who": "ひので情報"},
            "rto_hours": 8, "clinical_importance": 1, "recovery_order": 3, "note": "紙の\n手順",
        }))
        .expect("a system");
        let house = House { systems: vec![], vendors: BTreeMap::new() };
        assert_eq!(read(&house, &mut fill(&system)), Some(system));
    }
}
