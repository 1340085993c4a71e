//! The official forms: how far they have come, one in full, and answering a line.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params, etag, if_match};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedVersion};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::checklists::line::{LineInput, Saved};
use crate::checklists::{Opened, Whose};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::checklist::file::FileItem;
use hakutaku_model::checklist::{ChecklistFile, FormKind, FormView, Mark, form_of};
use hakutaku_model::text::Text;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A form of a facility and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChecklistHead)]
pub(crate) struct HeadJson {
    /// Edition: `r7`.
    edition: String,
    /// `hospital`, `pharmacy` or `vendor`.
    form: String,
    /// Its fiscal year.
    fiscal_year: i16,
    /// Whether its items are in our data; without them it can only be looked up in the official form.
    items_available: bool,
    /// Where the official form is.
    official_form: String,
    /// On the vendor form: whose sheet.
    #[schema(required = true, format = "uuid")]
    vendor: Option<String>,
    /// Counts of its lines; `null` where the items are not in our data.
    #[schema(required = true)]
    progress: Option<ProgressJson>,
}

/// Counts over the lines of a form.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChecklistProgress)]
pub(crate) struct ProgressJson {
    /// Lines to fill in.
    lines: usize,
    /// Not to be filled in.
    skipped: usize,
    /// Without a first-round answer.
    open: usize,
    /// Yes, in either round.
    yes: usize,
    /// No, with a target date.
    no_with_target: usize,
    /// No, without one.
    no_without_target: usize,
    /// Answered, but the facts have changed since.
    look_again: usize,
    /// With something wrong.
    faulty: usize,
    /// Whose text or number must be looked up in the official form.
    inferred: usize,
}

impl From<&FormView> for ProgressJson {
    fn from(view: &FormView) -> Self {
        let count = view.progress;
        Self {
            lines: count.lines,
            skipped: count.skipped,
            open: count.open,
            yes: count.yes,
            no_with_target: count.no_with_target,
            no_without_target: count.no_without_target,
            look_again: count.look_again,
            faulty: count.faulty,
            inferred: count.inferred,
        }
    }
}

/// A form in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtForm {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// Edition: `r7` or `mhlw-r7`, or the id of a loaded official file.
    #[param(example = "r7")]
    edition: String,
    /// `hospital`, `pharmacy` or `vendor`.
    #[param(example = "hospital")]
    form: String,
}

/// An answer to a line.
#[derive(ToSchema)]
#[schema(as = NewChecklistAnswer, examples(json!({"first": "no", "first_on": "2026-06-01", "target": "2027-02-28",
    "remark": "", "version": 0})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
struct NewAnswerJson {
    /// `yes` or `no`; absent: the answer is taken back.
    first: Option<String>,
    /// The day it was checked; today if absent.
    first_on: Option<String>,
    /// The day by which it will be done: only after a no, within the fiscal year.
    target: Option<String>,
    /// Second round: `yes` or `no`.
    second: Option<String>,
    /// The day of the second round; today if absent.
    second_on: Option<String>,
    /// A remark; needed where the answer is not what is proposed.
    #[schema(max_length = 1000)]
    remark: Option<String>,
    /// The version last seen (0: there was none), unless it comes as `If-Match`.
    version: Option<i64>,
    /// The fingerprint of the proposal that was looked at; saving is refused when it is another one now.
    saw: Option<String>,
}

/// The forms of a facility
///
/// Every edition of the facility's own form, newest first, and one vendor sheet for each vendor under contract.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/checklists", operation_id = "listChecklists",
    tag = "checklists", params(AtFacility, Asked),
    responses((status = 200, description = "A piece of the list", body = Page<HeadJson>), Refused, NotThere,
        super::openapi::RefusedQuery))]
pub(super) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
) -> Result<Json<Page<HeadJson>>, Fault> {
    let facility = caller.place()?.id;
    let kind = app.store.facility(facility).await?.profile.kind;
    let ground = app.store.form_ground(&app.catalogue, facility, app.now().date_in_japan()).await?;
    let mut heads = Vec::new();
    for edition in ground.editions.iter().rev() {
        let own = form_of(kind).map(|form| (form, None));
        let sheets = ground.contracted().map(|vendor| (FormKind::Vendor, Some(vendor.id)));
        for (form, vendor) in own.into_iter().chain(sheets) {
            let view = ground.view(&app.catalogue, &edition.id, form, vendor);
            if view.is_none() && (edition.items_available || vendor.is_some()) {
                continue;
            }
            heads.push(HeadJson {
                edition: edition.id.clone(),
                form: form.key().to_owned(),
                fiscal_year: edition.fiscal_year,
                items_available: edition.items_available,
                official_form: edition.url.clone(),
                vendor: vendor.map(|vendor| vendor.to_string()),
                progress: view.as_ref().map(ProgressJson::from),
            });
        }
    }
    // The list is in its order; the cursor is the position of what is named by edition, form and vendor.
    let heads: Vec<(usize, HeadJson)> = heads.into_iter().enumerate().collect();
    let page = piece(heads, &asked, |(at, _)| *at)?;
    Ok(Json(Page { items: page.items.into_iter().map(|(_, head)| head).collect(), next: page.next }))
}

