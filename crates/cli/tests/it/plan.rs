//! `hakutaku plan export` on the data of the model hospital, without a server.

use crate::program::{path_text, run, stderr};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, DatabaseUrl, OpenOptions, Store};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The model hospital and a clinic that has not begun its plan.
fn filled(data: &Path) -> (FacilityId, FacilityId) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    let now = Ts::from_micros(i64::try_from(since.as_micros()).expect("this age"));
    let catalogue = hakutaku_catalog::embedded().expect("the catalogue");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let store =
            Store::open(OpenOptions { data: data.to_owned(), database: DatabaseUrl::Sqlite }).await.expect("opens");
        hakutaku_demo::fill(&store, &catalogue, now).await.expect("fills");
        let all = store.facilities().await.expect("reads");
        let hospital = all.iter().find(|row| row.profile.name.contains("みなと病院")).expect("the model hospital").id;
        let profile = FacilityProfile {
            name: "はじめたばかりの診療所".into(),
            kind: FacilityKind::Clinic,
            prefecture: 13,
            beds: 0,
            it_staff_tenths: 0,
        };
        let clinic = store.create_facility(&Act::system(now), &profile, &[]).await.expect("created").id;
        store.close().await;
        (hospital, clinic)
    })
}

#[test]
fn the_plan_is_written_as_paper_and_as_document_and_a_missing_one_is_said() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("data");
    let (hospital, clinic) = filled(&data);
    let export = |format: &str, facility: &str, more: &[&str]| {
        let out = dir.path().join(format!("plan.{format}"));
        let mut arguments = vec!["plan", "export", "--format", format, "--data", path_text(&data)];
        arguments.extend(["--facility", facility, "--out", path_text(&out)]);
        arguments.extend(more);
        let output = run(&arguments);
        (output.status.code(), stderr(&output), std::fs::read(&out).ok().filter(|_| output.status.success()))
    };
    let (code, said, pdf) = export("pdf", &hospital.to_string(), &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(pdf.is_some_and(|bytes| bytes.starts_with(b"%PDF-") && bytes.len() > 20_000));
    let (code, said, docx) = export("docx", &hospital.to_string(), &["--lang", "en"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(docx.is_some_and(|bytes| bytes.starts_with(b"PK") && bytes.len() > 5_000));
    // What is not there is said in one sentence, and nothing is written.
    let (code, said, _) = export("pdf", &hospital.to_string(), &["--version-number", "99"]);
    assert_eq!((code, said.trim()), (Some(2), "hakutaku: the plan has no version 99"));
    let (code, said, _) = export("docx", &clinic.to_string(), &[]);
    assert_eq!(code, Some(2));
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(said.contains("はじめたばかりの診療所 has no plan yet"), "{said}");
    let (code, said, _) = export("pdf", "00000000-0000-7000-8000-000000000001", &[]);
    assert!(code == Some(2) && said.contains("there is no facility"), "{said}");
    let elsewhere = dir.path().join("nowhere");
    let output = run(&[
        "plan",
        "export",
        "--format",
        "pdf",
        "--data",
        path_text(&elsewhere),
        "--facility",
        &hospital.to_string(),
    ]);
    assert_eq!(output.status.code(), Some(1));
}
