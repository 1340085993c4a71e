//! Courses: who has to take part in what, who did, who is late.
//!
//! | file | what a person does |
//! |---|---|
//! | [`list`] | sees the year's courses and the built-in lessons |
//! | [`lesson`] | reads a built-in lesson |
//! | [`course`], [`course_form`], [`material`] | looks at a course, writes one, adds files |
//! | [`session`], [`door`], [`tick`] | holds it, opens the code, enters who signed on paper |
//! | [`staff`], [`staff_import`] | keeps the list of people, by hand or from a file |
//! | [`late`] | sees who is not through, by department, and prints it |
//! | [`paper`] | prints the list to sign and certificates |

mod course;
mod course_form;
mod door;
mod late;
mod lesson;
mod list;
mod material;
mod paper;
mod session;
mod staff;
mod staff_import;
mod tick;

use crate::access::{Routes, Scope::Facility};
use crate::shell::words::Words;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::time::FiscalYear;
use hakutaku_model::training::standing::Count;
use hakutaku_model::training::{Audience, StaffMember};
use hakutaku_store::MAX_DOCUMENT_BYTES;
use std::collections::BTreeSet;

/// A file of the largest size and the form around it.
const UPLOAD: usize = MAX_DOCUMENT_BYTES + 64 * 1024;
/// The largest list of staff, with room for the form around it.
const STAFF_UPLOAD: usize = 4 * 1024 * 1024;
/// A judged list on its way back from the page: five thousand rows, percent-encoded.
const STAFF_RUN: usize = 12 * 1024 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/training", A::ReadTraining, Facility, list::show)
        .post("/facilities/{facility}/training", A::EditTraining, Facility, course_form::add)
        .get("/facilities/{facility}/training/new", A::EditTraining, Facility, course_form::new)
        .get("/facilities/{facility}/training/late", A::ReadTraining, Facility, late::show)
        .get("/facilities/{facility}/training/lessons/{lesson}", A::ReadTraining, Facility, lesson::show)
        .get("/facilities/{facility}/training/staff", A::ReadTraining, Facility, staff::list)
        .post("/facilities/{facility}/training/staff", A::EditTraining, Facility, staff::add)
        .get("/facilities/{facility}/training/staff/new", A::EditTraining, Facility, staff::new)
        .upload("/facilities/{facility}/training/staff/import", A::EditTraining, Facility, STAFF_UPLOAD, staff_import::upload)
        .upload("/facilities/{facility}/training/staff/import/confirm", A::EditTraining, Facility, STAFF_RUN, staff_import::confirm)
        .get("/facilities/{facility}/training/staff/{member}", A::EditTraining, Facility, staff::show)
        .post("/facilities/{facility}/training/staff/{member}", A::EditTraining, Facility, staff::change)
        .post("/facilities/{facility}/training/staff/{member}/retire", A::EditTraining, Facility, staff::retire)
        .get("/facilities/{facility}/training/courses/{course}", A::ReadTraining, Facility, course::show)
        .post("/facilities/{facility}/training/courses/{course}", A::EditTraining, Facility, course_form::change)
        .get("/facilities/{facility}/training/courses/{course}/edit", A::EditTraining, Facility, course_form::show)
        .post("/facilities/{facility}/training/courses/{course}/retire", A::EditTraining, Facility, course_form::retire)
        .upload("/facilities/{facility}/training/courses/{course}/documents", A::EditTraining, Facility, UPLOAD, material::add)
        .get("/facilities/{facility}/training/courses/{course}/documents/{document}", A::ReadTraining, Facility, material::fetch)
        .post("/facilities/{facility}/training/courses/{course}/documents/{document}/remove", A::EditTraining, Facility, material::remove)
        .get("/facilities/{facility}/training/courses/{course}/certificates/{member}", A::ReadTraining, Facility, paper::certificate)
        .post("/facilities/{facility}/training/courses/{course}/sessions", A::EditTraining, Facility, session::add)
        .get("/facilities/{facility}/training/sessions/{session}", A::ReadTraining, Facility, session::show)
        .post("/facilities/{facility}/training/sessions/{session}", A::EditTraining, Facility, session::change)
        .post("/facilities/{facility}/training/sessions/{session}/retire", A::EditTraining, Facility, session::retire)
        .post("/facilities/{facility}/training/sessions/{session}/ticks", A::EditTraining, Facility, tick::save)
        .post("/facilities/{facility}/training/sessions/{session}/assign", A::EditTraining, Facility, tick::assign)
        .post("/facilities/{facility}/training/sessions/{session}/door", A::EditTraining, Facility, door::open)
        .post("/facilities/{facility}/training/sessions/{session}/door/close", A::EditTraining, Facility, door::close)
        .upload("/facilities/{facility}/training/sessions/{session}/photos", A::EditTraining, Facility, UPLOAD, material::add_photo)
        .get("/facilities/{facility}/training/sessions/{session}/photos/{document}", A::ReadTraining, Facility, material::fetch_photo)
        .get("/facilities/{facility}/training/sessions/{session}/sheet.pdf", A::ReadTraining, Facility, paper::sheet)
        .get("/facilities/{facility}/training/late.pdf", A::ReadTraining, Facility, paper::late)
}

pub(crate) use material::send as send_material;

fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/training")
}

/// The year asked for; anything else is the running one.
fn year_of(asked: Option<&str>, this: FiscalYear) -> FiscalYear {
    let year = asked.and_then(|year| year.parse().ok()).map(FiscalYear);
    year.filter(|year| (2000..=2200).contains(&year.0)).unwrap_or(this)
}

/// The departments of those who work here, by name.
fn departments(staff: &[Kept<StaffMember>]) -> BTreeSet<String> {
    let named = staff.iter().filter(|row| row.body.left_on.is_none()).map(|row| row.body.department.clone());
    named.filter(|name| !name.is_empty()).collect()
}

/// How many are through, in words; `None` where nobody has to.
fn through(t: Words, count: Count) -> Option<String> {
    let percent = count.percent()?;
    let (complete, expected) = (("complete", count.complete), ("expected", count.expected));
    Some(t.a3("training-percent", complete, expected, ("percent", percent)))
}

/// Who has to take part, in words.
fn audience_words(t: Words, audience: &Audience) -> String {
    let mut parts: Vec<String> = audience.roles.iter().map(|role| t.text(&role.title()).to_owned()).collect();
    parts.extend(audience.departments.iter().cloned());
    if audience.newcomers {
        parts.push(t.m("training-newcomers"));
    }
    if parts.is_empty() { t.m("training-everybody") } else { parts.join(&t.m("list-separator")) }
}
