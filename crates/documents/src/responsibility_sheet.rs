//! The responsibility matrix as a sheet for one party to fill in, and its dry-run import.

use crate::sheet_style::{SOFT, base, head, lines, row_height, text_cell};
use crate::workbook::{ImportRefused, WorkbookError, checked_sheets};
use hakutaku_model::responsibility::file::{FORMAT, fault_of};
use hakutaku_model::responsibility::words::task_title;
use hakutaku_model::responsibility::{Matrix, Says, Statement, TaskCatalogue};
use hakutaku_model::text::{Lang, Text, folded};
use rust_xlsxwriter::{DataValidation, DocProperties, Workbook};

/// One line of a filled sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// The row of the sheet, as people count.
    pub row: u32,
    /// Id of the task, as written.
    pub task: String,
    /// Id of the object, as written.
    pub object: String,
    /// What the party says; `None` when it left the answer empty; else what is wrong.
    pub statement: Result<Option<Statement>, Text>,
}

const COLUMNS: u16 = 12;

fn heads() -> [Text; COLUMNS as usize] {
    [
        Text::new("対象", "For"),
        Text::new("仕事", "Task"),
        Text::new("問い", "Question"),
        Text::new("答え", "Answer"),
        Text::new("相手", "Whose, or with whom"),
        Text::new("分け方・不要な理由", "How it is split, or why it is not needed"),
        Text::new("契約にあるか", "In the contract?"),
        Text::new("契約のどこか", "Where in the contract"),
        Text::new("答えた人", "Answered by"),
        Text::new("備考", "Remark"),
        Text::new("対象ID", "Object ID"),
        Text::new("仕事ID", "Task ID"),
    ]
}

/// The words of an answer.
#[must_use]
pub fn says_words(says: Says) -> Text {
    match says {
        Says::Mine => Text::new("当方が行う", "We do it"),
        Says::Theirs => Text::new("相手が行う", "Somebody else does"),
        Says::Shared => Text::new("分担する", "We share it"),
        Says::NotNeeded => Text::new("不要", "Not needed"),
    }
}

const YES: [&str; 2] = ["ある", "yes"];
const NO: [&str; 2] = ["ない", "no"];

