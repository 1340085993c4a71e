//! Corrective actions: noting, changing, and the steps from done to closed. The same rules as on the pages: a body cannot
//! say that something is closed, only a step by a second person can.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match, is_known};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::actions::{deed, refusal_words};
use crate::house::{LINE, NOTE};
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::corrective::{CorrectiveAction, Deed, Refusal, Source, Watch};
use hakutaku_model::day;
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_store::StoreError;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The most controls one action may strengthen.
const MOST_CONTROLS: usize = 20;

/// A corrective action.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CorrectiveAction)]
pub(super) struct ActionJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
    /// `open`, `overdue`, `done`, `closed`, `effect-due`, `effective`.
    state: &'static str,
    /// What is to be done.
    title: String,
    /// Everything it says: detail, source, controls, owner, due, done, closed, effect, watch, reopened.
    #[schema(value_type = Object)]
    details: CorrectiveAction,
}

impl ActionJson {
    fn of(row: Kept<CorrectiveAction>, today: Date) -> Self {
        Self {
            id: row.id.to_string(),
            version: row.version,
            state: row.body.state(today).key(),
            title: row.body.title.clone(),
            details: row.body,
        }
    }
}

/// What is said about an action.
#[derive(ToSchema)]
#[schema(as = NewCorrectiveAction)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct NewActionJson {
    /// What is to be done.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// More about it.
    detail: Option<String>,
    /// Who does it.
    owner: Option<String>,
    /// By when.
    #[schema(format = "date")]
    due: Option<String>,
    /// Ids of the controls it strengthens, 20 at most.
    controls: Option<Vec<String>>,
    /// The section of the plan it concerns.
    plan_section: Option<String>,
    /// Whether it prevents elsewhere what was found here.
    preventive: Option<bool>,
    /// The fact that has to stay good: `{"what": "nobody-left-signs-in"}` or `{"what": "control", "control": …, "level": …}`.
    #[schema(value_type = Option<Object>)]
    watch: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// A step.
#[derive(ToSchema)]
#[schema(as = ActionStep)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct StepJson {
    /// What is said about it; must be given for `reopen`.
    remark: Option<String>,
    /// With `done`: ids of files of this facility that show it.
    documents: Option<Vec<String>>,
    /// With `close`: the day to look again.
    #[schema(format = "date")]
    effect_due: Option<String>,
    /// With `effect`: whether it holds.
    holds: Option<bool>,
    /// The version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// An action in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtAction {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The action's id.
    #[param(format = "uuid")]
    action: String,
}

/// A step of an action in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtStep {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The action's id.
    #[param(format = "uuid")]
    action: String,
    /// `done`, `close`, `effect` or `reopen`.
    step: String,
}

/// What the list is narrowed to.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Narrowed {
    /// Only those in this state.
    #[serde(default)]
    state: Option<String>,
    /// Only those from `drill`, `call`, `audit`, `incident` or `noted`.
    #[serde(default)]
    source: Option<String>,
}

async fn row(app: &AppState, facility: FacilityId, id: RecordId) -> Result<Kept<CorrectiveAction>, Fault> {
    let row = app.store.record_of::<CorrectiveAction>(facility, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound.into()) } else { Ok(row) }
}

fn text(fields: &mut Fields, name: &str, longest: usize) -> String {
    let text = fields.text(name).unwrap_or_default().trim().replace("\r\n", "\n");
    if text.chars().count() > longest {
        fields.wrong(name, format!("{longest}字までです。"), format!("May have {longest} characters at most."));
    } else if text.chars().any(|c| c.is_control() && !(c == '\n' && longest == NOTE)) {
        fields.wrong(name, "改行や制御文字は使えません。", "May not hold line breaks or control characters.");
    }
    text
}

fn date(fields: &mut Fields, name: &str) -> Option<Date> {
    let typed = fields.text(name)?;
    let read = day::parse(&typed);
    if read.is_none() {
        fields.wrong(
            name,
            "日付を読み取れません。2026-11-21 のように入れてください。",
            "Write a date like 2026-11-21.",
        );
    }
    read
}

