//! Guesses what stands where in an official form. A person looks at every guess before anything is kept.

use super::answer_cells::{Band, RowCells, row_cells};
use super::blanks::{blank, both_words, single_word, yes_and_no};
use super::book::{Book, Sheet};
use super::cell::Place;
use super::number::{Number, number};
use hakutaku_model::checklist::FormKind;
use hakutaku_model::official::{
    DateCells, FormProfile, FormRow, MarkCells, NO_TOPIC, PROFILE_SCHEMA, ProfileRow, RoundCells, YearStyle, print_of,
};
use hakutaku_model::text::folded;

/// Rows and columns looked at: far more than any form has.
const MOST: Place = Place { row: 1_500, column: 120 };
/// A text shorter than this is a label, not an item.
const SHORTEST_ITEM: usize = 6;
/// The most rows that head a table.
const BAND_HEIGHT: u32 = 4;

/// What was guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guess {
    /// Where things are; item ids are still to be given.
    pub profile: FormProfile,
    /// The rows with their texts.
    pub rows: Vec<FormRow>,
    /// How far each part was found.
    pub parts: Vec<PartGuess>,
}

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Whose form it is.
    Form,
    /// The fiscal year.
    Year,
    /// The items.
    Rows,
    /// はい・いいえ of the first round.
    FirstMark,
    /// The day of the first round.
    FirstDate,
    /// The target day.
    Target,
    /// はい・いいえ of the second round.
    SecondMark,
    /// The day of the second round.
    SecondDate,
    /// The facility's name.
    Facility,
    /// The day of filling in.
    Date,
}

/// In how many of how many places a part was found: all of them is sure, none is "not found".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartGuess {
    /// Which part.
    pub part: Part,
    /// Found in so many places.
    pub found: usize,
    /// Of so many.
    pub of: usize,
}

/// Guesses on the sheet that looks most like a form; hidden sheets are not looked at.
#[must_use]
pub fn find(book: &Book, edition: &str, this_year: i16) -> Option<Guess> {
    book.sheets.iter().filter(|sheet| !sheet.hidden).map(|sheet| find_in(book, sheet, edition, this_year)).max_by_key(
        |guess| {
            let marked = guess.rows.len() * 2 + guess.parts.iter().map(|part| part.found).sum::<usize>();
            // Of equals the first.
            (marked, std::cmp::Reverse(book.sheets.iter().position(|sheet| sheet.name == guess.profile.sheet)))
        },
    )
}

/// Guesses on one sheet.
#[must_use]
pub fn find_in(book: &Book, sheet: &Sheet, edition: &str, this_year: i16) -> Guess {
    let end = sheet.end();
    let end = Place::new(end.row.min(MOST.row), end.column.min(MOST.column));
    let texts: Vec<(Place, &str)> = sheet
        .cells()
        .filter(|(place, cell)| place.row <= end.row && !cell.text.trim().is_empty())
        .map(|(place, cell)| (place, cell.text.trim()))
        .collect();
    let title: String = std::iter::once(sheet.name.as_str()).chain(texts.iter().map(|(_, text)| *text)).collect();
    let form = form_kind(&title);
    let year = fiscal_year(texts.iter().map(|(_, text)| *text));
    let era = title.contains("令和");
    let (rows, form_rows) = items(sheet, end, era);
    let first_row = rows.first().map_or(end.row + 1, |row| row.row - 1);
    let mut profile = FormProfile {
        schema: PROFILE_SCHEMA.to_owned(),
        name: name_of(book, sheet, &texts),
        edition: edition.to_owned(),
        form: form.unwrap_or(FormKind::Hospital),
        fiscal_year: year.unwrap_or(this_year),
        sheet: sheet.name.clone(),
        facility: None,
        date: None,
        rows,
    };
    head_fields(sheet, &texts, first_row, end, &mut profile);
    let parts = parts(&profile, form.is_some(), year.is_some());
    Guess { profile, rows: form_rows, parts }
}