/// The rows of a matrix that concern a party, to be filled in by it.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn statement_workbook(
    matrix: &Matrix,
    tasks: &TaskCatalogue,
    party: &str,
    lang: Lang,
) -> Result<Vec<u8>, WorkbookError> {
    let name = matrix.party(party).map_or(party, |party| party.name.as_str());
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(&matrix.title).set_author("Hakutaku"));
    let sheet = workbook.add_worksheet();
    sheet.set_name(Text::new("責任分界", "Responsibility").get(lang))?;
    sheet.set_paper_size(9).set_landscape().set_print_fit_to_pages(1, 0);
    let widths = [18.0, 26.0, 44.0, 16.0, 20.0, 30.0, 13.0, 22.0, 16.0, 24.0, 14.0, 20.0];
    for (at, width) in (0_u16..).zip(widths) {
        sheet.set_column_width(at, width)?;
    }
    let title = format!("{} – {name}", matrix.title);
    sheet.write_string_with_format(0, 0, title, &base().set_font_size(16).set_bold())?;
    let how = Text::new(
        "「答え」を選び、相手・分け方・契約の欄を書いて返してください。空のままの行は「まだ答えていない」と扱います。",
        "Choose an answer, fill in whose, how and the contract, and send the file back. Empty lines count as not answered yet.",
    );
    sheet.write_string_with_format(1, 0, how.get(lang), &base())?;
    for (at, text) in (0_u16..).zip([FORMAT, party]) {
        sheet.write_string_with_format(2, at, text, &base().set_font_color(SOFT).set_font_size(8))?;
    }
    for (at, text) in (0_u16..).zip(heads()) {
        sheet.write_string_with_format(4, at, text.get(lang), &head())?;
    }
    let mut at = 5;
    for row in matrix.rows.iter().filter(|row| matrix.concerns(&row.object, party) || row.said_by(party).is_some()) {
        let said = row.said_by(party);
        let object = matrix.object(&row.object).map_or(row.object.as_str(), |object| object.name.as_str());
        let task = task_title(&row.task, matrix, tasks).get(lang).to_owned();
        let question = tasks.task(&row.task).map_or("", |task| task.question.get(lang));
        let party_name = |id: &str| matrix.party(id).map_or_else(|| id.to_owned(), |party| party.name.clone());
        let others = said.map(|s| s.points_at().map(party_name).collect::<Vec<_>>().join("、")).unwrap_or_default();
        let covered = said.and_then(|s| s.covered).map_or("", |yes| if yes { YES[0] } else { NO[0] });
        let cells = [
            object,
            &task,
            question,
            said.map_or("", |s| says_words_ref(s.says, lang)),
            &others,
            said.map_or("", |s| if s.how.is_empty() { &s.why } else { &s.how }),
            covered,
            said.map_or("", |s| &s.contract),
            said.map_or("", |s| &s.by),
            said.map_or("", |s| &s.note),
            &row.object,
            &row.task,
        ];
        // Texts stay texts: one that begins with = + - @ is not run.
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(at, column, text, &text_cell())?;
        }
        let high = lines(question, widths[2], 10.0).max(lines(&task, widths[1], 10.0));
        sheet.set_row_height(at, row_height(high, 20.0))?;
        at += 1;
    }
    if at > 5 {
        let answers: Vec<&str> = Says::ALL.iter().map(|says| says_words_ref(*says, lang)).collect();
        sheet.add_data_validation(5, 3, at - 1, 3, &DataValidation::new().allow_list_strings(&answers)?)?;
        let covered = DataValidation::new().allow_list_strings(&[YES[0], NO[0]])?;
        sheet.add_data_validation(5, 6, at - 1, 6, &covered)?;
    }
    sheet.set_freeze_panes(5, 2)?;
    Ok(workbook.save_to_buffer()?)
}

fn says_words_ref(says: Says, lang: Lang) -> &'static str {
    match (says, lang) {
        (Says::Mine, Lang::Ja) => "当方が行う",
        (Says::Mine, Lang::En) => "We do it",
        (Says::Theirs, Lang::Ja) => "相手が行う",
        (Says::Theirs, Lang::En) => "Somebody else does",
        (Says::Shared, Lang::Ja) => "分担する",
        (Says::Shared, Lang::En) => "We share it",
        (Says::NotNeeded, Lang::Ja) => "不要",
        (Says::NotNeeded, Lang::En) => "Not needed",
    }
}

/// Reads a filled sheet: the party it is for, and what it says line by line. Nothing is changed.
///
/// # Errors
/// A file that is not ours, damaged, protected, with macros, or too large.
pub fn read_statement_workbook(bytes: &[u8], matrix: &Matrix) -> Result<(String, Vec<SheetLine>), ImportRefused> {
    let sheets = checked_sheets(bytes)?;
    let sheet = sheets
        .iter()
        .find(|sheet| (0..20).any(|row| sheet.text(row, 0).trim() == FORMAT))
        .ok_or(ImportRefused::NotOurs)?;
    let mark = (0..20).find(|row| sheet.text(*row, 0).trim() == FORMAT).unwrap_or_default();
    let party = sheet.text(mark, 1).trim().to_owned();
    let titles = heads();
    let is_head = |row: u32| {
        (0..u32::from(COLUMNS)).zip(&titles).all(|(column, title)| {
            let found = folded(&sheet.text(row, column));
            found == folded(&title.ja) || found == folded(&title.en)
        })
    };
    let header = (mark..mark + 20).find(|row| is_head(*row)).ok_or(ImportRefused::NotOurs)?;
    let mut numbers: Vec<u32> = sheet.cells.range((header + 1, 0)..).map(|((row, _), _)| *row).collect();
    numbers.dedup();
    let lines = numbers
        .into_iter()
        .filter_map(|row| {
            let cell = |column: u32| sheet.text(row, column).trim().to_owned();
            let (object, task) = (cell(10), cell(11));
            let answered = (3..10).any(|column| !cell(column).is_empty());
            if object.is_empty() && task.is_empty() && !answered {
                return None;
            }
            let statement = statement(&party, matrix, &cell);
            Some(SheetLine { row: row + 1, task, object, statement })
        })
        .collect();
    Ok((party, lines))
}