/// Everything a body says, put onto what stands.
fn read(app: &AppState, fields: &mut Fields, onto: CorrectiveAction) -> CorrectiveAction {
    let title = fields.must_line("title", LINE);
    let detail = text(fields, "detail", NOTE);
    let owner = text(fields, "owner", LINE);
    let due = date(fields, "due");
    let plan_section = Some(text(fields, "plan_section", 80)).filter(|section| !section.is_empty());
    let preventive = fields.flag("preventive");
    let mut controls = Vec::new();
    for id in fields.texts("controls").unwrap_or_default() {
        match app.catalogue.controls.get(id.as_str()) {
            Some(control) if controls.contains(&control.id) => {}
            Some(control) => controls.push(control.id.clone()),
            None => {
                fields.wrong(
                    "controls",
                    format!("{id} という管理策はありません。"),
                    format!("There is no control {id}."),
                );
            }
        }
    }
    if controls.len() > MOST_CONTROLS {
        fields.wrong("controls", "管理策は20までです。", "May hold 20 controls at most.");
    }
    let watch: Option<Watch> = fields.any("watch").and_then(|value| {
        let read = serde_json::from_value::<Watch>(value).ok().filter(|watch| match watch {
            Watch::Control { control, .. } => app.catalogue.controls.contains_key(control),
            _ => true,
        });
        if read.is_none() {
            fields.wrong("watch", "見張れる事実ではありません。", "Is no fact that can be watched.");
        }
        read
    });
    CorrectiveAction { title, detail, owner, due, plan_section, preventive, controls, watch, ..onto }
}

fn expected(fields: &mut Fields, headers: &HeaderMap) -> Result<(Option<i64>, i64), Fault> {
    let by_header = if_match(headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    Ok((by_header, by_header.or(by_body).unwrap_or_default()))
}

/// The corrective actions
///
/// Looking at the list looks at the facts they watch: a closed one whose fact turned bad is open again.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/actions", operation_id = "listActions", tag = "actions",
    params(AtFacility, Asked, Narrowed),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<ActionJson>),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
    Params(narrowed): Params<Narrowed>,
) -> Result<Json<Page<ActionJson>>, Fault> {
    let (facility, today) = (caller.place()?.id, app.now().date_in_japan());
    app.store.look_at_actions(&app.catalogue, facility, app.now()).await?;
    let mut rows = app.store.records::<CorrectiveAction>(facility).await?;
    rows.retain(|row| {
        narrowed.state.as_deref().is_none_or(|state| row.body.state(today).key() == state)
            && narrowed.source.as_deref().is_none_or(|source| row.body.source.key() == source)
    });
    let page = piece(rows, &asked, |row| row.id)?;
    let items = page.items.into_iter().map(|row| ActionJson::of(row, today)).collect();
    Ok(Json(Page { items, next: page.next }))
}

