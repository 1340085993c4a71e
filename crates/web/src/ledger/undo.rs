//! The notice after a change, and taking the change back.

use super::list::back;
use super::query::with_done;
use super::{at, grid};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::BatchId;
use hakutaku_store::StoreError;

/// What was just done, and the button that takes it back.
pub(super) struct Notice {
    pub(super) sentence: String,
    /// The batch to undo and what the button says; `None` when it is undone already, or not this person's to undo.
    pub(super) button: Option<(String, String)>,
}

/// The notice about a change named in the address; none where it names none of this facility.
pub(super) async fn notice_of(
    app: &AppState,
    visit: &Visit,
    batch: Option<BatchId>,
) -> Result<Option<Notice>, Problem> {
    let Some(id) = batch else { return Ok(None) };
    let t = visit.t();
    let row = match app.store.asset_batch(visit.place()?.id, id).await {
        Ok(row) => row,
        Err(StoreError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let count = row.rows;
    let (sentence, button) = match row.why.as_str() {
        "undo" => (t.a("ledger-done-undo", "count", count), t.m("ledger-redo")),
        "create" => (t.a("ledger-done-create", "count", count), t.m("ledger-undo")),
        "retire" => (t.a("ledger-done-retire", "count", count), t.m("ledger-undo")),
        "restore" => (t.a("ledger-done-restore", "count", count), t.m("ledger-undo")),
        "import" => (t.a("ledger-done-import", "count", count), t.m("ledger-undo")),
        _ => (t.a("ledger-done-edit", "count", count), t.m("ledger-undo")),
    };
    if row.undone_by.is_some() {
        return Ok(Some(Notice { sentence: t.m("ledger-undone-already"), button: None }));
    }
    let button = visit.may(Action::EditLedger).then(|| (id.to_string(), button));
    Ok(Some(Notice { sentence, button }))
}

/// Takes a batch back: all of its rows, or none where one changed since.
pub(super) async fn undo(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let batch: BatchId = form.value("batch").parse().map_err(|_| Problem::NotFound)?;
    let done = match app.store.undo_assets(&visit.act(app.now()), facility, batch).await {
        Ok(done) => done,
        Err(StoreError::Conflict(_)) => return Err(Problem::Said(StatusCode::CONFLICT, Key("ledger-undo-conflict"))),
        Err(StoreError::AlreadyExists(_)) => {
            return Err(Problem::Said(StatusCode::CONFLICT, Key("ledger-undo-number-taken")));
        }
        Err(error) => return Err(error.into()),
    };
    let by_script = headers
        .get(header::ACCEPT)
        .and_then(|kinds| kinds.to_str().ok())
        .is_some_and(|kinds| kinds.contains("application/json"));
    if by_script {
        let names = super::names(&app, facility).await?;
        return Ok(grid::saved(&done, &names, visit.t()).into_response());
    }
    let to = back(&form, &at(facility, ""));
    Ok(Redirect::to(&with_done(&to, done.id)).into_response())
}
