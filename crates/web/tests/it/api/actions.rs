//! Corrective actions for programs: the same rules as on the pages.

use super::program::{Program, at};
use crate::sample::House;
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn an_action_is_noted_changed_and_only_a_second_person_closes_it() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let list = at(house.facility, "/actions");
    let wrong =
        it.post(&list, &json!({"controls": ["no.such"], "due": "soon", "watch": {"what": "x"}, "closed": {}})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["title", "controls", "due", "watch", "closed"] {
        assert!(wrong.wrong_fields().contains(&field.to_owned()), "{field}: {}", wrong.text());
    }
    let body = json!({"title": "紙の用紙を置く", "controls": ["bcp.paper-operation"], "due": "2099-01-31"});
    let made = it.post(&list, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let path = made.header(axum::http::header::LOCATION).to_owned();
    assert_eq!((&made.json()["state"], &made.json()["version"]), (&json!("open"), &json!(1)));

    let step = |version: i64| json!({"remark": "置いた", "expected_version": version});
    let done = it.post(&format!("{path}/done"), &step(1)).await;
    assert_eq!((done.status, &done.json()["state"]), (StatusCode::OK, &json!("done")), "{}", done.text());
    let late = it.post(&format!("{path}/done"), &step(1)).await;
    assert_eq!((late.status, &late.json()["current"]["version"]), (StatusCode::CONFLICT, &json!(2)));
    let own = it.post(&format!("{path}/close"), &step(2)).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.text());
    assert_eq!(it.post(&format!("{path}/burn"), &step(2)).await.status, StatusCode::NOT_FOUND);
    let changed = it.put(&path, &json!({"title": "紙の用紙を各病棟に置く", "expected_version": 2})).await;
    assert_eq!((changed.status, &changed.json()["state"]), (StatusCode::OK, &json!("done")), "{}", changed.text());
    let listed = it.get(&format!("{list}?state=done")).await;
    assert_eq!(listed.json()["items"].as_array().map(Vec::len), Some(1), "{}", listed.text());
    assert_eq!(it.get(&format!("{list}?source=drill")).await.json()["items"], json!([]));
    assert_eq!(it.get(&at(house.facility, "/calls")).await.json()["items"], json!([]));
    assert_eq!(it.get(&at(house.facility, "/drills/trend")).await.json()["drills"], json!(0));
}
