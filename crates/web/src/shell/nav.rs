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
const FACILITY: [(&str, Action, &str); 14] = [
    ("/facilities/{facility}", Action::ReadFacility, "nav-overview"),
    ("/facilities/{facility}/assessments", Action::ReadAssessment, "nav-assessments"),
    ("/facilities/{facility}/results", Action::ReadResult, "nav-results"),
    ("/facilities/{facility}/forms", Action::ReadForms, "nav-forms"),
    ("/facilities/{facility}/ledger", Action::ReadLedger, "nav-ledger"),
    ("/facilities/{facility}/vendors", Action::ReadVendors, "nav-vendors"),
    ("/facilities/{facility}/plan", Action::ReadPlan, "nav-plan"),
    ("/facilities/{facility}/audits", Action::ReadAudits, "nav-audits"),
    ("/facilities/{facility}/training", Action::ReadTraining, "nav-training"),
    ("/facilities/{facility}/watch", Action::ReadTouches, "nav-watch"),
    ("/facilities/{facility}/notices", Action::ReadNotices, "nav-notices"),
    ("/facilities/{facility}/people", Action::ManagePeople, "nav-people"),
    ("/facilities/{facility}/log", Action::ReadLog, "nav-log"),
    ("/facilities/{facility}/settings", Action::EditFacility, "nav-facility-settings"),
];

/// Of the installation.
const INSTALLATION: [(&str, Action, &str); 7] = [
    ("/", Action::OwnAccount, "nav-home"),
    ("/handed-to-me", Action::OwnAccount, "handed-title"),
    ("/facilities", Action::OwnAccount, "nav-facilities"),
    ("/region", Action::ReadRegion, "nav-region"),
    ("/people", Action::ManageInstallation, "nav-people"),
    ("/log", Action::ReadInstallationLog, "nav-log"),
    ("/settings", Action::ManageInstallation, "nav-installation"),
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
    mark(&visit.path, &mut links);
    links
}

/// The pages of one capability: a second row of links below the heading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section(&'static [(&'static str, Action, &'static str)]);

/// 台帳: what the house has.
pub(crate) const LEDGER: Section = Section(&[
    ("/facilities/{facility}/ledger", Action::ReadLedger, "tab-devices"),
    ("/facilities/{facility}/ledger/systems", Action::ReadLedger, "tab-systems"),
    ("/facilities/{facility}/ledger/connections", Action::ReadLedger, "tab-connections"),
    ("/facilities/{facility}/ledger/backups", Action::ReadLedger, "tab-backups"),
    ("/facilities/{facility}/ledger/accounts", Action::ReadAccounts, "tab-accounts"),
]);

/// 事業者: who it leans on.
pub(crate) const VENDORS: Section = Section(&[
    ("/facilities/{facility}/vendors", Action::ReadVendors, "tab-vendors"),
    ("/facilities/{facility}/vendors/requests", Action::ReadVendors, "tab-requests"),
    ("/facilities/{facility}/vendors/responsibility", Action::ReadVendors, "tab-responsibility"),
    ("/facilities/{facility}/vendors/guides", Action::ReadVendors, "tab-guides"),
]);

/// 様式: what the inspector and the payer ask.
pub(crate) const FORMS: Section = Section(&[
    ("/facilities/{facility}/forms", Action::ReadForms, "tab-checklists"),
    ("/facilities/{facility}/forms/contacts", Action::ReadForms, "tab-contacts"),
    ("/facilities/{facility}/forms/inspection", Action::ReadForms, "tab-inspection"),
    ("/facilities/{facility}/forms/reimbursement", Action::ReadForms, "tab-reimbursement"),
    ("/facilities/{facility}/forms/guideline", Action::ReadForms, "tab-guideline"),
    ("/facilities/{facility}/forms/official", Action::ReadForms, "tab-official"),
]);

/// 備え: what happens when the systems stop.
pub(crate) const PREPARE: Section = Section(&[
    ("/facilities/{facility}/plan", Action::ReadPlan, "tab-plan"),
    ("/facilities/{facility}/plan/drills", Action::ReadDrills, "tab-drills"),
    ("/facilities/{facility}/plan/incidents", Action::ReadIncidents, "tab-incidents"),
    ("/facilities/{facility}/plan/calls", Action::ReadDrills, "tab-calls"),
    ("/facilities/{facility}/plan/cases", Action::ReadPlan, "tab-cases"),
]);

/// 監査と改善: what was found, and who mends it.
pub(crate) const AUDITS: Section = Section(&[
    ("/facilities/{facility}/audits", Action::ReadAudits, "tab-audits"),
    ("/facilities/{facility}/audits/actions", Action::ReadActions, "tab-actions"),
    ("/facilities/{facility}/audits/executives", Action::ReadAudits, "tab-executives-and-audit"),
]);

/// 研修: who has learnt what.
pub(crate) const TRAINING: Section = Section(&[
    ("/facilities/{facility}/training", Action::ReadTraining, "tab-courses"),
    ("/facilities/{facility}/training/late", Action::ReadTraining, "tab-late"),
]);

/// 見張り: decoys, and who touched them.
pub(crate) const WATCH: Section = Section(&[
    ("/facilities/{facility}/watch", Action::ReadTouches, "tab-touches"),
    ("/facilities/{facility}/watch/cases", Action::ReadNotices, "tab-region-cases"),
    ("/facilities/{facility}/notices", Action::ReadNotices, "tab-notices"),
    ("/facilities/{facility}/watch/sensors", Action::ReadTouches, "tab-sensors"),
    ("/facilities/{facility}/watch/noise", Action::ReadTouches, "tab-noise"),
    ("/facilities/{facility}/watch/consent", Action::ReadNotices, "tab-consent"),
]);

/// 地域: the centre and its members. Of the installation, not of a facility: see [`region_tabs`].
const REGION: Section = Section(&[
    ("/region", Action::ReadRegion, "tab-region-screen"),
    ("/region/cases", Action::ReadRegion, "tab-region-cases"),
    ("/region/members", Action::ReadRegion, "tab-region-members"),
    ("/region/notices", Action::ReadRegion, "tab-notices"),
    ("/region/shift", Action::ReadRegion, "tab-region-shift"),
    ("/region/settings", Action::WatchRegion, "tab-region-settings"),
]);

/// The links of a section for this visit; the one of this page is marked.
pub(crate) fn tabs(visit: &Visit, section: Section) -> Vec<NavLink> {
    let Some(place) = &visit.place else { return Vec::new() };
    links_of(visit, section, &Resource::Facility(place.id), &place.id.to_string())
}

/// The links of the centre's pages.
pub(crate) fn region_tabs(visit: &Visit) -> Vec<NavLink> {
    links_of(visit, REGION, &Resource::Installation, "")
}

fn links_of(visit: &Visit, section: Section, resource: &Resource, place: &str) -> Vec<NavLink> {
    let t = visit.t();
    let mut links: Vec<NavLink> = section
        .0
        .iter()
        .filter(|(pattern, action, _)| has_page(pattern) && allowed(&visit.actor, *action, resource))
        .map(|(pattern, _, key)| NavLink { href: pattern.replace("{facility}", place), title: t.m(key), here: false })
        .collect();
    mark(&visit.path, &mut links);
    links
}

/// The longest link that the path lies below is where we are.
fn mark(path: &str, links: &mut [NavLink]) {
    let below = |href: &str| path == href || (href != "/" && path.starts_with(&format!("{href}/")));
    if let Some(best) = links.iter_mut().filter(|link| below(&link.href)).max_by_key(|link| link.href.len()) {
        best.here = true;
    }
}
