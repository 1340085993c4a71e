//! Papers that come out and evidence that goes in.

use super::program::{Program, Reply, of};
use crate::sample::{House, YEAR, act, level};
use axum::http::{Method, StatusCode, header};
use hakutaku_store::NewDocument;
use serde_json::json;

#[tokio::test]
async fn the_result_comes_as_paper_workbook_and_table() {
    let house = House::new().await;
    let it = house.two_years().await;
    let program = Program::it(&house).await;
    for (file, kind, begin) in [
        ("report.pdf", "application/pdf", &b"%PDF"[..]),
        ("briefing.pdf", "application/pdf", b"%PDF"),
        ("answers.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("result.csv", "text/csv; charset=utf-8", b""),
    ] {
        let reply = program.get(&of(&house, it, &format!("/{file}"))).await;
        assert_eq!((reply.status, reply.header(header::CONTENT_TYPE)), (StatusCode::OK, kind), "{file}");
        assert!(reply.body.starts_with(begin) && reply.body.len() > 100, "{file}");
        assert!(reply.header(header::CONTENT_DISPOSITION).starts_with("attachment"), "{file}");
    }
}

#[tokio::test]
async fn evidence_sent_as_the_body_comes_back_byte_by_byte() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/documents?name=%E6%8E%A7%E3%81%88.pdf&question=it-backup-01");
    let content = b"%PDF-1.7 not really".to_vec();
    let kept = program.call(Method::POST, &path, &[(header::CONTENT_TYPE, "application/pdf")], content.clone()).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
    let about = kept.json();
    assert_eq!(
        (&about["name"], &about["question"], &about["size"]),
        (&json!("控え.pdf"), &json!("it-backup-01"), &json!(19))
    );
    let read = program.get(kept.header(header::LOCATION)).await;
    assert_eq!((read.status, read.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
    assert_eq!(read.body, content);
    assert!(read.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    let list = program.get(&of(&house, it, "/documents")).await.json();
    assert_eq!(list, json!({"items": [about], "next": null}));
}

async fn send_form(program: &Program, path: &str, parts: &[(&str, &str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file =
            if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"\r\nContent-Type: text/csv") };
        body.push_str(&format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"));
    }
    body.push_str("--cut--\r\n");
    let kind = [(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")];
    program.call(Method::POST, path, &kind, body.into_bytes()).await
}

#[tokio::test]
async fn evidence_may_come_as_a_form_too() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/documents");
    let kept = send_form(&program, &path, &[("question", "", "it-backup-02"), ("file", "list.csv", "a,b\r\n")]).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
    assert_eq!((&kept.json()["question"], &kept.json()["media_type"]), (&json!("it-backup-02"), &json!("text/csv")));
    assert_eq!(send_form(&program, &path, &[("other", "", "x")]).await.wrong_fields(), ["file"]);
}

#[tokio::test]
async fn evidence_without_name_content_or_question_that_exists_is_refused() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    for (rest, body, field) in [
        ("/documents", &b"x"[..], "name"),
        ("/documents?name=a.txt", b"", "file"),
        ("/documents?name=a.txt&question=ex-backup-01", b"x", "question"),
    ] {
        let reply = program.call(Method::POST, &of(&house, it, rest), &[], body.to_vec()).await;
        assert_eq!(
            (reply.status, reply.wrong_fields()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![field.to_owned()]),
            "{rest}"
        );
    }
    let huge = program.call(Method::POST, &of(&house, it, "/documents?name=a"), &[], vec![0; 22 << 20]).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    house.app.store.close_assessment(&act(), house.facility, it).await.expect("closed");
    let late = program.call(Method::POST, &of(&house, it, "/documents?name=a"), &[], b"x".to_vec()).await;
    assert_eq!(late.json()["code"], "closed");
}

#[tokio::test]
async fn evidence_is_found_under_its_own_assessment_only() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let other = house.answered("network-typology", YEAR, None, |_| Some(level(1))).await;
    let new = NewDocument {
        assessment: Some(it),
        question: None,
        name: "a.txt".to_owned(),
        media_type: "text/plain".to_owned(),
    };
    let row = house.app.store.add_document(&act(), house.facility, &new, b"a".to_vec()).await.expect("kept");
    let program = Program::it(&house).await;
    assert_eq!(program.get(&of(&house, it, &format!("/documents/{}", row.id))).await.status, StatusCode::OK);
    assert_eq!(program.get(&of(&house, other, &format!("/documents/{}", row.id))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.get(&of(&house, it, "/documents/none")).await.status, StatusCode::NOT_FOUND);
}
