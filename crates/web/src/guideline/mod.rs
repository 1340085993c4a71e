//! The guideline: the clauses of an edition with what answers them, what 7.0 changes here, and editions loaded from a file.

mod edition;
pub(crate) mod gather;
mod load;
mod show;
mod switch;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;

/// A clause file and the form around it.
const UPLOAD_BYTES: usize = hakutaku_catalog::LARGEST_CLAUSES_FILE + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::{Facility, Installation};
    routes
        .get("/facilities/{facility}/forms/guideline", A::ReadForms, Facility, show::show)
        .post("/facilities/{facility}/forms/guideline", A::EditFacility, Facility, switch::switch)
        .get("/guideline-editions", A::ManageInstallation, Installation, edition::list)
        .upload("/guideline-editions", A::ManageInstallation, Installation, UPLOAD_BYTES, load::upload)
        .post("/guideline-editions/confirm", A::ManageInstallation, Installation, load::confirm)
        .post("/guideline-editions/{edition}/retire", A::ManageInstallation, Installation, edition::retire)
}
