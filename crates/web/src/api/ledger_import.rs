//! A list of devices, taken into the ledger by a program.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::Params;
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody};
use crate::AppState;
use crate::ledger_import::LARGEST;
use crate::ledger_import::take::{Wanted, changes, planned, profile};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use hakutaku_model::ledger_import::ImportPlan;
use hakutaku_model::text::{Lang, Text};
use hakutaku_store::StoreError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of the rows, or would.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LedgerImport, examples(json!({
    "created": 12, "updated": 3, "unchanged": 285,
    "rejected": [{"row": 7, "column": "support_ends", "reason": "Not a date. Write it like 2026-11-21."}],
})))]
pub(crate) struct LedgerImportJson {
    /// New devices.
    created: usize,
    /// Known devices with other values.
    updated: usize,
    /// Known devices that say the same already.
    unchanged: usize,
    /// What was left out, and why; a row with several faults stands several times.
    rejected: Vec<RejectedJson>,
}

/// One fault of a row.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectedRow)]
pub(crate) struct RejectedJson {
    /// Its number in the file, from 1.
    row: usize,
    /// The column of the ledger.
    column: &'static str,
    /// What is wrong and what to do, in the language of `Accept-Language`.
    reason: String,
}

/// How the file is to be taken.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    profile: Option<String>,
    dry_run: Option<String>,
    strict: Option<String>,
    file: Option<String>,
}

fn flag(name: &str, value: Option<&str>) -> Result<bool, Fault> {
    match value {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1" | "") => Ok(true),
        Some(_) => Err(Fault::field(name, "true か false です。", "Must be true or false.")),
    }
}

/// Imports a list of devices
///
/// The body is the file itself (CSV, TSV or XLSX). Rows are matched by number, then serial number, then name and kind;
/// the same file again changes nothing. Rows that cannot be taken are left out and named; everything else is written in
/// one step that can be undone, or, with `strict`, nothing is when a row is rejected.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/ledger/import",
    operation_id = "importLedger", tag = "ledger",
    params(AtFacility,
        ("profile" = Option<String>, Query, description = "A saved profile; `auto` or none: by the headings"),
        ("dry_run" = Option<bool>, Query, description = "Writes nothing and says what would become of each row"),
        ("strict" = Option<bool>, Query, description = "Writes nothing when any row is rejected"),
        ("file" = Option<String>, Query, description = "The file's name, a hint for `.tsv`")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "How many rows had which verdict", body = LedgerImportJson),
        (status = 409, description = "The ledger changed while the file was being compared; nothing was written",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn post(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<Asked>,
    request: Request,
) -> Result<Json<LedgerImportJson>, Fault> {
    let facility = caller.place()?.id;
    let dry_run = flag("dry_run", asked.dry_run.as_deref())?;
    let strict = flag("strict", asked.strict.as_deref())?;
    let wanted = match asked.profile.as_deref() {
        None | Some("" | "auto") => Wanted::Guess,
        Some(name) => match profile(&app, facility, name).await? {
            Some(kept) => Wanted::This(kept.body),
            None => {
                return Err(Fault::field(
                    "profile",
                    "この名前の読み取り方は保存されていません。",
                    "No profile of this name is saved.",
                ));
            }
        },
    };
    let content = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(|_| too_large())?;
    let file = asked.file.unwrap_or_default();
    let plan = planned(&app, facility, file, content, wanted).await?;
    let plan = plan.map_err(|reason| Fault::wrong(vec![Wrong::field("body", reason)]))?;
    let answer = answer(&plan, caller.lang);
    if dry_run {
        return Ok(Json(answer));
    }
    if strict && !answer.rejected.is_empty() {
        let wrong = |(row, fault): (usize, &hakutaku_model::ledger_import::Fault)| {
            let column = fault.column.title();
            let message =
                Text::new(format!("{}：{}", column.ja, fault.reason.ja), format!("{}: {}", column.en, fault.reason.en));
            Wrong::at(row, 1, None, message)
        };
        return Err(Fault::wrong(plan.rejected().map(wrong).collect()));
    }
    let changes = changes(plan);
    if !changes.is_empty() {
        let done = app.store.change_assets(&caller.act(app.now()), facility, &changes, "import").await;
        done.map_err(|error| match error {
            StoreError::Conflict(_) | StoreError::AlreadyExists(_) => moved(),
            error => error.into(),
        })?;
    }
    Ok(Json(answer))
}

fn answer(plan: &ImportPlan, lang: Lang) -> LedgerImportJson {
    let counts = plan.counts();
    let rejected = plan.rejected().map(|(row, fault)| RejectedJson {
        row,
        column: fault.column.key(),
        reason: fault.reason.get(lang).to_owned(),
    });
    LedgerImportJson {
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        rejected: rejected.collect(),
    }
}

fn too_large() -> Fault {
    Fault::said(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "ファイルが大きすぎます（20MBまで）。",
        "The file is too large (at most 20 MB).",
    )
}

fn moved() -> Fault {
    Fault::said(
        StatusCode::CONFLICT,
        "conflict",
        "ファイルと見くらべているあいだに台帳が変わりました。何も書いていません。もう一度送ってください。",
        "The ledger changed while the file was being compared. Nothing was written. Send it again.",
    )
}
