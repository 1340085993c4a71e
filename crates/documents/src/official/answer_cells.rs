//! Finds the cells for yes, no and dates in a row.

use super::blanks::{blank, both_words, single_word, yes_and_no};
use super::book::Sheet;
use super::cell::Place;
use hakutaku_model::official::{DateCells, MarkCells, RoundCells, YearStyle};

/// The cells of one row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct RowCells {
    pub(super) first: RoundCells,
    pub(super) target: Option<DateCells>,
    pub(super) second: RoundCells,
}

/// The rows that head the columns of a part of the sheet: from, to (both included).
pub(super) type Band = Option<(u32, u32)>;

/// What a column is for, by its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Round {
    First,
    Target,
    Second,
    Unsaid,
}

/// A cell of the row with what stands in it and above it.
struct Seen<'s> {
    place: Place,
    text: &'s str,
    heads: Vec<&'s str>,
}

impl Seen<'_> {
    fn round(&self) -> Round {
        let head = hakutaku_model::text::folded(&self.heads.concat()).replace(' ', "");
        let has = |words: &[&str]| words.iter().any(|word| head.contains(word));
        if has(&["目標", "予定日", "期限"]) {
            Round::Target
        } else if has(&["2回", "二回", "第2", "再確認"]) {
            Round::Second
        } else if has(&["1回", "一回", "第1"]) {
            Round::First
        } else {
            Round::Unsaid
        }
    }

    fn last_head(&self) -> String {
        self.heads.last().map(|head| hakutaku_model::text::folded(head).replace(' ', "")).unwrap_or_default()
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Something found, in the order of the columns.
enum Found {
    Mark(MarkCells),
    Date(DateCells),
}

/// The cells of a row right of its text.
pub(super) fn row_cells(sheet: &Sheet, row: u32, after: u32, end: u32, band: Band, era: bool) -> RowCells {
    let mut seen: Vec<Seen<'_>> = Vec::new();
    let mut column = after + 1;
    while column <= end {
        let area = sheet.area(Place::new(row, column));
        if area.from.column > after {
            seen.push(Seen { place: area.from, text: sheet.text(area.from), heads: heads(sheet, column, band) });
        }
        column = area.to.column + 1;
    }
    let mut found: Vec<(u32, Round, Found)> = Vec::new();
    let mut at = 0;
    while at < seen.len() {
        let (taken, mut things) = read(sheet, &seen[at..], era);
        found.append(&mut things);
        at += taken.max(1);
    }
    assigned(found)
}

/// The texts above a column within the band, from top to bottom, each once.
fn heads(sheet: &Sheet, column: u32, band: Band) -> Vec<&str> {
    let Some((from, to)) = band else { return Vec::new() };
    let mut heads: Vec<&str> = Vec::new();
    for row in from..=to {
        let text = sheet.text(Place::new(row, column));
        if !text.trim().is_empty() && heads.last() != Some(&text) {
            heads.push(text);
        }
    }
    heads
}

/// What begins at the first of these cells, and how many cells it takes.
fn read(sheet: &Sheet, cells: &[Seen<'_>], era: bool) -> (usize, Vec<(u32, Round, Found)>) {
    let here = &cells[0];
    let (column, round) = (here.place.column, here.round());
    let name = |seen: &Seen<'_>| seen.place.to_string();
    let one = |found| (1, vec![(column, round, found)]);
    if sheet.cell(here.place).is_some_and(|cell| cell.formula) {
        return (1, Vec::new());
    }
    if let Some((yes, no)) = both_words(here.text) {
        let sign = "○".to_owned();
        let mark = MarkCells::InText { cell: name(here), yes: yes.into(), no: no.into(), sign };
        let mut things = vec![(column, round, Found::Mark(mark))];
        if blank(here.text).is_some() {
            things.push((column, round, Found::Date(DateCells::InText { cell: name(here) })));
        }
        return (1, things);
    }
    if let Some((yes, no)) = sheet.list_at(here.place).and_then(yes_and_no) {
        return one(Found::Mark(MarkCells::List { cell: name(here), yes, no }));
    }
    // Two cells side by side: the words stand in them, or above them.
    let says = |seen: &Seen<'_>| {
        single_word(seen.text).or_else(|| seen.is_blank().then(|| single_word(&seen.last_head())).flatten())
    };
    if let (Some(first), Some(next)) = (says(here), cells.get(1))
        && says(next) == Some(!first)
    {
        let (yes, no) = if first { (here, next) } else { (next, here) };
        let mark = MarkCells::TwoCells { yes: name(yes), no: name(no), sign: "○".to_owned() };
        return (2, vec![(column, round, Found::Mark(mark))]);
    }
    if blank(here.text).is_some() {
        return one(Found::Date(DateCells::InText { cell: name(here) }));
    }
    if let Some((taken, date)) = labelled(cells).or_else(|| headed(cells, era)) {
        return (taken, vec![(column, round, Found::Date(date))]);
    }
    let is_date = sheet.cell(here.place).is_some_and(|cell| cell.is_date);
    let head = hakutaku_model::text::folded(&here.heads.concat());
    let says_date =
        ["日付", "確認日", "目標日", "年月日", "実施日", "予定日", "期限", "完了日"].iter().any(|w| head.contains(w));
    if here.is_blank() && (is_date || says_date) {
        return one(Found::Date(DateCells::OneCell { cell: name(here), year: YearStyle::Era }));
    }
    (1, Vec::new())
}

/// `[ ]年[ ]月[ ]日`, also with 令和 before it, also without the year.
fn labelled(cells: &[Seen<'_>]) -> Option<(usize, DateCells)> {
    let text = |at: usize| cells.get(at).map(|seen| seen.text.trim());
    let blank = |at: usize| cells.get(at).is_some_and(Seen::is_blank);
    let name = |at: usize| cells[at].place.to_string();
    let era = matches!(text(0), Some("令和" | "R" | "Ｒ"));
    let start = usize::from(era);
    if blank(start) && text(start + 1) == Some("年") {
        let (month, day) = (start + 2, start + 4);
        if blank(month) && text(month + 1) == Some("月") && blank(day) && text(day + 1) == Some("日") {
            let year = if era { YearStyle::Era } else { YearStyle::Western };
            let cells = DateCells::Split { year_cell: Some(name(start)), month: name(month), day: name(day), year };
            return Some((day + 2, cells));
        }
    }
    if blank(0) && text(1) == Some("月") && blank(2) && text(3) == Some("日") {
        let cells = DateCells::Split { year_cell: None, month: name(0), day: name(2), year: YearStyle::Era };
        return Some((4, cells));
    }
    None
}

/// Three blank cells under 年, 月 and 日.
fn headed(cells: &[Seen<'_>], era: bool) -> Option<(usize, DateCells)> {
    let under = |at: usize, word: &str| {
        cells.get(at).is_some_and(|seen| {
            let head = seen.last_head();
            seen.is_blank()
                && (head == word
                    || word == "年"
                        && (head == "令和年" || head == "年(令和)" || head == "年(西暦)" || head == "西暦年"))
        })
    };
    let name = |at: usize| cells[at].place.to_string();
    if under(0, "年") && under(1, "月") && under(2, "日") {
        let heads = cells[0].heads.concat();
        let year = if heads.contains("西暦") || !era && !heads.contains("令和") {
            YearStyle::Western
        } else {
            YearStyle::Era
        };
        return Some((3, DateCells::Split { year_cell: Some(name(0)), month: name(1), day: name(2), year }));
    }
    if under(0, "月") && under(1, "日") {
        return Some((2, DateCells::Split { year_cell: None, month: name(0), day: name(1), year: YearStyle::Era }));
    }
    None
}

/// Gives each found thing its round: by the head of its column, else by its place.
fn assigned(found: Vec<(u32, Round, Found)>) -> RowCells {
    let mut cells = RowCells::default();
    let mut marks = 0_u32;
    for (_, round, thing) in found {
        match thing {
            Found::Mark(mark) => {
                let second = round == Round::Second || round == Round::Unsaid && marks > 0;
                let round = if second { &mut cells.second } else { &mut cells.first };
                if round.mark.is_none() {
                    round.mark = Some(mark);
                    marks += 1;
                }
            }
            Found::Date(date) => {
                let second = cells.second.mark.is_some();
                let slot = match round {
                    Round::Target => &mut cells.target,
                    Round::First => &mut cells.first.date,
                    Round::Second => &mut cells.second.date,
                    Round::Unsaid if second => &mut cells.second.date,
                    Round::Unsaid if cells.first.date.is_none() => &mut cells.first.date,
                    Round::Unsaid => &mut cells.target,
                };
                slot.get_or_insert(date);
            }
        }
    }
    cells
}
