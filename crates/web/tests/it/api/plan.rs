//! Versions of the plan, and scenarios looked through and played.

use super::program::{Program, at};
use crate::sample::House;
use axum::http::StatusCode;
use hakutaku_model::person::Role;
use serde_json::json;

const SCENARIO: &str = include_str!("../../../../model/src/exercise/testing/clinic.json");

#[tokio::test]
async fn a_draft_is_approved_as_it_was_read_and_its_print_is_recorded() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let director = Program::new(&house, Some(house.facility), Role::Executive, false).await;
    let (plan, versions, prints) =
        (at(house.facility, "/plan"), at(house.facility, "/plan/versions"), at(house.facility, "/plan/prints"));
    let read = async || director.get(&plan).await.json()["draft_fingerprint"].as_str().expect("a hash").to_owned();
    let approval =
        |seen: &str| json!({"name": "白石", "office": "病院長", "on": "2026-01-05", "draft_fingerprint": seen});
    let empty = director.post(&versions, &approval(&read().await)).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is written: {}", empty.text());
    assert_eq!(it.post(&prints, &json!({})).await.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is approved");

    let section = at(house.facility, "/plan/sections/purpose");
    let body = json!({"written": {"texts": {"aim": "診療を続ける"}}, "expected_version": 0});
    assert_eq!(it.put(&section, &body).await.status, StatusCode::OK);
    let wrong = director.post(&versions, &json!({"name": " ", "on": "2999-01-01"})).await;
    assert_eq!(wrong.wrong_fields(), ["name", "draft_fingerprint", "on"]);
    assert_eq!(director.post(&versions, &approval("stale")).await.status, StatusCode::CONFLICT);
    assert_eq!(it.post(&versions, &approval(&read().await)).await.status, StatusCode::FORBIDDEN);
    let approved = director.post(&versions, &approval(&read().await)).await;
    assert_eq!(approved.status, StatusCode::CREATED, "{}", approved.text());
    assert_eq!((approved.json()["number"].clone(), approved.json()["approved_by"].clone()), (json!(1), json!("白石")));
    let again = director.post(&versions, &approval(&read().await)).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing changed");

    let print = it.post(&prints, &json!({"kept_at": "赤い鞄"})).await;
    assert_eq!(print.status, StatusCode::CREATED, "{}", print.text());
    assert_eq!(print.json()["version"], json!(1));
    assert!(it.get(&plan).await.json()["printed_on"].is_string());
    for list in [&versions, &prints] {
        assert_eq!(it.get(list).await.json()["items"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

#[tokio::test]
async fn a_scenario_is_looked_through_and_played_without_being_kept() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let (check, simulate) = ("/api/v1/exercises/check", "/api/v1/exercises/simulate");
    let good = it.post(check, &json!({"scenario": SCENARIO})).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.text());
    assert_eq!((good.json()["ok"].clone(), good.json()["findings"].clone()), (json!(true), json!([])));
    assert_eq!(good.json()["ways"]["paths"].as_array().map(Vec::len), Some(8));
    let bad = SCENARIO.replacen("\"paper\"]", "\"papers\"]", 1);
    let found = it.post(check, &json!({"scenario": bad})).await;
    assert_eq!((found.status, found.json()["ok"].clone()), (StatusCode::OK, json!(false)), "{}", found.text());
    assert!(found.text().contains("the plan has no section papers"), "{}", found.text());
    assert_eq!(found.json()["ways"], json!(null));
    for body in [json!({}), json!({"scenario": 1}), json!({"scenario": "a: ["})] {
        assert_eq!(it.post(check, &body).await.wrong_fields(), ["scenario"], "{body}");
    }

    let played = it.post(simulate, &json!({"scenario": SCENARIO, "seed": 3})).await;
    assert_eq!(played.status, StatusCode::OK, "{}", played.text());
    assert_eq!(played.json()["journal"]["format"], json!("hakutaku-journal/1"));
    assert_eq!(played.json(), it.post(simulate, &json!({"scenario": SCENARIO, "seed": 3})).await.json());
    assert!(!it.post(simulate, &json!({"scenario": bad})).await.wrong_fields().is_empty());
    assert_eq!(it.with_token(None).post(check, &json!({"scenario": SCENARIO})).await.status, StatusCode::UNAUTHORIZED);
}
