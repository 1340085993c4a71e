//! Corrective actions: what drills, audits, incidents and people found lacking; who mends it by when; who looked.
//!
//! Opening the list or the facility's page looks at the facts that closed actions watch, and opens those again whose
//! fact turned bad.

mod bears;
mod edit;
mod list;
mod offered;
pub(crate) mod pulse;
mod show;
mod steps;
mod told;

pub(crate) use edit::{levels, watch_of, watches};
pub(crate) use offered::{controls_by_field, people};
pub(crate) use steps::deed;
pub(crate) use told::{badge, refusal_words, source_words, state_words};

use crate::access::{Routes, Scope::Facility};
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// A file of the largest size and the form around it.
const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/audits/actions", A::ReadActions, Facility, list::show)
        .post("/facilities/{facility}/audits/actions", A::EditActions, Facility, edit::add)
        .get("/facilities/{facility}/audits/actions/new", A::EditActions, Facility, edit::new)
        .get("/facilities/{facility}/audits/actions/{action}", A::ReadActions, Facility, show::show)
        .get("/facilities/{facility}/audits/actions/{action}/edit", A::EditActions, Facility, edit::show)
        .post("/facilities/{facility}/audits/actions/{action}/edit", A::EditActions, Facility, edit::change)
        .upload("/facilities/{facility}/audits/actions/{action}/done", A::EditActions, Facility, UPLOAD_BYTES, steps::finish)
        .post("/facilities/{facility}/audits/actions/{action}/close", A::EditActions, Facility, steps::close)
        .post("/facilities/{facility}/audits/actions/{action}/effect", A::EditActions, Facility, steps::effect)
        .post("/facilities/{facility}/audits/actions/{action}/reopen", A::EditActions, Facility, steps::reopen)
        .post("/facilities/{facility}/audits/actions/{action}/retire", A::EditActions, Facility, steps::retire)
}

/// The address of the list.
pub(crate) fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/audits/actions")
}
