//! Files that are not taken, each with the sentence a person reads.

use crate::fixture::{catalogue, made, questionnaire};
use hakutaku_discovery::file_guard::FileRefused;
use hakutaku_documents::{Header, ImportRefused, questionnaire_workbook, read_workbook};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::text::Lang;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Read as _, Write as _};
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

fn ours(questionnaire: &Questionnaire) -> Vec<u8> {
    let header = Header { facility: None, fiscal_year: None, made: made() };
    questionnaire_workbook(questionnaire, None, Lang::Ja, &header).expect("a workbook")
}

fn foreign() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "売上").expect("written");
    workbook.save_to_buffer().expect("a workbook")
}

/// Our marks, but no sheet to fill.
fn marked(format: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let pairs =
        [("hakutaku-workbook", ""), ("format", format), ("questionnaire", "hospital-it"), ("edition", "2026.1")];
    for (row, (key, value)) in (0_u32..).zip(pairs) {
        sheet.write(row, 0, key).expect("written");
        sheet.write(row, 1, value).expect("written");
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// An entry that unpacks to 40 MiB while the directory says 100 bytes.
fn lying_bomb() -> Vec<u8> {
    let honest = archive(&[("xl/workbook.xml", &[b' '; 40 << 20])]);
    let size = (40_u32 << 20).to_le_bytes();
    let mut lying = honest;
    let mut at = 0;
    while let Some(found) = lying[at..].windows(4).position(|window| window == size) {
        lying[at + found..at + found + 4].copy_from_slice(&100_u32.to_le_bytes());
        at += found + 4;
    }
    lying
}

#[test]
fn every_bad_file_is_refused_with_a_sentence_in_both_languages() {
    let catalogue = catalogue(3);
    let form = questionnaire(&catalogue);
    let compound = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    let encrypted: Vec<u8> = compound
        .into_iter()
        .chain([0; 600])
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let damaged = {
        let whole = ours(form);
        whole[..whole.len() / 2].to_vec()
    };
    let many: Vec<(String, &[u8])> = (0..2_001).map(|n| (format!("e{n}"), &b""[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("nothing", Vec::new(), "ファイルが空です。"),
        ("a text", b"question,answer\n1,2\n".to_vec(), "Excelのファイル（xlsx）ではありません。"),
        ("an old xls", [&compound[..], &[0; 600]].concat(), "古い形式（xls）です。"),
        ("a password", encrypted, "パスワードで保護されています。"),
        ("half a file", damaged, "ファイルが壊れていて読めません。"),
        ("some archive", archive(&[("a.txt", b"a")]), "Excelのファイル（xlsx）ではありません。"),
        ("OpenDocument", archive(&[("mimetype", b"a"), ("content.xml", b"<a/>")]), "OpenDocument形式です。"),
        (
            "macros",
            archive(&[("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"x")]),
            "マクロの入ったファイルは取り込めません。",
        ),
        ("broken XML", archive(&[("xl/workbook.xml", b"<a><b>")]), "ファイルが壊れていて読めません。"),
        (
            "an honest bomb",
            archive(&[("xl/workbook.xml", &[b' '; 40 << 20])]),
            "展開すると大きくなりすぎるファイルです（64MBまで）。",
        ),
        ("too many entries", archive(&many), "展開すると大きくなりすぎるファイルです"),
        ("too large", vec![b'P'; (10 << 20) + 1], "ファイルが大きすぎます（10MBまで）。"),
        ("somebody else's workbook", foreign(), "このシステムから書き出したファイルではありません。"),
        ("a newer format", marked("2"), "新しい版のシステムで作られたファイルです。"),
        ("no sheet to fill", marked("1"), "「回答」のシート、または見出しの行（質問番号・回答）が見つかりません。"),
    ];
    for (name, bytes, sentence) in table {
        let refused = read_workbook(&bytes, form, None).expect_err(name);
        assert!(refused.sentence(Lang::Ja).starts_with(sentence), "{name}: {}", refused.sentence(Lang::Ja));
        assert!(refused.sentence(Lang::En).is_ascii() || refused.sentence(Lang::En).contains('–'), "{name}");
    }
}

#[test]
fn a_directory_that_lies_about_sizes_does_not_get_its_bytes_unpacked() {
    let catalogue = catalogue(3);
    let refused = read_workbook(&lying_bomb(), questionnaire(&catalogue), None).expect_err("a bomb");
    assert!(matches!(refused, ImportRefused::File(FileRefused::Bomb { .. } | FileRefused::Damaged(_))), "{refused:?}");
}

#[test]
fn another_questionnaire_and_another_edition_are_told_apart() {
    let catalogue = catalogue(3);
    let form = questionnaire(&catalogue);
    let file = ours(form);
    let mut other = form.clone();
    other.id = "executive".into();
    let refused = read_workbook(&file, &other, None).expect_err("another form");
    assert_eq!(
        refused.sentence(Lang::Ja),
        "別の質問票のファイルです（ファイル: hospital-it、いま開いているもの: executive）。質問票を確かめてください。"
    );
    let mut later = form.clone();
    later.edition = "2027.1".into();
    let refused = read_workbook(&file, &later, None).expect_err("another edition");
    assert_eq!(refused, ImportRefused::OtherEdition { found: "2026.1".into(), expected: "2027.1".into() });
}

/// The entries of an archive.
fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("read");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
}

#[test]
fn a_scratch_anywhere_in_a_good_file_is_read_or_refused_and_never_a_panic() {
    let catalogue = catalogue(1);
    let form = questionnaire(&catalogue);
    let good = entries(&ours(form));
    let mut seed = 1_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    for _ in 0..400 {
        let mut scratched = good.clone();
        let entry = random(scratched.len());
        let content = &mut scratched[entry].1;
        for _ in 0..=random(4) {
            let at = random(content.len());
            match random(4) {
                0 => content[at] = b"<>\"=/&;09A"[random(10)],
                1 => content[at] ^= 1 << random(8),
                2 => content.truncate(at.max(1)),
                _ => {
                    let piece = content[at..(at + 20).min(content.len())].to_vec();
                    content.splice(at..at, piece);
                }
            }
        }
        let file: Vec<(&str, &[u8])> =
            scratched.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        if let Err(refused) = read_workbook(&archive(&file), form, None) {
            assert!(!refused.sentence(Lang::Ja).is_empty());
        }
    }
}
