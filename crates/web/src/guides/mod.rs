//! Guides: does a guideline apply, and what to ask for when buying.

mod index;
mod procurement;
mod scope;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/vendors/guides", A::ReadVendors, Facility, index::show)
        .get("/facilities/{facility}/vendors/guides/scope/{guide}", A::ReadVendors, Facility, scope::show)
        .get("/facilities/{facility}/vendors/guides/procurement", A::ReadVendors, Facility, procurement::show)
        .post("/facilities/{facility}/vendors/guides/procurement", A::ReadVendors, Facility, procurement::export)
}
