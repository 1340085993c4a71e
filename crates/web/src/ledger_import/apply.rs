//! Saying yes: all that was shown, in one step that the ledger can undo.

use super::take::{Wanted, changes, planned};
use super::verdicts::{self, Asked, fingerprint};
use super::{WAITING, at};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_store::StoreError;

pub(super) async fn apply(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let act = visit.act(now);
    let Some(waiting) = WAITING.take(&act.actor, facility, form.value("ticket"), now).filter(|waiting| waiting.mapped)
    else {
        return super::upload::page(&app, &visit, "", Some(t.m("ledger-import-gone"))).await;
    };
    let wanted = Wanted::This(waiting.profile.clone());
    let plan = match planned(&app, facility, waiting.file.clone(), waiting.content.clone(), wanted).await? {
        Ok(plan) => plan,
        Err(refused) => return super::upload::page(&app, &visit, "", Some(t.text(&refused).to_owned())).await,
    };
    let again = if fingerprint(&plan) != form.value("seen") {
        Some("ledger-import-moved")
    } else if plan.counts().rejected > 0 && !form.has("leave_out", "yes") {
        Some("ledger-import-leave-out-first")
    } else {
        None
    };
    if let Some(key) = again {
        WAITING.keep(&act.actor, facility, waiting.clone(), now);
        return verdicts::page(&app, &visit, waiting, &Asked::default(), Some(t.m(key))).await;
    }
    match app.store.change_assets(&act, facility, &changes(plan), "import").await {
        Ok(batch) => {
            let to = format!("/facilities/{facility}/ledger?done={}", batch.id);
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_) | StoreError::NotFound(_)) => {
            WAITING.keep(&act.actor, facility, waiting.clone(), now);
            verdicts::page(&app, &visit, waiting, &Asked::default(), Some(t.m("ledger-import-moved"))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Forgets the file.
pub(super) async fn discard(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    WAITING.take(&visit.act(now).actor, facility, form.value("ticket"), now);
    Ok(Redirect::to(&at(facility, "")).into_response())
}
