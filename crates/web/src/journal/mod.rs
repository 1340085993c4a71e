//! The log as people read it: who did what, when. Verifying the chain is `hakutaku audit verify`.

mod deeds;
mod names;

use self::deeds::{register_words, words_for};
use self::names::Names;
use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::journal::{Chain, Entry};
use serde::Deserialize;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/log", Action::ReadInstallationLog, Scope::Installation, installation).get(
        "/facilities/{facility}/log",
        Action::ReadLog,
        Scope::Facility,
        facility,
    )
}

/// Entries on one page.
const LINES: u32 = 100;

#[derive(Debug, Deserialize)]
struct Before {
    /// Show entries older than this one.
    before: Option<u64>,
}

struct Line {
    seq: u64,
    at: String,
    who: String,
    what: String,
    object: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "journal/journal.html")]
struct JournalPage {
    t: Words,
    page: Page,
    lines: Vec<Line>,
    older: Option<u64>,
    is_newest: bool,
}

async fn installation(
    State(app): State<AppState>,
    visit: Visit,
    Query(Before { before }): Query<Before>,
) -> Result<Html<String>, Problem> {
    show(&app, &visit, Chain::Installation, before).await
}

async fn facility(
    State(app): State<AppState>,
    visit: Visit,
    Query(Before { before }): Query<Before>,
) -> Result<Html<String>, Problem> {
    show(&app, &visit, Chain::Facility(visit.place()?.id), before).await
}

async fn show(app: &AppState, visit: &Visit, chain: Chain, before: Option<u64>) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let entries = match before {
        None => app.store.recent_journal(chain, LINES).await?,
        Some(before) => {
            let first = before.saturating_sub(u64::from(LINES)).max(1);
            let mut entries = app.store.journal(chain, first, LINES).await?;
            entries.retain(|entry| entry.seq < before);
            entries.reverse();
            entries
        }
    };
    let older = entries.last().map(|entry| entry.seq).filter(|seq| *seq > 1);
    let mut names = Names::new(app, t, chain);
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let who = names.of(&entry.event.actor).await;
        let object = names.of(&entry.event.object).await;
        let detail = names.facts(&entry.event.detail);
        lines.push(line(t, entry, who, object, detail));
    }
    html(&JournalPage { t, page: visit.page(t.m("log-title")), lines, older, is_newest: before.is_none() })
}

fn line(t: Words, entry: Entry, who: String, object: String, detail: String) -> Line {
    Line {
        seq: entry.seq,
        at: entry.at.minute_in_japan(t.lang),
        who,
        what: words_for(&entry.event.action)
            .map(|key| t.k(key))
            .or_else(|| register_words(t, &entry.event.action))
            .unwrap_or(entry.event.action),
        object,
        detail,
    }
}
