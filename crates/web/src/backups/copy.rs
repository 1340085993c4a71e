//! One copy of a system's data.

use crate::AppState;
use crate::house::{self, Choice, Clash, House, LINE, NAME, NOTE, Saved};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::backup::{BackupCopy, CopyMedium, CopyMethod, CopyPlace, Separation, SnapshotMatch};
use hakutaku_model::id::FacilityId;
use hakutaku_model::known::Known;
use hakutaku_model::record::{Kept, RecordId};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "backups/copy.html")]
struct CopyPage {
    t: Words,
    page: Page,
    form: Form,
    row: Option<(String, i64)>,
    base: String,
    clash: Option<Clash>,
    systems: Vec<Choice>,
    media: Vec<Choice>,
    places: Vec<Choice>,
    methods: Vec<Choice>,
    separations: Vec<Choice>,
    encryption: Vec<Choice>,
    deletion: Vec<Choice>,
    contracts: Vec<Choice>,
}

const LABELS: [(&str, &str); 19] = [
    ("system", "backup-system"),
    ("name", "backup-name"),
    ("medium", "backup-medium"),
    ("place", "backup-place"),
    ("place_note", "backup-place-note"),
    ("method", "backup-method"),
    ("separation", "backup-separation"),
    ("generations", "backup-generations"),
    ("interval_hours", "backup-interval"),
    ("retention_days", "backup-retention"),
    ("encrypted", "backup-encrypted"),
    ("deletable_by", "backup-deletable-by"),
    ("deletable_by_production", "backup-same-accounts"),
    ("contract", "backup-contract"),
    ("evidence", "backup-evidence"),
    ("snapshot_host", "backup-snapshot-host"),
    ("snapshot_tag", "backup-snapshot-tag"),
    ("snapshot_path", "backup-snapshot-path"),
    ("note", "backup-note"),
];

/// A new copy begins with the system it was asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct For {
    #[serde(default)]
    pub(super) system: String,
}

fn fill(copy: &BackupCopy) -> Form {
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let wanted = copy.snapshots.clone().unwrap_or_default();
    Form::of([
        ("system", copy.system.to_string()),
        ("name", copy.name.clone()),
        ("medium", copy.medium.key().to_owned()),
        ("place", copy.place.key().to_owned()),
        ("place_note", copy.place_note.clone()),
        ("method", copy.method.key().to_owned()),
        ("separation", copy.separation.key().to_owned()),
        ("generations", number(copy.generations)),
        ("interval_hours", number(copy.interval_hours)),
        ("retention_days", number(copy.retention_days)),
        ("encrypted", copy.encrypted.key().to_owned()),
        ("deletable_by", copy.deletable_by.clone()),
        ("deletable_by_production", copy.deletable_by_production.key().to_owned()),
        ("contract", copy.contract.map(|id| id.to_string()).unwrap_or_default()),
        ("evidence", copy.evidence.clone()),
        ("snapshot_host", wanted.host),
        ("snapshot_tag", wanted.tag),
        ("snapshot_path", wanted.path),
        ("note", copy.note.clone()),
    ])
}

