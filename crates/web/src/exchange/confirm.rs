//! Saying yes to a dry run: all of it is saved, or none.

use crate::AppState;
use crate::exchange::pending::WAITING;
use crate::exchange::upload::{Shown, page};
use crate::results::gather::href;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_store::StoreError;

/// Saves the dry run that was shown, unless somebody answered one of its questions meanwhile.
pub(super) async fn confirm(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, id) = visit.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let now = app.now();
    let act = visit.act(now);
    let Some(pending) = WAITING.take(&act.actor, id, form.value("ticket"), now) else {
        // Confirmed already, another file uploaded since, or too long ago.
        let pending = WAITING.look(&act.actor, id, now);
        return page(&app, &visit, &row, Shown { pending, fault: Some(Key("import-gone")), ..Shown::default() });
    };
    if pending.tally.refused > 0 {
        // The page offers no button for it; all or nothing holds whoever asks.
        WAITING.keep(&act.actor, id, pending.clone(), now);
        let shown = Shown { pending: Some(pending), fault: Some(Key("import-refused")), ..Shown::default() };
        return page(&app, &visit, &row, shown);
    }
    match app.store.save_all_as_seen(&act, facility, id, &pending.answers, &pending.seen).await {
        Err(StoreError::Conflict(_)) => {
            return page(&app, &visit, &row, Shown { fault: Some(Key("import-moved")), ..Shown::default() });
        }
        outcome => outcome?,
    };
    // Whoever has the assessment open loads it again.
    app.live.publish(id, "lagged", &serde_json::json!({}));
    Ok(visit.done(&app, &format!("{}/result", href(&row)), Key("notice-saved")))
}

/// Forgets the dry run.
pub(super) async fn discard(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, id) = visit.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let now = app.now();
    WAITING.take(&visit.act(now).actor, id, form.value("ticket"), now);
    Ok(Redirect::to(&format!("{}/import", href(&row))).into_response())
}
