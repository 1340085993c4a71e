//! A course on one's own telephone, without an account: read, answer, agree, done in five minutes.
//!
//! Who somebody is stands on their word, as on a list that is signed: the name from the door and the department must be those
//! of one person in the list of staff, or the number must belong to that name. Whoever cannot be found is kept by name, and
//! the office says later who it was.

mod save;
mod show;

use crate::AppState;
use crate::access::{Routes, Scope::Seat};
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::http::StatusCode;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::seat::Seat as Seated;
use hakutaku_model::training::{Attendance, Course, Session, StaffMember, find};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.get("/seat/course", A::Attend, Seat, show::show).post("/seat/course", A::Attend, Seat, save::save).get(
        "/seat/course/documents/{document}",
        A::Attend,
        Seat,
        show::document,
    )
}

/// Everything behind the door.
struct Behind {
    facility: FacilityId,
    seat: Seated,
    session: Kept<Session>,
    course: Kept<Course>,
    staff: Vec<Kept<StaffMember>>,
    attendance: Vec<Kept<Attendance>>,
}

impl Behind {
    async fn of(app: &AppState, visit: &Visit) -> Result<Self, Problem> {
        let gone = || Problem::Said(StatusCode::GONE, Key("training-seat-gone"));
        let (seat, door) = visit.seat.clone().ok_or_else(gone)?;
        let facility = door.facility;
        let session = app.store.record_of::<Session>(facility, RecordId::from(door.target)).await?;
        let course = app.store.record_of::<Course>(facility, session.body.course).await?;
        if session.retired_at.is_some() || course.retired_at.is_some() {
            return Err(gone());
        }
        let staff = app.store.records::<StaffMember>(facility).await?;
        let attendance = app.store.records::<Attendance>(facility).await?;
        Ok(Self { facility, seat, session, course, staff, attendance })
    }

    /// The department from the door; "another" is none.
    fn department(&self) -> &str {
        if self.seat.role == "-" { "" } else { &self.seat.role }
    }

    /// The one person that name and department mean, if there is exactly one.
    fn by_name(&self) -> Option<&Kept<StaffMember>> {
        let working =
            self.staff.iter().filter(|row| row.body.left_on.is_none_or(|left| left >= self.session.body.held_on));
        let id = find(working.map(|row| (row.id, &row.body)), "", &self.seat.name, self.department())?;
        self.staff.iter().find(|row| row.id == id)
    }

    /// What this seat did already.
    fn done(&self) -> Option<&Kept<Attendance>> {
        self.attendance.iter().find(|row| row.body.course == self.course.id && row.body.seat == Some(self.seat.id))
    }
}
