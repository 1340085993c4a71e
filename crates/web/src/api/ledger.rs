//! The ledger of devices.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params, etag, if_match, is_known};
use super::ledger_device::{DeviceJson, NewDeviceJson, cells};
use super::ledger_query::{Asked, query};
use super::openapi::{AtFacility, FileBytes, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::Page;
use crate::AppState;
use crate::ledger::plan::{Plan, Typed};
use crate::ledger::{export, names};
use crate::results::press;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_documents::ledger_csv;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger::{Asset, Column, KeptAsset};
use hakutaku_store::{AssetChange, StoreError};
use serde::Deserialize;
use utoipa::IntoParams;

/// A device of a facility in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
struct AtDevice {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The device's id.
    #[param(format = "uuid")]
    asset: String,
}

/// The devices
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger", operation_id = "listDevices", tag = "ledger",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, in the order asked for or as they were written down",
        body = Page<DeviceJson>), RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<DeviceJson>>, Fault> {
    let facility = caller.place()?.id;
    let query = query(&asked, &app)?;
    let page = app.store.assets_page(facility, &query).await?;
    let names = names(&app, facility).await?;
    let end = query.offset + u64::try_from(page.rows.len()).unwrap_or_default();
    let next = (end < page.total).then(|| URL_SAFE_NO_PAD.encode(end.to_string()));
    let items = page.rows.into_iter().map(|row| DeviceJson::of(row, &names)).collect();
    Ok(Json(Page { items, next }))
}

/// What is wrong with the row, member by member.
fn faults(plan: &Plan) -> Option<Fault> {
    let wrong = |fault: &hakutaku_model::ledger::check::Fault| Wrong::field(fault.column.key(), fault.what.sentence());
    (!plan.faults.is_empty()).then(|| Fault::wrong(plan.faults.iter().map(|(_, fault)| wrong(fault)).collect()))
}

fn answer(status: StatusCode, row: KeptAsset, names: &Names) -> Response {
    (status, [etag(row.version)], Json(DeviceJson::of(row, names))).into_response()
}

