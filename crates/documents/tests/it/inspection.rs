//! The inspection pack as paper and archive.

use crate::tools::PdfFile;
use hakutaku_documents::inspection::{Archive, Evidence, InspectionPack, Ledger, inspection_pdf};
use hakutaku_model::inspection::{Fix, Kind, MissingItem, VendorForm};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::Ts;
use jiff::civil::date;
use sha2::{Digest as _, Sha256};
use std::io::{Cursor, Read as _};

fn pack() -> InspectionPack {
    let item = |kind, ja: &str| MissingItem { kind, what: Text::new(ja, ja), fix: Fix::Forms };
    InspectionPack {
        lang: Lang::Ja,
        facility: "白沢記念病院".to_owned(),
        made: Ts::try_from("2026-11-21T00:00:00Z".to_owned()).expect("valid"),
        prepared_by: "佐藤 健".to_owned(),
        missing: vec![
            item(Kind::BlankFirstRound, "2-① 機器の台帳（サーバ）"),
            item(Kind::BlankFirstRound, "2-② 遠隔保守（医療情報システム全般）"),
            item(Kind::VendorForm, "メディ電子: 期限（2026-10-31）を過ぎています。"),
        ],
        forms: Vec::new(),
        contacts: None,
        ledger: Some(Ledger {
            total: 2,
            by_kind: vec![(Text::new("サーバ", "Servers"), 2)],
            columns: vec!["名称".to_owned()],
            rows: vec![vec!["=HYPERLINK(1)".to_owned()], vec!["サーバ2".to_owned()]],
        }),
        vendors: Some(vec![VendorForm {
            vendor: "メディ電子".to_owned(),
            returned: None,
            asked: Some(date(2026, 10, 1)),
            due: Some(date(2026, 10, 31)),
        }]),
        evidence: vec![evidence("../../台帳.xlsx"), evidence("台帳.xlsx")],
    }
}

fn evidence(name: &str) -> Evidence {
    Evidence {
        name: name.to_owned(),
        sha256: hex::encode(Sha256::digest(b"content")),
        size: 7,
        by: "佐藤 健".to_owned(),
        at: Ts::try_from("2026-11-20T00:00:00Z".to_owned()).expect("valid"),
        items: vec!["2-①".to_owned()],
    }
}

#[test]
fn the_paper_says_first_what_is_missing_and_what_is_absent() {
    let pdf = inspection_pdf(&pack()).expect("a paper");
    if let Ok(path) = std::env::var("HAKUTAKU_KEEP_PDF") {
        std::fs::write(path, &pdf.bytes).expect("kept");
    }
    assert!(pdf.notices.is_empty(), "{:?}", pdf.notices);
    let text = PdfFile::new(&pdf.bytes).run_on_text();
    let at = |words: &str| text.rfind(words).unwrap_or_else(|| panic!("{words} in {text}"));
    assert!(at("1回目の日付が空欄") < at("チェックリストはまだありません"));
    assert!(text.contains("連絡体制図はまだありません"));
    assert!(text.contains("未着") && text.contains("白沢記念病院"));
}

#[test]
fn the_archive_has_safe_names_a_manifest_that_is_true_and_says_what_is_left_out() {
    let pack = pack();
    let mut archive = Archive::begin(&pack).expect("begun");
    for file in &pack.evidence {
        archive.add(file, b"content").expect("added");
    }
    assert!(!archive.has_room(100 << 20));
    archive.leave_out(&evidence("大きい.mp4"));
    let bytes = archive.finish().expect("finished");
    let mut zip = zip::ZipArchive::new(Cursor::new(&bytes)).expect("an archive");
    let mut read = |name: &str| {
        let mut content = Vec::new();
        zip.by_name(name).unwrap_or_else(|_| panic!("{name}")).read_to_end(&mut content).expect("readable");
        content
    };
    let sums = String::from_utf8(read("SHA256SUMS")).expect("UTF-8");
    assert_eq!(sums.lines().count(), 8, "{sums}");
    for line in sums.lines() {
        let (hash, name) = line.split_once("  ").expect("hash and name");
        assert_eq!(hex::encode(Sha256::digest(read(name))), hash, "{name}");
        assert!(!name.contains("..") && !name.starts_with('/'), "{name}");
    }
    assert!(sums.contains("05_証拠/ed7002b4_台帳 (2).xlsx"), "{sums}");
    assert!(String::from_utf8(read("README.txt")).expect("UTF-8").contains("大きい.mp4"));
    assert!(String::from_utf8(read("03_機器台帳.csv")).expect("UTF-8").contains("'=HYPERLINK"));
}
