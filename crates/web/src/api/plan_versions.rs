//! Versions of the plan: approving the draft, and recording that it was printed for the bag.

use super::door::Caller;
use super::fault::Fault;
use super::input::Fields;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody};
use crate::AppState;
use crate::plan::{NotApproved, add_version, note_print};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hakutaku_model::day;
use hakutaku_model::plan::{Approval, PlanPrint, PlanVersion};
use hakutaku_model::record::Kept;
use serde::Serialize;
use utoipa::ToSchema;

const LONGEST: usize = 120;
const LONGEST_REMARK: usize = 500;
const LONGEST_PLACE: usize = 200;

/// An approved version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanVersion)]
pub(super) struct VersionJson {
    /// Its number, counted from 1.
    number: u32,
    /// The day it was approved.
    #[schema(format = Date)]
    approved_on: String,
    /// Who approved it.
    approved_by: String,
    /// Their office.
    office: String,
    /// A remark.
    remark: String,
    /// What it said, with the facts of that day, as one hash.
    fingerprint: String,
}

/// All versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanVersions)]
pub(super) struct VersionsJson {
    /// The newest first.
    items: Vec<VersionJson>,
}

/// A print for the bag.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPrint)]
pub(super) struct PrintJson {
    /// The version that was printed.
    version: u32,
    /// The day.
    #[schema(format = Date)]
    on: String,
    /// Who recorded it.
    by: String,
    /// Where the paper is kept.
    kept_at: String,
    /// The facts on it, as one hash.
    fingerprint: String,
}

/// All prints.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlanPrints)]
pub(super) struct PrintsJson {
    /// The newest first.
    items: Vec<PrintJson>,
}

/// An approval.
#[derive(ToSchema)]
#[schema(as = NewPlanVersion, examples(json!({"name": "白石 健一郎", "office": "病院長", "on": "2026-11-20", "draft_fingerprint": "…"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewVersionJson {
    /// Who approves.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Their office.
    #[schema(max_length = 120)]
    office: Option<String>,
    /// The day of the approval, not a later one than today.
    #[schema(format = Date)]
    on: String,
    /// A remark.
    #[schema(max_length = 500)]
    remark: Option<String>,
    /// `draft_fingerprint` of the plan as it was read by whoever approves.
    draft_fingerprint: String,
}

/// A print to record.
#[derive(ToSchema)]
#[schema(as = NewPlanPrint, examples(json!({"kept_at": "3階東病棟の詰所、赤い鞄"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewPrintJson {
    /// Where the paper is kept.
    #[schema(max_length = 200)]
    kept_at: Option<String>,
}

fn version_json(version: PlanVersion) -> VersionJson {
    VersionJson {
        number: version.number,
        approved_on: version.approval.on.to_string(),
        fingerprint: version.plan.fingerprint(),
        approved_by: version.approval.name,
        office: version.approval.office,
        remark: version.approval.remark,
    }
}

fn print_json(print: PlanPrint) -> PrintJson {
    PrintJson {
        version: print.version,
        on: print.on.to_string(),
        by: print.by,
        kept_at: print.kept_at,
        fingerprint: print.fingerprint,
    }
}

/// The approved versions of the plan
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/versions", operation_id = "listPlanVersions", tag = "plan",
    params(AtFacility),
    responses((status = 200, description = "All versions, the newest first", body = VersionsJson), Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<VersionsJson>, Fault> {
    let mut versions: Vec<Kept<PlanVersion>> = app.store.records(caller.place()?.id).await?;
    versions.sort_by_key(|row| std::cmp::Reverse(row.body.number));
    Ok(Json(VersionsJson { items: versions.into_iter().map(|row| version_json(row.body)).collect() }))
}

/// Approves the draft
///
/// It becomes the next version, which never changes. 409 when the draft is not what was read.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/plan/versions", operation_id = "approvePlan", tag = "plan",
    params(AtFacility), request_body = NewVersionJson,
    responses((status = 201, description = "Approved", body = VersionJson),
        (status = 409, description = "The draft changed since it was read",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn approve(
    State(app): State<AppState>,
    caller: Caller,
    mut fields: Fields,
) -> Result<(StatusCode, Json<VersionJson>), Fault> {
    let now = app.now();
    let name = fields.must_line("name", LONGEST);
    let office = fields.line("office", LONGEST).unwrap_or_default();
    let remark = fields.line("remark", LONGEST_REMARK).unwrap_or_default();
    let seen = fields.must_line("draft_fingerprint", LONGEST);
    let typed = fields.must_line("on", LONGEST);
    let on = day::parse(&typed).filter(|day| *day <= now.date_in_japan());
    if on.is_none() && !fields.has_wrong("on") {
        fields.wrong("on", "今日までの日付を入れてください。", "Must be a date, not later than today.");
    }
    fields.finish()?;
    // Without a day something was wrong, and that was said above.
    let on = on.unwrap_or_else(|| now.date_in_japan());
    let approval = Approval { name, office, person: caller.person.as_ref().map(|person| person.id), on, remark };
    match add_version(&app, &caller, approval, &seen).await? {
        Ok(version) => Ok((StatusCode::CREATED, Json(version_json(version)))),
        Err(NotApproved::Nothing) => {
            Err(Fault::field("draft_fingerprint", "まだ何も書かれていません。", "Nothing is written yet."))
        }
        Err(NotApproved::Same) => Err(Fault::field(
            "draft_fingerprint",
            "承認済みの版から変わっていません。",
            "Nothing has changed since the approved version.",
        )),
        Err(NotApproved::Moved) => Err(Fault::said(
            StatusCode::CONFLICT,
            "conflict",
            "読んだあとに下書きが変わりました。計画を読み直し、いまの draft_fingerprint で送ってください。何も保存していません。",
            "The draft changed since it was read. Read the plan again and send its draft_fingerprint. Nothing was saved.",
        )),
    }
}

/// The prints for the bag
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/plan/prints", operation_id = "listPlanPrints", tag = "plan",
    params(AtFacility),
    responses((status = 200, description = "All recorded prints, the newest first", body = PrintsJson), Refused, NotThere))]
pub(super) async fn prints(State(app): State<AppState>, caller: Caller) -> Result<Json<PrintsJson>, Fault> {
    let mut prints: Vec<Kept<PlanPrint>> = app.store.records(caller.place()?.id).await?;
    prints.sort_by_key(|row| std::cmp::Reverse((row.body.on, row.created_at)));
    Ok(Json(PrintsJson { items: prints.into_iter().map(|row| print_json(row.body)).collect() }))
}

/// Records that the plan was printed
///
/// The version in force with the facts of today, as `plan.pdf` gives it; from now on the plan says what has changed since.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/plan/prints", operation_id = "recordPlanPrint", tag = "plan",
    params(AtFacility), request_body = NewPrintJson,
    responses((status = 201, description = "Recorded", body = PrintJson), Refused, NotThere, RefusedBody))]
pub(super) async fn print(
    State(app): State<AppState>,
    caller: Caller,
    mut fields: Fields,
) -> Result<(StatusCode, Json<PrintJson>), Fault> {
    let kept_at = fields.line("kept_at", LONGEST_PLACE).unwrap_or_default();
    fields.finish()?;
    match note_print(&app, &caller, kept_at).await? {
        Some(print) => Ok((StatusCode::CREATED, Json(print_json(print)))),
        None => Err(Fault::said(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "承認された版がまだありません。先に承認してください。",
            "No version is approved yet: approve one first.",
        )),
    }
}