/// Writes a device down
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/ledger", operation_id = "createDevice", tag = "ledger",
    params(AtFacility), request_body = NewDeviceJson,
    responses((status = 201, description = "Written down; `Location` and `ETag` are set", body = DeviceJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let cells = cells(&mut fields);
    fields.finish()?;
    let names = names(&app, facility).await?;
    let plan = Plan::make(&app, facility, &names, &[Typed { row: None, cells }]).await?;
    if let Some(fault) = faults(&plan) {
        return Err(fault);
    }
    let done = app.store.change_assets(&caller.act(app.now()), facility, &plan.changes, "create").await?;
    let row = done.rows.into_iter().next().ok_or_else(|| Problem::internal("a device was not written down"))?;
    let location = super::location(&format!("/api/v1/facilities/{facility}/ledger/{}", row.id));
    let mut response = answer(StatusCode::CREATED, row, &names);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// One device
///
/// Also one that is out of the ledger.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "showDevice",
    tag = "ledger", params(AtDevice),
    responses((status = 200, description = "The device; `ETag` holds its version", body = DeviceJson),
        (status = 304, description = "As in `If-None-Match`"), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let row = app.store.asset(facility, id).await?;
    if is_known(&headers, row.version) {
        return Ok((StatusCode::NOT_MODIFIED, [etag(row.version)]).into_response());
    }
    Ok(answer(StatusCode::OK, row, &names(&app, facility).await?))
}

/// Changes a device
///
/// Takes all that is written about it, and the version it is based on, in `expected_version` or as `If-Match`.
/// Photos and documents stay.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "changeDevice",
    tag = "ledger", params(AtDevice, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewDeviceJson,
    responses((status = 200, description = "Changed", body = DeviceJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let before = app.store.asset(facility, id).await?;
    let mut cells = cells(&mut fields);
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    fields.finish()?;
    let expected = by_header.or(by_body).unwrap_or_default();
    for column in Column::ALL {
        cells.entry(column).or_default();
    }
    // What refers to a system or vendor out of use may stay as it is.
    let stays = |id: Option<hakutaku_model::record::RecordId>| id.map(|id| id.to_string());
    for (column, id) in [(Column::System, before.asset.system), (Column::Vendor, before.asset.vendor)] {
        if stays(id).is_some() && cells.get(&column) == stays(id).as_ref() {
            cells.remove(&column);
        }
    }
    let names = names(&app, facility).await?;
    let typed = [Typed { row: Some((id, expected)), cells }];
    let plan = Plan::make(&app, facility, &names, &typed).await?;
    if !plan.conflicts.is_empty() {
        return Err(conflict(&app, by_header.is_some(), facility, id, &names).await?);
    }
    if let Some(fault) = faults(&plan) {
        return Err(fault);
    }
    match app.store.change_assets(&caller.act(app.now()), facility, &plan.changes, "edit").await {
        Ok(done) => {
            let row = done.rows.into_iter().next().ok_or_else(|| Problem::internal("a device was not changed"))?;
            Ok(answer(StatusCode::OK, row, &names))
        }
        Err(StoreError::Conflict(_)) => Err(conflict(&app, by_header.is_some(), facility, id, &names).await?),
        Err(error) => Err(error.into()),
    }
}

async fn conflict(
    app: &AppState,
    by_header: bool,
    facility: FacilityId,
    id: AssetId,
    names: &Names,
) -> Result<Fault, Fault> {
    let row = app.store.asset(facility, id).await?;
    Ok(Fault::conflict(by_header, &DeviceJson::of(row, names)))
}

/// Which version is to be taken out.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Gone {
    expected_version: Option<String>,
}

/// Takes a device out of the ledger
///
/// It stays readable by its id. Needs the version last seen, as `If-Match` or `expected_version`.
#[utoipa::path(delete, path = "/api/v1/facilities/{facility}/ledger/{asset}", operation_id = "retireDevice",
    tag = "ledger",
    params(AtDevice, ("expected_version" = Option<i64>, Query, description = "The version last seen"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    responses((status = 204, description = "It is out of the ledger"), Refused, NotThere, RefusedVersion,
        (status = 422, description = "No version was sent",
            body = super::fault::ProblemJson, content_type = "application/problem+json")))]
pub(super) async fn retire(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, AssetId)>,
    headers: HeaderMap,
    Params(asked): Params<Gone>,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let by_header = if_match(&headers)?;
    let expected = match (by_header, asked.expected_version.as_deref().map(str::parse::<i64>)) {
        (Some(version), _) | (None, Some(Ok(version))) => version,
        (None, _) => {
            return Err(Fault::field(
                "expected_version",
                "読んだときの version を入れてください。",
                "Send the version that was last seen.",
            ));
        }
    };
    let change = AssetChange::Retire { id, expected };
    match app.store.change_assets(&caller.act(app.now()), facility, &[change], "retire").await {
        Ok(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(StoreError::Conflict(_)) => {
            let names = names(&app, facility).await?;
            Err(conflict(&app, by_header.is_some(), facility, id, &names).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// The ledger as CSV
///
/// All rows that meet the query; `limit` and `cursor` do not count. UTF-8 with a byte order mark; cells that a
/// spreadsheet would run as a formula begin with an apostrophe.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/ledger/export.csv", operation_id = "exportDevices",
    tag = "ledger", params(AtFacility, Asked),
    responses((status = 200, description = "The table", body = FileBytes, content_type = "text/csv"),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn csv(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Response, Fault> {
    let (facility, lang) = (caller.place()?.id, caller.lang);
    let query = query(&asked, &app)?;
    let rows = app.store.assets_found(facility, &query).await?;
    let names = names(&app, facility).await?;
    export::note(&app, &caller, "csv", rows.len()).await?;
    let assets: Vec<Asset> = rows.into_iter().map(|row| row.asset).collect();
    let content = press(move || ledger_csv(&assets, &names, lang)).await?.map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ledger.csv\"")),
    ];
    Ok((headers, content).into_response())
}
