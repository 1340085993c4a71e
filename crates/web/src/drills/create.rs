//! Setting a drill up: which scenario, when, who takes part, how fast, which roles.

use super::options::{DrillOptions, DrillPart, SPEEDS, setup_value};
use super::scenarios::{Playable, path_lines, read_own};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::day;
use hakutaku_model::exercise::event::TakingPart;
use hakutaku_model::exercise::{DrillSetup, Scenario};
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::{Room, RoomKind};
use hakutaku_store::Act;
use serde::Deserialize;

/// A scenario as it is offered.
struct Offer {
    id: String,
    title: String,
    summary: String,
    size: String,
    source: Option<String>,
}

impl Offer {
    fn of(t: Words, scenario: &Scenario) -> Self {
        Self {
            id: scenario.id.clone(),
            title: t.text(&scenario.title).to_owned(),
            summary: t.text(&scenario.summary).to_owned(),
            size: t.a3(
                "drill-scenario-size",
                ("minutes", scenario.minutes.seconds() / 60),
                ("roles", scenario.roles.len()),
                ("injects", scenario.injects.len()),
            ),
            source: scenario.source.as_ref().map(|source| source.title.clone()),
        }
    }
}

#[derive(Template)]
#[template(path = "drills/choose.html")]
struct ChoosePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    scenarios: Vec<Offer>,
    wrong: Option<String>,
    findings: Vec<String>,
}

#[derive(Template)]
#[template(path = "drills/new.html")]
struct NewPage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    scenario: Offer,
    own: Option<String>,
    warnings: Vec<String>,
    speeds: Vec<(String, String)>,
    /// Id, name, whether it is the conducting one.
    places: Vec<(String, String, bool)>,
    roles: Vec<(String, String)>,
    paths: Vec<String>,
}

/// Which scenario.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    scenario: Option<String>,
}

fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/plan/drills")
}

/// The scenarios, or the form for the one chosen.
pub(super) async fn choose(
    State(app): State<AppState>,
    visit: Visit,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Problem> {
    let Some(id) = chosen.scenario else { return choice(&app, &visit, StatusCode::OK, None, Vec::new()) };
    let scenario = app.catalogue.exercises.iter().find(|known| known.id == id).ok_or(Problem::NotFound)?.clone();
    setting_up(&app, &visit, StatusCode::OK, Playable { scenario, warnings: Vec::new() }, None, None)
}

fn choice(
    app: &AppState,
    visit: &Visit,
    status: StatusCode,
    wrong: Option<String>,
    findings: Vec<String>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let page = ChoosePage {
        t,
        page: Page {
            path: format!("{}/new", base(facility)),
            ..visit.page(t.m("drill-choose-title")).under(base(facility), t.m("drill-list-title"))
        },
        tabs: nav::tabs(visit, nav::PREPARE),
        base: base(facility),
        scenarios: app.catalogue.exercises.iter().map(|scenario| Offer::of(t, scenario)).collect(),
        wrong,
        findings,
    };
    Ok((status, html(&page)?).into_response())
}

/// The facilities whose drills this visitor conducts: the one of the page first.
fn places(visit: &Visit) -> Result<Vec<(FacilityId, String)>, Problem> {
    let here = visit.place()?;
    let others =
        visit.places.iter().filter(|place| place.id != here.id && visit.may_at(Action::ConductDrill, place.id));
    let mut all = vec![(here.id, here.name.clone())];
    all.extend(others.map(|place| (place.id, place.name.clone())));
    Ok(all)
}

fn setting_up(
    app: &AppState,
    visit: &Visit,
    status: StatusCode,
    playable: Playable,
    own: Option<String>,
    form: Option<Form>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let Playable { scenario, warnings } = playable;
    let form = form.unwrap_or_else(|| {
        let mut form = Form::of([
            ("title", t.text(&scenario.title).to_owned()),
            ("day", app.now().date_in_japan().to_string()),
            ("speed", "1".to_owned()),
        ]);
        for role in &scenario.roles {
            form.tick("role", &role.id);
        }
        form
    });
    let page = NewPage {
        t,
        page: Page {
            path: format!("{}/new", base(facility)),
            ..visit
                .page(t.m("drill-new-title"))
                .under(base(facility), t.m("drill-list-title"))
                .under(format!("{}/new", base(facility)), t.m("drill-choose-title"))
        },
        base: base(facility),
        form,
        own,
        warnings,
        speeds: speeds(t),
        places: places(visit)?.into_iter().map(|(id, name)| (id.to_string(), name, id == facility)).collect(),
        roles: scenario.roles.iter().map(|role| (role.id.clone(), t.text(&role.title).to_owned())).collect(),
        paths: path_lines(t, &scenario),
        scenario: Offer::of(t, &scenario),
    };
    Ok((status, html(&page)?).into_response())
}

/// The speeds to choose from.
pub(super) fn speeds(t: Words) -> Vec<(String, String)> {
    let name = |speed: u32| if speed == 1 { t.m("drill-speed-real") } else { t.a("drill-speed-times", "speed", speed) };
    SPEEDS.into_iter().map(|speed| (speed.to_string(), name(speed))).collect()
}

fn broken(error: axum::extract::multipart::MultipartError) -> Problem {
    Problem::of_status(error.status())
}

/// Reads a person's own scenario; shows the form for it, or what is wrong with it.
pub(super) async fn check_own(
    State(app): State<AppState>,
    visit: Visit,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let t = visit.t();
    let mut content = None;
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() == Some("file") {
            content = Some(part.bytes().await.map_err(broken)?);
        }
    }
    let refuse =
        |sentence: String, findings| choice(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(sentence), findings);
    let Some(content) = content.filter(|content| !content.is_empty()) else {
        return refuse(t.m("drill-own-none"), Vec::new());
    };
    let Ok(text) = String::from_utf8(content.to_vec()) else { return refuse(t.m("drill-own-encoding"), Vec::new()) };
    let text = text.trim_start_matches('\u{feff}').to_owned();
    match read_own(&app, t, &text) {
        Ok(playable) => setting_up(&app, &visit, StatusCode::OK, playable, Some(text), None),
        Err(unplayable) => refuse(unplayable.sentence, unplayable.findings),
    }
}

