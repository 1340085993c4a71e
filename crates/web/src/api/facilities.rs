//! Institutions: those the token's person has a role at.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::facility::{FacilityKind, FacilityProfile, PREFECTURES};
use hakutaku_model::id::{FacilityId, QuestionnaireId};
use hakutaku_store::{FacilityRow, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facility, examples(json!({
    "id": "0193a1b2-0000-7000-8000-000000000001", "name": "白沢記念病院", "kind": "hospital", "prefecture": 13,
    "beds": 240, "it_staff_tenths": 20, "questionnaires": ["hospital-it", "executive", "network-typology"],
    "version": 1, "created_at": "2026-11-21T01:00:00.000000Z", "updated_at": "2026-11-21T01:00:00.000000Z",
})))]
pub(crate) struct FacilityJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Name as on the sign.
    name: String,
    /// `hospital`, `clinic`, `dental_clinic`, `pharmacy`, `care_home` or `maternity_home`.
    kind: &'static str,
    /// JIS X 0401 code.
    #[schema(minimum = 1, maximum = 47)]
    prefecture: u8,
    /// Licensed beds; 0 for those without.
    beds: u32,
    /// People whose main work is IT, in tenths of a full post (15 = one and a half).
    it_staff_tenths: u32,
    /// The questionnaires it answers, in order.
    #[schema(value_type = Vec<String>)]
    questionnaires: Vec<QuestionnaireId>,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
    /// When it was created.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    updated_at: String,
}

impl From<FacilityRow> for FacilityJson {
    fn from(row: FacilityRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.profile.name,
            kind: row.profile.kind.key(),
            prefecture: row.profile.prefecture,
            beds: row.profile.beds,
            it_staff_tenths: row.profile.it_staff_tenths,
            questionnaires: row.questionnaires,
            version: row.version,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
        }
    }
}

/// What is said about an institution.
#[derive(ToSchema)]
#[schema(as = NewFacility, examples(json!({
    "name": "白沢記念病院", "kind": "hospital", "prefecture": 13, "beds": 240, "it_staff_tenths": 20,
})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewFacilityJson {
    /// Name as on the sign.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// `hospital`, `clinic`, `dental_clinic`, `pharmacy`, `care_home` or `maternity_home`.
    kind: String,
    /// JIS X 0401 code.
    #[schema(minimum = 1, maximum = 47)]
    prefecture: u8,
    /// Licensed beds, 20 or more for a hospital; 0 if absent.
    #[schema(minimum = 0, maximum = 5000)]
    beds: Option<u32>,
    /// People whose main work is IT, in tenths of a full post; 0 if absent.
    #[schema(minimum = 0, maximum = 10000)]
    it_staff_tenths: Option<u32>,
    /// The questionnaires it answers. If absent: on creation those suggested for its kind, on a change as before.
    questionnaires: Option<Vec<String>>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// The facilities
///
/// Those the person of the token has a role at; all for administrators.
#[utoipa::path(get, path = "/api/v1/facilities", operation_id = "listFacilities", tag = "facilities", params(Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<FacilityJson>), RefusedQuery, Refused))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<FacilityJson>>, Fault> {
    let mut ids: Vec<FacilityId> = caller.places.iter().map(|place| place.id).collect();
    ids.sort_unstable();
    let page = piece(ids, &asked, |id| *id)?;
    let rows = app.store.facilities_among(&page.items).await?;
    Ok(Json(Page { items: rows.into_iter().map(FacilityJson::from).collect(), next: page.next }))
}

/// Opens a facility
///
/// For administrators of the installation.
#[utoipa::path(post, path = "/api/v1/facilities", operation_id = "createFacility", tag = "facilities",
    request_body = NewFacilityJson,
    responses((status = 201, description = "Created; `Location` and `ETag` are set", body = FacilityJson),
        Refused, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let profile = read_profile(&mut fields);
    let questionnaires = read_questionnaires(&app, &mut fields);
    let profile = finish(fields, profile)?;
    let questionnaires = questionnaires.unwrap_or_else(|| {
        profile.kind.suggested_questionnaires().iter().map(|id| QuestionnaireId::from(*id)).collect()
    });
    let row = app.store.create_facility(&caller.act(app.now()), &profile, &questionnaires).await?;
    let headers = [etag(row.version), (header::LOCATION, super::location(&format!("/api/v1/facilities/{}", row.id)))];
    Ok((StatusCode::CREATED, headers, Json(FacilityJson::from(row))).into_response())
}

