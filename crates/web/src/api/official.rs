//! Official spreadsheets and the inspection pack.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{AtFacility, FileBytes, NotThere, Refused};
use crate::AppState;
use crate::inspection::{gather, pack};
use crate::official::{filled, profile};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use hakutaku_model::record::RecordId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A loaded form in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the guard reads it")]
pub(super) struct AtForm {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The form's id, as the address of its page shows it.
    #[param(format = "uuid")]
    form: String,
}

/// What an inspector will see missing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Missing {
    /// The day it stands for.
    #[schema(format = Date, example = "2026-11-21")]
    as_of: String,
    /// How many things.
    count: usize,
    /// The weightiest first.
    missing: Vec<MissingThing>,
}

/// One thing missing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MissingThing {
    /// `blank_first_round`, `no_target`, `target_passed`, `faulty`, `reopened`, `vendor_form`, `contacts`, `ledger`,
    /// `evidence`.
    #[schema(example = "blank_first_round")]
    kind: &'static str,
    /// What exactly, in Japanese.
    ja: String,
    /// The same in English.
    en: String,
}

/// The mapping of a form
///
/// Which cell takes which answer; a file for `hakutaku checklist fill --profile`.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/forms/official/{form}/profile.json",
    operation_id = "officialProfile", tag = "checklists", params(AtForm),
    responses((status = 200, description = "The mapping", body = inline(FileBytes), content_type = "application/json"),
        Refused, NotThere))]
pub(super) async fn profile(
    app: State<AppState>,
    caller: Caller,
    at: Path<(String, RecordId)>,
) -> Result<Response, Fault> {
    Ok(profile::take_out(app, caller.0, at).await?)
}

/// The filled copy of an official spreadsheet
///
/// 422 when the mapping is not confirmed or the answers do not fit the form. A vendor's answers with `?vendor=`.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/forms/official/{form}/filled.xlsx",
    operation_id = "officialFilled", tag = "checklists", params(AtForm),
    responses((status = 200, description = "The file as loaded, with the answers in it", body = inline(FileBytes),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), Refused, NotThere))]
pub(super) async fn filled(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, RecordId)>,
    Query(whose): Query<filled::Whose>,
) -> Result<Response, Fault> {
    Ok(filled::for_program(&app, &caller.0, id, &whose).await?)
}

/// What an inspector will see missing
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/inspection/missing", operation_id = "inspectionMissing",
    tag = "checklists", params(AtFacility),
    responses((status = 200, description = "Blank first-round dates first", body = Missing), Refused, NotThere))]
pub(super) async fn missing(State(app): State<AppState>, caller: Caller) -> Result<Json<Missing>, Fault> {
    let today = app.now().date_in_japan();
    let known = gather::gather(&app, caller.0.place()?.id, today).await?;
    let thing = |item: hakutaku_model::inspection::MissingItem| MissingThing {
        kind: item.kind.key(),
        ja: item.what.ja,
        en: item.what.en,
    };
    let missing: Vec<MissingThing> = known.missing.into_iter().map(thing).collect();
    Ok(Json(Missing { as_of: today.to_string(), count: missing.len(), missing }))
}

/// The inspection pack on paper
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/inspection/pack.pdf", operation_id = "inspectionPdf",
    tag = "checklists", params(AtFacility),
    responses((status = 200, description = "A4, in the language of `Accept-Language`", body = inline(FileBytes),
        content_type = "application/pdf"), Refused, NotThere))]
pub(super) async fn pack_pdf(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(pack::paper(app, caller.0).await?)
}

/// The inspection pack as an archive
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/inspection/pack.zip", operation_id = "inspectionZip",
    tag = "checklists", params(AtFacility),
    responses((status = 200, description = "Paper, forms, lists and evidence with `SHA256SUMS`",
        body = inline(FileBytes), content_type = "application/zip"), Refused, NotThere))]
pub(super) async fn pack_zip(app: State<AppState>, caller: Caller) -> Result<Response, Fault> {
    Ok(pack::archive(app, caller.0).await?)
}
