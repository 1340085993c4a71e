//! Who may sign in to the hospital's systems: lists taken in, findings, and what a person decided about them.
//!
//! | file | what a person does |
//! |---|---|
//! | [`review`] | reads the findings |
//! | [`lists`] | takes in an account list or a leavers list, removes one |
//! | [`decide`] | writes down why a finding may stay |

mod decide;
mod lists;
mod review;

use crate::access::{Routes, Scope};
use hakutaku_discovery::ldif;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;

/// The largest file taken, with room for the form around it.
const LARGEST: usize = ldif::LARGEST_FILE + 64 * 1024;

/// The routes of the account review.
#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/ledger/accounts", A::ReadAccounts, Facility, review::show)
        .get("/facilities/{facility}/ledger/accounts/import", A::EditAccounts, Facility, lists::show)
        .upload("/facilities/{facility}/ledger/accounts/import", A::EditAccounts, Facility, LARGEST, lists::accounts)
        .upload("/facilities/{facility}/ledger/accounts/leavers", A::EditAccounts, Facility, LARGEST, lists::leavers)
        .post("/facilities/{facility}/ledger/accounts/remove", A::EditAccounts, Facility, lists::remove)
        .post("/facilities/{facility}/ledger/accounts/decide", A::EditAccounts, Facility, decide::decide)
}

fn at(facility: FacilityId, page: &str) -> String {
    format!("/facilities/{facility}/ledger/accounts{page}")
}
