//! One action: what it is about, how it stands, the step that comes next, its history, and what it bears on.

use super::base;
use super::bears::{Bears, bears_on};
use super::told::{badge, source_page, source_words, state_words, watch_words};
use crate::AppState;
use crate::access::has_page;
use crate::house;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::corrective::{CorrectiveAction, Deed, Source, State as Standing};
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::SectionKey;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::date_words;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days until somebody looks again whether it worked, as offered; our own suggestion.
const EFFECT_AFTER_DAYS: i64 = 90;

/// Something that happened to it.
struct Happened {
    on: String,
    what: String,
    who: String,
    remark: String,
}

struct Proof {
    href: Option<String>,
    name: String,
}

#[derive(Template)]
#[template(path = "actions/show.html")]
struct ShowPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    version: i64,
    form: Form,
    refused: Option<String>,
    conflict: Option<String>,
    may_edit: bool,
    state: String,
    badge: &'static str,
    detail: String,
    source: String,
    source_href: Option<String>,
    owner: String,
    due: String,
    preventive: bool,
    plan_section: Option<(String, Option<String>)>,
    controls: Vec<String>,
    watch: Option<(String, String, &'static str)>,
    /// The reason why it opened again, when that was the last thing that happened.
    again: Option<String>,
    effect_due: Option<String>,
    can_finish: bool,
    can_close: bool,
    can_see_effect: bool,
    can_reopen: bool,
    /// Whoever looks did the work themselves.
    own_work: bool,
    suggested_effect: String,
    proofs: Vec<Proof>,
    history: Vec<Happened>,
    bears: Vec<Bears>,
}

fn happened(t: Words, deed: &Deed, what: &str) -> Happened {
    Happened {
        on: date_words(deed.on, t.lang),
        what: what.to_owned(),
        who: deed.by.clone(),
        remark: deed.remark.clone(),
    }
}

fn history(t: Words, app: &AppState, row: &Kept<CorrectiveAction>) -> Vec<Happened> {
    let action = &row.body;
    let mut all = vec![Happened {
        on: date_words(row.created_at.date_in_japan(), t.lang),
        what: t.m("actions-happened-noted"),
        who: String::new(),
        remark: String::new(),
    }];
    for again in &action.reopened {
        all.extend(again.done.iter().map(|deed| happened(t, deed, &t.m("actions-happened-done"))));
        all.extend(again.closed.iter().map(|deed| happened(t, deed, &t.m("actions-happened-closed"))));
        let by_fact = !again.fact.is_empty();
        let fact = action
            .watch
            .as_ref()
            .filter(|watch| watch.key() == again.fact)
            .map_or_else(|| t.k(super::told::watch_key(&again.fact)), |watch| watch_words(t, &app.catalogue, watch));
        all.push(Happened {
            on: date_words(again.on, t.lang),
            what: if by_fact { t.a("actions-happened-fact", "fact", fact) } else { t.m("actions-happened-again") },
            who: again.by.clone(),
            remark: again.remark.clone(),
        });
    }
    all.extend(action.done.iter().map(|deed| happened(t, deed, &t.m("actions-happened-done"))));
    all.extend(action.closed.iter().map(|deed| happened(t, deed, &t.m("actions-happened-closed"))));
    let seen = action.effect.as_ref().and_then(|effect| effect.seen.as_ref());
    all.extend(seen.map(|deed| happened(t, deed, &t.m("actions-happened-effect"))));
    all
}

/// Where a section of the plan is read, if the plan has a page.
fn plan_page(visit: &Visit, facility: FacilityId, section: &str) -> Option<String> {
    (has_page("/facilities/{facility}/plan/sections/{section}") && visit.may(Action::ReadPlan))
        .then(|| format!("/facilities/{facility}/plan/sections/{section}"))
}

async fn proofs(app: &AppState, visit: &Visit, action: &CorrectiveAction) -> Result<Vec<Proof>, Problem> {
    let facility = visit.place()?.id;
    if action.documents.is_empty() {
        return Ok(Vec::new());
    }
    let known = app.store.documents(facility, None).await?;
    let may_read = visit.may(Action::ReadDocument);
    let found = known.into_iter().filter(|row| action.documents.contains(&row.id));
    let proofs = found.map(|row| Proof {
        href: may_read.then(|| format!("/facilities/{facility}/documents/{}", row.id)),
        name: row.name,
    });
    Ok(proofs.collect())
}