fn statement(party: &str, matrix: &Matrix, cell: &impl Fn(u32) -> String) -> Result<Option<Statement>, Text> {
    let answer = folded(&cell(3));
    if answer.is_empty() {
        return if (4..8).any(|column| !cell(column).is_empty()) {
            Err(Text::new(
                "「答え」が空です。選ぶか、ほかの欄も空にしてください。",
                "The answer is empty: choose one, or clear the other cells.",
            ))
        } else {
            Ok(None)
        };
    }
    let says = Says::ALL
        .into_iter()
        .find(|says| {
            let words = says_words(*says);
            answer == folded(&words.ja) || answer == folded(&words.en) || answer == says.key()
        })
        .ok_or_else(|| {
            Text::new(
                "「答え」は、当方が行う・相手が行う・分担する・不要 のどれかです。",
                "The answer must be: We do it, Somebody else does, We share it, Not needed.",
            )
        })?;
    let mut others = Vec::new();
    for name in cell(4).split(['、', ',', ';', '\n']).map(folded).filter(|name| !name.is_empty()) {
        let found = matrix.parties.iter().find(|p| folded(&p.name) == name || folded(&p.id) == name);
        let found = found.ok_or_else(|| {
            Text::new(
                format!("相手「{name}」はこの表にありません。"),
                format!("“{name}” is not a party of this matrix."),
            )
        })?;
        others.push(found.id.clone());
    }
    let covered = match folded(&cell(6)) {
        text if text.is_empty() => None,
        text if YES.contains(&text.as_str()) => Some(true),
        text if NO.contains(&text.as_str()) => Some(false),
        _ => {
            return Err(Text::new(
                "「契約にあるか」は ある・ない のどちらかです。",
                "“In the contract?” must be yes or no.",
            ));
        }
    };
    let mut statement =
        Statement { covered, contract: cell(7), by: cell(8), note: cell(9), ..Statement::new(party, says) };
    match says {
        Says::Theirs if others.len() > 1 => {
            return Err(Text::new("相手は一つだけ書いてください。", "Name one party only."));
        }
        Says::Theirs => statement.whom = others.pop(),
        Says::Shared => {
            statement.with = others;
            statement.how = cell(5);
        }
        Says::NotNeeded => statement.why = cell(5),
        Says::Mine => {}
    }
    match fault_of(&statement, matrix) {
        Some(fault) => Err(fault),
        None => Ok(Some(statement)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::responsibility::file::parse;

    fn handa() -> (Matrix, TaskCatalogue) {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let tasks = catalogue.responsibility.clone();
        (parse(hakutaku_catalog::handa_example(), &tasks).expect("the example is right"), tasks)
    }

    #[test]
    fn what_was_written_is_read_back_for_the_same_party() {
        let (matrix, tasks) = handa();
        for lang in [Lang::Ja, Lang::En] {
            let bytes = statement_workbook(&matrix, &tasks, "c", lang).expect("written");
            let (party, lines) = read_statement_workbook(&bytes, &matrix).expect("read");
            assert_eq!(party, "c");
            assert_eq!(lines.len(), matrix.rows.len());
            for line in lines {
                let row = matrix.rows.iter().find(|row| row.task == line.task && row.object == line.object);
                let said = row.expect("a row of the matrix").said_by("c");
                let read = line.statement.expect("nothing wrong");
                assert_eq!(read.is_some(), said.is_some());
                assert!(read.iter().zip(said).all(|(a, b)| a.means_the_same(b)), "{read:?} {said:?}");
            }
        }
    }

    #[test]
    fn a_foreign_file_is_refused() {
        let (matrix, _) = handa();
        assert!(read_statement_workbook(b"PK\x03\x04", &matrix).is_err());
        assert!(read_statement_workbook(b"", &matrix).is_err());
    }
}
