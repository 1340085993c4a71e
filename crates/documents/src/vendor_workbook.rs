//! The request to a vendor as a workbook: it goes out by e-mail, is filled in, comes back and is read as a dry run.
//!
//! A sheet carries the request's identity with the installation's signature, so that only what was asked for here is
//! taken, and only for the request it was made for.

use crate::disclosure::DisclosureRefused;
use crate::sheet_style::{SOFT, base, cell, head, lines, row_height, text_cell};
use crate::workbook::{ImportRefused, Sheet, Value, WorkbookError, cell_name, checked_sheets};
use hakutaku_model::text::{Lang, Text, folded};
use hakutaku_model::vendor_answers::{Draft, LONGEST_TEXT, Line, Reply};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Workbook, Worksheet};
use std::collections::BTreeMap;

/// Our mark.
const MARKER: &str = "hakutaku-vendor-request";
const FORMAT: &str = "1";
/// The row of the column names on the sheet of items (from zero).
const HEADER: u32 = 2;
const TO_FILL: u32 = 0xea_f3_f4;
const WIDTHS: [f64; 9] = [6.0, 6.0, 9.0, 18.0, 52.0, 10.0, 14.0, 14.0, 40.0];

/// What is asked, in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestSheet {
    /// Name of the form.
    pub title: String,
    /// Who asks.
    pub facility: String,
    /// Who is asked.
    pub vendor: String,
    /// What the facility writes along.
    pub message: String,
    /// By when, in words.
    pub due: String,
    /// What the signature is about; see [`FilledRequest::identity`].
    pub identity: String,
    /// The installation's signature of it.
    pub signature: String,
    /// The lines to fill in.
    pub items: Vec<RequestItem>,
    /// Whether lines are free text instead of yes and no.
    pub free_text: bool,
}

/// One line to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestItem {
    /// Item id.
    pub id: String,
    /// Device group.
    pub group: String,
    /// Number as printed.
    pub number: String,
    /// Device group or section in words.
    pub of: String,
    /// What is asked.
    pub text: String,
}

/// The columns of the sheet of items.
const COLUMNS: [(&str, &str); 9] = [
    ("項目ID", "Item ID"),
    ("区分ID", "Group ID"),
    ("番号", "Number"),
    ("区分", "Group"),
    ("内容", "Item"),
    ("回答", "Answer"),
    ("確認日", "Checked on"),
    ("目標日", "Target"),
    ("備考", "Remark"),
];

/// Names of the cells on the sheet of who answers.
const PERSON: [(&str, &str); 7] = [
    ("氏名", "Name"),
    ("部署・役職", "Department"),
    ("電話", "Telephone"),
    ("製品・サービス名", "Product or service"),
    ("製品の版", "Version of the product"),
    ("様式の版", "Version of the form"),
    ("様式の日付", "Date on the form"),
];

fn word(pair: (&'static str, &'static str), lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => pair.0,
        Lang::En => pair.1,
    }
}

/// Writes the workbook.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn request_workbook(request: &RequestSheet, lang: Lang) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    write_help(workbook.add_worksheet(), request, lang)?;
    write_items(workbook.add_worksheet(), request, lang)?;
    write_person(workbook.add_worksheet(), lang)?;
    write_identity(workbook.add_worksheet(), request, lang)?;
    Ok(workbook.save_to_buffer()?)
}

fn to_fill() -> Format {
    cell().set_background_color(TO_FILL).set_unlocked().set_border(FormatBorder::Thin).set_text_wrap()
}

