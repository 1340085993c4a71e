//! The list of people who work in the house: looking, adding one, changing, marking who left.

use super::{base, departments};
use crate::AppState;
use crate::house::{Choice, NAME, choices, date, in_use, words};
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::record::RecordId;
use hakutaku_model::time::date_words;
use hakutaku_model::training::{StaffMember, StaffRole};
use hakutaku_store::StoreError;

/// More people than any house employs.
const MOST_STAFF: usize = 20_000;

struct Line {
    id: String,
    number: String,
    name: String,
    role: String,
    joined: Option<String>,
    left: Option<String>,
}

struct Department {
    name: String,
    working: usize,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "training/staff.html")]
struct StaffPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    working: usize,
    departments: Vec<Department>,
}

#[derive(Template)]
#[template(path = "training/staff_edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    roles: Vec<Choice>,
    departments: Vec<String>,
    row: Option<(RecordId, i64)>,
    theirs: Option<(String, String)>,
}

pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let today = app.now().date_in_japan();
    let mut staff = app.store.records::<StaffMember>(facility).await?;
    staff.sort_by(|a, b| {
        (&a.body.department, &a.body.number, &a.body.name).cmp(&(&b.body.department, &b.body.number, &b.body.name))
    });
    let mut departments: Vec<Department> = Vec::new();
    let mut working = 0;
    for row in staff {
        let works = row.body.works_on(today);
        working += usize::from(works);
        let name = if row.body.department.is_empty() { t.m("training-no-department") } else { row.body.department };
        if departments.last().is_none_or(|list| list.name != name) {
            departments.push(Department { name, working: 0, lines: Vec::new() });
        }
        let Some(list) = departments.last_mut() else { continue };
        list.working += usize::from(works);
        list.lines.push(Line {
            id: row.id.to_string(),
            number: row.body.number,
            name: row.body.name,
            role: t.text(&row.body.role.title()).to_owned(),
            joined: row.body.joined_on.map(|day| date_words(day, t.lang)),
            left: row.body.left_on.map(|day| date_words(day, t.lang)),
        });
    }
    html(&StaffPage {
        t,
        page: visit.page(t.m("training-staff-title")).under(base(facility), t.m("training-title")),
        tabs: nav::tabs(&visit, nav::TRAINING),
        base: base(facility),
        may_edit: visit.may(Action::EditTraining),
        working,
        departments,
    })
}

async fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    row: Option<(RecordId, i64)>,
    theirs: Option<(String, String)>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = match (&theirs, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if row.is_some() { Key("training-staff-edit") } else { Key("training-staff-new") };
    let staff = app.store.records::<StaffMember>(facility).await?;
    let page = EditPage {
        t,
        page: visit
            .page(t.k(title))
            .under(base(facility), t.m("training-title"))
            .under(format!("{}/staff", base(facility)), t.m("training-staff-title")),
        base: base(facility),
        roles: choices(t, &form, "role", StaffRole::ALL, StaffRole::key, StaffRole::title),
        departments: departments(&staff).into_iter().collect(),
        form,
        row,
        theirs,
    };
    Ok((status, html(&page)?).into_response())
}

fn fill(member: &StaffMember) -> Form {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    Form::of([
        ("number", member.number.clone()),
        ("name", member.name.clone()),
        ("department", member.department.clone()),
        ("role", member.role.key().to_owned()),
        ("joined_on", day(member.joined_on)),
        ("left_on", day(member.left_on)),
    ])
}

fn read(form: &mut Form) -> Option<StaffMember> {
    let number = words(form, "number", 40);
    let name = form.line("name", 100);
    let department = words(form, "department", NAME);
    let role = form.choice("role", StaffRole::from_key);
    let joined_on = date(form, "joined_on");
    let left_on = date(form, "left_on");
    if let (Some(joined), Some(left)) = (joined_on, left_on)
        && left < joined
    {
        form.fault("left_on", Key("training-wrong-left"));
    }
    let member = StaffMember { number, name, department, role: role?, joined_on, left_on };
    form.is_right().then_some(member)
}

pub(super) async fn new(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, fill(&StaffMember { role: StaffRole::Nurse, ..StaffMember::default() }), None, None).await
}

pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    if app.store.records::<StaffMember>(facility).await?.len() >= MOST_STAFF {
        form.fault("name", Key("training-wrong-many-staff"));
    }
    let Some(member) = read(&mut form) else { return page(&app, &visit, form, None, None).await };
    match app.store.add_record(&visit.act(app.now()), facility, &member).await {
        Ok(_) => Ok(visit.done(&app, &format!("{}/staff", base(facility)), Key("notice-saved"))),
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("number", Key("training-wrong-same"));
            page(&app, &visit, form, None, None).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let row = in_use::<StaffMember>(&app, &visit, id).await?;
    page(&app, &visit, fill(&row.body), Some((id, row.version)), None).await
}

pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let seen: i64 = form.value("version").parse().unwrap_or_default();
    in_use::<StaffMember>(&app, &visit, id).await?;
    let Some(member) = read(&mut form) else { return page(&app, &visit, form, Some((id, seen)), None).await };
    match app.store.change_record(&visit.act(app.now()), facility, id, seen, &member).await {
        Ok(_) => Ok(visit.done(&app, &format!("{}/staff", base(facility)), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            let theirs = in_use::<StaffMember>(&app, &visit, id).await?;
            let StaffMember { number, name, department, role, .. } = &theirs.body;
            let said = [number.as_str(), name, department, t.text(&role.title())].join(" / ");
            let clash = Some((theirs.changed_by.clone(), said));
            page(&app, &visit, form, Some((id, theirs.version)), clash).await
        }
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("number", Key("training-wrong-same"));
            page(&app, &visit, form, Some((id, seen)), None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a row out that should never have been there. Who left is marked with a day instead.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    crate::house::retire::<StaffMember>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &format!("{}/staff", base(visit.place()?.id)), Key("notice-saved")))
}
