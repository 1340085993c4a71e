//! All vendors of a facility.

use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::{Company, Engagement, Validity};
use hakutaku_model::vendor_answers::VendorQuestion;
use hakutaku_model::vendor_request::{Ask, Request, State as RequestState};
use hakutaku_store::Shelf;

/// A word with a colour: `good`, `bad`, `now` or none.
pub(super) struct Mark {
    pub(super) class: &'static str,
    pub(super) text: String,
}

struct Line {
    href: String,
    name: String,
    contract: Mark,
    certificates: Vec<Mark>,
    form: Mark,
    data: String,
    questions: usize,
}

#[derive(Template)]
#[template(path = "vendors/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    lines: Vec<Line>,
    may_edit: bool,
    late: usize,
    locked: usize,
    open: usize,
}

/// The list.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let today = now.date_in_japan();
    let requests = app.store.vendor_requests(facility).await?;
    let questions = app.store.records::<VendorQuestion>(facility).await?;
    let base = format!("/facilities/{facility}/vendors");
    let mut lines = Vec::new();
    for (vendor, company) in vendors(&app, facility).await? {
        let certificates = company
            .certificates
            .iter()
            .filter_map(|certificate| {
                let kind = app.catalogue.vendor_certificates.iter().find(|kind| kind.id == certificate.kind);
                let name = kind.map_or(certificate.kind.as_str(), |kind| t.text(&kind.title));
                let mark = match certificate.validity(today) {
                    Validity::Ended => Mark { class: "bad", text: t.a("vendor-certificate-ended", "name", name) },
                    Validity::Ending => Mark { class: "now", text: t.a("vendor-certificate-ending", "name", name) },
                    Validity::Holds | Validity::Unknown => return None,
                };
                Some(mark)
            })
            .collect();
        let places: Vec<&str> = vendor.body.data.iter().map(|place| place.place.as_str()).collect();
        lines.push(Line {
            href: format!("{base}/{}", vendor.id),
            name: vendor.body.name.clone(),
            contract: contract(&vendor.body, today, t),
            certificates,
            form: form(&requests, &vendor, now, t),
            data: if places.is_empty() { t.m("vendor-data-unknown") } else { places.join(", ") },
            questions: questions.iter().filter(|q| q.body.vendor == vendor.id && q.body.is_open()).count(),
        });
    }
    let with = |state| requests.iter().filter(|request| request.state(now) == state).count();
    html(&ListPage {
        t,
        page: visit.page(t.k(Key("vendor-title"))),
        tabs: nav::tabs(&visit, nav::VENDORS),
        may_edit: visit.may(Action::EditVendors),
        late: with(RequestState::Late),
        locked: with(RequestState::Locked),
        open: lines.iter().map(|line| line.questions).sum(),
        base,
        lines,
    })
}

/// The vendors of a facility with their companies, by name.
pub(crate) async fn vendors(app: &AppState, facility: FacilityId) -> Result<Vec<(Kept<Engagement>, Company)>, Problem> {
    let mut found = Vec::new();
    for row in app.store.records::<Engagement>(facility).await? {
        let company = app.store.record_of::<Company>(Shelf::Installation, row.body.company).await?;
        found.push((row, company.body));
    }
    found.sort_by(|(a, _), (b, _)| a.body.name.cmp(&b.body.name));
    Ok(found)
}

fn contract(vendor: &Engagement, today: jiff::civil::Date, t: Words) -> Mark {
    if vendor.is_contracted(today) {
        Mark { class: "good", text: t.m("vendor-contract-in-force") }
    } else if vendor.contracts.is_empty() {
        Mark { class: "", text: t.m("vendor-contract-none") }
    } else {
        Mark { class: "bad", text: t.m("vendor-contract-ended") }
    }
}

/// The newest request for the checklist form.
fn form(requests: &[Request], vendor: &Kept<Engagement>, now: Ts, t: Words) -> Mark {
    let newest = requests.iter().find(|request| {
        request.vendor == vendor.id && matches!(request.ask, Ask::Checklist(_)) && request.revoked_at.is_none()
    });
    newest.map_or_else(|| Mark { class: "", text: t.m("vendor-not-asked") }, |request| state(request, now, t))
}

/// A request's state in words.
pub(super) fn state(request: &Request, now: Ts, t: Words) -> Mark {
    let (class, key) = match request.state(now) {
        RequestState::Answered => ("good", Key("vendor-state-answered")),
        RequestState::Late => ("bad", Key("vendor-state-late")),
        RequestState::Locked => ("bad", Key("vendor-state-locked")),
        RequestState::Expired => ("now", Key("vendor-state-expired")),
        RequestState::Opened => ("now", Key("vendor-state-opened")),
        RequestState::Sent => ("", Key("vendor-state-sent")),
        RequestState::Withdrawn => ("", Key("vendor-state-withdrawn")),
    };
    Mark { class, text: t.k(key) }
}
