//! Reads a workbook back: a dry run with a verdict per row.

use super::layout::{Column, FORMAT_VERSION, KEY_EDITION, KEY_FORMAT, KEY_QUESTIONNAIRE, MARKER, cell_name};
use super::preview::{ImportPreview, ImportRow, Verdict};
use super::refused::{CellProblem, CellRef, ImportRefused};
use super::sheet::{Sheet, Value, sheets};
use hakutaku_discovery::file_guard::{self, Limits};
use hakutaku_model::assessment::{AnswerValue, Answers};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::id::QuestionId;
use hakutaku_model::score::Level;
use std::collections::BTreeMap;

/// The longest reason for "not applicable".
const LONGEST_REASON: usize = 1_000;
/// The header row and our mark stand within the first rows, also after people put lines above.
const HEAD_ROWS: u32 = 50;

/// Reads a workbook made by [`super::questionnaire_workbook`], wherever it was saved since. Nothing is changed: the
/// result says row by row what an import would do, compared with the `current` answers where given.
///
/// # Errors
/// A file that is not ours, not for this questionnaire and edition, damaged, protected, or too large.
pub fn read_workbook(
    bytes: &[u8],
    questionnaire: &Questionnaire,
    current: Option<&Answers>,
) -> Result<ImportPreview, ImportRefused> {
    file_guard::check(bytes, &Limits::FORM)?;
    let sheets = sheets(bytes)?;
    check_own(&sheets, questionnaire)?;
    let (sheet, header_row, columns) = sheets
        .iter()
        .find_map(|sheet| header(sheet).map(|(row, columns)| (sheet, row, columns)))
        .ok_or(ImportRefused::NoAnswerSheet)?;
    let mut reading = Reading { sheet, columns, questionnaire, current, seen: BTreeMap::new() };
    let mut row_numbers: Vec<u32> = sheet.cells.range((header_row + 1, 0)..).map(|((row, _), _)| *row).collect();
    row_numbers.dedup();
    let rows = row_numbers.into_iter().filter_map(|row| reading.row(row)).collect();
    let missing = questionnaire.questions().map(|q| q.id.clone()).filter(|id| !reading.seen.contains_key(id)).collect();
    Ok(ImportPreview { questionnaire: questionnaire.id.clone(), edition: questionnaire.edition.clone(), rows, missing })
}

/// Finds our mark and compares questionnaire and edition.
fn check_own(sheets: &[Sheet], questionnaire: &Questionnaire) -> Result<(), ImportRefused> {
    let own = sheets
        .iter()
        .find_map(|sheet| {
            let ((row, column), _) =
                sheet.cells.range(..(HEAD_ROWS, 0)).find(|(_, value)| value.text().trim() == MARKER)?;
            let pairs: BTreeMap<String, String> = (row + 1..row + 20)
                .map(|at| (sheet.text(at, *column).trim().to_owned(), plain(&sheet.text(at, column + 1))))
                .collect();
            Some(pairs)
        })
        .ok_or(ImportRefused::NotOurs)?;
    let found = |key: &str| own.get(key).cloned().unwrap_or_default();
    match found(KEY_FORMAT).parse::<u32>() {
        Err(_) => return Err(ImportRefused::NotOurs),
        Ok(version) if version > FORMAT_VERSION => {
            return Err(ImportRefused::NewerFormat { found: version.to_string() });
        }
        Ok(_) => {}
    }
    if found(KEY_QUESTIONNAIRE) != questionnaire.id.as_str() {
        return Err(ImportRefused::OtherQuestionnaire {
            found: shortened(&found(KEY_QUESTIONNAIRE)),
            expected: questionnaire.id.to_string(),
        });
    }
    if found(KEY_EDITION) != questionnaire.edition {
        return Err(ImportRefused::OtherEdition {
            found: shortened(&found(KEY_EDITION)),
            expected: questionnaire.edition.clone(),
        });
    }
    Ok(())
}

/// The header row of the sheet to fill: it names at least the id and the answer column.
fn header(sheet: &Sheet) -> Option<(u32, BTreeMap<Column, u32>)> {
    (0..HEAD_ROWS).find_map(|row| {
        let mut columns = BTreeMap::new();
        for ((_, column), value) in sheet.cells.range((row, 0)..(row + 1, 0)) {
            if let Some(known) = Column::recognise(&plain(&value.text())) {
                columns.entry(known).or_insert(*column);
            }
        }
        (columns.contains_key(&Column::Id) && columns.contains_key(&Column::Answer)).then_some((row, columns))
    })
}

struct Reading<'a> {
    sheet: &'a Sheet,
    columns: BTreeMap<Column, u32>,
    questionnaire: &'a Questionnaire,
    current: Option<&'a Answers>,
    /// Where each question was seen first.
    seen: BTreeMap<QuestionId, String>,
}

