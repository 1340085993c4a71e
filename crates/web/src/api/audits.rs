//! Audits: the list, one with its folder, a paper written, a sample drawn, the report.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::audits::gather::{Gathered, audit_of, deed, item, refused};
use crate::audits::report::report_of;
use crate::audits::sample::{NotDrawn, Wanted, draw_and_keep};
use crate::results::press;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::audit_report::{Length, audit_report_pdf};
use hakutaku_model::audit::sample::LARGEST_SAMPLE;
use hakutaku_model::audit::{Audit, AuditPaper, Mark, PaperFault, SampledFrom, seed_is_plain, tally};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::Kept;
use hakutaku_store::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// An audit in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Audit)]
pub(crate) struct AuditJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// What people call it.
    title: String,
    /// `internal` or `external`.
    kind: &'static str,
    /// The fiscal year it counts for.
    fiscal_year: i16,
    /// `planned`, `running`, `signed` or `closed`.
    state: &'static str,
    /// First day on site.
    #[schema(format = "date")]
    from: Option<String>,
    /// Who leads it.
    auditor: String,
    /// Ids of the items to look at.
    scope: Vec<String>,
    /// Rises with every change.
    version: i64,
}

impl From<Kept<Audit>> for AuditJson {
    fn from(row: Kept<Audit>) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.body.kind.key(),
            fiscal_year: row.body.fiscal_year,
            state: row.body.state().key(),
            from: row.body.from.map(|day| day.to_string()),
            auditor: row.body.auditor,
            scope: row.body.scope.into_iter().map(|line| line.item).collect(),
            title: row.body.title,
            version: row.version,
        }
    }
}

/// An audit in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtAudit {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The audit's id.
    #[param(format = "uuid")]
    audit: String,
}

/// An item of an audit in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtItem {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The audit's id.
    #[param(format = "uuid")]
    audit: String,
    /// The item's id in the audit sheet.
    #[param(example = "aud-backup-01")]
    item: String,
}

/// Which length.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfLength {
    /// `full` (also if absent), or `short`: two pages.
    length: Option<String>,
}

/// A working paper.
#[derive(ToSchema)]
#[schema(as = NewAuditPaper)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewPaperJson {
    /// `conforming`, `observation`, `minor`, `major` or `not-applicable`.
    mark: String,
    /// What was seen; needed unless not applicable.
    seen: Option<String>,
    /// A remark; needed for `not-applicable`.
    remark: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// A sample to draw.
#[derive(ToSchema)]
#[schema(as = NewAuditSample)]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewSampleJson {
    /// `accounts`, `devices`, `restore-tests` or `vendors`.
    from: String,
    /// How many.
    #[schema(minimum = 1, maximum = 200)]
    size: u32,
    /// The item it is for; absent: the audit as a whole.
    item: Option<String>,
    /// A seed of one's own: 1 to 64 visible ASCII characters; absent: a random one.
    seed: Option<String>,
    /// Why it is drawn again, for a second draw at the same item.
    why_again: Option<String>,
}

async fn folder(app: &AppState, caller: &Caller, id: RecordId) -> Result<Gathered, Fault> {
    let audit = audit_of(app, caller, id).await?;
    Ok(Gathered::of(app, caller.place()?.id, audit).await?)
}

/// Audits
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/audits", operation_id = "listAudits", tag = "audits",
    params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list, oldest first", body = Page<AuditJson>), RefusedQuery, Refused, NotThere))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<AuditJson>>, Fault> {
    let rows = app.store.records::<Audit>(caller.place()?.id).await?;
    let page = piece(rows, &asked, |row| row.id)?;
    Ok(Json(Page { items: page.items.into_iter().map(AuditJson::from).collect(), next: page.next }))
}

/// One audit with its papers, samples, interviews, findings and actions
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/audits/{audit}", operation_id = "showAudit", tag = "audits",
    params(AtAudit), responses((status = 200, description = "Everything in its folder; `ETag` holds its version", body = Object), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Fault> {
    let all = folder(&app, &caller, id).await?;
    let percent = tally(all.papers.iter().map(|row| &row.body)).percent();
    let body = json!({
        "id": all.audit.id, "version": all.audit.version, "state": all.audit.body.state().key(),
        "audit": all.audit.body, "result_percent": percent, "papers": all.papers, "samples": all.samples,
        "interviews": all.interviews, "findings": all.findings, "actions": all.actions,
    });
    Ok(([etag(all.audit.version)], Json(body)).into_response())
}

/// Writes the working paper of an item
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/audits/{audit}/items/{item}", operation_id = "writeAuditPaper", tag = "audits",
    params(AtItem, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen, for a change")),
    request_body = NewPaperJson,
    responses((status = 200, description = "Kept; `ETag` holds its version", body = Object), Refused, NotThere, RefusedBody, RefusedVersion))]
