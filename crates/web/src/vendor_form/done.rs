//! After sending: when it was sent, and the answers to take along.

use super::{page, request};
use crate::AppState;
use crate::evidence::disposition;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::vendor_answers::{AnswersFile, FORMAT, Submission};

#[derive(Template)]
#[template(path = "vendor_form/done.html")]
struct DonePage {
    t: Words,
    page: Page,
    facility: String,
    lead: String,
}

/// Says that the answer has arrived.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let request = request(&visit)?;
    let Some(at) = request.answered_at else { return Ok(Redirect::to("/vendor-form").into_response()) };
    let t = visit.t();
    let facility = visit.place()?.name.clone();
    let title = crate::vendors::forms::title(&app.catalogue, &request.ask, t);
    let time = at.minute_in_japan(t.lang);
    let page = DonePage {
        t,
        page: page("/vendor-form/done", &visit, t.k(Key("vform-done-title"))),
        lead: t.a3("vform-done-lead", ("form", title), ("facility", &facility), ("time", time)),
        facility,
    };
    Ok(html(&page)?.into_response())
}

/// The answers as a file, which fills any other request of the same form.
pub(super) async fn answers(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let request = request(&visit)?;
    let kept = app.store.record_by_key::<Submission>(request.facility, &request.id.to_string()).await?;
    let submission = kept.ok_or(Problem::NotFound)?.body;
    let sent_on = submission.sent_at.date_in_japan();
    let name = format!("{}-{sent_on}.json", submission.ask.key().replace('/', "-"));
    let file = AnswersFile {
        format: FORMAT.to_owned(),
        ask: submission.ask,
        sheet: submission.sheet,
        signer: submission.signer,
        sent_on,
    };
    let disposition = HeaderValue::from_str(&disposition(&name)).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, serde_json::to_string_pretty(&file)?).into_response())
}
