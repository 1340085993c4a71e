//! The inspection pack: what an inspector will see missing, and everything as one paper or one archive.

pub(crate) mod gather;
pub(crate) mod pack;
mod show;

use crate::access::{Routes, Scope::Facility};
use hakutaku_model::access::Action as A;

/// The files hold names, devices and evidence: whoever may read evidence may have them.
#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/forms/inspection", A::ReadForms, Facility, show::show)
        .get("/facilities/{facility}/forms/inspection/pack.pdf", A::ReadDocument, Facility, pack::paper)
        .get("/facilities/{facility}/forms/inspection/pack.zip", A::ReadDocument, Facility, pack::archive)
}
