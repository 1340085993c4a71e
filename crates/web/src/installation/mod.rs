//! Settings of the whole installation: how long touches are kept.

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::touch::keep::{Keep, first_kept};

const PATH: &str = "/settings";

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Action::ManageInstallation, Scope::Installation, show).post(
        PATH,
        Action::ManageInstallation,
        Scope::Installation,
        submit,
    )
}

#[derive(Template)]
#[template(path = "installation/settings.html")]
struct SettingsPage {
    t: Words,
    page: Page,
    form: Form,
    /// The first month whose touches stay, `2024-11`.
    first: String,
}

async fn page(app: &AppState, visit: &Visit, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let first = first_kept(app.now(), app.store.keep_touches().await?).to_string();
    let page = SettingsPage { t, page: visit.page(t.m("installation-title")), form, first };
    Ok((status, html(&page)?).into_response())
}

async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let keep = app.store.keep_touches().await?;
    page(&app, &visit, Form::of([("months", keep.months().to_string())])).await
}

async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let months = form.number("months", u32::from(Keep::LEAST), u32::from(Keep::MOST));
    let keep = u16::try_from(months).ok().and_then(|months| Keep::try_from(months).ok());
    match keep.filter(|_| form.is_right()) {
        Some(keep) => {
            app.store.set_keep_touches(&visit.act(app.now()), keep).await?;
            Ok(visit.done(&app, PATH, Key("notice-saved")))
        }
        None => page(&app, &visit, form).await,
    }
}
