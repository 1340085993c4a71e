//! The plan for outages and attacks: how far it is, one section, the first steps of a role, the papers.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use crate::AppState;
use crate::plan::{Asked, Kind, section};
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::{
    CutOff, PlanPrint, PlanVersion, SectionDraft, SectionKey, Step, Written, first_steps, gaps, newest, newest_print,
    print_warnings, state,
};
use hakutaku_model::text::Text;
use hakutaku_store::StoreError;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A section in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtSection {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// `purpose`, `organisation`, `contacts`, `activation`, `impact`, `systems`, `departments`, `paper`, `cut-off`,
    /// `vendors`, `restore`, `reporting`, `communication`, `evidence` or `review`.
    section: String,
}

/// A role in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtRole {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// `director`, `safety-manager`, `it-lead`, `server-engineer`, `night-duty`, `ward`, `outpatient`, `pharmacy`,
    /// `laboratory`, `claims`, `public-relations` or `everyone`.
    role: String,
}

/// How far the plan is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub(super) struct PlanJson {
    /// The newest approved version.
    #[schema(required = true)]
    version: Option<u32>,
    /// The day it was approved.
    #[schema(required = true, format = Date)]
    approved_on: Option<String>,
    /// Who approved it.
    #[schema(required = true)]
    approved_by: Option<String>,
    /// The day it was last printed for the bag.
    #[schema(required = true, format = Date)]
    printed_on: Option<String>,
    /// The draft with the facts of today, as one hash: what an approval names as read.
    draft_fingerprint: String,
    /// What has changed since that print, in both languages.
    #[schema(value_type = Vec<Object>)]
    changed_since_print: Vec<Text>,
    /// The sections of the draft.
    sections: Vec<SectionLine>,
    /// What is cut, in which order, by whom; and what nobody can be called for.
    #[schema(value_type = Object)]
    cut_off: CutOff,
}

/// How far a section is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanSectionState)]
pub(super) struct SectionLine {
    /// Its key.
    key: &'static str,
    /// Its name in both languages.
    #[schema(value_type = Object)]
    title: Text,
    /// `empty`, `begun` or `written`.
    state: &'static str,
    /// What it lacks, in both languages.
    #[schema(value_type = Vec<Object>)]
    gaps: Vec<Text>,
}

/// What is written in a section.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanSection)]
pub(super) struct SectionJson {
    /// Its key.
    key: &'static str,
    /// Texts and tables by their keys.
    #[schema(value_type = Object)]
    written: Written,
    /// What it lacks, in both languages.
    #[schema(value_type = Vec<Object>)]
    gaps: Vec<Text>,
    /// Rises with every change; 0 while nothing was written.
    version: i64,
}

/// What to write in a section.
#[derive(ToSchema)]
#[schema(as = NewPlanSection, examples(json!({"written": {"texts": {"cycle": "毎年4月"}}, "expected_version": 0})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewSectionJson {
    /// `texts`: text by key; `tables`: rows by key, each an object of texts by column.
    #[schema(value_type = Object)]
    written: Written,
    /// The version last seen, 0 for none (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// The first steps of a role.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanSteps)]
pub(super) struct StepsJson {
    /// In order.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Step>,
}

/// How far the plan is
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan", operation_id = "showPlan", tag = "plan",
    params(AtFacility), responses((status = 200, description = "The plan", body = PlanJson), Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<PlanJson>, Fault> {
    let facility = caller.place()?.id;
    let draft = app.store.plan_draft(facility, app.now().date_in_japan()).await?;
    let versions = app.store.records::<PlanVersion>(facility).await?;
    let prints = app.store.records::<PlanPrint>(facility).await?;
    let approval = newest(&versions).map(|row| &row.body.approval);
    let print = newest_print(&prints).map(|row| &row.body);
    let warnings = print.map(|print| print_warnings(&print.ground, &draft.ground)).unwrap_or_default();
    let line = |key: &SectionKey| SectionLine {
        key: key.key(),
        title: key.title(),
        state: state(*key, &draft).key(),
        gaps: gaps(*key, &draft),
    };
    Ok(Json(PlanJson {
        version: newest(&versions).map(|row| row.body.number),
        approved_on: approval.map(|approval| approval.on.to_string()),
        approved_by: approval.map(|approval| approval.name.clone()),
        printed_on: print.map(|print| print.on.to_string()),
        draft_fingerprint: draft.fingerprint(),
        changed_since_print: warnings.into_iter().map(|change| change.sentence).collect(),
        sections: SectionKey::ALL.iter().map(line).collect(),
        cut_off: draft.cut_off(),
    }))
}

fn known(key: &str) -> Result<SectionKey, Fault> {
    SectionKey::from_key(key).ok_or_else(|| Problem::NotFound.into())
}

async fn section_json(app: &AppState, facility: FacilityId, key: SectionKey) -> Result<SectionJson, Fault> {
    let row = app.store.record_by_key::<SectionDraft>(facility, key.key()).await?;
    let draft = app.store.plan_draft(facility, app.now().date_in_japan()).await?;
    Ok(SectionJson {
        key: key.key(),
        written: draft.written(key).clone(),
        gaps: gaps(key, &draft),
        version: row.map_or(0, |row| row.version),
    })
}

/// What is written in a section
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/sections/{section}", operation_id = "showPlanSection",
    tag = "plan", params(AtSection),
    responses((status = 200, description = "The section of the draft", body = SectionJson), Refused, NotThere))]
