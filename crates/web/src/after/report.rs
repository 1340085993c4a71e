//! The report on a page, with the step from a gap to a corrective action.

use super::gather::told;
use super::{base, figures};
use crate::AppState;
use crate::actions;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_documents::after_action::{AfterAction, GapRow};
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, RoomId};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Days until an action is due, as offered; our own suggestion.
const DUE_AFTER_DAYS: i64 = 60;

/// The gaps that stand open on the page.
const GAPS_SHOWN: usize = 10;

struct GapShow<'r> {
    /// From 1.
    number: usize,
    gap: &'r GapRow,
    /// What the page of its action leads back to.
    anchor: String,
    /// Where the form of a new action is, filled with this gap.
    new: String,
}

struct Drawn<'r, R> {
    row: &'r R,
    bar: String,
}

#[derive(Template)]
#[template(path = "after/report.html")]
struct ReportPage<'r> {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    href: String,
    trend: String,
    told: &'r AfterAction,
    may_edit: bool,
    /// Those that stand open.
    gaps: Vec<GapShow<'r>>,
    /// Those that unfold.
    more: Vec<GapShow<'r>>,
    times: Vec<Drawn<'r, hakutaku_documents::after_action::TimeRow>>,
    sections: Vec<SectionShow<'r>>,
}

struct SectionShow<'r> {
    row: &'r hakutaku_documents::after_action::SectionRow,
    bar: String,
    items: Vec<Drawn<'r, hakutaku_documents::after_action::ItemRow>>,
}

/// Where a gap stands on the page of its drill.
pub(crate) fn gap_anchor(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("found-{}", id.chars().map(plain).collect::<String>())
}

/// The form of a new action, filled with a gap.
fn new_action(facility: FacilityId, room: RoomId, gap: &GapRow, today: Date) -> String {
    let due = today.saturating_add(DUE_AFTER_DAYS.days()).to_string();
    let detail: String = format!("{}\n{}", gap.text, gap.evidence).chars().take(1_000).collect();
    let title: String = gap.suggested.chars().take(200).collect();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("source", "drill")
        .append_pair("room", &room.to_string())
        .append_pair("found", &gap.id)
        .append_pair("objective", gap.objective.as_deref().unwrap_or_default())
        .append_pair("title", &title)
        .append_pair("detail", &detail)
        .append_pair("controls", &gap.controls.join(","))
        .append_pair("plan_section", gap.plan_sections.first().map(String::as_str).unwrap_or_default())
        .append_pair("due", &due)
        .finish();
    format!("{}/new?{query}", actions::base(facility))
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, room)): Path<(FacilityId, RoomId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let (room, told) = told(&app, &visit, room).await?;
    let base = base(facility);
    let list = crate::access::has_page("/facilities/{facility}/plan/drills");
    let mut page = visit.page(t.a("after-title", "drill", told.title.as_str()));
    if list {
        page = page.under(base.clone(), t.m("tab-drills")).under(format!("{base}/{}", room.id), told.title.clone());
    }
    let mut shown: Vec<GapShow<'_>> = told
        .gaps
        .iter()
        .enumerate()
        .map(|(at, gap)| GapShow {
            number: at + 1,
            new: new_action(facility, room.id, gap, today),
            anchor: gap_anchor(&gap.id),
            gap,
        })
        .collect();
    let more = shown.split_off(GAPS_SHOWN.min(shown.len()));
    html(&ReportPage {
        t,
        page,
        tabs: nav::tabs(&visit, nav::PREPARE),
        href: format!("{base}/{}/report", room.id),
        trend: format!("{base}/trend"),
        may_edit: visit.may(Action::EditActions),
        gaps: shown,
        more,
        times: told
            .times
            .iter()
            .map(|row| Drawn { bar: figures::bar(row.taken_bar, row.target_bar, row.is == "met"), row })
            .collect(),
        sections: told
            .sections
            .iter()
            .map(|row| SectionShow {
                bar: figures::bar(row.bar, None, row.bar.is_none_or(|bar| bar >= 600)),
                items: row
                    .items
                    .iter()
                    .map(|item| Drawn {
                        bar: figures::bar(item.bar, None, item.bar.is_none_or(|b| b >= 600)),
                        row: item,
                    })
                    .collect(),
                row,
            })
            .collect(),
        told: &told,
    })
}
