//! Step 4: which questionnaires apply. Ends the set-up.

use super::{DONE, STATE, SetUp, Step, TOKEN_HASH, steps};
use crate::AppState;
use crate::facilities::profile_form::{self, QuestionnaireOption};
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::with_cookie;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::cookie::SameSite;

#[derive(Template)]
#[template(path = "setup/questionnaires.html")]
struct QuestionnairesPage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
    form: Form,
    questionnaires: Vec<QuestionnaireOption>,
}

pub(super) async fn show(State(app): State<AppState>, setup: SetUp) -> Result<Response, Problem> {
    let Some(facility) = setup.progress.facility else {
        return Ok(Redirect::to(setup.next(&app).await?).into_response());
    };
    let chosen = app.store.facility(facility).await?.questionnaires;
    page(&app, &setup, Form::of(chosen.into_iter().map(|id| ("questionnaire", id.0))))
}

fn page(app: &AppState, setup: &SetUp, form: Form) -> Result<Response, Problem> {
    let t = setup.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = QuestionnairesPage {
        t,
        page: setup.page(&t.m("setup-questionnaires-title")),
        steps: steps(t, 4),
        questionnaires: profile_form::questionnaires(&app.catalogue, t, &form),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn submit(State(app): State<AppState>, setup: SetUp, mut form: Form) -> Result<Response, Problem> {
    let Some(facility) = setup.progress.facility else {
        return Ok(Redirect::to(setup.next(&app).await?).into_response());
    };
    let Some(chosen) = profile_form::read_questionnaires(&app.catalogue, &mut form) else {
        return page(&app, &setup, form);
    };
    let act = setup.act(&app);
    let row = app.store.facility(facility).await?;
    app.store.update_facility(&act, facility, &row.profile, &chosen, row.version).await?;
    // The order matters: once done is said, the link is void whatever happens next.
    app.store.set_setting(&act, DONE, &true.into()).await?;
    app.store.clear_setting(&act, TOKEN_HASH).await?;
    app.store.clear_setting(&act, STATE).await?;
    let response = Redirect::to("/setup/done").into_response();
    Ok(with_cookie(response, app.cookie(super::COOKIE, "", SameSite::Strict, Some(0))))
}
