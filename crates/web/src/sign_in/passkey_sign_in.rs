//! Signing in by passkey: two small JSON answers for `static/passkey.js`.

use super::passkeys::{self, Asserted, Begun};
use super::{complete_session, with_session};
use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

pub(crate) async fn start(State(app): State<AppState>, visit: Visit) -> Result<Json<Begun>, Problem> {
    let pending = visit.session.as_ref().filter(|session| !session.second_factor_done).map(|session| session.person);
    Ok(Json(passkeys::begin_sign_in(&app, pending).await?))
}

pub(crate) async fn finish(
    State(app): State<AppState>,
    visit: Visit,
    Json(asserted): Json<Asserted>,
) -> Result<Response, Problem> {
    let person = passkeys::finish_sign_in(&app, &visit, &asserted).await?;
    let session = complete_session(&app, &visit, person.id).await?;
    Ok(with_session(&app, Json(serde_json::json!({ "done": true })).into_response(), &session))
}
