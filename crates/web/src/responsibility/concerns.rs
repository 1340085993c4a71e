//! Who must say something about a system or connection point.

use super::{home, matrix_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, object)): Path<(String, String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    let mut kept = matrix_of(&app, &visit, &id).await?;
    let facility = visit.place()?.id;
    let chosen: Vec<String> =
        kept.body.parties.iter().map(|p| p.id.clone()).filter(|party| form.has("party", party)).collect();
    let of_all = chosen.len() == kept.body.parties.len();
    let found = kept.body.objects.iter_mut().find(|known| known.id == object).ok_or(Problem::NotFound)?;
    if chosen.is_empty() {
        return Err(Problem::unprocessable(Key("resp-concerns-nobody")));
    }
    found.parties = if of_all { Vec::new() } else { chosen };
    app.store.change_record(&visit.act(app.now()), facility, kept.id, kept.version, &kept.body).await?;
    Ok(visit.done(&app, &format!("{}/{}?object={object}#{object}", home(facility), kept.id), Key("notice-saved")))
}
