//! What is known about courses, from their registers.

use crate::db::boxed;
use crate::{Result, Store};
use hakutaku_model::facts::TrainingFacts;
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::Kept;
use hakutaku_model::training::standing::Roll;
use hakutaku_model::training::{Attendance, Course, Session, StaffMember};
use jiff::civil::Date;

/// The registers of courses at a facility.
#[derive(Debug, Clone, Default)]
pub struct TrainingRows {
    /// The people who work in the house, and those who have left.
    pub staff: Vec<Kept<StaffMember>>,
    /// The courses of all years.
    pub courses: Vec<Kept<Course>>,
    /// The times they are held.
    pub sessions: Vec<Kept<Session>>,
    /// Who took part.
    pub attendance: Vec<Kept<Attendance>>,
}

impl TrainingRows {
    /// The rules over them.
    #[must_use]
    pub fn roll(&self) -> Roll<'_> {
        Roll::new(&self.staff, &self.courses, &self.sessions, &self.attendance)
    }
}

impl Store {
    /// The registers of courses.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn training_rows(&self, facility: FacilityId) -> Result<TrainingRows> {
        Ok(TrainingRows {
            staff: self.records(facility).await?,
            courses: self.records(facility).await?,
            sessions: self.records(facility).await?,
            attendance: self.records(facility).await?,
        })
    }

    /// What is known about courses on a day; `None` when none was ever prepared.
    ///
    /// # Errors
    /// When the database refuses or a row cannot be read.
    #[boxed]
    pub async fn training_facts(&self, facility: FacilityId, today: Date) -> Result<Option<TrainingFacts>> {
        // Nobody pays for the long registers before there is a course.
        if self.records::<Course>(facility).await?.is_empty() {
            return Ok(None);
        }
        Ok(self.training_rows(facility).await?.roll().facts(today))
    }
}
