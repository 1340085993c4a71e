//! One click makes a corrective action of a thing to do, with owner and day.

use super::{base, show};
use crate::AppState;
use crate::house::{self, LINE};
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::corrective::{CorrectiveAction, Source};
use hakutaku_model::id::{FacilityId, NoticeId};

/// Made at most: as many as the list of actions takes.
const MOST: usize = 2_000;

pub(super) async fn make(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, NoticeId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let t = visit.t();
    let facility = visit.place()?.id;
    let one = app.store.notice_to(facility, id).await?;
    let notice = &one.notice;
    let owner = house::words(&mut form, "owner", LINE);
    let due = house::date(&mut form, "due");
    let chosen: Vec<usize> = form.values("action").iter().filter_map(|at| at.parse().ok()).collect();
    if chosen.is_empty() || chosen.iter().any(|at| *at >= notice.actions.len()) {
        form.fault("action", Key("notices-wrong-action"));
    }
    let known = app.store.records::<CorrectiveAction>(facility).await?;
    if known.len() + chosen.len() > MOST {
        form.fault("action", Key("actions-wrong-many"));
    }
    if !form.is_right() {
        return show::page(&app, &visit, id, form).await;
    }
    let new: Vec<CorrectiveAction> = notice
        .actions
        .iter()
        .enumerate()
        .filter(|(at, _)| chosen.contains(at))
        .map(|(at, text)| (show::mark(notice, at), text))
        .filter(|(mark, _)| !known.iter().any(|row| row.body.found.as_ref() == Some(mark)))
        .map(|(mark, text)| {
            let (number, title) = (notice.number.as_str(), notice.title.as_str());
            CorrectiveAction {
                found: Some(mark),
                detail: t.a2("notices-action-detail", "number", number, "title", title),
                owner: owner.clone(),
                due: due.or_else(|| Some(notice.deadline.date_in_japan())),
                ..CorrectiveAction::new(text.chars().take(LINE).collect::<String>(), Source::Noted)
            }
        })
        .collect();
    app.store.add_records(&visit.act(app.now()), facility, &new).await?;
    Ok(visit.done(&app, &format!("{}/{id}#to-do", base(facility)), Key("notices-actions-made")))
}
