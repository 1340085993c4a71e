//! Puts answers into a copy of the file.

use super::blanks::{Splice, blank, is_box, mark, splice};
use super::book::{Book, Sheet, all, damaged, parse};
use super::cell::Place;
use super::find::text_at;
use super::patch::{Value, apply, patch};
use super::refused::FormRefused;
use hakutaku_model::checklist::{Mark, Round};
use hakutaku_model::day::{era_year, with_era};
use hakutaku_model::official::answers::FormAnswers;
use hakutaku_model::official::{DateCells, FormProfile, MarkCells, RoundCells, YearStyle, print_of};
use hakutaku_model::text::{Lang, Text};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A filled copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many cells were written.
    pub cells: usize,
    /// What the person should know.
    pub notices: Vec<FillNotice>,
}

/// What a person should know about a filled copy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FillNotice {
    /// A row is left blank: nothing was answered.
    Unanswered {
        /// Row from 1.
        row: u32,
        /// As printed.
        number: String,
    },
    /// Something was answered that the profile has no cell for.
    NoCell {
        /// Row from 1.
        row: u32,
        /// As printed.
        number: String,
    },
    /// The form has no place for the year of its dates.
    WithoutYear,
    /// The file calculates something: it is calculated anew when opened.
    Recalculated,
}

impl FillNotice {
    /// The notice as a sentence.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::Unanswered { row, number } => Text::new(
                format!("{row}行目（{number}）は回答がなく、空欄のままです。"),
                format!("Row {row} ({number}) is not answered and stays blank."),
            ),
            Self::NoCell { row, number } => Text::new(
                format!("{row}行目（{number}）には、書く場所の決まっていない答えがあります。対応づけを見てください。"),
                format!("Row {row} ({number}) has an answer without a cell to go to; please see the profile."),
            ),
            Self::WithoutYear => Text::new(
                "この様式の日付欄には年を書く場所がないため、月と日だけを書きました。",
                "This form has no place for the year; month and day were written.",
            ),
            Self::Recalculated => Text::new(
                "計算式のあるファイルです。開いたときに計算し直されます。",
                "The file has formulas; they are calculated anew when it is opened.",
            ),
        }
    }
}

/// What happens to a cell.
enum Edit {
    /// A text goes in.
    Set(String),
    /// A number goes in.
    Number(i64),
    /// Parts of its text change.
    Splice(Vec<Splice>),
}

/// Edits by cell, each with the row of the form it comes from.
struct Edits<'s> {
    sheet: &'s Sheet,
    since_1904: bool,
    by_cell: BTreeMap<Place, (u32, Vec<Edit>)>,
    without_year: bool,
}

/// Writes answers into a copy of `template`. Nothing but the cells of the profile changes.
///
/// # Errors
/// When the file is not the form the profile was made for, or the answers do not fit it; nothing is written then.
pub fn fill(template: &[u8], profile: &FormProfile, answers: &FormAnswers) -> Result<Filled, FormRefused> {
    let problems = answers.problems(profile);
    if !problems.is_empty() {
        return Err(FormRefused::Answers(problems));
    }
    let book = Book::read(template)?;
    let sheet = book.sheet(&profile.sheet).ok_or_else(|| FormRefused::NoSheet(profile.sheet.clone()))?;
    let since_1904 = parse(&book.workbook.1)?
        .descendants()
        .any(|node| node.tag_name().name() == "workbookPr" && matches!(node.attribute("date1904"), Some("1" | "true")));
    let mut edits = Edits { sheet, since_1904, by_cell: BTreeMap::new(), without_year: false };
    let mut notices = Vec::new();
    for row in &profile.rows {
        let found = text_at(sheet, place(&row.text)?);
        if print_of("", &found) != row.print {
            return Err(FormRefused::OtherItem { row: row.row, found: found.chars().take(30).collect() });
        }
        let Some(answer) = answers.of(row).filter(|answer| answer.first.is_some() || answer.target.is_some()) else {
            notices.push(FillNotice::Unanswered { row: row.row, number: row.number.clone() });
            continue;
        };
        let mut all_placed = edits.round(row.row, &row.first, answer.first)?;
        all_placed &= edits.round(row.row, &row.second, answer.second)?;
        if let Some(target) = answer.target {
            all_placed &= row.target.is_some();
            if let Some(cells) = &row.target {
                edits.date(row.row, cells, target)?;
            }
        }
        if !all_placed {
            notices.push(FillNotice::NoCell { row: row.row, number: row.number.clone() });
        }
    }
    if let (Some(cell), Some(name)) = (&profile.facility, &answers.facility) {
        edits.append(cell, name)?;
    }
    if let (Some(cells), Some(day)) = (&profile.date, answers.date) {
        edits.date(0, cells, day)?;
    }
    if edits.without_year {
        notices.push(FillNotice::WithoutYear);
    }
    if book.has_formulas {
        notices.push(FillNotice::Recalculated);
    }
    let values = edits.values()?;
    let xml = patch(&sheet.xml, &values)?;
    let mut parts = BTreeMap::from([(sheet.part.clone(), xml)]);
    if book.has_formulas {
        parts.insert(book.workbook.0.clone(), recalculated(&book.workbook.1)?);
    }
    Ok(Filled { bytes: repacked(template, &parts)?, cells: values.len(), notices })
}

