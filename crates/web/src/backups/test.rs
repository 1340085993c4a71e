//! One restore test: what was restored where, what was looked at, how long it took.

use super::copy::For;
use crate::AppState;
use crate::house::{self, Choice, Clash, House, LINE, NOTE, Saved};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::backup::{BackupCopy, RestoreTest};
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::known::Known;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_store::DocumentRow;

#[derive(Template)]
#[template(path = "backups/test.html")]
struct TestPage {
    t: Words,
    page: Page,
    form: Form,
    row: Option<(String, i64)>,
    base: String,
    clash: Option<Clash>,
    systems: Vec<Choice>,
    copies: Vec<Choice>,
    results: Vec<Choice>,
    documents: Vec<Choice>,
}

const LABELS: [(&str, &str); 9] = [
    ("system", "backup-system"),
    ("copy", "backup-from-copy"),
    ("date", "backup-test-date"),
    ("target", "backup-test-target"),
    ("checked", "backup-test-checked"),
    ("minutes", "backup-test-minutes"),
    ("success", "backup-test-success"),
    ("who", "backup-test-who"),
    ("documents", "backup-test-documents"),
];

/// What a test points to.
struct Around {
    house: House,
    copies: Vec<Kept<BackupCopy>>,
    documents: Vec<DocumentRow>,
}

impl Around {
    async fn of(app: &AppState, visit: &Visit) -> Result<Self, Problem> {
        let facility = visit.place()?.id;
        Ok(Self {
            house: House::of(app, facility).await?,
            copies: app.store.records(facility).await?,
            documents: app.store.documents(facility, None).await?,
        })
    }
}

fn fill(test: &RestoreTest) -> Form {
    let mut form = Form::of([
        ("system", test.system.to_string()),
        ("copy", test.copy.map(|id| id.to_string()).unwrap_or_default()),
        ("date", test.date.to_string()),
        ("target", test.target.clone()),
        ("checked", test.checked.clone()),
        ("minutes", test.minutes.map(|minutes| minutes.to_string()).unwrap_or_default()),
        ("success", if test.success { "yes" } else { "no" }.to_owned()),
        ("who", test.who.clone()),
    ]);
    for document in &test.documents {
        form.tick("documents", &document.to_string());
    }
    form
}

fn read(around: &Around, form: &mut Form) -> Option<RestoreTest> {
    let system = form.choice("system", |id| id.parse().ok().filter(|id| around.house.system(*id).is_some()));
    if form.value("date").trim().is_empty() {
        form.fault("date", Key("form-empty"));
    }
    let date = house::date(form, "date");
    let copy = if form.value("copy").is_empty() {
        None
    } else {
        form.choice("copy", |id| id.parse().ok().filter(|id| around.copies.iter().any(|row| row.id == *id)))
    };
    let success = form.choice("success", |key| match key {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    });
    let documents: Vec<DocumentId> =
        around.documents.iter().map(|row| row.id).filter(|id| form.has("documents", &id.to_string())).collect();
    let test = RestoreTest {
        copy,
        target: house::words(form, "target", LINE),
        checked: house::words(form, "checked", NOTE),
        minutes: house::number(form, "minutes", 99_999),
        who: house::words(form, "who", LINE),
        documents,
        // Last: all other fields have been read by now, and what is wrong in them is said, too.
        system: system?,
        date: date?,
        success: success?,
    };
    form.is_right().then_some(test)
}

fn page(
    visit: &Visit,
    around: &Around,
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
    let mut systems = vec![Choice::new("", t.m("form-please-choose"), &form, "system")];
    systems.extend(around.house.system_choices(&form, "system"));
    let mut copies = vec![Choice::new("", t.m("backup-copy-unknown"), &form, "copy")];
    copies.extend(around.copies.iter().map(|row| {
        let system = around.house.system(row.body.system).map_or("", |system| system.name.as_str());
        Choice::new(&row.id.to_string(), format!("{system} / {}", row.body.name), &form, "copy")
    }));
    let title = if row.is_some() { t.m("backup-test-edit") } else { t.m("backup-test-add") };
    let page = TestPage {
        t,
        page: visit.page(title).under(base.clone(), t.m("backup-title")),
        row: row.map(|(id, version)| (id.to_string(), version)),
        base,
        clash,
        systems,
        copies,
        results: house::choices(t, &form, "success", &[Known::Yes, Known::No], Known::key, Known::title),
        documents: around
            .documents
            .iter()
            .map(|row| Choice::new(&row.id.to_string(), row.name.clone(), &form, "documents"))
            .collect(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<For>,
) -> Result<Response, Problem> {
    let around = Around::of(&app, &visit).await?;
    page(&visit, &around, Form::of([("system", asked.system)]), None, None)
}

pub(crate) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<RestoreTest> = house::in_use(&app, &visit, id).await?;
    let around = Around::of(&app, &visit).await?;
    page(&visit, &around, fill(&row.body), Some((row.id, row.version)), None)
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
    house::in_use::<RestoreTest>(&app, &visit, id).await?;
    keep(&app, &visit, form, Some(id)).await
}

async fn keep(app: &AppState, visit: &Visit, mut form: Form, id: Option<RecordId>) -> Result<Response, Problem> {
    let around = Around::of(app, visit).await?;
    let seen = id.map(|id| (id, house::seen(&form)));
    let Some(test) = read(&around, &mut form) else { return page(visit, &around, form, seen, None) };
    match house::save(app, visit, seen, &test).await? {
        Saved::Kept => {
            let list = format!("/facilities/{}/ledger/backups", visit.place()?.id);
            Ok(visit.done(app, &list, Key("notice-saved")))
        }
        Saved::Other(now) => {
            let clash = house::clash(&around.house, visit, &now, &fill(&now.body), &form, &LABELS);
            page(visit, &around, form, Some((now.id, now.version)), Some(clash))
        }
    }
}

pub(crate) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<RestoreTest>(&app, &visit, id, &form).await?;
    let list = format!("/facilities/{}/ledger/backups", visit.place()?.id);
    Ok(visit.done(&app, &list, Key("notice-saved")))
}
