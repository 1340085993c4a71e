//! What would become of each row.

use super::take::{Wanted, planned};
use super::{WAITING, WaitingList, at};
use crate::AppState;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_documents::tables::plain_csv;
use hakutaku_model::ledger_import::{Counts, ImportPlan, RowPlan, Verdict};
use hakutaku_model::text::Text;
use serde::Deserialize;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Rows on a page.
const SHOWN: usize = 200;

/// What the address of the page says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    show: String,
    page: usize,
}

/// A row in words.
struct Line {
    row: usize,
    name: String,
    verdict: &'static str,
    /// What changes, or what is wrong.
    details: Vec<(String, String, String)>,
}

/// A filter with its count.
struct Filter {
    key: &'static str,
    count: usize,
    here: bool,
}

#[derive(Template)]
#[template(path = "ledger_import/verdicts.html")]
struct VerdictsPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    ticket: String,
    seen: String,
    file: String,
    counts: Counts,
    to_write: usize,
    filters: Vec<Filter>,
    show: &'static str,
    lines: Vec<Line>,
    earlier: Option<usize>,
    later: Option<usize>,
    missing: String,
    fault: Option<String>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    match WAITING.look(&visit.act(now).actor, facility, now) {
        None => Ok(Redirect::to(&at(facility, "")).into_response()),
        Some(waiting) if !waiting.mapped => Ok(Redirect::to(&at(facility, "/columns")).into_response()),
        Some(waiting) => page(&app, &visit, waiting, &asked, None).await,
    }
}

/// The page; 422 when something is wrong.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    waiting: WaitingList,
    asked: &Asked,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let wanted = Wanted::This(waiting.profile.clone());
    let plan = match planned(app, facility, waiting.file.clone(), waiting.content.clone(), wanted).await? {
        Ok(plan) => plan,
        Err(refused) => {
            let said = t.a2("ledger-import-refused", "file", &waiting.file, "reason", t.text(&refused));
            return super::upload::page(app, visit, "", Some(said)).await;
        }
    };
    let counts = plan.counts();
    let all = [
        ("created", counts.created),
        ("updated", counts.updated),
        ("rejected", counts.rejected),
        ("unchanged", counts.unchanged),
    ];
    let show = all.iter().map(|(key, _)| *key).find(|key| *key == asked.show).unwrap_or("");
    let chosen: Vec<&RowPlan> = plan.rows.iter().filter(|row| show.is_empty() || row.verdict.key() == show).collect();
    let last = chosen.len().saturating_sub(1) / SHOWN;
    let here = asked.page.min(last);
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = VerdictsPage {
        t,
        page: visit.page(t.m("ledger-import-rows-title")).under(at(facility, ""), t.m("ledger-import-title")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base: at(facility, ""),
        ticket: waiting.ticket,
        seen: fingerprint(&plan),
        file: waiting.file,
        counts,
        to_write: counts.created + counts.updated,
        filters: all.into_iter().map(|(key, count)| Filter { key, count, here: key == show }).collect(),
        show,
        lines: chosen.iter().skip(here * SHOWN).take(SHOWN).map(|row| line(row, t)).collect(),
        earlier: here.checked_sub(1),
        later: (here < last).then_some(here + 1),
        missing: plan.missing.join("、"),
        fault,
    };
    Ok((status, html(&page)?).into_response())
}

fn line(row: &RowPlan, t: Words) -> Line {
    let text = |text: &Text| t.text(text).to_owned();
    let details = match &row.verdict {
        Verdict::Updated { changes, .. } => {
            changes.iter().map(|one| (text(&one.column.title()), text(&one.from), text(&one.to))).collect()
        }
        Verdict::Rejected(faults) => {
            faults.iter().map(|fault| (text(&fault.column.title()), String::new(), text(&fault.reason))).collect()
        }
        Verdict::Created(_) | Verdict::Unchanged(_) => Vec::new(),
    };
    Line { row: row.row, name: row.name.clone(), verdict: row.verdict.key(), details }
}

/// Names exactly this plan: what a person says yes to is what they saw.
pub(super) fn fingerprint(plan: &ImportPlan) -> String {
    let mut hasher = DefaultHasher::new();
    for row in &plan.rows {
        (row.row, row.verdict.key()).hash(&mut hasher);
        match &row.verdict {
            Verdict::Updated { id, version, .. } => (id, version).hash(&mut hasher),
            Verdict::Unchanged(id) => id.hash(&mut hasher),
            Verdict::Created(_) | Verdict::Rejected(_) => {}
        }
    }
    format!("{:x}", hasher.finish())
}

/// The verdicts as a file, for whoever puts the list right.
pub(super) async fn csv(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let Some(waiting) = WAITING.look(&visit.act(now).actor, facility, now).filter(|waiting| waiting.mapped) else {
        return Ok(Redirect::to(&at(facility, "")).into_response());
    };
    let wanted = Wanted::This(waiting.profile.clone());
    let plan = planned(&app, facility, waiting.file, waiting.content, wanted).await?;
    let plan = plan.map_err(|_| Problem::NotFound)?;
    let head = ["ledger-import-row", "ledger-import-device", "ledger-import-verdict", "ledger-import-details"];
    let head: Vec<String> = head.iter().map(|key| t.m(key)).collect();
    let rows = plan.rows.iter().map(|row| {
        let line = line(row, t);
        let said = |(column, from, to): &(String, String, String)| {
            if line.verdict == "updated" { format!("{column}: {from} → {to}") } else { format!("{column}: {to}") }
        };
        let details = line.details.iter().map(said).collect::<Vec<_>>().join("\n");
        vec![line.row.to_string(), line.name.clone(), verdict_words(t, line.verdict), details]
    });
    let file = plain_csv(&head, rows).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ledger-import.csv\""),
    ];
    Ok((headers, file).into_response())
}

fn verdict_words(t: Words, key: &str) -> String {
    match key {
        "created" => t.m("ledger-import-created"),
        "updated" => t.m("ledger-import-updated"),
        "unchanged" => t.m("ledger-import-unchanged"),
        _ => t.m("ledger-import-rejected"),
    }
}
