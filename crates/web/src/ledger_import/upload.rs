//! Choosing a file, and how it is read.

use super::{WAITING, WaitingList, at};
use crate::AppState;
use crate::exchange::upload::parts_of;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::random_token;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_discovery::devices::guessed_profile;
use hakutaku_discovery::tables;
use hakutaku_model::ledger_import::ImportProfile;
use hakutaku_model::record::Kept;

#[derive(Template)]
#[template(path = "ledger_import/upload.html")]
struct UploadPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    profiles: Vec<Kept<ImportProfile>>,
    /// A file that waits already.
    waiting: Option<String>,
    chosen: String,
    fault: Option<String>,
}

/// The page without a file.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, "", None).await
}

/// The page; 422 when something is wrong.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    chosen: &str,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let waiting = WAITING.look(&visit.act(now).actor, facility, now).map(|waiting| waiting.file);
    let page = UploadPage {
        t,
        page: visit
            .page(t.m("ledger-import-title"))
            .under(format!("/facilities/{facility}/ledger"), t.m("ledger-import-ledger")),
        tabs: nav::tabs(visit, nav::LEDGER),
        base: at(facility, ""),
        profiles: app.store.records::<ImportProfile>(facility).await?,
        waiting,
        chosen: chosen.to_owned(),
        fault,
    };
    Ok((status, html(&page)?).into_response())
}

/// Takes a file. Nothing of the ledger changes.
pub(super) async fn upload(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let sent = parts_of(form).await?;
    let chosen = sent.form.value("profile").to_owned();
    let Some((file, content)) = sent.file else {
        return page(&app, &visit, &chosen, Some(t.m("ledger-import-no-file"))).await;
    };
    let saved = if chosen.is_empty() { None } else { super::take::profile(&app, facility, &chosen).await? };
    let (name, bytes) = (file.clone(), content.clone());
    let read = press(move || tables::read(&bytes, &name).map(|tables| guessed_profile(&tables))).await?;
    let guessed = match read {
        Ok(guessed) => guessed,
        Err(refused) => {
            let said = t.a2("ledger-import-refused", "file", &file, "reason", refused.sentence(t.lang));
            return page(&app, &visit, &chosen, Some(said)).await;
        }
    };
    let now = app.now();
    let mapped = saved.is_some();
    let waiting = WaitingList {
        ticket: random_token(),
        file,
        content,
        profile: saved.map_or(guessed, |kept| kept.body),
        mapped,
        at: now,
    };
    WAITING.keep(&visit.act(now).actor, facility, waiting, now);
    let next = if mapped { "/rows" } else { "/columns" };
    // A page of its own: loading it again must not send the file again.
    Ok(Redirect::to(&at(facility, next)).into_response())
}

/// Forgets a saved way of reading; files read with it stay as they are.
pub(super) async fn forget_profile(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let kept = super::take::profile(&app, facility, form.value("profile")).await?.ok_or(Problem::NotFound)?;
    app.store.retire_record::<ImportProfile>(&visit.act(app.now()), facility, kept.id, kept.version).await?;
    Ok(visit.done(&app, &at(facility, ""), Key("notice-saved")))
}