/// What stopped a step, if something did.
#[derive(Default)]
pub(super) struct Stopped {
    /// What was typed.
    pub(super) form: Form,
    /// The rule in words.
    pub(super) refused: Option<String>,
    /// Somebody else changed it meanwhile: who.
    pub(super) conflict: Option<String>,
}

/// The page, also after a step that could not be taken.
pub(super) async fn render(
    app: &AppState,
    visit: &Visit,
    row: &Kept<CorrectiveAction>,
    stopped: Stopped,
) -> Result<Response, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let (action, base) = (&row.body, base(facility));
    let state = action.state(today);
    let status = match (&stopped.conflict, &stopped.refused, stopped.form.is_right()) {
        (Some(_), ..) => StatusCode::CONFLICT,
        (None, None, true) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let watch = match &action.watch {
        None => None,
        Some(watch) => {
            let facts = app.store.facts(&app.catalogue, facility, today).await?;
            let (words, colour) = match watch.holds(&facts, today) {
                Some(true) => (t.m("actions-watch-good"), "good"),
                Some(false) => (t.m("actions-watch-bad"), "bad"),
                None => (t.m("actions-watch-unknown"), ""),
            };
            Some((watch_words(t, &app.catalogue, watch), words, colour))
        }
    };
    let me = visit.person.as_ref().map(|person| person.id);
    let history = history(t, app, row);
    let may_edit = visit.may(Action::EditActions);
    let page = ShowPage {
        t,
        page: visit.page(action.title.clone()).under(base.clone(), t.m("actions-title")),
        tabs: nav::tabs(visit, nav::AUDITS),
        href: format!("{base}/{}", row.id),
        version: row.version,
        may_edit,
        state: t.k(state_words(state)),
        badge: badge(state),
        detail: action.detail.clone(),
        source: t.k(source_words(action.source.key())),
        source_href: source_page(&action.source).map(|page| match (&action.source, &action.found) {
            (Source::Drill { .. }, Some(gap)) => {
                format!("/facilities/{facility}/{page}#{}", crate::after::gap_anchor(gap))
            }
            _ => format!("/facilities/{facility}/{page}"),
        }),
        owner: action.owner.clone(),
        due: action.due.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        preventive: action.preventive,
        // A chapter of the plan by its title; other words that somebody typed as they stand.
        plan_section: action.plan_section.as_deref().map(|section| match SectionKey::from_key(section) {
            Some(chapter) => (t.text(&chapter.title()).to_owned(), plan_page(visit, facility, section)),
            None => (section.to_owned(), None),
        }),
        controls: action
            .controls
            .iter()
            .filter_map(|id| app.catalogue.controls.get(id))
            .map(|control| t.text(&control.title).to_owned())
            .collect(),
        watch,
        again: (state.is_open() && action.done.is_none() && !action.reopened.is_empty())
            .then(|| history.last().map(|last| last.what.clone()))
            .flatten(),
        effect_due: action
            .effect
            .as_ref()
            .filter(|effect| effect.seen.is_none())
            .map(|effect| date_words(effect.due, t.lang)),
        can_finish: may_edit && action.done.is_none(),
        can_close: may_edit && state == Standing::Done,
        can_see_effect: may_edit
            && action.closed.is_some()
            && action.effect.as_ref().is_some_and(|effect| effect.seen.is_none()),
        can_reopen: may_edit && action.done.is_some(),
        own_work: me.is_some() && action.done.as_ref().is_some_and(|deed| deed.person == me),
        suggested_effect: suggested(today),
        proofs: proofs(app, visit, action).await?,
        bears: bears_on(app, visit, &action.controls).await?,
        history,
        form: stopped.form,
        refused: stopped.refused,
        conflict: stopped.conflict,
    };
    Ok((status, html(&page)?).into_response())
}

fn suggested(today: Date) -> String {
    today.saturating_add(EFFECT_AFTER_DAYS.days()).to_string()
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    app.store.look_at_actions(&app.catalogue, visit.place()?.id, app.now()).await?;
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    render(&app, &visit, &row, Stopped::default()).await
}
