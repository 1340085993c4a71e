//! The courses of a year, and the lessons a course can be made of.

use super::{audience_words, base, through, year_of};
use crate::AppState;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::time::{FiscalYear, date_words};
use serde::Deserialize;

/// Which year.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    year: Option<String>,
}

struct Line {
    id: String,
    title: String,
    who: String,
    last_day: String,
    through: Option<String>,
    open: u32,
    /// Whether its day is past and somebody is missing.
    late: bool,
    held: usize,
}

struct LessonLine<'c> {
    id: &'c str,
    title: &'c str,
    summary: &'c str,
    who: String,
    minutes: u16,
}

#[derive(Template)]
#[template(path = "training/list.html")]
struct ListPage<'c> {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    year: String,
    years: Vec<(i16, String, bool)>,
    staff: usize,
    expected: u32,
    complete: u32,
    lines: Vec<Line>,
    lessons: Vec<LessonLine<'c>>,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let today = app.now().date_in_japan();
    let this = FiscalYear::of(today);
    let year = year_of(asked.year.as_deref(), this);
    let rows = app.store.training_rows(facility).await?;
    let roll = rows.roll();
    let mut courses: Vec<_> = roll.courses_of(year).collect();
    courses.sort_by_key(|course| (course.body.last_day(), course.id));
    let lines = courses
        .into_iter()
        .map(|course| {
            let count = roll.count(course, today);
            Line {
                id: course.id.to_string(),
                title: course.body.title.clone(),
                who: audience_words(t, &course.body.audience),
                last_day: date_words(course.body.last_day(), t.lang),
                through: through(t, count),
                open: count.open(),
                late: count.open() > 0 && course.body.last_day() < today,
                held: roll.sessions_of(course.id).iter().filter(|session| session.body.held_on <= today).count(),
            }
        })
        .collect();
    let mut years: Vec<i16> = rows.courses.iter().map(|course| course.body.year.0).chain([this.0, year.0]).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    let count = roll.year_count(year, today);
    html(&ListPage {
        t,
        page: visit.page(t.m("training-title")),
        tabs: nav::tabs(&visit, nav::TRAINING),
        base: base(facility),
        may_edit: visit.may(Action::EditTraining),
        year: year.label(t.lang),
        years: years.into_iter().map(|y| (y, FiscalYear(y).label(t.lang), y == year.0)).collect(),
        staff: rows.staff.iter().filter(|member| member.body.works_on(today)).count(),
        expected: count.expected,
        complete: count.complete,
        lines,
        lessons: app
            .catalogue
            .lessons
            .iter()
            .map(|lesson| LessonLine {
                id: &lesson.id,
                title: t.text(&lesson.title),
                summary: t.text(&lesson.summary),
                who: super::lesson::for_whom(t, lesson),
                minutes: lesson.minutes,
            })
            .collect(),
    })
}
