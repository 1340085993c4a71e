//! A helper's page in an incident: by a link or code, without an account. Helpers write; of the rest they see the board
//! and the first steps of their role, and what they wrote themselves.

mod show;

use crate::access::{Routes, Scope::Seat};
use crate::incidents::UPLOAD_BYTES;
use hakutaku_model::access::Action as A;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/seat/incident", A::HelpInIncident, Seat, show::show)
        .post("/seat/incident", A::HelpInIncident, Seat, show::write)
        .upload("/seat/incident/files", A::HelpInIncident, Seat, UPLOAD_BYTES, show::attach)
        .stream("/seat/incident/live", A::HelpInIncident, Seat, show::listen)
}
