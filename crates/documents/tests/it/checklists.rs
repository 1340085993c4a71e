//! The official forms on paper and as sheets.

use crate::fixture::made;
use crate::papers::is_a_proper_paper;
use crate::tools::{rows, saved_by_libreoffice};
use calamine::Data;
use hakutaku_documents::{Header, checklist_pdf, checklist_workbook};
use hakutaku_model::checklist::{
    FormGround, FormKind, FormView, ItemAnswer, ItemKey, Mark, Round, VendorHead, editions,
};
use hakutaku_model::facts::FactSheet;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use jiff::civil::date;

/// The form of fiscal year 2025 with two answers.
fn view() -> FormView {
    let catalogue = hakutaku_catalog::embedded().expect("loads");
    let id = |n: u8| -> RecordId { format!("0193a1b2-0000-7000-8000-0000000000{n:02}").parse().expect("a uuid") };
    let answer = |item: &str, group: &str, first, target, second, remark: &str| ItemAnswer {
        key: ItemKey {
            edition: "r7".to_owned(),
            form: FormKind::Hospital,
            item: item.to_owned(),
            group: group.to_owned(),
            vendor: None,
        },
        first: Some(first),
        target,
        second,
        saw: None,
        remark: remark.to_owned(),
        documents: Vec::new(),
    };
    let no = Round { mark: Mark::No, on: date(2025, 6, 1) };
    let yes = Round { mark: Mark::Yes, on: date(2025, 11, 3) };
    let answers = [
        answer("mhlw-r7-hospital-1-01", "governance", yes, None, None, "𠮷田事務長"),
        answer(
            "mhlw-r7-hospital-2-01-sys",
            "system-wide",
            no,
            Some(date(2026, 2, 28)),
            Some(yes),
            "=HYPERLINK(\"http://x\")",
        ),
    ];
    let kept = |(n, body)| Kept {
        id: id(n),
        version: 1,
        body,
        created_at: Ts::from_micros(0),
        changed_at: Ts::from_micros(0),
        changed_by: "佐藤".to_owned(),
        retired_at: None,
    };
    let ground = FormGround {
        editions: editions(&catalogue, &[]),
        answers: (1_u8..).zip(answers).map(kept).collect(),
        vendors: vec![VendorHead { id: id(90), name: "甲".to_owned(), contracted: true }],
        facts: FactSheet::default(),
        today: date(2025, 11, 21),
    };
    ground.view(&catalogue, "r7", FormKind::Hospital, None).expect("there")
}

fn header() -> Header {
    Header {
        facility: Some("𠮷野会白沢記念病院".to_owned()), fiscal_year: Some(FiscalYear(2025)), made: made()
    }
}

#[test]
fn the_paper_shows_marks_days_and_what_must_be_looked_up() {
    let view = view();
    if let Some(folder) = std::env::var_os("KEEP_PAPERS").map(std::path::PathBuf::from) {
        let pdf = checklist_pdf(&view, Lang::Ja, &header()).expect("a paper");
        std::fs::write(folder.join("form.pdf"), pdf.bytes).expect("written");
        std::fs::write(folder.join("form.xlsx"), checklist_workbook(&view, Lang::Ja, &header()).expect("a book"))
            .expect("written");
    }
    for (lang, words) in [
        (
            Lang::Ja,
            [
                "○はい",
                "×いいえ",
                "令和7年6月1日",
                "令和8年2月28日",
                "2-①",
                "𠮷田事務長",
                "推定です",
                "公式の文言ではありません",
            ],
        ),
        (
            Lang::En,
            ["○Yes", "×No", "1June2025", "28February2026", "2-①", "𠮷田事務長", "isinferred", "nottheofficialwording"],
        ),
    ] {
        let text = is_a_proper_paper(&checklist_pdf(&view, lang, &header()).expect("a paper"), lang).run_on_text();
        for word in words {
            assert!(text.contains(word), "{word} in\n{text}");
        }
        for (item, _) in view.lines() {
            let summary: String = item.summary.get(lang).split_whitespace().collect();
            assert!(text.contains(&summary), "{summary}");
        }
    }
}

#[test]
fn the_sheet_holds_real_days_and_no_formula_also_after_libreoffice() {
    let view = view();
    let book = checklist_workbook(&view, Lang::Ja, &header()).expect("a workbook");
    assert_eq!(
        book,
        checklist_workbook(&view, Lang::Ja, &header()).expect("a workbook"),
        "the same form, the same bytes"
    );
    for bytes in [book.clone(), saved_by_libreoffice(&book)] {
        let rows = rows(&bytes, "様式");
        let head = rows.iter().position(|row| row[0] == Data::String("番号".to_owned())).expect("a header");
        assert_eq!(rows[head + 1..].iter().filter(|row| row[1] != Data::Empty).count(), 20);
        let row = rows.iter().find(|row| row[0] == Data::String("2-①".to_owned())).expect("2-①");
        let day = |at: usize| match &row[at] {
            Data::DateTime(day) => day.as_f64(),
            // The reader does not know the format with the era, but a day is a number to it all the same.
            Data::Float(day) => *day,
            other => panic!("{other:?} is no day"),
        };
        // Days since the end of 1899: 1 June 2025, 28 February 2026, 3 November 2025.
        assert_eq!([day(5), day(6), day(8)], [45809.0, 46081.0, 45964.0]);
        assert_eq!((row[4].to_string(), row[7].to_string()), ("いいえ".to_owned(), "はい".to_owned()));
        assert_eq!(row[9], Data::String("=HYPERLINK(\"http://x\")".to_owned()), "text, never run");
    }
}
