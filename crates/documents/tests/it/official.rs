//! Official forms: understood, filled in place, and nothing else touched. Read back with umya and LibreOffice.

use crate::official_forms::{ITEMS, circled, lists, two_cells};
use calamine::{Data, Reader as _, Xlsx};
use hakutaku_documents::official::{Book, FormRefused, Guess, Part, fill, find};
use hakutaku_model::checklist::{FormKind, Mark, Round};
use hakutaku_model::id::DocumentId;
use hakutaku_model::official::answers::{FormAnswer, FormAnswers};
use hakutaku_model::official::{DateCells, FormProfile, OfficialForm, edition_id};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::process::Command;

fn guessed(bytes: &[u8]) -> Guess {
    let book = Book::read(bytes).expect("reads");
    find(&book, &edition_id(bytes), 2026).expect("finds")
}

/// The form as a person who changes nothing confirms it.
fn confirmed(bytes: &[u8]) -> FormProfile {
    let guess = guessed(bytes);
    let mut form = OfficialForm {
        document: DocumentId(uuid_nil()),
        file: "様式.xlsx".to_owned(),
        profile: guess.profile,
        rows: guess.rows,
        confirmed: true,
    };
    form.renumber();
    form.profile
}

fn uuid_nil() -> uuid::Uuid {
    uuid::Uuid::nil()
}

/// The second row says no with a target and a yes later; the fourth is open; all others say yes.
fn answers(profile: &FormProfile) -> FormAnswers {
    let first = |mark| Some(Round { mark, on: date(2026, 11, 21) });
    let answers = profile.rows.iter().enumerate().filter(|(at, _)| *at != 3).map(|(at, row)| {
        let no = at == 1;
        FormAnswer {
            item: row.item.clone(),
            group: row.group.clone(),
            first: first(if no { Mark::No } else { Mark::Yes }),
            target: no.then_some(date(2027, 2, 28)),
            second: (no && row.second.mark.is_some()).then_some(Round { mark: Mark::Yes, on: date(2027, 3, 5) }),
            ..FormAnswer::default()
        }
    });
    FormAnswers {
        facility: Some("=白沢記念病院 & 𠮷野".to_owned()),
        date: Some(date(2026, 11, 24)),
        answers: answers.collect(),
    }
}

#[test]
fn a_form_to_be_circled_is_understood() {
    let guess = guessed(&circled());
    let profile = &guess.profile;
    assert_eq!(
        (profile.sheet.as_str(), profile.form, profile.fiscal_year),
        ("医療機関確認用", FormKind::Hospital, 2026)
    );
    let rows: Vec<(&str, &str, u8)> =
        guess.rows.iter().map(|row| (row.number.as_str(), row.group.as_str(), row.section)).collect();
    assert_eq!(
        rows,
        [
            ("1-①", "governance", 1),
            ("2-①", "system-wide", 2),
            ("2-②", "system-wide", 2),
            ("2-③", "servers", 2),
            ("3-①", "incident-readiness", 3)
        ]
    );
    assert!(guess.rows.iter().zip(ITEMS).all(|(row, (_, text))| row.text == text));
    assert_eq!(profile.facility.as_deref(), Some("C2"));
    assert_eq!(profile.date, Some(DateCells::InText { cell: "D2".into() }));
    for part in &guess.parts {
        assert_eq!(part.found, part.of, "{:?}", part.part);
    }
}

