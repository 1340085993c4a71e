//! The page of the course, before and after.

use super::Behind;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use crate::training::send_material;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::DocumentId;
use hakutaku_model::training::{Lesson, Link, QuizResult, asked};
use serde::Deserialize;

/// Once more?
#[derive(Debug, Deserialize)]
pub(super) struct Again {
    again: Option<String>,
}

pub(super) struct Question {
    /// The field's name.
    field: String,
    text: String,
    choices: Vec<(usize, String, bool)>,
    /// After answering: whether it was right, and why.
    verdict: Option<(bool, String, String)>,
}

#[derive(Template)]
#[template(path = "training_seat/course.html")]
struct CoursePage<'c> {
    t: Words,
    page: Page,
    form: Form,
    course: String,
    name: String,
    department: String,
    /// Whether the name is in the list of staff; else a number is asked for.
    known: bool,
    lessons: Vec<&'c Lesson>,
    files: Vec<(String, String)>,
    links: Vec<Link>,
    questions: Vec<Question>,
    agreement: String,
    pass_percent: u8,
    quiz_needed: bool,
    done: Option<Done>,
}

struct Done {
    quiz: Option<QuizResult>,
    passed: bool,
    complete: bool,
    listed: bool,
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(again): Query<Again>,
) -> Result<Response, Problem> {
    let behind = Behind::of(&app, &visit).await?;
    page(&app, &visit, &behind, Form::default(), again.again.is_some()).await
}

pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    behind: &Behind,
    form: Form,
    again: bool,
) -> Result<Response, Problem> {
    let t = visit.t();
    let course = &behind.course.body;
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let row = behind.done();
    let shown_done = row.filter(|_| !again && form.is_right());
    let questions = asked(course, &app.catalogue.lessons)
        .into_iter()
        .enumerate()
        .map(|(at, (name, question))| {
            let field = format!("answer-{at}");
            let chosen = form.value(&field).parse::<usize>().ok();
            let given = shown_done.and_then(|row| row.body.answers.get(&name)).copied();
            let right = question.right().and_then(|right| question.choices.get(right));
            Question {
                text: t.text(&question.question).to_owned(),
                choices: question
                    .choices
                    .iter()
                    .enumerate()
                    .map(|(at, choice)| (at, t.text(&choice.text).to_owned(), chosen == Some(at)))
                    .collect(),
                verdict: given.map(|given| {
                    let answer = right.map(|choice| t.text(&choice.text).to_owned()).unwrap_or_default();
                    (Some(given) == question.right(), answer, t.text(&question.why).to_owned())
                }),
                field,
            }
        })
        .collect();
    let mut files = Vec::new();
    for id in &course.documents {
        if let Ok(row) = app.store.document(behind.facility, *id).await {
            files.push((id.to_string(), row.name));
        }
    }
    // Whoever came by the code reaches nothing else of the house from here.
    let frame = Page { outside: true, place: None, places: Vec::new(), ..visit.page(course.title.clone()) };
    let page = CoursePage {
        t,
        page: frame,
        course: course.title.clone(),
        name: behind.seat.name.clone(),
        department: behind.department().to_owned(),
        known: behind.staff.is_empty() || behind.by_name().is_some() || row.is_some_and(|row| row.body.staff.is_some()),
        lessons: app.catalogue.lessons.iter().filter(|lesson| course.lessons.contains(&lesson.id)).collect(),
        files,
        links: course.links.clone(),
        questions,
        agreement: course.agreement.clone(),
        pass_percent: course.pass_percent,
        quiz_needed: course.quiz_needed,
        done: shown_done.map(|row| Done {
            quiz: row.body.quiz,
            passed: row.body.quiz.is_none_or(|quiz| quiz.passes(course.pass_percent)),
            complete: row.body.missing(course).is_empty(),
            listed: row.body.staff.is_some(),
        }),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

/// A file of the course, and no other.
pub(super) async fn document(
    State(app): State<AppState>,
    visit: Visit,
    Path(document): Path<DocumentId>,
) -> Result<Response, Problem> {
    let behind = Behind::of(&app, &visit).await?;
    if !behind.course.body.documents.contains(&document) {
        return Err(Problem::NotFound);
    }
    send_material(&app, &visit.act(app.now()), behind.facility, document).await
}
