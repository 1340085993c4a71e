//! Backups: what stands of which system, restore tests, snapshots read from repositories, and what they prove.

mod copy;
pub(crate) mod matrix;
pub(crate) mod snapshots;
mod test;

use crate::access::{Routes, Scope};
use hakutaku_discovery::snapshots::LARGEST_LIST;
use hakutaku_model::access::Action;

/// The largest upload, with room for the form around it.
pub(crate) const LARGEST_UPLOAD: usize = LARGEST_LIST + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Action::{EditLedger, ReadLedger};
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger/backups", ReadLedger, Facility, matrix::show)
        .get("/facilities/{facility}/ledger/backups/copies/new", EditLedger, Facility, copy::new)
        .post("/facilities/{facility}/ledger/backups/copies", EditLedger, Facility, copy::add)
        .get("/facilities/{facility}/ledger/backups/copies/{copy}", EditLedger, Facility, copy::show)
        .post("/facilities/{facility}/ledger/backups/copies/{copy}", EditLedger, Facility, copy::submit)
        .post("/facilities/{facility}/ledger/backups/copies/{copy}/retire", EditLedger, Facility, copy::retire)
        .get("/facilities/{facility}/ledger/backups/tests/new", EditLedger, Facility, test::new)
        .post("/facilities/{facility}/ledger/backups/tests", EditLedger, Facility, test::add)
        .get("/facilities/{facility}/ledger/backups/tests/{test}", EditLedger, Facility, test::show)
        .post("/facilities/{facility}/ledger/backups/tests/{test}", EditLedger, Facility, test::submit)
        .post("/facilities/{facility}/ledger/backups/tests/{test}/retire", EditLedger, Facility, test::retire)
        .get("/facilities/{facility}/ledger/backups/snapshots", ReadLedger, Facility, snapshots::show)
        .upload("/facilities/{facility}/ledger/backups/snapshots", EditLedger, Facility, LARGEST_UPLOAD, snapshots::upload)
        .post("/facilities/{facility}/ledger/backups/snapshots/{list}/retire", EditLedger, Facility, snapshots::retire)
}