#[test]
fn cells_for_yes_and_no_and_dates_in_three_are_understood() {
    let guess = guessed(&two_cells());
    let profile = &guess.profile;
    assert_eq!((profile.sheet.as_str(), profile.form), ("様式１", FormKind::Hospital));
    let groups: Vec<&str> = guess.rows.iter().map(|row| row.group.as_str()).collect();
    assert_eq!(groups, ["governance", "system-wide", "system-wide", "terminal-pcs", "incident-readiness"]);
    let row = serde_json::to_value(&profile.rows[1]).expect("JSON");
    assert_eq!(row["first"]["mark"], serde_json::json!({"way": "two_cells", "yes": "D8", "no": "E8", "sign": "○"}));
    let split = |y: &str, m: &str, d: &str| serde_json::json!({"way": "split", "year_cell": y, "month": m, "day": d, "year": "era"});
    assert_eq!(row["first"]["date"], split("F8", "G8", "H8"));
    assert_eq!(row["target"], split("I8", "J8", "K8"));
    assert_eq!(row["second"]["date"], split("N8", "O8", "P8"));
    assert_eq!(serde_json::to_value(&profile.date).expect("JSON"), split("K2", "M2", "O2"));
    assert_eq!(profile.facility.as_deref(), Some("B2"));
}

#[test]
fn drop_down_lists_and_real_dates_are_understood_and_what_is_missing_is_said() {
    let guess = guessed(&lists());
    assert_eq!(guess.profile.form, FormKind::Vendor);
    let row = serde_json::to_value(&guess.profile.rows[0]).expect("JSON");
    assert_eq!(row["first"]["mark"], serde_json::json!({"way": "list", "cell": "D6", "yes": "はい", "no": "いいえ"}));
    assert_eq!(row["first"]["date"]["cell"], "E6");
    assert_eq!(row["target"]["cell"], "F6");
    let found = |part| guess.parts.iter().find(|p| p.part == part).map(|p| (p.found, p.of));
    assert_eq!(found(Part::Rows), Some((5, 5)));
    assert_eq!(found(Part::SecondMark), Some((0, 5)));
}

/// Values and formulas as calamine reads them (umya reads only the last run of a text with several looks), and
/// everything else as umya sees it.
fn look(bytes: &[u8]) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let book = umya_spreadsheet::reader::xlsx::read_reader(Cursor::new(bytes), true).expect("umya reads");
    let (mut cells, mut rest) = (BTreeMap::new(), BTreeMap::new());
    for sheet in book.sheet_collection() {
        let name = sheet.name();
        for cell in sheet.cells() {
            let at = cell.coordinate().get_coordinate();
            rest.insert(format!("style {name}!{at}"), format!("{:?}", cell.style()));
        }
        let merges: BTreeSet<String> = sheet.merge_cells().iter().map(|range| range.range()).collect();
        rest.insert(format!("merges {name}"), format!("{merges:?}"));
        rest.insert(format!("validations {name}"), format!("{:?}", sheet.data_validations()));
        rest.insert(format!("conditions {name}"), format!("{:?}", sheet.conditional_formatting_collection()));
        rest.insert(format!("widths {name}"), format!("{:?}", sheet.column_dimensions()));
        rest.insert(format!("page {name}"), format!("{:?} {:?}", sheet.page_setup(), sheet.defined_names()));
        rest.insert(format!("state {name}"), format!("{:?}", sheet.sheet_state()));
        rest.insert(format!("pictures {name}"), format!("{}", sheet.image_collection().len()));
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).expect("calamine reads");
    for name in book.sheet_names() {
        let values = book.worksheet_range(&name).expect("a sheet");
        let from = values.start().unwrap_or_default();
        for (row, column, value) in values.used_cells() {
            cells.insert(format!("{name}!{}", at(row + from.0 as usize, column + from.1 as usize)), said(value));
        }
        for (row, column, formula) in book.worksheet_formula(&name).expect("formulas").used_cells() {
            rest.insert(format!("formula {name} {row} {column}"), formula.clone());
        }
    }
    (cells, rest)
}

fn said(value: &Data) -> String {
    match value {
        Data::DateTime(moment) => format!("{}", moment.as_f64()),
        other => other.to_string(),
    }
}

fn at(row: usize, column: usize) -> String {
    format!("{}{}", char::from(b'A' + u8::try_from(column).expect("few columns")), row + 1)
}

