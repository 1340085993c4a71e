//! The medical information systems.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page};
use super::registers::{self, Gone, Listed, Target, calls};
use crate::AppState;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_model::system::System;
use utoipa::{IntoParams, ToSchema};

impl Listed for System {
    const MUST: &'static [&'static str] = &["name", "kind"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        Target::of(self.vendor.as_ref()).map(|target| ("vendor", target)).into_iter().collect()
    }
}

/// Who does, owns or supplies something.
#[derive(ToSchema)]
#[schema(as = Party, examples(json!({"is": "other", "who": "ひので情報"})))]
#[expect(dead_code, reason = "describes the body; the model reads it")]
pub(super) struct PartyJson {
    /// `facility`, `vendor` or `other`.
    is: String,
    /// The vendor's id, or the other's name; absent for the facility itself.
    who: Option<String>,
}

/// A medical information system.
#[derive(ToSchema)]
#[schema(as = System, examples(json!({"name": "電子カルテ", "kind": "emr", "rto_hours": 8, "clinical_importance": 1})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct SystemJson {
    /// As people call it.
    name: String,
    /// What it does: `emr`, `order_entry`, `claims`, `eligibility`, `laboratory`, `imaging`, `pharmacy`, `nursing`,
    /// `nurse_call`, `theatre`, `meals`, `supplies`, `regional_network`, `online_care`, `office`, `infrastructure`,
    /// `other`.
    kind: String,
    /// Product and version.
    product: Option<String>,
    /// Department that owns it.
    owner: Option<String>,
    /// Who supplies and maintains it.
    vendor: Option<PartyJson>,
    /// Hours until it must be back.
    rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    rpo_hours: Option<u32>,
    /// Rank by harm to patients while it is down; 1 is the worst.
    clinical_importance: Option<u16>,
    /// In which order it is restarted; 1 is first.
    recovery_order: Option<u16>,
    /// Network segment.
    segment: Option<String>,
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

/// A system in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtSystem {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The system's id.
    #[param(format = "uuid")]
    system: String,
}

calls! {
    System as SystemJson at AtSystem, tag "ledger", under "systems",
    list "/api/v1/facilities/{facility}/systems" "listSystems" "The systems",
    add "createSystem" "Adds a system",
    one "/api/v1/facilities/{facility}/systems/{system}" "showSystem" "One system",
    change "changeSystem" "Changes a system",
    retire "retireSystem" "Takes a system out of use"
}
