//! The navigation: one line per capability. A link shows when its route exists and the visitor may open it.

use crate::access::has_page;
use crate::shell::visit::Visit;
use hakutaku_model::access::{Action, Resource, allowed};

/// A link of the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// Where it leads.
    pub href: String,
    /// What it says.
    pub title: String,
    /// Whether this page lies below it.
    pub here: bool,
}

/// Within a facility: route pattern, right, words. Add a line when a capability gets a page of its own.
const FACILITY: [(&str, Action, &str); 6] = [
    ("/facilities/{facility}", Action::ReadFacility, "nav-overview"),
    ("/facilities/{facility}/assessments", Action::ReadAssessment, "nav-assessments"),
    ("/facilities/{facility}/results", Action::ReadResult, "nav-results"),
    ("/facilities/{facility}/people", Action::ManagePeople, "nav-people"),
    ("/facilities/{facility}/log", Action::ReadLog, "nav-log"),
    ("/facilities/{facility}/settings", Action::EditFacility, "nav-facility-settings"),
];

/// Of the installation.
const INSTALLATION: [(&str, Action, &str); 5] = [
    ("/", Action::OwnAccount, "nav-home"),
    ("/handed-to-me", Action::OwnAccount, "handed-title"),
    ("/facilities", Action::OwnAccount, "nav-facilities"),
    ("/people", Action::ManageInstallation, "nav-people"),
    ("/log", Action::ReadInstallationLog, "nav-log"),
];

/// The links for this visit: those of the facility it is about, else those of the installation.
pub(crate) fn links(visit: &Visit) -> Vec<NavLink> {
    let t = visit.t();
    if visit.person.is_none() {
        return Vec::new();
    }
    let (lines, resource): (&[(&str, Action, &str)], Resource) = match &visit.place {
        Some(place) => (&FACILITY, Resource::Facility(place.id)),
        None => (&INSTALLATION, Resource::Installation),
    };
    let mut links: Vec<NavLink> = lines
        .iter()
        .filter(|(pattern, action, _)| has_page(pattern) && allowed(&visit.actor, *action, &resource))
        .map(|(pattern, _, key)| {
            let href = match &visit.place {
                Some(place) => pattern.replace("{facility}", &place.id.to_string()),
                None => (*pattern).to_owned(),
            };
            NavLink { here: false, title: t.m(key), href }
        })
        .collect();
    // The longest link that the path lies below is where we are.
    let below = |href: &str| visit.path == href || (href != "/" && visit.path.starts_with(&format!("{href}/")));
    if let Some(best) = links.iter_mut().filter(|link| below(&link.href)).max_by_key(|link| link.href.len()) {
        best.here = true;
    }
    links
}
