//! The result, as figures and on paper.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{AtAssessment, FileBytes, NotThere, Refused};
use super::schemas;
use crate::AppState;
use crate::results::download;
use crate::results::gather::questionnaire_of;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use hakutaku_model::summary::{ResultSummary, summarise};

/// The result
///
/// The same as `hakutaku assess --format json` of the same answers. Answers still to be re-affirmed do not count.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/result", operation_id = "showResult",
    tag = "results", params(AtAssessment),
    responses((status = 200, description = "Scores, weak fields and measures", body = schemas::ResultSummary),
        Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<ResultSummary>, Fault> {
    let (facility, id) = caller.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let answers = app.store.model_answers(facility, id).await?;
    Ok(Json(summarise(&app.catalogue, questionnaire_of(&app.catalogue, &row)?, &answers)))
}

/// The full result on paper
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/report.pdf",
    operation_id = "reportPdf", tag = "results", params(AtAssessment),
    responses((status = 200, description = "A4, PDF/A-2 and PDF/UA-1, in the language of `Accept-Language`",
        body = inline(FileBytes), content_type = "application/pdf"), Refused, NotThere))]
pub(super) async fn report_pdf(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(download::result_pdf(app, caller.0).await?)
}

/// The executives' page on paper
///
/// 404 for the network typology, which has none.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/briefing.pdf",
    operation_id = "briefingPdf", tag = "results", params(AtAssessment),
    responses((status = 200, description = "One sheet: three gaps, three decisions", body = inline(FileBytes),
        content_type = "application/pdf"), Refused, NotThere))]
pub(super) async fn briefing_pdf(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(download::briefing_pdf(app, caller.0).await?)
}

/// The answers as a workbook
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/answers.xlsx",
    operation_id = "answersXlsx", tag = "answers", params(AtAssessment),
    responses((status = 200, description = "To be filled in further and read in again on the page", body = inline(FileBytes),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refused, NotThere))]
pub(super) async fn answers_xlsx(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(download::answers_xlsx(app, caller.0).await?)
}

/// The field scores as a table
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}/result.csv",
    operation_id = "resultCsv", tag = "results", params(AtAssessment),
    responses((status = 200, description = "Comma-separated values in UTF-8", body = String, content_type = "text/csv"),
        Refused, NotThere))]
pub(super) async fn result_csv(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(download::result_csv(app, caller.0).await?)
}
