//! Marking a call, ending a round, taking one out. Several people mark at once: each tap is put on the row as it stands.

use super::{base, round};
use crate::AppState;
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::calls::{Attempt, CallRound, Outcome, Refusal};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_store::StoreError;

/// How often a tap is put on the row anew when others were faster.
const TRIES: usize = 12;

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NoSuchLine => Problem::NotFound,
        Refusal::Ended => Problem::unprocessable(Key("calls-ended-already")),
        Refusal::NothingMarked => Problem::unprocessable(Key("calls-nothing-marked")),
    }
}

/// Changes the round as it stands; whoever came between is not lost.
async fn change(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    step: impl Fn(&mut CallRound) -> Result<(), Refusal>,
) -> Result<(), Problem> {
    let facility = visit.place()?.id;
    for _ in 0..TRIES {
        let mut row = round(app, facility, id).await?;
        step(&mut row.body).map_err(refused)?;
        match app.store.change_record(&visit.act(app.now()), facility, id, row.version, &row.body).await {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::Slow)
}

/// One tap.
pub(super) async fn mark(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, line)): Path<(FacilityId, RecordId, usize)>,
    form: Form,
) -> Result<Response, Problem> {
    let (at, by) = (app.now(), visit.person()?.display_name.clone());
    if form.value("do") == "undo" {
        change(&app, &visit, id, |round| round.unmark(line)).await?;
    } else {
        let outcome =
            Outcome::from_key(form.value("do")).ok_or_else(|| Problem::unprocessable(Key("calls-no-such-mark")))?;
        change(&app, &visit, id, |round| round.mark(line, Attempt { outcome, at, by: by.clone() }).map(|_| ())).await?;
    }
    // Back to where the thumb is.
    Ok(Redirect::to(&format!("{}/{id}#line-{line}", base(visit.place()?.id))).into_response())
}

/// The round is over.
pub(super) async fn end(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let remark = house::words(&mut form, "remark", NOTE);
    if !form.is_right() {
        return Err(Problem::unprocessable(Key("calls-wrong-remark")));
    }
    let at = app.now();
    change(&app, &visit, id, |round| round.end(at, remark.clone())).await?;
    Ok(visit.done(&app, &format!("{}/{id}", base(visit.place()?.id)), Key("notice-saved")))
}

/// Takes a round out of the list: begun by mistake.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    house::retire::<CallRound>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &base(visit.place()?.id), Key("notice-saved")))
}
