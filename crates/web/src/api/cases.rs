//! Published cases held against the facts of a facility.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::{AtFacility, FileBytes, NotThere, Refused};
use crate::AppState;
use crate::cases::Gathered;
use crate::results::press;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, cases_pdf};
use hakutaku_model::cases::{Walk, first_steps, tally};
use hakutaku_model::journal::Chain;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many things to do first are named.
const FIRST: usize = 5;

/// Would it have happened here?
///
/// Each published case as a chain of steps with what became of it on the facts held today: `stopped`, `passed`, `unknown` or
/// `not_published`, with reasons and the day of each fact. Never a promise.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/cases", operation_id = "listCases", tag = "training",
    params(AtFacility),
    responses((status = 200, description = "Cases, the newest first, how many end how, and what would break the most chains earlier", body = Object),
        Refused, NotThere))]
pub(super) async fn list(State(app): State<AppState>, caller: Caller) -> Result<Json<Value>, Fault> {
    let gathered = Gathered::of(&app, caller.place()?.id).await?;
    let walked = gathered.walks(&app.catalogue);
    let cases: Vec<Value> = walked
        .iter()
        .map(|(walk, lines)| json!({ "walk": walk, "sentence": walk.sentence(), "lines": lines }))
        .collect();
    let walks: Vec<Walk<'_>> = walked.into_iter().map(|(walk, _)| walk).collect();
    Ok(Json(json!({ "tally": tally(&walks), "first": first_steps(&walks, FIRST), "cases": cases })))
}

/// The director's page
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/cases/director.pdf", operation_id = "fetchCasesPage", tag = "training",
    params(AtFacility),
    responses((status = 200, description = "One page", body = FileBytes, content_type = "application/pdf"), Refused, NotThere))]
pub(super) async fn paper(State(app): State<AppState>, caller: Caller) -> Result<Response, Fault> {
    let place = caller.place()?.clone();
    let (now, lang) = (app.now(), caller.lang);
    let gathered = Gathered::of(&app, place.id).await?;
    let catalogue = Arc::clone(&app.catalogue);
    let head = Header { facility: Some(place.name), fiscal_year: None, made: now };
    let made = press(move || {
        let walks: Vec<Walk<'_>> = gathered.walks(&catalogue).into_iter().map(|(walk, _)| walk).collect();
        cases_pdf(&walks, lang, &head)
    });
    let pdf = made.await?.map_err(Problem::internal)?;
    let detail = BTreeMap::from([("file".to_owned(), "director.pdf".to_owned())]);
    app.store.record(&caller.act(now), Chain::Facility(place.id), "cases.export", "cases", detail).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf.bytes).into_response())
}
