//! Writing a course, changing it, taking it out.

use super::{base, departments};
use crate::AppState;
use crate::house::{Choice, LINE, NAME, NOTE, Saved, choices, date, in_use, number, save, words};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::FiscalYear;
use hakutaku_model::training::{
    Audience, Course, Link, StaffMember, StaffRole, USUAL_PASS_PERCENT, read_quiz, write_quiz,
};
use serde::Deserialize;

/// More courses than any house holds.
const MOST_COURSES: usize = 500;
/// The most links of a course.
const MOST_LINKS: usize = 20;
/// The longest text of own questions, in characters.
const LONGEST_QUIZ: usize = 20_000;

/// The row as somebody else left it meanwhile.
struct Theirs {
    by: String,
    summary: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "training/course_form.html")]
struct CourseFormPage {
    t: Words,
    page: Page,
    base: String,
    form: Form,
    years: Vec<Choice>,
    roles: Vec<Choice>,
    departments: Vec<Choice>,
    lessons: Vec<Choice>,
    quiz_wrong: Option<String>,
    row: Option<(RecordId, i64)>,
    theirs: Option<Theirs>,
}

/// What a new course begins with.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    lesson: Option<String>,
}

/// What the page shows besides the form.
#[derive(Default)]
struct Said {
    row: Option<(RecordId, i64)>,
    theirs: Option<Theirs>,
    quiz_wrong: Option<String>,
}

async fn page(app: &AppState, visit: &Visit, form: Form, said: Said) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = match (&said.theirs, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let this = FiscalYear::of(app.now().date_in_japan()).0;
    let mut years = vec![this - 1, this, this + 1];
    years.extend(form.value("year").parse::<i16>().ok().filter(|year| !years.contains(year)));
    let staff = app.store.records::<StaffMember>(facility).await?;
    let mut places = departments(&staff);
    places.extend(form.values("departments").iter().cloned());
    let title = if said.row.is_some() { Key("training-course-edit") } else { Key("training-course-new") };
    let page = CourseFormPage {
        t,
        page: visit.page(t.k(title)).under(base(facility), t.m("training-title")),
        base: base(facility),
        years: years
            .into_iter()
            .map(|year| Choice::new(&year.to_string(), FiscalYear(year).label(t.lang), &form, "year"))
            .collect(),
        roles: choices(t, &form, "roles", StaffRole::ALL, StaffRole::key, StaffRole::title),
        departments: places.into_iter().map(|name| Choice::new(&name, name.clone(), &form, "departments")).collect(),
        lessons: app
            .catalogue
            .lessons
            .iter()
            .map(|lesson| {
                let mut choice = Choice::new(&lesson.id, t.text(&lesson.title).to_owned(), &form, "lessons");
                t.text(&lesson.summary).clone_into(&mut choice.hint);
                choice
            })
            .collect(),
        form,
        quiz_wrong: said.quiz_wrong,
        row: said.row,
        theirs: said.theirs,
    };
    Ok((status, html(&page)?).into_response())
}

fn fill(course: &Course) -> Form {
    let links: Vec<String> = course.links.iter().map(|link| format!("{} {}", link.title, link.url)).collect();
    let mut form = Form::of([
        ("title", course.title.clone()),
        ("year", course.year.0.to_string()),
        ("due", course.due.map(|day| day.to_string()).unwrap_or_default()),
        ("links", links.join("\n")),
        ("quiz", write_quiz(&course.questions)),
        ("pass_percent", course.pass_percent.to_string()),
        ("agreement", course.agreement.clone()),
        ("note", course.note.clone()),
    ]);
    for role in &course.audience.roles {
        form.tick("roles", role.key());
    }
    for department in &course.audience.departments {
        form.tick("departments", department);
    }
    for lesson in &course.lessons {
        form.tick("lessons", lesson);
    }
    if course.audience.newcomers {
        form.tick("newcomers", "yes");
    }
    if course.quiz_needed {
        form.tick("quiz_needed", "yes");
    }
    form
}

/// One link in a line: its title, then its address.
fn read_links(form: &mut Form) -> Vec<Link> {
    let mut links = Vec::new();
    for line in words(form, "links", NOTE).lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (title, url) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let is_address = url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_address || links.len() >= MOST_LINKS {
            form.fault("links", Key("training-wrong-link"));
            break;
        }
        let title = if title.trim().is_empty() { url } else { title.trim() };
        links.push(Link { title: title.to_owned(), url: url.to_owned() });
    }
    links
}