/// A form in full
///
/// Items, answers, proposals with their facts, and what is wrong: `hakutaku-checklist/1`, the same as
/// `hakutaku checklist export --format json`.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/checklists/{edition}/{form}", operation_id = "showChecklist",
    tag = "checklists",
    params(AtForm, ("vendor" = Option<String>, Query, description = "On the vendor form: whose sheet")),
    responses((status = 200, description = "The form", body = Object), Refused, NotThere))]
pub(super) async fn show(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, edition, form)): Path<(String, String, String)>,
    Params(whose): Params<Whose>,
) -> Result<Json<ChecklistFile>, Fault> {
    let facility = caller.place()?.id;
    let opened = Opened::of(&app, facility, (&edition, &form), &whose).await?;
    let name = app.store.facility(facility).await?.profile.name;
    Ok(Json(ChecklistFile::of(&opened.view, &name, opened.ground.today)))
}

/// Answers a line
///
/// Saved when the answer is at the version last seen; else 409 (412 with `If-Match`) with the line as it stands. A token
/// confirms for its person; nothing is confirmed by itself.
#[utoipa::path(put, path = "/api/v1/facilities/{facility}/checklists/{edition}/{form}/items/{item}/{group}",
    operation_id = "answerChecklist", tag = "checklists",
    params(AtForm, ("item" = String, Path, description = "Item id"), ("group" = String, Path, description = "Device group"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
    request_body = NewAnswerJson,
    responses((status = 200, description = "It stands; the line as in the form", body = Object), Refused, NotThere,
        RefusedBody, RefusedVersion))]
pub(super) async fn answer(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, edition, form, item, group)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let opened = Opened::of(&app, facility, (&edition, &form), &Whose::default()).await?;
    let entry = opened.view.line(&item, &group).ok_or(crate::shell::problem::Problem::NotFound)?;
    if opened.view.vendor_writes {
        return Err(Fault::refused("vendor-writes", crate::shell::words::Key("checklist-not-yours")));
    }
    let by_header = if_match(&headers)?;
    let mut mark = |name: &str| {
        let typed = fields.text(name)?;
        let mark = Mark::from_key(&typed);
        if mark.is_none() {
            fields.wrong(name, "yes か no を入れてください。", "Must be yes or no.");
        }
        mark
    };
    let (first, second) = (mark("first"), mark("second"));
    let mut text = |name: &str| fields.text(name).unwrap_or_default();
    let (first_on, target, second_on, remark) = (text("first_on"), text("target"), text("second_on"), text("remark"));
    let version = fields.number("version", 0..=i64::MAX);
    let saw = fields.text("saw");
    let again = saw.is_some();
    fields.finish()?;
    let version = by_header.or(version).unwrap_or_default();
    let input = LineInput { first, first_on, target, second, second_on, remark, version, saw, again };
    let act = caller.act(app.now());
    match input.save(&app, &act, &opened, entry).await? {
        Saved::Done | Saved::Unchanged => {
            let line = line(&opened.again(&app).await?, &item, &group);
            Ok(([etag(line.as_ref().map_or(0, |line| line.version))], Json(line)).into_response())
        }
        Saved::Conflict(_) => {
            let line = line(&opened.again(&app).await?, &item, &group);
            Err(Fault::conflict(by_header.is_some(), &line))
        }
        Saved::Refused(wrong) => {
            Err(Fault::wrong(wrong.into_iter().map(|(field, text): (_, Text)| Wrong::field(field, text)).collect()))
        }
    }
}

/// A line as it stands in the file.
fn line(opened: &Opened, item: &str, group: &str) -> Option<FileItem> {
    let file = ChecklistFile::of(&opened.view, "", opened.ground.today);
    file.items.into_iter().find(|line| line.item == item && line.group == group)
}
