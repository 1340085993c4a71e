//! Notes from shift to shift: what is open, what was promised, taken over by whom.

use crate::AppState;
use crate::house::{self, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_centre::look;
use hakutaku_model::access::Action;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::region::centre::ShiftNote;
use hakutaku_model::region::watch::handover::{HandOver, Open, OpenKind, hand_over};
use hakutaku_store::Shelf;

/// Notes shown.
const MOST: usize = 20;
/// Lines of one note: beyond, the list of cases is the better place to read.
const LINES: usize = 300;

struct Line {
    words: String,
    href: Option<String>,
}

struct Written {
    id: String,
    who: String,
    when: String,
    lines: Vec<Line>,
    words: String,
    /// Who took it over, and when.
    taken: Option<(String, String)>,
    own: bool,
}

#[derive(Template)]
#[template(path = "region/shift.html")]
struct ShiftPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    form: Form,
    may: bool,
    draft: Vec<Line>,
    written: Vec<Written>,
    fault: Option<String>,
}

fn line(t: Words, one: &hakutaku_model::region::watch::handover::Line) -> Line {
    let open = one.open();
    let href = match open.kind {
        OpenKind::Case => Some(format!("/region/cases/{}", open.id)),
        OpenKind::Sensor | OpenKind::Call => open.facility.map(|id| format!("/region/members/{id}")),
        OpenKind::Notice => None,
    };
    Line { words: one.words(t.lang), href }
}

/// Notes, newest first.
async fn notes(app: &AppState) -> Result<Vec<Kept<ShiftNote>>, Problem> {
    let mut all: Vec<Kept<ShiftNote>> = app.store.records(Shelf::Installation).await?;
    all.sort_by_key(|row| std::cmp::Reverse(row.body.note.at));
    Ok(all)
}

/// The note as it would be written now, and what is open now.
async fn draft(app: &AppState, before: &[Open], by: &str) -> Result<(HandOver, Vec<Open>), Problem> {
    let now = app.now();
    let names = look::names(&app.store).await?;
    let open = look::open_things(&app.store, &app.catalogue, &names, now).await?;
    let mut note = hand_over(before, &open, by, now);
    note.lines.truncate(LINES);
    Ok((note, open))
}

async fn page(app: &AppState, visit: &Visit, form: Form, fault: Option<String>) -> Result<Response, Problem> {
    let t = visit.t();
    let me = visit.person()?.display_name.clone();
    let all = notes(app).await?;
    let before = all.first().map(|row| row.body.open.clone()).unwrap_or_default();
    let (now, _) = draft(app, &before, &me).await?;
    let written = all
        .into_iter()
        .take(MOST)
        .map(|row| {
            let note = row.body.note;
            Written {
                id: row.id.to_string(),
                own: note.by == me,
                who: note.by,
                when: note.at.minute_in_japan(t.lang),
                lines: note.lines.iter().map(|one| line(t, one)).collect(),
                words: note.words,
                taken: note.taken.map(|taken| (taken.by, taken.at.minute_in_japan(t.lang))),
            }
        })
        .collect();
    let right = form.is_right() && fault.is_none();
    let status = if right { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ShiftPage {
        t,
        page: visit.page(t.m("region-shift-title")),
        tabs: nav::region_tabs(visit),
        may: visit.may(Action::WatchRegion),
        draft: now.lines.iter().map(|one| line(t, one)).collect(),
        written,
        form,
        fault,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), None).await
}

/// Writes the note: what is open now beside what was open when the last note was written.
pub(super) async fn write(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let words = house::words(&mut form, "words", NOTE);
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    let me = visit.person()?.display_name.clone();
    let before = notes(&app).await?.into_iter().next().map(|row| row.body.open).unwrap_or_default();
    let (note, open) = draft(&app, &before, &me).await?;
    let body = ShiftNote { note: HandOver { words, ..note }, open };
    app.store.add_record(&visit.act(app.now()), Shelf::Installation, &body).await?;
    Ok(visit.done(&app, "/region/shift", Key("notice-saved")))
}

/// The next one takes it over.
pub(super) async fn take(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<RecordId>,
) -> Result<Response, Problem> {
    let row = notes(&app).await?.into_iter().find(|row| row.id == id).ok_or(Problem::NotFound)?;
    let now = app.now();
    let mut body = row.body;
    if let Err(why) = body.note.take(&visit.person()?.display_name, now) {
        return page(&app, &visit, Form::default(), Some(visit.t().text(&why).to_owned())).await;
    }
    app.store.change_record(&visit.act(now), Shelf::Installation, id, row.version, &body).await?;
    Ok(visit.done(&app, "/region/shift", Key("notice-saved")))
}