fn place(name: &str) -> Result<Place, FormRefused> {
    name.parse().map_err(|()| FormRefused::NotACell(name.to_owned()))
}

impl Edits<'_> {
    fn push(&mut self, row: u32, cell: &str, edit: Edit) -> Result<(), FormRefused> {
        let at = self.sheet.anchor(place(cell)?);
        if self.sheet.cell(at).is_some_and(|cell| cell.formula) {
            return Err(FormRefused::Formula(at.to_string()));
        }
        let (owner, edits) = self.by_cell.entry(at).or_insert((row, Vec::new()));
        let several = edits.iter().chain([&edit]).any(|edit| !matches!(edit, Edit::Splice(_))) && !edits.is_empty();
        if *owner != row || several {
            return Err(FormRefused::Twice(at.to_string()));
        }
        edits.push(edit);
        Ok(())
    }

    fn text(&self, cell: &str) -> Result<&str, FormRefused> {
        Ok(self.sheet.text(place(cell)?))
    }

    /// A round; `false` when something has no place.
    fn round(&mut self, row: u32, cells: &RoundCells, round: Option<Round>) -> Result<bool, FormRefused> {
        let Some(round) = round else { return Ok(true) };
        if let Some(mark) = &cells.mark {
            self.mark(row, mark, round.mark)?;
        }
        if let Some(date) = &cells.date {
            self.date(row, date, round.on)?;
        }
        Ok(cells.mark.is_some())
    }

    fn mark(&mut self, row: u32, cells: &MarkCells, said: Mark) -> Result<(), FormRefused> {
        let chosen = |yes, no| if said == Mark::Yes { yes } else { no };
        match cells {
            MarkCells::TwoCells { yes, no, sign } => {
                let cell: &String = chosen(yes, no);
                let text = self.text(cell)?;
                let edit = match text.chars().position(is_box) {
                    Some(at) => Edit::Splice(vec![(at..at + 1, "☑".to_owned())]),
                    None if text.trim().is_empty() => Edit::Set(sign.clone()),
                    None => Edit::Splice(vec![(0..0, sign.clone())]),
                };
                self.push(row, cell, edit)
            }
            MarkCells::List { cell, yes, no } => {
                let value: &String = chosen(yes, no);
                let edit = value.parse().map_or_else(|_| Edit::Set(value.clone()), Edit::Number);
                self.push(row, cell, edit)
            }
            MarkCells::InText { cell, yes, no, sign } => {
                let word: &String = chosen(yes, no);
                let found = mark(self.text(cell)?, word, sign);
                let found = found.ok_or_else(|| FormRefused::NoBlank { cell: cell.clone(), what: word.clone() })?;
                self.push(row, cell, Edit::Splice(vec![found]))
            }
        }
    }

    fn date(&mut self, row: u32, cells: &DateCells, day: Date) -> Result<(), FormRefused> {
        match cells {
            DateCells::InText { cell } => {
                let found = blank(self.text(cell)?);
                let found = found
                    .ok_or_else(|| FormRefused::NoBlank {
                        cell: cell.clone(), what: "　年　月　日".to_owned()
                    })?;
                self.without_year |= !found.has_year();
                self.push(row, cell, Edit::Splice(found.put(day)))
            }
            DateCells::OneCell { cell, year } => {
                let at = self.sheet.anchor(place(cell)?);
                if self.sheet.cell(at).is_some_and(|cell| cell.is_date) {
                    return self.push(row, cell, Edit::Number(self.serial(day)));
                }
                let text = match year {
                    YearStyle::Era => with_era(day, Lang::Ja),
                    YearStyle::Western => format!("{}/{}/{}", day.year(), day.month(), day.day()),
                };
                self.push(row, cell, Edit::Set(text))
            }
            DateCells::Split { year_cell, month, day: day_cell, year } => {
                if let Some(cell) = year_cell {
                    let era = era_year(day).filter(|_| *year == YearStyle::Era);
                    let number = era.map_or(day.year(), |(_, year)| year);
                    self.push(row, cell, Edit::Number(number.into()))?;
                }
                self.without_year |= year_cell.is_none();
                self.push(row, month, Edit::Number(day.month().into()))?;
                self.push(row, day_cell, Edit::Number(day.day().into()))
            }
        }
    }

    /// Writes a name into an empty cell, or behind its label.
    fn append(&mut self, cell: &str, name: &str) -> Result<(), FormRefused> {
        let text = self.text(cell)?;
        let end = text.trim_end().chars().count();
        let edit = if end == 0 {
            Edit::Set(name.to_owned())
        } else {
            Edit::Splice(vec![(end..text.chars().count(), name.to_owned())])
        };
        self.push(0, cell, edit)
    }

    /// The day as spreadsheets count: from 30 December 1899, or from 1 January 1904.
    fn serial(&self, day: Date) -> i64 {
        let start = if self.since_1904 { date(1904, 1, 1) } else { date(1899, 12, 30) };
        i64::from(start.until(day).map(|span| span.get_days()).unwrap_or_default())
    }

    fn values(&self) -> Result<BTreeMap<Place, Value>, FormRefused> {
        let mut values = BTreeMap::new();
        for (at, (_, edits)) in &self.by_cell {
            let at = *at;
            let mut splices: Vec<Splice> = Vec::new();
            let mut value = None;
            for edit in edits {
                match edit {
                    Edit::Number(number) => value = Some(Value::Number(*number)),
                    Edit::Set(text) => value = Some(Value::Text(vec![(self.look(at), text.clone())])),
                    Edit::Splice(more) => splices.extend(more.iter().cloned()),
                }
            }
            let overlap = |a: &Splice, b: &Splice| a.0.start < b.0.end && b.0.start < a.0.end || a.0 == b.0;
            if splices.iter().enumerate().any(|(at, a)| splices[at + 1..].iter().any(|b| overlap(a, b))) {
                return Err(FormRefused::Twice(at.to_string()));
            }
            values.insert(
                at,
                match value {
                    Some(value) => value,
                    None => {
                        let mut runs = self.sheet.cell(at).map(|cell| cell.runs.clone()).unwrap_or_default();
                        splice(&mut runs, splices);
                        Value::Text(runs)
                    }
                },
            );
        }
        Ok(values)
    }

    /// The look of an empty text cell that has runs: rare, and then the first one's.
    fn look(&self, at: Place) -> String {
        self.sheet.cell(at).and_then(|cell| cell.runs.first()).map(|(look, _)| look.clone()).unwrap_or_default()
    }
}

