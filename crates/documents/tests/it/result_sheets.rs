//! The result as workbook and CSV.

use crate::fixture::{answers, catalogue, questionnaire, report};
use crate::tools::{rows, saved_by_libreoffice};
use calamine::Data;
use hakutaku_documents::{answers_csv, result_csv, result_workbook};
use hakutaku_model::text::Lang;

#[test]
fn scores_are_real_numbers_in_the_workbook() {
    let catalogue = catalogue(21);
    let report = report(&catalogue, Lang::Ja);
    let sheet = rows(&result_workbook(&report).expect("a workbook"), "分野");
    assert_eq!(sheet.len(), 22);
    let first = &report.fields[0];
    assert_eq!(sheet[1][1], Data::String(first.title.clone()));
    let Data::Float(score) = sheet[1][2] else { panic!("a number, not {:?}", sheet[1][2]) };
    assert_eq!(format!("{score:.2}"), first.score.as_ref().expect("a score").shown);
}

#[test]
fn every_measure_and_question_has_its_row_and_libreoffice_reads_it() {
    let catalogue = catalogue(21);
    let report = report(&catalogue, Lang::En);
    let book = saved_by_libreoffice(&result_workbook(&report).expect("a workbook"));
    let measures: usize = report.weak.iter().map(|field| field.measures.len()).sum();
    assert_eq!(rows(&book, "Measures").len(), measures + 1);
    assert_eq!(rows(&book, "Questions").len(), questionnaire(&catalogue).questions().count() + 1);
}

#[test]
fn csv_opens_in_excel_and_keeps_every_character() {
    let catalogue = catalogue(21);
    let report = report(&catalogue, Lang::Ja);
    let bytes = result_csv(&report).expect("a table");
    assert!(bytes.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(text.lines().count(), 23);
    assert!(text.contains("\r\n"));
    assert!(text.lines().last().expect("a last line").starts_with("overall,全体,"));

    let form = questionnaire(&catalogue);
    let text = String::from_utf8(answers_csv(form, &answers(form, 1), Lang::Ja).expect("a table")).expect("UTF-8");
    assert_eq!(text.lines().count(), form.questions().count() + 1);
    assert!(text.contains("透析室を持たないため、対象の機器がありません（𠮷田事務長に確認）。"));
    assert!(text.contains("昨年の答え（未確認）"));
}
