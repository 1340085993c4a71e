//! The times a course is held, and who took part.

use super::door::Caller;
use super::fault::Fault;
use super::input::{Fields, Params};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page};
use super::registers::{self, Gone, Listed, Target, calls};
use super::training::AtCourse;
use crate::AppState;
use crate::shell::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use hakutaku_model::day;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::training::{Attendance, Course, QuizResult, Session, StaffMember, Way};
use hakutaku_store::StoreError;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// More questions than any quiz has.
const MOST_QUESTIONS: u32 = 1_000;

impl Listed for Session {
    const MUST: &'static [&'static str] = &["course", "held_on"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        let documents = self.documents.iter().map(|id| ("documents", Target::Document(*id)));
        std::iter::once(("course", Target::Course(self.course))).chain(documents).collect()
    }
}

/// A time a course is held.
#[derive(ToSchema)]
#[schema(as = CourseSession, examples(json!({"course": "0190a5c2-0000-7000-8000-000000000001", "held_on": "2026-06-10", "teacher": "藤森 律子"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct SessionJson {
    /// The course's id.
    #[schema(format = "uuid")]
    course: String,
    /// How: `meeting`, or one of the other kinds of the page.
    kind: Option<String>,
    /// The day, or the first day it is open.
    #[schema(format = "date")]
    held_on: String,
    /// Where.
    place: Option<String>,
    /// Who teaches or answers for it.
    teacher: Option<String>,
    /// Photographs of the signed list by id.
    documents: Option<Vec<String>>,
    /// For a change: the version last seen (or send it as `If-Match`).
    #[schema(write_only)]
    expected_version: Option<i64>,
    /// Id.
    #[schema(read_only, format = "uuid")]
    id: Option<String>,
    /// Rises with every change; the `ETag` holds it, too.
    #[schema(read_only)]
    version: Option<i64>,
    /// When it last changed.
    #[schema(read_only, format = "date-time")]
    changed_at: Option<String>,
}

/// A session in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtSession {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The session's id.
    #[param(format = "uuid")]
    session: String,
}

/// The times courses are held.
pub(in crate::api) mod sessions {
    use super::*;

    calls! {
        Session as SessionJson at AtSession, tag "training", under "sessions",
        list "/api/v1/facilities/{facility}/sessions" "listSessions" "The times courses are held",
        add "createSession" "Adds a time a course is held",
        one "/api/v1/facilities/{facility}/sessions/{session}" "showSession" "One time a course is held",
        change "changeSession" "Changes a time a course is held",
        retire "retireSession" "Takes a time out at which the course was not held"
    }
}

/// Somebody who took part.
#[derive(ToSchema)]
#[schema(as = NewAttendance, examples(json!({"staff": "0190a5c2-0000-7000-8000-000000000002", "on": "2026-06-10", "way": "paper", "quiz": {"right": 9, "of": 10}})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
struct NewAttendanceJson {
    /// Who, of the list of staff.
    #[schema(format = "uuid")]
    staff: String,
    /// At which time, if it is one of the course.
    #[schema(format = "uuid")]
    session: Option<String>,
    /// The day; absent: that of the session, or today.
    #[schema(format = "date")]
    on: Option<String>,
    /// `paper` (the signed list) or `typed` (elsewhere, a certificate); `typed` if absent.
    way: Option<String>,
    /// The quiz: `right` of `of`.
    #[schema(value_type = Option<Object>)]
    quiz: Option<Value>,
    /// The day they read the text and agreed.
    #[schema(format = "date")]
    agreed_on: Option<String>,
}

/// What a body names that has to be of this facility and in use.
fn named<'r, T>(fields: &mut Fields, name: &str, must: bool, rows: &'r [Kept<T>]) -> Option<&'r Kept<T>> {
    let typed = if must { Some(fields.must_line(name, 80)) } else { fields.line(name, 80) };
    let typed = typed.filter(|_| !fields.has_wrong(name))?;
    let found = rows.iter().find(|row| row.id.to_string() == typed);
    if found.is_none() {
        fields.wrong(
            name,
            "この施設で使われているもののIDではありません。",
            "Is not the id of anything in use at this facility.",
        );
    }
    found
}

