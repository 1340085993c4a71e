//! Lessons and published cases.

use hakutaku_catalog::{Source, check, embedded, load};
use hakutaku_model::cases::Phase;
use hakutaku_model::training::StaffRole;

#[test]
fn there_is_a_lesson_for_everybody_and_for_every_kind_of_work_that_needs_one() {
    let catalogue = embedded().expect("loads");
    assert_eq!(catalogue.lessons.len(), 8);
    assert!(catalogue.lessons.iter().any(|lesson| lesson.roles.is_empty() && !lesson.newcomers));
    assert!(catalogue.lessons.iter().any(|lesson| lesson.newcomers));
    use StaffRole::{Doctor, Executive, It, Nurse, Reception, Vendor};
    for role in [Nurse, Reception, Doctor, Executive, It, Vendor] {
        assert!(catalogue.lessons.iter().any(|lesson| lesson.roles.contains(&role)), "{role:?}");
    }
}

#[test]
fn no_lesson_and_no_case_breaks_a_rule() {
    let catalogue = embedded().expect("loads");
    let problems: Vec<String> =
        check(&catalogue).into_iter().filter(|p| p.starts_with("lesson") || p.starts_with("case")).collect();
    assert_eq!(problems, Vec::<String>::new());
}

#[test]
fn every_case_that_risk_marks_name_has_its_chain() {
    let catalogue = embedded().expect("loads");
    for id in hakutaku_model::connection::risk::CASES {
        let case = catalogue.cases.iter().find(|case| case.id == id).expect("there");
        assert_eq!(case.steps.first().map(|step| step.phase), Some(Phase::Entry), "{id}");
    }
    assert!(catalogue.cases.is_sorted_by(|a, b| a.month >= b.month), "newest first");
}

#[test]
fn a_careless_lesson_or_case_is_refused() {
    let broken = |path: &str, from: &str, to: &str| {
        let source = Source::embedded();
        let text = source.text(path).expect("there").replacen(from, to, 1);
        check(&load(&source.with(path, text)).expect("still loads")).join("\n")
    };
    let lesson = "lessons/01-suspicious-mail.yaml";
    assert!(broken(lesson, "        right: true\n", "").contains("exactly one answer must be right"));
    assert!(
        broken(lesson, "education.report-suspicious", "education.telepathy").contains("no control education.telepathy")
    );
    assert!(broken(lesson, "minutes: 5", "minutes: 50").contains("3 to 8 minutes"));
    let case = "cases/handa-2021.yaml";
    assert!(broken(case, "phase: entry", "phase: recovery").contains("order of the chain"));
    assert!(broken(case, "    source: 0\n", "    source: 9\n").contains("not in the list"));
    assert!(broken(case, "id: case-handa-2021", "id: case-handa").contains("no chain of steps for case-handa-2021"));
}
