//! A facility's settings: profile and the questionnaires that apply.

use super::profile_form::{self, KindOption, PrefectureOption, QuestionnaireOption};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_store::{FacilityRow, StoreError};

#[derive(Template)]
#[template(path = "facilities/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    form: Form,
    version: i64,
    kinds: Vec<KindOption>,
    prefectures: Vec<PrefectureOption>,
    questionnaires: Vec<QuestionnaireOption>,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let row = app.store.facility(visit.place()?.id).await?;
    let mut form = profile_form::fill(&row.profile);
    for id in &row.questionnaires {
        form.tick("questionnaire", id.as_str());
    }
    page(&app, &visit, &row, form)
}

fn page(app: &AppState, visit: &Visit, row: &FacilityRow, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EditPage {
        t,
        page: visit.page(t.m("facility-edit-title")),
        version: row.version,
        kinds: profile_form::kinds(t, &form),
        prefectures: profile_form::prefectures(t, &form),
        questionnaires: profile_form::questionnaires(&app.catalogue, t, &form),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let row = app.store.facility(visit.place()?.id).await?;
    let profile = profile_form::read(&mut form);
    let chosen = profile_form::read_questionnaires(&app.catalogue, &mut form);
    let (Some(profile), Some(chosen)) = (profile, chosen) else { return page(&app, &visit, &row, form) };
    let seen: i64 = form.value("version").parse().unwrap_or_default();
    match app.store.update_facility(&visit.act(app.now()), row.id, &profile, &chosen, seen).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{}/settings", row.id), Key("notice-saved"))),
        // What was typed stays; saving once more then overwrites knowingly.
        Err(StoreError::Conflict(_)) => {
            form.fault("name", Key("facility-changed-meanwhile"));
            page(&app, &visit, &row, form)
        }
        Err(error) => Err(error.into()),
    }
}