pub(super) async fn write(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id, name)): Path<(FacilityId, RecordId, String)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let all = folder(&app, &caller, id).await?;
    let item = item(&app, &name)?;
    if !all.audit.body.covers(&item.id) {
        return Err(Problem::NotFound.into());
    }
    all.audit.body.may_write().map_err(refused)?;
    let keys: Vec<&str> = Mark::ALL.iter().map(|mark| mark.key()).collect();
    let mark = fields.must_choose("mark", &keys, Mark::from_key);
    let long = |text: Option<String>| text.unwrap_or_default().chars().take(crate::house::NOTE).collect::<String>();
    let (seen, remark) = (long(fields.text("seen")), long(fields.text("remark")));
    let by_header = if_match(&headers)?;
    let version = by_header.or(fields.number("expected_version", 0..=i64::MAX)).unwrap_or_default();
    let before = all.paper(&item.id);
    let paper = AuditPaper {
        audit: id,
        item: item.id.clone(),
        mark: mark.unwrap_or_default(),
        seen,
        remark,
        documents: before.map(|row| row.body.documents.clone()).unwrap_or_default(),
        by: deed(&app, &caller),
    };
    match paper.check() {
        Err(PaperFault::NothingSeen) if mark.is_some() => {
            fields.wrong("seen", "何を見て判定したかを書いてください。", "Say what the mark stands on.");
        }
        Err(PaperFault::NoReason) => {
            fields.wrong("remark", "対象外にする理由を書いてください。", "Say why it does not apply.");
        }
        _ => {}
    }
    fields.finish()?;
    let act = caller.act(app.now());
    let kept = match before {
        None => app.store.add_record(&act, facility, &paper).await,
        Some(row) => app.store.change_record(&act, facility, row.id, version, &paper).await,
    };
    match kept {
        Ok(row) => Ok(([etag(row.version)], Json(json!(row))).into_response()),
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            let now = folder(&app, &caller, id).await?;
            Err(Fault::conflict(by_header.is_some(), &now.paper(&item.id)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Draws a sample
///
/// SHA-256 over seed, line feed and id, smallest first. The ids drawn from are kept with it.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/audits/{audit}/samples", operation_id = "drawAuditSample", tag = "audits",
    params(AtAudit), request_body = NewSampleJson,
    responses((status = 201, description = "Drawn", body = Object), Refused, NotThere, RefusedBody))]
pub(super) async fn draw(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let audit = audit_of(&app, &caller, id).await?;
    audit.body.may_write().map_err(refused)?;
    let keys: Vec<&str> = SampledFrom::ALL.iter().map(|from| from.key()).collect();
    let from = fields.must_choose("from", &keys, SampledFrom::from_key);
    let size = fields.must_number("size", 1..=LARGEST_SAMPLE);
    let item = fields.line("item", crate::house::LINE).unwrap_or_default();
    if !item.is_empty() && !audit.body.covers(&item) {
        fields.wrong("item", "この監査の項目ではありません。", "Not an item of this audit.");
    }
    let seed = fields.line("seed", crate::house::LINE);
    if seed.as_ref().is_some_and(|seed| !seed_is_plain(seed)) {
        fields.wrong("seed", "種は英数字と記号だけ、64字までです。", "Visible ASCII characters only, at most 64.");
    }
    let why_again = fields.line("why_again", crate::house::LINE).unwrap_or_default();
    fields.finish()?;
    let wanted = Wanted { item, from: from.unwrap_or_default(), size: size.unwrap_or_default(), seed, why_again };
    match draw_and_keep(&app, &caller, audit, wanted).await? {
        Ok(row) => Ok((StatusCode::CREATED, Json(json!(row)))),
        Err(NotDrawn::Empty) => Err(Fault::field("from", "引くものがありません。", "There is nothing to draw from.")),
        Err(NotDrawn::Again) => Err(Fault::field(
            "why_again",
            "同じ項目ではもう引いています。理由を書いてください。",
            "A sample was drawn for this item already: say why again.",
        )),
    }
}

/// The report as PDF
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/audits/{audit}/report.pdf", operation_id = "showAuditReport", tag = "audits",
    params(AtAudit, OfLength),
    responses((status = 200, description = "PDF", content_type = "application/pdf", body = Vec<u8>), RefusedQuery, Refused, NotThere))]
pub(super) async fn report(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Params(asked): Params<OfLength>,
) -> Result<Response, Fault> {
    let length = match asked.length.as_deref() {
        None | Some("full") => Length::Full,
        Some("short") => Length::Short,
        Some(_) => return Err(Fault::field("length", "full か short です。", "Must be full or short.")),
    };
    let facility = caller.place()?.id;
    let all = folder(&app, &caller, id).await?;
    let report = report_of(&app, &caller, &all).await?;
    let pdf = press(move || audit_report_pdf(&report, length)).await?.map_err(Problem::internal)?;
    let detail = BTreeMap::from([("file".to_owned(), "report.pdf".to_owned())]);
    let act = caller.act(app.now());
    app.store.record(&act, Chain::Facility(facility), "audit.export", &format!("audit:{id}"), detail).await?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"))], pdf.bytes).into_response())
}
