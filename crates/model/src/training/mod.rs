//! Courses: who has to take part in what, who did, and who is late.
//!
//! Four registers: the people who work in the house ([`StaffMember`]), the courses of a year ([`Course`]), the times they
//! are held ([`Session`]), and who took part ([`Attendance`], one row per person and course). The rules over them are in
//! [`standing`]. No number of hours is asked anywhere: the reference data know of no such minimum.

mod course;
mod lesson;
mod quiz_text;
mod staff;
pub mod staff_list;
pub mod standing;

pub use course::{Attendance, Audience, Course, Link, Part, QuizResult, Session, SessionKind, Way};
pub use lesson::{Choice, Lesson, LessonPart, QuizQuestion, asked, score};
pub use quiz_text::{QuizFault, read_quiz, write_quiz};
pub use staff::{StaffMember, StaffRole, find, same_name};

/// The share of right answers a quiz asks for unless the course says otherwise: our own yardstick, not a rule of anybody's.
pub const USUAL_PASS_PERCENT: u8 = 80;
