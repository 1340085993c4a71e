//! `hakutaku ledger …` and `hakutaku checklist fill`: files against a data directory, without a server.

use crate::program::{path_text, run, stderr, stdout};
use hakutaku_documents::official::{Book, find};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::DocumentId;
use hakutaku_model::official::{OfficialForm, edition_id};
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, DatabaseUrl, OpenOptions, Store};
use serde_json::{Value, json};
use std::path::Path;

const NOBODYS: &str = "0193a1b2-0000-7000-8000-000000000009";

/// A hospital: its id.
fn hospital(data: &Path) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = OpenOptions { data: data.to_owned(), database: DatabaseUrl::Sqlite };
        let store = Store::open(options).await.expect("opens");
        let act = Act::system(Ts::from_micros(jiff::Timestamp::now().as_microsecond()));
        let profile = FacilityProfile {
            name: "白沢記念病院".to_owned(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 10,
        };
        let id = store.create_facility(&act, &profile, &[]).await.expect("created").id;
        store.close().await;
        id.to_string()
    })
}

#[test]
fn a_list_is_tried_imported_and_exported_and_the_same_list_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let facility = hospital(&data);
    let file = folder.path().join("devices.csv");
    std::fs::write(&file, "資産番号,機器名,種別,サポート期限\nA-1,emr-db1,サーバ,R13.10.14\nA-2,pc1,PC,いつか\n")
        .expect("written");
    let import = |more: &[&str]| {
        let mut words = vec!["ledger", "import", path_text(&file), "--data", path_text(&data), "--facility", &facility];
        words.extend(["--format", "json", "--lang", "en"]);
        words.extend(more);
        run(&words)
    };
    let counts = |output: &std::process::Output| -> Value {
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {}", stderr(output)))
    };
    let tried = import(&["--dry-run"]);
    assert!(tried.status.success(), "{}", stderr(&tried));
    assert_eq!(counts(&tried)["created"], 1);
    assert_eq!(counts(&tried)["rejected"][0]["row"], 3);
    let strict = import(&["--strict"]);
    assert_eq!(strict.status.code(), Some(2));
    assert!(stderr(&strict).contains("nothing was written"), "{}", stderr(&strict));
    assert_eq!(counts(&import(&[]))["created"], 1);
    let again = counts(&import(&[]));
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(1)));

    let export = run(&["ledger", "export", "--data", path_text(&data), "--lang", "en"]);
    assert!(export.status.success(), "{}", stderr(&export));
    assert!(stdout(&export).contains("emr-db1") && stdout(&export).contains("2031-10-14"), "{}", stdout(&export));
    let unknown = run(&["ledger", "import", path_text(&file), "--data", path_text(&data), "--profile", "none"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn an_official_form_is_filled_from_an_answers_file_and_the_template_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = folder.path().join("blank.xlsx");
    let blank =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../documents/tests/forms/circled.xlsx")).expect("read");
    std::fs::write(&template, &blank).expect("written");
    let book = Book::read(&blank).expect("reads");
    let guess = find(&book, &edition_id(&blank), 2026).expect("finds");
    let mut form = OfficialForm {
        document: NOBODYS.parse::<DocumentId>().expect("an id"),
        file: "blank.xlsx".to_owned(),
        profile: guess.profile,
        rows: guess.rows,
        confirmed: true,
    };
    form.renumber();
    let profile = folder.path().join("profile.json");
    std::fs::write(&profile, serde_json::to_string(&form.profile).expect("JSON")).expect("written");
    let answers = folder.path().join("answers.json");
    let mark = |mark: &str| json!({"mark": mark, "on": "2026-11-21"});
    let text = json!({"facility": "白沢記念病院", "date": "2026-11-21", "answers": [
        {"number": "1-①", "group": "governance", "first": mark("yes")},
        {"number": "2-①", "group": "system-wide", "first": mark("no"), "target": "2027-02-28"},
    ]});
    std::fs::write(&answers, text.to_string()).expect("written");
    let out = folder.path().join("filled.xlsx");
    let fill = |out: &Path, answers: &Path| {
        let words = ["checklist", "fill", "--template", path_text(&template), "--profile", path_text(&profile)];
        let more = ["--out", path_text(out), "--answers", path_text(answers), "--lang", "en"];
        run(&[&words[..], &more[..]].concat())
    };
    let done = fill(&out, &answers);
    assert!(done.status.success(), "{}", stderr(&done));
    let filled = std::fs::read(&out).expect("written");
    assert!(Book::read(&filled).is_ok() && filled != blank);
    assert_eq!(std::fs::read(&template).expect("read"), blank, "the template is never changed");
    assert_eq!(fill(&template, &answers).status.code(), Some(2), "not onto the template");
    std::fs::write(&answers, "{").expect("written");
    let other = folder.path().join("other.xlsx");
    assert_eq!(fill(&other, &answers).status.code(), Some(2));
    assert!(!other.exists(), "nothing is written unless all of it can be");
}
