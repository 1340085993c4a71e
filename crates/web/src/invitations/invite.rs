//! Inviting an executive to their own sheet.

use crate::AppState;
use crate::answering::sheet::Sheet;
use crate::invitations::link;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::id::{AssessmentId, FacilityId};
use hakutaku_store::{InvitationKind, NewInvitation};

/// Makes a link to the whole sheet and shows it once.
pub(crate) async fn invite(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let days = link::days_from_key(form.value("days")).unwrap_or(14);
    issue(&app, &visit, facility, assessment, days).await
}

/// The same for a sheet that was just opened.
pub(crate) async fn issue(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    assessment: AssessmentId,
    days: u16,
) -> Result<Html<String>, Problem> {
    let sheet = Sheet::load(app, facility, assessment).await?;
    // The link is to one person's own sheet. Questions of a shared one are handed over instead.
    let Some(name) = sheet.row.respondent.clone().filter(|name| !name.is_empty()) else {
        return Err(Problem::unprocessable(Key("invite-own-sheet-only")));
    };
    if sheet.is_closed() {
        return Err(Problem::unprocessable(Key("answering-closed")));
    }
    let act = visit.act(app.now());
    let invitation = NewInvitation {
        assessment,
        questions: None,
        name,
        kind: InvitationKind::Executive,
        expires_at: act.at.plus_seconds(i64::from(days) * 86_400),
    };
    let issued = app.store.create_invitation(&act, facility, &invitation).await?;
    link::show_once(app, visit, &sheet, &issued, "")
}
