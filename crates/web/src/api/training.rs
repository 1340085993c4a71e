//! Courses: the list of staff, the courses of a year, who took part, who is late.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params};
use super::openapi::{AtFacility, NotThere, Refused, RefusedBody, RefusedQuery, RefusedVersion};
use super::paging::{Asked, Page, piece};
use super::registers::{self, Gone, Listed, Target, calls};
use super::training_sessions::line;
use crate::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_model::text::Text;
use hakutaku_model::time::FiscalYear;
use hakutaku_model::training::{Attendance, Course, StaffMember};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

impl Listed for StaffMember {
    const MUST: &'static [&'static str] = &["name"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        Vec::new()
    }

    fn faults(&self, _catalogue: &Catalogue) -> Vec<Wrong> {
        match (self.joined_on, self.left_on) {
            (Some(joined), Some(left)) if left < joined => {
                let message = Text::new("働き始めた日より前です。", "Is before the first day.");
                vec![Wrong::field("left_on", message)]
            }
            _ => Vec::new(),
        }
    }
}

impl Listed for Course {
    const MUST: &'static [&'static str] = &["title", "year"];

    fn targets(&self) -> Vec<(&'static str, Target)> {
        self.documents.iter().map(|id| ("documents", Target::Document(*id))).collect()
    }

    fn faults(&self, catalogue: &Catalogue) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        if self.lessons.iter().any(|id| !catalogue.lessons.iter().any(|lesson| lesson.id == *id)) {
            wrong.push(Wrong::field(
                "lessons",
                Text::new("ない教材があります。", "Names a lesson that does not exist."),
            ));
        }
        if self.pass_percent > 100 {
            wrong.push(Wrong::field("pass_percent", Text::new("100までです。", "Must be 100 at most.")));
        }
        if !(2000..=2200).contains(&self.year.0) {
            wrong.push(Wrong::field("year", Text::new("西暦の年度です。", "Must be a fiscal year such as 2026.")));
        }
        let marked = |question: &hakutaku_model::training::QuizQuestion| {
            question.choices.len() >= 2 && question.choices.iter().filter(|choice| choice.right).count() == 1
        };
        if !self.questions.iter().all(marked) {
            let message = Text::new(
                "どの問題にも、2つ以上の答えと1つの正解がいります。",
                "Every question needs two answers or more, exactly one of them right.",
            );
            wrong.push(Wrong::field("questions", message));
        }
        if self.links.iter().any(|link| !(link.url.starts_with("https://") || link.url.starts_with("http://"))) {
            let message =
                Text::new("http:// か https:// で始めてください。", "Addresses must begin with http:// or https://.");
            wrong.push(Wrong::field("links", message));
        }
        wrong
    }
}

/// Somebody who works in the house.
#[derive(ToSchema)]
#[schema(as = StaffMember, examples(json!({"number": "1024", "name": "佐藤 花", "department": "3階病棟", "role": "nurse"})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct StaffJson {
    /// Staff number.
    number: Option<String>,
    /// Name.
    name: String,
    /// Ward, department, office.
    department: Option<String>,
    /// `nurse`, `doctor`, `technician`, `reception`, `executive`, `it`, `vendor` or `other`.
    role: Option<String>,
    /// First day.
    #[schema(format = "date")]
    joined_on: Option<String>,
    /// Last day, for those who left.
    #[schema(format = "date")]
    left_on: Option<String>,
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

/// A course of a fiscal year.
#[derive(ToSchema)]
#[schema(as = Course, examples(json!({"title": "全職員研修", "year": 2026, "lessons": ["suspicious-mail"], "quiz_needed": true})))]
#[expect(dead_code, reason = "describes the body; it is read member by member")]
pub(super) struct CourseJson {
    /// Its name.
    title: String,
    /// The fiscal year: 2026 is April 2026 to March 2027.
    year: i16,
    /// Who has to: `roles`, `departments`, `newcomers`; nothing means everybody.
    audience: Option<Object>,
    /// By when; absent: the end of the year.
    #[schema(format = "date")]
    due: Option<String>,
    /// Built-in lessons by id.
    lessons: Option<Vec<String>>,
    /// Files by id.
    documents: Option<Vec<String>>,
    /// Material elsewhere: `title` and `url`.
    links: Option<Vec<Object>>,
    /// Own questions: `id`, `question`, `choices` (`text`, `right`), `why`.
    questions: Option<Vec<Object>>,
    /// Whether the quiz must be passed.
    quiz_needed: Option<bool>,
    /// The share of right answers that passes, in percent; 80 if absent.
    pass_percent: Option<u8>,
    /// The text to read and agree to.
    agreement: Option<String>,
    /// A remark.
    note: Option<String>,
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

/// Anything with members.
type Object = serde_json::Map<String, Value>;

/// Somebody of the staff in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtStaff {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The person's id.
    #[param(format = "uuid")]
    member: String,
}

