//! Facilities: list, overview, new, settings.

mod create;
mod edit;
mod list;
mod overview;
pub(crate) mod profile_form;
pub(crate) mod standing;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities", Action::OwnAccount, Scope::Own, list::show)
        .get("/facilities/new", Action::ManageInstallation, Scope::Installation, create::show)
        .post("/facilities/new", Action::ManageInstallation, Scope::Installation, create::submit)
        .get("/facilities/{facility}", Action::ReadFacility, Scope::Facility, overview::show)
        .get("/facilities/{facility}/settings", Action::EditFacility, Scope::Facility, edit::show)
        .post("/facilities/{facility}/settings", Action::EditFacility, Scope::Facility, edit::submit)
}
