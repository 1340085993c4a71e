//! One time a course is held: the code for telephones, photographs of the list, and the names to tick.

use super::base;
use super::course::file_names;
use crate::AppState;
use crate::doors;
use crate::house::{NAME, Saved, date, in_use, save, words};
use crate::shell::form::Form;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::seat::{Door, Purpose};
use hakutaku_model::time::date_words;
use hakutaku_model::training::{Course, Part, Session, SessionKind, Way};

/// More times than any course is held.
const MOST_SESSIONS: usize = 200;

/// A name to tick.
struct Name {
    id: String,
    number: String,
    name: String,
    here: bool,
    quiz: bool,
    agreed: bool,
    /// Known otherwise: by code, or at another time; the tick cannot be taken back here.
    fixed: Option<String>,
}

struct Department {
    name: String,
    here: usize,
    names: Vec<Name>,
}

/// Somebody who came by the code and is in no list.
struct Unlisted {
    id: String,
    name: String,
    department: String,
}

struct Join {
    code: String,
    address: String,
    qr: String,
    until: String,
    came: usize,
}

#[derive(Template)]
#[template(path = "training/session.html")]
struct SessionPage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    course: String,
    course_id: RecordId,
    id: RecordId,
    version: i64,
    day: String,
    kind: String,
    session: Session,
    kinds: Vec<(&'static str, String, bool)>,
    join: Option<Join>,
    photos: Vec<(String, String)>,
    with_quiz: bool,
    with_agreement: bool,
    departments: Vec<Department>,
    unlisted: Vec<Unlisted>,
    choices: Vec<(String, String)>,
    has_staff: bool,
    form: Form,
    theirs: Option<(String, String)>,
}

/// The session with its course.
pub(super) async fn load(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
) -> Result<(Kept<Session>, Kept<Course>), Problem> {
    let session = in_use::<Session>(app, visit, id).await?;
    let course = in_use::<Course>(app, visit, session.body.course).await?;
    Ok((session, course))
}

/// The open door of a session, if there is one.
pub(super) async fn open_door(app: &AppState, facility: FacilityId, id: RecordId) -> Result<Option<Door>, Problem> {
    let doors = app.store.doors(facility, Purpose::Course, id.0).await?;
    Ok(doors.into_iter().find(|door| door.is_open(app.now())))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let (session, course) = load(&app, &visit, id).await?;
    let form = fill(&session.body);
    Ok(page(&app, &visit, &session, &course, form, None).await?.into_response())
}

fn fill(session: &Session) -> Form {
    Form::of([
        ("held_on", session.held_on.to_string()),
        ("kind", session.kind.key().to_owned()),
        ("place", session.place.clone()),
        ("teacher", session.teacher.clone()),
    ])
}

