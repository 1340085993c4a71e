//! The offices to report to.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page};
use super::registers::{self, Gone, Listed, Target, calls};
use crate::AppState;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::id::FacilityId;
use hakutaku_model::office::ReportingOffice;
use hakutaku_model::record::RecordId;
use hakutaku_model::text::Text;
use utoipa::{IntoParams, ToSchema};

impl Listed for ReportingOffice {
    const MUST: &'static [&'static str] = &["recipient", "name"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        Vec::new()
    }

    fn faults(&self, _: &Catalogue) -> Vec<Wrong> {
        if self.url.is_empty() || self.url.starts_with("https://") || self.url.starts_with("http://") {
            return Vec::new();
        }
        let message = Text::new("https:// か http:// で始まるものです。", "Must begin with https:// or http://.");
        vec![Wrong::field("url", message)]
    }
}

/// An office to report to.
#[derive(ToSchema)]
#[schema(as = ReportingOffice, examples(json!({"recipient": "rcp-pref", "name": "県庁 医務課", "phone": "000-0000-9002", "last_checked": "2026-04-01"})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct OfficeJson {
    /// Recipient: `rcp-pref`, `rcp-mhlw`, `rcp-ppc`, `rcp-police`, `rcp-ipa`, `rcp-jpcert`, `rcp-nco`, `rcp-ceptoar`,
    /// `rcp-jma-desk`, `rcp-bureau`.
    recipient: String,
    /// The desk as it is called today.
    name: String,
    /// Telephone, as dialled.
    phone: Option<String>,
    /// When it answers, or the number for the night.
    hours: Option<String>,
    /// E-mail.
    email: Option<String>,
    /// Page of the form or of the desk.
    url: Option<String>,
    /// A remark.
    note: Option<String>,
    /// The day somebody last made sure: `2026-04-01`.
    last_checked: Option<String>,
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

/// An office in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtOffice {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The office's id.
    #[param(format = "uuid")]
    office: String,
}

calls! {
    ReportingOffice as OfficeJson at AtOffice, tag "plan", under "plan/offices",
    list "/api/v1/facilities/{facility}/plan/offices" "listOffices" "The offices to report to",
    add "createOffice" "Adds an office",
    one "/api/v1/facilities/{facility}/plan/offices/{office}" "showOffice" "One office",
    change "changeOffice" "Changes an office",
    retire "retireOffice" "Takes an office out of use"
}
