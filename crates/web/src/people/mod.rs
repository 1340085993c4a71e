//! People: accounts of the installation, and roles at a facility.

pub(crate) mod account_form;
mod accounts;
mod members;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/people", Action::ManageInstallation, Scope::Installation, accounts::list)
        .post("/people", Action::ManageInstallation, Scope::Installation, accounts::add)
        .post("/people/{person}/bar", Action::ManageInstallation, Scope::Installation, accounts::bar)
        .post("/people/{person}/let-in", Action::ManageInstallation, Scope::Installation, accounts::let_in)
        .post("/people/{person}/centre", Action::ManageInstallation, Scope::Installation, accounts::join_centre)
        .post("/people/{person}/centre/leave", Action::ManageInstallation, Scope::Installation, accounts::leave_centre)
        .post("/people/{person}/link", Action::ManageInstallation, Scope::Installation, accounts::new_link)
        .get("/facilities/{facility}/people", Action::ManagePeople, Scope::Facility, members::list)
        .post("/facilities/{facility}/people", Action::ManagePeople, Scope::Facility, members::add)
        .post("/facilities/{facility}/people/{person}/grant", Action::ManagePeople, Scope::Facility, members::grant)
        .post("/facilities/{facility}/people/{person}/revoke", Action::ManagePeople, Scope::Facility, members::revoke)
}
