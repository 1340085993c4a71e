//! What is asked, as the catalogue publishes it.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{NotThere, Refused};
use super::schemas;
use crate::AppState;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use hakutaku_model::published::{self, CatalogueEntry, PublishedQuestionnaire};
use serde::Serialize;
use utoipa::ToSchema;

/// All questionnaires.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionnaireList)]
pub(crate) struct ListJson {
    /// In the order they are offered.
    #[schema(value_type = Vec<schemas::CatalogueEntry>)]
    items: Vec<CatalogueEntry>,
}

/// The questionnaires
///
/// The same entries as `hakutaku catalog list --format json`, questionnaires only.
#[utoipa::path(get, path = "/api/v1/questionnaires", operation_id = "listQuestionnaires", tag = "questionnaires",
    responses((status = 200, description = "All questionnaires", body = ListJson), Refused))]
pub(super) async fn list(State(app): State<AppState>, _: Caller) -> Json<ListJson> {
    let items = published::list(&app.catalogue).into_iter().filter(|entry| entry.kind == "questionnaire").collect();
    Json(ListJson { items })
}

/// One questionnaire with fields, questions and levels
///
/// The same as `hakutaku catalog show ID --format json`.
#[utoipa::path(get, path = "/api/v1/questionnaires/{questionnaire}", operation_id = "showQuestionnaire",
    tag = "questionnaires",
    params(("questionnaire" = String, Path, description = "Id of a questionnaire", example = json!("hospital-it"))),
    responses((status = 200, description = "The questionnaire", body = schemas::Questionnaire), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    _: Caller,
    Path(id): Path<String>,
) -> Result<Json<PublishedQuestionnaire>, Fault> {
    let questionnaire = app.catalogue.questionnaire(&id).ok_or(Problem::NotFound)?;
    Ok(Json(published::questionnaire(&app.catalogue, questionnaire)))
}
