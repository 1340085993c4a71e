//! Passkeys: added by `static/passkey.js`, removed by a form.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use crate::sign_in::passkeys::{self, Begun, Registered};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::id::PasskeyId;
use serde_json::{Value, json};

pub(crate) async fn start(State(app): State<AppState>, visit: Visit) -> Result<Json<Begun>, Problem> {
    Ok(Json(passkeys::begin_registration(&app, visit.person()?).await?))
}

pub(crate) async fn finish(
    State(app): State<AppState>,
    visit: Visit,
    Json(registered): Json<Registered>,
) -> Result<Json<Value>, Problem> {
    passkeys::finish_registration(&app, &visit, visit.person()?, &registered).await?;
    Ok(Json(json!({ "done": true })))
}

pub(crate) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<PasskeyId>,
) -> Result<Response, Problem> {
    app.store.remove_passkey(&visit.act(app.now()), visit.person()?.id, id).await?;
    Ok(visit.done(&app, "/account", Key("notice-passkey-removed")))
}
