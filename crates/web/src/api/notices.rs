//! Notices of the region: what a member's program fetches and answers, and what the centre writes, sends and follows.
//!
//! A member is never told who else got a notice, nor who answered.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::Fields;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery};
use crate::AppState;
use crate::notices::{self, read_cursor, write_cursor};
use crate::region_notices::papers::rows;
use crate::region_notices::reach::{audience, reach_of};
use crate::region_notices::send::{self, Outgoing};
use crate::region_notices::show::{came_back, tally_of};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::{
    Affected, Audience, Criterion, Edition, Indicator, Notice, NoticeKind, Stage, Tlp,
};
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use hakutaku_store::{KeptNotice, MemberNotice, NewReceipt, NoticeCursor, NoticeState};
use serde::Deserialize;
use serde_json::{Value, json};

/// Notices fetched at once.
const PIECE: u32 = 100;

/// A notice of the centre in the address.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the handlers read it")]
pub(super) struct AtNotice {
    /// The notice's id.
    #[param(format = "uuid")]
    notice: String,
}

/// Which notices.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// `next` of an earlier answer: only what went out since.
    #[serde(default)]
    after: Option<String>,
}

impl After {
    fn cursor(&self) -> Result<Option<NoticeCursor>, Fault> {
        match self.after.as_deref() {
            None | Some("") => Ok(None),
            Some(text) => read_cursor(text).map(Some).ok_or_else(|| {
                Fault::field(
                    "after",
                    "前の応答の next をそのまま入れてください。",
                    "Must be the \"next\" of an earlier answer, unchanged.",
                )
            }),
        }
    }
}

/// What a notice says, without to whom.
fn said(notice: &Notice) -> Value {
    json!({
        "number": notice.number, "edition": notice.edition, "because": notice.because, "kind": notice.kind,
        "tlp": notice.tlp, "title": notice.title, "text": notice.text, "actions": notice.actions,
        "indicators": notice.indicators, "products": notice.products, "expects": notice.expects,
        "deadline": notice.deadline, "by": notice.by, "at": notice.at,
    })
}

fn to_member(facility: FacilityId, one: &MemberNotice) -> Value {
    let progress = notices::progress_of(facility, one);
    json!({
        "id": one.id, "notice": said(&one.notice), "poll": one.poll, "withdrawn": one.withdrawn, "sent_at": one.sent_at,
        "stage": progress.stage(), "acknowledge_anew": progress.must_acknowledge_anew(),
    })
}

/// Fetch notices
///
/// Editions to the facility that went out after a place in that order, the oldest first, a hundred at a time. What is
/// fetched counts as delivered. Match `products` against the ledger at home: nothing of it is asked for here.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/notices", operation_id = "fetchNotices", tag = "notices",
    params(AtFacility, After),
    responses((status = 200, description = "`items`; `next` to go on from, also when there is nothing new", body = Object),
        Refused, NotThere, RefusedQuery))]
pub(super) async fn fetch(
    State(app): State<AppState>,
    caller: Caller,
    Query(asked): Query<After>,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let cursor = asked.cursor()?;
    let found = app.store.notices_since(facility, cursor, PIECE).await?;
    notices::reached(&app, &caller, facility, &found, Stage::Delivered).await?;
    let next = found.last().map(|one| NoticeCursor { at: one.sent_at, id: one.id }).or(cursor).map(write_cursor);
    let items: Vec<Value> = found.iter().map(|one| to_member(facility, one)).collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

fn edition(fields: &mut Fields) -> u32 {
    fields.must_number("edition", 1..=100_000).unwrap_or(1)
}

/// Acknowledge a notice
///
/// `edition`, `stage` (`delivered`, `opened`, `understood`, `acted`), `by` (a person's name). The first receipt of a stage
/// stays. An earlier edition is taken, and does not count for the newest.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/notices/{notice}/receipts", operation_id = "acknowledgeNotice",
    tag = "notices", params(AtFacility, AtNotice), request_body(content = Object),
    responses((status = 200, description = "`new`: whether this stage was not recorded before", body = Object), Refused,
        NotThere, RefusedBody))]
