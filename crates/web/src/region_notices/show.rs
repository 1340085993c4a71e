//! One notice at the centre: how far the members are, who is silent, what the poll says, which editions went out.

use super::BASE;
use super::list::{Bar, bars, reached, state_words};
use super::reach::{member_or_gone, reach_of};
use crate::AppState;
use crate::notices::view::NoticeView;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::poll::{Affected, Tally, tally};
use hakutaku_model::region::notice::receipt::{Progress, progress};
use hakutaku_model::region::notice::silent::{Silent, silent};
use hakutaku_model::region::notice::{Audience, Notice, Stage, Tlp};
use hakutaku_model::time::Ts;
use hakutaku_store::{KeptNotice, NoticeState};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Members on one page.
const PIECE: usize = 100;
/// Members named who say that they are affected.
const AFFECTED: usize = 100;

struct MemberLine {
    id: FacilityId,
    name: String,
    stage: String,
    mood: &'static str,
    when: String,
    who: String,
    /// Holds an edition that no longer holds.
    old: bool,
    silent: bool,
    answer: String,
}

struct PollView {
    line: String,
    /// Who says yes.
    affected: Vec<String>,
    more: usize,
}

struct EditionView {
    edition: u32,
    at: String,
    why: String,
}

#[derive(Template)]
#[template(path = "region_notices/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    href: String,
    may: bool,
    view: NoticeView,
    state: String,
    mood: &'static str,
    out: bool,
    correcting: bool,
    past: bool,
    red: bool,
    bars: Vec<Bar>,
    silent: usize,
    poll: Option<PollView>,
    lines: Vec<MemberLine>,
    shown: String,
    only_silent: bool,
    next: Option<String>,
    editions: Vec<EditionView>,
}

/// Which members.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: usize,
    #[serde(default)]
    only: String,
}

/// Everything that came back on a notice.
pub(crate) struct CameBack {
    pub(crate) to: Vec<FacilityId>,
    pub(crate) progress: BTreeMap<FacilityId, Progress>,
    /// Not far enough: after the deadline those the rules call silent, before it nobody.
    pub(crate) silent: Vec<Silent>,
}

/// Reads what came back on a notice that is out.
pub(crate) async fn came_back(app: &AppState, kept: &KeptNotice, now: Ts) -> Result<CameBack, Problem> {
    let all = reach_of(&app.store).await?;
    let to = app.store.notice_recipients(kept.id).await?;
    let progress = progress(kept.notice.edition, &app.store.receipts(kept.id).await?);
    // Whoever got it counts, also who left the audience since.
    let everybody = Notice { audience: Audience::default(), ..kept.notice.clone() };
    let members: Vec<_> = to.iter().map(|id| member_or_gone(&all, *id)).collect();
    let silent = silent(&everybody, &members, &progress, now);
    Ok(CameBack { to, progress, silent })
}

/// What was said in the poll, if there is one.
pub(crate) async fn tally_of(app: &AppState, kept: &KeptNotice, to: &[FacilityId]) -> Result<Option<Tally>, Problem> {
    if !kept.poll {
        return Ok(None);
    }
    let asked = to.iter().copied().collect();
    Ok(Some(tally(&asked, &app.store.poll_answers(kept.id).await?)))
}

