//! Working with another edition from now on. The edition worked with so far stays readable.

use super::gather::{choice, editions};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;
use hakutaku_model::clauses::GuidelineChoice;

/// Switches the facility to the edition the form names.
pub(super) async fn switch(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let id = form.value("edition");
    if !editions(&app).await?.iter().any(|edition| edition.guideline.id == id) {
        return Err(Problem::unprocessable(Key("clauses-no-edition")));
    }
    let act = visit.act(app.now());
    let chosen = GuidelineChoice { edition: id.to_owned(), on: app.now().date_in_japan() };
    match choice(&app, facility).await? {
        Some(row) => {
            let expected = form.value("version").parse().unwrap_or_default();
            app.store.change_record(&act, facility, row.id, expected, &chosen).await?;
        }
        None => {
            app.store.add_record(&act, facility, &chosen).await?;
        }
    }
    Ok(visit.done(&app, &format!("/facilities/{facility}/forms/guideline"), Key("notice-saved")))
}