pub(super) async fn receipt(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
    mut fields: Fields,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let edition = edition(&mut fields);
    let stage = fields.must_choose("stage", &["delivered", "opened", "understood", "acted"], Stage::from_key);
    let by = fields.line("by", 120).unwrap_or_default();
    fields.finish()?;
    let stage = stage.unwrap_or_default();
    app.store.notice_to(facility, id).await?;
    let new = NewReceipt { notice: id, edition, facility, stage, by, taken_by: None, said: String::new() };
    let new = app.store.receive(&caller.act(app.now()), vec![new]).await?;
    Ok(Json(json!({ "new": new.first() })))
}

/// Answer "are you affected?"
///
/// `affected`: `yes`, `unsure`, `no`; `by`: a person's name. The newest answer counts.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/notices/{notice}/poll", operation_id = "answerPoll",
    tag = "notices", params(AtFacility, AtNotice), request_body(content = Object),
    responses((status = 204, description = "Taken"), Refused, NotThere, RefusedBody))]
pub(super) async fn poll(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
    mut fields: Fields,
) -> Result<StatusCode, Fault> {
    let facility = caller.place()?.id;
    let affected = fields.must_choose("affected", &["yes", "unsure", "no"], Affected::from_key);
    let by = fields.line("by", 120).unwrap_or_default();
    fields.finish()?;
    app.store.answer_poll(&caller.act(app.now()), id, facility, affected.unwrap_or_default(), &by).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn at_centre(kept: &KeptNotice) -> Value {
    json!({
        "id": kept.id, "version": kept.version, "state": kept.state, "poll": kept.poll, "sent_at": kept.sent_at,
        "notice": kept.notice, "correction": kept.correction,
    })
}

/// List the centre's notices
///
/// The last changed first, a hundred at a time, drafts included, with how far the members are.
#[utoipa::path(get, path = "/api/v1/region/notices", operation_id = "listNotices", tag = "notices", params(After),
    responses((status = 200, description = "`items` with `counts`; `next` for the piece after", body = Object), Refused,
        RefusedQuery))]
pub(super) async fn list(State(app): State<AppState>, Query(asked): Query<After>) -> Result<Json<Value>, Fault> {
    let found = app.store.notices(asked.cursor()?, PIECE).await?;
    let ids: Vec<NoticeId> = found.iter().map(|kept| kept.id).collect();
    let counts = app.store.notice_counts(&ids).await?;
    let next = found
        .last()
        .filter(|_| found.len() >= PIECE as usize)
        .map(|kept| write_cursor(NoticeCursor { at: kept.changed_at, id: kept.id }));
    let items: Vec<Value> = found
        .iter()
        .map(|kept| {
            let mut item = at_centre(kept);
            item["counts"] = json!(counts.get(&kept.id));
            item
        })
        .collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

/// What a program says of a notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    kind: NoticeKind,
    tlp: Tlp,
    title: String,
    text: String,
    deadline: Ts,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    indicators: Vec<Indicator>,
    #[serde(default)]
    products: Vec<Criterion>,
    #[serde(default)]
    audience: Audience,
    #[serde(default)]
    expects: Option<Stage>,
    #[serde(default)]
    poll: bool,
}

/// Write a notice
///
/// `kind`, `tlp`, `title`, `text`, `deadline`, and `actions`, `indicators`, `products`, `audience`, `expects`, `poll`. It is
/// kept as a draft; nobody gets it before it is sent.
#[utoipa::path(post, path = "/api/v1/region/notices", operation_id = "writeNotice", tag = "notices",
    request_body(content = Object),
    responses((status = 201, description = "The draft, with `to`: how many would get it", body = Object), Refused, RefusedBody))]
