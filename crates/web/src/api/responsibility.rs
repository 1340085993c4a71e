//! Who does what: a matrix file checked, the facility's matrices, requirement lines for buying.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::json_text;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery};
use crate::AppState;
use axum::Json;
use axum::extract::{RawQuery, Request, State};
use hakutaku_model::id::RecordId;
use hakutaku_model::procurement::{Practice, practices_for};
use hakutaku_model::responsibility::file;
use hakutaku_model::responsibility::words::{CheckReport, report};
use serde::Serialize;
use utoipa::ToSchema;

/// A finding in words.
#[derive(ToSchema)]
#[schema(as = ResponsibilityFinding)]
#[expect(dead_code, reason = "describes the answer; the model writes it")]
struct FindingJson {
    /// `hole`, `double_claim`, `contradiction`, `uncontracted` or `open`.
    kind: String,
    /// Id of the task.
    task: String,
    /// Name of the task in both languages.
    title: serde_json::Value,
    /// The system or connection point: kind, id, name.
    object: serde_json::Value,
    /// The parties concerned: id and name.
    parties: Vec<serde_json::Value>,
    /// What is wrong, in both languages.
    sentence: serde_json::Value,
    /// What can come of it, in both languages.
    #[schema(required = true)]
    can_happen: Option<serde_json::Value>,
    /// A published case in which it did.
    #[schema(required = true)]
    case: Option<serde_json::Value>,
    /// What to do next, in both languages.
    next: serde_json::Value,
}

/// The outcome of a check.
#[derive(ToSchema)]
#[schema(as = ResponsibilityCheck)]
#[expect(dead_code, reason = "describes the answer; the model writes it")]
struct CheckJson {
    /// The matrix's title.
    title: String,
    /// SHA-256 of the text that is signed.
    hash: String,
    /// Rows: tasks × systems and connection points.
    cells: usize,
    /// Nobody does it.
    holes: Vec<FindingJson>,
    /// Several do it without an agreed split.
    double_claims: Vec<FindingJson>,
    /// One counts on another, who says otherwise.
    contradictions: Vec<FindingJson>,
    /// Work of a party without a contract for it.
    uncontracted: Vec<FindingJson>,
    /// Rows in which somebody has not spoken yet.
    open: Vec<FindingJson>,
}

/// One matrix of a facility, checked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponsibilityMatrix)]
pub(crate) struct MatrixJson {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    id: RecordId,
    /// Whether every party signed the present text.
    signed: bool,
    /// The outcome of the check.
    #[schema(value_type = CheckJson)]
    check: CheckReport,
}

/// The matrices of a facility.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResponsibilityMatrices)]
pub(crate) struct MatricesJson {
    /// Oldest first.
    items: Vec<MatrixJson>,
}

/// Checks a responsibility matrix
///
/// The same as `hakutaku responsibility check FILE --format json`: the body is a file of docs/responsibility-file.md.
/// Nothing is kept.
#[utoipa::path(post, path = "/api/v1/responsibility/check", operation_id = "checkResponsibility", tag = "responsibility",
    request_body = Object,
    responses((status = 200, description = "What does not fit together", body = CheckJson), Refused, RefusedBody))]
pub(super) async fn check(
    State(app): State<AppState>,
    _: Caller,
    request: Request,
) -> Result<Json<CheckReport>, Fault> {
    let text = json_text(request, &()).await?;
    let tasks = &app.catalogue.responsibility;
    let matrix = file::parse(&text, tasks).map_err(|problems| {
        Fault::wrong(problems.into_iter().map(|p| Wrong::at(p.line, p.column, None, p.message)).collect())
    })?;
    Ok(Json(report(&matrix, tasks)))
}

/// The responsibility matrices of a facility, checked
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/responsibility", operation_id = "listResponsibility",
    tag = "responsibility", params(AtFacility),
    responses((status = 200, description = "All matrices", body = MatricesJson), Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<MatricesJson>, Fault> {
    let facility = caller.place()?.id;
    let matrices = app.store.responsibility_matrices(facility, app.now().date_in_japan()).await?;
    let items = matrices
        .into_iter()
        .map(|kept| MatrixJson {
            id: kept.id,
            signed: kept.body.is_signed_by_all(),
            check: report(&kept.body, &app.catalogue.responsibility),
        })
        .collect();
    Ok(Json(MatricesJson { items }))
}

/// Requirement lines for some kinds of purchase.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProcurementLines)]
pub(crate) struct LinesJson {
    /// In the order of the practices; with their texts in both languages.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Practice>,
}

/// Good practices for a purchase
///
/// `kind` may stand several times; it is one of clinical, medical-devices, network, remote-care, mobile, identification,
/// building, industrial, services, cloud.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/guides/procurement", operation_id = "listProcurement",
    tag = "responsibility", params(AtFacility, ("kind" = String, Query, description = "Kind of purchase")),
    responses((status = 200, description = "The practices that apply", body = LinesJson), Refused, NotThere, RefusedQuery))]
pub(super) async fn procurement(
    State(app): State<AppState>,
    _: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<LinesJson>, Fault> {
    let guide = &app.catalogue.procurement;
    let query = query.unwrap_or_default();
    let kinds: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "kind")
        .map(|(_, value)| value.into_owned())
        .collect();
    if kinds.is_empty() || kinds.iter().any(|kind| guide.kind(kind).is_none()) {
        let known = guide.kinds.iter().map(|kind| kind.id.as_str()).collect::<Vec<_>>().join(", ");
        return Err(Fault::field("kind", format!("次のどれかです：{known}"), format!("Must be one of {known}.")));
    }
    let items = practices_for(guide, &kinds).into_iter().map(|(practice, _)| practice.clone()).collect();
    Ok(Json(LinesJson { items }))
}
