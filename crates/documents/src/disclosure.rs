//! Disclosure files of vendors: MDS2 by its printed ids, any other workbook by a mapping a person saved.
//!
//! The question texts of MDS/SDS are not in our data and change with every version; what stands in the vendor's own file
//! is kept as it stands there.

use crate::workbook::{ImportRefused, Sheet, checked_sheets};
use hakutaku_discovery::file_guard::FileRefused;
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::vendor_answers::{LONGEST_TEXT, Line, MOST_LINES, Reply};
use hakutaku_model::vendor_forms::VendorForm;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the rows of a workbook are. Columns count from 1, as people do; 0: there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mapping {
    /// Name of the sheet; empty: the first.
    #[serde(default)]
    pub sheet: String,
    /// First row with a question, from 1.
    pub first_row: u32,
    /// Column of the question's number.
    pub number: u32,
    /// Column of the question; 0: none.
    #[serde(default)]
    pub question: u32,
    /// Column of the answer.
    pub answer: u32,
    /// Column of the remark; 0: none.
    #[serde(default)]
    pub remark: u32,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Disclosed {
    /// The lines.
    pub lines: Vec<Line>,
    /// Ids or answers that say nothing to us: the cell and what stands there.
    pub unknown: Vec<(String, String)>,
    /// Ids of the form that are not in the file.
    pub missing: Vec<String>,
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureRefused {
    /// The file itself.
    #[error(transparent)]
    File(#[from] ImportRefused),
    /// No such sheet.
    #[error("reading a disclosure: there is no sheet {0}")]
    NoSheet(String),
    /// Nothing of what was looked for.
    #[error("reading a disclosure: no row was recognised")]
    NothingFound,
    /// More rows than any form has.
    #[error("reading a disclosure: more than {MOST_LINES} rows")]
    TooManyRows,
    /// The same number twice.
    #[error("reading a disclosure: {number} stands twice, again in {cell}")]
    Twice {
        /// The number.
        number: String,
        /// The second place.
        cell: String,
    },
}

impl DisclosureRefused {
    /// The reason as a sentence that says what to do.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        let text = match self {
            Self::File(refused) => return file_sentence(refused, lang),
            Self::NoSheet(name) => Text::new(
                format!("シート「{name}」がありません。読み取りの設定のシート名を直してください。"),
                format!("There is no sheet “{name}”. Correct the sheet's name in the reading profile."),
            ),
            Self::NothingFound => Text::new(
                "質問の行が1つも見つかりません。様式が違うか、番号の列が消えています。原本の様式に記入したファイルを選んでください。",
                "No row with a question was found. It may be another form, or the column of ids is gone. Choose a filled copy of the original form.",
            ),
            Self::TooManyRows => Text::new(
                format!("行が多すぎます（{MOST_LINES}行まで）。余分な行を消して選び直してください。"),
                format!("There are too many rows (at most {MOST_LINES}). Delete extra ones and choose the file again."),
            ),
            Self::Twice { number, cell } => Text::new(
                format!("{cell}: 番号「{number}」が2回出てきます。どちらか一つの行だけを残してください。"),
                format!("{cell}: the number “{number}” stands twice. Keep one of the two rows."),
            ),
        };
        text.get(lang).to_owned()
    }
}

/// What the guard refuses, without the advice that is for our own workbooks only.
fn file_sentence(refused: &ImportRefused, lang: Lang) -> String {
    match refused {
        ImportRefused::File(FileRefused::NotXlsx) => Text::new(
            "Excelのファイル（xlsx）ではありません。xlsx形式で保存し直してください。",
            "This is not an Excel file (xlsx). Save it as xlsx.",
        )
        .get(lang)
        .to_owned(),
        ImportRefused::File(FileRefused::Damaged(_)) => Text::new(
            "ファイルが壊れていて読めません。表計算ソフトで開いて、保存し直してください。",
            "The file is damaged and cannot be read. Open it in a spreadsheet program and save it again.",
        )
        .get(lang)
        .to_owned(),
        other => other.sentence(lang),
    }
}

/// Reads a filled MDS2: wherever a cell holds one of the 240 ids, the answer is the first understood cell to its right,
/// the note what stands behind that.
///
/// # Errors
/// A file the guard refuses, or one without any of the ids.
pub fn read_mds2(bytes: &[u8], form: &VendorForm) -> Result<Disclosed, DisclosureRefused> {
    let sheets = checked_sheets(bytes)?;
    let mut found: BTreeMap<String, (Line, String)> = BTreeMap::new();
    let mut unknown = Vec::new();
    for sheet in &sheets {
        for ((row, column), value) in &sheet.cells {
            let text = value.text();
            let id = text.trim();
            if !looks_like_mds2(id) {
                continue;
            }
            let cell = place(sheet, *row, *column);
            let Some(item) = form.item(id) else {
                unknown.push((cell, short(id)));
                continue;
            };
            let line = right_of(sheet, *row, *column, &item.id);
            if found.contains_key(&item.id) {
                return Err(DisclosureRefused::Twice { number: item.id.clone(), cell });
            }
            found.insert(item.id.clone(), (line, cell));
        }
    }
    if found.is_empty() {
        return Err(DisclosureRefused::NothingFound);
    }
    let mut read = Disclosed { unknown, ..Disclosed::default() };
    for item in form.items() {
        match found.remove(&item.id) {
            Some((line, _)) => read.lines.push(line),
            None => read.missing.push(item.id.clone()),
        }
    }
    Ok(read)
}

/// `AUTH-1`, `CSUP-11.2`: four or so capital letters, a hyphen, digits.
fn looks_like_mds2(text: &str) -> bool {
    text.split_once('-').is_some_and(|(section, number)| {
        (3..=4).contains(&section.len())
            && section.chars().all(|c| c.is_ascii_alphabetic())
            && !number.is_empty()
            && number.len() <= 8
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
            && number.starts_with(|c: char| c.is_ascii_digit())
    })
}

fn right_of(sheet: &Sheet, row: u32, column: u32, id: &str) -> Line {
    let cells: Vec<String> = sheet
        .cells
        .range((row, column + 1)..(row + 1, 0))
        .map(|(_, value)| clean(&value.text()))
        .filter(|text| !text.is_empty())
        .collect();
    let answer = cells.iter().position(|text| Reply::understood(text).is_some());
    let reply = answer.and_then(|at| Reply::understood(&cells[at]));
    let (question, note) = match answer {
        Some(at) => (cells[..at].first().cloned(), cells[at + 1..].join(" ")),
        // Makers' names, dates and the like have no yes or no: the last cell is what was filled in.
        None => (cells.first().filter(|_| cells.len() > 1).cloned(), cells.last().cloned().unwrap_or_default()),
    };
    Line { id: id.to_owned(), question: question.unwrap_or_default(), reply, text: note, ..Line::default() }
}

/// Reads the rows of any disclosure workbook by a mapping.
///
/// # Errors
/// A file the guard refuses, a sheet that is not there, a number that stands twice, or nothing found.
pub fn read_rows(bytes: &[u8], mapping: &Mapping) -> Result<Disclosed, DisclosureRefused> {
    let sheets = checked_sheets(bytes)?;
    let wanted = mapping.sheet.trim();
    let sheet =
        if wanted.is_empty() { sheets.first() } else { sheets.iter().find(|sheet| sheet.name.trim() == wanted) };
    let sheet = sheet.ok_or_else(|| DisclosureRefused::NoSheet(short(wanted)))?;
    let mut rows: Vec<u32> =
        sheet.cells.range((mapping.first_row.saturating_sub(1), 0)..).map(|((row, _), _)| *row).collect();
    rows.dedup();
    let text = |row: u32, column: u32| column.checked_sub(1).map(|at| clean(&sheet.text(row, at))).unwrap_or_default();
    let mut read = Disclosed::default();
    let mut seen = BTreeMap::new();
    for row in rows {
        let (number, answer) = (text(row, mapping.number), text(row, mapping.answer));
        if number.is_empty() {
            continue;
        }
        let reply = Reply::understood(&answer);
        let remark = text(row, mapping.remark);
        // Headings have a number and no answer.
        if reply.is_none() && answer.is_empty() && remark.is_empty() {
            continue;
        }
        if reply.is_none() && !answer.is_empty() {
            read.unknown.push((place(sheet, row, mapping.answer.saturating_sub(1)), short(&answer)));
        }
        if seen.insert(number.clone(), row).is_some() {
            let cell = place(sheet, row, mapping.number.saturating_sub(1));
            return Err(DisclosureRefused::Twice { number: short(&number), cell });
        }
        if read.lines.len() >= MOST_LINES {
            return Err(DisclosureRefused::TooManyRows);
        }
        let question = text(row, mapping.question);
        read.lines.push(Line {
            id: number.chars().take(60).collect(),
            question,
            reply,
            text: remark,
            ..Line::default()
        });
    }
    if read.lines.is_empty() { Err(DisclosureRefused::NothingFound) } else { Ok(read) }
}

fn place(sheet: &Sheet, row: u32, column: u32) -> String {
    format!("{}!{}", sheet.name, crate::workbook::cell_name(row, column))
}

fn clean(text: &str) -> String {
    text.trim().chars().filter(|c| *c == '\n' || !c.is_control()).take(LONGEST_TEXT).collect()
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(30).collect();
    if text.chars().count() > 30 {
        short.push('…');
    }
    short
}
