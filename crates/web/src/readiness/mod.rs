//! Reimbursement readiness: by revision, which conditions that touch security have evidence. Never "claimable".

pub(crate) mod gather;
mod note;
mod show;

use crate::access::{Routes, Scope::Facility};
use hakutaku_model::access::Action as A;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/forms/reimbursement", A::ReadForms, Facility, show::show)
        .post("/facilities/{facility}/forms/reimbursement/{condition}", A::AnswerForms, Facility, note::save)
        .post("/facilities/{facility}/forms/reimbursement/{condition}/retire", A::AnswerForms, Facility, note::retire)
}
