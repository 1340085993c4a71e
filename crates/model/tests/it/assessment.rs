use crate::fixture::{answers, catalogue, level};
use hakutaku_model::assessment::{
    Answer, AnswerValue, Answers, Outcome, Standing, evaluate, measures_for_field, measures_for_weak_fields,
};
use proptest::prelude::*;

fn outcome_of(answers: &Answers, id: &str) -> Outcome {
    let catalogue = catalogue();
    let result = evaluate(&catalogue.questionnaires[0], answers);
    result
        .fields
        .into_iter()
        .flat_map(|field| field.outcomes)
        .find(|o| o.question.as_str() == id)
        .expect("the question exists")
        .outcome
}

#[test]
fn a_field_is_the_mean_of_its_answers_and_the_whole_the_mean_of_the_fields() {
    let catalogue = catalogue();
    let result = evaluate(&catalogue.questionnaires[0], &answers(&[("q1", 0), ("q2", 1), ("q3", 1), ("n1", 3)]));
    assert_eq!(result.fields[0].score.expect("answered").exact(), "2/3");
    assert_eq!(result.fields[1].score.expect("answered").exact(), "3");
    // (2/3 + 3) / 2, not (0 + 1 + 1 + 3) / 4
    assert_eq!(result.overall.expect("answered").exact(), "11/6");
    assert_eq!(result.overall.expect("answered").two_decimals(), "1.83");
}

#[test]
fn nothing_answered_is_no_score_rather_than_zero() {
    let catalogue = catalogue();
    let result = evaluate(&catalogue.questionnaires[0], &Answers::new());
    assert_eq!(result.overall, None);
    assert!(result.fields.iter().all(|field| field.score.is_none() && !field.is_weak()));
}

#[test]
fn not_applicable_takes_a_question_out_of_the_mean() {
    let catalogue = catalogue();
    let mut given = answers(&[("q1", 3), ("q2", 1)]);
    given.insert("q3".into(), Answer::not_applicable("院内にサーバがない"));
    let field = &evaluate(&catalogue.questionnaires[0], &given).fields[0];
    assert_eq!(field.score.expect("answered").exact(), "2");
    assert_eq!((field.answered(), field.not_applicable(), field.unanswered()), (2, 1, 0));
}

#[test]
fn last_years_answer_does_not_count_until_somebody_says_it_still_holds() {
    let catalogue = catalogue();
    let mut given = answers(&[("q1", 1)]);
    given.insert("q2".into(), Answer { value: AnswerValue::Level(level(3)), standing: Standing::Unconfirmed });
    let field = &evaluate(&catalogue.questionnaires[0], &given).fields[0];
    assert_eq!(field.score.expect("answered").exact(), "1");
    assert_eq!(field.unanswered(), 2);
    assert_eq!(outcome_of(&given, "q2"), Outcome::Unconfirmed);
}

#[test]
fn a_question_appears_once_the_one_it_hangs_on_is_answered_with_a_level() {
    assert_eq!(outcome_of(&answers(&[]), "n2"), Outcome::NotAsked);
    assert_eq!(outcome_of(&answers(&[("n1", 0)]), "n2"), Outcome::Unanswered);
    let mut given = Answers::new();
    given.insert("n1".into(), Answer::not_applicable("外とつながる線がない"));
    assert_eq!(outcome_of(&given, "n2"), Outcome::NotAsked);
    // … and what hangs on the excluded question is excluded with it.
    assert_eq!(outcome_of(&given, "n3"), Outcome::NotAsked);
}

#[test]
fn an_answer_against_an_earlier_one_is_reported_and_not_counted() {
    let catalogue = catalogue();
    let given = answers(&[("n1", 2), ("n2", 1), ("n3", 3)]);
    assert_eq!(outcome_of(&given, "n3"), Outcome::Ignored);
    let result = evaluate(&catalogue.questionnaires[0], &given);
    assert_eq!(result.fields[1].score.expect("answered").exact(), "3/2");
    assert_eq!(result.ignored_questions().map(|q| q.as_str()).collect::<Vec<_>>(), ["n3"]);
}

#[test]
fn an_answer_given_before_its_opening_question_counts() {
    assert_eq!(outcome_of(&answers(&[("n2", 1)]), "n2"), Outcome::Counted(level(1)));
}

#[test]
fn measures_come_free_first_but_never_before_what_they_need() {
    let catalogue = catalogue();
    let form = &catalogue.questionnaires[0];
    let result = evaluate(form, &answers(&[("q1", 0), ("q2", 0), ("q3", 0)]));
    let order: Vec<&str> =
        measures_for_field(&catalogue, form, &result.fields[0]).iter().map(|p| p.measure.id.as_str()).collect();
    assert_eq!(order, ["b.free", "b.cheap", "b.free-later", "b.dear"]);
}

#[test]
fn a_free_way_to_the_top_waits_for_a_way_to_the_level_below() {
    let mut catalogue = catalogue();
    let check = crate::fixture::measure("b.yearly-check", 3, 0, 1, &[]);
    catalogue.measures.insert(check.id.clone(), check);
    catalogue.questionnaires[0].sections[0].questions[1].measures.push("b.yearly-check".into());
    let form = &catalogue.questionnaires[0];
    let result = evaluate(form, &answers(&[("q1", 3), ("q2", 0), ("q3", 3)]));
    let order: Vec<&str> =
        measures_for_field(&catalogue, form, &result.fields[0]).iter().map(|p| p.measure.id.as_str()).collect();
    assert_eq!(order, ["b.cheap", "b.yearly-check"]);
}

#[test]
fn a_measure_that_reaches_no_higher_is_not_proposed() {
    let catalogue = catalogue();
    let form = &catalogue.questionnaires[0];
    let result = evaluate(form, &answers(&[("q1", 2), ("q2", 0), ("q3", 0)]));
    let proposals = measures_for_field(&catalogue, form, &result.fields[0]);
    let cheap = proposals.iter().find(|p| p.measure.id.as_str() == "b.cheap").expect("helps q2");
    assert_eq!(cheap.raises.iter().map(|q| q.as_str()).collect::<Vec<_>>(), ["q2"]);
}

#[test]
fn only_weak_fields_get_measures_weakest_first() {
    let catalogue = catalogue();
    let form = &catalogue.questionnaires[0];
    let result = evaluate(form, &answers(&[("q1", 2), ("q2", 2), ("q3", 2), ("n1", 0)]));
    let fields: Vec<String> =
        measures_for_weak_fields(&catalogue, form, &result).iter().map(|p| p.field.to_string()).collect();
    assert_eq!(fields, ["network"]);
}

proptest! {
    #[test]
    fn every_question_is_in_exactly_one_state(given in prop::collection::btree_map("(q|n)[1-3]", 0_u8..=4, 0..6)) {
        let catalogue = catalogue();
        let given: Answers = given
            .into_iter()
            .map(|(id, n)| {
                let answer = if n == 4 { Answer::not_applicable("理由") } else { Answer::level(level(n)) };
                (id.into(), answer)
            })
            .collect();
        let result = evaluate(&catalogue.questionnaires[0], &given);
        for field in &result.fields {
            let rest = field.outcomes.iter().filter(|o| matches!(o.outcome, Outcome::NotAsked | Outcome::Ignored)).count();
            prop_assert_eq!(field.answered() + field.not_applicable() + field.unanswered() + rest, field.outcomes.len());
        }
        let counted = result.fields.iter().map(|f| f.answered()).sum::<usize>();
        prop_assert!(counted <= given.len());
        prop_assert_eq!(result.overall.is_some(), counted > 0);
    }
}
