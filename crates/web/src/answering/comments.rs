//! Remarks on a question.

use crate::AppState;
use crate::answering::attempt::when;
use crate::answering::page::{Part, question_address};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use serde::Serialize;

/// The longest remark, in characters.
const MAX_COMMENT_CHARS: usize = 4_000;

/// A remark as the page's script reads it.
#[derive(Debug, Serialize)]
struct CommentJson {
    question: QuestionId,
    by: String,
    at: String,
    text: String,
    client: String,
}

/// Adds one: by a form, or by the script (which asks for JSON).
pub(crate) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    let text = checked(form.value("text"))?;
    let row = app.store.add_comment(&visit.act(app.now()), facility, assessment, &question, text).await?;
    let comment = CommentJson {
        question: question.clone(),
        by: row.by,
        at: when(row.at, app.now(), visit.lang),
        text: row.text,
        client: form.value("client").to_owned(),
    };
    app.live.publish(assessment, "comment", &comment);
    if headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json") {
        return Ok((StatusCode::CREATED, Json(comment)).into_response());
    }
    back(&app, &visit, (facility, assessment, &question), form.value("back"), Key("notice-saved")).await
}

/// A remark that can be kept.
pub(crate) fn checked(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::unprocessable(Key("comment-empty")));
    }
    if text.chars().count() > MAX_COMMENT_CHARS {
        return Err(Problem::unprocessable(Key("comment-too-long")));
    }
    Ok(text)
}

/// Back to the question on the page it was seen on.
pub(crate) async fn back(
    app: &AppState,
    visit: &Visit,
    (facility, assessment, question): (FacilityId, AssessmentId, &QuestionId),
    page: &str,
    notice: Key,
) -> Result<Response, Problem> {
    let row = app.store.assessment(facility, assessment).await?;
    let questionnaire = app.catalogue.questionnaire(row.questionnaire.as_str()).ok_or(Problem::NotFound)?;
    let section = questionnaire.section_of(question.as_str()).ok_or(Problem::NotFound)?;
    let part = if page == "all" { Part::All } else { Part::Field(section.field.to_string()) };
    Ok(visit.done(app, &question_address(&super::address(&row), &part, question.as_str()), notice))
}
