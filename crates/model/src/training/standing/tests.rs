use super::*;
use crate::time::Ts;
use crate::training::{Audience, QuizResult, SessionKind, StaffRole, USUAL_PASS_PERCENT, Way};
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 21);
const YEAR: FiscalYear = FiscalYear(2026);

fn kept<T>(n: u128, body: T) -> Kept<T> {
    let at = Ts::from_micros(0);
    Kept {
        id: RecordId::from(Uuid::from_u128(n)),
        version: 1,
        body,
        created_at: at,
        changed_at: at,
        changed_by: "佐藤".into(),
        retired_at: None,
    }
}

fn member(n: u128, department: &str, role: StaffRole) -> Kept<StaffMember> {
    let body = StaffMember {
        number: format!("{n:03}"),
        name: format!("職員{n}"),
        department: department.into(),
        role,
        ..StaffMember::default()
    };
    kept(n, body)
}

fn course(n: u128, audience: Audience, due: Option<Date>) -> Kept<Course> {
    let body = Course {
        title: format!("研修{n}"),
        year: YEAR,
        audience,
        due,
        lessons: Vec::new(),
        documents: Vec::new(),
        links: Vec::new(),
        questions: Vec::new(),
        quiz_needed: false,
        pass_percent: USUAL_PASS_PERCENT,
        agreement: String::new(),
        note: String::new(),
    };
    kept(n, body)
}

fn went(course: &Kept<Course>, staff: &Kept<StaffMember>) -> Kept<Attendance> {
    let body = Attendance {
        course: course.id,
        session: None,
        staff: Some(staff.id),
        seat: None,
        name: staff.body.name.clone(),
        department: staff.body.department.clone(),
        on: date(2026, 6, 10),
        way: Way::Paper,
        quiz: None,
        answers: BTreeMap::new(),
        agreed_on: None,
    };
    kept(staff.id.0.as_u128() + 1000 * course.id.0.as_u128(), body)
}

#[test]
fn a_course_for_nurses_asks_nobody_else() {
    let staff = [member(1, "3階病棟", StaffRole::Nurse), member(2, "医事課", StaffRole::Reception)];
    let nurses = course(50, Audience { roles: vec![StaffRole::Nurse], ..Audience::default() }, None);
    let ward = course(51, Audience { departments: vec!["医事課".into()], ..Audience::default() }, None);
    let courses = [nurses, ward];
    let roll = Roll::new(&staff, &courses, &[], &[]);
    let names = |at: usize| roll.expected(&courses[at].body, TODAY).map(|m| m.id).collect::<Vec<_>>();
    assert_eq!((names(0), names(1)), (vec![staff[0].id], vec![staff[1].id]));
}

#[test]
fn newcomers_are_those_who_began_this_fiscal_year() {
    let mut staff = [1, 2, 3].map(|n| member(n, "3階病棟", StaffRole::Nurse));
    staff[0].body.joined_on = Some(date(2026, 4, 1));
    staff[1].body.joined_on = Some(date(2026, 3, 31));
    let new = course(50, Audience { newcomers: true, ..Audience::default() }, None);
    let roll = Roll::new(&staff, &[], &[], &[]);
    let expected: Vec<_> = roll.expected(&new.body, TODAY).map(|m| m.id).collect();
    assert_eq!(expected, [staff[0].id], "who is not known to have begun is no newcomer");
}

#[test]
fn who_left_has_no_duty_now_but_stays_in_last_years_list() {
    let mut staff = [member(1, "3階病棟", StaffRole::Nurse)];
    staff[0].body.left_on = Some(date(2026, 6, 30));
    let mut last = course(50, Audience::default(), None);
    last.body.year = FiscalYear(2025);
    let courses = [course(51, Audience::default(), None), last];
    let roll = Roll::new(&staff, &courses, &[], &[]);
    assert_eq!(roll.count(&courses[0], TODAY).expected, 0);
    assert_eq!(roll.count(&courses[1], TODAY).expected, 1);
}

#[test]
fn one_is_late_the_day_after_the_last_day() {
    let staff = [member(1, "3階病棟", StaffRole::Nurse)];
    for (due, late) in [(TODAY, false), (date(2026, 11, 20), true)] {
        let courses = [course(50, Audience::default(), Some(due))];
        let roll = Roll::new(&staff, &courses, &[], &[]);
        assert_eq!(roll.open(YEAR, TODAY)[0].people[0].is_late(), late);
    }
    let courses = [course(50, Audience::default(), None)];
    assert_eq!(courses[0].body.last_day(), date(2027, 3, 31), "without a day it is the end of the year");
}

