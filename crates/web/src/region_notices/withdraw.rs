//! Withdrawing a notice: its last edition says why it no longer holds.

use super::send::{self, Outgoing};
use super::{BASE, fields};
use crate::AppState;
use crate::house::{self, LINE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::NoticeId;
use hakutaku_store::NoticeState;

/// Until the withdrawal must be understood, unless another time is chosen: two days.
const USUAL_SECONDS: i64 = 2 * 86_400;

#[derive(Template)]
#[template(path = "region_notices/withdraw.html")]
struct WithdrawPage {
    t: Words,
    page: Page,
    href: String,
    form: Form,
    version: i64,
    count: usize,
    name: String,
}

async fn page(app: &AppState, visit: &Visit, id: NoticeId, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let kept = app.store.notice(id).await?;
    if kept.state != NoticeState::Sent {
        return Err(Problem::unprocessable(Key("region-notices-is-withdrawn")));
    }
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let href = format!("{BASE}/{id}");
    let name = format!("{} {}", kept.notice.number, kept.notice.title);
    let page = WithdrawPage {
        t,
        page: visit
            .page(t.m("region-notices-withdraw"))
            .under(BASE, t.m("region-notices-title"))
            .under(href.clone(), kept.notice.number.clone()),
        href,
        version: kept.version,
        count: app.store.notice_recipients(id).await?.len(),
        name,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    let deadline = app.now().plus_seconds(USUAL_SECONDS);
    let form = Form::of([("day", deadline.date_in_japan().to_string()), ("time", fields::clock(deadline))]);
    page(&app, &visit, id, form).await
}

pub(super) async fn send(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let now = app.now();
    let why = form.line("why", LINE);
    let deadline = fields::read_moment(&mut form, "day", "time");
    if deadline.is_some_and(|deadline| deadline <= now) {
        form.fault("day", Key("region-notices-wrong-deadline"));
    }
    let (Some(deadline), true) = (deadline, form.is_right()) else {
        return page(&app, &visit, id, form).await;
    };
    let what = Outgoing::Withdrawal { why, deadline };
    send::send(&app, &visit.act(now), visit.t(), id, house::seen(&form), &what).await?;
    Ok(visit.done(&app, &format!("{BASE}/{id}"), Key("region-notices-sent")))
}
