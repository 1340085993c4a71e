//! The catalogue in this repository is whole, and the check finds what is not.

mod exercises;
mod forms;
mod people;
mod proposals;

use hakutaku_catalog::{Source, check, load};
use hakutaku_model::answers_file;
use hakutaku_model::assessment::{Answer, Answers, evaluate, measures_for_field};
use hakutaku_model::catalogue::{Catalogue, QuestionnaireKind};
use hakutaku_model::score::Level;

fn repository() -> Catalogue {
    load(&Source::embedded()).expect("the repository's catalogue loads")
}

/// The problems after one replacement in one file; the words replaced must be there.
fn problems_after(path: &str, from: &str, to: &str) -> Vec<String> {
    let source = Source::embedded();
    let text = source.text(path).expect("the file exists");
    assert!(text.contains(from), "{path} no longer contains {from:?}");
    let changed = text.replacen(from, to, 1);
    match load(&source.with(path, changed)) {
        Ok(catalogue) => check(&catalogue),
        Err(error) => vec![error.to_string()],
    }
}

#[test]
fn the_repository_catalogue_breaks_no_rule() {
    let problems = check(&repository());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn there_are_about_150_controls_and_every_one_is_mapped() {
    let catalogue = repository();
    assert!((140..=170).contains(&catalogue.controls.len()), "{} controls", catalogue.controls.len());
    assert!(catalogue.controls.values().all(|control| !control.maps.is_empty()));
    for field in &catalogue.fields {
        let count = catalogue.controls.values().filter(|control| control.field() == field.id).count();
        assert!(count >= 2, "{} has only {count} controls", field.id);
    }
}

#[test]
fn the_known_clauses_of_guideline_6_0_are_all_here() {
    assert_eq!(repository().guidelines["mhlw-6.0"].items.len(), 173);
}

#[test]
fn every_question_can_reach_level_two_by_a_measure() {
    let catalogue = repository();
    for question in catalogue.questionnaires.iter().flat_map(|q| q.questions()) {
        let best = question.measures.iter().map(|id| catalogue.measures[id].reaches.get()).max();
        assert!(best >= Some(2), "{} ends at {best:?}", question.id);
    }
}

#[test]
fn broken_content_is_named() {
    let backup = "questionnaires/hospital-it/backup.yaml";
    let cases: [(&str, &str, &str, &str); 7] = [
        (backup, "id: it-backup-02", "id: it-backup-01", "it stands twice"),
        (backup, "controls: [", "controls: [backup.nowhere, ", "there is no control backup.nowhere"),
        (backup, "measures: [", "measures: [backup.nothing, ", "there is no measure backup.nothing"),
        (backup, "{level: 3,", "{level: 2,", "its levels must be 0, 1, 2, 3"),
        (backup, "{level: 3,", "{level: 4,", "a level is 0, 1, 2 or 3"),
        ("controls/backup.yaml", "to: mhlw-6.0/", "to: mhlw-6.0/Z-", "there is no outside item"),
        ("fields.yaml", "en: Backup", "en: ''", "title has no en text"),
    ];
    for (path, from, to, expected) in cases {
        let problems = problems_after(path, from, to);
        assert!(problems.iter().any(|p| p.contains(expected)), "{path} {from:?}: {problems:?}");
    }
}

#[test]
fn a_missing_question_is_noticed_by_the_count() {
    let source = Source::embedded();
    let path = "questionnaires/hospital-it/disposal.yaml";
    let text = source.text(path).expect("the file exists");
    let at = text.rfind("  - id: it-disposal-02").expect("second question");
    let shortened = text[..at].to_owned();
    let catalogue = load(&source.with(path, shortened)).expect("loads");
    assert!(check(&catalogue).iter().any(|p| p.contains("21 fields and 80 questions, not 21 and 79")));
}

#[test]
fn a_malformed_file_is_named_with_its_place() {
    let error = load(&Source::embedded().with("fields.yaml", "- id: a\n  title: {ja: x, en: y, fr: z}\n"))
        .expect_err("unknown key")
        .to_string();
    assert!(error.starts_with("fields.yaml:") && error.contains("line 2"), "{error}");
}

#[test]
fn measures_come_in_an_order_one_can_work_through() {
    let catalogue = repository();
    let form = catalogue.questionnaire("hospital-it").expect("there");
    let none: Answers = form.questions().map(|q| (q.id.clone(), Answer::level(Level::ALL[0]))).collect();
    let result = evaluate(form, &none);
    assert_eq!(result.weak_fields().len(), 21);
    for field in &result.fields {
        let proposals = measures_for_field(&catalogue, form, field);
        assert!(!proposals.is_empty(), "{} is weak and nothing is proposed", field.field);
        let ids: Vec<_> = proposals.iter().map(|p| &p.measure.id).collect();
        for (at, proposal) in proposals.iter().enumerate() {
            for before in &proposal.measure.after {
                assert!(!ids[at..].contains(&before), "{} comes before {before}", proposal.measure.id);
            }
        }
        assert!(proposals.iter().any(|p| p.measure.is_free()), "{} has no free way at all", field.field);
    }
}

#[test]
fn an_answers_file_for_every_questionnaire_is_read_and_a_bad_one_names_every_problem() {
    let catalogue = repository();
    for form in &catalogue.questionnaires {
        let answers: Vec<String> =
            form.questions().map(|q| format!(r#"{{"question":"{}","level":3}}"#, q.id)).collect();
        let text = format!(
            r#"{{"questionnaire":"{}","edition":"{}","answers":[{}]}}"#,
            form.id,
            form.edition,
            answers.join(",\n")
        );
        let file = answers_file::parse(&text, &catalogue).expect("well-formed");
        assert_eq!(file.answers.len(), form.questions().count());
        if form.kind == QuestionnaireKind::Assessment {
            let overall = evaluate(form, &file.answers).overall.expect("answered");
            assert_eq!(overall.exact(), "3");
        }
    }
    let bad = r#"{"questionnaire":"hospital-it","edition":"1999","answers":[
  {"question":"it-backup-01","level":4},
  {"question":"it-backup-99","level":1},
  {"question":"it-backup-02","level":1,"not_applicable":"x"},
  {"question":"it-backup-03","not_applicable":"  "},
  {"question":"it-backup-04"},
  {"question":"it-backup-05","level":1},
  {"question":"it-backup-05","level":2},
  {"level":2}
]}"#;
    let problems = answers_file::parse(bad, &catalogue).expect_err("bad");
    let places: Vec<(usize, Option<&str>)> = problems.iter().map(|p| (p.line, p.question.as_deref())).collect();
    assert_eq!(
        places,
        [
            (1, None),
            (2, Some("it-backup-01")),
            (3, Some("it-backup-99")),
            (4, Some("it-backup-02")),
            (5, Some("it-backup-03")),
            (6, Some("it-backup-04")),
            (8, Some("it-backup-05")),
            (9, None),
        ]
    );
}

#[test]
fn garbage_is_refused_with_a_place_and_without_a_panic() {
    let catalogue = repository();
    for text in ["", "[]", "{", "null", "{\"questionnaire\":1,\"edition\":2,\"answers\":[]}", "\u{feff}{}", "名前"] {
        let problems = answers_file::parse(text, &catalogue).expect_err("garbage");
        assert!(!problems.is_empty() && problems.iter().all(|p| p.line >= 1 && p.column >= 1), "{text:?}");
    }
}