/// The text of an item, its number taken off.
pub(super) fn text_at(sheet: &Sheet, place: Place) -> String {
    let text = sheet.text(place);
    number(text).filter(|number| !number.rest.is_empty()).map_or_else(|| text.trim().to_owned(), |number| number.rest)
}

fn form_kind(title: &str) -> Option<FormKind> {
    let title = folded(title).replace(' ', "");
    let places = [
        (title.find("医療機関・薬局確認用").or_else(|| title.find("医療機関等確認用")), FormKind::Hospital),
        (title.find("事業者確認用"), FormKind::Vendor),
        (title.find("薬局確認用"), FormKind::Pharmacy),
        (title.find("医療機関確認用"), FormKind::Hospital),
    ];
    // The earliest on the sheet is the form's own name; others may be references.
    places.into_iter().filter_map(|(at, form)| Some((at?, form))).min_by_key(|(at, _)| *at).map(|(_, form)| form)
}

/// `令和8年度` or `2026年度`.
fn fiscal_year<'t>(texts: impl Iterator<Item = &'t str>) -> Option<i16> {
    for text in texts {
        let text = folded(text).replace(' ', "").replace("元年", "1年");
        let Some(at) = text.find("年度") else { continue };
        let digits: String = text[..at].chars().rev().take_while(char::is_ascii_digit).collect();
        let digits: String = digits.chars().rev().collect();
        let before = &text[..at - digits.len()];
        match (digits.parse::<i16>(), before.ends_with("令和")) {
            (Ok(year @ 1..=99), true) => return Some(2018 + year),
            (Ok(year @ 2000..=2100), _) => return Some(year),
            _ => {}
        }
    }
    None
}

fn name_of(book: &Book, sheet: &Sheet, texts: &[(Place, &str)]) -> String {
    let title = texts.iter().take(12).map(|(_, text)| *text).find(|text| text.contains("チェックリスト"));
    let name = title.unwrap_or(&sheet.name).split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = name.chars().take(80).collect();
    if title.is_some() && book.sheets.len() > 1 { format!("{short}（{}）", sheet.name) } else { short }
}

/// A row that begins with a number.
struct Numbered {
    row: u32,
    number: Number,
    /// The cell of the text, and where its columns end.
    text: Place,
    text_end: u32,
    words: String,
}

/// The numbered text of a row, if it has one: a number at the head of a cell, the text in the same cell or the next.
fn numbered(sheet: &Sheet, row: u32, end: Place) -> Option<Numbered> {
    let mut found: Option<(Number, u32)> = None;
    let mut column = 0;
    while column <= end.column.min(24) {
        let area = sheet.area(Place::new(row, column));
        let text = sheet.text(area.from).trim();
        let here = area.from;
        column = area.to.column + 1;
        // A cell that began further up heads several rows.
        if text.is_empty() || here.row != row {
            continue;
        }
        if let Some((number, _)) = &found {
            if both_words(text).is_some() || single_word(text).is_some() {
                return None;
            }
            let words = text.to_owned();
            return Some(Numbered { row, number: number.clone(), text: here, text_end: area.to.column, words });
        }
        match number(text) {
            Some(number) if number.rest.is_empty() => found = Some((number, here.column)),
            Some(number) => {
                let words = number.rest.clone();
                return Some(Numbered { row, number, text: here, text_end: area.to.column, words });
            }
            // The name of a group may stand before the number; a sentence may not.
            None if text.chars().count() > 24 => return None,
            None => {}
        }
    }
    None
}

