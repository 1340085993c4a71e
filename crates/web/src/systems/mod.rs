//! The medical information systems: what they are for, how badly they are missed, in which order they come back.

mod edit;
mod list;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Action::{EditLedger, ReadLedger};
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger/systems", ReadLedger, Facility, list::show)
        .post("/facilities/{facility}/ledger/systems", EditLedger, Facility, edit::add)
        .get("/facilities/{facility}/ledger/systems/new", EditLedger, Facility, edit::new)
        .get("/facilities/{facility}/ledger/systems/{system}", EditLedger, Facility, edit::show)
        .post("/facilities/{facility}/ledger/systems/{system}", EditLedger, Facility, edit::submit)
        .post("/facilities/{facility}/ledger/systems/{system}/retire", EditLedger, Facility, edit::retire)
}
