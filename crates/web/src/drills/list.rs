//! The drills of a house: those it conducts and those it takes part in.

use super::live::LiveDrill;
use super::options::DrillPart;
use super::words::stage_words;
use crate::AppState;
use crate::access::has_page;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::exercise::{DrillState, Stage};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::room::RoomKind;
use hakutaku_model::time::date_words;
use std::sync::Arc;

struct Row {
    id: RoomId,
    day: String,
    title: String,
    scenario: String,
    /// Who conducts it, if it is another house.
    conductor: Option<String>,
    stage: String,
    live: bool,
}

#[derive(Template)]
#[template(path = "drills/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_conduct: bool,
    /// Where the same objectives are followed over the years.
    trend: Option<String>,
    rows: Vec<Row>,
}

/// The drills of a facility, newest first.
pub(crate) async fn drills_of(app: &AppState, facility: FacilityId) -> Result<Vec<Arc<LiveDrill>>, Problem> {
    let mut ids: Vec<RoomId> =
        app.store.rooms(facility, RoomKind::Drill).await?.into_iter().map(|room| room.id).collect();
    ids.extend(app.store.records::<DrillPart>(facility).await?.into_iter().map(|part| part.body.room));
    let mut drills = Vec::with_capacity(ids.len());
    for id in ids {
        match app.drills.get(app, id).await {
            Ok(drill) if drill.takes_part(facility) => drills.push(drill),
            // A drill of another house that is no more, or that this one has no part in.
            Ok(_) | Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    drills.sort_by_key(|drill| std::cmp::Reverse((drill.room.created_at, drill.room.id)));
    Ok(drills)
}

/// The day a drill was held, or is to be held.
pub(super) fn day_of(drill: &LiveDrill, state: &DrillState) -> jiff::civil::Date {
    let held = state.started_at.map(hakutaku_model::time::Ts::date_in_japan);
    held.or(drill.options.day).unwrap_or_else(|| drill.room.created_at.date_in_japan())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let mut rows = Vec::new();
    for drill in drills_of(&app, facility).await? {
        let (day, stage) = drill.read(&app, |state| (day_of(&drill, state), state.stage())).await?;
        let conductor = if drill.room.facility == facility {
            None
        } else {
            Some(app.store.facility(drill.room.facility).await?.profile.name)
        };
        rows.push(Row {
            id: drill.room.id,
            day: date_words(day, t.lang),
            title: drill.room.title.clone(),
            scenario: t.text(&drill.setup.scenario.title).to_owned(),
            conductor,
            stage: stage_words(t, stage),
            live: matches!(stage, Stage::Running | Stage::Held),
        });
    }
    html(&ListPage {
        t,
        page: visit.page(t.m("drill-list-title")),
        tabs: nav::tabs(&visit, nav::PREPARE),
        base: format!("/facilities/{facility}/plan/drills"),
        may_conduct: visit.may(Action::ConductDrill),
        trend: has_page("/facilities/{facility}/plan/drills/trend")
            .then(|| format!("/facilities/{facility}/plan/drills/trend"))
            .filter(|_| !rows.is_empty()),
        rows,
    })
}
