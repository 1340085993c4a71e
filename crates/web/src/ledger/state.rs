//! Taking a device out of the ledger when it is disposed of, and back in. Nothing is deleted.

use super::at;
use super::query::with_done;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_store::{AssetChange, StoreError};

pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    form: Form,
) -> Result<Response, Problem> {
    let change = AssetChange::Retire { id, expected: version(&form) };
    carry_out(&app, &visit, id, change, "retire").await
}

pub(super) async fn restore(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    form: Form,
) -> Result<Response, Problem> {
    let change = AssetChange::Restore { id, expected: version(&form) };
    carry_out(&app, &visit, id, change, "restore").await
}

fn version(form: &Form) -> i64 {
    form.value("version").parse().unwrap_or_default()
}

async fn carry_out(
    app: &AppState,
    visit: &Visit,
    id: AssetId,
    change: AssetChange,
    why: &str,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let done = match app.store.change_assets(&visit.act(app.now()), facility, &[change], why).await {
        Ok(done) => done,
        Err(StoreError::AlreadyExists(_)) => {
            return Err(Problem::Said(StatusCode::CONFLICT, Key("ledger-undo-number-taken")));
        }
        Err(error) => return Err(error.into()),
    };
    let here = at(facility, &id.to_string());
    let to = if done.changed > 0 { with_done(&here, done.id) } else { here };
    Ok(Redirect::to(&to).into_response())
}