/// The parts of the archive, unpacked.
fn parts(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("readable");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

/// Cells of every sheet as LibreOffice shows them.
fn libreoffice(bytes: &[u8]) -> BTreeMap<String, Vec<Vec<String>>> {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("form.xlsx"), bytes).expect("written");
    let profile = format!("-env:UserInstallation=file://{}/profile", dir.path().display());
    // -1: every sheet into a file of its own.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
    let run = |to: &str| {
        let out = Command::new("soffice")
            .args([&profile, "--headless", "--convert-to", to, "--outdir"])
            .arg(dir.path())
            .arg(dir.path().join("form.xlsx"))
            .output()
            .expect("LibreOffice starts");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    };
    run(filter);
    run("pdf");
    assert!(dir.path().join("form.pdf").is_file(), "it prints");
    let mut sheets = BTreeMap::new();
    for entry in std::fs::read_dir(dir.path()).expect("readable").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(sheet) = name.strip_prefix("form-").and_then(|name| name.strip_suffix(".csv")) {
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(entry.path()).expect("a CSV");
            let rows = reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect();
            sheets.insert(sheet.to_owned(), rows);
        }
    }
    assert!(!sheets.is_empty(), "LibreOffice opens it");
    sheets
}

/// Fills a form and shows that exactly `expected` changed, whoever looks.
fn prove(blank: &[u8], sheet: &str, expected: &[(&str, &str)], calculated: &[(&str, &str)]) {
    let profile = confirmed(blank);
    let filled = fill(blank, &profile, &answers(&profile)).expect("fills");
    assert_eq!(filled.cells, expected.len());

    // The archive: one sheet. (The blanks of these tests ask to be calculated anew already.)
    let (before, after) = (parts(blank), parts(&filled.bytes));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let changed: Vec<&String> = before.keys().filter(|name| before[*name] != after[*name]).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");

    // umya: values where expected, all else equal.
    let ((mut cells, rest), (filled_cells, filled_rest)) = (look(blank), look(&filled.bytes));
    assert_eq!(rest.keys().collect::<Vec<_>>(), filled_rest.keys().collect::<Vec<_>>());
    for (what, was) in &rest {
        assert!(filled_rest[what] == *was, "{what} was {was} and is {}", filled_rest[what]);
    }
    for (cell, value) in expected {
        cells.insert(format!("{sheet}!{cell}"), (*value).to_owned());
    }
    for (cell, _) in calculated {
        // No result is remembered.
        cells.remove(&format!("{sheet}!{cell}"));
    }
    assert_eq!(cells, filled_cells);

    // LibreOffice: the same cells, in its own words for dates.
    let (before, after) = (libreoffice(blank), libreoffice(&filled.bytes));
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    let mut differs = BTreeMap::new();
    for (name, rows) in &after {
        for (row, values) in rows.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let was = before[name].get(row).and_then(|r| r.get(column)).map_or("", String::as_str);
                if was != value {
                    assert_eq!(name, sheet);
                    differs.insert(at(row, column), value.clone());
                }
            }
        }
    }
    let wanted: BTreeMap<String, String> =
        expected.iter().chain(calculated).map(|(cell, value)| ((*cell).to_owned(), shown(value))).collect();
    assert_eq!(differs, wanted);
}

/// What LibreOffice shows for a serial date.
fn shown(value: &str) -> String {
    match value {
        "46347" => "2026/11/21".to_owned(),
        "46350" => "2026/11/24".to_owned(),
        "46446" => "2027/02/28".to_owned(),
        other => other.to_owned(),
    }
}

const NAME: &str = "=白沢記念病院 & 𠮷野";

