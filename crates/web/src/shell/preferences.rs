//! Language and colours, on every page and without an account.

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::{Preference, Theme, Visit, is_local_path, preference_cookie, with_cookie};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::text::Lang;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.post("/language", Action::Public, Scope::Public, language).post(
        "/theme",
        Action::Public,
        Scope::Public,
        theme,
    )
}

async fn language(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let lang = Lang::from_tag(form.value("lang")).unwrap_or_default();
    if let Some(person) = &visit.person {
        app.store.set_lang(&visit.act(app.now()), person.id, lang).await?;
    }
    Ok(back(&app, &form, Preference::Language(lang)))
}

async fn theme(State(app): State<AppState>, form: Form) -> Response {
    back(&app, &form, Preference::Theme(Theme::from_key(form.value("theme"))))
}

fn back(app: &AppState, form: &Form, preference: Preference) -> Response {
    let path = form.value("back");
    let to = if is_local_path(path) { path } else { "/" };
    with_cookie(Redirect::to(to).into_response(), preference_cookie(app, preference))
}
