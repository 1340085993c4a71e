//! The filled copy of a file. Every export is entered in the facility's log.

use super::form_of;
use super::map::page;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::official::{Filled, FormRefused, fill};
use hakutaku_model::checklist::ItemAnswer;
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::official::OfficialForm;
use hakutaku_model::official::answers::{FormAnswer, FormAnswers};
use hakutaku_model::record::{Kept, RecordId};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Whose answers.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Whose {
    /// On a vendor form: the vendor.
    vendor: Option<RecordId>,
}

/// Fills a copy of a facility's file with its answers.
pub(crate) async fn fill_copy(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    form: &OfficialForm,
    vendor: Option<RecordId>,
) -> Result<Result<Filled, FormRefused>, Problem> {
    let now = app.now();
    let template = app.store.read_document(&visit.act(now), facility, form.document).await?;
    let rows = app.store.records::<ItemAnswer>(facility).await?;
    let mine = rows.iter().map(|row| &row.body).filter(|answer| {
        let key = &answer.key;
        let on_form = || form.profile.rows.iter().any(|row| row.is_for(&key.item, &key.group));
        // An item that a later correction of the rows removed keeps its answer; it has no place on the form.
        key.edition == form.profile.edition && key.form == form.profile.form && key.vendor == vendor && on_form()
    });
    let answers = FormAnswers {
        facility: Some(visit.place()?.name.clone()),
        date: Some(now.date_in_japan()),
        answers: mine.map(FormAnswer::from).collect(),
    };
    let profile = form.profile.clone();
    press(move || fill(&template, &profile, &answers)).await
}

pub(super) async fn fetch(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    Query(whose): Query<Whose>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = form_of(&app, &visit, id).await?;
    if !row.body.confirmed {
        let why = visit.t().m("official-not-confirmed");
        return page(&app, &visit, row, vec![why], StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let filled = match fill_copy(&app, &visit, facility, &row.body, whose.vendor).await? {
        Ok(filled) => filled,
        Err(refused) => {
            let why = refused.sentences(visit.lang);
            return page(&app, &visit, row, why, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    deliver(&app, &visit, &row, filled).await
}

/// The same for programs: a refusal is a problem, not a page.
pub(crate) async fn for_program(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    whose: &Whose,
) -> Result<Response, Problem> {
    let row = form_of(app, visit, id).await?;
    let key = Key("official-not-confirmed");
    if !row.body.confirmed {
        return Err(Problem::unprocessable(key));
    }
    let filled = fill_copy(app, visit, visit.place()?.id, &row.body, whose.vendor).await?;
    let refused = |why: FormRefused| {
        let why = why.sentences(visit.lang).join(" ");
        Problem::Detailed(StatusCode::UNPROCESSABLE_ENTITY, Key("official-not-filled"), why)
    };
    deliver(app, visit, &row, filled.map_err(refused)?).await
}

async fn deliver(app: &AppState, visit: &Visit, row: &Kept<OfficialForm>, filled: Filled) -> Result<Response, Problem> {
    let (facility, id) = (visit.place()?.id, row.id);
    let stem = row.body.file.strip_suffix(".xlsx").unwrap_or(&row.body.file);
    let file = format!("{stem}_{}.xlsx", app.now().date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    let object = format!("official-form:{id}");
    app.store.record(&visit.act(app.now()), Chain::Facility(facility), "official-form.export", &object, detail).await?;
    let name = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let kind = HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], filled.bytes).into_response())
}
