//! Assessments of a facility: which there are, opening this year's, closing one and opening it again.

mod close;
mod list;
mod start;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;

/// The routes of assessments.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/assessments", A::ReadAssessment, Scope::Facility, list::list)
        .post("/facilities/{facility}/assessments", A::ManageAssessment, Scope::Facility, start::start)
        .post(
            "/facilities/{facility}/assessments/{assessment}/close",
            A::ManageAssessment,
            Scope::Assessment,
            close::close,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/reopen",
            A::ManageAssessment,
            Scope::Assessment,
            close::reopen,
        )
}
