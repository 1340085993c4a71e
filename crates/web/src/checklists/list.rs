//! The forms of a facility: this year's, one per vendor, and those of earlier years.

use crate::AppState;
use crate::access::has_page;
use crate::checklists::address;
use crate::checklists::sheet::progress_words;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::checklist::{FormKind, FormView, form_of, in_use};
use hakutaku_model::time::FiscalYear;

struct FormShow {
    href: String,
    title: String,
    progress: String,
    open: usize,
    look_again: usize,
    /// Whose answer is the newest, and when.
    last: Option<String>,
}

#[derive(Template)]
#[template(path = "checklists/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    year: String,
    /// The year's own edition has no items in our data: where its official form is.
    not_in_data: Option<String>,
    /// The edition used to prepare.
    prepares_with: String,
    official: Option<String>,
    vendors_page: Option<String>,
    own: Option<FormShow>,
    vendors: Vec<FormShow>,
    blank_vendor: Option<String>,
    earlier: Vec<FormShow>,
}

/// The list.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let facility = visit.place()?.id;
    let t = visit.t();
    let kind = app.store.facility(facility).await?.profile.kind;
    let today = app.now().date_in_japan();
    let ground = app.store.form_ground(&app.catalogue, facility, today).await?;
    let year = FiscalYear::of(today);
    let used = in_use(&ground.editions, year);
    let form = form_of(kind);
    let show = |view: &FormView| -> FormShow {
        let vendor = view.vendor.as_ref();
        let newest = view.lines().filter_map(|(_, line)| line.kept.as_ref()).max_by_key(|kept| kept.at);
        FormShow {
            href: format!(
                "{}{}",
                address(facility, &view.edition, view.form),
                vendor.map_or_else(String::new, |vendor| format!("?vendor={}", vendor.id))
            ),
            title: match vendor {
                Some(vendor) => vendor.name.clone(),
                None => format!("{} {}", t.text(&view.era), t.text(&view.form.title())),
            },
            progress: progress_words(&t, &view.progress),
            open: view.progress.open,
            look_again: view.progress.look_again,
            last: newest.map(|kept| t.a2("checklist-by", "name", &kept.by, "at", kept.at.minute_in_japan(t.lang))),
        }
    };
    let view = |edition: &str, form: FormKind, vendor| ground.view(&app.catalogue, edition, form, vendor);
    let works_with = used.works_with.map(|edition| edition.id.as_str());
    let own = form.and_then(|form| view(works_with?, form, None));
    let vendors: Vec<FormShow> = ground
        .contracted()
        .filter_map(|vendor| view(works_with?, FormKind::Vendor, Some(vendor.id)))
        .map(|view| show(&view))
        .collect();
    let others = ground.editions.iter().rev().filter(|edition| Some(edition.id.as_str()) != works_with);
    let earlier = others.filter_map(|edition| view(&edition.id, form?, None)).map(|view| show(&view)).collect();
    let page_of = |pattern: &str| has_page(pattern).then(|| pattern.replace("{facility}", &facility.to_string()));
    html(&ListPage {
        t,
        page: visit.page(t.m("checklist-title")),
        tabs: nav::tabs(&visit, nav::FORMS),
        year: year.label(t.lang),
        not_in_data: used
            .published
            .filter(|_| used.is_preparation())
            .map(|edition| edition.url.clone())
            .or_else(|| used.is_preparation().then(String::new)),
        prepares_with: used.works_with.map(|edition| t.text(&edition.era).to_owned()).unwrap_or_default(),
        official: page_of("/facilities/{facility}/forms/official"),
        vendors_page: nav::tabs(&visit, nav::VENDORS).into_iter().next().map(|link| link.href),
        own: own.as_ref().map(show),
        vendors,
        blank_vendor: works_with.map(|edition| address(facility, edition, FormKind::Vendor)),
        earlier,
    })
}
