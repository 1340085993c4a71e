//! Saying how far the facility is, and whether it is affected.

use super::{base, show};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::{Affected, Stage};
use hakutaku_store::NewReceipt;

/// What the buttons say.
pub(crate) fn stage_of(said: &str) -> Option<Stage> {
    match said {
        "understood" => Some(Stage::Understood),
        "done" | "not-concerned" => Some(Stage::Acted),
        _ => None,
    }
}

fn name(visit: &Visit) -> String {
    visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default()
}

/// Read and understood, done, or does not concern us.
pub(super) async fn answer(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let one = app.store.notice_to(facility, id).await?;
    let said = form.value("said").to_owned();
    let stage = form.choice("said", stage_of);
    // What was read was another edition: it is shown anew and nothing is recorded.
    if form.value("edition") != one.notice.edition.to_string() {
        form.fault("said", Key("notices-other-edition"));
    }
    let (Some(stage), true) = (stage, form.is_right()) else {
        return show::page(&app, &visit, id, form).await;
    };
    let receipt =
        NewReceipt { notice: id, edition: one.notice.edition, facility, stage, by: name(&visit), taken_by: None, said };
    app.store.receive(&visit.act(app.now()), vec![receipt]).await?;
    Ok(visit.done(&app, &format!("{}/{id}", base(facility)), Key("notice-saved")))
}

/// Are you affected?
pub(super) async fn poll(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    app.store.notice_to(facility, id).await?;
    let Some(affected) = form.choice("affected", Affected::from_key) else {
        return show::page(&app, &visit, id, form).await;
    };
    app.store.answer_poll(&visit.act(app.now()), id, facility, affected, &name(&visit)).await?;
    Ok(visit.done(&app, &format!("{}/{id}", base(facility)), Key("notice-saved")))
}