/// The device group that a heading names.
fn group_of(text: &str) -> Option<&'static str> {
    let text = folded(text).replace(' ', "");
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let several =
        [has(&["サーバ"]), has(&["端末"]), has(&["ネットワーク機器"])].iter().filter(|found| **found).count() > 1;
    if has(&["医療情報システム全般", "システム全般"]) || several {
        Some("system-wide")
    } else if has(&["サーバ"]) {
        Some("servers")
    } else if has(&["端末"]) {
        Some("terminal-pcs")
    } else if has(&["ネットワーク機器"]) {
        Some("network-devices")
    } else if has(&["体制"]) {
        Some("governance")
    } else if has(&["インシデント", "備えた対応"]) {
        Some("incident-readiness")
    } else if has(&["規程"]) {
        Some("rules")
    } else if has(&["医療情報システムの有無"]) {
        Some("gate")
    } else {
        None
    }
}

/// The items from top to bottom.
fn items(sheet: &Sheet, end: Place, era: bool) -> (Vec<ProfileRow>, Vec<FormRow>) {
    let (mut rows, mut form_rows) = (Vec::new(), Vec::new());
    let (mut section, mut group): (u8, &'static str) = (0, "system-wide");
    let mut band: Band = None;
    for row in 0..=end.row {
        if heads_columns(sheet, row, end) {
            band = match band {
                Some((from, to)) if to + 1 == row && row - from < BAND_HEIGHT => Some((from, row)),
                _ => Some((above(sheet, row), row)),
            };
            continue;
        }
        let found = numbered(sheet, row, end);
        let cells = found.as_ref().map(|found| row_cells(sheet, row, found.text_end, end.column, band, era));
        match (found, cells) {
            (Some(found), Some(cells))
                if cells.first.mark.is_some() && found.words.chars().count() >= SHORTEST_ITEM =>
            {
                let side = side_group(sheet, row, found.text.column);
                let of_section = found.number.section.unwrap_or(section);
                let printed = match found.number.section {
                    None if section > 0 && !found.number.is_plain => format!("{section}-{}", found.number.printed),
                    _ => found.number.printed.clone(),
                };
                let gate = of_section == 0 && folded(&found.words).contains("医療情報システム");
                let group = if gate { "gate" } else { side.unwrap_or(group) };
                rows.push(profile_row(&found, &printed, group, cells));
                form_rows.push(FormRow {
                    section: of_section,
                    number: printed,
                    text: found.words,
                    group: group.to_owned(),
                    topic: NO_TOPIC.to_owned(),
                });
            }
            (Some(found), _) => {
                // A number without a place to answer is the heading of a section.
                if found.number.is_plain
                    && let Ok(heading) = found.number.printed.parse()
                {
                    section = heading;
                }
                // A new section ends the groups of the one before.
                let new = if found.number.is_plain { "system-wide" } else { group };
                group = group_of(&found.words).unwrap_or(new);
            }
            (None, _) => {
                let heading = (0..=end.column.min(8))
                    .map(|column| sheet.text(Place::new(row, column)))
                    .find(|t| !t.trim().is_empty());
                if let Some(named) = heading.filter(|text| text.chars().count() <= 40).and_then(group_of) {
                    group = named;
                }
            }
        }
    }
    (rows, form_rows)
}

fn profile_row(found: &Numbered, printed: &str, group: &str, cells: RowCells) -> ProfileRow {
    ProfileRow {
        row: found.row + 1,
        item: String::new(),
        number: printed.to_owned(),
        group: group.to_owned(),
        text: found.text.to_string(),
        print: print_of("", &found.words),
        first: cells.first,
        target: cells.target,
        second: cells.second,
    }
}

/// A group named by a merged cell left of the text.
fn side_group(sheet: &Sheet, row: u32, text_column: u32) -> Option<&'static str> {
    (0..text_column).rev().find_map(|column| {
        let text = sheet.text(Place::new(row, column));
        (text.chars().count() <= 24).then(|| group_of(text)).flatten()
    })
}

