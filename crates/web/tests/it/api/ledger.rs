//! The ledger of devices.

use super::program::Program;
use crate::sample::House;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

fn at(house: &House, rest: &str) -> String {
    format!("/api/v1/facilities/{}/ledger{rest}", house.facility)
}

#[tokio::test]
async fn a_device_is_written_down_read_changed_and_taken_out() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let new = json!({"name": "電子カルテDB", "number": "S-1", "kind": "server", "support_ends": "R9.3.31", "rto_hours": 4,
        "remote_maintenance": true});
    let made = program.post(&at(&house, ""), &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let path = made.header(header::LOCATION).to_owned();
    let read = program.get(&path).await;
    assert_eq!(read.json()["support_ends"], "2027-03-31");
    assert_eq!((&read.json()["remote_maintenance"], &read.json()["system"]), (&json!(true), &Value::Null));
    let etag = read.header(header::ETAG).to_owned();
    let again = program.call(Method::GET, &path, &[(header::IF_NONE_MATCH, &etag)], Vec::new()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);

    let changed = program.put(&path, &json!({"name": "電子カルテDB", "owner": "情報課", "expected_version": 1})).await;
    assert_eq!((changed.status, &changed.json()["owner"]), (StatusCode::OK, &json!("情報課")), "{}", changed.text());
    assert_eq!(
        (&changed.json()["number"], &changed.json()["rto_hours"]),
        (&json!(""), &Value::Null),
        "absent is not known"
    );
    let late = program.put(&path, &json!({"name": "x", "expected_version": 1})).await;
    assert_eq!((late.status, &late.json()["current"]["owner"]), (StatusCode::CONFLICT, &json!("情報課")));

    assert_eq!(program.delete(&path).await.wrong_fields(), ["expected_version"]);
    assert_eq!(program.delete(&format!("{path}?expected_version=2")).await.status, StatusCode::NO_CONTENT);
    assert!(program.get(&path).await.json()["retired_at"].is_string());
    assert_eq!(program.get(&at(&house, "")).await.json()["items"], json!([]));
    assert_eq!(program.get(&at(&house, "?state=retired")).await.json()["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn everything_wrong_with_a_device_is_said_by_member() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    program.post(&at(&house, ""), &json!({"number": "1"})).await;
    for (body, fields) in [
        (json!({}), vec!["name"]),
        (json!({"name": "a", "rto_hours": "soon", "support_ends": "2026-13-01"}), vec!["support_ends", "rto_hours"]),
        (json!({"name": "a", "kind": "bicycle", "system": "給食"}), vec!["kind", "system"]),
        (json!({"name": "a", "number": "１"}), vec!["number"]),
        (json!({"name": ["a"]}), vec!["name"]),
        (json!({"name": "a", "naem": "b"}), vec!["naem"]),
    ] {
        let reply = program.post(&at(&house, ""), &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(reply.wrong_fields(), fields, "{body}");
    }
    let odd = program.get(&at(&house, "?kind=x&mark=y&sort=note&limit=0&cursor=%3F&state=gone&system=1")).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(odd.wrong_fields(), ["kind", "mark", "system", "state", "sort", "limit", "cursor"]);
}

#[tokio::test]
async fn the_list_comes_in_pieces_in_the_order_asked_for_and_as_csv() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    for (name, kind) in [("c", "server"), ("a", "server"), ("b", "terminal"), ("=d", "server")] {
        program.post(&at(&house, ""), &json!({"name": name, "kind": kind})).await;
    }
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = program.get(&at(&house, &format!("?sort=-name&limit=2&kind=server&cursor={next}"))).await.json();
        names.extend(page["items"].as_array().expect("items").iter().map(|row| row["name"].clone()));
        match page["next"].as_str() {
            Some(cursor) => next = cursor.to_owned(),
            None => break,
        }
    }
    assert_eq!(names, ["c", "a", "=d"]);
    let csv = program.get(&at(&house, "/export.csv?kind=server")).await;
    assert_eq!((csv.status, csv.text().lines().count()), (StatusCode::OK, 4));
    assert!(csv.text().contains("'=d"), "{}", csv.text());
}
