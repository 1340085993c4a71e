//! The region for programs: who needs help, cases as the centre and as a facility see them, expected contacts, consents.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery};
use crate::AppState;
use crate::region::{end_of, needs_now};
use crate::watch;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use hakutaku_centre::look;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::region::correlate::CaseId;
use hakutaku_model::region::net::Prefix;
use hakutaku_model::region::noise::Declaration;
use hakutaku_model::region::watch::consent::{Consent, Entry};
use hakutaku_model::touch::Kind;
use hakutaku_store::{CaseState, KeptCase};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// Cases in one answer.
const MOST: u32 = 500;

/// Who needs help today
///
/// Members in the order of telephoning, each with the sum of its points, its parts, and what is not known. For the centre.
#[utoipa::path(get, path = "/api/v1/region/needs", operation_id = "listNeeds", tag = "sensors",
    responses((status = 200, description = "`items`: facility, points, parts, unknown", body = Object), Refused))]
pub(super) async fn needs(State(app): State<AppState>, _caller: Caller) -> Result<Json<Value>, Fault> {
    Ok(Json(json!({ "items": needs_now(&app, None).await? })))
}

/// Which cases.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `open` (as long as nothing else is said), `closed`, `merged` or `withdrawn`.
    #[serde(default)]
    state: Option<String>,
}

fn centre_view(app: &AppState, kept: &KeptCase, names: &hakutaku_model::region::correlate::Names) -> Value {
    let rules = &app.catalogue.region.rules;
    let facilities: Vec<Value> = kept
        .case
        .facilities()
        .into_iter()
        .map(|id| {
            json!({
                "id": id, "name": names.facilities.get(&id), "part": kept.case.parts().get(&id),
                "steps": kept.case.steps(rules, id, names),
            })
        })
        .collect();
    json!({
        "id": kept.case.id, "state": kept.state, "severity": kept.case.severity, "title": kept.case.title(rules),
        "reasons": kept.case.reasons(rules, names), "rules": kept.case.rules(), "facilities": facilities,
        "opened_at": kept.opened_at, "changed_at": kept.changed_at, "version": kept.version, "into": kept.into,
        "closed": kept.closing.as_ref().map(|one| json!({ "at": one.at, "by": one.by, "why": one.why })),
    })
}

/// List cases of the region
///
/// Worst first, with names, for the centre.
#[utoipa::path(get, path = "/api/v1/region/cases", operation_id = "listRegionCases", tag = "sensors", params(Which),
    responses((status = 200, description = "`items`", body = Object), Refused, RefusedQuery))]
pub(super) async fn cases(
    State(app): State<AppState>,
    _caller: Caller,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Fault> {
    let state = match which.state.as_deref() {
        None | Some("open") => CaseState::Open,
        Some("closed") => CaseState::Closed,
        Some("merged") => CaseState::Merged,
        Some("withdrawn") => CaseState::Withdrawn,
        Some(_) => {
            return Err(Fault::field(
                "state",
                "open・closed・merged・withdrawn のどれかを入れてください。",
                "Must be open, closed, merged or withdrawn.",
            ));
        }
    };
    let names = look::names(&app.store).await?;
    let found = app.store.cases(state, MOST).await?;
    let items: Vec<Value> = found.iter().map(|kept| centre_view(&app, kept, &names)).collect();
    Ok(Json(json!({ "items": items })))
}

/// A case in the address.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the handler reads it")]
pub(super) struct AtCase {
    /// The case's id.
    #[param(format = "uuid")]
    case: String,
}

/// Show a case of the region
#[utoipa::path(get, path = "/api/v1/region/cases/{case}", operation_id = "showRegionCase", tag = "sensors", params(AtCase),
    responses((status = 200, description = "The case with names, for the centre", body = Object), Refused, NotThere))]
pub(super) async fn case(
    State(app): State<AppState>,
    _caller: Caller,
    Path(id): Path<CaseId>,
) -> Result<Json<Value>, Fault> {
    let kept = app.store.case(id).await?;
    let names = look::names(&app.store).await?;
    Ok(Json(centre_view(&app, &kept, &names)))
}

fn member_view(
    app: &AppState,
    kept: &KeptCase,
    facility: FacilityId,
    names: &hakutaku_model::region::correlate::Names,
) -> Option<Value> {
    let view = kept.case.member_view(&app.catalogue.region.rules, facility, names)?;
    Some(json!({ "state": kept.state, "changed_at": kept.changed_at, "case": view }))
}

/// List cases that concern a facility
///
/// As the facility may see them: no other facility is named.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/watch/cases", operation_id = "listWatchCases", tag = "sensors",
    params(AtFacility),
    responses((status = 200, description = "`items`, open ones first", body = Object), Refused, NotThere))]
