//! The director approves the draft: it becomes a version that never changes.

use super::{WRONG_DAY, base, overview};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_model::day;
use hakutaku_model::plan::{Approval, PlanVersion, differences, newest};
use hakutaku_store::StoreError;

const LONGEST: usize = 120;
const LONGEST_REMARK: usize = 500;

/// Makes the draft the next version, if it is still what the approver has seen.
pub(super) async fn approve(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let today = app.now().date_in_japan();
    let name = form.line("name", LONGEST);
    let office = if form.value("office").trim().is_empty() { String::new() } else { form.line("office", LONGEST) };
    let remark =
        if form.value("remark").trim().is_empty() { String::new() } else { form.line("remark", LONGEST_REMARK) };
    let on = day::parse(form.value("on").trim()).filter(|day| *day <= today);
    if on.is_none() {
        form.fault("on", WRONG_DAY);
    }
    let draft = app.store.plan_draft(facility, today).await?;
    let versions = app.store.records::<PlanVersion>(facility).await?;
    let last = newest(&versions);
    if draft.sections.is_empty() {
        form.fault("name", Key("plan-wrong-nothing"));
    } else if last.is_some_and(|row| differences(&row.body.plan, &draft).is_empty()) {
        form.fault("name", Key("plan-wrong-same"));
    }
    let (Some(on), true) = (on, form.is_right()) else {
        return overview::page(&app, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if form.value("seen") != draft.fingerprint() {
        form.fault("name", Key("plan-wrong-moved"));
        return overview::page(&app, &visit, form, StatusCode::CONFLICT).await;
    }
    let version = PlanVersion {
        number: last.map_or(0, |row| row.body.number) + 1,
        approval: Approval { name, office, person: visit.person.as_ref().map(|person| person.id), on, remark },
        plan: draft,
    };
    match app.store.add_record(&visit.act(app.now()), facility, &version).await {
        Ok(_) => Ok(visit.done(&app, &base(facility), Key("notice-saved"))),
        // Somebody else approved at the same moment.
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("name", Key("plan-wrong-moved"));
            overview::page(&app, &visit, form, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error.into()),
    }
}
