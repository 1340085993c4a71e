//! Taking a file away.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::id::DocumentId;

/// Removes a file of an open assessment.
pub(crate) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, DocumentId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = app.store.document(facility, id).await?;
    // A file of no assessment belongs to another capability, which removes it itself.
    let assessment = row.assessment.ok_or(Problem::NotFound)?;
    if app.store.assessment(facility, assessment).await?.closed_at.is_some() {
        return Err(Problem::unprocessable(Key("answering-closed")));
    }
    app.store.remove_document(&visit.act(app.now()), facility, id).await?;
    let back = format!("/facilities/{facility}/assessments/{assessment}/documents");
    Ok(visit.done(&app, &back, Key("notice-saved")))
}
