//! What vendors hand in.

use hakutaku_documents::disclosure::{DisclosureRefused, Mapping, read_mds2, read_rows};
use hakutaku_documents::vendor_workbook::{
    RequestItem, RequestSheet, RowVerdict, read_request_workbook, request_workbook,
};
use hakutaku_model::text::Lang;
use hakutaku_model::vendor_answers::Reply;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn book(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(*cells) {
            sheet.write_string(row, column, *text).expect("written");
        }
    }
    workbook.save_to_buffer().expect("saved")
}

#[test]
fn an_mds2_is_read_by_its_printed_ids() {
    let catalogue = hakutaku_catalog::embedded().expect("loads");
    let bytes = book(&[
        &["Manufacturer Disclosure Statement"],
        &["Question ID", "Question", "", "See note"],
        &["DOC-1", "Manufacturer Name", "Minato"],
        &["ALOF-1", "Can the device be configured …", "Yes", "15 minutes"],
        &["AUDT-1.1", "Does the audit log …", "No"],
        &["XXXX-9", "An invention", "Yes"],
    ]);
    let read = read_mds2(&bytes, &catalogue.mds2).expect("reads");
    let line = |id: &str| read.lines.iter().find(|line| line.id == id).expect("is there");
    assert_eq!((line("ALOF-1").reply, line("ALOF-1").text.as_str()), (Some(Reply::Yes), "15 minutes"));
    assert_eq!(line("AUDT-1.1").reply, Some(Reply::No));
    assert_eq!((line("DOC-1").reply, line("DOC-1").text.as_str()), (None, "Minato"));
    assert_eq!(read.unknown, [("Sheet1!A6".to_owned(), "XXXX-9".to_owned())]);
    assert_eq!(read.missing.len(), 237);
    let twice = book(&[&["ALOF-1", "a", "Yes"], &["ALOF-1", "a", "No"]]);
    assert!(matches!(read_mds2(&twice, &catalogue.mds2), Err(DisclosureRefused::Twice { .. })));
    assert_eq!(read_mds2(&book(&[&["no ids"]]), &catalogue.mds2), Err(DisclosureRefused::NothingFound));
    assert!(matches!(read_mds2(b"MZ not a sheet", &catalogue.mds2), Err(DisclosureRefused::File(_))));
}

#[test]
fn any_disclosure_is_read_by_a_mapping() {
    let bytes = book(&[
        &["MDS/SDS"],
        &["番号", "質問", "回答", "備考"],
        &["1", "見出し"],
        &["1.1", "ログを残すか", "はい", ""],
        &["1.2", "暗号化するか", "いいえ", "次の版で"],
        &["1.3", "遠隔保守", "=1+1", ""],
    ]);
    let mapping = Mapping { sheet: String::new(), first_row: 3, number: 1, question: 2, answer: 3, remark: 4 };
    let read = read_rows(&bytes, &mapping).expect("reads");
    let found: Vec<_> = read.lines.iter().map(|line| (line.id.as_str(), line.reply, line.text.as_str())).collect();
    assert_eq!(found, [("1.1", Some(Reply::Yes), ""), ("1.2", Some(Reply::No), "次の版で"), ("1.3", None, "")]);
    assert_eq!(read.lines[1].question, "暗号化するか");
    assert_eq!(read.unknown, [("Sheet1!C6".to_owned(), "=1+1".to_owned())]);
    let elsewhere = Mapping { sheet: "別".into(), ..mapping };
    assert!(matches!(read_rows(&bytes, &elsewhere), Err(DisclosureRefused::NoSheet(_))));
}

fn request() -> RequestSheet {
    RequestSheet {
        title: "事業者確認用".into(),
        facility: "白沢".into(),
        vendor: "みなと".into(),
        due: "2026年12月1日".into(),
        identity: "who asks what".into(),
        signature: "abcd".into(),
        items: ["a", "b", "c", "d"]
            .map(|id| RequestItem {
                id: id.into(),
                group: "servers".into(),
                text: "=SUM(A1)".into(),
                ..RequestItem::default()
            })
            .to_vec(),
        ..RequestSheet::default()
    }
}

#[test]
fn a_blank_request_comes_back_with_its_identity_and_nothing_filled_in() {
    let bytes = request_workbook(&request(), Lang::Ja).expect("writes");
    let read = read_request_workbook(&bytes).expect("reads");
    assert_eq!((read.identity.as_str(), read.signature.as_str()), ("who asks what", "abcd"));
    assert_eq!(read.rows.len(), 4);
    assert!(read.rows.iter().all(|row| row.verdict == RowVerdict::Empty));
    assert!(matches!(read_request_workbook(&book(&[&["x"]])), Err(DisclosureRefused::File(_))));
}

#[test]
fn a_filled_request_has_a_verdict_for_every_row() {
    let mut workbook = Workbook::new();
    let own = workbook.add_worksheet();
    let rows = [("hakutaku-vendor-request", ""), ("format", "1"), ("identity", "who"), ("signature", "ab")];
    for (row, (key, value)) in (0_u32..).zip(rows) {
        own.write_string(row, 0, key).expect("written").write_string(row, 1, value).expect("written");
    }
    let person = workbook.add_worksheet();
    person.write_string(0, 0, "氏名").expect("written").write_string(0, 1, "田中 𠮷郎").expect("written");
    let sheet = workbook.add_worksheet();
    let head = ["項目ID", "区分ID", "回答", "確認日", "備考"];
    for (column, text) in (0_u16..).zip(head) {
        sheet.write_string(0, column, text).expect("written");
    }
    for (row, (id, answer)) in
        (1_u32..).zip([("a", "はい"), ("b", "いいえ"), ("c", "たぶん"), ("a", "いいえ"), ("d", "はい")])
    {
        sheet.write_string(row, 0, id).expect("written").write_string(row, 1, "servers").expect("written");
        sheet.write_string(row, 2, answer).expect("written");
    }
    let day = ExcelDateTime::from_ymd(2026, 11, 21).expect("a day");
    sheet.write_datetime_with_format(1, 3, &day, &Format::new().set_num_format("yyyy-mm-dd")).expect("written");
    sheet.write_string(2, 3, "令和8年11月20日").expect("written");
    sheet.write_string(5, 3, "きのう").expect("written");
    let read = read_request_workbook(&workbook.save_to_buffer().expect("saved")).expect("reads");
    let verdicts: Vec<_> = read.rows.iter().map(|row| row.verdict.clone()).collect();
    let not_a_date = RowVerdict::NotADate("きのう".into());
    let not_an_answer = RowVerdict::NotAnAnswer("たぶん".into());
    assert_eq!(verdicts, [RowVerdict::Read, RowVerdict::Read, not_an_answer, RowVerdict::Twice, not_a_date]);
    assert_eq!(read.draft.signer.name, "田中 𠮷郎");
    let days: Vec<_> = read.draft.sheet.lines.iter().map(|line| line.on.map(|on| on.to_string())).collect();
    assert_eq!(days, [Some("2026-11-21".to_owned()), Some("2026-11-20".to_owned())]);
}