fn write_help(sheet: &mut Worksheet, request: &RequestSheet, lang: Lang) -> Result<(), WorkbookError> {
    sheet.set_name(word(("記入のしかた", "How to fill in"), lang))?;
    sheet.set_column_width(0, 100)?;
    let Text { ja, en } = Text::new(
        format!(
            "{}様\n\n{}から「{}」への記入のお願いです。{}までにお送りください。",
            request.vendor, request.facility, request.title, request.due
        ),
        format!(
            "To {}\n\n{} asks you to fill in \"{}\" and to send it back by {}.",
            request.vendor, request.facility, request.title, request.due
        ),
    );
    let own = if request.free_text {
        Text::new(
            "「回答」のシートの備考の列に、項目ごとに書いてください。",
            "On the sheet Answers write about each item in the column Remark.",
        )
    } else {
        Text::new(
            "「回答」のシートで、項目ごとに「はい」か「いいえ」を選び、確認した日を入れてください。「いいえ」のときは、いつまでに対応するかを目標日に書けます。",
            "On the sheet Answers choose yes or no for each item and enter the day you checked it. After a no you may give the day by which it will be done.",
        )
    };
    let rest = [
        Text::new(
            "「回答者」のシートに、お名前と連絡先を入れてください。",
            "Enter your name and telephone on the sheet Who answers.",
        ),
        Text::new("項目の文は公式の様式の言い換えです。", "The items are paraphrases of the official form."),
        Text::new(
            "「依頼」のシートは変えずに、xlsx形式で保存してメールで返送してください。パスワードは付けないでください。",
            "Leave the sheet Request as it is, save as xlsx without a password and send it back by e-mail.",
        ),
    ];
    let body = base().set_font_size(11).set_text_wrap();
    let mut texts = vec![if lang == Lang::Ja { ja } else { en }];
    texts.extend((!request.message.is_empty()).then(|| request.message.clone()));
    texts.push(own.get(lang).to_owned());
    texts.extend(rest.iter().map(|line| line.get(lang).to_owned()));
    sheet.write_string_with_format(0, 0, &request.title, &base().set_font_size(16).set_bold())?;
    for (row, text) in (2_u32..).zip(&texts) {
        sheet.write_string_with_format(row, 0, text, &body)?;
        sheet.set_row_height(row, row_height(lines(text, 100.0, 11.0), 24.0))?;
    }
    sheet.set_portrait().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.protect();
    Ok(())
}

fn write_items(sheet: &mut Worksheet, request: &RequestSheet, lang: Lang) -> Result<(), WorkbookError> {
    sheet.set_name(word(("回答", "Answers"), lang))?;
    sheet.write_string_with_format(0, 2, &request.title, &base().set_font_size(14).set_bold())?;
    for (column, (names, width)) in (0_u16..).zip(COLUMNS.into_iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(HEADER, column, word(names, lang), &head())?;
    }
    let id = base().set_font_size(7).set_font_color(SOFT);
    let fill = to_fill();
    let day = fill.clone().set_num_format("yyyy-mm-dd");
    for (row, item) in (HEADER + 1..).zip(&request.items) {
        sheet.write_string_with_format(row, 0, &item.id, &id)?;
        sheet.write_string_with_format(row, 1, &item.group, &id)?;
        sheet.write_string_with_format(row, 2, &item.number, &text_cell())?;
        sheet.write_string_with_format(row, 3, &item.of, &text_cell())?;
        sheet.write_string_with_format(row, 4, &item.text, &text_cell())?;
        sheet.write_blank(row, 5, &fill)?;
        sheet.write_blank(row, 6, &day)?;
        sheet.write_blank(row, 7, &day)?;
        sheet.write_blank(row, 8, &fill)?;
        sheet.set_row_height(row, row_height(lines(&item.text, WIDTHS[4], 10.0), 24.0))?;
    }
    let last = HEADER + u32::try_from(request.items.len()).unwrap_or(1).max(1);
    if !request.free_text {
        let choices = match lang {
            Lang::Ja => ["はい", "いいえ"],
            Lang::En => ["Yes", "No"],
        };
        let validation = DataValidation::new()
            .allow_list_strings(&choices)?
            .set_error_message(word(("「はい」か「いいえ」を選んでください。", "Please choose yes or no."), lang))?;
        sheet.add_data_validation(HEADER + 1, 5, last, 5, &validation)?;
    }
    sheet.set_freeze_panes(HEADER + 1, 0)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(HEADER, HEADER)?;
    sheet.protect();
    Ok(())
}