/// One facility
#[utoipa::path(get, path = "/api/v1/facilities/{facility}", operation_id = "showFacility", tag = "facilities",
    params(AtFacility),
    responses((status = 200, description = "The facility; `ETag` holds its version", body = FacilityJson),
        Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller) -> Result<Response, Fault> {
    let row = app.store.facility(caller.place()?.id).await?;
    Ok(([etag(row.version)], Json(FacilityJson::from(row))).into_response())
}

/// Changes a facility
///
/// Takes the whole profile and the version it is based on, in `expected_version` or as `If-Match`.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}", operation_id = "changeFacility", tag = "facilities",
    params(AtFacility, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewFacilityJson,
    responses((status = 200, description = "Changed", body = FacilityJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let before = app.store.facility(caller.place()?.id).await?;
    let profile = read_profile(&mut fields);
    let questionnaires = read_questionnaires(&app, &mut fields).unwrap_or(before.questionnaires);
    let by_header = if_match(&headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    let profile = finish(fields, profile)?;
    let expected = by_header.or(by_body).unwrap_or_default();
    match app.store.update_facility(&caller.act(app.now()), before.id, &profile, &questionnaires, expected).await {
        Ok(row) => Ok(([etag(row.version)], Json(FacilityJson::from(row))).into_response()),
        Err(StoreError::Conflict(_)) => {
            let current = FacilityJson::from(app.store.facility(before.id).await?);
            Err(Fault::conflict(by_header.is_some(), &current))
        }
        Err(error) => Err(error.into()),
    }
}

fn finish(fields: Fields, profile: Option<FacilityProfile>) -> Result<FacilityProfile, Fault> {
    fields.finish()?;
    profile.ok_or_else(|| crate::shell::problem::Problem::internal("a profile without a fault is none").into())
}

/// The profile; what is wrong with it is said in `fields`.
fn read_profile(fields: &mut Fields) -> Option<FacilityProfile> {
    let kinds = FacilityKind::ALL.map(FacilityKind::key);
    let most = u8::try_from(PREFECTURES.len()).unwrap_or(u8::MAX);
    let name = fields.must_line("name", 120);
    let kind = fields.must_choose("kind", &kinds, FacilityKind::from_key);
    let prefecture = fields.must_number("prefecture", 1..=most);
    let beds = fields.number("beds", 0..=5000).unwrap_or(0);
    let it_staff_tenths = fields.number("it_staff_tenths", 0..=10_000).unwrap_or(0);
    if kind == Some(FacilityKind::Hospital) && beds < 20 {
        fields.wrong(
            "beds",
            "病院は20床以上です（医療法第1条の5）。19床以下は clinic にしてください。",
            "A hospital has 20 beds or more (Medical Care Act, article 1-5); with fewer it is a clinic.",
        );
    }
    Some(FacilityProfile { name, kind: kind?, prefecture: prefecture?, beds, it_staff_tenths })
}

/// The questionnaires, if named; each must exist and counts once.
fn read_questionnaires(app: &AppState, fields: &mut Fields) -> Option<Vec<QuestionnaireId>> {
    let named = fields.texts("questionnaires")?;
    let mut chosen: Vec<QuestionnaireId> = Vec::new();
    for id in named {
        match app.catalogue.questionnaire(&id) {
            Some(questionnaire) if !chosen.contains(&questionnaire.id) => chosen.push(questionnaire.id.clone()),
            Some(_) => {}
            None => fields.wrong(
                "questionnaires",
                format!("質問票「{id}」はありません。"),
                format!("There is no questionnaire \"{id}\"."),
            ),
        }
    }
    if chosen.is_empty() {
        fields.wrong("questionnaires", "1つ以上選んでください。", "Must name at least one.");
    }
    Some(chosen)
}
