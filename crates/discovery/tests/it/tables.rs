//! What is read from a file that is taken.

use encoding_rs::SHIFT_JIS;
use hakutaku_discovery::tables::{Format, Sheet, Tables, read};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook};

fn rows(sheet: &Sheet) -> Vec<Vec<&str>> {
    sheet.rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect()
}

fn csv(bytes: &[u8]) -> Tables {
    read(bytes, "list.csv").expect("readable")
}

const TEXT: &str = "名称,メーカー\nｻｰﾊﾞ①,㈱吉野\n";

#[test]
fn every_encoding_of_japanese_offices_is_recognised() {
    let le =
        |bom: &[u8]| bom.iter().copied().chain(TEXT.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>();
    let be: Vec<u8> = [0xfe, 0xff].into_iter().chain(TEXT.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let files = [
        (TEXT.as_bytes().to_vec(), "UTF-8"),
        ([b"\xef\xbb\xbf", TEXT.as_bytes()].concat(), "UTF-8"),
        (le(&[0xff, 0xfe]), "UTF-16LE"),
        (be, "UTF-16BE"),
        // ① and ㈱ are in CP932 only, not in the standard's Shift_JIS.
        (SHIFT_JIS.encode(TEXT).0.into_owned(), "Shift_JIS"),
    ];
    for (bytes, name) in files {
        let tables = csv(&bytes);
        assert_eq!(tables.format, Format::Text { encoding: name, delimiter: ',' });
        assert_eq!(rows(&tables.sheets[0]), [["名称", "メーカー"], ["ｻｰﾊﾞ①", "㈱吉野"]], "{name}");
    }
}

#[test]
fn rare_characters_and_full_width_digits_stay_what_they_are() {
    let tables = csv("名称,番号\n𠮷田の端末,１２３\n".as_bytes());
    assert_eq!(rows(&tables.sheets[0])[1], ["𠮷田の端末", "１２３"]);
}

#[test]
fn the_separator_is_found_also_when_others_stand_in_the_cells() {
    let delimiter = |text: &str, name: &str| match read(text.as_bytes(), name).expect("readable").format {
        Format::Text { delimiter, .. } => delimiter,
        Format::Workbook => panic!("a text"),
    };
    assert_eq!(delimiter("名称;備考\nA;一,二,三\nB;四\n", "a.csv"), ';');
    assert_eq!(delimiter("名称\t備考\nA\t一,二\n", "a.txt"), '\t');
    assert_eq!(delimiter("名称,備考\nA,\"x;y;z;w\"\n", "a.csv"), ',');
    assert_eq!(delimiter("名称\nA\n", "a.csv"), ',');
}

#[test]
fn rows_keep_their_numbers_with_blank_lines_and_line_breaks_inside_cells() {
    let tables = csv("一覧\r\n\r\n名称,備考\r\nA,\"一行目\r\n二行目\"\r\n\r\n\r\nB,x\r\n".as_bytes());
    let sheet = &tables.sheets[0];
    assert_eq!(sheet.cell(0, 0), "一覧");
    assert_eq!(sheet.cell(2, 0), "名称");
    assert_eq!(sheet.cell(3, 1), "一行目\n二行目");
    assert_eq!(sheet.cell(6, 0), "B", "{:?}", sheet.rows);
}

#[test]
fn a_formula_is_text_in_a_text_file() {
    let tables = csv("名称,備考\n=1+1,@SUM(A1)\n+81,-5\n".as_bytes());
    assert_eq!(rows(&tables.sheets[0])[1..], [["=1+1", "@SUM(A1)"], ["+81", "-5"]]);
}

#[test]
fn a_workbook_is_read_as_it_is_shown() {
    let mut workbook = Workbook::new();
    let date = Style::new().set_num_format("yyyy/m/d");
    let era = Style::new().set_num_format("[$-411]ggge\"年\"m\"月\"d\"日\"");
    let stamp = Style::new().set_num_format("yyyy/m/d h:mm");
    let day = ExcelDateTime::from_ymd(2026, 11, 21).expect("a day");
    let sheet = workbook.add_worksheet().set_name("機器").expect("a name");
    sheet.write(0, 0, "名称").expect("written");
    sheet.write(2, 0, 8.0).expect("written");
    sheet.write(2, 1, 0.1 + 0.2).expect("written");
    sheet.write_with_format(2, 2, &day, &date).expect("written");
    sheet.write_with_format(2, 3, &day, &era).expect("written");
    sheet.write_with_format(2, 4, day.clone().and_hms(9, 30, 0).expect("a time"), &stamp).expect("written");
    sheet.write(2, 5, true).expect("written");
    sheet.write(2, 6, Formula::new("=HYPERLINK(\"http://x\")").set_result("見えている値")).expect("written");
    sheet.write(2, 7, 4_987_654_321_012_i64).expect("written");
    workbook.add_worksheet().set_name("空").expect("a name");
    let tables = read(&workbook.save_to_buffer().expect("a workbook"), "list.xlsx").expect("read");
    let sheet = tables.sheet("機器").expect("there");
    assert!(sheet.rows[1].is_empty());
    assert_eq!(
        rows(sheet)[2],
        ["8", "0.3", "2026-11-21", "2026-11-21", "2026-11-21 09:30", "TRUE", "見えている値", "4987654321012"]
    );
    assert_eq!(sheet.formulas.iter().copied().collect::<Vec<_>>(), [(2, 6)]);
    assert_eq!(tables.sheet("ない").map(|sheet| sheet.name.as_str()), Some("機器"));
}

proptest! {
    #[test]
    fn what_is_written_as_csv_is_read_back(
        cells in prop::collection::vec(prop::collection::vec("[a-zあ-ん𠮷㈱ｱ,;\"\\n]{1,8}", 2..5), 1..20)
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &cells {
            writer.write_record(row).expect("written");
        }
        let bytes = writer.into_inner().expect("bytes");
        // A file of blank cells only is refused, which is right.
        if let Ok(tables) = read(&bytes, "a.csv") {
            for (at, row) in cells.iter().enumerate() {
                for (column, cell) in row.iter().enumerate() {
                    let expected = if cell.trim().is_empty() { "" } else { cell.as_str() };
                    prop_assert_eq!(tables.sheets[0].cell(at, column), expected);
                }
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, "a.csv");
        let _ = hakutaku_discovery::ldif::read(&bytes);
        let _ = hakutaku_discovery::accounts::read_accounts(&bytes, "a.csv", None);
    }
}
