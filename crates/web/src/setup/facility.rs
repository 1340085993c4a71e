//! Step 3: the facility.

use super::{Progress, SetUp, Step, steps};
use crate::AppState;
use crate::facilities::profile_form::{self, KindOption, PrefectureOption};
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

#[derive(Template)]
#[template(path = "setup/facility.html")]
struct FacilityPage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
    form: Form,
    kinds: Vec<KindOption>,
    prefectures: Vec<PrefectureOption>,
}

pub(super) async fn show(State(app): State<AppState>, setup: SetUp) -> Result<Response, Problem> {
    if setup.progress.person.is_none() || setup.next(&app).await? == "/setup/second-factor" {
        return Ok(Redirect::to(setup.next(&app).await?).into_response());
    }
    let form = match setup.progress.facility {
        Some(id) => profile_form::fill(&app.store.facility(id).await?.profile),
        None => profile_form::blank(),
    };
    page(&setup, form)
}

fn page(setup: &SetUp, form: Form) -> Result<Response, Problem> {
    let t = setup.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = FacilityPage {
        t,
        page: setup.page(&t.m("setup-facility-title")),
        steps: steps(t, 3),
        kinds: profile_form::kinds(t, &form),
        prefectures: profile_form::prefectures(t, &form),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn submit(State(app): State<AppState>, setup: SetUp, mut form: Form) -> Result<Response, Problem> {
    if setup.progress.person.is_none() || setup.next(&app).await? == "/setup/second-factor" {
        return Ok(Redirect::to(setup.next(&app).await?).into_response());
    }
    let Some(profile) = profile_form::read(&mut form) else { return page(&setup, form) };
    let act = setup.act(&app);
    let suggested = profile_form::suggested(&app.catalogue, profile.kind);
    match setup.progress.facility {
        Some(id) => {
            let old = app.store.facility(id).await?;
            let questionnaires = if old.profile.kind == profile.kind { old.questionnaires } else { suggested };
            app.store.update_facility(&act, id, &profile, &questionnaires, old.version).await?;
        }
        None => {
            let new = app.store.create_facility(&act, &profile, &suggested).await?;
            setup.keep(&app, &Progress { facility: Some(new.id), ..setup.progress.clone() }).await?;
        }
    }
    Ok(Redirect::to("/setup/questionnaires").into_response())
}
