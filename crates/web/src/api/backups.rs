//! Backup copies, restore tests, what they prove, and lists of snapshots.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params, etag, whole_body};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page};
use super::registers::{self, Gone, Listed, Target, calls};
use crate::AppState;
use crate::backups::matrix::{Held, judged};
use crate::backups::snapshots::{keep_list, list_file, refusal};
use crate::house;
use crate::shell::words::Words;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::backup::{BackupCopy, RestoreTest};
use hakutaku_model::id::FacilityId;
use hakutaku_model::readiness::standing_sentence;
use hakutaku_model::record::RecordId;
use hakutaku_model::text::Lang;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

impl Listed for BackupCopy {
    const MUST: &'static [&'static str] = &["system", "name"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        let contract = self.contract.map(|id| ("contract", Target::Vendor(id)));
        [("system", Target::System(self.system))].into_iter().chain(contract).collect()
    }
}

impl Listed for RestoreTest {
    const MUST: &'static [&'static str] = &["system", "date", "success"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        let copy = self.copy.map(|id| ("copy", Target::Copy(id)));
        let documents = self.documents.iter().map(|id| ("documents", Target::Document(*id)));
        [("system", Target::System(self.system))].into_iter().chain(copy).chain(documents).collect()
    }
}

/// Which snapshots of a repository are a copy's: all that is given must fit.
#[derive(ToSchema)]
#[schema(as = SnapshotMatch)]
#[expect(dead_code, reason = "describes the body; the model reads it")]
pub(super) struct MatchJson {
    /// This machine.
    host: Option<String>,
    /// With this tag.
    tag: Option<String>,
    /// With a path that begins so.
    path: Option<String>,
}

/// A copy of a system's data. What is absent is "not known".
#[derive(ToSchema)]
#[schema(as = BackupCopy)]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct CopyJson {
    /// The system's id.
    #[schema(format = "uuid")]
    system: String,
    /// What is copied.
    name: String,
    /// `disk`, `removable_disk`, `tape`, `disc`, `cloud`, `other`.
    medium: Option<String>,
    /// `same_room`, `same_building`, `other_building`, `elsewhere`, `cloud`, `unknown`.
    place: Option<String>,
    /// Room, building, or region of the cloud.
    place_note: Option<String>,
    /// `image`, `export`, `files`, `replica`, `snapshot`, `other`.
    method: Option<String>,
    /// How it is kept apart: `online`, `offline_medium`, `exported_medium`, `detached_except_transfer`,
    /// `cloud_separated`, `network_split`, `immutable`, `unknown`.
    separation: Option<String>,
    /// How many generations are kept.
    generations: Option<u32>,
    /// Hours from one copy to the next.
    interval_hours: Option<u32>,
    /// Days a generation is kept.
    retention_days: Option<u32>,
    /// Whether it is encrypted: `yes`, `no`, `unknown`.
    encrypted: Option<String>,
    /// Who can delete it.
    deletable_by: Option<String>,
    /// Whether the accounts that run the system can delete it, too: `yes`, `no`, `unknown`.
    deletable_by_production: Option<String>,
    /// The vendor with whom the contract is.
    #[schema(format = "uuid")]
    contract: Option<String>,
    /// Which document shows it.
    evidence: Option<String>,
    /// Which snapshots are this copy.
    snapshots: Option<MatchJson>,
    /// A remark.
    note: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    #[schema(write_only)]
    expected_version: Option<i64>,
    /// Id.
    #[schema(read_only, format = "uuid")]
    id: Option<String>,
    /// Rises with every change; the `ETag` holds it, too.
    #[schema(read_only)]
    version: Option<i64>,
    /// When it last changed.
    #[schema(read_only, format = "date-time")]
    changed_at: Option<String>,
}

/// A try at restoring.
#[derive(ToSchema)]
#[schema(as = RestoreTest)]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct TestJson {
    /// The system's id.
    #[schema(format = "uuid")]
    system: String,
    /// From which copy.
    #[schema(format = "uuid")]
    copy: Option<String>,
    /// The day.
    #[schema(format = "date")]
    date: String,
    /// Where it was restored to.
    target: Option<String>,
    /// What was looked at to say that it worked.
    checked: Option<String>,
    /// Minutes from the beginning until it could be used.
    minutes: Option<u32>,
    /// Whether it worked.
    success: bool,
    /// Who did it.
    who: Option<String>,
    /// Ids of files of this facility that show it.
    documents: Option<Vec<String>>,
    /// For a change: the version last seen (or send it as `If-Match`).
    #[schema(write_only)]
    expected_version: Option<i64>,
    /// Id.
    #[schema(read_only, format = "uuid")]
    id: Option<String>,
    /// Rises with every change; the `ETag` holds it, too.
    #[schema(read_only)]
    version: Option<i64>,
    /// When it last changed.
    #[schema(read_only, format = "date-time")]
    changed_at: Option<String>,
}

