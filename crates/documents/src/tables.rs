//! Result and answers as CSV, so that Excel opens them right: UTF-8 with a byte order mark, CRLF, no cell that a
//! spreadsheet would run as a formula.

use hakutaku_model::assessment::{AnswerValue, Answers, Standing};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::report::ResultReport;
use hakutaku_model::text::{Lang, Text};

/// Why a table could not be written: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing the CSV table")]
pub struct CsvError(#[from] csv::Error);

/// One row per field, and a last one for the overall score.
///
/// # Errors
/// A defect of the product.
pub fn result_csv(report: &ResultReport) -> Result<Vec<u8>, CsvError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(report.lang).to_owned();
    let mut table = Table::new(&[
        word("分野ID", "Field ID"),
        word("分野", "Field"),
        word("得点", "Score"),
        word("得点（分数）", "Score (exact)"),
        word("弱い分野", "Weak"),
        word("回答", "Answered"),
        word("該当なし", "Not applicable"),
        word("未回答", "Open"),
        word("昨年", "Last year"),
        word("増減", "Change"),
    ])?;
    for field in &report.fields {
        let score = field.score.as_ref();
        table.row(&[
            field.id.clone(),
            field.title.clone(),
            score.map(|s| s.shown.clone()).unwrap_or_default(),
            score.map(|s| s.exact.clone()).unwrap_or_default(),
            if score.is_some_and(|s| s.weak) { word("弱い", "weak") } else { String::new() },
            field.answered.to_string(),
            field.not_applicable.to_string(),
            field.unanswered.to_string(),
            field.previous.as_ref().map(|s| s.shown.clone()).unwrap_or_default(),
            field.change.as_ref().map(|c| plain_sign(&c.shown)).unwrap_or_default(),
        ])?;
    }
    table.row(&[
        "overall".to_owned(),
        word("全体", "Overall"),
        report.overall.as_ref().map(|s| s.shown.clone()).unwrap_or_default(),
        report.overall.as_ref().map(|s| s.exact.clone()).unwrap_or_default(),
        String::new(),
        report.counts.answered.to_string(),
        report.counts.not_applicable.to_string(),
        report.counts.open.to_string(),
        report.previous_overall.as_ref().map(|s| s.shown.clone()).unwrap_or_default(),
        report.overall_change.as_ref().map(|c| plain_sign(&c.shown)).unwrap_or_default(),
    ])?;
    Ok(table.finish())
}

/// One row per question in the questionnaire's order.
///
/// # Errors
/// A defect of the product.
pub fn answers_csv(questionnaire: &Questionnaire, answers: &Answers, lang: Lang) -> Result<Vec<u8>, CsvError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    let mut table = Table::new(&[
        word("質問番号", "Question ID"),
        word("分野", "Field"),
        word("質問", "Question"),
        word("回答", "Answer"),
        word("回答の内容", "Answer in words"),
        word("該当なしの理由", "Why not applicable"),
        word("状態", "State"),
    ])?;
    for section in &questionnaire.sections {
        for question in &section.questions {
            let answer = answers.get(&question.id);
            let (level, words, reason) = match answer.map(|answer| &answer.value) {
                None => (String::new(), String::new(), String::new()),
                Some(AnswerValue::Level(level)) => (
                    level.to_string(),
                    question.level_text(*level).map(|text| text.get(lang).to_owned()).unwrap_or_default(),
                    String::new(),
                ),
                Some(AnswerValue::NotApplicable(reason)) => {
                    ("NA".to_owned(), word("該当なし", "Not applicable"), reason.clone())
                }
            };
            let state = match answer.map(|answer| answer.standing) {
                None => word("未回答", "open"),
                Some(Standing::Confirmed) => word("確定", "confirmed"),
                Some(Standing::Unconfirmed) => word("昨年の答え（未確認）", "last year's, not confirmed"),
            };
            table.row(&[
                question.id.to_string(),
                section.title.get(lang).to_owned(),
                question.text.get(lang).to_owned(),
                level,
                words,
                reason,
                state,
            ])?;
        }
    }
    Ok(table.finish())
}

/// A change with an ASCII minus, which a spreadsheet reads as a number.
fn plain_sign(shown: &str) -> String {
    shown.replace('−', "-").replace('±', "")
}

pub(crate) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    pub(crate) fn new(head: &[String]) -> Result<Self, CsvError> {
        let bom = "\u{feff}".as_bytes().to_vec();
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(bom);
        let mut table = Self { writer };
        table.row(head)?;
        Ok(table)
    }

    pub(crate) fn row(&mut self, cells: &[String]) -> Result<(), CsvError> {
        Ok(self.writer.write_record(cells.iter().map(|cell| harmless(cell)))?)
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        // A Vec takes every byte; flushing it cannot fail.
        self.writer.into_inner().unwrap_or_default()
    }
}

/// A text that a spreadsheet would run as a formula gets an apostrophe; numbers keep their sign.
fn harmless(cell: &str) -> String {
    let dangerous = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if dangerous { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_in_a_reason_is_defused_and_a_number_is_not_touched() {
        assert_eq!(harmless("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("-0.50"), "-0.50");
        assert_eq!(harmless("普通の文"), "普通の文");
    }
}
