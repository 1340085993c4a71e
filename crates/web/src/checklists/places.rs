//! Where a missing fact is entered.

use crate::access::has_page;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action;
use hakutaku_model::proposal::Place;

/// The address of the page where a fact is entered, if there is such a page and the visitor may open it.
pub(crate) fn href(place: &Place, visit: &Visit) -> Option<String> {
    let (pattern, action) = match place {
        Place::Ledger => ("/facilities/{facility}/ledger", Action::ReadLedger),
        Place::Systems => ("/facilities/{facility}/ledger/systems", Action::ReadLedger),
        Place::Connections => ("/facilities/{facility}/ledger/connections", Action::ReadLedger),
        Place::Backups => ("/facilities/{facility}/ledger/backups", Action::ReadLedger),
        Place::Accounts => ("/facilities/{facility}/ledger/accounts", Action::ReadAccounts),
        Place::Vendors => ("/facilities/{facility}/vendors", Action::ReadVendors),
        Place::Requests => ("/facilities/{facility}/vendors/requests", Action::ReadVendors),
        Place::Questionnaire(_) => ("/facilities/{facility}/assessments", Action::ReadAssessment),
        Place::Plan => ("/facilities/{facility}/plan", Action::ReadPlan),
        Place::Calls => ("/facilities/{facility}/plan/calls", Action::ReadDrills),
        // The paper is attached on this very page.
        Place::Evidence => return None,
    };
    let facility = visit.place().ok()?.id;
    (has_page(pattern) && visit.may(action)).then(|| pattern.replace("{facility}", &facility.to_string()))
}