/// What a drill is made of.
pub(crate) struct NewDrill {
    pub(crate) title: String,
    pub(crate) scenario: Scenario,
    pub(crate) options: DrillOptions,
    /// Everybody who takes part, the conducting facility among them.
    pub(crate) places: Vec<(FacilityId, String)>,
}

/// Makes a drill, and notes at each other facility that it takes part.
pub(crate) async fn make(app: &AppState, act: &Act, facility: FacilityId, new: NewDrill) -> Result<Room, Problem> {
    let part = |(facility, name): (FacilityId, String)| TakingPart { facility, name };
    let setup = DrillSetup::new(new.scenario, new.places.into_iter().map(part).collect());
    let value = setup_value(&setup, &new.options)?;
    let room = app.store.create_room(act, facility, RoomKind::Drill, &new.title, &value).await?;
    for part in setup.facilities.iter().filter(|part| part.facility != facility) {
        let row = DrillPart { room: room.id, title: room.title.clone() };
        app.store.put_record(act, part.facility, &row).await?;
    }
    Ok(room)
}

pub(super) async fn create(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    // A file's line ends come back from the form as the browser likes them.
    let own = Some(form.value("own").replace("\r\n", "\n")).filter(|text| !text.trim().is_empty());
    let playable = match &own {
        Some(text) => match read_own(&app, t, text) {
            Ok(playable) => playable,
            Err(wrong) => {
                return choice(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong.sentence), wrong.findings);
            }
        },
        None => {
            let id = form.value("scenario").to_owned();
            let scenario = app.catalogue.exercises.iter().find(|known| known.id == id).ok_or(Problem::NotFound)?;
            Playable { scenario: scenario.clone(), warnings: Vec::new() }
        }
    };
    let title = form.line("title", 120);
    let day = day::parse(form.value("day").trim());
    if day.is_none() {
        form.fault("day", Key("drill-wrong-day"));
    }
    let speed = form.choice("speed", |typed| typed.parse().ok().filter(|speed| SPEEDS.contains(speed))).unwrap_or(1);
    let all = &playable.scenario.roles;
    let roles: Vec<String> = all.iter().filter(|role| form.has("role", &role.id)).map(|role| role.id.clone()).collect();
    if roles.is_empty() {
        form.fault("role", Key("drill-wrong-roles"));
    }
    if !form.is_right() {
        return setting_up(&app, &visit, StatusCode::UNPROCESSABLE_ENTITY, playable, own, Some(form));
    }
    // Only facilities the visitor conducts drills at; the one of the page always.
    let taking_part = places(&visit)?
        .into_iter()
        .filter(|(id, _)| *id == facility || form.has("facility", &id.to_string()))
        .collect();
    let roles = if roles.len() == all.len() { Vec::new() } else { roles };
    let options = DrillOptions { day, speed, roles };
    let new = NewDrill { title, scenario: playable.scenario, options, places: taking_part };
    let room = make(&app, &visit.act(app.now()), facility, new).await?;
    Ok(visit.done(&app, &super::base_of(facility, room.id), Key("notice-saved")))
}
