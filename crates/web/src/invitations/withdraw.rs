//! Withdrawing a link.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::id::InvitationId;

/// Withdraws a link of this assessment; whoever has it open can save nothing more.
pub(crate) async fn withdraw(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, _, invitation)): Path<(String, String, InvitationId)>,
) -> Result<Response, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let known = app.store.invitations_to(facility, assessment).await?;
    if !known.iter().any(|row| row.id == invitation) {
        return Err(Problem::NotFound);
    }
    app.store.revoke_invitation(&visit.act(app.now()), facility, invitation).await?;
    let back = format!("/facilities/{facility}/assessments/{assessment}/handed-over");
    Ok(visit.done(&app, &back, Key("notice-saved")))
}
