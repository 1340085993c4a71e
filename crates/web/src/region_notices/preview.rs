//! What members will see, on screen and on paper, and how many get it; then it goes out.

use super::reach::{audience, centre, reach_of};
use super::send::{self, Outgoing};
use super::{BASE, papers};
use crate::AppState;
use crate::house;
use crate::notices::view::NoticeView;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::NoticeId;
use hakutaku_model::region::notice::silent::fax_sheet;
use hakutaku_model::region::notice::{Edition, Notice};
use hakutaku_store::{NoticeState, StoreError};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "region_notices/preview.html")]
struct PreviewPage {
    t: Words,
    page: Page,
    href: String,
    may: bool,
    version: i64,
    first: bool,
    poll: bool,
    view: NoticeView,
    /// Who gets it, in words.
    to: Vec<String>,
    /// How many get it.
    count: usize,
    /// What keeps it from being sent.
    faults: Vec<String>,
    /// The sheet, or why there is none.
    fax: Result<String, String>,
    shortened: bool,
    changed: bool,
}

/// The audience in words.
fn to_words(t: Words, notice: &Notice) -> Vec<String> {
    let audience = &notice.audience;
    let mut out = Vec::new();
    if !audience.kinds.is_empty() {
        let kinds: Vec<String> = audience.kinds.iter().map(|kind| t.text(&kind.title()).to_owned()).collect();
        out.push(t.a("region-notices-to-kinds", "kinds", kinds.join(&t.m("list-separator"))));
    }
    if !audience.groups.is_empty() {
        let groups: Vec<String> = audience.groups.iter().cloned().collect();
        out.push(t.a("region-notices-to-groups", "groups", groups.join(&t.m("list-separator"))));
    }
    if !audience.facilities.is_empty() {
        out.push(t.a("region-notices-to-facilities", "count", audience.facilities.len()));
    }
    if out.is_empty() {
        out.push(t.m("region-notices-to-all"));
    }
    if !audience.people.is_empty() {
        out.push(t.a("region-notices-to-people", "people", audience.people.join(&t.m("list-separator"))));
    }
    out
}

async fn page(app: &AppState, visit: &Visit, id: NoticeId, changed: bool) -> Result<Response, Problem> {
    let (t, now) = (visit.t(), app.now());
    let kept = app.store.notice(id).await?;
    let Some(draft) = kept.draft() else {
        return Ok(Redirect::to(&format!("{BASE}/{id}")).into_response());
    };
    let (all, words) = (reach_of(&app.store).await?, centre(&app.store).await?);
    let words = papers::named(t, words);
    let notice = Notice { at: now, by: words.centre.clone(), ..draft.clone() };
    let mut to: BTreeSet<_> = audience(&notice, &all).into_iter().collect();
    let first = matches!(notice.because, Edition::First);
    if !first {
        to.extend(app.store.notice_recipients(id).await?);
    }
    let mut faults: Vec<String> = notice.faults().iter().map(|fault| t.text(fault).to_owned()).collect();
    if to.is_empty() {
        faults.push(t.m("region-notices-nobody"));
    }
    let example = to.first().and_then(|id| all.get(id)).map(|one| one.reach.name.clone()).unwrap_or_default();
    let numbered = if first { Notice { number: t.m("region-notices-number-later"), ..notice.clone() } } else { notice };
    let sheet = fax_sheet(&numbered, &example, &words, t.lang);
    let title = if first { t.m("region-notices-preview") } else { t.m("region-notices-preview-correction") };
    let page = PreviewPage {
        t,
        page: visit.page(title).under(BASE, t.m("region-notices-title")),
        href: format!("{BASE}/{id}"),
        may: visit.may(Action::WatchRegion),
        version: kept.version,
        first,
        poll: kept.poll,
        to: to_words(t, &numbered),
        count: to.len(),
        faults,
        shortened: sheet.as_ref().is_ok_and(|sheet| sheet.shortened),
        fax: sheet.map(|sheet| sheet.lines.join("\n")).map_err(|why| t.text(&why).to_owned()),
        view: NoticeView::of(t, &app.catalogue.region, &numbered),
        changed,
    };
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, false).await
}

/// Sends what was looked at; what changed meanwhile is shown first.
pub(super) async fn send(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    form: Form,
) -> Result<Response, Problem> {
    let (t, act) = (visit.t(), visit.act(app.now()));
    match send::send(&app, &act, t, id, house::seen(&form), &Outgoing::Written).await {
        Ok(_) => Ok(visit.done(&app, &format!("{BASE}/{id}"), Key("region-notices-sent"))),
        Err(StoreError::Conflict(_)) => page(&app, &visit, id, true).await,
        Err(error) => Err(error.into()),
    }
}

/// Throws the draft or the correction away.
pub(super) async fn discard(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    form: Form,
) -> Result<Response, Problem> {
    let kept = app.store.notice(id).await?;
    app.store.discard_notice(&visit.act(app.now()), id, house::seen(&form)).await?;
    let to = if kept.state == NoticeState::Draft { BASE.to_owned() } else { format!("{BASE}/{id}") };
    Ok(visit.done(&app, &to, Key("notice-saved")))
}
