//! Taking down what a member told on the telephone or sent back by FAX.

use super::BASE;
use super::reach::reach_of;
use crate::AppState;
use crate::house::{Choice, NAME};
use crate::notices::stage_of;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::{Affected, Stage};
use hakutaku_store::NewReceipt;

struct PollChoice {
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "region_notices/told.html")]
struct ToldPage {
    t: Words,
    page: Page,
    href: String,
    back: String,
    form: Form,
    edition: u32,
    notice: String,
    /// Whom to call.
    contacts: Vec<String>,
    fax: String,
    said: Vec<Choice>,
    poll: Option<PollChoice>,
}

async fn page(
    app: &AppState,
    visit: &Visit,
    id: NoticeId,
    facility: FacilityId,
    form: Form,
) -> Result<Response, Problem> {
    let t = visit.t();
    let one = app.store.notice_to(facility, id).await?;
    let reach = reach_of(&app.store).await?.remove(&facility).ok_or(Problem::NotFound)?.reach;
    let said = [
        ("arrived", t.m("notices-said-arrived")),
        ("understood", t.m("notices-said-understood")),
        ("done", t.m("notices-said-done")),
        ("not-concerned", t.m("notices-said-not-concerned")),
    ]
    .map(|(key, title)| Choice::new(key, title, &form, "said"));
    let affected = || {
        let none = Choice::new("", t.m("region-notices-not-asked"), &form, "affected");
        let all = Affected::ALL.iter();
        std::iter::once(none)
            .chain(all.map(|one| Choice::new(one.key(), t.text(&one.title()).to_owned(), &form, "affected")))
            .collect()
    };
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (back, number) = (format!("{BASE}/{id}"), one.notice.number.clone());
    let page = ToldPage {
        t,
        page: visit
            .page(t.a("region-notices-told-title", "name", reach.name.as_str()))
            .under(BASE, t.m("region-notices-title"))
            .under(back.clone(), number.clone()),
        href: format!("{BASE}/{id}/told/{facility}"),
        back,
        edition: one.notice.edition,
        notice: format!("{number} {}", one.notice.title),
        contacts: reach
            .contacts
            .iter()
            .filter(|one| !one.phone.trim().is_empty())
            .map(|one| format!("{} {} {}", one.name, one.phone, one.hours).trim().to_owned())
            .collect(),
        fax: reach.fax,
        said: said.into(),
        poll: (one.poll && !one.withdrawn).then(|| PollChoice { choices: affected() }),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((id, facility)): Path<(NoticeId, FacilityId)>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, facility, Form::default()).await
}

/// Writes down who said what; who took it down stands beside it.
pub(super) async fn take(
    State(app): State<AppState>,
    visit: Visit,
    Path((id, facility)): Path<(NoticeId, FacilityId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let one = app.store.notice_to(facility, id).await?;
    let stage = form.choice("said", |said| if said == "arrived" { Some(Stage::Delivered) } else { stage_of(said) });
    let by = form.line("by", NAME);
    let affected = Some(form.value("affected")).filter(|key| !key.is_empty()).map(str::to_owned);
    let affected = match affected.as_deref().map(Affected::from_key) {
        Some(None) => {
            form.fault("affected", Key("form-choose"));
            None
        }
        other => other.flatten(),
    };
    if form.value("edition") != one.notice.edition.to_string() {
        form.fault("said", Key("notices-other-edition"));
    }
    let (Some(stage), true) = (stage, form.is_right()) else {
        return page(&app, &visit, id, facility, form).await;
    };
    let act = visit.act(app.now());
    let taken_by = visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default();
    let receipt = NewReceipt {
        notice: id,
        edition: one.notice.edition,
        facility,
        stage,
        by: by.clone(),
        taken_by: Some(taken_by),
        said: form.value("said").to_owned(),
    };
    app.store.receive(&act, vec![receipt]).await?;
    if let Some(affected) = affected.filter(|_| one.poll) {
        app.store.answer_poll(&act, id, facility, affected, &by).await?;
    }
    Ok(visit.done(&app, &format!("{BASE}/{id}"), Key("notice-saved")))
}
