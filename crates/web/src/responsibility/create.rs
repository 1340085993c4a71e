//! A new matrix.

use super::home;
use super::setup::{Known, page, read};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;

pub(super) async fn form(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let known = Known::of(&app, visit.place()?.id).await?;
    page(&visit, &known, Form::default(), None)
}

pub(super) async fn create(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let known = Known::of(&app, facility).await?;
    let mut matrix = read(&visit, &known, &mut form, None)?;
    if !form.is_right() {
        return page(&visit, &known, form, None);
    }
    matrix.add_missing_rows(&app.catalogue.responsibility);
    let kept = app.store.add_record(&visit.act(app.now()), facility, &matrix).await?;
    Ok(visit.done(&app, &format!("{}/{}", home(facility), kept.id), Key("notice-saved")))
}
