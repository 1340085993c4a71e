//! What others save meanwhile.

use crate::AppState;
use crate::answering::attempt::AnswerJson;
use crate::answering::progress::Progress;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use hakutaku_model::assessment::{Answers, evaluate};
use serde::Serialize;

/// Server-sent events: `answer`, `comment`, `closed`, and `lagged` when the page should load its state again.
pub(crate) async fn listen(State(app): State<AppState>, visit: Visit) -> Result<impl IntoResponse, Problem> {
    let (_, assessment) = visit.assessment()?;
    Ok(app.live.listen(assessment))
}

#[derive(Serialize)]
struct PageState {
    /// A fresh token for the script: the session may have changed since the page was loaded.
    csrf: String,
    /// Who asks; a script keeps answers apart by it.
    viewer: String,
    closed: bool,
    answers: Vec<AnswerJson>,
    progress: Progress,
}

/// Everything the script needs to catch up after a lost connection.
pub(crate) async fn state(State(app): State<AppState>, visit: Visit) -> Result<impl IntoResponse, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let (row, rows) =
        tokio::try_join!(app.store.assessment(facility, assessment), app.store.answers(facility, assessment))?;
    let questionnaire = app.catalogue.questionnaire(row.questionnaire.as_str()).ok_or(Problem::NotFound)?;
    let answers: Answers = rows.iter().map(|row| (row.question.clone(), row.answer())).collect();
    let now = app.now();
    Ok(Json(PageState {
        csrf: visit.csrf.token(),
        viewer: visit.act(now).actor,
        closed: row.closed_at.is_some(),
        progress: Progress::of(questionnaire, &evaluate(questionnaire, &answers), &answers, None),
        answers: rows.iter().map(|row| AnswerJson::of(row, now, visit.lang)).collect(),
    }))
}
