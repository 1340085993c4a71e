//! Who has to take part in what, who did, who is late, and the counts of a year.

use super::course::{Attendance, Course, Part, Session};
use super::staff::StaffMember;
use crate::facts::TrainingFacts;
use crate::record::{Kept, RecordId};
use crate::time::FiscalYear;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything known about courses at a facility.
#[derive(Debug)]
pub struct Roll<'a> {
    staff: &'a [Kept<StaffMember>],
    courses: &'a [Kept<Course>],
    sessions: &'a [Kept<Session>],
    by_person: BTreeMap<(RecordId, RecordId), &'a Attendance>,
}

/// How somebody stands in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What they did, if anything.
    pub begun_on: Option<Date>,
    /// What is left.
    pub missing: Vec<Part>,
}

impl Standing {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// How many have to, and how many did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// People who have to take part.
    pub expected: u32,
    /// Of them: who did everything.
    pub complete: u32,
}

impl Count {
    /// People who are not through.
    #[must_use]
    pub fn open(self) -> u32 {
        self.expected.saturating_sub(self.complete)
    }

    /// The share that is through, in whole percent, rounded down: 99.9 is not 100.
    #[must_use]
    pub fn percent(self) -> Option<u32> {
        (self.expected > 0).then(|| self.complete * 100 / self.expected)
    }
}

/// A course somebody has not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenCourse {
    /// Which.
    pub course: RecordId,
    /// Its name.
    pub title: String,
    /// The last day.
    pub last_day: Date,
    /// Whether that day is past.
    pub late: bool,
    /// What is left.
    pub missing: Vec<Part>,
}

/// Somebody who has not finished all their courses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenPerson {
    /// Who.
    pub staff: RecordId,
    /// Staff number.
    pub number: String,
    /// Name.
    pub name: String,
    /// What is left, the earliest day first.
    pub courses: Vec<OpenCourse>,
}

impl OpenPerson {
    /// Whether a day is past.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.courses.iter().any(|course| course.late)
    }
}

/// A department with those who have not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepartmentList {
    /// Its name; empty for people without one.
    pub department: String,
    /// Its people.
    pub count: Count,
    /// Those not through, by number and name.
    pub people: Vec<OpenPerson>,
}

/// The day on which somebody must work here to have a duty: today, or the last day of a year that is over.
fn reference_day(year: FiscalYear, today: Date) -> Date {
    let end = jiff::civil::date(year.0.saturating_add(1), 3, 31);
    today.min(end)
}

impl<'a> Roll<'a> {
    /// Puts the registers together.
    #[must_use]
    pub fn new(
        staff: &'a [Kept<StaffMember>],
        courses: &'a [Kept<Course>],
        sessions: &'a [Kept<Session>],
        attendance: &'a [Kept<Attendance>],
    ) -> Self {
        let by_person = attendance
            .iter()
            .filter_map(|row| row.body.staff.map(|staff| ((row.body.course, staff), &row.body)))
            .collect();
        Self { staff, courses, sessions, by_person }
    }

    /// The courses of a year.
    pub fn courses_of(&self, year: FiscalYear) -> impl Iterator<Item = &'a Kept<Course>> + use<'a> {
        self.courses.iter().filter(move |course| course.body.year == year)
    }

