//! Signing: the facility's side by whoever may, the other side's as it came back on paper or was said.

use super::{home, matrix_of, note, show};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::day;
use hakutaku_model::responsibility::file::MAX_NAME;
use hakutaku_model::responsibility::{Side, Signature};

pub(super) async fn ours(
    state: State<AppState>,
    visit: Visit,
    path: Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    sign(state, visit, path, form, Side::Facility).await
}

pub(super) async fn theirs(
    state: State<AppState>,
    visit: Visit,
    path: Path<(String, String)>,
    form: Form,
) -> Result<Response, Problem> {
    sign(state, visit, path, form, Side::Vendor).await
}

async fn sign(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, String)>,
    mut form: Form,
    side: Side,
) -> Result<Response, Problem> {
    let mut kept = matrix_of(&app, &visit, &id).await?;
    let facility = visit.place()?.id;
    let party = form.value("party").to_owned();
    let is_side = kept.body.party(&party).is_some_and(|party| party.side == side);
    if !is_side {
        return Err(Problem::NotFound);
    }
    let (name, role) = (form.line("name", MAX_NAME), form.line("role", MAX_NAME));
    let today = app.now().date_in_japan();
    let on = day::parse(form.value("on")).filter(|on| *on <= today);
    if on.is_none() {
        form.fault("on", Key("resp-sign-day"));
    }
    let hash = kept.body.hash();
    // What is signed is what was read, not what somebody made of it meanwhile.
    if form.value("hash") != hash {
        form.fault("name", Key("resp-sign-changed"));
    }
    let (Some(on), true) = (on, form.is_right()) else { return show::page(&app, &visit, &kept, form) };
    kept.body.signatures.push(Signature { party: party.clone(), name, role, on, hash: hash.clone() });
    app.store.change_record(&visit.act(app.now()), facility, kept.id, kept.version, &kept.body).await?;
    note(&app, &visit, kept.id, "responsibility.sign", &[("party", &party), ("hash", &hash)]).await?;
    Ok(visit.done(&app, &format!("{}/{}", home(facility), kept.id), Key("notice-saved")))
}