impl Reading<'_> {
    fn cell(&self, row: u32, column: Column) -> Option<&Value> {
        self.sheet.cells.get(&(row, *self.columns.get(&column)?))
    }

    fn at(&self, row: u32, column: Column) -> CellRef {
        let column = self.columns.get(&column).copied().unwrap_or_default();
        CellRef { sheet: self.sheet.name.clone(), cell: cell_name(row, column) }
    }

    /// A row's verdict; `None` for rows that hold nothing of ours (remarks people add).
    fn row(&mut self, row: u32) -> Option<ImportRow> {
        let text =
            |column| self.cell(row, column).map(|value| value.text().trim().to_owned()).filter(|t| !t.is_empty());
        let (id, note) = (text(Column::Id), text(Column::Note));
        let filled = self.cell(row, Column::Answer).is_some();
        let at = self.at(row, Column::Answer);
        let refused = |column, problem| Verdict::Refused { cell: self.at(row, column), problem };
        let (question, verdict) = match id {
            None if !filled => return None,
            None => (None, refused(Column::Id, CellProblem::QuestionMissing)),
            Some(id) => match self.questionnaire.question(&plain(&id)) {
                None => (None, refused(Column::Id, CellProblem::UnknownQuestion { found: shortened(&id) })),
                Some(question) => {
                    let verdict = match self.seen.get(&question.id) {
                        Some(first) => refused(Column::Id, CellProblem::RepeatedQuestion { first: first.clone() }),
                        None => self.verdict(row, &question.id),
                    };
                    (Some(question.id.clone()), verdict)
                }
            },
        };
        if let Some(question) = &question {
            let cell = self.at(row, Column::Id).cell;
            self.seen.entry(question.clone()).or_insert(cell);
        }
        Some(ImportRow { at, question, verdict, note })
    }

    fn verdict(&self, row: u32, question: &QuestionId) -> Verdict {
        let reason = self.cell(row, Column::Reason).map(|value| value.text().trim().to_owned()).unwrap_or_default();
        let refused = |column, problem| Verdict::Refused { cell: self.at(row, column), problem };
        let Some(answer) = self.cell(row, Column::Answer) else {
            return if reason.is_empty() {
                Verdict::Empty
            } else {
                refused(Column::Answer, CellProblem::AnswerMissing)
            };
        };
        let value = match understood(answer) {
            Ok(Understood::Level(level)) => AnswerValue::Level(level),
            Ok(Understood::NotApplicable) if reason.is_empty() => {
                return refused(Column::Reason, CellProblem::ReasonMissing);
            }
            Ok(Understood::NotApplicable) if reason.chars().count() > LONGEST_REASON => {
                return refused(Column::Reason, CellProblem::ReasonTooLong { limit: LONGEST_REASON });
            }
            Ok(Understood::NotApplicable) => AnswerValue::NotApplicable(printable(&reason)),
            Err(problem) => return refused(Column::Answer, problem),
        };
        Verdict::of(value, self.current.and_then(|answers| answers.get(question)))
    }
}

enum Understood {
    Level(Level),
    NotApplicable,
}

/// What people and spreadsheets write for an answer: 2, 2.0, "2", ２, NA, N/A, 該当なし.
fn understood(value: &Value) -> Result<Understood, CellProblem> {
    let number = match value {
        Value::Error => return Err(CellProblem::FormulaError),
        Value::Number(number) => Some(*number),
        Value::Other(_) => None,
        Value::Text(text) => {
            let text = plain(text).to_lowercase();
            if matches!(text.as_str(), "na" | "n/a" | "n.a." | "該当なし" | "該当無し" | "not applicable") {
                return Ok(Understood::NotApplicable);
            }
            // Only digits and a point: not "inf", "1e0" or "+2".
            let plain_number = text.chars().all(|c| c.is_ascii_digit() || c == '.');
            plain_number.then(|| text.parse().ok()).flatten()
        }
    };
    number
        .and_then(|number| Level::ALL.into_iter().find(|level| (f64::from(level.get()) - number).abs() < f64::EPSILON))
        .map(Understood::Level)
        .ok_or_else(|| CellProblem::NotALevel { found: shortened(&value.text()) })
}

/// Full-width letters, digits and signs as plain ones, without spaces around.
fn plain(text: &str) -> String {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        })
        .filter(|c| !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect();
    narrow.trim().to_owned()
}

/// Without control characters other than line breaks, which no page or paper can show.
fn printable(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}

/// Enough of a value to recognise it in a sentence.
fn shortened(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    let mut short: String = text.chars().take(30).collect();
    if text.chars().count() > 30 {
        short.push('…');
    }
    short
}