    /// The times a course was or will be held, newest first.
    #[must_use]
    pub fn sessions_of(&self, course: RecordId) -> Vec<&'a Kept<Session>> {
        let mut sessions: Vec<_> = self.sessions.iter().filter(|session| session.body.course == course).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.body.held_on, session.id)));
        sessions
    }

    /// Whoever has to take part in a course.
    pub fn expected<'r>(
        &'r self,
        course: &'r Course,
        today: Date,
    ) -> impl Iterator<Item = &'a Kept<StaffMember>> + use<'a, 'r> {
        let day = reference_day(course.year, today);
        self.staff
            .iter()
            .filter(move |member| member.body.works_on(day) && course.audience.includes(&member.body, course.year))
    }

    /// What somebody did in a course.
    #[must_use]
    pub fn attendance(&self, course: RecordId, staff: RecordId) -> Option<&'a Attendance> {
        self.by_person.get(&(course, staff)).copied()
    }

    /// How somebody stands in a course.
    #[must_use]
    pub fn standing(&self, course: &Kept<Course>, staff: RecordId) -> Standing {
        match self.attendance(course.id, staff) {
            Some(row) => Standing { begun_on: Some(row.on), missing: row.missing(&course.body) },
            None => Standing { begun_on: None, missing: course.body.parts() },
        }
    }

    /// How many have to take part in a course, and did.
    #[must_use]
    pub fn count(&self, course: &Kept<Course>, today: Date) -> Count {
        let mut count = Count::default();
        for member in self.expected(&course.body, today) {
            count.expected += 1;
            count.complete += u32::from(self.standing(course, member.id).is_complete());
        }
        count
    }

    /// Every department with those who are not through with the courses of a year; departments by name.
    #[must_use]
    pub fn open(&self, year: FiscalYear, today: Date) -> Vec<DepartmentList> {
        let mut found: BTreeMap<&str, DepartmentList> = BTreeMap::new();
        let day = reference_day(year, today);
        for member in self.staff.iter().filter(|member| member.body.works_on(day)) {
            let own: Vec<_> = self.courses_of(year).filter(|c| c.body.audience.includes(&member.body, year)).collect();
            if own.is_empty() {
                continue;
            }
            let mut courses: Vec<OpenCourse> = own
                .into_iter()
                .filter_map(|course| {
                    let missing = self.standing(course, member.id).missing;
                    let last_day = course.body.last_day();
                    (!missing.is_empty()).then(|| OpenCourse {
                        course: course.id,
                        title: course.body.title.clone(),
                        last_day,
                        late: last_day < today,
                        missing,
                    })
                })
                .collect();
            courses.sort_by_key(|course| course.last_day);
            let list = found.entry(&member.body.department).or_insert_with(|| DepartmentList {
                department: member.body.department.clone(),
                count: Count::default(),
                people: Vec::new(),
            });
            list.count.expected += 1;
            if courses.is_empty() {
                list.count.complete += 1;
            } else {
                let StaffMember { number, name, .. } = member.body.clone();
                list.people.push(OpenPerson { staff: member.id, number, name, courses });
            }
        }
        let mut lists: Vec<DepartmentList> = found.into_values().collect();
        for list in &mut lists {
            list.people.sort_by(|a, b| (&a.number, &a.name).cmp(&(&b.number, &b.name)));
        }
        lists
    }

    /// People of a year over all their courses.
    #[must_use]
    pub fn year_count(&self, year: FiscalYear, today: Date) -> Count {
        self.open(year, today).into_iter().fold(Count::default(), |sum, list| Count {
            expected: sum.expected + list.count.expected,
            complete: sum.complete + list.count.complete,
        })
    }

    /// What the product knows about courses on a day; `None` when none was ever prepared.
    #[must_use]
    pub fn facts(&self, today: Date) -> Option<TrainingFacts> {
        if self.courses.is_empty() {
            return None;
        }
        let year = FiscalYear::of(today);
        let count = self.year_count(year, today);
        let held = || self.sessions.iter().filter(|session| session.body.held_on <= today);
        let title =
            |session: &Session| self.courses.iter().find(|c| c.id == session.course).map(|c| c.body.title.clone());
        let this_year = held().filter(|session| FiscalYear::of(session.body.held_on) == year).count();
        let newest = held().max_by_key(|session| (session.body.held_on, session.id));
        Some(TrainingFacts {
            sessions: u32::try_from(this_year).unwrap_or(u32::MAX),
            expected: count.expected,
            complete: count.complete,
            newest: newest.map(|session| session.body.held_on),
            newest_title: newest.and_then(|session| title(&session.body)).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests;
