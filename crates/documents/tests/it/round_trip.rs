//! The workbook goes out, is filled and saved by whatever program, and comes back.

use crate::fixture::{answers, catalogue, level, made, question_id, questionnaire};
use crate::tools::saved_by_libreoffice;
use hakutaku_documents::{CellProblem, Header, ImportPreview, Verdict, questionnaire_workbook, read_workbook};
use hakutaku_model::assessment::{Answer, AnswerValue, Answers, Standing};
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use rust_xlsxwriter::{Workbook, Worksheet};

fn header() -> Header {
    Header { facility: Some("𠮷野病院".into()), fiscal_year: Some(FiscalYear(2026)), made: made() }
}

fn small() -> Catalogue {
    catalogue(3)
}

fn exported(questionnaire: &Questionnaire, answers: Option<&Answers>, lang: Lang) -> Vec<u8> {
    questionnaire_workbook(questionnaire, answers, lang, &header()).expect("a workbook")
}

fn confirmed(answers: &Answers) -> Answers {
    let standing = |answer: &Answer| answer.standing == Standing::Confirmed;
    answers.iter().filter(|(_, answer)| standing(answer)).map(|(id, answer)| (id.clone(), answer.clone())).collect()
}

/// A file as a person might have left it: our marks, then whatever `fill` writes on the answer sheet.
fn by_hand(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("回答").expect("a name");
    fill(sheet);
    let own = workbook.add_worksheet().set_name("ファイル情報").expect("a name");
    for (row, (key, value)) in
        [("hakutaku-workbook", ""), ("format", "1"), ("questionnaire", "hospital-it"), ("edition", "2026.1")]
            .into_iter()
            .enumerate()
    {
        let row = u32::try_from(row).expect("four rows");
        own.write(row, 0, key).expect("written");
        own.write(row, 1, value).expect("written");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// Rows of id, answer and reason.
type Rows<'a> = &'a [(&'a str, &'a str, &'a str)];

/// Writes a header row and these rows, as texts.
fn rows(sheet: &mut Worksheet, rows: Rows<'_>) {
    for (column, title) in (0_u16..).zip(["質問番号", "回答", "該当なしの理由"]) {
        sheet.write(0, column, title).expect("written");
    }
    for (row, (id, answer, reason)) in (1_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip([id, answer, reason]) {
            if !text.is_empty() {
                sheet.write(row, column, *text).expect("written");
            }
        }
    }
}

fn verdict_of<'a>(preview: &'a ImportPreview, question: &str) -> &'a Verdict {
    let row = preview.rows.iter().find(|row| row.question.as_ref().is_some_and(|id| id.as_str() == question));
    &row.unwrap_or_else(|| panic!("a row for {question}")).verdict
}

#[test]
fn a_blank_workbook_comes_back_with_every_row_empty() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    for lang in [Lang::Ja, Lang::En] {
        let preview = read_workbook(&exported(form, None, lang), form, None).expect("our own file");
        assert_eq!(preview.rows.len(), form.questions().count());
        assert!(preview.rows.iter().all(|row| row.verdict == Verdict::Empty));
        assert!(preview.missing.is_empty() && preview.is_acceptable());
    }
}

#[test]
fn a_filled_workbook_brings_back_the_same_answers() {
    let catalogue = catalogue(21);
    let form = questionnaire(&catalogue);
    let given = answers(form, 1);
    let file = exported(form, Some(&given), Lang::Ja);
    let preview = read_workbook(&file, form, None).expect("our own file");
    assert_eq!(preview.answers_to_save(), confirmed(&given));
    let again = read_workbook(&file, form, Some(&given)).expect("our own file");
    assert_eq!(again.counts().same, confirmed(&given).len());
    assert!(again.answers_to_save().is_empty());
}

#[test]
fn last_years_unconfirmed_answers_are_shown_as_notes_and_never_affirmed_by_themselves() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let id = question_id("organization", 1);
    let carried = Answer { standing: Standing::Unconfirmed, ..Answer::level(level(2)) };
    let current = Answers::from([(id.clone(), carried)]);
    let preview = read_workbook(&exported(form, Some(&current), Lang::Ja), form, Some(&current)).expect("our own file");
    let row = &preview.rows[0];
    assert_eq!(row.verdict, Verdict::Empty);
    assert_eq!(row.note.as_deref(), Some("昨年の答え: 2（未確認）"));

    let affirming = by_hand(|sheet| rows(sheet, &[(id.as_str(), "2", "")]));
    let preview = read_workbook(&affirming, form, Some(&current)).expect("our file");
    assert_eq!(preview.rows[0].verdict, Verdict::Affirmed(AnswerValue::Level(level(2))));
    assert_eq!(preview.answers_to_save().get(&id), Some(&Answer::level(level(2))));
}

