//! "Done": answers, agreement, and who it was.

use super::{Behind, show};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::record::RecordId;
use hakutaku_model::training::{Attendance, Way, asked, find, same_name, score};
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

/// How often saving is tried again when two devices of one person save at once.
const TRIES: usize = 3;

/// Who it is: by name, or by a number that belongs to that name; `Ok(None)`: in no list.
fn who(behind: &Behind, form: &mut Form) -> Option<RecordId> {
    if let Some(known) = behind.done().and_then(|row| row.body.staff) {
        return Some(known);
    }
    if let Some(row) = behind.by_name() {
        return Some(row.id);
    }
    let number = form.value("number").trim().to_owned();
    if number.is_empty() || form.has("unlisted", "yes") {
        // Whoever said so the first time is not asked again at a second try.
        let said = form.has("unlisted", "yes") || behind.done().is_some();
        if !behind.staff.is_empty() && !said {
            form.fault("number", Key("training-seat-number-needed"));
        }
        return None;
    }
    let found = find(behind.staff.iter().map(|row| (row.id, &row.body)), &number, "", "");
    let named =
        |id: &RecordId| behind.staff.iter().any(|row| row.id == *id && same_name(&row.body.name, &behind.seat.name));
    // A number alone is easily mistyped into a colleague's.
    let found = found.filter(named);
    if found.is_none() {
        form.fault("number", Key("training-seat-number-wrong"));
    }
    found
}

pub(super) async fn save(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let behind = Behind::of(&app, &visit).await?;
    let course = &behind.course.body;
    let staff = who(&behind, &mut form);
    let questions = asked(course, &app.catalogue.lessons);
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    for (at, (name, question)) in questions.iter().enumerate() {
        let chosen = form.value(&format!("answer-{at}")).parse::<usize>().ok();
        if let Some(chosen) = chosen.filter(|chosen| *chosen < question.choices.len()) {
            answers.insert(name.clone(), chosen);
        }
    }
    if answers.len() < questions.len() {
        form.fault("quiz", Key("training-seat-open"));
    }
    let agrees = !course.agreement.trim().is_empty();
    if agrees && !form.has("agree", "yes") {
        form.fault("agree", Key("training-seat-agree-needed"));
    }
    if !form.is_right() {
        return show::page(&app, &visit, &behind, form, true).await;
    }
    let now = app.now();
    let today = now.date_in_japan();
    let row = Attendance {
        course: behind.course.id,
        session: Some(behind.session.id),
        staff,
        seat: Some(behind.seat.id),
        name: behind.seat.name.clone(),
        department: behind.department().to_owned(),
        on: today,
        way: Way::Code,
        quiz: (!questions.is_empty()).then(|| score(&questions, &answers)),
        answers,
        agreed_on: agrees.then_some(today),
    };
    keep(&app, &visit, &behind, row).await?;
    Ok(Redirect::to("/seat/course").into_response())
}

/// Keeps the row, joined with what is known of this person and course already.
async fn keep(app: &AppState, visit: &Visit, behind: &Behind, row: Attendance) -> Result<(), Problem> {
    let act = visit.act(app.now());
    for _ in 0..TRIES {
        let rows = app.store.records::<Attendance>(behind.facility).await?;
        let own = |other: &&hakutaku_model::record::Kept<Attendance>| {
            other.body.course == row.course
                && (other.body.seat == row.seat || (row.staff.is_some() && other.body.staff == row.staff))
        };
        let saved = match rows.iter().find(own) {
            Some(known) => {
                let joined = known.body.clone().joined(row.clone());
                app.store.change_record(&act, behind.facility, known.id, known.version, &joined).await
            }
            None => app.store.add_record(&act, behind.facility, &row).await,
        };
        match saved {
            Ok(_) => return Ok(()),
            Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_) | StoreError::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::of_status(axum::http::StatusCode::CONFLICT))
}