/// A course in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address")]
pub(super) struct AtCourse {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The course's id.
    #[param(format = "uuid")]
    course: String,
}

/// The list of staff.
pub(in crate::api) mod staff {
    use super::*;

    calls! {
        StaffMember as StaffJson at AtStaff, tag "training", under "staff",
        list "/api/v1/facilities/{facility}/staff" "listStaff" "The list of staff",
        add "createStaffMember" "Adds somebody to the list of staff",
        one "/api/v1/facilities/{facility}/staff/{member}" "showStaffMember" "Somebody of the staff",
        change "changeStaffMember" "Changes somebody of the staff",
        retire "retireStaffMember" "Takes somebody out who should not have been in the list"
    }
}

/// The courses.
pub(in crate::api) mod courses {
    use super::*;

    calls! {
        Course as CourseJson at AtCourse, tag "training", under "courses",
        list "/api/v1/facilities/{facility}/courses" "listCourses" "The courses of all years",
        add "createCourse" "Adds a course",
        one "/api/v1/facilities/{facility}/courses/{course}" "showCourse" "One course",
        change "changeCourse" "Changes a course",
        retire "retireCourse" "Takes a course out"
    }
}

/// Which year.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfYear {
    /// A fiscal year such as 2026; the running one if absent.
    #[serde(default)]
    #[param(value_type = Option<i16>)]
    year: Option<String>,
}

/// Who is not through
///
/// By department: how many have to take part and how many are through with everything, and for each person who is not what
/// is left, by when, and whether that day is past.
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/training/late", operation_id = "listLate", tag = "training",
    params(AtFacility, OfYear),
    responses((status = 200, description = "Departments with their people", body = Object), RefusedQuery, Refused, NotThere))]
pub(super) async fn late(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<OfYear>,
) -> Result<Json<Value>, Fault> {
    let today = app.now().date_in_japan();
    let year = match asked.year.as_deref().map(str::parse::<i16>) {
        None => FiscalYear::of(today),
        Some(Ok(year)) if (2000..=2200).contains(&year) => FiscalYear(year),
        Some(_) => return Err(Fault::field("year", "2026 のような年度です。", "Must be a fiscal year such as 2026.")),
    };
    let rows = app.store.training_rows(caller.place()?.id).await?;
    let roll = rows.roll();
    let departments = roll.open(year, today);
    Ok(Json(json!({ "year": year, "count": roll.year_count(year, today), "departments": departments })))
}

/// Who took part
#[utoipa::path(get, path = "/api/v1/facilities/{facility}/courses/{course}/attendance", operation_id = "listAttendance", tag = "training",
    params(AtCourse, Asked),
    responses((status = 200, description = "A piece of the list: who, when, how, the best quiz result, whether they agreed, and what is `missing`", body = Object),
        RefusedQuery, Refused, NotThere))]
pub(super) async fn attendance(
    State(app): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Params(asked): Params<Asked>,
) -> Result<Json<Value>, Fault> {
    let facility = caller.place()?.id;
    let course = app.store.record_of::<Course>(facility, id).await?;
    let mut rows = app.store.records::<Attendance>(facility).await?;
    rows.retain(|row| row.body.course == id);
    let page = piece(rows, &asked, |row| row.id)?;
    let items: Vec<Value> = page.items.iter().map(|row| line(row, &course.body)).collect();
    Ok(Json(json!({ "items": items, "next": page.next })))
}