/// Notes an action
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/actions", operation_id = "createAction", tag = "actions",
    params(AtFacility), request_body = NewActionJson,
    responses((status = 201, description = "Noted; `Location` and `ETag` are set", body = ActionJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn create(State(app): State<AppState>, caller: Caller, mut fields: Fields) -> Result<Response, Fault> {
    let (now, facility) = (app.now(), caller.place()?.id);
    let body = read(&app, &mut fields, CorrectiveAction::new("", Source::Noted));
    fields.finish()?;
    let row = app.store.add_record(&caller.act(now), facility, &body).await?;
    let to = super::location(&format!("/api/v1/facilities/{facility}/actions/{}", row.id));
    let headers = [etag(row.version), (header::LOCATION, to)];
    Ok((StatusCode::CREATED, headers, Json(ActionJson::of(row, now.date_in_japan()))).into_response())
}

/// One action
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/actions/{action}", operation_id = "showAction",
    tag = "actions", params(AtAction),
    responses((status = 200, description = "The action; `ETag` holds its version", body = ActionJson),
        (status = 304, description = "As in `If-None-Match`"), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let row = row(&app, caller.place()?.id, id).await?;
    if is_known(&headers, row.version) {
        return Ok((StatusCode::NOT_MODIFIED, [etag(row.version)]).into_response());
    }
    Ok(([etag(row.version)], Json(ActionJson::of(row, app.now().date_in_japan()))).into_response())
}

/// Keeps another body, or says what stands instead.
async fn keep(
    app: &AppState,
    caller: &Caller,
    id: RecordId,
    (by_header, expected): (Option<i64>, i64),
    body: &CorrectiveAction,
) -> Result<Response, Fault> {
    let (now, facility) = (app.now(), caller.place()?.id);
    match app.store.change_record(&caller.act(now), facility, id, expected, body).await {
        Ok(row) => Ok(([etag(row.version)], Json(ActionJson::of(row, now.date_in_japan()))).into_response()),
        Err(StoreError::Conflict(_)) => {
            let current = ActionJson::of(row(app, facility, id).await?, now.date_in_japan());
            Err(Fault::conflict(by_header.is_some(), &current))
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes an action
///
/// What is absent is emptied; where it comes from and its steps stay.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/actions/{action}", operation_id = "changeAction",
    tag = "actions", params(AtAction, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewActionJson,
    responses((status = 200, description = "Changed", body = ActionJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn change(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let before = row(&app, caller.place()?.id, id).await?;
    let seen = expected(&mut fields, &headers)?;
    let body = read(&app, &mut fields, before.body);
    fields.finish()?;
    keep(&app, &caller, id, seen, &body).await
}

/// Takes a step of an action
///
/// `done` reports the work, `close` is the look of a second person, `effect` the later look, `reopen` opens it again.
/// Whoever reported the work cannot close it.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/actions/{action}/{step}", operation_id = "stepAction",
    tag = "actions", params(AtStep, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = StepJson,
    responses((status = 200, description = "Taken", body = ActionJson),
        Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn step(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id, step)): Path<(FacilityId, RecordId, String)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let (facility, today) = (caller.place()?.id, app.now().date_in_japan());
    let before = row(&app, facility, id).await?;
    let seen = expected(&mut fields, &headers)?;
    let remark = text(&mut fields, "remark", NOTE);
    let mut body = before.body.clone();
    let by: Deed = deed(&app, &caller, remark.clone())?;
    let taken: Result<(), Refusal> = match step.as_str() {
        "done" => {
            let documents = documents(&app, facility, &mut fields).await?;
            fields.finish()?;
            body.finish(by).map(|()| body.documents.extend(documents))
        }
        "close" => {
            let effect = date(&mut fields, "effect_due");
            if effect.is_some_and(|due| due <= today) {
                fields.wrong("effect_due", "今日より後の日を入れてください。", "Must be a day after today.");
            }
            fields.finish()?;
            let facts = app.store.facts(&app.catalogue, facility, today).await?;
            body.close(by, effect, &facts)
        }
        "effect" => {
            let holds = fields.flag("holds");
            fields.finish()?;
            body.see_effect(by, holds)
        }
        "reopen" => {
            if remark.is_empty() {
                fields.wrong("remark", "なぜまた開くのかを入れてください。", "Say why it opens again.");
            }
            fields.finish()?;
            body.reopen(by)
        }
        _ => return Err(Problem::NotFound.into()),
    };
    // A late caller hears of the newer version first; it may be why the step cannot be taken.
    if seen.1 == before.version {
        taken.map_err(|refusal| Fault::refused("step-refused", refusal_words(refusal)))?;
    }
    keep(&app, &caller, id, seen, &body).await
}

async fn documents(app: &AppState, facility: FacilityId, fields: &mut Fields) -> Result<Vec<DocumentId>, Fault> {
    let mut found = Vec::new();
    for id in fields.texts("documents").unwrap_or_default() {
        let known = match id.parse::<DocumentId>() {
            Ok(id) => match app.store.document(facility, id).await {
                Ok(_) => Some(id),
                Err(StoreError::NotFound(_)) => None,
                Err(other) => return Err(other.into()),
            },
            Err(_) => None,
        };
        match known {
            Some(id) => found.push(id),
            None => fields.wrong(
                "documents",
                "この施設のファイルのIDではありません。",
                "Is not the id of a file of this facility.",
            ),
        }
    }
    Ok(found)
}
