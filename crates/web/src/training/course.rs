//! One course: who has to, who did, when it is held, what there is to read.

use super::{audience_words, base, through};
use crate::AppState;
use crate::house::in_use;
use crate::shell::nav;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::date_words;
use hakutaku_model::training::standing::Roll;
use hakutaku_model::training::{Course, QuizQuestion, SessionKind, Way, asked};
use jiff::civil::Date;

/// More names than a page shows at once; the late list has them all.
const SHOWN: usize = 2000;

struct SessionLine {
    id: String,
    day: String,
    kind: String,
    place: String,
    teacher: String,
    planned: bool,
}

struct Person {
    id: String,
    number: String,
    name: String,
    department: String,
    complete: bool,
    begun: bool,
    what: String,
}

/// How one question was answered.
struct Asked {
    text: String,
    right: u32,
    of: u32,
}

#[derive(Template)]
#[template(path = "training/course.html")]
struct CoursePage {
    t: Words,
    page: Page,
    tabs: Vec<nav::NavLink>,
    base: String,
    may_edit: bool,
    id: RecordId,
    year: String,
    who: String,
    last_day: String,
    parts: String,
    pass_percent: u8,
    course: Course,
    lessons: Vec<(String, String)>,
    files: Vec<(String, String)>,
    through: Option<String>,
    sessions: Vec<SessionLine>,
    people: Vec<Person>,
    more: usize,
    asked: Vec<Asked>,
    kinds: Vec<(&'static str, String)>,
    today: Date,
    questions: usize,
}

fn people(t: Words, roll: &Roll<'_>, id: RecordId, course: &Kept<Course>, today: Date) -> Vec<Person> {
    let mut people: Vec<Person> = roll
        .expected(&course.body, today)
        .map(|member| {
            let standing = roll.standing(course, member.id);
            let row = roll.attendance(id, member.id);
            let complete = standing.is_complete();
            let missing: Vec<String> = standing.missing.iter().map(|part| t.text(&part.title()).to_owned()).collect();
            let what = match row {
                Some(row) if complete => {
                    let day = date_words(row.on, t.lang);
                    let quiz = row.quiz.filter(|_| row.way == Way::Code);
                    quiz.map_or_else(
                        || t.a2("training-did", "day", &day, "way", t.text(&row.way.title())),
                        |quiz| t.a3("training-did-quiz", ("day", &day), ("right", quiz.right), ("of", quiz.of)),
                    )
                }
                _ => t.a("training-missing", "parts", missing.join(&t.m("list-separator"))),
            };
            Person {
                id: member.id.to_string(),
                number: member.body.number.clone(),
                name: member.body.name.clone(),
                department: member.body.department.clone(),
                complete,
                begun: row.is_some(),
                what,
            }
        })
        .collect();
    people.sort_by(|a, b| (a.complete, &a.department, &a.number).cmp(&(b.complete, &b.department, &b.number)));
    people
}

/// Names of files a course or session points to; a file that is gone is left out.
pub(super) async fn file_names(
    app: &AppState,
    facility: FacilityId,
    ids: &[DocumentId],
) -> Result<Vec<(String, String)>, Problem> {
    let mut files = Vec::new();
    for id in ids {
        if let Ok(row) = app.store.document(facility, *id).await {
            files.push((id.to_string(), row.name));
        }
    }
    Ok(files)
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let today = app.now().date_in_japan();
    let course = in_use::<Course>(&app, &visit, id).await?;
    let rows = app.store.training_rows(facility).await?;
    let roll = rows.roll();
    let count = roll.count(&course, today);
    let mut people = people(t, &roll, id, &course, today);
    let more = people.len().saturating_sub(SHOWN);
    people.truncate(SHOWN);
    let sessions = roll
        .sessions_of(id)
        .into_iter()
        .map(|session| SessionLine {
            id: session.id.to_string(),
            day: date_words(session.body.held_on, t.lang),
            kind: t.text(&session.body.kind.title()).to_owned(),
            place: session.body.place.clone(),
            teacher: session.body.teacher.clone(),
            planned: session.body.held_on > today,
        })
        .collect();
    let questions = asked(&course.body, &app.catalogue.lessons);
    let answered: Vec<_> =
        rows.attendance.iter().filter(|row| row.body.course == id && !row.body.answers.is_empty()).collect();
    let how = |(name, question): &(String, &QuizQuestion)| {
        let given = answered.iter().filter_map(|row| row.body.answers.get(name)).copied();
        let (right, of) =
            given.fold((0, 0), |(right, of), at| (right + u32::from(Some(at) == question.right()), of + 1));
        Asked { text: t.text(&question.question).to_owned(), right, of }
    };
    let asked_lines: Vec<Asked> = if answered.is_empty() { Vec::new() } else { questions.iter().map(how).collect() };
    let parts: Vec<String> = course.body.parts().iter().map(|part| t.text(&part.title()).to_owned()).collect();
    html(&CoursePage {
        t,
        page: visit.page(course.body.title.clone()).under(base(facility), t.m("training-title")),
        tabs: nav::tabs(&visit, nav::TRAINING),
        base: base(facility),
        may_edit: visit.may(Action::EditTraining),
        id,
        year: course.body.year.label(t.lang),
        who: audience_words(t, &course.body.audience),
        last_day: date_words(course.body.last_day(), t.lang),
        parts: parts.join(&t.m("list-separator")),
        pass_percent: course.body.pass_percent,
        lessons: app
            .catalogue
            .lessons
            .iter()
            .filter(|lesson| course.body.lessons.contains(&lesson.id))
            .map(|lesson| (lesson.id.clone(), t.text(&lesson.title).to_owned()))
            .collect(),
        files: file_names(&app, facility, &course.body.documents).await?,
        through: through(t, count),
        sessions,
        people,
        more,
        asked: asked_lines,
        kinds: SessionKind::ALL.iter().map(|kind| (kind.key(), t.text(&kind.title()).to_owned())).collect(),
        today,
        questions: questions.len(),
        course: course.body,
    })
}
