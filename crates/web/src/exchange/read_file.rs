//! Tells what kind of file was uploaded and reads it. Whatever is wrong is said with its place.

use crate::exchange::verdict::Offer;
use hakutaku_documents::workbook::{ImportPreview, Verdict, read_workbook};
use hakutaku_model::answers_file;
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::text::{Lang, Text};

/// Every `.xlsx` is a zip archive and begins like one; old `.xls` files and those with a password like the second.
const SPREADSHEETS: [&[u8]; 2] = [b"PK", &[0xD0, 0xCF, 0x11, 0xE0]];

/// What the file says, or everything that is wrong with it as a whole. A faulty row of a workbook is no fault of the
/// whole: it comes with the other rows.
pub(super) fn read(bytes: &[u8], form: &Questionnaire, catalogue: &Catalogue) -> Result<Vec<Offer>, Vec<Text>> {
    if SPREADSHEETS.iter().any(|start| bytes.starts_with(start)) {
        return workbook(bytes, form);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') => answers(text, form, catalogue),
        _ => Err(vec![Text::new(
            "Excelブック（.xlsx）でも、回答ファイル（.json）でもありません。この画面から取り出したファイルか確かめてください。",
            "This is neither an Excel workbook (.xlsx) nor an answers file (.json). Check that the file came from this page.",
        )]),
    }
}

fn workbook(bytes: &[u8], form: &Questionnaire) -> Result<Vec<Offer>, Vec<Text>> {
    let read = read_workbook(bytes, form, None)
        .map_err(|refused| vec![Text::new(refused.sentence(Lang::Ja), refused.sentence(Lang::En))])?;
    Ok(offers(read))
}

fn offers(read: ImportPreview) -> Vec<Offer> {
    let offer = |row: hakutaku_documents::workbook::ImportRow| Offer {
        value: match &row.verdict {
            Verdict::Refused { cell, problem } => {
                Err(Text::new(problem.sentence(cell, Lang::Ja), problem.sentence(cell, Lang::En)))
            }
            verdict => Ok(verdict.to_save().cloned()),
        },
        question: row.question,
        place: row.at.cell,
        note: row.note,
    };
    read.rows.into_iter().map(offer).collect()
}

fn answers(text: &str, form: &Questionnaire, catalogue: &Catalogue) -> Result<Vec<Offer>, Vec<Text>> {
    let file = answers_file::parse(text, catalogue).map_err(|problems| {
        let both = |problem: answers_file::Problem| Text::new(problem.line_in(Lang::Ja), problem.line_in(Lang::En));
        problems.into_iter().map(both).collect::<Vec<_>>()
    })?;
    if file.questionnaire.id != form.id {
        let (theirs, ours) = (&file.questionnaire.title, &form.title);
        return Err(vec![Text::new(
            format!("「{}」の回答です。ここで読めるのは「{}」の回答だけです。", theirs.ja, ours.ja),
            format!("These are answers to “{}”; only answers to “{}” can be read here.", theirs.en, ours.en),
        )]);
    }
    // In the order of the questionnaire, not of the alphabet.
    let mut answers = file.answers;
    Ok(form
        .questions()
        .filter_map(|question| {
            let answer = answers.remove(&question.id)?;
            let question = Some(question.id.clone());
            Some(Offer { question, place: String::new(), value: Ok(Some(answer.value)), note: None })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let form = catalogue.questionnaire("small-facility").expect("it is there");
        let problems = read(bytes, form, &catalogue).expect_err("refused");
        problems[0].get(Lang::Ja).to_owned()
    }

    #[test]
    fn a_foreign_file_is_refused_with_a_sentence_that_says_what_to_do() {
        assert!(refused(b"%PDF-1.7").contains(".xlsx"));
        assert!(refused(b"\xff\xfe\x00").contains(".json"));
        assert!(refused(b"{\"questionnaire\":").starts_with("1:"));
        assert!(refused(b"PK\x03\x04 and then nothing").contains("壊れて"));
        assert!(refused(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).contains("xls"));
    }

    #[test]
    fn answers_to_another_questionnaire_are_not_taken() {
        let file = br#"{"questionnaire":"executive","edition":"2026.1","answers":[]}"#;
        assert!(refused(file).contains("経営層向け"));
    }
}