/// Asks spreadsheet programs to calculate anew when the file is opened: what is cached was right for the blank.
fn recalculated(workbook: &str) -> Result<String, FormRefused> {
    let document = parse(workbook)?;
    let root = document.root_element();
    let Some(node) = all(root, "calcPr").next() else { return Ok(workbook.to_owned()) };
    if let Some(attribute) = node.attribute_node("fullCalcOnLoad") {
        return Ok(apply(workbook, vec![(attribute.range(), "fullCalcOnLoad=\"1\"".to_owned())]));
    }
    let source = &workbook[node.range()];
    let name = source.find(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).unwrap_or(source.len());
    let at = node.range().start + name;
    Ok(apply(workbook, vec![(at..at, " fullCalcOnLoad=\"1\"".to_owned())]))
}

/// The archive with some parts exchanged; all others are copied as they are packed.
fn repacked(template: &[u8], parts: &BTreeMap<String, String>) -> Result<Vec<u8>, FormRefused> {
    let mut from = ZipArchive::new(Cursor::new(template)).map_err(damaged)?;
    let mut to = ZipWriter::new(Cursor::new(Vec::with_capacity(template.len() + 4096)));
    for at in 0..from.len() {
        let entry = from.by_index_raw(at).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        match parts.get(&name) {
            None => to.raw_copy_file(entry).map_err(damaged)?,
            Some(xml) => {
                let options = SimpleFileOptions::default()
                    .compression_method(zip::CompressionMethod::Deflated)
                    .last_modified_time(entry.last_modified().unwrap_or_default());
                to.start_file(name, options).map_err(damaged)?;
                to.write_all(xml.as_bytes()).map_err(damaged)?;
            }
        }
    }
    Ok(to.finish().map_err(damaged)?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_formulas_asks_to_be_calculated_anew() {
        for (was, is) in [
            ("<w><calcPr calcId=\"1\"/></w>", "<w><calcPr fullCalcOnLoad=\"1\" calcId=\"1\"/></w>"),
            ("<w><calcPr fullCalcOnLoad=\"0\"/></w>", "<w><calcPr fullCalcOnLoad=\"1\"/></w>"),
            ("<w/>", "<w/>"),
        ] {
            assert_eq!(recalculated(was).expect("XML"), is);
        }
    }
}
