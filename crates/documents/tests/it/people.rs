//! The attendance list, the certificate and the director's page about published cases.

use hakutaku_documents::{
    AttendanceSheet, Certificate, Header, JoinCode, attendance_sheet_pdf, cases_pdf, certificate_pdf,
};
use hakutaku_model::cases::{Ground, walk};
use hakutaku_model::facts::{BackupFacts, ConnectionFacts, ControlFact, FactSheet};
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_model::training::Part;
use jiff::civil::date;

fn header() -> Header {
    Header {
        facility: Some("白沢記念病院".to_owned()),
        fiscal_year: None,
        made: Ts::from_micros(1_795_000_000_000_000),
    }
}

#[test]
fn the_list_to_sign_is_archival_with_and_without_a_code() {
    let qr = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="100%" height="100%" fill="#fff"/><path fill="#000" d="M1 1h3v3h-3z"/></svg>"##;
    let mut sheet = AttendanceSheet {
        course: "全職員研修 <#1> $x$".into(),
        held_on: date(2026, 6, 10),
        place: "講堂".into(),
        teacher: "藤森 律子".into(),
        parts: vec![Part::Attend, Part::Quiz, Part::Agree],
        agreement: "患者さんの情報を持ち出しません。".into(),
        people: (1..=80).map(|n| [n.to_string(), format!("職員 {n}"), "3階病棟".into()]).collect(),
        join: Some(JoinCode {
            address: "http://localhost:8787/join/ABC234".into(),
            code: "ABC234".into(),
            qr: qr.into(),
        }),
    };
    for lang in [Lang::Ja, Lang::En] {
        let pdf = attendance_sheet_pdf(&sheet, lang, &header()).expect("made");
        assert!(pdf.pages > 1 && pdf.notices.is_empty(), "{:?}", pdf.notices);
    }
    sheet.join = None;
    sheet.people.clear();
    assert_eq!(attendance_sheet_pdf(&sheet, Lang::Ja, &header()).expect("made").pages, 1);
}

#[test]
fn a_certificate_is_one_page() {
    let certificate = Certificate {
        name: "𠮷岡 誠".into(),
        department: "事務部".into(),
        number: "0042".into(),
        course: "全職員研修".into(),
        year: "令和8年度（2026年度）".into(),
        on: date(2026, 6, 10),
        parts: vec![Part::Attend, Part::Quiz],
        teacher: String::new(),
    };
    for lang in [Lang::Ja, Lang::En] {
        let pdf = certificate_pdf(&certificate, lang, &header()).expect("made");
        assert_eq!((pdf.pages, pdf.notices.len()), (1, 0));
    }
}

#[test]
fn all_cases_fit_on_one_page_whatever_is_known() {
    let catalogue = hakutaku_catalog::embedded().expect("loads");
    let answer = |level| ControlFact {
        level: Level::new(level).expect("0-3"),
        day: date(2026, 6, 1),
        question: "it-network-01".into(),
    };
    let all = |level| FactSheet {
        answers: catalogue.controls.keys().map(|id| (id.clone(), answer(level))).collect(),
        connections: Some(ConnectionFacts { total: 8, without_two_factor: 3, ..ConnectionFacts::default() }),
        backups: Some(BackupFacts { systems: 4, offline: 2, ..BackupFacts::default() }),
        ..FactSheet::default()
    };
    for facts in [FactSheet::default(), all(0), all(3)] {
        let ground = Ground { facts: &facts, lines: &[], today: date(2026, 11, 21) };
        let walks: Vec<_> = catalogue.cases.iter().map(|case| walk(case, &ground, &catalogue)).collect();
        for lang in [Lang::Ja, Lang::En] {
            let pdf = cases_pdf(&walks, lang, &header()).expect("one page");
            assert_eq!(pdf.notices, []);
        }
    }
}
