//! Closing an assessment, so that nobody answers any more; and opening it again.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;

/// Closes it. Everyone who has it open hears so.
pub(crate) async fn close(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    app.store.close_assessment(&visit.act(app.now()), facility, assessment).await?;
    app.live.publish(assessment, "closed", &serde_json::json!({ "closed": true }));
    Ok(visit.done(&app, &format!("/facilities/{facility}/assessments"), Key("notice-saved")))
}

/// Opens it again.
pub(crate) async fn reopen(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    app.store.reopen_assessment(&visit.act(app.now()), facility, assessment).await?;
    app.live.publish(assessment, "closed", &serde_json::json!({ "closed": false }));
    Ok(visit.done(&app, &format!("/facilities/{facility}/assessments"), Key("notice-saved")))
}
