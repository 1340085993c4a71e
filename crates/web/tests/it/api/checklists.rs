//! The official forms for programs.

use super::program::{Program, at};
use crate::sample::House;
use axum::http::{Method, StatusCode, header};
use hakutaku_model::person::Role;
use serde_json::json;

const LINE: &str = "/checklists/r7/hospital/items/mhlw-r7-hospital-2-01-sys/system-wide";

#[tokio::test]
async fn the_forms_are_listed_with_what_is_not_in_our_data() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let list = it.get(&at(house.facility, "/checklists")).await.json();
    let editions: Vec<&str> =
        list["items"].as_array().expect("items").iter().filter_map(|i| i["edition"].as_str()).collect();
    assert_eq!(editions, ["r8", "r7", "r6", "r5"]);
    assert_eq!(list["items"][0]["items_available"], false);
    assert_eq!(list["items"][1]["progress"]["open"], 18, "two lines are skipped without a vendor contract");
    let form = it.get(&at(house.facility, "/checklists/mhlw-r7/hospital")).await.json();
    assert_eq!((form["schema"].as_str(), form["edition"].as_str()), (Some("hakutaku-checklist/1"), Some("r7")));
    assert!(form["items"][2]["proposal"]["fingerprint"].is_string());
    for nothing in ["/checklists/r8/hospital", "/checklists/r7/pharmacies", "/checklists/r7/vendor?vendor=x"] {
        assert_eq!(it.get(&at(house.facility, nothing)).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn a_line_is_answered_at_the_version_last_seen() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let path = at(house.facility, LINE);
    let saved = it.put(&path, &json!({"first": "yes", "remark": "数えた", "version": 0})).await;
    assert_eq!((saved.status, saved.header(header::ETAG)), (StatusCode::OK, "\"1\""), "{}", saved.text());
    assert_eq!(saved.json()["state"], "yes");
    let late = it.put(&path, &json!({"first": "no", "remark": "違う", "version": 0})).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(late.json()["current"]["version"], 1);
    let again = it.put(&path, &json!({"first": "yes", "remark": "数えた", "version": 1})).await;
    assert_eq!(again.header(header::ETAG), "\"1\"", "the same answer is no change");
    let tag = [(header::CONTENT_TYPE, "application/json"), (header::IF_MATCH, "\"7\"")];
    let body = json!({"first": "no", "remark": "違う"}).to_string().into_bytes();
    assert_eq!(it.call(Method::PUT, &path, &tag, body).await.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn what_is_wrong_with_an_answer_is_said_by_field() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let path = at(house.facility, LINE);
    for (body, field) in [
        (json!({"first": "maybe"}), "first"),
        (json!({"first": "yes", "first_on": "2999-01-01", "remark": "x"}), "first"),
        (json!({"first": "yes", "target": "2027-01-01", "remark": "x"}), "target"),
        (json!({"first": "no", "target": "いつか"}), "target"),
        (json!({"second": "yes"}), "second"),
        (json!({"first": "no", "saw": "0000"}), "first"),
        (json!({"first": "no", "unknown": 1}), "unknown"),
    ] {
        let reply = it.put(&path, &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(reply.wrong_fields(), [field], "{body}");
    }
    let skipped = at(house.facility, "/checklists/r7/hospital/items/mhlw-r7-hospital-2-02-sys/system-wide");
    assert_eq!(it.put(&skipped, &json!({"first": "yes"})).await.wrong_fields(), ["first"]);
    let nowhere = at(house.facility, "/checklists/r7/hospital/items/mhlw-r7-hospital-9-99/system-wide");
    assert_eq!(it.put(&nowhere, &json!({"first": "yes"})).await.status, StatusCode::NOT_FOUND);
    let auditor = Program::new(&house, Some(house.facility), Role::Auditor, false).await;
    assert_eq!(auditor.put(&path, &json!({"first": "yes"})).await.status, StatusCode::FORBIDDEN);
}
