//! The last look before sending.

use super::fill::form_of;
use super::{open_request, page};
use crate::AppState;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use crate::vendors::forms;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::time::date_words;
use hakutaku_model::vendor_answers::{Draft, Reply, check};

pub(super) struct Row {
    pub(super) number: String,
    pub(super) text: String,
    pub(super) of: String,
    pub(super) reply: String,
    pub(super) is_no: bool,
    pub(super) on: String,
    pub(super) target: String,
    pub(super) remark: String,
}

#[derive(Template)]
#[template(path = "vendor_form/confirm.html")]
struct ConfirmPage {
    t: Words,
    page: Page,
    facility: String,
    title: String,
    draft: Draft,
    rows: Vec<Row>,
    yes: usize,
    no: usize,
    file_needed: bool,
    file_possible: bool,
    wrong: Option<String>,
}

/// The answers as they will be sent.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    render(&app, &visit, None).await
}

/// The same, with what kept it from being sent.
pub(super) async fn render(app: &AppState, visit: &Visit, wrong: Option<String>) -> Result<Response, Problem> {
    let now = app.now();
    let request = match open_request(visit, now) {
        Ok(request) => request,
        Err(response) => return Ok(response),
    };
    let t = visit.t();
    let form = form_of(app, request, t)?;
    let draft = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    let expected = if request.ask.is_file() { Vec::new() } else { form.expected() };
    if !check(&request.ask, &draft, &expected, now.date_in_japan()).is_empty() {
        return Ok(Redirect::to("/vendor-form").into_response());
    }
    let lines = &draft.sheet.lines;
    let count = |reply| lines.iter().filter(|line| line.reply == Some(reply)).count();
    let (yes, no) = (count(Reply::Yes), count(Reply::No));
    let rows = lines
        .iter()
        .map(|line| {
            let item = form.item(&line.id, &line.group);
            Row {
                number: item.map_or_else(|| line.id.clone(), |item| item.number.clone()),
                text: item.map(|item| item.text.clone()).unwrap_or_default(),
                of: item.map(|item| item.of.clone()).unwrap_or_default(),
                reply: forms::reply(line.reply, t),
                is_no: line.reply == Some(Reply::No),
                on: line.on.map(|on| date_words(on, t.lang)).unwrap_or_default(),
                target: line.target.map(|on| date_words(on, t.lang)).unwrap_or_default(),
                remark: line.text.clone(),
            }
        })
        .collect();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = ConfirmPage {
        t,
        page: page("/vendor-form/confirm", visit, t.k(Key("vform-confirm-title"))),
        facility: visit.place()?.name.clone(),
        title: form.title.clone(),
        rows,
        yes,
        no,
        file_needed: request.ask.is_file(),
        file_possible: request.ask.is_file() || matches!(request.ask, hakutaku_model::vendor_request::Ask::ServiceSpec),
        draft,
        wrong,
    };
    Ok((status, html(&page)?).into_response())
}
