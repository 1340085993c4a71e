//! Notices to the facility: what is unread first, then the others, newest first.

use super::{base, progress_of, reached, view};
use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::notice::Stage;
use hakutaku_model::time::Ts;
use hakutaku_store::{MemberNotice, NoticeCursor};
use serde::Deserialize;

/// Notices on one page.
pub(crate) const PIECE: u32 = 50;
/// Unread notices laid out; nobody has more.
const UNREAD: u32 = 100;

struct Line {
    href: String,
    title: String,
    number: String,
    kind: String,
    tlp: &'static str,
    when: String,
    deadline: String,
    overdue: bool,
    /// It replaces one that was read.
    anew: bool,
    corrected: bool,
    withdrawn: bool,
    poll: bool,
    stage: String,
    /// As far as the centre hopes.
    enough: bool,
}

#[derive(Template)]
#[template(path = "notices/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    base: String,
    may: bool,
    first: bool,
    unread: Vec<Line>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Reads a place in a list.
pub(crate) fn read_cursor(text: &str) -> Option<NoticeCursor> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let (at, id) = text.split_once(' ')?;
    Some(NoticeCursor { at: Ts::from_micros(at.parse().ok()?), id: id.parse().ok()? })
}

/// Writes [`read_cursor`].
pub(crate) fn write_cursor(at: NoticeCursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", at.at.micros(), at.id))
}

/// Which piece.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    older: String,
}

fn line(t: Words, facility: FacilityId, one: &MemberNotice, now: Ts) -> Line {
    let progress = progress_of(facility, one);
    let notice = &one.notice;
    let enough = progress.is_enough(notice);
    Line {
        href: format!("{}/{}", base(facility), one.id),
        title: notice.title.clone(),
        number: notice.number.clone(),
        kind: t.text(&notice.kind.title()).to_owned(),
        tlp: notice.tlp.label(),
        when: one.sent_at.minute_in_japan(t.lang),
        deadline: notice.deadline.minute_in_japan(t.lang),
        overdue: !enough && notice.deadline < now,
        anew: progress.must_acknowledge_anew(),
        corrected: notice.edition > 1 && !one.withdrawn,
        withdrawn: one.withdrawn,
        poll: one.poll && !one.withdrawn,
        stage: match progress.stage() {
            None | Some(Stage::Delivered) => t.m("notices-unread"),
            Some(stage) if enough => t.text(&stage.title()).to_owned(),
            Some(_) => t.k(view::expects(notice.expects)),
        },
        enough,
    }
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let cursor = match asked.older.as_str() {
        "" => None,
        text => Some(read_cursor(text).ok_or(Problem::NotFound)?),
    };
    let first = cursor.is_none();
    let unread = if first { app.store.notices_to_read(facility, UNREAD).await? } else { Vec::new() };
    let rows = app.store.notices_to(facility, cursor, PIECE).await?;
    let next = rows.last().filter(|_| rows.len() >= PIECE as usize).map(|last| {
        let cursor = write_cursor(NoticeCursor { at: last.sent_at, id: last.id });
        format!("{}?older={cursor}", base(facility))
    });
    // What is listed here is in the house.
    reached(&app, &visit, facility, &rows, Stage::Delivered).await?;
    reached(&app, &visit, facility, &unread, Stage::Delivered).await?;
    let lines = rows
        .iter()
        .filter(|row| !unread.iter().any(|one| one.id == row.id))
        .map(|row| line(t, facility, row, now))
        .collect();
    html(&ListPage {
        t,
        page: visit.page(t.m("notices-title")),
        base: base(facility),
        may: visit.may(Action::AnswerNotices),
        first,
        unread: unread.iter().map(|row| line(t, facility, row, now)).collect(),
        lines,
        next,
    })
}
