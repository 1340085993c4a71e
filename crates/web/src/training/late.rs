//! Who is not through, by department: to look at, and to print and hang up in the office.

use super::{base, through, year_of};
use crate::AppState;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::time::{FiscalYear, date_words};
use jiff::civil::Date;
use serde::Deserialize;

/// Which year, and whether only those whose day is past.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    year: Option<String>,
    only: Option<String>,
}

impl Asked {
    /// The year, and whether only what is past its day.
    pub(super) fn read(&self, today: Date) -> (FiscalYear, bool) {
        (year_of(self.year.as_deref(), FiscalYear::of(today)), self.only.as_deref() == Some("late"))
    }
}

struct Department {
    name: String,
    through: String,
    all: bool,
    people: Vec<Person>,
}

struct Person {
    number: String,
    name: String,
    courses: Vec<Open>,
}

struct Open {
    id: String,
    title: String,
    last_day: String,
    late: bool,
    missing: String,
}

#[derive(Template)]
#[template(path = "training/late.html")]
struct LatePage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    year: String,
    year_number: i16,
    only: bool,
    departments: Vec<Department>,
    expected: u32,
    complete: u32,
    has_courses: bool,
    has_staff: bool,
    made: String,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let today = app.now().date_in_japan();
    let (year, only) = asked.read(today);
    let rows = app.store.training_rows(facility).await?;
    let roll = rows.roll();
    let departments = roll
        .open(year, today)
        .into_iter()
        .map(|list| Department {
            name: if list.department.is_empty() { t.m("training-no-department") } else { list.department },
            through: through(t, list.count).unwrap_or_default(),
            all: list.count.open() == 0,
            people: list
                .people
                .into_iter()
                .filter(|person| !only || person.is_late())
                .map(|person| Person {
                    number: person.number,
                    name: person.name,
                    courses: person
                        .courses
                        .into_iter()
                        .map(|open| Open {
                            id: open.course.to_string(),
                            title: open.title,
                            last_day: date_words(open.last_day, t.lang),
                            late: open.late,
                            missing: open
                                .missing
                                .iter()
                                .map(|part| t.text(&part.title()).to_owned())
                                .collect::<Vec<_>>()
                                .join(&t.m("list-separator")),
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect();
    let count = roll.year_count(year, today);
    html(&LatePage {
        t,
        page: visit.page(t.m("training-late-title")),
        tabs: nav::tabs(&visit, nav::TRAINING),
        base: base(facility),
        year: year.label(t.lang),
        year_number: year.0,
        only,
        departments,
        expected: count.expected,
        complete: count.complete,
        has_courses: roll.courses_of(year).next().is_some(),
        has_staff: !rows.staff.is_empty(),
        made: date_words(today, t.lang),
    })
}
