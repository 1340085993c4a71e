//! One notice: what happens in plain words, what of it is in this house, what to do; then what to look for.

use super::own::own;
use super::view::NoticeView;
use super::{base, progress_of, reached};
use crate::AppState;
use crate::house::Choice;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::corrective::CorrectiveAction;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::poll::{Affected, tally};
use hakutaku_model::region::notice::{Notice, Stage};
use std::collections::BTreeSet;

/// What the facility's ledger has of it.
struct OwnView {
    sentence: String,
    /// (href or nothing, name)
    hit: Vec<(Option<String>, String)>,
    look: Vec<(Option<String>, String)>,
    more: usize,
}

/// One thing to do.
struct ToDo {
    at: usize,
    text: String,
    /// The corrective action made of it.
    made: Option<String>,
}

struct Poll {
    choices: Vec<Choice>,
    answered: Option<String>,
    /// What all members see of the answers.
    line: String,
}

#[derive(Template)]
#[template(path = "notices/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    href: String,
    form: Form,
    view: NoticeView,
    anew: bool,
    own: Option<OwnView>,
    to_do: Vec<ToDo>,
    people: Vec<String>,
    may_act: bool,
    may: bool,
    /// What was said so far: (stage, when, who).
    said: Vec<(String, String, String)>,
    understood: bool,
    acted: bool,
    asks_action: bool,
    poll: Option<Poll>,
}

/// Devices named on the page.
const NAMED: usize = 20;

/// How an action made of a notice says so.
pub(super) fn mark(notice: &Notice, at: usize) -> String {
    format!("notice {} {at}", notice.number)
}

pub(super) async fn page(app: &AppState, visit: &Visit, id: NoticeId, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let one = app.store.notice_to(facility, id).await?;
    reached(app, visit, facility, std::slice::from_ref(&one), Stage::Opened).await?;
    let progress = progress_of(facility, &one);
    let notice = &one.notice;

    let may_see_ledger = visit.may(Action::ReadLedger);
    let own = own(app, facility, &notice.products).await?.map(|own| {
        let link = |(id, name): &(hakutaku_model::id::AssetId, String)| {
            (may_see_ledger.then(|| format!("/facilities/{facility}/ledger/{id}")), name.clone())
        };
        OwnView {
            sentence: t.text(&own.found.sentence()).to_owned(),
            more: (own.hit.len() + own.look.len()).saturating_sub(NAMED),
            hit: own.hit.iter().take(NAMED).map(link).collect(),
            look: own.look.iter().take(NAMED.saturating_sub(own.hit.len())).map(link).collect(),
        }
    });

    let may_act = visit.may(Action::EditActions) && !one.withdrawn;
    let made = if visit.may(Action::ReadActions) {
        app.store.records::<CorrectiveAction>(facility).await?
    } else {
        Vec::new()
    };
    let to_do = notice
        .actions
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let mark = mark(notice, at);
            let made = made.iter().find(|row| row.body.found.as_ref() == Some(&mark));
            ToDo {
                at,
                text: text.clone(),
                made: made.map(|row| format!("{}/{}", crate::actions::base(facility), row.id)),
            }
        })
        .collect();

    let poll = if one.poll && !one.withdrawn {
        let asked: BTreeSet<FacilityId> = app.store.notice_recipients(id).await?.into_iter().collect();
        let tally = tally(&asked, &app.store.poll_answers(id).await?);
        let answered = tally.answers.get(&facility);
        let choices = Affected::ALL
            .iter()
            .map(|one| Choice {
                key: one.key().to_owned(),
                title: t.text(&one.title()).to_owned(),
                hint: String::new(),
                chosen: answered.is_some_and(|answer| answer.affected == *one),
            })
            .collect();
        Some(Poll {
            choices,
            answered: answered.map(|answer| answer.at.minute_in_japan(t.lang)),
            line: t.text(&tally.line_for_members()).to_owned(),
        })
    } else {
        None
    };

    let reached = |stage: Stage| progress.reached.contains_key(&stage);
    let said = progress
        .reached
        .iter()
        .filter(|(stage, _)| **stage >= Stage::Understood)
        .map(|(stage, receipt)| {
            let who = match &receipt.taken_by {
                Some(taker) => t.a2("notices-said-to", "who", &receipt.by, "taker", taker),
                None => receipt.by.clone(),
            };
            (t.text(&stage.title()).to_owned(), receipt.at.minute_in_japan(t.lang), who)
        })
        .collect();
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ShowPage {
        t,
        page: visit.page(notice.title.clone()).under(base(facility), t.m("notices-title")),
        href: format!("{}/{id}", base(facility)),
        view: NoticeView::of(t, &app.catalogue.region, notice),
        anew: progress.must_acknowledge_anew(),
        own,
        to_do,
        people: if may_act { crate::actions::people(app, facility).await? } else { Vec::new() },
        may_act,
        may: visit.may(Action::AnswerNotices),
        said,
        understood: reached(Stage::Understood),
        acted: reached(Stage::Acted),
        asks_action: notice.expects == Stage::Acted,
        poll,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
) -> Result<Response, Problem> {
    page(&app, &visit, id, Form::default()).await
}