/// Whether a row heads columns: it has words such as はい, 1回目, 確認日 in cells of their own, and no item.
fn heads_columns(sheet: &Sheet, row: u32, end: Place) -> bool {
    if numbered(sheet, row, end).is_some() {
        return false;
    }
    let mut found = 0;
    let mut column = 0;
    while column <= end.column {
        let area = sheet.area(Place::new(row, column));
        column = area.to.column + 1;
        // Of a cell over several rows every row counts: its text heads the columns below.
        let text = folded(sheet.text(area.from)).replace(' ', "");
        if text.is_empty() || text.chars().count() > 20 {
            continue;
        }
        let whole = matches!(text.as_str(), "はい" | "いいえ" | "年" | "月" | "日" | "令和年");
        let part = ["回目", "目標", "確認日", "日付", "確認結果", "年月日", "確認項目", "チェック項目"]
            .iter()
            .any(|w| text.contains(w));
        found += u32::from(whole || part);
    }
    found >= 2
}

/// The first row of a head: merged cells may begin above the row that was recognised.
fn above(sheet: &Sheet, row: u32) -> u32 {
    let top = (0..=MOST.column).map(|column| sheet.area(Place::new(row, column)).from.row).min().unwrap_or(row);
    top.max(row.saturating_sub(BAND_HEIGHT))
}

/// Where name and day of the facility go.
fn head_fields(sheet: &Sheet, texts: &[(Place, &str)], first_row: u32, end: Place, profile: &mut FormProfile) {
    let names = ["医療機関名", "施設名", "薬局名", "事業者名", "病院名", "機関名", "名称"];
    let days = ["記入日", "作成日", "確認年月日", "記入年月日", "チェック日", "提出日"];
    for (place, text) in texts.iter().filter(|(place, text)| place.row < first_row && text.chars().count() <= 40) {
        let plain = folded(text).replace(' ', "");
        let right = right_of(sheet, *place, end);
        if profile.facility.is_none() && names.iter().any(|name| plain.contains(name)) {
            // `名称：` without a cell made for the name beside it takes the name behind the colon.
            let made = |at: &Place| sheet.cell(*at).is_some() || !plain.ends_with(':');
            let blank = right.filter(|at| sheet.text(*at).trim().is_empty() && made(at));
            profile.facility = Some(blank.unwrap_or(*place).to_string());
        } else if profile.date.is_none() && days.iter().any(|day| plain.contains(day)) {
            if blank(text).is_some() {
                profile.date = Some(DateCells::InText { cell: place.to_string() });
                continue;
            }
            let after = sheet.area(*place).to.column;
            let found = row_cells(sheet, place.row, after, end.column, None, true);
            let one = || {
                let at = right.filter(|at| sheet.text(*at).trim().is_empty())?;
                Some(DateCells::OneCell { cell: at.to_string(), year: YearStyle::Era })
            };
            profile.date = found.first.date.or(found.target).or_else(one);
        }
    }
}

fn right_of(sheet: &Sheet, place: Place, end: Place) -> Option<Place> {
    let column = sheet.area(place).to.column + 1;
    (column <= end.column).then(|| sheet.anchor(Place::new(place.row, column)))
}

fn parts(profile: &FormProfile, form: bool, year: bool) -> Vec<PartGuess> {
    let of = profile.rows.len();
    let count = |has: fn(&ProfileRow) -> bool| profile.rows.iter().filter(|row| has(row)).count();
    let single = |part, found: bool| PartGuess { part, found: usize::from(found), of: 1 };
    let many = |part, has| PartGuess { part, found: count(has), of };
    vec![
        single(Part::Form, form),
        single(Part::Year, year),
        PartGuess { part: Part::Rows, found: of, of: of.max(1) },
        many(Part::FirstMark, |row| row.first.mark.is_some()),
        many(Part::FirstDate, |row| row.first.date.is_some()),
        many(Part::Target, |row| row.target.is_some()),
        many(Part::SecondMark, |row| row.second.mark.is_some()),
        many(Part::SecondDate, |row| row.second.date.is_some()),
        single(Part::Facility, profile.facility.is_some()),
        single(Part::Date, profile.date.is_some()),
    ]
}