fn write_person(sheet: &mut Worksheet, lang: Lang) -> Result<(), WorkbookError> {
    sheet.set_name(word(("回答者", "Who answers"), lang))?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 50)?;
    for (row, names) in (0_u32..).zip(PERSON) {
        sheet.write_string_with_format(row, 0, word(names, lang), &text_cell())?;
        sheet.write_blank(row, 1, &to_fill())?;
    }
    sheet.protect();
    Ok(())
}

fn write_identity(sheet: &mut Worksheet, request: &RequestSheet, lang: Lang) -> Result<(), WorkbookError> {
    sheet.set_name(word(("依頼", "Request"), lang))?;
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 90)?;
    let note = word(("変えないでください。", "Please leave as it is."), lang);
    let rows = [(MARKER, note), ("format", FORMAT), ("identity", &request.identity), ("signature", &request.signature)];
    for (row, (key, value)) in (0_u32..).zip(rows) {
        sheet.write_string(row, 0, key)?;
        sheet.write_string(row, 1, value)?;
    }
    sheet.protect();
    Ok(())
}

/// A workbook that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledRequest {
    /// What the signature is about, as it stands in the file. Whoever reads it checks the signature first.
    pub identity: String,
    /// The signature as it stands in the file.
    pub signature: String,
    /// What was filled in.
    pub draft: Draft,
    /// What became of each row.
    pub rows: Vec<FilledRow>,
}

/// One row of the sheet of items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilledRow {
    /// `回答!F4`.
    pub cell: String,
    /// Item id as it stands there.
    pub id: String,
    /// Device group as it stands there.
    pub group: String,
    /// What became of it.
    pub verdict: RowVerdict,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowVerdict {
    /// It is read.
    Read,
    /// Nothing was filled in.
    Empty,
    /// Neither yes nor no: what stands there.
    NotAnAnswer(String),
    /// No date: what stands there.
    NotADate(String),
    /// The same item a second time.
    Twice,
}

/// Reads a workbook back. Nothing is changed.
///
/// # Errors
/// A file that is not ours, damaged, protected or too large.
pub fn read_request_workbook(bytes: &[u8]) -> Result<FilledRequest, DisclosureRefused> {
    let sheets = checked_sheets(bytes)?;
    let own = sheets
        .iter()
        .find(|sheet| sheet.text(0, 0).trim() == MARKER)
        .ok_or(DisclosureRefused::File(ImportRefused::NotOurs))?;
    let of = |key: &str| -> String {
        (1..10)
            .find(|row| own.text(*row, 0).trim() == key)
            .map(|row| own.text(row, 1).trim().to_owned())
            .unwrap_or_default()
    };
    if of("format") != FORMAT {
        return Err(DisclosureRefused::File(ImportRefused::NewerFormat {
            found: of("format").chars().take(20).collect(),
        }));
    }
    let (sheet, header, columns) = sheets
        .iter()
        .find_map(|sheet| header(sheet).map(|(row, columns)| (sheet, row, columns)))
        .ok_or(DisclosureRefused::File(ImportRefused::NoAnswerSheet))?;
    let mut draft = person(&sheets);
    let mut rows = Vec::new();
    let mut numbers: Vec<u32> = sheet.cells.range((header + 1, 0)..).map(|((row, _), _)| *row).collect();
    numbers.dedup();
    for row in numbers {
        if let Some((filled, line)) = read_row(sheet, row, &columns) {
            let twice = line.as_ref().is_some_and(|line| draft.sheet.line(&line.id, &line.group).is_some());
            if twice {
                rows.push(FilledRow { verdict: RowVerdict::Twice, ..filled });
            } else {
                draft.sheet.lines.extend(line);
                rows.push(filled);
            }
        }
    }
    Ok(FilledRequest { identity: of("identity"), signature: of("signature"), draft, rows })
}