#[test]
fn libreoffice_may_save_the_file_in_between() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let given = answers(form, 1);
    for lang in [Lang::Ja, Lang::En] {
        let saved = saved_by_libreoffice(&exported(form, Some(&given), lang));
        let preview = read_workbook(&saved, form, Some(&given)).expect("a file LibreOffice saved");
        assert_eq!(preview.counts().same, confirmed(&given).len());
        assert!(preview.is_acceptable() && preview.missing.is_empty());
    }
}

#[test]
fn what_people_and_spreadsheets_write_for_an_answer_is_understood() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let id = question_id("organization", 1);
    let accepted = [
        ("2", Some(2)),
        (" 2 ", Some(2)),
        ("２", Some(2)),
        ("　３　", Some(3)),
        ("0", Some(0)),
        ("1.0", Some(1)),
        ("NA", None),
        ("ＮＡ", None),
        ("n/a", None),
        ("該当なし", None),
    ];
    for (text, expected) in accepted {
        let file = by_hand(|sheet| rows(sheet, &[(id.as_str(), text, "理由")]));
        let preview = read_workbook(&file, form, None).expect("our file");
        let value = match expected {
            Some(number) => AnswerValue::Level(level(number)),
            None => AnswerValue::NotApplicable("理由".into()),
        };
        assert_eq!(preview.rows[0].verdict, Verdict::New(value), "{text:?}");
    }
    let number = by_hand(|sheet| {
        rows(sheet, &[(id.as_str(), "", "")]);
        sheet.write(1, 1, 3.0).expect("written");
    });
    let preview = read_workbook(&number, form, None).expect("our file");
    assert_eq!(preview.rows[0].verdict, Verdict::New(AnswerValue::Level(level(3))));
}

#[test]
fn rows_may_be_reordered_deleted_and_extended_and_columns_added() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let file = by_hand(|sheet| {
        sheet.write(2, 3, "うちの病院の控え").expect("written");
        for (column, title) in [(1_u16, "メモ"), (2, "部署"), (4, "回答"), (6, "質問番号"), (7, "該当なしの理由")]
        {
            sheet.write(5, column, title).expect("written");
        }
        for (row, (id, answer)) in
            (6_u32..).zip([("it-education-02", 3.0), ("it-organization-02", 1.0), ("it-education-01", 2.0)])
        {
            sheet.write(row, 6, id).expect("written");
            sheet.write(row, 4, answer).expect("written");
            sheet.write(row, 2, "看護部").expect("written");
        }
        sheet.write(30, 2, "ここは自由な覚え書き").expect("written");
        sheet.write(6, 1, "要確認").expect("written");
    });
    let preview = read_workbook(&file, form, None).expect("our file");
    assert_eq!(preview.rows.len(), 3);
    assert_eq!(verdict_of(&preview, "it-organization-02"), &Verdict::New(AnswerValue::Level(level(1))));
    assert_eq!(preview.rows[0].note.as_deref(), Some("要確認"));
    assert_eq!(preview.missing.len(), form.questions().count() - 3);
}

#[test]
fn a_changed_answer_shows_from_and_to() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let id = question_id("organization", 1);
    let current = Answers::from([(id.clone(), Answer::level(level(1)))]);
    let file = by_hand(|sheet| rows(sheet, &[(id.as_str(), "3", "")]));
    let preview = read_workbook(&file, form, Some(&current)).expect("our file");
    let verdict = &preview.rows[0].verdict;
    assert_eq!(verdict.sentence(Lang::Ja), "変更: 1 → 3");
    assert_eq!(verdict.sentence(Lang::En), "Changed: 1 → 3");
}

