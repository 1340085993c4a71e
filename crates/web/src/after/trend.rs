//! The same objectives over all drills held.

use super::gather::report_of;
use super::{base, figures};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::exercise::report::{Mean, ObjectiveResult};
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::Room;
use hakutaku_model::time::date_words;
use hakutaku_model::trend::{Line, Measured, Point, trend};
use jiff::civil::Date;

/// The newest drills that are read; a yearly drill reaches this in a working life.
const MOST_DRILLS: usize = 40;

struct PointShow {
    day: String,
    title: String,
    href: String,
    met: String,
    share: String,
    mean: String,
}

struct LineShow {
    id: String,
    text: String,
    change: Option<String>,
    chart: String,
    points: Vec<PointShow>,
}

#[derive(Template)]
#[template(path = "after/trend.html")]
struct TrendPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    drills: usize,
    lines: Vec<LineShow>,
}

/// A mean in hundredths, half up.
fn hundredths(mean: Mean) -> Option<u32> {
    u32::try_from((mean.sum * 200 + mean.count) / (mean.count * 2).max(1)).ok()
}

fn measured(room: &Room, on: Date, result: &ObjectiveResult) -> Measured {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Measured {
        drill: room.id,
        on,
        title: room.title.clone(),
        objective: result.objective.clone(),
        text: result.text.clone(),
        expected: count(result.expected),
        met: count(result.met),
        mean: result.mean.and_then(hundredths),
    }
}

fn point(t: Words, base: &str, point: &Point) -> PointShow {
    PointShow {
        day: date_words(point.on, t.lang),
        title: point.title.clone(),
        href: format!("{base}/{}/report", point.drill),
        met: if point.expected == 0 { String::new() } else { format!("{} / {}", point.met, point.expected) },
        share: point.share.map(|share| format!("{share}%")).unwrap_or_default(),
        mean: point.mean.map(|mean| format!("{}.{:02}", mean / 100, mean % 100)).unwrap_or_default(),
    }
}

fn line(t: Words, base: &str, line: &Line) -> LineShow {
    // Two drills of one year are told apart by their month.
    let years: std::collections::BTreeSet<i16> = line.points.iter().map(|point| point.on.year()).collect();
    let label = |on: Date| match years.len() == line.points.len() {
        true => on.year().to_string(),
        false => format!("{}.{}", on.year(), on.month()),
    };
    let drawn: Vec<(String, u32)> =
        line.points.iter().filter_map(|point| Some((label(point.on), point.share?))).collect();
    let change = line.change().map(|change| match change {
        0 => t.m("after-trend-same"),
        better if better > 0 => t.a("after-trend-better", "points", better),
        worse => t.a("after-trend-worse", "points", -worse),
    });
    LineShow {
        id: line.objective.clone(),
        text: t.text(&line.text).to_owned(),
        change,
        chart: figures::trend(&drawn),
        points: line.points.iter().map(|one| point(t, base, one)).collect(),
    }
}

/// How many drills were held, and the objectives over them.
pub(crate) async fn lines(app: &AppState, facility: FacilityId) -> Result<(usize, Vec<Line>), Problem> {
    let held = app.store.drills_held(facility).await?;
    let mut all = Vec::new();
    for (room, on) in held.iter().take(MOST_DRILLS) {
        let (_, report) = report_of(app, facility, room).await?;
        all.extend(report.objectives.iter().map(|result| measured(room, *on, result)));
    }
    Ok((held.len(), trend(all)))
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = base(facility);
    let (drills, lines) = lines(&app, facility).await?;
    let mut page = visit.page(t.m("after-trend-title"));
    if crate::access::has_page("/facilities/{facility}/plan/drills") {
        page = page.under(base.clone(), t.m("tab-drills"));
    }
    html(&TrendPage {
        t,
        page,
        tabs: nav::tabs(&visit, nav::PREPARE),
        drills,
        lines: lines.iter().map(|one| line(t, &base, one)).collect(),
    })
}
