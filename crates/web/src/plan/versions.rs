//! The approved versions, and what is different between them.

use super::{base, version_words};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::{
    LineChange, PlanPrint, PlanStructure, PlanVersion, Row, RowChange, SectionDifference, Snapshot, TableGuide,
    differences,
};
use hakutaku_model::time::date_words;

/// A change as it is shown: what went, what came.
pub(super) struct Line {
    /// Field or table.
    place: String,
    removed: String,
    added: String,
}

/// A section that is different.
pub(super) struct Difference {
    id: &'static str,
    title: String,
    lines: Vec<Line>,
    facts: Vec<String>,
}

struct VersionLine {
    number: u32,
    title: String,
    on: String,
    by: String,
    remark: String,
    prints: usize,
}

struct PrintLine {
    version: String,
    on: String,
    by: String,
    kept_at: String,
    fingerprint: String,
}

#[derive(Template)]
#[template(path = "plan/versions.html")]
struct VersionsPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    versions: Vec<VersionLine>,
    prints: Vec<PrintLine>,
    /// What the draft says otherwise than the newest version.
    draft: Vec<Difference>,
}

#[derive(Template)]
#[template(path = "plan/version.html")]
struct VersionPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    number: u32,
    on: String,
    by: String,
    remark: String,
    fingerprint: String,
    /// The version before, in words, and what is different from it.
    before: Option<(String, Vec<Difference>)>,
    sections: Vec<(String, Vec<(String, String)>)>,
}

fn by(version: &PlanVersion) -> String {
    [version.approval.office.as_str(), &version.approval.name].join(" ").trim().to_owned()
}

fn cells(table: Option<&TableGuide>, row: &Row) -> String {
    let columns = table.map(|table| table.columns.iter().map(|column| column.key.as_str()).collect::<Vec<_>>());
    let values: Vec<&str> = match columns {
        Some(columns) => columns.into_iter().filter_map(|key| row.get(key)).map(String::as_str).collect(),
        // A table the catalogue no longer has.
        None => row.values().map(String::as_str).collect(),
    };
    values.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// The differences in words.
pub(super) fn told(t: Words, structure: &PlanStructure, found: Vec<SectionDifference>) -> Vec<Difference> {
    found
        .into_iter()
        .map(|difference| {
            let guide = structure.section(difference.section);
            let mut lines = Vec::new();
            for text in difference.texts {
                let known = guide.and_then(|guide| guide.texts.iter().find(|known| known.key == text.key));
                let place = known.map_or_else(|| text.key.clone(), |known| t.text(&known.title).to_owned());
                for change in text.lines {
                    let (removed, added) = match change {
                        LineChange::Removed(line) => (line, String::new()),
                        LineChange::Added(line) => (String::new(), line),
                    };
                    lines.push(Line { place: place.clone(), removed, added });
                }
            }
            for table in difference.tables {
                let known = guide.and_then(|guide| guide.tables.iter().find(|known| known.key == table.key));
                let place = known.map_or_else(|| table.key.clone(), |known| t.text(&known.title).to_owned());
                for change in &table.rows {
                    let (removed, added) = match change {
                        RowChange::Removed { row } => (cells(known, row), String::new()),
                        RowChange::Added { row } => (String::new(), cells(known, row)),
                        RowChange::Changed { before, after } => (cells(known, before), cells(known, after)),
                    };
                    lines.push(Line { place: place.clone(), removed, added });
                }
            }
            Difference {
                id: difference.section.key(),
                title: t.text(&difference.section.title()).to_owned(),
                lines,
                facts: difference.facts.iter().map(|change| t.text(&change.sentence).to_owned()).collect(),
            }
        })
        .collect()
}

/// All versions and prints.
pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let mut versions = app.store.records::<PlanVersion>(facility).await?;
    versions.sort_by_key(|row| std::cmp::Reverse(row.body.number));
    let mut prints = app.store.records::<PlanPrint>(facility).await?;
    prints.sort_by_key(|row| std::cmp::Reverse((row.body.on, row.created_at)));
    let draft = app.store.plan_draft(facility, app.now().date_in_japan()).await?;
    let structure = &app.catalogue.plan;
    let base = base(facility);
    html(&VersionsPage {
        t,
        page: visit.page(t.k(Key("plan-versions"))).under(base.clone(), t.m("plan-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        draft: versions
            .first()
            .map(|newest| told(t, structure, differences(&newest.body.plan, &draft)))
            .unwrap_or_default(),
        versions: versions
            .iter()
            .map(|row| VersionLine {
                number: row.body.number,
                title: version_words(t, row.body.number),
                on: date_words(row.body.approval.on, t.lang),
                by: by(&row.body),
                remark: row.body.approval.remark.clone(),
                prints: prints.iter().filter(|print| print.body.version == row.body.number).count(),
            })
            .collect(),
        prints: prints
            .iter()
            .map(|row| PrintLine {
                version: version_words(t, row.body.version),
                on: date_words(row.body.on, t.lang),
                by: row.body.by.clone(),
                kept_at: row.body.kept_at.clone(),
                fingerprint: row.body.fingerprint.chars().take(12).collect(),
            })
            .collect(),
        base,
    })
}

/// One version: what is different from the one before, and what it says.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, number)): Path<(FacilityId, u32)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let versions = app.store.records::<PlanVersion>(facility).await?;
    let find = |number: u32| versions.iter().find(|row| row.body.number == number).map(|row| &row.body);
    let version = find(number).ok_or(Problem::NotFound)?;
    let structure = &app.catalogue.plan;
    let before = number
        .checked_sub(1)
        .and_then(find)
        .map(|old| (version_words(t, old.number), told(t, structure, differences(&old.plan, &version.plan))));
    let base = base(facility);
    html(&VersionPage {
        t,
        page: visit
            .page(version_words(t, number))
            .under(base.clone(), t.m("plan-title"))
            .under(format!("{base}/versions"), t.m("plan-versions")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        number,
        on: date_words(version.approval.on, t.lang),
        by: by(version),
        remark: version.approval.remark.clone(),
        fingerprint: version.plan.fingerprint(),
        before,
        sections: says(t, structure, &version.plan),
        base,
    })
}

/// What is written, section by section: heading and text.
fn says(t: Words, structure: &PlanStructure, plan: &Snapshot) -> Vec<(String, Vec<(String, String)>)> {
    let section = |guide: &hakutaku_model::plan::SectionGuide| {
        let written = plan.written(guide.key);
        let texts = guide.texts.iter().map(|text| (t.text(&text.title).to_owned(), written.text(&text.key).to_owned()));
        let tables = guide.tables.iter().map(|table| {
            let rows: Vec<String> = written.rows(&table.key).iter().map(|row| cells(Some(table), row)).collect();
            (t.text(&table.title).to_owned(), rows.join("\n"))
        });
        let parts = texts.chain(tables).filter(|(_, text)| !text.is_empty()).collect();
        (t.text(&guide.key.title()).to_owned(), parts)
    };
    structure.sections.iter().map(section).collect()
}