#[test]
fn a_course_is_finished_when_all_its_parts_are() {
    let staff = [member(1, "3階病棟", StaffRole::Nurse)];
    let mut one = course(50, Audience::default(), None);
    one.body.quiz_needed = true;
    one.body.agreement = "持ち出しません。".into();
    let courses = [one];
    let mut rows = [went(&courses[0], &staff[0])];
    let missing =
        |rows: &[Kept<Attendance>]| Roll::new(&staff, &courses, &[], rows).standing(&courses[0], staff[0].id).missing;
    assert_eq!(missing(&[]), [Part::Attend, Part::Quiz, Part::Agree]);
    assert_eq!(missing(&rows), [Part::Quiz, Part::Agree]);
    rows[0].body.quiz = Some(QuizResult { right: 3, of: 5 });
    rows[0].body.agreed_on = Some(TODAY);
    assert_eq!(missing(&rows), [Part::Quiz], "three of five is below the yardstick of 80 percent");
    rows[0].body.quiz = Some(QuizResult { right: 4, of: 5 });
    assert_eq!(missing(&rows), []);
}

#[test]
fn the_late_list_is_by_department_and_counts_people_not_courses() {
    let staff = [
        member(1, "3階病棟", StaffRole::Nurse),
        member(2, "3階病棟", StaffRole::Nurse),
        member(3, "医事課", StaffRole::Reception),
    ];
    let courses = [course(50, Audience::default(), None), course(51, Audience::default(), Some(date(2026, 10, 31)))];
    let rows = [went(&courses[0], &staff[0]), went(&courses[1], &staff[0]), went(&courses[0], &staff[1])];
    let lists = Roll::new(&staff, &courses, &[], &rows).open(YEAR, TODAY);
    let ward = lists.iter().find(|list| list.department == "3階病棟").expect("there");
    assert_eq!(ward.count, Count { expected: 2, complete: 1 });
    assert_eq!(ward.people[0].courses.len(), 1);
    let desk = lists.iter().find(|list| list.department == "医事課").expect("there");
    assert_eq!(desk.people[0].courses.iter().map(|c| c.late).collect::<Vec<_>>(), [true, false], "the earliest first");
}

#[test]
fn facts_count_this_years_sessions_and_say_nothing_before_a_course_exists() {
    assert_eq!(Roll::new(&[], &[], &[], &[]).facts(TODAY), None);
    let courses = [course(50, Audience::default(), None)];
    let session = |n, held_on| {
        kept(
            n,
            Session {
                course: courses[0].id,
                kind: SessionKind::Meeting,
                held_on,
                place: String::new(),
                teacher: String::new(),
                documents: Vec::new(),
            },
        )
    };
    let sessions = [session(90, date(2026, 3, 31)), session(91, date(2026, 4, 1)), session(92, date(2026, 12, 1))];
    let facts = Roll::new(&[], &courses, &sessions, &[]).facts(TODAY).expect("begun");
    assert_eq!((facts.sessions, facts.newest), (1, Some(date(2026, 4, 1))), "what is planned was not held");
    assert_eq!(facts.newest_title, "研修50");
}

#[test]
fn ninety_nine_point_nine_is_not_a_hundred() {
    assert_eq!(Count { expected: 1000, complete: 999 }.percent(), Some(99));
    assert_eq!(Count::default().percent(), None);
}

proptest! {
    /// However rows of one person are joined, nothing they did is lost.
    #[test]
    fn a_second_try_takes_nothing_away(
        tries in prop::collection::vec((0_u32..6, prop::bool::ANY), 1..8),
    ) {
        let staff = [member(1, "", StaffRole::Nurse)];
        let one = course(50, Audience::default(), None);
        let rows: Vec<Attendance> = tries.iter().map(|(right, agreed)| {
            let mut row = went(&one, &staff[0]).body;
            row.quiz = Some(QuizResult { right: (*right).min(5), of: 5 });
            row.agreed_on = agreed.then_some(TODAY);
            row
        }).collect();
        let joined = rows.iter().cloned().reduce(Attendance::joined).expect("one at least");
        prop_assert_eq!(joined.quiz.map(|q| q.right), rows.iter().filter_map(|row| row.quiz.map(|q| q.right)).max());
        prop_assert_eq!(joined.agreed_on.is_some(), tries.iter().any(|(_, agreed)| *agreed));
    }
}