async fn page(
    app: &AppState,
    visit: &Visit,
    session: &Kept<Session>,
    course: &Kept<Course>,
    form: Form,
    theirs: Option<(String, String)>,
) -> Result<Html<String>, Problem> {
    let (t, facility, id) = (visit.t(), visit.place()?.id, session.id);
    let today = app.now().date_in_japan();
    let rows = app.store.training_rows(facility).await?;
    let roll = rows.roll();
    let mut departments: Vec<Department> = Vec::new();
    let mut expected: Vec<_> = roll.expected(&course.body, today).collect();
    // Whoever came though they did not have to stands in the list, too.
    let guests = rows.staff.iter().filter(|member| {
        roll.attendance(course.id, member.id).is_some() && !expected.iter().any(|known| known.id == member.id)
    });
    let guests: Vec<_> = guests.collect();
    expected.extend(guests);
    expected.sort_by(|a, b| {
        (&a.body.department, &a.body.number, &a.body.name).cmp(&(&b.body.department, &b.body.number, &b.body.name))
    });
    for member in &expected {
        let row = roll.attendance(course.id, member.id);
        let fixed = row
            .filter(|row| row.way != Way::Paper || row.session != Some(id))
            .map(|row| t.a2("training-did", "day", date_words(row.on, t.lang), "way", t.text(&row.way.title())));
        let name = Name {
            id: member.id.to_string(),
            number: member.body.number.clone(),
            name: member.body.name.clone(),
            here: row.is_some(),
            quiz: row.is_some_and(|row| row.quiz.is_some_and(|quiz| quiz.passes(course.body.pass_percent))),
            agreed: row.is_some_and(|row| row.agreed_on.is_some()),
            fixed,
        };
        if departments.last().is_none_or(|list| list.name != member.body.department) {
            departments.push(Department { name: member.body.department.clone(), here: 0, names: Vec::new() });
        }
        if let Some(list) = departments.last_mut() {
            list.here += usize::from(name.here);
            list.names.push(name);
        }
    }
    let unlisted = rows.attendance.iter().filter(|row| row.body.staff.is_none() && row.body.session == Some(id));
    let unlisted: Vec<Unlisted> = unlisted
        .map(|row| Unlisted {
            id: row.id.to_string(),
            name: row.body.name.clone(),
            department: row.body.department.clone(),
        })
        .collect();
    let choices = expected
        .iter()
        .map(|member| {
            let body = &member.body;
            (member.id.to_string(), format!("{} {} {}", body.number, body.name, body.department).trim().to_owned())
        })
        .collect();
    let join = match open_door(app, facility, id).await? {
        Some(door) => {
            let address = doors::link(app, &door.code);
            let came = app.store.seats(door.id).await?.len();
            let until = door.expires_at.minute_in_japan(t.lang);
            Some(Join { qr: qr_svg(&address)?, code: door.code, address, until, came })
        }
        None => None,
    };
    let parts = course.body.parts();
    let day = date_words(session.body.held_on, t.lang);
    let under = format!("{}/courses/{}", base(facility), course.id);
    html(&SessionPage {
        t,
        page: visit
            .page(t.a2("training-session-title", "course", &course.body.title, "day", &day))
            .under(base(facility), t.m("training-title"))
            .under(under, course.body.title.clone()),
        tabs: nav::tabs(visit, nav::TRAINING),
        base: base(facility),
        may_edit: visit.may(Action::EditTraining),
        course: course.body.title.clone(),
        course_id: course.id,
        id,
        version: session.version,
        day,
        kind: t.text(&session.body.kind.title()).to_owned(),
        kinds: SessionKind::ALL
            .iter()
            .map(|kind| (kind.key(), t.text(&kind.title()).to_owned(), form.has("kind", kind.key())))
            .collect(),
        photos: file_names(app, facility, &session.body.documents).await?,
        session: session.body.clone(),
        join,
        with_quiz: parts.contains(&Part::Quiz),
        with_agreement: parts.contains(&Part::Agree),
        departments,
        unlisted,
        choices,
        has_staff: !rows.staff.is_empty(),
        form,
        theirs,
    })
}

fn read(form: &mut Form, course: RecordId, before: Option<&Session>) -> Option<Session> {
    let held_on = date(form, "held_on");
    if held_on.is_none() {
        form.fault("held_on", Key("system-date-wrong"));
    }
    let kind = form.choice("kind", SessionKind::from_key);
    let place = words(form, "place", NAME);
    let teacher = words(form, "teacher", NAME);
    let session = Session {
        course,
        kind: kind?,
        held_on: held_on?,
        place,
        teacher,
        documents: before.map(|session| session.documents.clone()).unwrap_or_default(),
    };
    form.is_right().then_some(session)
}

/// Another time the course is held.
pub(super) async fn add(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let course = in_use::<Course>(&app, &visit, id).await?;
    let held = app.store.records::<Session>(facility).await?;
    if held.iter().filter(|session| session.body.course == id).count() >= MOST_SESSIONS {
        return Err(Problem::unprocessable(Key("training-too-many-sessions")));
    }
    let Some(session) = read(&mut form, course.id, None) else {
        return Err(Problem::unprocessable(Key("training-wrong-session")));
    };
    let kept = app.store.add_record(&visit.act(app.now()), facility, &session).await?;
    Ok(visit.done(&app, &format!("{}/sessions/{}", base(facility), kept.id), Key("notice-saved")))
}

/// Another day, place or teacher.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (before, course) = load(&app, &visit, id).await?;
    let seen: i64 = form.value("version").parse().unwrap_or_default();
    let Some(session) = read(&mut form, course.id, Some(&before.body)) else {
        let shown = page(&app, &visit, &before, &course, form, None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    };
    match save(&app, &visit, Some((id, seen)), &session).await? {
        Saved::Kept => {
            let to = format!("{}/sessions/{id}", base(visit.place()?.id));
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Saved::Other(theirs) => {
            let Session { held_on, place, teacher, .. } = &theirs.body;
            let t = visit.t();
            let said = [&date_words(*held_on, t.lang), place, teacher].map(String::as_str).join(" / ");
            let clash = Some((theirs.changed_by.clone(), said));
            let shown = page(&app, &visit, &theirs, &course, form, clash).await?;
            Ok((StatusCode::CONFLICT, shown).into_response())
        }
    }
}

/// Takes a time out; who took part stays.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (session, _) = load(&app, &visit, id).await?;
    crate::house::retire::<Session>(&app, &visit, id, &form).await?;
    if let Some(door) = open_door(&app, facility, id).await? {
        app.store.close_door(&visit.act(app.now()), facility, door.id).await?;
    }
    Ok(visit.done(&app, &format!("{}/courses/{}", base(facility), session.body.course), Key("notice-saved")))
}