/// A day that is not in the future.
fn past_day(fields: &mut Fields, name: &str, today: jiff::civil::Date) -> Option<jiff::civil::Date> {
    let typed = fields.line(name, 40)?;
    let found = day::parse(&typed).filter(|day| *day <= today);
    if found.is_none() && !fields.has_wrong(name) {
        fields.wrong(name, "今日までの日付を入れてください。", "Must be a date, not later than today.");
    }
    found
}

/// The result of a quiz.
fn quiz(fields: &mut Fields) -> Option<QuizResult> {
    let value = fields.any("quiz")?;
    let number = |name: &str| value.get(name).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let result = number("right").zip(number("of")).map(|(right, of)| QuizResult { right, of });
    let result = result.filter(|quiz| quiz.right <= quiz.of && (1..=MOST_QUESTIONS).contains(&quiz.of));
    if result.is_none() {
        fields.wrong(
            "quiz",
            "right（正解数）と of（問題数）を入れてください。",
            "Needs right and of, right not above of.",
        );
    }
    result
}

/// Notes that somebody took part
///
/// What they did before stays: of two quiz results the better one, of two agreements the first.
#[utoipa::path(post, path = "/api/v1/facilities/{facility}/courses/{course}/attendance", operation_id = "noteAttendance",
    tag = "training", params(AtCourse), request_body = NewAttendanceJson,
    responses((status = 201, description = "As it stands now, with what is `missing`", body = Object),
        (status = 409, description = "The record of this person changed at the same moment",
            body = super::fault::ProblemJson, content_type = "application/problem+json"),
        Refused, NotThere, RefusedBody))]
pub(super) async fn note(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let (facility, today) = (caller.place()?.id, app.now().date_in_japan());
    let course = app.store.record_of::<Course>(facility, id).await?;
    if course.retired_at.is_some() {
        return Err(Problem::NotFound.into());
    }
    let rows = app.store.training_rows(facility).await?;
    let member: Option<Kept<StaffMember>> = named(&mut fields, "staff", true, &rows.staff).cloned();
    let session = named(&mut fields, "session", false, &rows.sessions).cloned();
    if session.as_ref().is_some_and(|session| session.body.course != id) {
        fields.wrong("session", "この研修の回ではありません。", "Is not a session of this course.");
    }
    let on = past_day(&mut fields, "on", today);
    let agreed_on = past_day(&mut fields, "agreed_on", today);
    let way = fields.line("way", 20).unwrap_or_else(|| Way::Typed.key().to_owned());
    let way = [Way::Paper, Way::Typed].into_iter().find(|known| known.key() == way);
    if way.is_none() {
        fields.wrong("way", "paper か typed です。", "Must be paper or typed.");
    }
    let quiz = quiz(&mut fields);
    fields.finish()?;
    // Without these something was wrong, and that was said above.
    let (Some(member), Some(way)) = (member, way) else { return Err(Problem::NotFound.into()) };
    let held = session.as_ref().map(|session| session.body.held_on);
    let new = Attendance {
        course: id,
        session: session.map(|session| session.id),
        staff: Some(member.id),
        seat: None,
        name: member.body.name.clone(),
        department: member.body.department.clone(),
        on: on.or(held.filter(|day| *day <= today)).unwrap_or(today),
        way,
        quiz,
        answers: BTreeMap::new(),
        agreed_on,
    };
    let act = caller.act(app.now());
    let known = rows.attendance.iter().find(|row| row.body.course == id && row.body.staff == Some(member.id));
    let saved = match known {
        Some(row) => app.store.change_record(&act, facility, row.id, row.version, &row.body.clone().joined(new)).await,
        None => app.store.add_record(&act, facility, &new).await,
    };
    let row = match saved {
        Ok(row) => row,
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            return Err(Fault::said(
                StatusCode::CONFLICT,
                "conflict",
                "同じ人の記録が、たったいま変わりました。もう一度送ってください。何も保存していません。",
                "The record of this person changed this very moment. Send it again. Nothing was saved.",
            ));
        }
        Err(error) => return Err(error.into()),
    };
    Ok((StatusCode::CREATED, Json(line(&row, &course.body))))
}

/// A row as the list of a course shows it.
pub(super) fn line(row: &Kept<Attendance>, course: &Course) -> Value {
    let Attendance { staff, name, department, on, way, quiz, agreed_on, session, .. } = &row.body;
    json!({
        "id": row.id, "staff": staff, "name": name, "department": department, "on": on, "way": way,
        "quiz": quiz, "agreed_on": agreed_on, "session": session,
        "missing": row.body.missing(course),
    })
}
