use crate::fixture::{answers, form, level, question, section};
use hakutaku_model::assessment::{Answer, Answers};
use hakutaku_model::catalogue::{Questionnaire, QuestionnaireKind};
use hakutaku_model::typology::{Mark, Typology, classify};

fn flowchart() -> Questionnaire {
    form(
        "network-typology",
        QuestionnaireKind::Typology,
        vec![
            section("network", vec![question("e1", &[]), question("e2", &[])]),
            section("media", vec![question("m1", &[])]),
            section("access-control", vec![question("i1", &[])]),
        ],
    )
}

fn result(given: &Answers) -> Typology {
    classify(&flowchart(), given).expect("three sections")
}

#[test]
fn a_control_is_as_good_as_its_weakest_answer() {
    let typology = result(&answers(&[("e1", 3), ("e2", 1), ("m1", 2), ("i1", 0)]));
    let marks: Vec<_> = typology.controls.iter().map(|c| c.mark).collect();
    assert_eq!(marks, [Some(Mark::Partial), Some(Mark::Full), Some(Mark::None)]);
    assert_eq!(typology.controls[0].weakest, [("e2".into(), level(1))]);
    assert_eq!(typology.level, Some(level(1)));
}

#[test]
fn the_next_level_names_what_is_missing_and_how_far() {
    let typology = result(&answers(&[("e1", 3), ("e2", 1), ("m1", 2), ("i1", 0)]));
    assert_eq!(typology.next, [("e2".into(), level(2))]);
    let typology = result(&answers(&[("e1", 2), ("e2", 2), ("m1", 2), ("i1", 1)]));
    assert_eq!((typology.level, typology.next), (Some(level(2)), vec![("i1".into(), level(2))]));
    let typology = result(&answers(&[("e1", 2), ("e2", 3), ("m1", 2), ("i1", 2)]));
    assert_eq!((typology.level, typology.next), (Some(level(3)), vec![]));
}

#[test]
fn an_open_question_leaves_the_level_open_unless_a_zero_has_settled_it() {
    assert_eq!(result(&answers(&[("e1", 2), ("m1", 2), ("i1", 2)])).level, None);
    assert_eq!(result(&answers(&[("e1", 0), ("i1", 2)])).level, Some(level(0)));
}

#[test]
fn a_house_without_any_outside_line_has_nothing_to_control_there() {
    let mut given = answers(&[("m1", 2), ("i1", 2)]);
    for id in ["e1", "e2"] {
        given.insert(id.into(), Answer::not_applicable("外とつながる線が1本もない"));
    }
    assert_eq!(result(&given).level, Some(level(3)));
}
