//! One vendor.

use super::list::{Mark, state};
use super::{forms, vendor};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::connection::Connection;
use hakutaku_model::id::FacilityId;
use hakutaku_model::party::Party;
use hakutaku_model::record::RecordId;
use hakutaku_model::system::System;
use hakutaku_model::time::date_words;
use hakutaku_model::vendor::{Company, Engagement, Validity};
use hakutaku_model::vendor_answers::{QuestionState, VendorQuestion};
use hakutaku_model::vendor_stops::{Tie, TieKind, Why, stops};
use hakutaku_store::Shelf;
use hakutaku_store::asset_pages::{AssetFilter, AssetQuery};
use jiff::civil::Date;

struct CertificateLine {
    name: String,
    explained: String,
    number: String,
    scope: String,
    until: String,
    checked: String,
    mark: Mark,
}

struct StopLine {
    name: String,
    rank: Option<u16>,
    why: Vec<String>,
}

struct RequestLine {
    href: String,
    title: String,
    due: String,
    mark: Mark,
}

pub(super) struct QuestionLine {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) text: String,
    pub(super) of: String,
    pub(super) remark: String,
    pub(super) said_on: String,
    pub(super) target: String,
    pub(super) open: bool,
    pub(super) state: String,
}

struct ProductLine {
    name: String,
    version: String,
    systems: String,
}

struct DataLine {
    what: String,
    place: String,
    law: String,
    confirmed: String,
    source: String,
}

#[derive(Template)]
#[template(path = "vendors/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    here: String,
    id: String,
    questions_base: String,
    may_edit: bool,
    body: Engagement,
    company: Company,
    contracts: Vec<(String, String, bool)>,
    products: Vec<ProductLine>,
    data: Vec<DataLine>,
    certificates: Vec<CertificateLine>,
    stops: Vec<StopLine>,
    requests: Vec<RequestLine>,
    questions: Vec<QuestionLine>,
}

/// What devices and connection points name this vendor.
async fn ties(app: &AppState, facility: FacilityId, vendor: RecordId) -> Result<Vec<Tie>, Problem> {
    let mut query = AssetQuery::new(app.now().date_in_japan());
    query.filters.push(AssetFilter::Vendor(vendor));
    let devices = app.store.assets_found(facility, &query).await?;
    let mut ties: Vec<Tie> = devices
        .into_iter()
        .map(|row| {
            let asset = row.asset;
            let name = if asset.name.is_empty() { asset.number } else { asset.name };
            Tie { kind: TieKind::Device, name, system: asset.system, vendor: Some(vendor) }
        })
        .collect();
    let party = Some(Party::Vendor(vendor));
    for row in app.store.records::<Connection>(facility).await? {
        let line = row.body;
        if line.contract != Some(vendor) && line.other_end != party && line.device.whose != party {
            continue;
        }
        let of = |system| Tie { kind: TieKind::Connection, name: line.name.clone(), system, vendor: Some(vendor) };
        if line.systems.is_empty() {
            ties.push(of(None));
        }
        ties.extend(line.systems.iter().map(|id| of(Some(*id))));
    }
    Ok(ties)
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Html<String>, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let today = now.date_in_japan();
    let row = vendor(&app, facility, id).await?;
    let company = app.store.record_of::<Company>(Shelf::Installation, row.body.company).await?.body;
    let systems = app.store.records::<System>(facility).await?;
    let found = stops(id, &row.body, &systems, &ties(&app, facility, id).await?);
    let base = format!("/facilities/{facility}/vendors");
    let day = |day: Option<Date>| day.map(|day| date_words(day, t.lang)).unwrap_or_default();
    let requests = app.store.vendor_requests(facility).await?;
    let mut questions = Vec::new();
    for question in app.store.records::<VendorQuestion>(facility).await? {
        if question.body.vendor == id {
            questions.push(question_line(&app, question, t));
        }
    }
    questions.sort_by_key(|question| !question.open);
    let name_of = |id: &RecordId| systems.iter().find(|system| system.id == *id).map(|system| system.body.name.clone());
    html(&ShowPage {
        t,
        page: visit.page(row.body.name.clone()).under(base.clone(), t.k(Key("vendor-title"))),
        tabs: nav::tabs(&visit, nav::VENDORS),
        here: format!("{base}/{id}"),
        id: id.to_string(),
        questions_base: format!("{base}/questions"),
        may_edit: visit.may(Action::EditVendors),
        contracts: row
            .body
            .contracts
            .iter()
            .map(|contract| {
                let span = t.a2("vendor-contract-span", "from", day(contract.from), "until", day(contract.until));
                (contract.title.clone(), span, contract.maintenance)
            })
            .collect(),
        products: row
            .body
            .products
            .iter()
            .map(|product| ProductLine {
                name: product.name.clone(),
                version: product.version.clone(),
                systems: product.systems.iter().filter_map(name_of).collect::<Vec<_>>().join(", "),
            })
            .collect(),
        data: row
            .body
            .data
            .iter()
            .map(|place| DataLine {
                what: place.what.clone(),
                place: place.place.clone(),
                law: place.law.clone(),
                confirmed: day(place.confirmed_on),
                source: place.source.clone(),
            })
            .collect(),
        certificates: company
            .certificates
            .iter()
            .map(|certificate| {
                let kind = app.catalogue.vendor_certificates.iter().find(|kind| kind.id == certificate.kind);
                let mark = match certificate.validity(today) {
                    Validity::Ended => Mark { class: "bad", text: t.m("vendor-validity-ended") },
                    Validity::Ending => Mark { class: "now", text: t.m("vendor-validity-ending") },
                    Validity::Holds => Mark { class: "good", text: t.m("vendor-validity-holds") },
                    Validity::Unknown => Mark { class: "", text: t.m("vendor-validity-unknown") },
                };
                CertificateLine {
                    name: kind.map_or_else(|| certificate.kind.clone(), |kind| t.text(&kind.title).to_owned()),
                    explained: kind.map(|kind| t.text(&kind.explained).to_owned()).unwrap_or_default(),
                    number: certificate.number.clone(),
                    scope: certificate.scope.clone(),
                    until: day(certificate.until),
                    checked: [day(certificate.checked_on), certificate.checked_where.clone()].join(" "),
                    mark,
                }
            })
            .collect(),
        stops: found
            .into_iter()
            .map(|stop| StopLine {
                name: if stop.system.is_some() { stop.name } else { t.m("vendor-stops-unassigned") },
                rank: stop.clinical_importance,
                why: whys(&stop.why, t),
            })
            .collect(),
        requests: requests
            .iter()
            .filter(|request| request.vendor == id)
            .map(|request| RequestLine {
                href: format!("{base}/requests/{}", request.id),
                title: forms::title(&app.catalogue, &request.ask, t),
                due: date_words(request.due, t.lang),
                mark: state(request, now, t),
            })
            .collect(),
        questions,
        base,
        company,
        body: row.body,
    })
}

