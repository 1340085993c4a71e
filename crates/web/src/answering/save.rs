//! Saving an answer: by the page's script as one goes, or by the button of a form.

use crate::AppState;
use crate::answering::attempt::{Attempt, Refusal, Saved, reply, tell};
use crate::answering::page::{Part, question_address, render};
use crate::answering::sheet::Sheet;
use crate::answering::view::Overlay;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Actor;
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_store::HandoverState;

/// By the script.
pub(crate) async fn put(
    State(app): State<AppState>,
    visit: Visit,
    Json(attempt): Json<Attempt>,
) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let saved = attempt.save(&app, &visit, facility, assessment, &question).await?;
    settle_own_handover(&app, &visit, (facility, assessment, &question), &saved).await?;
    reply(&app, &visit, &attempt, (facility, assessment, &question), None, saved).await
}

/// By a form. What cannot stand comes back with the sentence and everything that was typed.
pub(crate) async fn form(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let attempt = Attempt::of_form(&form);
    let saved = attempt.save(&app, &visit, facility, assessment, &question).await?;
    settle_own_handover(&app, &visit, (facility, assessment, &question), &saved).await?;
    let place = (facility, assessment, &question);
    match &saved {
        Saved::Done(row) => drop(tell(&app, &visit, &attempt, place, Some(row), None).await?),
        Saved::Cleared => drop(tell(&app, &visit, &attempt, place, None, None).await?),
        Saved::Conflict(_) | Saved::Refused(_) => {}
    }
    let sheet = Sheet::load(&app, facility, assessment).await?;
    let section = sheet.questionnaire.section_of(question.as_str()).ok_or(Problem::NotFound)?;
    let part = if form.value("back") == "all" { Part::All } else { Part::Field(section.field.to_string()) };
    match overlay_of(&visit, question.as_str(), attempt, saved) {
        None => {
            let to = question_address(&super::address(&sheet.row), &part, question.as_str());
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Some((status, overlay)) => Ok((status, render(&app, &visit, &sheet, &part, Some(&overlay))?).into_response()),
    }
}

/// What is laid over the page when an attempt could not stand.
pub(crate) fn overlay_of(
    visit: &Visit,
    question: &str,
    attempt: Attempt,
    saved: Saved,
) -> Option<(StatusCode, Overlay)> {
    let overlay = Overlay { question: question.to_owned(), attempt, fault: None, conflict: None };
    match saved {
        Saved::Done(_) | Saved::Cleared => None,
        Saved::Conflict(row) => Some((StatusCode::CONFLICT, Overlay { conflict: Some(row), ..overlay })),
        Saved::Refused(Refusal { sentence, .. }) => {
            let fault = Some(visit.t().k(sentence));
            Some((StatusCode::UNPROCESSABLE_ENTITY, Overlay { fault, ..overlay }))
        }
    }
}

/// Somebody who may answer everything answered what had been handed to them: that hand-over is answered, too.
pub(crate) async fn settle_own_handover(
    app: &AppState,
    visit: &Visit,
    (facility, assessment, question): (FacilityId, AssessmentId, &QuestionId),
    saved: &Saved,
) -> Result<(), Problem> {
    let (Saved::Done(_), Actor::Person { id: me, .. }) = (saved, &visit.actor) else { return Ok(()) };
    for row in app.store.handovers(facility, assessment).await? {
        let mine = row.person == Some(*me) && row.question == *question;
        if mine && row.state != HandoverState::Answered && row.state.may_become(HandoverState::Answered) {
            let act = visit.act(app.now());
            app.store.set_handover_state(&act, facility, row.id, HandoverState::Answered).await?;
        }
    }
    Ok(())
}
