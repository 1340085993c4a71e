//! A built-in lesson, with the questions and their answers for whoever prepares a course.

use super::base;
use crate::AppState;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::training::{Audience, Lesson};

#[derive(Template)]
#[template(path = "training/lesson.html")]
struct LessonPage<'c> {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    lesson: &'c Lesson,
    who: String,
}

/// For whom a lesson is, in words.
pub(super) fn for_whom(t: Words, lesson: &Lesson) -> String {
    let audience = Audience { roles: lesson.roles.clone(), newcomers: lesson.newcomers, ..Audience::default() };
    super::audience_words(t, &audience)
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let lesson = app.catalogue.lessons.iter().find(|lesson| lesson.id == id).ok_or(Problem::NotFound)?;
    html(&LessonPage {
        t,
        page: visit.page(t.text(&lesson.title)).under(base(facility), t.m("training-title")),
        tabs: nav::tabs(&visit, nav::TRAINING),
        base: base(facility),
        may_edit: visit.may(Action::EditTraining),
        lesson,
        who: for_whom(t, lesson),
    })
}
