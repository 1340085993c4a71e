//! The first page: how far the plan is, what changed since the print, approving, printing.

use super::{badge, base, version_words};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::plan::{
    PlanPrint, PlanStructure, PlanVersion, SectionDraft, SectionKey, SectionState, Snapshot, differences, gaps, newest,
    newest_print, print_warnings, state,
};
use hakutaku_model::time::date_words;

/// More lines than anybody reads; the section pages have the rest.
const MOST_WARNINGS: usize = 20;

struct SectionLine {
    number: usize,
    href: String,
    title: String,
    state: String,
    badge: &'static str,
    missing: Vec<String>,
    changed: bool,
}

struct VersionLine {
    title: String,
    by: String,
    on: String,
    remark: String,
    href: String,
}

struct PrintLine {
    version: String,
    on: String,
    by: String,
    kept_at: String,
    outdated: bool,
}

struct Chapter {
    number: String,
    title: String,
    paper: String,
    inferred: bool,
}

struct Group {
    title: String,
    summary: String,
}

#[derive(Template)]
#[template(path = "plan/overview.html")]
struct Overview {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    form: Form,
    may_edit: bool,
    may_approve: bool,
    sections: Vec<SectionLine>,
    written: usize,
    version: Option<VersionLine>,
    /// Whether the draft says something that no approved version says.
    to_approve: bool,
    seen: String,
    gaps: usize,
    print: Option<PrintLine>,
    warnings: Vec<String>,
    more_warnings: usize,
    groups: Vec<Group>,
    chapters: Vec<Chapter>,
    not_known: Vec<String>,
    sources: Vec<(String, String)>,
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let name = visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default();
    let form = Form::of([("name", name), ("on", app.now().date_in_japan().to_string())]);
    page(&app, &visit, form, StatusCode::OK).await
}

/// The page with a form as it was sent.
pub(super) async fn page(app: &AppState, visit: &Visit, form: Form, status: StatusCode) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let (store, base) = (&app.store, base(facility));
    let draft = store.plan_draft(facility, app.now().date_in_japan()).await?;
    let begun = !store.records::<SectionDraft>(facility).await?.is_empty();
    let versions = store.records::<PlanVersion>(facility).await?;
    let prints = store.records::<PlanPrint>(facility).await?;
    let approved = newest(&versions);
    let changed: Vec<SectionKey> = approved
        .map(|row| differences(&row.body.plan, &draft).into_iter().map(|difference| difference.section).collect())
        .unwrap_or_default();
    let sections: Vec<SectionLine> = section_lines(t, &app.catalogue.plan, &draft, &base, &changed);
    let print = newest_print(&prints);
    let mut warnings: Vec<String> = print
        .map(|row| print_warnings(&row.body.ground, &draft.ground))
        .unwrap_or_default()
        .iter()
        .map(|change| t.text(&change.sentence).to_owned())
        .collect();
    let newer = print.zip(approved).is_some_and(|(print, version)| print.body.version < version.body.number);
    if newer {
        warnings.insert(0, t.m("plan-print-old-version"));
    }
    let more_warnings = warnings.len().saturating_sub(MOST_WARNINGS);
    let outdated = !warnings.is_empty();
    warnings.truncate(MOST_WARNINGS);
    let provenance = &app.catalogue.plan.provenance;
    let page = Overview {
        t,
        page: visit.page(t.k(Key("plan-title"))),
        tabs: nav::tabs(visit, nav::PREPARE),
        may_edit: visit.may(Action::EditPlan),
        may_approve: visit.may(Action::ApprovePlan),
        written: SectionKey::ALL.iter().filter(|key| state(**key, &draft) == SectionState::Written).count(),
        gaps: sections.iter().map(|section| section.missing.len()).sum(),
        to_approve: begun && (approved.is_none() || !changed.is_empty()),
        seen: draft.fingerprint(),
        version: approved.map(|row| VersionLine {
            title: version_words(t, row.body.number),
            by: [row.body.approval.office.as_str(), &row.body.approval.name].join(" ").trim().to_owned(),
            on: date_words(row.body.approval.on, t.lang),
            remark: row.body.approval.remark.clone(),
            href: format!("{base}/versions/{}", row.body.number),
        }),
        print: print.map(|row| PrintLine {
            version: version_words(t, row.body.version),
            on: date_words(row.body.on, t.lang),
            by: row.body.by.clone(),
            kept_at: row.body.kept_at.clone(),
            outdated,
        }),
        groups: provenance
            .groups
            .iter()
            .map(|group| Group { title: t.text(&group.title).to_owned(), summary: t.text(&group.summary).to_owned() })
            .collect(),
        chapters: chapters(t, &app.catalogue.plan),
        not_known: provenance.gaps.iter().map(|gap| t.text(gap).to_owned()).collect(),
        sources: provenance
            .sources
            .iter()
            .map(|source| (source.title.clone(), source.url.clone().unwrap_or_default()))
            .collect(),
        sections,
        warnings,
        more_warnings,
        base,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

fn section_lines(
    t: Words,
    structure: &PlanStructure,
    draft: &Snapshot,
    base: &str,
    changed: &[SectionKey],
) -> Vec<SectionLine> {
    (1..)
        .zip(&structure.sections)
        .map(|(number, guide)| {
            let state = state(guide.key, draft);
            SectionLine {
                number,
                href: format!("{base}/sections/{}", guide.key.key()),
                title: t.text(&guide.key.title()).to_owned(),
                state: t.text(&state.title()).to_owned(),
                badge: badge(state),
                missing: gaps(guide.key, draft).iter().map(|gap| t.text(gap).to_owned()).collect(),
                changed: changed.contains(&guide.key),
            }
        })
        .collect()
}

fn chapters(t: Words, structure: &PlanStructure) -> Vec<Chapter> {
    structure
        .provenance
        .chapters
        .iter()
        .map(|chapter| Chapter {
            number: chapter.number.clone(),
            title: t.text(&chapter.title).to_owned(),
            paper: super::section::basis_words(t, chapter.basis),
            inferred: chapter.confidence == Confidence::Inferred,
        })
        .collect()
}
