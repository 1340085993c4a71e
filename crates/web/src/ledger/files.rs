//! Photos and documents of a device.

use super::at;
use super::query::with_done;
use crate::AppState;
use crate::evidence::{broken, read};
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::id::{AssetId, DocumentId, FacilityId};
use hakutaku_model::ledger::check::MOST_DOCUMENTS;
use hakutaku_model::ledger::{Asset, KeptAsset};
use hakutaku_store::AssetChange;

/// Keeps the files of the form and adds them to the device.
pub(super) async fn attach(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = in_use(app.store.asset(facility, id).await?)?;
    let act = visit.act(app.now());
    let mut documents = row.asset.documents.clone();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let Some((document, content)) = read(part).await? else { continue };
        if documents.len() >= MOST_DOCUMENTS {
            return Err(Problem::unprocessable(Key("ledger-too-many-files")));
        }
        documents.push(app.store.add_document(&act, facility, &document, content).await?.id);
    }
    if documents.len() == row.asset.documents.len() {
        return Err(Problem::unprocessable(Key("evidence-no-file")));
    }
    change(&app, &visit, &row, documents).await
}

/// Takes a file away from the device, and out of the store unless something else names it.
pub(super) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, document)): Path<(FacilityId, AssetId, DocumentId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = in_use(app.store.asset(facility, id).await?)?;
    if !row.asset.documents.contains(&document) {
        return Err(Problem::NotFound);
    }
    let left = row.asset.documents.iter().copied().filter(|kept| *kept != document).collect();
    let response = change(&app, &visit, &row, left).await?;
    app.store.detach_document(&visit.act(app.now()), facility, document).await?;
    Ok(response)
}

fn in_use(row: KeptAsset) -> Result<KeptAsset, Problem> {
    if row.retired_at.is_some() {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("ledger-is-retired")));
    }
    Ok(row)
}

async fn change(
    app: &AppState,
    visit: &Visit,
    row: &KeptAsset,
    documents: Vec<DocumentId>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let asset = Asset { documents, ..row.asset.clone() };
    let change = AssetChange::Change { id: row.id, expected: row.version, asset };
    let done = app.store.change_assets(&visit.act(app.now()), facility, &[change], "edit").await?;
    Ok(Redirect::to(&with_done(&at(facility, &row.id.to_string()), done.id)).into_response())
}