#[test]
fn a_bad_cell_is_refused_by_its_name_with_what_to_do() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let long = "あ".repeat(1_001);
    let table: [(Rows, &str); 11] = [
        (&[("it-organization-01", "4", "")], "回答シート B2: 0〜3 または NA を入れてください（いまの値: 「4」）。"),
        (&[("it-organization-01", "2.5", "")], "回答シート B2: 0〜3 または NA を入れてください（いまの値: 「2.5」）。"),
        (&[("it-organization-01", "-1", "")], "回答シート B2: 0〜3 または NA を入れてください（いまの値: 「-1」）。"),
        (
            &[("it-organization-01", "たぶん2", "")],
            "回答シート B2: 0〜3 または NA を入れてください（いまの値: 「たぶん2」）。",
        ),
        (&[("it-organization-01", "1e0", "")], "回答シート B2: 0〜3 または NA を入れてください（いまの値: 「1e0」）。"),
        (&[("it-organization-01", "NA", "")], "回答シート C2: 該当なし（NA）の理由を書いてください。"),
        (&[("it-organization-01", "NA", &long)], "回答シート C2: 理由は1000文字までにしてください。"),
        (
            &[("it-organization-01", "", "対象の機器がない")],
            "回答シート B2: 理由だけが書かれています。該当なしなら NA、そうでなければ 0〜3 を入れてください。",
        ),
        (
            &[("it-organization-99", "2", "")],
            "回答シート A2: 質問番号「it-organization-99」はこの質問票にありません。書き出したファイルの番号に戻してください。",
        ),
        (
            &[("it-organization-01", "2", ""), ("it-organization-01", "3", "")],
            "回答シート A3: 同じ質問が A2 にもあります。どちらか一つの行だけを残してください。",
        ),
        (
            &[("", "2", "")],
            "回答シート A2: 回答がありますが、質問番号がありません。書き出したファイルの番号に戻してください。",
        ),
    ];
    for (given, sentence) in table {
        let preview = read_workbook(&by_hand(|sheet| rows(sheet, given)), form, None).expect("our file");
        assert!(!preview.is_acceptable());
        let verdict = &preview.rows.last().expect("a row").verdict;
        assert_eq!(verdict.sentence(Lang::Ja), sentence);
        assert!(verdict.sentence(Lang::En).contains("please") || verdict.sentence(Lang::En).contains("Please"));
    }
}

#[test]
fn truth_values_dates_and_failed_formulas_are_refused_not_guessed() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let id = question_id("organization", 1);
    let truth = by_hand(|sheet| {
        rows(sheet, &[(id.as_str(), "", "")]);
        sheet.write(1, 1, true).expect("written");
    });
    let preview = read_workbook(&truth, form, None).expect("our file");
    assert!(matches!(&preview.rows[0].verdict, Verdict::Refused { problem: CellProblem::NotALevel { .. }, .. }));
    let formula = by_hand(|sheet| {
        rows(sheet, &[(id.as_str(), "", "")]);
        sheet.write_formula(1, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).expect("written");
    });
    let preview = read_workbook(&formula, form, None).expect("our file");
    assert!(matches!(&preview.rows[0].verdict, Verdict::Refused { .. }));
}

#[test]
fn a_cell_in_the_far_corner_costs_nothing() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let file = by_hand(|sheet| {
        rows(sheet, &[("it-organization-01", "2", "")]);
        sheet.write(1_048_575, 16_383, "遠い").expect("written");
    });
    assert_eq!(read_workbook(&file, form, None).expect("our file").counts().new, 1);
}

#[test]
fn the_same_answers_give_the_same_bytes() {
    let catalogue = small();
    let form = questionnaire(&catalogue);
    let given = answers(form, 1);
    assert_eq!(exported(form, Some(&given), Lang::Ja), exported(form, Some(&given), Lang::Ja));
}