/// The header row: it names at least the item's id and the answer. Columns by their place in [`COLUMNS`].
fn header(sheet: &Sheet) -> Option<(u32, BTreeMap<usize, u32>)> {
    (0..50).find_map(|row| {
        let mut columns = BTreeMap::new();
        for ((_, column), value) in sheet.cells.range((row, 0)..(row + 1, 0)) {
            let text = folded(&value.text());
            if let Some(at) = COLUMNS.iter().position(|(ja, en)| text == folded(ja) || text == folded(en)) {
                columns.entry(at).or_insert(*column);
            }
        }
        (columns.contains_key(&0) && columns.contains_key(&5)).then_some((row, columns))
    })
}

fn read_row(sheet: &Sheet, row: u32, columns: &BTreeMap<usize, u32>) -> Option<(FilledRow, Option<Line>)> {
    let value = |at: usize| columns.get(&at).and_then(|column| sheet.cells.get(&(row, *column)));
    let text = |at: usize| value(at).map(|value| clean(&value.text())).unwrap_or_default();
    let (id, group) = (text(0), text(1));
    let (answer, remark) = (text(5), text(8));
    if id.is_empty() && answer.is_empty() {
        return None;
    }
    let at = |column: usize| {
        let column = columns.get(&column).copied().unwrap_or_default();
        format!("{}!{}", sheet.name, cell_name(row, column))
    };
    let filled = |cell, verdict| FilledRow { cell, id: id.clone(), group: group.clone(), verdict };
    let reply = Reply::understood(&answer);
    if !answer.is_empty() && reply.is_none() {
        return Some((filled(at(5), RowVerdict::NotAnAnswer(short(&answer))), None));
    }
    let mut days = [None, None];
    for (day, column) in days.iter_mut().zip([6, 7]) {
        if let Some(value) = value(column) {
            match day_of(value) {
                Some(found) => *day = Some(found),
                None => return Some((filled(at(column), RowVerdict::NotADate(short(&value.text()))), None)),
            }
        }
    }
    let [on, target] = days;
    if reply.is_none() && remark.is_empty() {
        return Some((filled(at(5), RowVerdict::Empty), None));
    }
    let line = Line { id: id.clone(), group: group.clone(), reply, on, target, text: remark, ..Line::default() };
    Some((filled(at(5), RowVerdict::Read), Some(line)))
}

fn person(sheets: &[Sheet]) -> Draft {
    let mut draft = Draft::default();
    let known = |sheet: &&Sheet| {
        let first = folded(&sheet.text(0, 0));
        first == folded(PERSON[0].0) || first == folded(PERSON[0].1)
    };
    let Some(sheet) = sheets.iter().find(known) else { return draft };
    let of = |row: u32| -> String { clean(&sheet.text(row, 1)).chars().take(200).collect() };
    draft.signer.name = of(0);
    draft.signer.department = of(1);
    draft.signer.phone = of(2);
    draft.sheet.product = of(3);
    draft.sheet.product_version = of(4);
    draft.sheet.form_version = of(5);
    draft.sheet.dated = sheet.cells.get(&(6, 1)).and_then(day_of);
    draft
}

/// A date cell, or a date as people type it.
fn day_of(value: &Value) -> Option<Date> {
    let serial = match value {
        Value::Number(number) => Some(*number),
        Value::Other(text) => text.parse().ok(),
        Value::Text(_) | Value::Error => None,
    };
    match serial {
        // The spreadsheet's day 60 is a 29 February 1900 that never was; dates of forms lie well after it.
        Some(days) if (30_000.0..80_000.0).contains(&days) => {
            #[expect(clippy::cast_possible_truncation, reason = "within the bounds just checked")]
            let days = days.floor() as i64;
            date(1899, 12, 30).checked_add(days.days()).ok()
        }
        Some(number) if number.fract() == 0.0 => hakutaku_model::day::parse(&format!("{number:.0}")),
        _ => hakutaku_model::day::parse(&value.text()),
    }
}

fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_TEXT).collect()
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(30).collect()
}
