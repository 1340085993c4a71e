//! One questionnaire, one facility, one fiscal year.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params};
use super::openapi::{AtAssessment, AtFacility, NotThere, Refused, RefusedBody, RefusedQuery};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::results::gather::{EXECUTIVE, questionnaire_of};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::assessment::evaluate;
use hakutaku_model::id::QuestionId;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::{AssessmentRow, NewAssessment, StoreError};
use serde::Serialize;
use std::cmp::Reverse;
use utoipa::ToSchema;

/// An assessment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Assessment, examples(json!({
    "id": "0193a1b2-0000-7000-8000-000000000002", "facility": "0193a1b2-0000-7000-8000-000000000001",
    "questionnaire": "hospital-it", "edition": "2026.1", "fiscal_year": 2026, "respondent": null,
    "created_at": "2026-11-21T01:00:00.000000Z", "closed_at": null,
})))]
pub(crate) struct AssessmentJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Whose.
    #[schema(format = "uuid")]
    facility: String,
    /// Which questionnaire.
    questionnaire: String,
    /// Its edition.
    edition: String,
    /// Which year: 2026 is April 2026 to March 2027.
    fiscal_year: i16,
    /// Name of the executive, for the form that each answers alone.
    #[schema(required = true)]
    respondent: Option<String>,
    /// When it was opened.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it was closed; a closed one takes no answers.
    #[schema(required = true, format = "date-time")]
    closed_at: Option<String>,
    /// How far it has come; only when asked for alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<ProgressJson>,
    /// How many answers came over from the year before, unconfirmed; only when it was just opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    carried_over: Option<usize>,
}

/// How far an assessment has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Progress)]
pub(crate) struct ProgressJson {
    /// Answers that count.
    answered: usize,
    /// Taken out with a reason.
    not_applicable: usize,
    /// Still open, answers waiting to be re-affirmed included.
    unanswered: usize,
}

impl From<AssessmentRow> for AssessmentJson {
    fn from(row: AssessmentRow) -> Self {
        Self {
            id: row.id.to_string(),
            facility: row.facility.to_string(),
            questionnaire: row.questionnaire.to_string(),
            edition: row.edition,
            fiscal_year: row.year.0,
            respondent: row.respondent,
            created_at: row.created_at.to_string(),
            closed_at: row.closed_at.map(|at| at.to_string()),
            progress: None,
            carried_over: None,
        }
    }
}

/// An assessment to be opened.
#[derive(ToSchema)]
#[schema(as = NewAssessment, examples(json!({"questionnaire": "hospital-it", "fiscal_year": 2026, "carry_over": true})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewAssessmentJson {
    /// Id of a questionnaire of the facility.
    questionnaire: String,
    /// The year; the current one if absent.
    #[schema(minimum = 2000, maximum = 2100)]
    fiscal_year: Option<i16>,
    /// Name of the executive: needed for `executive`, and for nothing else.
    #[schema(max_length = 60)]
    respondent: Option<String>,
    /// Brings over the answers of the year before as unconfirmed: they count when re-affirmed. No if absent.
    carry_over: Option<bool>,
}

/// The assessments of a facility
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments", operation_id = "listAssessments",
    tag = "assessments", params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, newest year first", body = Page<AssessmentJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<AssessmentJson>>, Fault> {
    let rows = app.store.assessments(caller.place()?.id).await?;
    let page = piece(rows, &asked, |row| (Reverse(row.year), row.id))?;
    Ok(Json(Page { items: page.items.into_iter().map(AssessmentJson::from).collect(), next: page.next }))
}

/// Opens an assessment
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/assessments", operation_id = "startAssessment",
    tag = "assessments", params(AtFacility), request_body = NewAssessmentJson,
    responses((status = 201, description = "Opened; `Location` is set", body = AssessmentJson),
        (status = 409, description = "There is one of that questionnaire, year and respondent: it is in `current`",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn start(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let chosen = app.store.facility(facility).await?.questionnaires;
    let known: Vec<&str> = chosen.iter().map(|id| id.as_str()).collect();
    // As on the page: what a facility does not use is added to its profile first.
    let form = fields.must_choose("questionnaire", &known, |id| {
        app.catalogue.questionnaire(id).filter(|form| chosen.contains(&form.id))
    });
    let now = app.now();
    let year = fields.number("fiscal_year", 2000..=2100).map_or(FiscalYear::of(now.date_in_japan()), FiscalYear);
    let respondent = fields.line("respondent", 60);
    let carry_over = fields.flag("carry_over");
    match (form.is_some_and(|form| form.id.as_str() == EXECUTIVE), &respondent) {
        (true, None) => fields.wrong(
            "respondent",
            "経営層の質問票は一人ひとりが答えます。答える人の名前を入れてください。",
            "Each executive answers this form alone: name who answers.",
        ),
        (false, Some(_)) if form.is_some() => fields.wrong(
            "respondent",
            "この質問票は施設で1つです。名前は入れません。",
            "A facility has one of this questionnaire: leave the name out.",
        ),
        _ => {}
    }
    fields.finish()?;
    let form = form.ok_or(crate::shell::problem::Problem::NotFound)?;
    let new = NewAssessment { questionnaire: form.id.clone(), edition: form.edition.clone(), year, respondent };
    let act = caller.act(now);
    let row = match app.store.create_assessment(&act, facility, &new).await {
        Ok(row) => row,
        Err(StoreError::AlreadyExists(_)) => {
            let there = app.store.assessments_in(facility, &form.id, year).await?;
            let there = there.into_iter().find(|row| row.respondent == new.respondent);
            return Err(Fault::conflict(false, &there.map(AssessmentJson::from)));
        }
        Err(error) => return Err(error.into()),
    };
    let mut carried_over = None;
    if carry_over {
        carried_over = Some(0);
        if let Some(before) = app.store.previous_assessment(facility, row.id).await? {
            let questions: Vec<QuestionId> = form.questions().map(|question| question.id.clone()).collect();
            carried_over = Some(app.store.carry_over(&act, facility, before.id, row.id, &questions).await?);
        }
    }
    let location = super::location(&format!("/api/v1/facilities/{facility}/assessments/{}", row.id));
    let body = AssessmentJson { carried_over, ..AssessmentJson::from(row) };
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(body)).into_response())
}

/// One assessment
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/assessments/{assessment}", operation_id = "showAssessment",
    tag = "assessments", params(AtAssessment),
    responses((status = 200, description = "The assessment and how far it has come", body = AssessmentJson),
        Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<AssessmentJson>, Fault> {
    let (facility, id) = caller.assessment()?;
    let row = app.store.assessment(facility, id).await?;
    let answers = app.store.model_answers(facility, id).await?;
    let evaluation = evaluate(questionnaire_of(&app.catalogue, &row)?, &answers);
    let total =
        |count: fn(&hakutaku_model::assessment::FieldResult) -> usize| evaluation.fields.iter().map(count).sum();
    let progress = ProgressJson {
        answered: total(|field| field.answered()),
        not_applicable: total(|field| field.not_applicable()),
        unanswered: total(|field| field.unanswered()),
    };
    Ok(Json(AssessmentJson { progress: Some(progress), ..AssessmentJson::from(row) }))
}