fn read(house: &House, form: &mut Form) -> Option<BackupCopy> {
    let system = form.choice("system", |id| id.parse().ok().filter(|id| house.system(*id).is_some()));
    let wanted = SnapshotMatch {
        host: house::words(form, "snapshot_host", LINE),
        tag: house::words(form, "snapshot_tag", LINE),
        path: house::words(form, "snapshot_path", LINE),
    };
    let copy = BackupCopy {
        name: form.line("name", NAME),
        medium: house::choice(form, "medium", CopyMedium::from_key),
        place: house::choice(form, "place", CopyPlace::from_key),
        place_note: house::words(form, "place_note", LINE),
        method: house::choice(form, "method", CopyMethod::from_key),
        separation: house::choice(form, "separation", Separation::from_key),
        generations: house::number(form, "generations", 9_999),
        interval_hours: house::number(form, "interval_hours", 99_999),
        retention_days: house::number(form, "retention_days", 99_999),
        encrypted: house::choice(form, "encrypted", Known::from_key),
        deletable_by: house::words(form, "deletable_by", LINE),
        deletable_by_production: house::choice(form, "deletable_by_production", Known::from_key),
        contract: house.read_vendor(form, "contract"),
        evidence: house::words(form, "evidence", LINE),
        snapshots: (!wanted.is_empty()).then_some(wanted),
        note: house::words(form, "note", NOTE),
        // Last: all other fields have been read by now, and what is wrong in them is said, too.
        system: system?,
    };
    form.is_right().then_some(copy)
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
    let base = format!("/facilities/{}/ledger/backups", visit.place()?.id);
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if row.is_some() { t.m("backup-copy-edit") } else { t.m("backup-copy-add") };
    // The last of each set is "not known": chosen until somebody says otherwise.
    let last = |mut choices: Vec<Choice>| {
        if !choices.iter().any(|choice| choice.chosen)
            && let Some(unknown) = choices.last_mut()
        {
            unknown.chosen = true;
        }
        choices
    };
    let mut separations =
        last(house::choices(t, &form, "separation", Separation::ALL, Separation::key, Separation::title));
    for choice in &mut separations {
        let rule = Separation::from_key(&choice.key).and_then(|way| app.catalogue.backup.rule(way));
        if let Some(rule) = rule {
            choice.hint = t.text(&rule.hint).to_owned();
            if let Some(by) = &rule.accepted_by {
                choice.hint = format!("{} {}", choice.hint, t.a("backup-accepted", "by", t.text(by)));
            }
        }
    }
    let mut systems = vec![Choice::new("", t.m("form-please-choose"), &form, "system")];
    systems.extend(house.system_choices(&form, "system"));
    let page = CopyPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("backup-title")),
        row: row.map(|(id, version)| (id.to_string(), version)),
        base,
        clash,
        systems,
        media: last(house::choices(t, &form, "medium", CopyMedium::ALL, CopyMedium::key, CopyMedium::title)),
        places: last(house::choices(t, &form, "place", CopyPlace::ALL, CopyPlace::key, CopyPlace::title)),
        methods: last(house::choices(t, &form, "method", CopyMethod::ALL, CopyMethod::key, CopyMethod::title)),
        separations,
        encryption: last(house::choices(t, &form, "encrypted", Known::ALL, Known::key, Known::title)),
        deletion: last(house::choices(t, &form, "deletable_by_production", Known::ALL, Known::key, Known::title)),
        contracts: house.contracts(t, &form, "contract"),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<For>,
) -> Result<Response, Problem> {
    let house = House::of(&app, visit.place()?.id).await?;
    page(&app, &visit, &house, Form::of([("system", asked.system)]), None, None)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<BackupCopy> = house::in_use(&app, &visit, id).await?;
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
    house::in_use::<BackupCopy>(&app, &visit, id).await?;
    keep(&app, &visit, form, Some(id)).await
}

async fn keep(app: &AppState, visit: &Visit, mut form: Form, id: Option<RecordId>) -> Result<Response, Problem> {
    let house = House::of(app, visit.place()?.id).await?;
    let seen = id.map(|id| (id, house::seen(&form)));
    let Some(copy) = read(&house, &mut form) else { return page(app, visit, &house, form, seen, None) };
    match house::save(app, visit, seen, &copy).await? {
        Saved::Kept => Ok(visit.done(app, &list(visit)?, Key("notice-saved"))),
        Saved::Other(now) => {
            let clash = house::clash(&house, visit, &now, &fill(&now.body), &form, &LABELS);
            page(app, visit, &house, form, Some((now.id, now.version)), Some(clash))
        }
    }
}

fn list(visit: &Visit) -> Result<String, Problem> {
    Ok(format!("/facilities/{}/ledger/backups", visit.place()?.id))
}

pub(crate) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<BackupCopy>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &list(&visit)?, Key("notice-saved")))
}
