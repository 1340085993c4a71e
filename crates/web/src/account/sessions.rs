//! Ends all other sessions: a lost laptop, a shared ward terminal.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use crate::sign_in::{begin_session, with_session};
use axum::extract::State;
use axum::response::Response;

pub(crate) async fn sign_out_elsewhere(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let person = visit.person()?;
    app.store.end_sessions_of(&visit.act(app.now()), person.id).await?;
    let session = begin_session(&app, &visit, person.id, true).await?;
    Ok(with_session(&app, visit.done(&app, "/account", Key("notice-signed-out-elsewhere")), &session))
}
