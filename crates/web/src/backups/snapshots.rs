//! Lists of snapshots, as restic and rustic print them: proof of copies without typing.

use super::matrix::Held;
use crate::AppState;
use crate::house;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use hakutaku_discovery::snapshots::{ReadSnapshots, SnapshotsError, read_snapshots};
use hakutaku_model::access::Action;
use hakutaku_model::backup::SnapshotList;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};

struct ListLine {
    id: String,
    version: i64,
    repository: String,
    tool: String,
    read: String,
    count: usize,
    newest: Option<(String, i32)>,
    hosts: String,
}

#[derive(Template)]
#[template(path = "backups/snapshots.html")]
struct SnapshotsPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_edit: bool,
    form: Form,
    fault: Option<String>,
    lists: Vec<ListLine>,
    unmatched: usize,
}

/// Why a file cannot be taken, in words.
pub(crate) fn refusal(t: Words, error: &SnapshotsError) -> String {
    match error {
        SnapshotsError::TooLarge => t.m("backup-list-too-large"),
        SnapshotsError::NotJson { line, column } => t.a2("backup-list-no-json", "line", *line, "column", *column),
        SnapshotsError::NotSnapshots => t.m("backup-list-other"),
        SnapshotsError::NoTime { number } => t.a("backup-list-no-time", "number", *number),
    }
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

async fn page(app: &AppState, visit: &Visit, form: Form, fault: Option<String>) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let held = Held::of(app, facility).await?;
    let today = app.now().date_in_japan();
    let line = |row: &Kept<SnapshotList>| {
        let mut hosts: Vec<&str> = row.body.snapshots.iter().map(|snapshot| snapshot.host.as_str()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts.truncate(10);
        ListLine {
            id: row.id.to_string(),
            version: row.version,
            repository: row.body.repository.clone(),
            tool: row.body.tool.clone(),
            read: row.body.read_at.minute_in_japan(t.lang),
            count: row.body.snapshots.len(),
            newest: row.body.snapshots.first().map(|snapshot| {
                let days = snapshot.time.date_in_japan().until(today).map_or(0, |span| span.get_days());
                (snapshot.time.minute_in_japan(t.lang), days)
            }),
            hosts: hosts.join(", "),
        }
    };
    let status = if fault.is_none() && form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let base = format!("/facilities/{facility}/ledger/backups");
    let page = SnapshotsPage {
        t,
        page: visit.page(t.m("backup-snapshots")).under(base.clone(), t.m("backup-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base,
        may_edit: visit.may(Action::EditLedger),
        form,
        fault,
        lists: held.snapshots.iter().map(line).collect(),
        unmatched: held.copies.iter().filter(|row| row.body.snapshots.is_none()).count(),
    };
    Ok((status, html(&page)?).into_response())
}

/// Reads a list where it blocks nobody.
pub(crate) async fn list_file(content: Bytes) -> Result<Result<ReadSnapshots, SnapshotsError>, Problem> {
    press(move || read_snapshots(&content)).await
}

/// Keeps what a repository holds now; the row of the same repository is replaced.
pub(crate) async fn keep_list(
    app: &AppState,
    visit: &Visit,
    repository: String,
    read: ReadSnapshots,
) -> Result<Kept<SnapshotList>, Problem> {
    let list = SnapshotList {
        repository,
        tool: read.tool.to_owned(),
        read_at: app.now(),
        snapshots: read.snapshots,
        left_out: read.left_out,
    };
    Ok(app.store.put_record(&visit.act(app.now()), visit.place()?.id, &list).await?)
}

pub(crate) async fn upload(
    State(app): State<AppState>,
    visit: Visit,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let t = visit.t();
    let unreadable = |_| Problem::unprocessable(Key("import-unreadable"));
    let (mut repository, mut content) = (String::new(), Bytes::new());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        match part.name() {
            Some("repository") => repository = part.text().await.map_err(unreadable)?,
            Some("file") => content = part.bytes().await.map_err(unreadable)?,
            _ => {}
        }
    }
    let mut form = Form::of([("repository", repository)]);
    let repository = form.line("repository", house::NAME);
    if content.is_empty() {
        form.fault("file", Key("import-no-file"));
    }
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    match list_file(content).await? {
        Err(error) => page(&app, &visit, form, Some(refusal(t, &error))).await,
        Ok(read) => {
            keep_list(&app, &visit, repository, read).await?;
            let to = format!("/facilities/{}/ledger/backups/snapshots", visit.place()?.id);
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
    }
}

pub(crate) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<SnapshotList>(&app, &visit, id, &form).await?;
    let to = format!("/facilities/{}/ledger/backups/snapshots", visit.place()?.id);
    Ok(visit.done(&app, &to, Key("notice-saved")))
}