/// The course as typed; the second value is what is wrong with the own questions, in words.
fn read(app: &AppState, t: Words, form: &mut Form, before: Option<&Course>) -> (Option<Course>, Option<String>) {
    let title = form.line("title", NAME);
    let year = form.choice("year", |typed| typed.parse().ok().filter(|y| (2000..=2200).contains(y)).map(FiscalYear));
    let due = date(form, "due");
    let roles = form.values("roles").iter().filter_map(|key| StaffRole::from_key(key)).collect();
    let departments: Vec<String> =
        form.values("departments").iter().filter(|name| name.chars().count() <= LINE).take(200).cloned().collect();
    let newcomers = form.has("newcomers", "yes");
    let lessons: Vec<String> = app
        .catalogue
        .lessons
        .iter()
        .filter(|lesson| form.has("lessons", &lesson.id))
        .map(|lesson| lesson.id.clone())
        .collect();
    let links = read_links(form);
    let typed = form.value("quiz").to_owned();
    let questions = if typed.chars().count() > LONGEST_QUIZ {
        form.fault("quiz", Key("form-too-long"));
        Ok(Vec::new())
    } else {
        read_quiz(&typed)
    };
    let quiz_wrong = questions.as_ref().err().map(|fault| t.text(&fault.text()).to_owned());
    if quiz_wrong.is_some() {
        form.fault("quiz", Key("training-wrong-quiz"));
    }
    let questions = questions.unwrap_or_default();
    let quiz_needed = form.has("quiz_needed", "yes");
    let asks = !questions.is_empty() || !lessons.is_empty();
    if quiz_needed && !asks && quiz_wrong.is_none() {
        form.fault("quiz", Key("training-wrong-no-quiz"));
    }
    let pass_percent = number(form, "pass_percent", 100).and_then(|percent| u8::try_from(percent).ok());
    let agreement = words(form, "agreement", NOTE);
    let note = words(form, "note", NOTE);
    if let (Some(due), Some(year)) = (due, year)
        && FiscalYear::of(due) != year
    {
        form.fault("due", Key("training-wrong-due"));
    }
    let course = year.filter(|_| form.is_right()).map(|year| Course {
        title,
        year,
        audience: Audience { roles, departments, newcomers },
        due,
        lessons,
        documents: before.map(|course| course.documents.clone()).unwrap_or_default(),
        links,
        questions,
        quiz_needed,
        pass_percent: pass_percent.unwrap_or(USUAL_PASS_PERCENT),
        agreement,
        note,
    });
    (course, quiz_wrong)
}

/// An empty form, or one begun with a built-in lesson.
pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Query(start): Query<Start>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let mut form = Form::of([
        ("year", FiscalYear::of(app.now().date_in_japan()).0.to_string()),
        ("pass_percent", USUAL_PASS_PERCENT.to_string()),
    ]);
    if let Some(lesson) = start.lesson.and_then(|id| app.catalogue.lessons.iter().find(|lesson| lesson.id == id)) {
        form.tick("title", t.text(&lesson.title));
        form.tick("lessons", &lesson.id);
        form.tick("quiz_needed", "yes");
        for role in &lesson.roles {
            form.tick("roles", role.key());
        }
        if lesson.newcomers {
            form.tick("newcomers", "yes");
        }
    }
    page(&app, &visit, form, Said::default()).await
}

pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    if app.store.records::<Course>(facility).await?.len() >= MOST_COURSES {
        form.fault("title", Key("training-wrong-many"));
    }
    let (course, quiz_wrong) = read(&app, visit.t(), &mut form, None);
    let Some(course) = course else {
        return page(&app, &visit, form, Said { quiz_wrong, ..Said::default() }).await;
    };
    let kept = app.store.add_record(&visit.act(app.now()), facility, &course).await?;
    Ok(visit.done(&app, &format!("{}/courses/{}", base(facility), kept.id), Key("notice-saved")))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let row = in_use::<Course>(&app, &visit, id).await?;
    page(&app, &visit, fill(&row.body), Said { row: Some((id, row.version)), ..Said::default() }).await
}

pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let seen: i64 = form.value("version").parse().unwrap_or_default();
    let now = in_use::<Course>(&app, &visit, id).await?;
    let (course, quiz_wrong) = read(&app, t, &mut form, Some(&now.body));
    let Some(course) = course else {
        return page(&app, &visit, form, Said { row: Some((id, seen)), quiz_wrong, theirs: None }).await;
    };
    match save(&app, &visit, Some((id, seen)), &course).await? {
        Saved::Kept => Ok(visit.done(&app, &format!("{}/courses/{id}", base(facility)), Key("notice-saved"))),
        Saved::Other(theirs) => {
            let row = Some((id, theirs.version));
            let theirs = Theirs { by: theirs.changed_by.clone(), summary: differences(t, &course, &theirs) };
            page(&app, &visit, form, Said { row, theirs: Some(theirs), quiz_wrong: None }).await
        }
    }
}

/// The fields in which the other's course is another one.
fn differences(t: Words, mine: &Course, theirs: &Kept<Course>) -> Vec<(String, String)> {
    let (mine, stands) = (fill(mine), fill(&theirs.body));
    let fields = [
        ("title", Key("training-course")),
        ("year", Key("training-year")),
        ("departments", Key("training-departments")),
        ("due", Key("training-due")),
        ("lessons", Key("training-lessons")),
        ("links", Key("training-links")),
        ("quiz", Key("training-own-quiz")),
        ("pass_percent", Key("training-pass")),
        ("agreement", Key("training-agreement")),
        ("note", Key("training-note")),
    ];
    let mut found: Vec<(String, String)> = fields
        .into_iter()
        .filter(|(name, _)| mine.values(name) != stands.values(name))
        .map(|(name, key)| (t.k(key), stands.values(name).join(&t.m("list-separator"))))
        .collect();
    if mine.values("roles") != stands.values("roles") {
        let roles = theirs.body.audience.roles.iter().map(|role| t.text(&role.title()).to_owned());
        found.push((t.m("training-roles"), roles.collect::<Vec<_>>().join(&t.m("list-separator"))));
    }
    found
}

/// Takes a course out; who took part stays in the log.
pub(super) async fn retire(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    crate::house::retire::<Course>(&app, &visit, id, &form).await?;
    Ok(visit.done(&app, &base(visit.place()?.id), Key("notice-saved")))
}
