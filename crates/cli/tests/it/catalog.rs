use crate::program::{json_of, path_text, run, stderr, stdout};
use std::collections::BTreeSet;

#[test]
fn the_list_names_the_five_questionnaires_with_both_titles() {
    let list = json_of(&["catalog", "list", "--format", "json"]);
    let entries = list.as_array().expect("a list");
    let ids: BTreeSet<&str> = entries
        .iter()
        .filter(|entry| entry["kind"] == "questionnaire")
        .map(|entry| entry["id"].as_str().expect("id"))
        .collect();
    assert_eq!(
        ids,
        ["executive", "hospital-it", "network-typology", "online-consultation", "small-facility"].into_iter().collect()
    );
    for entry in entries {
        for key in ["id", "kind", "edition", "title_ja", "title_en"] {
            assert!(entry[key].as_str().is_some_and(|text| !text.is_empty()), "{entry} lacks {key}");
        }
    }
}

#[test]
fn every_listed_entry_can_be_shown() {
    for entry in json_of(&["catalog", "list", "--format", "json"]).as_array().expect("a list") {
        let id = entry["id"].as_str().expect("id");
        assert!(!json_of(&["catalog", "show", id, "--format", "json"]).is_null(), "{id}");
    }
}

#[test]
fn a_questionnaire_is_shown_with_four_levels_controls_and_measures_for_each_question() {
    for (id, fields, questions) in [("hospital-it", 21, 80), ("executive", 9, 15), ("small-facility", 11, 13)] {
        let shown = json_of(&["catalog", "show", id, "--format", "json"]);
        let shown_fields = shown["fields"].as_array().expect("fields");
        assert_eq!(shown_fields.len(), fields, "{id}");
        let all: Vec<_> = shown_fields.iter().flat_map(|f| f["questions"].as_array().expect("questions")).collect();
        assert_eq!(all.len(), questions, "{id}");
        for question in all {
            let levels: Vec<i64> =
                question["levels"].as_array().expect("levels").iter().filter_map(|l| l["level"].as_i64()).collect();
            assert_eq!(levels, [0, 1, 2, 3], "{}", question["id"]);
            for key in ["controls", "measures"] {
                assert!(!question[key].as_array().expect(key).is_empty(), "{} has no {key}", question["id"]);
            }
            assert!(question.get("applies_if").is_some(), "applies_if is always there, if only null");
        }
    }
}

#[test]
fn an_unknown_id_is_a_wrong_input() {
    let output = run(&["catalog", "show", "nothing-of-ours"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("nothing-of-ours"));
}

#[test]
fn the_text_form_speaks_the_language_asked_for() {
    let japanese = stdout(&run(&["catalog", "show", "small-facility", "--lang", "ja"]));
    let english = stdout(&run(&["catalog", "show", "small-facility", "--lang", "en"]));
    assert!(japanese.contains("なぜ") && english.contains("Why"));
}

#[test]
fn the_check_passes_on_our_own_content_and_names_what_is_wrong_elsewhere() {
    let output = run(&["catalog", "check"]);
    assert!(output.status.success(), "{}", stderr(&output));

    let folder = tempfile::tempdir().expect("a folder");
    let output = run(&["catalog", "check", path_text(folder.path())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("fields.yaml"), "{}", stderr(&output));
}
