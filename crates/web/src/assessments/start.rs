//! Opening this year's assessment, with last year's answers brought over as "unconfirmed" when there are any.

use crate::AppState;
use crate::assessments::list;
use crate::invitations;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::QuestionId;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::{NewAssessment, StoreError};

/// The form that each executive answers alone.
pub(crate) const EXECUTIVE: &str = "executive";
/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 60;

/// Opens an assessment. For the executives' form a link is made at once when asked for.
pub(crate) async fn start(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let profile = app.store.facility(facility).await?;
    let chosen = form.value("questionnaire").to_owned();
    let questionnaire = app
        .catalogue
        .questionnaire(&chosen)
        .filter(|questionnaire| profile.questionnaires.contains(&questionnaire.id))
        .ok_or(Problem::unprocessable(Key("form-choose")))?;
    let respondent = (chosen == EXECUTIVE).then(|| form.line("respondent", MAX_NAME_CHARS));
    if !form.is_right() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, list::render(&app, &visit, form).await?).into_response());
    }
    let act = visit.act(app.now());
    let new = NewAssessment {
        questionnaire: questionnaire.id.clone(),
        edition: questionnaire.edition.clone(),
        year: FiscalYear::of(act.at.date_in_japan()),
        respondent,
    };
    let row = match app.store.create_assessment(&act, facility, &new).await {
        Ok(row) => row,
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("respondent", Key("assessments-exists"));
            return Ok((StatusCode::CONFLICT, list::render(&app, &visit, form).await?).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    if form.has("carry-over", "yes")
        && let Some(before) = app.store.previous_assessment(facility, row.id).await?
    {
        let questions: Vec<QuestionId> = questionnaire.questions().map(|question| question.id.clone()).collect();
        app.store.carry_over(&act, facility, before.id, row.id, &questions).await?;
    }
    if form.has("invite", "yes") && visit.may_at(Action::Invite, facility) {
        return Ok(invitations::issue(&app, &visit, facility, row.id, 14).await?.into_response());
    }
    Ok(Redirect::to(&format!("/facilities/{facility}/assessments/{}", row.id)).into_response())
}
