//! Lists of devices from outside, taken into the ledger: choose a file, say which column is which, look, take it in.
//!
//! | file | what a person does |
//! |---|---|
//! | [`upload`] | chooses a file, forgets a saved way of reading |
//! | [`mapping`] | says which column is which, saves that under a name |
//! | [`verdicts`] | looks at what would become of each row |
//! | [`apply`] | takes it in, all of it in one step that can be undone |
//! | [`take`] | what pages, API and command line share: a file and a profile become a plan |

mod apply;
mod mapping;
pub(crate) mod take;
mod upload;
mod verdicts;

use crate::access::{Routes, Scope};
use crate::exchange::pending::{Waiting, Waits};
use bytes::Bytes;
use hakutaku_discovery::tables;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger_import::ImportProfile;
use hakutaku_model::time::Ts;
use std::sync::LazyLock;

/// The largest file taken, with room for the form around it.
pub(crate) const LARGEST: usize = tables::LARGEST_FILE + 64 * 1024;
/// So many files wait at most: they are kept packed, 20 MiB each at worst.
const MOST_WAITING: usize = 8;

/// A list that waits for its columns or for a yes.
#[derive(Debug, Clone)]
struct WaitingList {
    ticket: String,
    file: String,
    content: Bytes,
    profile: ImportProfile,
    /// Whether a person said that the columns are right.
    mapped: bool,
    at: Ts,
}

impl Waits for WaitingList {
    fn ticket(&self) -> &str {
        &self.ticket
    }

    fn at(&self) -> Ts {
        self.at
    }
}

static WAITING: LazyLock<Waiting<FacilityId, WaitingList>> = LazyLock::new(|| Waiting::new(MOST_WAITING));

/// The routes of the import.
#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger/import", A::EditLedger, Facility, upload::show)
        .upload("/facilities/{facility}/ledger/import", A::EditLedger, Facility, LARGEST, upload::upload)
        .post("/facilities/{facility}/ledger/import/forget", A::EditLedger, Facility, upload::forget_profile)
        .get("/facilities/{facility}/ledger/import/columns", A::EditLedger, Facility, mapping::show)
        .post("/facilities/{facility}/ledger/import/columns", A::EditLedger, Facility, mapping::save)
        .get("/facilities/{facility}/ledger/import/rows", A::EditLedger, Facility, verdicts::show)
        .get("/facilities/{facility}/ledger/import/rows.csv", A::EditLedger, Facility, verdicts::csv)
        .post("/facilities/{facility}/ledger/import/apply", A::EditLedger, Facility, apply::apply)
        .post("/facilities/{facility}/ledger/import/discard", A::EditLedger, Facility, apply::discard)
}

fn at(facility: FacilityId, page: &str) -> String {
    format!("/facilities/{facility}/ledger/import{page}")
}
