//! External connections: the list with its risk marks, one connection, the picture, the merge plan.

mod edit;
mod list;
pub(crate) mod merge;
pub(crate) mod picture;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Action::{EditLedger, ReadLedger};
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger/connections", ReadLedger, Facility, list::show)
        .post("/facilities/{facility}/ledger/connections", EditLedger, Facility, edit::add)
        .get("/facilities/{facility}/ledger/connections/new", EditLedger, Facility, edit::new)
        .get("/facilities/{facility}/ledger/connections/picture", ReadLedger, Facility, picture::show)
        .get("/facilities/{facility}/ledger/connections/picture.svg", ReadLedger, Facility, picture::svg)
        .get("/facilities/{facility}/ledger/connections/picture.pdf", ReadLedger, Facility, picture::pdf)
        .get("/facilities/{facility}/ledger/connections/merge-plan", ReadLedger, Facility, merge::show)
        .get("/facilities/{facility}/ledger/connections/{connection}", EditLedger, Facility, edit::show)
        .post("/facilities/{facility}/ledger/connections/{connection}", EditLedger, Facility, edit::submit)
        .post("/facilities/{facility}/ledger/connections/{connection}/retire", EditLedger, Facility, edit::retire)
}
