//! Noting evidence for a condition: what it is, where it lies, of which day, who answers for it.

use super::show::page;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::day;
use hakutaku_model::id::FacilityId;
use hakutaku_model::readiness::{Check, ReadinessNote};
use hakutaku_store::StoreError;

/// The revision a condition stands in; only conditions that exist and can be known take notes.
fn year_of(app: &AppState, condition: &str) -> Result<String, Problem> {
    app.catalogue
        .revisions
        .iter()
        .find(|revision| {
            let mut conditions = revision.add_ons.iter().flat_map(|add_on| &add_on.conditions);
            conditions.any(|rule| rule.id == condition && rule.check != Check::TextUnknown)
        })
        .map(|revision| revision.year.to_string())
        .ok_or(Problem::NotFound)
}

/// Reads a note; what is wrong is said in the form.
pub(crate) fn read(condition: &str, form: &mut Form) -> Option<ReadinessNote> {
    let evidence = form.line("evidence", 200);
    let place = if form.value("place").trim().is_empty() { String::new() } else { form.line("place", 200) };
    let who = if form.value("who").trim().is_empty() { String::new() } else { form.line("who", 60) };
    let on = day::parse(form.value("on"));
    if on.is_none() {
        form.fault("on", Key("contacts-wrong-day"));
    }
    let note = ReadinessNote { condition: condition.to_owned(), evidence, place, on: on?, who };
    form.is_right().then_some(note)
}

/// Keeps a note. A note somebody changed meanwhile is not overwritten.
pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, condition)): Path<(FacilityId, String)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let year = year_of(&app, &condition)?;
    let Some(note) = read(&condition, &mut form) else {
        return page(&app, &visit, Some(&year), Some((condition, form))).await;
    };
    let act = visit.act(app.now());
    let kept = app.store.record_by_key::<ReadinessNote>(facility, &condition).await?;
    let expected: i64 = form.value("version").parse().unwrap_or_default();
    let outcome = match kept {
        Some(row) => app.store.change_record(&act, facility, row.id, expected, &note).await,
        None => app.store.add_record(&act, facility, &note).await,
    };
    match outcome {
        Ok(_) => {
            let back = format!("/facilities/{facility}/forms/reimbursement?revision={year}#{condition}");
            Ok(visit.done(&app, &back, Key("notice-saved")))
        }
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            form.fault("evidence", Key("readiness-conflict"));
            page(&app, &visit, Some(&year), Some((condition, form))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a note away; the log keeps what it said.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, condition)): Path<(FacilityId, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let year = year_of(&app, &condition)?;
    let row = app.store.record_by_key::<ReadinessNote>(facility, &condition).await?.ok_or(Problem::NotFound)?;
    let expected: i64 = form.value("version").parse().unwrap_or_default();
    app.store.retire_record::<ReadinessNote>(&visit.act(app.now()), facility, row.id, expected).await?;
    let back = format!("/facilities/{facility}/forms/reimbursement?revision={year}#{condition}");
    Ok(visit.done(&app, &back, Key("notice-saved")))
}
