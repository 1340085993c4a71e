//! All about one device: its fields, its photos and documents, what it said before.

use super::form::{Group, Values, groups, touched, values_of, values_typed, wrong};
use super::list::title;
use super::plan::{Plan, Typed};
use super::query::{ListQuery, with_done};
use super::undo::{Notice, notice_of};
use super::{at, names};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{Asset, Column, KeptAsset};
use hakutaku_store::{AssetVersion, StoreError};
use std::collections::BTreeMap;

/// Versions shown; older ones stay in the log and in backups.
const VERSIONS: usize = 50;

struct File {
    id: String,
    href: String,
    name: String,
    hint: String,
}

/// A version in words: what differs from the one before.
struct Then {
    at: String,
    by: String,
    what: String,
    cells: Vec<Difference>,
}

struct Difference {
    title: String,
    was: String,
    now: String,
}

/// What somebody else wrote meanwhile.
struct Meanwhile {
    sentence: String,
    cells: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "ledger/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    here: String,
    base: String,
    version: i64,
    retired: Option<String>,
    groups: Vec<Group>,
    faults: Vec<(&'static str, String)>,
    meanwhile: Option<Meanwhile>,
    marks: Vec<String>,
    changed: String,
    files: Vec<File>,
    history: Vec<Then>,
    may_edit: bool,
    may_read_files: bool,
    notice: Option<Notice>,
}

/// What the page shows besides the device.
#[derive(Default)]
struct Shown {
    values: Option<Values>,
    wrong: BTreeMap<Column, String>,
    /// The version the typed values were based on, when it is not what stands.
    based_on: Option<Asset>,
    query: ListQuery,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Problem> {
    let row = app.store.asset(visit.place()?.id, id).await?;
    page(&app, &visit, &row, Shown { query: ListQuery::read(raw.as_deref()), ..Shown::default() }).await
}

async fn page(app: &AppState, visit: &Visit, row: &KeptAsset, shown: Shown) -> Result<Response, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let (base, here) = (at(facility, ""), at(facility, &row.id.to_string()));
    let names = names(app, facility).await?;
    let mut files = Vec::new();
    for id in &row.asset.documents {
        match app.store.document(facility, *id).await {
            Ok(file) => files.push(File {
                id: id.to_string(),
                href: format!("/facilities/{facility}/documents/{id}"),
                hint: format!("{}, {}, {}", size(file.size), file.by, file.at.minute_in_japan(t.lang)),
                name: file.name,
            }),
            // Taken away elsewhere.
            Err(StoreError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let history = app.store.asset_history(facility, row.id).await?;
    let stands = values_of(&row.asset, &names, t.lang);
    let status = match (&shown.based_on, shown.wrong.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let meanwhile = shown.based_on.map(|before| Meanwhile {
        sentence: t.a2("ledger-conflict-by", "name", &row.changed_by, "time", row.changed_at.minute_in_japan(t.lang)),
        cells: differences(&before, &row.asset, &names, t),
    });
    let edit = EditPage {
        page: visit.page(title(&row.asset)).under(&base, t.m("ledger-title")),
        version: row.version,
        retired: row.retired_at.map(|at| t.a("ledger-retired-since", "time", at.minute_in_japan(t.lang))),
        groups: groups(t, &names, shown.values.as_ref().unwrap_or(&stands), &shown.wrong),
        faults: shown.wrong.into_iter().map(|(column, sentence)| (column.key(), sentence)).collect(),
        meanwhile,
        marks: Mark::ALL
            .into_iter()
            .filter(|mark| *mark != Mark::RemotelyMaintained && mark.is_on(&row.asset, today))
            .map(|mark| mark.title().get(t.lang).to_owned())
            .collect(),
        changed: t.a2("ledger-changed", "name", &row.changed_by, "time", row.changed_at.minute_in_japan(t.lang)),
        files,
        history: then(&history, &names, t),
        may_edit: visit.may(Action::EditLedger) && row.retired_at.is_none(),
        may_read_files: visit.may(Action::ReadDocument),
        notice: notice_of(app, visit, shown.query.done).await?,
        t,
        base,
        here,
    };
    Ok((status, html(&edit)?).into_response())
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = app.store.asset(facility, id).await?;
    if row.retired_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("ledger-is-retired")));
    }
    let names = names(&app, facility).await?;
    let values = values_typed(&form);
    let expected: i64 = form.value("version").parse().unwrap_or_default();
    if expected != row.version {
        return meanwhile(&app, &visit, &row, expected, values).await;
    }
    let cells = touched(&values, &values_of(&row.asset, &names, visit.lang));
    let plan = Plan::make(&app, facility, &names, &[Typed { row: Some((id, expected)), cells }]).await?;
    if !plan.is_right() {
        let shown = Shown { wrong: wrong(&plan, visit.t()), values: Some(values), ..Shown::default() };
        return page(&app, &visit, &row, shown).await;
    }
    match app.store.change_assets(&visit.act(app.now()), facility, &plan.changes, "edit").await {
        Ok(done) if done.changed > 0 => {
            Ok(Redirect::to(&with_done(&at(facility, &id.to_string()), done.id)).into_response())
        }
        Ok(_) => Ok(Redirect::to(&at(facility, &id.to_string())).into_response()),
        Err(StoreError::Conflict(_)) => {
            let row = app.store.asset(facility, id).await?;
            meanwhile(&app, &visit, &row, expected, values).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Somebody else was faster: what was typed stays, and what they wrote is said.
async fn meanwhile(
    app: &AppState,
    visit: &Visit,
    row: &KeptAsset,
    expected: i64,
    values: Values,
) -> Result<Response, Problem> {
    let history = app.store.asset_history(visit.place()?.id, row.id).await?;
    let before = history.into_iter().find(|then| then.version == expected).map(|then| then.asset).unwrap_or_default();
    page(app, visit, row, Shown { values: Some(values), based_on: Some(before), ..Shown::default() }).await
}

fn differences(was: &Asset, now: &Asset, names: &Names, t: Words) -> Vec<Difference> {
    let cells = Column::ALL.into_iter().filter_map(|column| {
        let (was, now) = (write(column, was, names, t.lang), write(column, now, names, t.lang));
        (was != now).then(|| Difference { title: column.title().get(t.lang).to_owned(), was, now })
    });
    let files = (was.documents != now.documents).then(|| Difference {
        title: t.m("ledger-files"),
        was: was.documents.len().to_string(),
        now: now.documents.len().to_string(),
    });
    cells.chain(files).collect()
}

/// The versions in words, newest first.
fn then(history: &[AssetVersion], names: &Names, t: Words) -> Vec<Then> {
    let nothing = Asset { kind: hakutaku_model::ledger::AssetKind::Other, ..Asset::default() };
    let before = |at: usize| history.get(at + 1);
    (0..history.len().min(VERSIONS))
        .map(|at| {
            let (now, was) = (&history[at], before(at));
            let what = match (now.why.as_str(), was) {
                ("undo", _) => t.m("ledger-why-undo"),
                ("import", None) => t.m("ledger-why-import-new"),
                ("import", Some(_)) => t.m("ledger-why-import"),
                (_, None) => t.m("ledger-why-create"),
                (_, Some(was)) if was.retired_at.is_none() && now.retired_at.is_some() => t.m("ledger-why-retire"),
                (_, Some(was)) if was.retired_at.is_some() && now.retired_at.is_none() => t.m("ledger-why-restore"),
                _ => t.m("ledger-why-edit"),
            };
            Then {
                at: now.at.minute_in_japan(t.lang),
                by: now.by.clone(),
                what,
                cells: differences(was.map_or(&nothing, |was| &was.asset), &now.asset, names, t),
            }
        })
        .collect()
}

/// `340 kB`, `2.1 MB`.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
