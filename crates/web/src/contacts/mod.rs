//! The contact chart: who is called by whom, kept as rows, shown with the vendors' emergency contacts, printed.

mod edit;
pub(crate) mod gather;
mod paper;
mod show;

use crate::access::{Routes, Scope::Facility};
use hakutaku_model::access::Action as A;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/forms/contacts", A::ReadForms, Facility, show::show)
        .post("/facilities/{facility}/forms/contacts", A::AnswerForms, Facility, edit::add)
        .get("/facilities/{facility}/forms/contacts/new", A::AnswerForms, Facility, edit::new)
        .get("/facilities/{facility}/forms/contacts/chart.pdf", A::ReadForms, Facility, paper::folder)
        .get("/facilities/{facility}/forms/contacts/wall.pdf", A::ReadForms, Facility, paper::wall)
        .get("/facilities/{facility}/forms/contacts/{contact}", A::AnswerForms, Facility, edit::show)
        .post("/facilities/{facility}/forms/contacts/{contact}", A::AnswerForms, Facility, edit::change)
        .post("/facilities/{facility}/forms/contacts/{contact}/checked", A::AnswerForms, Facility, edit::checked)
        .post("/facilities/{facility}/forms/contacts/{contact}/retire", A::AnswerForms, Facility, edit::retire)
}
