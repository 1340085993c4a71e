//! One question at a time; the answers stand in the address, so that a result can be sent on and printed.

use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::scope::{ScopeNode, ScopeResult, ScopeVerdict, walk};
use hakutaku_model::time::date_words;
use serde::Deserialize;

/// The answers so far: `yn` is yes, then no.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    a: String,
}

struct Step<'g> {
    node: &'g ScopeNode,
    yes: bool,
    reason: String,
    /// The address that takes this answer back.
    again: String,
}

#[derive(Template)]
#[template(path = "guides/scope.html")]
struct ScopePage<'g> {
    t: Words,
    page: Page,
    intro: String,
    here: String,
    so_far: String,
    steps: Vec<Step<'g>>,
    node: Option<&'g ScopeNode>,
    result: Option<&'g ScopeResult>,
    applies: bool,
    inferred: bool,
    gaps: Vec<String>,
    place: String,
    date: String,
}

/// More answers than any path has.
const MOST: usize = 40;

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    Query(Asked { a }): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let facility = visit.place()?;
    let guide = app.catalogue.scope.iter().find(|guide| guide.id == id).ok_or(Problem::NotFound)?;
    // Anything else than y and n ends the answers: a mistyped address asks on from there.
    let answers: Vec<bool> = a
        .chars()
        .take(MOST)
        .map_while(|c| match c {
            'y' => Some(true),
            'n' => Some(false),
            _ => None,
        })
        .collect();
    let way = walk(guide, &answers);
    let so_far: String = way.taken.iter().map(|taken| if taken.yes { 'y' } else { 'n' }).collect();
    let base = format!("/facilities/{}/vendors/guides", facility.id);
    let here = format!("{base}/scope/{id}");
    let steps = way
        .taken
        .iter()
        .enumerate()
        .map(|(at, taken)| Step {
            node: taken.node,
            yes: taken.yes,
            reason: t.text(taken.reason()).to_owned(),
            again: format!("{here}?a={}", &so_far[..at]),
        })
        .collect();
    let confidence = way.result.map(|r| r.confidence).or(way.node.map(|n| n.confidence));
    html(&ScopePage {
        t,
        page: visit.page(t.text(&guide.title)).under(base, t.m("guide-title")),
        intro: t.text(&guide.intro).to_owned(),
        here,
        steps,
        node: way.node,
        applies: way.result.is_some_and(|result| result.verdict == ScopeVerdict::Applies),
        result: way.result,
        inferred: confidence == Some(Confidence::Inferred),
        gaps: guide.gaps.iter().map(|gap| t.text(gap).to_owned()).collect(),
        place: facility.name.clone(),
        date: date_words(app.now().date_in_japan(), visit.lang),
        so_far,
    })
}
