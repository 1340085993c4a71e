//! All notices: what is being written, what went out, and how far the members are with each.

use super::BASE;
use crate::AppState;
use crate::notices::view::NoticeView;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::region::notice::Stage;
use hakutaku_model::time::Ts;
use hakutaku_store::{Counts, KeptNotice, NoticeCursor, NoticeState, ReportState};
use serde::Deserialize;

/// Notices on one page.
const PIECE: u32 = 25;
/// Reports looked through for new ones.
const REPORTS: u32 = 1000;

/// One bar: how many of how many.
pub(crate) struct Bar {
    pub(crate) key: &'static str,
    pub(crate) label: String,
    pub(crate) count: u64,
    pub(crate) of: u64,
    /// What the notice asks for.
    pub(crate) wanted: bool,
}

/// The bars of a notice, in the order of the stages.
pub(crate) fn bars(t: Words, counts: Counts, expects: Stage) -> Vec<Bar> {
    Stage::ALL
        .iter()
        .map(|stage| Bar {
            key: stage.key(),
            label: t.text(&stage.title()).to_owned(),
            count: reached(counts, *stage),
            of: counts.to,
            wanted: *stage == expects,
        })
        .collect()
}

/// How many reached a stage.
pub(crate) fn reached(counts: Counts, stage: Stage) -> u64 {
    match stage {
        Stage::Delivered => counts.delivered,
        Stage::Opened => counts.opened,
        Stage::Understood => counts.understood,
        Stage::Acted => counts.acted,
    }
}

/// Where a notice stands, in words, with the mood of its badge.
pub(crate) fn state_words(kept: &KeptNotice, silent: u64, now: Ts) -> (Key, &'static str) {
    match kept.state {
        NoticeState::Draft => (Key("region-notices-state-draft"), "now"),
        NoticeState::Withdrawn => (Key("region-notices-state-withdrawn"), ""),
        NoticeState::Sent if silent == 0 => (Key("region-notices-state-done"), "good"),
        NoticeState::Sent if kept.notice.deadline <= now => (Key("region-notices-state-late"), "bad"),
        NoticeState::Sent => (Key("region-notices-state-out"), "now"),
    }
}

struct Line {
    href: String,
    view: NoticeView,
    state: String,
    mood: &'static str,
    draft: bool,
    /// A correction is being written.
    correcting: bool,
    poll: bool,
    silent: u64,
    bars: Vec<Bar>,
}

#[derive(Template)]
#[template(path = "region_notices/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    may: bool,
    first: bool,
    reports: usize,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Which piece.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    older: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, now) = (visit.t(), app.now());
    let cursor = match asked.older.as_str() {
        "" => None,
        text => Some(crate::notices::read_cursor(text).ok_or(Problem::NotFound)?),
    };
    let rows = app.store.notices(cursor, PIECE).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let counts = app.store.notice_counts(&ids).await?;
    let next = rows.last().filter(|_| rows.len() >= PIECE as usize).map(|last| {
        let cursor = crate::notices::write_cursor(NoticeCursor { at: last.changed_at, id: last.id });
        format!("{BASE}?older={cursor}")
    });
    let lines = rows
        .iter()
        .map(|kept| {
            let counts = counts.get(&kept.id).copied().unwrap_or_default();
            let silent = counts.to.saturating_sub(reached(counts, kept.notice.expects));
            let (words, mood) = state_words(kept, silent, now);
            Line {
                href: match kept.state {
                    NoticeState::Draft => format!("{BASE}/{}/preview", kept.id),
                    _ => format!("{BASE}/{}", kept.id),
                },
                view: NoticeView::of(t, &app.catalogue.region, &kept.notice),
                state: t.k(words),
                mood,
                draft: kept.state == NoticeState::Draft,
                correcting: kept.correction.is_some(),
                poll: kept.poll,
                silent,
                bars: bars(t, counts, kept.notice.expects),
            }
        })
        .collect();
    let reports = app.store.reports(REPORTS).await?;
    html(&ListPage {
        t,
        page: visit.page(t.m("region-notices-title")),
        tabs: nav::region_tabs(&visit),
        may: visit.may(Action::WatchRegion),
        first: cursor.is_none(),
        reports: reports.iter().filter(|one| one.state == ReportState::New).count(),
        lines,
        next,
    })
}
