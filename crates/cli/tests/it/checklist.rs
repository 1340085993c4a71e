//! `hakutaku checklist export`: the official forms as filled in.

use crate::program::{path_text, run, stderr};
use hakutaku_model::checklist::{FormKind, ItemAnswer, ItemKey, Mark, Round};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::record::RecordId;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor::{Contract, Engagement};
use hakutaku_store::{Act, DatabaseUrl, OpenOptions, Store};
use serde_json::Value;
use std::path::Path;

/// A hospital with one answer and one vendor: their ids.
fn hospital(data: &Path) -> (String, String) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = OpenOptions { data: data.to_owned(), database: DatabaseUrl::Sqlite };
        let store = Store::open(options).await.expect("opens");
        let now = Ts::from_micros(jiff::Timestamp::now().as_microsecond());
        let act = Act::system(now);
        let profile = FacilityProfile {
            name: "白沢記念病院".to_owned(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 10,
        };
        let facility = store.create_facility(&act, &profile, &[]).await.expect("created").id;
        let key = ItemKey {
            edition: "r7".to_owned(),
            form: FormKind::Hospital,
            item: "mhlw-r7-hospital-2-01-sys".to_owned(),
            group: "system-wide".to_owned(),
            vendor: None,
        };
        let answer = ItemAnswer {
            key,
            first: Some(Round { mark: Mark::No, on: now.date_in_japan() }),
            target: None,
            second: None,
            saw: None,
            remark: "=1+1".to_owned(),
            documents: Vec::new(),
        };
        store.add_record(&act, facility, &answer).await.expect("kept");
        let vendor = Engagement {
            company: RecordId("0193a1b2-0000-7000-8000-000000000009".parse().expect("a uuid")),
            name: "医療システム甲".to_owned(),
            contact: Default::default(),
            emergency: Default::default(),
            contracts: vec![Contract::default()],
            products: Vec::new(),
            data: Vec::new(),
            subprocessors: Vec::new(),
            note: String::new(),
        };
        let vendor = store.add_record(&act, facility, &vendor).await.expect("kept").id;
        (facility.to_string(), vendor.to_string())
    })
}

#[test]
fn a_form_is_written_as_json_workbook_and_paper() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (facility, vendor) = hospital(&data);
    let base = |form: &str, format: &str| {
        let words = ["checklist", "export", "--edition", "mhlw-r7", "--form", form, "--format", format, "--data"];
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.extend([path_text(&data).to_owned(), "--facility".to_owned(), facility.clone()]);
        words
    };
    let export = |words: Vec<String>| run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let done = export(base("hospital", "json"));
    assert!(done.status.success(), "{}", stderr(&done));
    let json: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(
        (json["schema"].as_str(), json["facility"].as_str()),
        (Some("hakutaku-checklist/1"), Some("白沢記念病院"))
    );
    let line = json["items"].as_array().expect("items").iter().find(|item| item["number"] == "2-①").expect("2-①");
    assert_eq!((line["state"].as_str(), line["remark"].as_str()), (Some("no-without-target"), Some("=1+1")));

    for (format, magic) in [("xlsx", b"PK\x03\x04".as_slice()), ("pdf", b"%PDF")] {
        let out = folder.path().join(format!("form.{format}"));
        let mut words = base("hospital", format);
        words.extend(["--out".to_owned(), path_text(&out).to_owned()]);
        let done = export(words);
        assert!(done.status.success(), "{}", stderr(&done));
        assert!(std::fs::read(&out).expect("written").starts_with(magic), "{format}");
    }
    let mut sheet = base("vendor", "json");
    sheet.extend(["--vendor".to_owned(), vendor.clone()]);
    let done = export(sheet);
    let json: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    assert_eq!(json["vendor"]["name"], "医療システム甲");
    // Without a vendor the blank sheet, and a word on how to get a filled one.
    let done = export(base("vendor", "json"));
    assert!(done.status.success() && stderr(&done).contains(&vendor), "{}", stderr(&done));
    assert!(export(base("pharmacy", "json")).status.success());
}

#[test]
fn what_is_not_there_is_said_with_exit_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (facility, _) = hospital(&data);
    let stranger = "0193a1b2-0000-7000-8000-000000000001";
    for (edition, form, id, more, sentence) in [
        ("r99", "hospital", facility.as_str(), &[][..], "there is no edition \"r99\"; there are r5, r6, r7, r8"),
        ("r8", "hospital", &facility, &[], "the items of edition r8 are not in our data"),
        ("r7", "hospital", stranger, &[], "there is no facility"),
        ("r7", "vendor", &facility, &["--vendor", stranger], "the facility has no vendor"),
        ("r7", "hospital", &facility, &["--vendor", stranger], "--vendor belongs to --form vendor only"),
    ] {
        let data = path_text(&data);
        let mut words = vec!["checklist", "export", "--edition", edition, "--form", form, "--format", "json"];
        words.extend(["--data", data, "--facility", id]);
        words.extend(more);
        let done = run(&words);
        assert_eq!(done.status.code(), Some(2), "{words:?}: {}", stderr(&done));
        assert!(stderr(&done).contains(sentence), "{words:?}: {}", stderr(&done));
    }
}