/// A row that the guess missed, named by a person: its text is the longest of the row.
#[must_use]
pub fn read_row(sheet: &Sheet, row: u32, like: Option<&ProfileRow>) -> Option<(ProfileRow, FormRow)> {
    let at = row.checked_sub(1)?;
    let end = sheet.end();
    let found = numbered(sheet, at, end).or_else(|| {
        let longest = (0..=end.column)
            .map(|column| sheet.anchor(Place::new(at, column)))
            .max_by_key(|p| sheet.text(*p).chars().count())?;
        let words = sheet.text(longest).trim().to_owned();
        let number = Number { printed: String::new(), section: None, rest: String::new(), is_plain: false };
        (words.chars().count() >= 2).then(|| Numbered {
            row: at,
            number,
            text: longest,
            text_end: sheet.area(longest).to.column,
            words,
        })
    })?;
    let found_cells = row_cells(sheet, at, found.text_end, end.column, None, true);
    let cells = if found_cells.first.mark.is_some() {
        found_cells
    } else {
        like.map(|like| RowCells {
            first: moved_round(&like.first, row),
            target: like.target.as_ref().map(|cells| moved_date(cells, row)),
            second: moved_round(&like.second, row),
        })
        .unwrap_or_default()
    };
    let group = side_group(sheet, at, found.text.column).unwrap_or("system-wide");
    let form_row = FormRow {
        section: found.number.section.unwrap_or(1),
        number: found.number.printed.clone(),
        text: found.words.clone(),
        group: group.to_owned(),
        topic: NO_TOPIC.to_owned(),
    };
    let printed = found.number.printed.clone();
    Some((profile_row(&found, &printed, group, cells), form_row))
}

fn moved(cell: &str, row: u32) -> String {
    let letters: String = cell.chars().take_while(char::is_ascii_alphabetic).collect();
    format!("{letters}{row}")
}

fn moved_round(cells: &RoundCells, row: u32) -> RoundCells {
    RoundCells {
        mark: cells.mark.as_ref().map(|mark| match mark.clone() {
            MarkCells::TwoCells { yes, no, sign } => {
                MarkCells::TwoCells { yes: moved(&yes, row), no: moved(&no, row), sign }
            }
            MarkCells::List { cell, yes, no } => MarkCells::List { cell: moved(&cell, row), yes, no },
            MarkCells::InText { cell, yes, no, sign } => MarkCells::InText { cell: moved(&cell, row), yes, no, sign },
        }),
        date: cells.date.as_ref().map(|cells| moved_date(cells, row)),
    }
}

fn moved_date(cells: &DateCells, row: u32) -> DateCells {
    match cells.clone() {
        DateCells::OneCell { cell, year } => DateCells::OneCell { cell: moved(&cell, row), year },
        DateCells::InText { cell } => DateCells::InText { cell: moved(&cell, row) },
        DateCells::Split { year_cell, month, day, year } => DateCells::Split {
            year_cell: year_cell.map(|cell| moved(&cell, row)),
            month: moved(&month, row),
            day: moved(&day, row),
            year,
        },
    }
}

/// The text of an item's cell, its number taken off; `None` where the name is no cell.
#[must_use]
pub fn row_text(sheet: &Sheet, cell: &str) -> Option<String> {
    cell.parse().ok().map(|place| text_at(sheet, place))
}

/// The words for yes and no that a cell offers, in its text or its drop-down list.
#[must_use]
pub fn words_for_marks(sheet: &Sheet, cell: &str) -> Option<(String, String)> {
    let place = sheet.anchor(cell.parse().ok()?);
    let listed = sheet.list_at(place).and_then(yes_and_no);
    listed.or_else(|| both_words(sheet.text(place)).map(|(yes, no)| (yes.to_owned(), no.to_owned())))
}
