//! The name shown to others.

use super::show::page;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::State;
use axum::response::Response;

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let display_name = form.line("display_name", 60);
    if !form.is_right() {
        return page(&app, &visit, form, None).await;
    }
    app.store.set_display_name(&visit.act(app.now()), visit.person()?.id, &display_name).await?;
    Ok(visit.done(&app, "/account", Key("notice-saved")))
}