/// A copy in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtCopy {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The copy's id.
    #[param(format = "uuid")]
    copy: String,
}

/// A restore test in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtTest {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The test's id.
    #[param(format = "uuid")]
    test: String,
}

pub(super) mod copies {
    use super::*;

    calls! {
        BackupCopy as CopyJson at AtCopy, tag "ledger", under "backups/copies",
        list "/api/v1/facilities/{facility}/backups/copies" "listBackupCopies" "The backup copies",
        add "createBackupCopy" "Adds a backup copy",
        one "/api/v1/facilities/{facility}/backups/copies/{copy}" "showBackupCopy" "One backup copy",
        change "changeBackupCopy" "Changes a backup copy",
        retire "retireBackupCopy" "Takes a backup copy out of use"
    }
}

pub(super) mod tests_of_restoring {
    use super::*;

    calls! {
        RestoreTest as TestJson at AtTest, tag "ledger", under "backups/tests",
        list "/api/v1/facilities/{facility}/backups/tests" "listRestoreTests" "The restore tests",
        add "createRestoreTest" "Adds a restore test",
        one "/api/v1/facilities/{facility}/backups/tests/{test}" "showRestoreTest" "One restore test",
        change "changeRestoreTest" "Changes a restore test",
        retire "retireRestoreTest" "Takes a restore test out"
    }
}

/// What the backups prove
///
/// Every system against 3-2-1, restore tests and the condition of 2024. Never whether a fee may be claimed: `sentence`
/// says on what that rests.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/backups/verdicts", operation_id = "backupVerdicts",
    tag = "ledger", params(AtFacility),
    responses((status = 200, body = Object,
        description = "`condition` of the facility, and `systems` with their findings: `met`, `not_met` or `unknown`"),
        Refused, NotThere))]
pub(super) async fn verdicts(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let held = Held::of(&app, caller.place()?.id).await?;
    let (systems, condition) = judged(&held, app.now());
    Ok(Json(json!({ "condition": condition, "systems": systems, "sentence": standing_sentence() })))
}

/// Of which repository.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfRepository {
    /// The repository as people call it; the list of the same repository is replaced.
    #[param(value_type = String)]
    repository: Option<String>,
}

/// What was kept of a list of snapshots.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeptSnapshots)]
pub(super) struct KeptSnapshotsJson {
    /// Id of the list.
    #[schema(format = "uuid")]
    id: String,
    /// The repository.
    repository: String,
    /// The program that wrote it: `restic` or `rustic`.
    tool: String,
    /// How many snapshots.
    snapshots: usize,
    /// How many older ones were left out.
    left_out: usize,
    /// Rises with every change.
    version: i64,
}

/// Brings what a repository holds now
///
/// The body is what `restic snapshots --json` or `rustic snapshots --json` prints.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/backups/snapshots", operation_id = "keepSnapshots",
    tag = "ledger", params(AtFacility, OfRepository), request_body = Object,
    responses((status = 200, description = "Kept in place of the list before", body = KeptSnapshotsJson),
        Refused, NotThere, RefusedBody))]
pub(super) async fn snapshots(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<OfRepository>,
    request: Request,
) -> Result<Response, Fault> {
    let repository = asked.repository.unwrap_or_default().trim().to_owned();
    let fits = !repository.is_empty() && repository.chars().count() <= house::NAME;
    if !fits || repository.chars().any(char::is_control) {
        let longest = house::NAME;
        return Err(Fault::field(
            "repository",
            format!("リポジトリの名前を{longest}字までで入れてください。"),
            format!("Name the repository in at most {longest} characters."),
        ));
    }
    let content = whole_body(request, &app).await?;
    let read = match list_file(content).await? {
        Ok(read) => read,
        Err(error) => {
            let said = |lang| refusal(Words::new(lang), &error);
            return Err(Fault::field("body", said(Lang::Ja), said(Lang::En)));
        }
    };
    let row = keep_list(&app, &caller, repository, read).await?;
    let kept = KeptSnapshotsJson {
        id: row.id.to_string(),
        repository: row.body.repository,
        tool: row.body.tool,
        snapshots: row.body.snapshots.len(),
        left_out: row.body.left_out,
        version: row.version,
    };
    Ok((StatusCode::OK, [etag(row.version)], Json(kept)).into_response())
}