/// The first few reasons, and how many more: a vendor may keep a hundred terminals.
fn whys(why: &[Why], t: Words) -> Vec<String> {
    const SHOWN: usize = 6;
    let mut said: Vec<String> = why.iter().take(SHOWN).map(|why| why_words(why, t)).collect();
    if why.len() > SHOWN {
        said.push(t.a("vendor-why-more", "count", why.len() - SHOWN));
    }
    said
}

fn why_words(why: &Why, t: Words) -> String {
    match why {
        Why::Supplies => t.m("vendor-why-supplies"),
        Why::Product(name) => t.a("vendor-why-product", "name", name),
        Why::Device(name) => t.a("vendor-why-device", "name", name),
        Why::Connection(name) => t.a("vendor-why-connection", "name", name),
    }
}

/// A question as pages show it.
pub(super) fn question_line(
    app: &AppState,
    row: hakutaku_model::record::Kept<VendorQuestion>,
    t: Words,
) -> QuestionLine {
    let body = row.body;
    let words = forms::words(&app.catalogue, &body.ask, t);
    let item = words.as_ref().and_then(|form| form.item(&body.item, &body.group));
    let text = item.map_or_else(
        || if body.question.is_empty() { body.item.clone() } else { format!("{} {}", body.item, body.question) },
        |item| format!("{} {}", item.number, item.text),
    );
    let state = match &body.state {
        QuestionState::Open => t.m("vendor-question-open"),
        QuestionState::Answered { text, on } => {
            t.a2("vendor-question-answered", "text", text, "day", date_words(*on, t.lang))
        }
        QuestionState::Accepted { reason, owner, on } => {
            t.a3("vendor-question-accepted", ("reason", reason), ("owner", owner), ("day", date_words(*on, t.lang)))
        }
        QuestionState::Settled { on } => t.a("vendor-question-settled", "day", date_words(*on, t.lang)),
    };
    QuestionLine {
        id: row.id.to_string(),
        version: row.version,
        text,
        of: [
            forms::title(&app.catalogue, &body.ask, t),
            item.map(|item| item.of.clone()).unwrap_or_default(),
            body.product.clone(),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" / "),
        remark: body.remark.clone(),
        said_on: date_words(body.said_on, t.lang),
        target: body.target.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        open: body.is_open(),
        state,
    }
}
