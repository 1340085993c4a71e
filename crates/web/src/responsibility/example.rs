//! The published Handa case, told step by step: what each firm believed, and what would have been found.

use super::home;
use super::show::{Group, Table, groups, tables};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_documents::responsibility_pdf::statement_words;
use hakutaku_model::responsibility::file::parse;
use hakutaku_model::responsibility::words::{report, task_title};
use serde::Deserialize;

/// Which step.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    step: Option<usize>,
}

/// Something a party believed.
struct Belief {
    task: String,
    object: String,
    words: String,
    note: String,
}

#[derive(Template)]
#[template(path = "responsibility/example.html")]
struct ExamplePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    step: usize,
    steps: usize,
    title: String,
    party: String,
    contract: String,
    beliefs: Vec<Belief>,
    groups: Vec<Group>,
    tables: Vec<Table>,
    open: usize,
    source: Option<(String, String)>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(Asked { step }): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let tasks = &app.catalogue.responsibility;
    let matrix = parse(hakutaku_catalog::handa_example(), tasks)
        .map_err(|problems| Problem::internal(format!("the built-in example: {problems:?}")))?;
    // One step for each party, then the findings, then what a shared table would have looked like.
    let steps = matrix.parties.len() + 2;
    let step = step.unwrap_or(1).clamp(1, steps);
    let party = matrix.parties.get(step - 1);
    let beliefs = party
        .map(|party| {
            let rows = matrix.rows.iter().filter_map(|row| Some((row, row.said_by(&party.id)?)));
            rows.map(|(row, said)| Belief {
                task: t.text(&task_title(&row.task, &matrix, tasks)).to_owned(),
                object: matrix.object(&row.object).map(|o| o.name.clone()).unwrap_or_default(),
                words: statement_words(Some(said), &matrix, visit.lang),
                note: said.note.clone(),
            })
            .collect()
        })
        .unwrap_or_default();
    let found = report(&matrix, tasks);
    let title = match party {
        Some(party) => t.a("resp-handa-believed", "party", &party.name),
        None if step == steps - 1 => t.k(Key("resp-handa-found")),
        None => t.k(Key("resp-handa-table")),
    };
    html(&ExamplePage {
        t,
        page: visit.page(t.m("resp-handa-title")).under(home(visit.place()?.id), t.m("resp-title")),
        tabs: nav::tabs(&visit, nav::VENDORS),
        base: home(visit.place()?.id),
        step,
        steps,
        title,
        contract: party.and_then(|p| p.contract.as_ref()).map(|c| c.title.clone()).unwrap_or_default(),
        party: party.map(|p| p.name.clone()).unwrap_or_default(),
        beliefs,
        open: found.open.len(),
        tables: if step == steps { tables(&matrix, tasks, &found, t) } else { Vec::new() },
        groups: if step == steps - 1 { groups(found, t) } else { Vec::new() },
        source: tasks.case("case-handa-2021").map(|case| (t.text(&case.title).to_owned(), case.url.clone())),
    })
}