#[test]
fn a_circled_form_is_filled_and_nothing_else_changes() {
    prove(
        &circled(),
        "医療機関確認用",
        &[
            ("C2", NAME),
            ("D2", "記入日：令和8年11月24日"),
            ("D8", "○はい・いいえ（11/21）"),
            ("D10", "はい・○いいえ（11/21）"),
            ("E10", "（2/28）"),
            ("F10", "○はい・いいえ（3/5）"),
            ("D11", "○はい・いいえ（11/21）"),
            ("D15", "○はい・いいえ（11/21）"),
        ],
        &[],
    );
}

#[test]
fn a_form_with_two_cells_and_split_dates_is_filled_and_nothing_else_changes() {
    prove(
        &two_cells(),
        "様式１",
        &[
            ("B2", NAME),
            ("K2", "8"),
            ("M2", "11"),
            ("O2", "24"),
            ("D7", "○"),
            ("F7", "8"),
            ("G7", "11"),
            ("H7", "21"),
            ("E8", "○"),
            ("F8", "8"),
            ("G8", "11"),
            ("H8", "21"),
            ("I8", "9"),
            ("J8", "2"),
            ("K8", "28"),
            ("L8", "○"),
            ("N8", "9"),
            ("O8", "3"),
            ("P8", "5"),
            ("D9", "○"),
            ("F9", "8"),
            ("G9", "11"),
            ("H9", "21"),
            ("D11", "○"),
            ("F11", "8"),
            ("G11", "11"),
            ("H11", "21"),
        ],
        &[],
    );
}

#[test]
fn a_form_with_lists_is_filled_and_its_formula_counts_anew() {
    prove(
        &lists(),
        "事業者確認用",
        &[
            ("A2", "事業者名：=白沢記念病院 & 𠮷野"),
            ("B3", "46350"),
            ("D6", "はい"),
            ("E6", "46347"),
            ("D7", "いいえ"),
            ("E7", "46347"),
            ("F7", "46446"),
            ("D8", "はい"),
            ("E8", "46347"),
            ("D10", "はい"),
            ("E10", "46347"),
        ],
        &[("E3", "3")],
    );
}

#[test]
fn a_profile_does_not_fill_another_form() {
    let profile = confirmed(&circled());
    let other = fill(&two_cells(), &profile, &FormAnswers::default());
    assert!(matches!(other, Err(FormRefused::NoSheet(_))), "{other:?}");
    let mut moved = confirmed(&lists());
    for row in &mut moved.rows {
        row.text = format!("B{}", row.row + 1);
    }
    let other = fill(&lists(), &moved, &FormAnswers::default());
    assert!(matches!(other, Err(FormRefused::OtherItem { row: 6, .. })), "{other:?}");
}

#[test]
fn a_formula_is_never_overwritten_and_no_cell_is_written_twice() {
    let blank = lists();
    let mut profile = confirmed(&blank);
    let all = answers(&profile);
    profile.facility = Some("E3".to_owned());
    assert_eq!(fill(&blank, &profile, &all), Err(FormRefused::Formula("E3".into())));
    profile.facility = Some("D6".to_owned());
    assert_eq!(fill(&blank, &profile, &all), Err(FormRefused::Twice("D6".into())));
    profile.facility = Some("白".to_owned());
    assert_eq!(fill(&blank, &profile, &all), Err(FormRefused::NotACell("白".into())));
}

#[test]
fn files_that_are_no_forms_get_their_sentence() {
    use hakutaku_model::text::Lang;
    let said = |bytes: &[u8]| Book::read(bytes).expect_err("refused").sentences(Lang::Ja).concat();
    assert!(said(b"").contains("空"));
    assert!(said(b"%PDF-1.7").contains("Excel"));
    assert!(said(b"PK\x03\x04nothing").contains("壊れて"));
    assert!(said(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]).contains("xls"));
}

#[test]
#[ignore = "writes the blank that the tests of the pages load"]
fn write_the_blank_for_the_pages() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forms/circled.xlsx");
    std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/forms")).expect("a folder");
    std::fs::write(path, circled()).expect("written");
}
