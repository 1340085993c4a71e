//! A new password; the old one is asked for, and all other sessions end.

use super::show::page;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use crate::sign_in::one_time_link::new_password;
use crate::sign_in::throttle::Attempt;
use crate::sign_in::{begin_session, with_session};
use axum::extract::State;
use axum::response::Response;

pub(crate) async fn submit(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let person = visit.person()?;
    check_current(&app, &visit, &mut form, "current").await?;
    let new = new_password(&mut form, &person.username);
    let Some(password) = new else { return page(&app, &visit, form, None).await };
    let hash = app.passwords.hash(&password).await?;
    app.store.set_password(&visit.act(app.now()), person.id, &hash).await?;
    let session = begin_session(&app, &visit, person.id, true).await?;
    Ok(with_session(&app, visit.done(&app, "/account", Key("notice-password-changed")), &session))
}

/// Asks for the password once more before something that would let a passer-by take the account over.
pub(super) async fn check_current(
    app: &AppState,
    visit: &Visit,
    form: &mut Form,
    field: &'static str,
) -> Result<(), Problem> {
    let person = visit.person()?;
    let typed = form.value(field).to_owned();
    form.forget(field);
    let attempt = Attempt::on(&format!("password:{}", person.username.to_lowercase()), visit);
    if attempt.minutes_to_wait(app).await?.is_some() {
        form.fault(field, Key("second-factor-wait"));
    } else if !app.passwords.verify(&typed, person.password_hash.as_deref()).await? {
        attempt.failed(app).await?;
        form.fault(field, Key("password-current-wrong"));
    } else {
        attempt.succeeded(app).await?;
    }
    Ok(())
}
