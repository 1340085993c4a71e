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

/// Why the draft is not approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotApproved {
    /// Nothing is written.
    Nothing,
    /// It says what the approved version says.
    Same,
    /// It is not what the approver has read.
    Moved,
}

/// Makes the draft the next version, if it is still what the approver has `seen`.
pub(crate) async fn add_version(
    app: &AppState,
    visit: &Visit,
    approval: Approval,
    seen: &str,
) -> Result<Result<PlanVersion, NotApproved>, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let draft = app.store.plan_draft(facility, now.date_in_japan()).await?;
    let versions = app.store.records::<PlanVersion>(facility).await?;
    let last = newest(&versions);
    if draft.sections.is_empty() {
        return Ok(Err(NotApproved::Nothing));
    }
    if last.is_some_and(|row| differences(&row.body.plan, &draft).is_empty()) {
        return Ok(Err(NotApproved::Same));
    }
    if seen != draft.fingerprint() {
        return Ok(Err(NotApproved::Moved));
    }
    let version = PlanVersion { number: last.map_or(0, |row| row.body.number) + 1, approval, plan: draft };
    match app.store.add_record(&visit.act(now), facility, &version).await {
        Ok(row) => Ok(Ok(row.body)),
        // Somebody else approved at the same moment.
        Err(StoreError::AlreadyExists(_)) => Ok(Err(NotApproved::Moved)),
        Err(error) => Err(error.into()),
    }
}

/// The form of the page.
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
    let (Some(on), true) = (on, form.is_right()) else {
        return overview::page(&app, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let approval = Approval { name, office, person: visit.person.as_ref().map(|person| person.id), on, remark };
    let (why, status) = match add_version(&app, &visit, approval, form.value("seen")).await? {
        Ok(_) => return Ok(visit.done(&app, &base(facility), Key("notice-saved"))),
        Err(NotApproved::Nothing) => (Key("plan-wrong-nothing"), StatusCode::UNPROCESSABLE_ENTITY),
        Err(NotApproved::Same) => (Key("plan-wrong-same"), StatusCode::UNPROCESSABLE_ENTITY),
        Err(NotApproved::Moved) => (Key("plan-wrong-moved"), StatusCode::CONFLICT),
    };
    form.fault("name", why);
    overview::page(&app, &visit, form, status).await
}