pub(super) async fn write(
    State(app): State<AppState>,
    caller: Caller,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let now = app.now();
    let written: Written = serde_json::from_value(Value::Object(fields.rest())).map_err(|error| {
        Fault::field(
            "notice",
            format!("お知らせとして読めません（{error}）。"),
            format!("Cannot be read as a notice ({error})."),
        )
    })?;
    let notice = Notice {
        number: String::new(),
        edition: 1,
        because: Edition::First,
        kind: written.kind,
        tlp: written.tlp,
        audience: written.audience,
        title: written.title,
        text: written.text,
        actions: written.actions,
        indicators: written.indicators,
        products: written.products,
        expects: written.expects.unwrap_or(Stage::Acted),
        deadline: written.deadline,
        by: String::new(),
        at: now,
    };
    let wrong: Vec<Wrong> = notice.faults().into_iter().map(|fault: Text| Wrong::field("notice", fault)).collect();
    if !wrong.is_empty() {
        return Err(Fault::wrong(wrong));
    }
    let to = audience(&notice, &reach_of(&app.store).await?).len();
    let kept = app.store.draft_notice(&caller.act(now), &notice, written.poll).await?;
    let mut answer = at_centre(&kept);
    answer["to"] = json!(to);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Send a notice
///
/// What is being written, in the `version` that was looked at, to the audience of this moment.
#[utoipa::path(post, path = "/api/v1/region/notices/{notice}/send", operation_id = "sendNotice", tag = "notices",
    params(AtNotice), request_body(content = Object),
    responses((status = 200, description = "The notice with its number", body = Object), Refused, NotThere, RefusedBody))]
pub(super) async fn post(
    State(app): State<AppState>,
    caller: Caller,
    Path(id): Path<NoticeId>,
    mut fields: Fields,
) -> Result<Json<Value>, Fault> {
    let version = fields.must_number::<i64>("version", 1..=i64::MAX);
    fields.finish()?;
    let act = caller.act(app.now());
    let sent = send::send(&app, &act, caller.t(), id, version.unwrap_or_default(), &Outgoing::Written).await?;
    Ok(Json(at_centre(&sent)))
}

/// Read how far a notice is
///
/// The notice, its editions, how many members reached which stage, and what the poll says.
#[utoipa::path(get, path = "/api/v1/region/notices/{notice}", operation_id = "readNotice", tag = "notices",
    params(AtNotice),
    responses((status = 200, description = "`counts`, `editions`, `poll_says`", body = Object), Refused, NotThere))]
pub(super) async fn show(State(app): State<AppState>, Path(id): Path<NoticeId>) -> Result<Json<Value>, Fault> {
    let kept = app.store.notice(id).await?;
    let to = app.store.notice_recipients(id).await?;
    let tally = tally_of(&app, &kept, &to).await?;
    let mut answer = at_centre(&kept);
    answer["counts"] = json!(app.store.notice_counts(&[id]).await?.get(&id));
    answer["editions"] = json!(app.store.notice_editions(id).await?);
    answer["poll_says"] = tally.map_or(Value::Null, |tally| {
        json!({
            "yes": tally.count(Affected::Yes), "unsure": tally.count(Affected::Unsure),
            "no": tally.count(Affected::No), "silent": tally.silent.len(),
        })
    });
    Ok(Json(answer))
}

/// List the silent
///
/// Members that are not as far as the notice asks, once its deadline is past: whom to call, and what to ask.
#[utoipa::path(get, path = "/api/v1/region/notices/{notice}/silent", operation_id = "listSilent", tag = "notices",
    params(AtNotice),
    responses((status = 200, description = "`silent` with stages, `calls` as printed", body = Object), Refused, NotThere))]
pub(super) async fn silent(
    State(app): State<AppState>,
    caller: Caller,
    Path(id): Path<NoticeId>,
) -> Result<Json<Value>, Fault> {
    let kept = app.store.notice(id).await?;
    if kept.state == NoticeState::Draft {
        return Ok(Json(json!({ "silent": [], "calls": [] })));
    }
    let back = came_back(&app, &kept, app.now()).await?;
    let calls = rows(&app, caller.t(), &kept).await?;
    Ok(Json(json!({ "silent": back.silent, "calls": calls })))
}
