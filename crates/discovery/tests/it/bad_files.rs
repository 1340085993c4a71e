//! Files that are not taken, each with the sentence a person reads.

use hakutaku_discovery::tables::read;
use hakutaku_model::text::Lang;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A workbook whose only cell is far down or far out.
fn far(row: u32, column: u16) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(row, column, "遠い").expect("written");
    workbook.save_to_buffer().expect("a workbook")
}

/// An entry whose directory promises more than is taken.
fn claiming_201_mb() -> Vec<u8> {
    let mut file = archive(&[("xl/workbook.xml", &[b' '; 123_457])]);
    let (true_size, claimed) = (123_457_u32.to_le_bytes(), (201_u32 << 20).to_le_bytes());
    let mut at = 0;
    while let Some(found) = file[at..].windows(4).position(|window| window == true_size) {
        file[at + found..at + found + 4].copy_from_slice(&claimed);
        at += found + 4;
    }
    file
}

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

#[test]
fn every_bad_file_is_refused_with_a_sentence_in_both_languages() {
    let compound = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let encrypted: Vec<u8> = compound
        .into_iter()
        .chain([0; 600])
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let half = {
        let whole = far(3, 3);
        whole[..whole.len() / 2].to_vec()
    };
    let long_csv = "a,b\n".repeat(100_100);
    let wide_csv = format!("{}x\n", "a,".repeat(300));
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing.csv", Vec::new(), "ファイルが空です。"),
        ("blank.csv", b"\n ,\n\n".to_vec(), "ファイルに何も書かれていません。"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec(), "表のファイルではありません。"),
        ("paper.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), "表のファイルではありません。"),
        ("euc.csv", b"\xb4\xc9\xcd\xfd,a\n\xff\xfe,b\n".to_vec(), "1行目の文字が読めません"),
        ("old.xls", [&compound[..], &[0; 600]].concat(), "古い形式（xls）です。"),
        ("locked.xlsx", encrypted, "パスワードで保護されています。"),
        ("half.xlsx", half, "ファイルが壊れていて読めません。"),
        ("some.zip", archive(&[("a.txt", b"a")]), "Excelのファイル（xlsx）ではありません。"),
        ("list.ods", archive(&[("mimetype", b"a"), ("content.xml", b"<a/>")]), "OpenDocument形式です。"),
        (
            "list.xlsm",
            archive(&[("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"x")]),
            "マクロの入ったファイルは取り込めません。",
        ),
        ("broken.xlsx", archive(&[("xl/workbook.xml", b"<a><b>")]), "ファイルが壊れていて読めません。"),
        ("bomb.xlsx", claiming_201_mb(), "展開すると大きくなりすぎるファイルです（200MBまで）。"),
        ("large.xlsx", [b"PK".to_vec(), vec![0; 20 << 20]].concat(), "ファイルが大きすぎます（20MBまで）。"),
        ("large.csv", vec![b'a'; (20 << 20) + 1], "ファイルが大きすぎます（20MBまで）。"),
        ("million.xlsx", far(1_048_575, 0), "「Sheet1」シート：行が多すぎます（100000行まで）。"),
        ("long.csv", long_csv.into_bytes(), "行が多すぎます（100000行まで）。"),
        ("wide.xlsx", far(4, 16_383), "「Sheet1」シート：5行目の列が多すぎます（300列まで）。"),
        ("wide.csv", wide_csv.into_bytes(), "1行目の列が多すぎます（300列まで）。"),
        (
            "open quote.csv",
            format!("名称,備考\nA,\"閉じない{}", "あ\n".repeat(20_000)).into_bytes(),
            "2行2列のセルが長すぎます（32767文字まで）。",
        ),
    ];
    for (name, bytes, sentence) in table {
        let refused = read(&bytes, name).expect_err(name);
        assert!(refused.sentence(Lang::Ja).starts_with(sentence), "{name}: {}", refused.sentence(Lang::Ja));
        let english = refused.sentence(Lang::En);
        assert!(!english.chars().any(|c| ('\u{3040}'..='\u{9fff}').contains(&c)), "{name}: {english}");
        assert!(!refused.text().is_incomplete(), "{name}");
    }
}

#[test]
fn a_sheet_that_claims_a_million_rows_is_read_by_what_it_holds() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "名称").expect("written");
    sheet.write(1, 0, "PC").expect("written");
    // A border dragged to the last row: cells, but nothing in them.
    sheet.write_blank(1_048_575, 16_383, &rust_xlsxwriter::Format::new().set_bold()).expect("written");
    let tables = read(&workbook.save_to_buffer().expect("a workbook"), "list.xlsx").expect("read");
    assert_eq!(tables.sheets[0].rows.len(), 2);
}

#[test]
fn a_file_that_ends_within_a_character_is_refused() {
    let mut bytes = utf16("名称,場所\nPC,3階\n");
    bytes.pop();
    assert!(read(&bytes, "a.csv").is_err());
}
