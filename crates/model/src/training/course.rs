//! A course, the times it is held, and who took part.

use super::lesson::QuizQuestion;
use super::staff::{StaffMember, StaffRole};
use crate::id::{DocumentId, SeatId};
use crate::known::keyed;
use crate::record::{RecordId, Register};
use crate::time::FiscalYear;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who has to take part; everything empty means everybody who works here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Audience {
    /// Only these roles.
    #[serde(default)]
    pub roles: Vec<StaffRole>,
    /// Only these departments.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Only those who began this fiscal year.
    #[serde(default)]
    pub newcomers: bool,
}

impl Audience {
    /// Whether somebody belongs to it, in the year of the course.
    #[must_use]
    pub fn includes(&self, member: &StaffMember, year: FiscalYear) -> bool {
        let by_role = self.roles.is_empty() || self.roles.contains(&member.role);
        let by_place = self.departments.is_empty() || self.departments.contains(&member.department);
        let by_time = !self.newcomers || member.joined_on.is_some_and(|day| FiscalYear::of(day) == year);
        by_role && by_place && by_time
    }
}

/// Material elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it is.
    pub title: String,
    /// Its address: `https://…`.
    pub url: String,
}

keyed! {
    /// What somebody has to do in a course.
    Part {
        /// Be there, or read the lesson.
        #[default]
        Attend = "attend", "受講", "Taking part";
        /// Answer the questions.
        Quiz = "quiz", "確認問題", "Quiz";
        /// Say that they read the text and will keep to it.
        Agree = "agree", "読んで同意", "Read and agree";
    }
}

/// A course of one fiscal year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its name.
    pub title: String,
    /// The fiscal year it belongs to.
    pub year: FiscalYear,
    /// Who has to take part.
    #[serde(default)]
    pub audience: Audience,
    /// By when; absent: the end of the year.
    #[serde(default)]
    pub due: Option<Date>,
    /// Built-in lessons, by id.
    #[serde(default)]
    pub lessons: Vec<String>,
    /// Own material: files.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
    /// Own material: addresses.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Own questions, besides those of the lessons.
    #[serde(default)]
    pub questions: Vec<QuizQuestion>,
    /// Whether the quiz must be passed.
    #[serde(default)]
    pub quiz_needed: bool,
    /// The share of right answers that passes, in percent.
    #[serde(default = "usual")]
    pub pass_percent: u8,
    /// The text to read and agree to; empty: none.
    #[serde(default)]
    pub agreement: String,
    /// A remark for those who prepare it.
    #[serde(default)]
    pub note: String,
}

fn usual() -> u8 {
    super::USUAL_PASS_PERCENT
}

impl Course {
    /// The last day to take part.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.due.unwrap_or_else(|| date(self.year.0.saturating_add(1), 3, 31))
    }

    /// What has to be done in it.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = vec![Part::Attend];
        if self.quiz_needed {
            parts.push(Part::Quiz);
        }
        if !self.agreement.trim().is_empty() {
            parts.push(Part::Agree);
        }
        parts
    }
}

impl Register for Course {
    const KIND: &'static str = "course";

    fn label(&self) -> String {
        self.title.clone()
    }
}

keyed! {
    /// How a course is held.
    SessionKind {
        /// People come together.
        #[default]
        Meeting = "meeting", "集まって行う", "A meeting";
        /// Everybody reads it when they have five minutes.
        OwnTime = "own-time", "各自のスマートフォンなどで", "On one's own";
    }
}

/// One time a course is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Which course.
    pub course: RecordId,
    /// How.
    #[serde(default)]
    pub kind: SessionKind,
    /// The day, or the first day it is open.
    pub held_on: Date,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// Who teaches or answers for it: the safety manager's name belongs here where the fee asks for it.
    #[serde(default)]
    pub teacher: String,
    /// Photographs of the signed list, and other proofs.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
}

impl Register for Session {
    const KIND: &'static str = "course-session";

    fn label(&self) -> String {
        self.held_on.to_string()
    }
}

keyed! {
    /// How it became known that somebody took part.
    Way {
        /// They came in by the code on their own device.
        #[default]
        Code = "code", "コードから", "By code";
        /// Their signature stands on the paper list.
        Paper = "paper", "紙の名簿", "Paper list";
        /// Somebody entered it: another course, a certificate they brought.
        Typed = "typed", "手で入力", "Entered by hand";
    }
}

/// How a quiz went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizResult {
    /// Right answers.
    pub right: u32,
    /// Questions.
    pub of: u32,
}

impl QuizResult {
    /// Whether the share of right answers is enough. A quiz without questions is passed.
    #[must_use]
    pub fn passes(self, percent: u8) -> bool {
        u64::from(self.right) * 100 >= u64::from(self.of) * u64::from(percent)
    }
}

/// That somebody took part: one row per person and course. It only ever gets better: a worse second try takes nothing away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    /// Which course.
    pub course: RecordId,
    /// At which time it was held.
    #[serde(default)]
    pub session: Option<RecordId>,
    /// Who, in the list of staff; absent while nobody has said who it is.
    #[serde(default)]
    pub staff: Option<RecordId>,
    /// The seat they had, if they came by the code.
    #[serde(default)]
    pub seat: Option<SeatId>,
    /// The name given.
    pub name: String,
    /// The department given.
    #[serde(default)]
    pub department: String,
    /// The day.
    pub on: Date,
    /// How it is known.
    #[serde(default)]
    pub way: Way,
    /// The best result of the quiz.
    #[serde(default)]
    pub quiz: Option<QuizResult>,
    /// Their last answers by question, counted from 0: which questions are too hard shows from these.
    #[serde(default)]
    pub answers: BTreeMap<String, usize>,
    /// The day they read the text and agreed.
    #[serde(default)]
    pub agreed_on: Option<Date>,
}

impl Attendance {
    /// What is left of the course for this person.
    #[must_use]
    pub fn missing(&self, course: &Course) -> Vec<Part> {
        let done = |part: &Part| match part {
            Part::Attend => true,
            Part::Quiz => self.quiz.is_some_and(|quiz| quiz.passes(course.pass_percent)),
            Part::Agree => self.agreed_on.is_some(),
        };
        course.parts().into_iter().filter(|part| !done(part)).collect()
    }

    /// The same with what another row of the same person and course says: the better of each.
    #[must_use]
    pub fn joined(mut self, newer: Self) -> Self {
        let better = |a: QuizResult, b: QuizResult| {
            // a.right / a.of < b.right / b.of, without dividing.
            if u64::from(a.right) * u64::from(b.of) < u64::from(b.right) * u64::from(a.of) { b } else { a }
        };
        self.quiz = match (self.quiz, newer.quiz) {
            (Some(a), Some(b)) => Some(better(a, b)),
            (a, b) => a.or(b),
        };
        self.agreed_on = self.agreed_on.or(newer.agreed_on);
        self.session = self.session.or(newer.session);
        self.seat = newer.seat.or(self.seat);
        self.staff = self.staff.or(newer.staff);
        if !newer.answers.is_empty() {
            self.answers = newer.answers;
        }
        self
    }
}

impl Register for Attendance {
    const KIND: &'static str = "course-attendance";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        let who = match (self.staff, self.seat) {
            (Some(staff), _) => staff.to_string(),
            (None, Some(seat)) => format!("seat-{seat}"),
            (None, None) => return None,
        };
        Some(format!("{}/{who}", self.course))
    }
}
