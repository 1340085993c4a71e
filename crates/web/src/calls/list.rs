//! The rounds held, and beginning one.

use super::base;
use crate::AppState;
use crate::contacts::gather::contact_chart;
use crate::house::{self, Choice, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::call_check::minutes;
use hakutaku_model::access::Action;
use hakutaku_model::calls::{CallRound, Reach};
use hakutaku_model::record::Kept;

/// More rounds than anybody holds.
const MOST: usize = 500;
/// The longest aim: a day.
const LONGEST_AIM: u32 = 1_440;
/// Minutes offered as the aim; our own suggestion, no rule asks for it.
const AIM: &str = "30";

struct Line {
    href: String,
    when: String,
    by: String,
    running: bool,
    reached: String,
    not_reached: u32,
    minutes: String,
    within: Option<bool>,
}

#[derive(Template)]
#[template(path = "calls/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    contacts: Option<String>,
    form: Form,
    may: bool,
    /// How many lines the chart has.
    chart: usize,
    reaches: Vec<Choice>,
    times: Vec<Choice>,
    lines: Vec<Line>,
}

/// How far a round goes, in words.
pub(super) fn reach_words(reach: Reach) -> Key {
    match reach {
        Reach::House => Key("calls-reach-house"),
        Reach::HouseAndVendors => Key("calls-reach-vendors"),
        Reach::Everybody => Key("calls-reach-everybody"),
    }
}

fn line(t: Words, base: &str, row: &Kept<CallRound>) -> Line {
    let tally = row.body.tally();
    Line {
        href: format!("{base}/{}", row.id),
        when: row.body.started.minute_in_japan(t.lang),
        by: row.body.by.clone(),
        running: row.body.ended.is_none(),
        reached: format!("{} / {}", tally.reached, tally.lines),
        not_reached: tally.not_reached + tally.open,
        minutes: tally.seconds.map(minutes).unwrap_or_default(),
        within: tally.within_aim,
    }
}

async fn page(app: &AppState, visit: &Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = base(facility);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut rows = app.store.records::<CallRound>(facility).await?;
    rows.sort_by_key(|row| std::cmp::Reverse((row.body.ended.is_none(), row.body.started)));
    let contacts = "/facilities/{facility}/forms/contacts";
    let page = ListPage {
        t,
        page: visit.page(t.m("calls-title")),
        tabs: nav::tabs(visit, nav::PREPARE),
        contacts: (crate::access::has_page(contacts) && visit.may(Action::ReadForms))
            .then(|| contacts.replace("{facility}", &facility.to_string())),
        may: visit.may(Action::ConductDrill),
        chart: contact_chart(app, facility).await?.steps.len(),
        reaches: Reach::ALL
            .iter()
            .map(|reach| Choice::new(reach.key(), t.k(reach_words(*reach)), &form, "reach"))
            .collect(),
        times: vec![
            Choice::new("day", t.m("calls-by-day"), &form, "time"),
            Choice::new("night", t.m("calls-by-night"), &form, "time"),
        ],
        lines: rows.iter().map(|row| line(t, &base, row)).collect(),
        base,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

/// The page.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let form = Form::of([
        ("reach", Reach::HouseAndVendors.key().to_owned()),
        ("time", "day".to_owned()),
        ("aim", AIM.to_owned()),
        ("message", visit.t().m("calls-message-usual")),
    ]);
    page(&app, &visit, form).await
}

/// Begins a round: the chart as it stands now.
pub(super) async fn begin(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let reach = form.choice("reach", Reach::from_key);
    let at_night = form.has("time", "night");
    let aim = house::number(&mut form, "aim", LONGEST_AIM).filter(|aim| *aim > 0);
    let message = house::words(&mut form, "message", NOTE);
    let chart = contact_chart(&app, facility).await?;
    if app.store.records::<CallRound>(facility).await?.len() >= MOST {
        form.fault("reach", Key("calls-wrong-many"));
    }
    let by = visit.person()?.display_name.clone();
    let body = reach.filter(|_| form.is_right()).map(|reach| CallRound {
        aim_minutes: aim,
        message,
        ..CallRound::begin(&chart, reach, at_night, &by, app.now())
    });
    let Some(body) = body else { return page(&app, &visit, form).await };
    if body.calls.is_empty() {
        form.fault("reach", Key("calls-wrong-empty"));
        return page(&app, &visit, form).await;
    }
    let row = app.store.add_record(&visit.act(app.now()), facility, &body).await?;
    Ok(visit.done(&app, &format!("{}/{}", base(facility), row.id), Key("notice-saved")))
}
