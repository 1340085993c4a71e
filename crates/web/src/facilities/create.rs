//! A new facility.

use super::profile_form::{self, KindOption, PrefectureOption};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

#[derive(Template)]
#[template(path = "facilities/create.html")]
struct CreatePage {
    t: Words,
    page: Page,
    form: Form,
    kinds: Vec<KindOption>,
    prefectures: Vec<PrefectureOption>,
}

pub(crate) async fn show(visit: Visit) -> Result<Response, Problem> {
    page(&visit, profile_form::blank())
}

fn page(visit: &Visit, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = CreatePage {
        t,
        page: visit.page(t.m("facility-new-title")).under("/facilities", t.m("facilities-title")),
        kinds: profile_form::kinds(t, &form),
        prefectures: profile_form::prefectures(t, &form),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let Some(profile) = profile_form::read(&mut form) else { return page(&visit, form) };
    let suggested = profile_form::suggested(&app.catalogue, profile.kind);
    let row = app.store.create_facility(&visit.act(app.now()), &profile, &suggested).await?;
    // On to the questionnaires: the suggestion is to be looked at once.
    Ok(visit.done(&app, &format!("/facilities/{}/settings", row.id), Key("notice-facility-created")))
}
