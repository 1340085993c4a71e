//! Noting an action and changing what it says. Its steps (done, closed, looked at again) are taken elsewhere.

use super::offered::FieldControls;
use super::told::watch_key;
use super::{base, controls_by_field, people, source_words};
use crate::AppState;
use crate::house::{self, Choice, Clash, House, LINE, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::calls::CallRound;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::corrective::{CorrectiveAction, Source, Watch};
use hakutaku_model::id::{ControlId, FacilityId};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::room::RoomKind;
use hakutaku_model::score::Level;
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

/// More actions than any facility works off; each list lays all of them out.
const MOST: usize = 2_000;
/// The most controls one action may strengthen: more would be evidence for everything.
const MOST_CONTROLS: usize = 20;
/// The longest key of a plan section, an objective or a gap.
const KEY: usize = 80;

/// Fields that carry a source through the form.
const SOURCE_FIELDS: [&str; 5] = ["source", "room", "objective", "round", "found"];

#[derive(Template)]
#[template(path = "actions/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    row: Option<(String, i64)>,
    clash: Option<Clash>,
    /// Carried through unseen: name and value.
    carried: Vec<(&'static str, String)>,
    source: String,
    people: Vec<String>,
    fields: Vec<FieldControls>,
    watches: Vec<Choice>,
    levels: Vec<Choice>,
    kinds: Vec<Choice>,
}

const LABELS: [(&str, &str); 9] = [
    ("title", "actions-what"),
    ("detail", "actions-detail"),
    ("owner", "actions-owner"),
    ("due", "actions-due"),
    ("controls", "actions-controls"),
    ("plan_section", "actions-plan-section"),
    ("preventive", "actions-kind"),
    ("watch", "actions-watch"),
    ("watch_level", "actions-watch-level"),
];

fn fill(action: &CorrectiveAction) -> Form {
    let level = match &action.watch {
        Some(Watch::Control { level, .. }) => level.get().to_string(),
        _ => String::new(),
    };
    let mut form = Form::of([
        ("title", action.title.clone()),
        ("detail", action.detail.clone()),
        ("owner", action.owner.clone()),
        ("due", action.due.map(|day| day.to_string()).unwrap_or_default()),
        ("plan_section", action.plan_section.clone().unwrap_or_default()),
        ("preventive", if action.preventive { "yes" } else { "no" }.to_owned()),
        ("watch", action.watch.as_ref().map(|watch| watch.key().to_owned()).unwrap_or_default()),
        ("watch_level", level),
    ]);
    for control in &action.controls {
        form.tick("controls", control.as_str());
    }
    form
}

/// The facts that can be watched, for choosing; `control`: what watching a control is called here, where it can be.
pub(crate) fn watches(t: Words, form: &Form, control: Option<String>) -> Vec<Choice> {
    let mut watches = vec![Choice::new("", t.m("actions-watch-none"), form, "watch")];
    watches
        .extend(Watch::PLAIN.iter().map(|watch| Choice::new(watch.key(), t.k(watch_key(watch.key())), form, "watch")));
    watches.extend(control.map(|title| Choice::new("control", title, form, "watch")));
    watches
}

/// The levels a watched control may have to keep.
pub(crate) fn levels(form: &Form) -> Vec<Choice> {
    ["2", "1", "3"].map(|level| Choice::new(level, level.to_owned(), form, "watch_level")).into()
}

/// The watch a form chose; a fault goes into the form. A control that is watched is the first of `controls`.
pub(crate) fn watch_of(form: &mut Form, controls: &[ControlId]) -> Option<Watch> {
    match form.value("watch").to_owned().as_str() {
        "" => None,
        "control" => {
            let level = form.value("watch_level").parse().ok().and_then(Level::new);
            match (controls.first(), level) {
                (Some(control), Some(level)) => Some(Watch::Control { control: control.clone(), level }),
                (None, _) => {
                    form.fault("watch", Key("actions-wrong-watch-control"));
                    None
                }
                (_, None) => {
                    form.fault("watch_level", Key("form-choose"));
                    None
                }
            }
        }
        key => {
            let watch = Watch::from_key(key);
            if watch.is_none() {
                form.fault("watch", Key("form-choose"));
            }
            watch
        }
    }
}

/// Reads everything but the source into a body; faults go into the form.
fn read(catalogue: &Catalogue, form: &mut Form, onto: CorrectiveAction) -> Option<CorrectiveAction> {
    let title = form.line("title", LINE);
    let detail = house::words(form, "detail", NOTE);
    let owner = house::words(form, "owner", LINE);
    let due = house::date(form, "due");
    let mut controls: Vec<ControlId> = Vec::new();
    for id in form.values("controls").to_vec() {
        match catalogue.controls.get(id.as_str()) {
            Some(control) if !controls.contains(&control.id) => controls.push(control.id.clone()),
            Some(_) => {}
            None => form.fault("controls", Key("form-choose")),
        }
    }
    if controls.len() > MOST_CONTROLS {
        form.fault("controls", Key("actions-wrong-many-controls"));
    }
    let section = house::words(form, "plan_section", KEY);
    let watch = watch_of(form, &controls);
    let body = CorrectiveAction {
        title,
        detail,
        owner,
        due,
        controls,
        plan_section: (!section.is_empty()).then_some(section),
        preventive: form.has("preventive", "yes"),
        watch,
        ..onto
    };
    form.is_right().then_some(body)
}

/// Where a new action comes from, as the page that led here says; what it names must be this facility's.
async fn source(app: &AppState, facility: FacilityId, form: &Form) -> Result<Source, Problem> {
    let room = async |kind: RoomKind| {
        let id = form.value("room").parse().map_err(|_| Problem::NotFound)?;
        Ok::<_, Problem>(crate::after::room_of(app, facility, id, kind).await?.id)
    };
    let objective = Some(form.value("objective")).filter(|key| !key.is_empty() && key.len() <= KEY).map(str::to_owned);
    Ok(match form.value("source") {
        "drill" => Source::Drill { room: room(RoomKind::Drill).await?, objective },
        "incident" => Source::Incident { room: room(RoomKind::Incident).await? },
        "call" => {
            let id: RecordId = form.value("round").parse().map_err(|_| Problem::NotFound)?;
            Source::Call { round: app.store.record_of::<CallRound>(facility, id).await?.id }
        }
        _ => Source::Noted,
    })
}

async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    row: Option<&Kept<CorrectiveAction>>,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let source_key = row.map_or_else(|| form.value("source").to_owned(), |row| row.body.source.key().to_owned());
    let page = EditPage {
        t,
        page: visit
            .page(if row.is_some() { t.m("actions-edit") } else { t.m("actions-new") })
            .under(base(facility), t.m("actions-title")),
        base: base(facility),
        carried: SOURCE_FIELDS
            .into_iter()
            .filter(|_| row.is_none())
            .map(|name| (name, form.value(name).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        source: t.k(source_words(&source_key)),
        people: people(app, facility).await?,
        fields: controls_by_field(t, &app.catalogue, &form, "controls"),
        watches: watches(t, &form, Some(t.m("actions-watch-control"))),
        levels: levels(&form),
        kinds: vec![
            Choice::new("no", t.m("actions-corrective"), &form, "preventive"),
            Choice::new("yes", t.m("actions-preventive"), &form, "preventive"),
        ],
        row: row.map(|row| (row.id.to_string(), row.version)),
        clash,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

/// An empty form, or one filled by the page that led here: a gap of a drill, somebody not reached.
pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let mut form = Form::of([("preventive", "no".to_owned()), ("watch_level", "2".to_owned())]);
    for name in ["title", "detail", "owner", "due", "plan_section"].into_iter().chain(SOURCE_FIELDS) {
        if let Some(value) = asked.get(name) {
            form.tick(name, value);
        }
    }
    for control in asked.get("controls").map(String::as_str).unwrap_or_default().split(',') {
        if app.catalogue.controls.contains_key(control) {
            form.tick("controls", control);
        }
    }
    page(&app, &visit, form, None, None).await
}

/// A new action.
pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    if app.store.records::<CorrectiveAction>(facility).await?.len() >= MOST {
        form.fault("title", Key("actions-wrong-many"));
    }
    let source = source(&app, facility, &form).await?;
    let found = Some(form.value("found")).filter(|key| !key.is_empty() && key.len() <= KEY).map(str::to_owned);
    let blank = CorrectiveAction { found, ..CorrectiveAction::new("", source) };
    let Some(body) = read(&app.catalogue, &mut form, blank) else {
        return page(&app, &visit, form, None, None).await;
    };
    let row = app.store.add_record(&visit.act(app.now()), facility, &body).await?;
    Ok(visit.done(&app, &format!("{}/{}", base(facility), row.id), Key("notice-saved")))
}

/// The form of an action.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    page(&app, &visit, fill(&row.body), Some(&row), None).await
}

/// Another text for an action. Who was slower sees what the other wrote, and keeps what they typed.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row: Kept<CorrectiveAction> = house::in_use(&app, &visit, id).await?;
    let Some(body) = read(&app.catalogue, &mut form, row.body.clone()) else {
        let shown = Kept { version: house::seen(&form), ..row };
        return page(&app, &visit, form, Some(&shown), None).await;
    };
    match app.store.change_record(&visit.act(app.now()), facility, id, house::seen(&form), &body).await {
        Ok(_) => Ok(visit.done(&app, &format!("{}/{id}", base(facility)), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let house = House::of(&app, facility).await?;
            let clash = house::clash(&house, &visit, &row, &fill(&row.body), &form, &LABELS);
            page(&app, &visit, form, Some(&row), Some(clash)).await
        }
        Err(error) => Err(error.into()),
    }
}
