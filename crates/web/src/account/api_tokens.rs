//! Tokens for programs: shown once, withdrawn at any time.

use super::show::page;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::id::ApiTokenId;

const DAY: i64 = 24 * 60 * 60;

pub(crate) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let name = form.line("token_name", 60);
    let days = form.choice("token_days", |days| match days {
        "30" => Some(30),
        "365" => Some(365),
        _ => None,
    });
    let (Some(days), true) = (days, form.is_right()) else { return page(&app, &visit, form, None).await };
    let read_only = form.value("token_rights") != "all";
    let now = app.now();
    let until = now.plus_seconds(days * DAY);
    let issued = app.store.create_api_token(&visit.act(now), visit.person()?.id, &name, read_only, Some(until)).await?;
    page(&app, &visit, Form::default(), Some(issued.token)).await
}

pub(crate) async fn withdraw(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<ApiTokenId>,
) -> Result<Response, Problem> {
    app.store.revoke_api_token(&visit.act(app.now()), visit.person()?.id, id).await?;
    Ok(visit.done(&app, "/account", Key("notice-token-withdrawn")))
}