fn stage_words(t: Words, stage: Option<Stage>) -> String {
    stage.map_or_else(|| t.m("region-notices-not-delivered"), |stage| t.text(&stage.title()).to_owned())
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (t, now) = (visit.t(), app.now());
    let kept = app.store.notice(id).await?;
    if kept.state == NoticeState::Draft {
        return Ok(Redirect::to(&format!("{BASE}/{id}/preview")).into_response());
    }
    let (notice, href) = (&kept.notice, format!("{BASE}/{id}"));
    let names = reach_of(&app.store).await?;
    let name = |id: &FacilityId| names.get(id).map_or_else(|| id.to_string(), |one| one.reach.name.clone());
    let back = came_back(&app, &kept, now).await?;
    let tally = tally_of(&app, &kept, &back.to).await?;
    let counts = app.store.notice_counts(&[id]).await?.get(&id).copied().unwrap_or_default();
    let behind = counts.to.saturating_sub(reached(counts, notice.expects));
    let (words, mood) = state_words(&kept, behind, now);

    let only_silent = asked.only == "silent";
    let nothing = Progress::default();
    let of = |id: &FacilityId| back.progress.get(id).unwrap_or(&nothing);
    let mut order: Vec<FacilityId> =
        back.to.iter().filter(|id| !only_silent || !of(id).is_enough(notice)).copied().collect();
    order.sort_by_cached_key(|id| {
        let progress = of(id);
        (progress.is_enough(notice), !progress.must_acknowledge_anew(), progress.stage(), name(id))
    });
    let from = asked.from.min(order.len());
    let to = (from + PIECE).min(order.len());
    let lines = order
        .get(from..to)
        .unwrap_or_default()
        .iter()
        .map(|facility| {
            let progress = of(facility);
            let last = progress.stage().and_then(|stage| progress.reached.get(&stage));
            let answer = tally.as_ref().and_then(|tally| tally.answers.get(facility));
            let enough = progress.is_enough(notice);
            MemberLine {
                id: *facility,
                name: name(facility),
                stage: stage_words(t, progress.stage()),
                mood: match (enough, now >= notice.deadline) {
                    (true, _) => "good",
                    (false, true) => "bad",
                    (false, false) => "now",
                },
                when: last.map(|receipt| receipt.at.minute_in_japan(t.lang)).unwrap_or_default(),
                who: last.map_or_else(String::new, |receipt| match &receipt.taken_by {
                    Some(taker) => t.a2("notices-said-to", "who", &receipt.by, "taker", taker),
                    None => receipt.by.clone(),
                }),
                old: progress.must_acknowledge_anew(),
                silent: !enough,
                answer: answer.map(|one| t.text(&one.affected.title()).to_owned()).unwrap_or_default(),
            }
        })
        .collect();
    let poll = tally.as_ref().map(|tally| {
        let yes = tally.answers.values().filter(|one| one.affected == Affected::Yes);
        let mut affected: Vec<String> = yes.map(|one| name(&one.facility)).collect();
        affected.sort();
        let more = affected.len().saturating_sub(AFFECTED);
        affected.truncate(AFFECTED);
        PollView { line: t.text(&tally.line()).to_owned(), affected, more }
    });
    let editions = app.store.notice_editions(id).await?;
    let only = if only_silent { "&only=silent" } else { "" };
    let page = ShowPage {
        t,
        page: visit.page(format!("{} {}", notice.number, notice.title)).under(BASE, t.m("region-notices-title")),
        may: visit.may(Action::WatchRegion),
        view: NoticeView::of(t, &app.catalogue.region, notice),
        state: t.k(words),
        mood,
        out: kept.state == NoticeState::Sent,
        correcting: kept.correction.is_some(),
        past: now >= notice.deadline,
        red: notice.tlp == Tlp::Red,
        bars: bars(t, counts, notice.expects),
        silent: back.silent.len(),
        poll,
        lines,
        shown: t.a3(
            "region-notices-shown",
            ("from", if order.is_empty() { 0 } else { from + 1 }),
            ("to", to),
            ("all", order.len()),
        ),
        only_silent,
        next: (to < order.len()).then(|| format!("{href}?from={to}{only}")),
        editions: editions
            .into_iter()
            .map(|one| EditionView {
                edition: one.notice.edition,
                at: one.sent_at.minute_in_japan(t.lang),
                why: NoticeView::of(t, &app.catalogue.region, &one.notice)
                    .because
                    .map(|(heading, why)| format!("{heading}: {why}"))
                    .unwrap_or_default(),
            })
            .collect(),
        href,
    };
    Ok(html(&page)?.into_response())
}