pub(super) async fn section(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, key)): Path<(FacilityId, String)>,
) -> Result<Response, Fault> {
    let found = section_json(&app, caller.place()?.id, known(&key)?).await?;
    Ok(([etag(found.version)], Json(found)).into_response())
}

/// Writes a section of the draft
///
/// Replaces the whole section. 409 with what stands there when somebody else was first.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/plan/sections/{section}", operation_id = "writePlanSection",
    tag = "plan", params(AtSection), request_body = NewSectionJson,
    responses((status = 200, description = "As it stands now", body = SectionJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn write(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, key)): Path<(FacilityId, String)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let (facility, key) = (caller.place()?.id, known(&key)?);
    let guide = app.catalogue.plan.section(key).ok_or(Problem::NotFound)?;
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    let mut sent = fields.rest();
    let written = match sent.remove("written").map(serde_json::from_value::<Written>) {
        Some(Ok(written)) => {
            if let Some((ja, en)) = section::wrong_with(&written, guide) {
                fields.wrong("written", ja, en);
            }
            written.tidied()
        }
        Some(Err(error)) => {
            fields.wrong("written", format!("この値は読めません（{error}）。"), format!("Cannot be read ({error})."));
            Written::default()
        }
        None => {
            fields.wrong("written", "必ず入れてください。", "Must be given.");
            Written::default()
        }
    };
    for name in sent.keys() {
        fields.wrong(
            name,
            "この項目はありません。つづりを確かめてください。",
            "There is no such member; check its spelling.",
        );
    }
    fields.finish()?;
    let expected = by_header.or(by_body).unwrap_or_default();
    let body = SectionDraft { section: key, written };
    let act = caller.act(app.now());
    let saved = match app.store.record_by_key::<SectionDraft>(facility, key.key()).await? {
        None if expected == 0 => app.store.add_record(&act, facility, &body).await,
        None => Err(StoreError::Conflict("plan-section")),
        Some(row) => app.store.change_record(&act, facility, row.id, expected, &body).await,
    };
    match saved {
        Ok(_) => {
            let stands = section_json(&app, facility, key).await?;
            Ok(([etag(stands.version)], Json(stands)).into_response())
        }
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            Err(Fault::conflict(by_header.is_some(), &section_json(&app, facility, key).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// The first steps of a role
///
/// From the version in force; where nobody wrote any yet, those the product begins with.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/first-steps/{role}", operation_id = "listPlanSteps",
    tag = "plan", params(AtRole),
    responses((status = 200, description = "The steps", body = StepsJson), Refused, NotThere))]
pub(super) async fn steps(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, role)): Path<(FacilityId, String)>,
) -> Result<Json<StepsJson>, Fault> {
    if hakutaku_model::plan::Role::from_key(&role).is_none() {
        return Err(Problem::NotFound.into());
    }
    let today = app.now().date_in_japan();
    let plan = app.store.plan_for_incident(&app.catalogue, caller.place()?.id, today, caller.lang).await?;
    Ok(Json(StepsJson { items: first_steps(&plan, &role) }))
}

/// The plan on paper
///
/// The version in force with the facts of today; `?draft=1` for the draft, `?version=2` for a version as approved. Not
/// counted as a print for the bag.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/plan.pdf", operation_id = "planPdf", tag = "plan",
    params(AtFacility, ("version" = Option<u32>, Query, description = "A version as it was approved"),
        ("draft" = Option<String>, Query, description = "Anything: the draft")),
    responses((status = 200, description = "A4, in the language of `Accept-Language`", body = inline(FileBytes),
        content_type = "application/pdf"), Refused, NotThere, RefusedQuery))]
pub(super) async fn pdf(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Response, Fault> {
    Ok(crate::plan::send(&app, &caller.0, &asked, Kind::Pdf).await?)
}

/// The plan as a document
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/plan.docx", operation_id = "planDocx", tag = "plan",
    params(AtFacility, ("version" = Option<u32>, Query, description = "A version as it was approved"),
        ("draft" = Option<String>, Query, description = "Anything: the draft")),
    responses((status = 200, description = "To go on editing", body = inline(FileBytes),
        content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        Refused, NotThere, RefusedQuery))]
pub(super) async fn docx(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Response, Fault> {
    Ok(crate::plan::send(&app, &caller.0, &asked, Kind::Docx).await?)
}
