//! Entering from the signed list who was there, and saying who somebody is that came by the code and is in no list.

use super::base;
use super::session::load;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::training::{Attendance, Course, QuizResult, Session, StaffMember, Way};
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

/// What the list says about somebody, and what the page showed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ticked {
    here: bool,
    quiz: bool,
    agreed: bool,
    /// Whether "here" was ticked when the page was made.
    was: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Put(Attendance),
    Remove,
    Nothing,
}

/// What the ticks make of somebody's row. Only a row from paper, of this very time, can be taken back here; what people did
/// themselves only ever grows.
fn decide(
    ticked: Ticked,
    before: Option<&Attendance>,
    member: &Kept<StaffMember>,
    session: &Kept<Session>,
    course: &Course,
) -> Change {
    let own = before.is_none_or(|row| row.way == Way::Paper && row.session == Some(session.id));
    if !ticked.here {
        return if own && ticked.was && before.is_some() { Change::Remove } else { Change::Nothing };
    }
    let passed = QuizResult { right: 1, of: 1 };
    let fresh = Attendance {
        course: session.body.course,
        session: Some(session.id),
        staff: Some(member.id),
        seat: None,
        name: member.body.name.clone(),
        department: member.body.department.clone(),
        on: session.body.held_on,
        way: Way::Paper,
        quiz: None,
        answers: BTreeMap::new(),
        agreed_on: None,
    };
    let mut row = before.cloned().unwrap_or(fresh);
    let has_passed = row.quiz.is_some_and(|quiz| quiz.passes(course.pass_percent));
    if ticked.quiz && !has_passed {
        row.quiz = Some(passed);
    } else if !ticked.quiz && own && row.quiz == Some(passed) {
        row.quiz = None;
    }
    if ticked.agreed {
        row.agreed_on = row.agreed_on.or(Some(session.body.held_on));
    } else if own {
        row.agreed_on = None;
    }
    if before == Some(&row) { Change::Nothing } else { Change::Put(row) }
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (session, course) = load(&app, &visit, id).await?;
    let rows = app.store.training_rows(facility).await?;
    let act = visit.act(app.now());
    for shown in form.values("shown") {
        let Some(member) = rows.staff.iter().find(|member| member.id.to_string() == *shown) else { continue };
        let before = rows
            .attendance
            .iter()
            .find(|row| row.body.course == session.body.course && row.body.staff == Some(member.id));
        let ticked = Ticked {
            here: form.has("here", shown),
            quiz: form.has("quiz", shown),
            agreed: form.has("agreed", shown),
            was: form.has("was", shown),
        };
        match decide(ticked, before.map(|row| &row.body), member, &session, &course.body) {
            Change::Nothing => {}
            Change::Put(row) => {
                let saved = match before {
                    Some(seen) => app.store.change_record(&act, facility, seen.id, seen.version, &row).await,
                    None => app.store.add_record(&act, facility, &row).await,
                };
                match saved {
                    // They finished on their telephone this very moment: what they did stays.
                    Ok(_) | Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_) | StoreError::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Change::Remove => {
                let Some(row) = before else { continue };
                match app.store.retire_record::<Attendance>(&act, facility, row.id, row.version).await {
                    // Somebody changed it meanwhile: what they entered stays.
                    Ok(()) | Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
    Ok(visit.done(&app, &format!("{}/sessions/{id}#names", base(facility)), Key("notice-saved")))
}

/// Says who somebody is that came by the code: their row becomes the row of that person.
pub(super) async fn assign(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    load(&app, &visit, id).await?;
    let rows = app.store.training_rows(facility).await?;
    let chosen = |field: &str| form.value(field).to_owned();
    let row = rows.attendance.iter().find(|row| row.id.to_string() == chosen("row")).ok_or(Problem::NotFound)?;
    if row.body.session != Some(id) || row.body.staff.is_some() {
        return Err(Problem::NotFound);
    }
    let member = rows.staff.iter().find(|member| member.id.to_string() == chosen("member"));
    let Some(member) = member else { return Err(Problem::unprocessable(Key("training-choose-person"))) };
    let act = visit.act(app.now());
    let mut body = row.body.clone();
    body.staff = Some(member.id);
    let known =
        rows.attendance.iter().find(|other| other.body.course == body.course && other.body.staff == Some(member.id));
    match known {
        // They are there already: the two become one, and nothing they did is lost.
        Some(known) => {
            let joined = known.body.clone().joined(body);
            app.store.change_record(&act, facility, known.id, known.version, &joined).await?;
            app.store.retire_record::<Attendance>(&act, facility, row.id, row.version).await?;
        }
        None => {
            app.store.change_record(&act, facility, row.id, row.version, &body).await?;
        }
    }
    Ok(visit.done(&app, &format!("{}/sessions/{id}#names", base(facility)), Key("notice-saved")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::time::{FiscalYear, Ts};
    use hakutaku_model::training::{Audience, SessionKind};
    use jiff::civil::date;

    fn kept<T>(n: u128, body: T) -> Kept<T> {
        let at = Ts::from_micros(0);
        let id = RecordId::from(uuid::Uuid::from_u128(n));
        Kept { id, version: 1, body, created_at: at, changed_at: at, changed_by: String::new(), retired_at: None }
    }

    fn given() -> (Kept<StaffMember>, Kept<Session>, Course) {
        let member = kept(1, StaffMember { name: "佐藤 花".into(), ..StaffMember::default() });
        let session = Session {
            course: RecordId::from(uuid::Uuid::from_u128(9)),
            kind: SessionKind::Meeting,
            held_on: date(2026, 6, 10),
            place: String::new(),
            teacher: String::new(),
            documents: Vec::new(),
        };
        let course = Course {
            title: "研修".into(),
            year: FiscalYear(2026),
            audience: Audience::default(),
            due: None,
            lessons: Vec::new(),
            documents: Vec::new(),
            links: Vec::new(),
            questions: Vec::new(),
            quiz_needed: true,
            pass_percent: 80,
            agreement: String::new(),
            note: String::new(),
        };
        (member, kept(2, session), course)
    }

    #[test]
    fn a_tick_makes_a_row_and_taking_it_back_removes_it() {
        let (member, session, course) = given();
        let on = Ticked { here: true, quiz: false, agreed: false, was: false };
        let Change::Put(row) = decide(on, None, &member, &session, &course) else { panic!("a row") };
        assert_eq!((row.on, row.way), (date(2026, 6, 10), Way::Paper));
        let again = Ticked { was: true, ..on };
        assert_eq!(decide(again, Some(&row), &member, &session, &course), Change::Nothing);
        let off = Ticked { here: false, ..again };
        assert_eq!(decide(off, Some(&row), &member, &session, &course), Change::Remove);
        let unseen = Ticked { here: false, was: false, ..on };
        assert_eq!(
            decide(unseen, Some(&row), &member, &session, &course),
            Change::Nothing,
            "who was entered after the page was made stays"
        );
    }

    #[test]
    fn what_people_did_themselves_is_not_taken_back() {
        let (member, session, course) = given();
        let on = Ticked { here: true, quiz: false, agreed: false, was: true };
        let Change::Put(mut row) = decide(Ticked { quiz: true, ..on }, None, &member, &session, &course) else {
            panic!("a row")
        };
        row.way = Way::Code;
        row.quiz = Some(QuizResult { right: 5, of: 5 });
        row.agreed_on = Some(date(2026, 6, 1));
        for ticked in [on, Ticked { here: false, ..on }] {
            assert_eq!(decide(ticked, Some(&row), &member, &session, &course), Change::Nothing);
        }
    }
}