pub(super) async fn own_cases(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let names = look::own_names(&app.store, facility).await?;
    let found = app.store.cases_of(facility, MOST).await?;
    let items: Vec<Value> = found.iter().filter_map(|kept| member_view(&app, kept, facility, &names)).collect();
    Ok(Json(json!({ "items": items })))
}

/// Show a case that concerns a facility
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/watch/cases/{case}", operation_id = "showWatchCase", tag = "sensors",
    params(AtFacility, AtCase),
    responses((status = 200, description = "The case as the facility may see it", body = Object), Refused, NotThere))]
pub(super) async fn own_case(
    State(app): State<AppState>,
    caller: Caller,
    Path((facility, id)): Path<(FacilityId, CaseId)>,
) -> Result<Json<Value>, Fault> {
    caller.place()?;
    let (kept, _, names) = watch::find_case(&app, facility, id).await?;
    let seen = member_view(&app, &kept, facility, &names).ok_or(crate::shell::problem::Problem::NotFound)?;
    Ok(Json(seen))
}

/// List declarations of expected contacts
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/watch/noise", operation_id = "listNoise", tag = "sensors",
    params(AtFacility),
    responses((status = 200, description = "`items` with `id`, `standing`, `declaration`", body = Object), Refused, NotThere))]
pub(super) async fn noise(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let now = app.now();
    let rows: Vec<Kept<Declaration>> = app.store.records(caller.place()?.id).await?;
    let items: Vec<Value> = rows
        .into_iter()
        .map(|row| json!({ "id": row.id, "standing": row.body.standing(now), "declaration": row.body }))
        .collect();
    Ok(Json(json!({ "items": items })))
}

/// What is declared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declared {
    from: Prefix,
    up_to: Kind,
    #[serde(default)]
    protocols: Vec<String>,
    reason: String,
    until: Date,
}

/// Declare expected contacts
///
/// `from` (address or range), `up_to` (the most telling kind covered: `probe`, `sign-in` …), `protocols` (none: any),
/// `reason`, `until` (a day, within a year). No decoy is switched off, every touch is kept.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/watch/noise", operation_id = "declareNoise", tag = "sensors",
    params(AtFacility), request_body(content = Object),
    responses((status = 201, description = "`id`", body = Object), Refused, NotThere, RefusedBody))]
pub(super) async fn declare(
    State(app): State<AppState>,
    caller: Caller,
    Json(asked): Json<Declared>,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let (facility, now) = (caller.place()?.id, app.now());
    let declaration = Declaration {
        id: uuid::Uuid::now_v7().to_string(),
        facility,
        from: asked.from,
        protocols: asked.protocols.iter().take(20).map(|one| one.trim().to_lowercase()).collect(),
        up_to: asked.up_to,
        reason: asked.reason.chars().take(200).collect(),
        by: caller.person()?.display_name.clone(),
        since: now,
        until: end_of(asked.until),
        withdrawn: None,
    };
    if let Some(fault) = declaration.faults().into_iter().next() {
        return Err(Fault::field("", fault.ja, fault.en));
    }
    let row = app.store.add_record(&caller.act(now), facility, &declaration).await?;
    app.region.told();
    Ok((StatusCode::CREATED, Json(json!({ "id": row.id }))))
}

/// A declaration in the address.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the handler reads it")]
pub(super) struct AtNoise {
    /// The declaration's id.
    #[param(format = "uuid")]
    noise: String,
}

/// Take a declaration back
#[utoipa::path(delete, path = "/api/v1/facilities/{facility}/watch/noise/{noise}", operation_id = "withdrawNoise", tag = "sensors",
    params(AtFacility, AtNoise),
    responses((status = 204, description = "From now on its touches count"), Refused, NotThere))]
pub(super) async fn withdraw(
    State(app): State<AppState>,
    caller: Caller,
    Path((facility, id)): Path<(FacilityId, RecordId)>,
) -> Result<StatusCode, Fault> {
    watch::take_back_noise(&app, &caller, facility, id, app.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show consents
///
/// Whom the facility lets act for it, and everything that was done for it.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/watch/consent", operation_id = "listConsents", tag = "sensors",
    params(AtFacility),
    responses((status = 200, description = "`consents`, `done`", body = Object), Refused, NotThere))]
pub(super) async fn consent(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let consents: Vec<Kept<Consent>> = app.store.records(facility).await?;
    let done: Vec<Kept<Entry>> = app.store.records(facility).await?;
    let consents: Vec<Consent> = consents.into_iter().map(|row| row.body).collect();
    let done: Vec<Entry> = done.into_iter().map(|row| row.body).collect();
    Ok(Json(json!({ "consents": consents, "done": done })))
}
