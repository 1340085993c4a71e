//! The audits of a facility, and what the recommendation says for this year.

use super::gather::{state_class, this_year};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::audit::{Audit, AuditPaper, Due, Finding, tally, year_plan};
use hakutaku_model::corrective::CorrectiveAction;
use hakutaku_model::time::{FiscalYear, date_words};

struct Line {
    href: String,
    title: String,
    kind: String,
    year: String,
    when: String,
    auditor: String,
    state: (&'static str, String),
    result: String,
    findings: usize,
    open: usize,
}

#[derive(Template)]
#[template(path = "audits/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_plan: bool,
    year: String,
    /// Kind, badge, sentence.
    due: [(String, &'static str, String); 2],
    words: String,
    source: String,
    lines: Vec<Line>,
}

fn due_words(t: Words, due: Due) -> (&'static str, String) {
    match due {
        Due::Held { .. } => ("good", t.m("audit-due-held")),
        Due::Planned { .. } => ("now", t.m("audit-due-planned")),
        Due::Now { years: None } => ("bad", t.m("audit-due-never")),
        Due::Now { years: Some(years) } => ("bad", t.a("audit-due-now", "years", years)),
        Due::Soon { years } => ("now", t.a("audit-due-soon", "years", years)),
        Due::Later { from } => ("good", t.a("audit-due-later", "year", FiscalYear(from).label(t.lang))),
    }
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let mut audits = app.store.records::<Audit>(facility).await?;
    let papers = app.store.records::<AuditPaper>(facility).await?;
    let findings = app.store.records::<Finding>(facility).await?;
    let actions = app.store.records::<CorrectiveAction>(facility).await?;
    let guide = &app.catalogue.audit;
    let plan = year_plan(&audits, &guide.rhythm, this_year(&app));
    audits.sort_by_key(|row| std::cmp::Reverse((row.body.fiscal_year, row.body.from, row.id)));
    let base = format!("/facilities/{facility}/audits");
    let lines = audits
        .iter()
        .map(|row| {
            let audit = &row.body;
            let own = findings.iter().filter(|finding| finding.body.audit == row.id);
            let is_open = |id| !hakutaku_model::audit::paper::is_closed(id, actions.iter().map(|action| &action.body));
            let percent = tally(papers.iter().map(|row| &row.body).filter(|paper| paper.audit == row.id)).percent();
            Line {
                href: format!("{base}/{}", row.id),
                title: audit.title.clone(),
                kind: t.text(&audit.kind.title()).to_owned(),
                year: FiscalYear(audit.fiscal_year).label(t.lang),
                when: audit.from.map(|day| date_words(day, t.lang)).unwrap_or_default(),
                auditor: audit.auditor.clone(),
                state: (state_class(audit.state()), t.text(&audit.state().title()).to_owned()),
                result: percent.map(|percent| t.a("audit-percent", "n", percent)).unwrap_or_default(),
                findings: own.clone().count(),
                open: own.filter(|finding| is_open(finding.id)).count(),
            }
        })
        .collect();
    let of = |kind: hakutaku_model::audit::AuditKind, due| {
        let (class, words) = due_words(t, due);
        (t.text(&kind.title()).to_owned(), class, words)
    };
    use hakutaku_model::audit::AuditKind::{External, Internal};
    html(&ListPage {
        t,
        page: visit.page(t.m("audit-list-title")),
        tabs: nav::tabs(&visit, nav::AUDITS),
        base,
        may_plan: visit.may(Action::PlanAudits),
        year: this_year(&app).label(t.lang),
        due: [of(Internal, plan.internal), of(External, plan.external)],
        words: t.text(&guide.rhythm.words).to_owned(),
        source: guide.rhythm.source.title.clone(),
        lines,
    })
}
