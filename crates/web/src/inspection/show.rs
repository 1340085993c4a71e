//! What an inspector will see missing, each with the page where it is put right.

use super::gather::gather;
use crate::AppState;
use crate::access::has_page;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::checklist::FormView;
use hakutaku_model::id::FacilityId;
use hakutaku_model::inspection::{Fix, Kind};

struct Line {
    what: String,
    href: Option<String>,
}

struct Group {
    key: &'static str,
    title: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "inspection/show.html")]
struct InspectionPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    edition: Option<String>,
    count: usize,
    groups: Vec<Group>,
    may_fetch: bool,
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let known = gather(&app, facility, app.now().date_in_japan()).await?;
    let mut groups: Vec<Group> = Vec::new();
    let mut last: Option<Kind> = None;
    for item in &known.missing {
        if last != Some(item.kind) {
            last = Some(item.kind);
            let title = t.text(&item.kind.title()).to_owned();
            groups.push(Group { key: item.kind.key(), title, lines: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            let href = href(&visit, facility, &item.fix, &known.forms);
            group.lines.push(Line { what: t.text(&item.what).to_owned(), href });
        }
    }
    html(&InspectionPage {
        t,
        page: visit.page(t.m("inspection-title")),
        tabs: nav::tabs(&visit, nav::FORMS),
        base: format!("/facilities/{facility}/forms/inspection"),
        edition: known.forms.first().map(|form| t.text(&form.era).to_owned()),
        count: known.missing.len(),
        groups,
        may_fetch: visit.may(Action::ReadDocument),
    })
}

/// The page where something is put right, where there is one that this person may open.
fn href(visit: &Visit, facility: FacilityId, fix: &Fix, forms: &[FormView]) -> Option<String> {
    let home = format!("/facilities/{facility}");
    let (pattern, action, path) = match fix {
        Fix::FormLine { edition, form, item, group } => {
            let view = forms.iter().find(|view| view.edition == *edition && view.form.key() == *form)?;
            let at = view.lines().position(|(i, line)| i.id == *item && line.key.group == *group)?;
            let path = format!("/forms/checklists/{edition}/{form}#line-{at}");
            ("/facilities/{facility}/forms/checklists/{edition}/{form}", Action::ReadForms, path)
        }
        Fix::Vendors => ("/facilities/{facility}/vendors", Action::ReadVendors, "/vendors".to_owned()),
        Fix::Contacts => ("/facilities/{facility}/forms/contacts", Action::ReadForms, "/forms/contacts".to_owned()),
        Fix::Ledger => ("/facilities/{facility}/ledger", Action::ReadLedger, "/ledger".to_owned()),
        Fix::Forms => ("/facilities/{facility}/forms", Action::ReadForms, "/forms".to_owned()),
    };
    (has_page(pattern) && visit.may(action)).then(|| format!("{home}{path}"))
}
