//! Step 1: the language.

use super::{SetUp, Step, steps};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::{Preference, preference_cookie, with_cookie};
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use hakutaku_model::text::Lang;

#[derive(Template)]
#[template(path = "setup/language.html")]
struct LanguagePage {
    t: Words,
    page: Page,
    steps: Vec<Step>,
}

pub(super) async fn show(setup: SetUp) -> Result<Html<String>, Problem> {
    let t = setup.t();
    html(&LanguagePage { t, page: setup.page(&t.m("setup-language-title")), steps: steps(t, 1) })
}

pub(super) async fn submit(State(app): State<AppState>, setup: SetUp, form: Form) -> Result<Response, Problem> {
    let lang = Lang::from_tag(form.value("lang")).unwrap_or_default();
    if let Some(person) = setup.progress.person {
        app.store.set_lang(&setup.act(&app), person, lang).await?;
    }
    let to = Redirect::to(setup.next(&app).await?).into_response();
    Ok(with_cookie(to, preference_cookie(&app, Preference::Language(lang))))
}
