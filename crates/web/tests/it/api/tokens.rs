//! Who may call: tokens and nothing else, their own facilities and nothing else.

use super::program::{Program, at, of};
use crate::sample::{House, YEAR, act, level};
use axum::http::{Method, StatusCode, header};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use serde_json::json;

async fn other_clinic(house: &House) -> FacilityId {
    let profile = FacilityProfile {
        name: "となり診療所".to_owned(),
        kind: FacilityKind::Clinic,
        prefecture: 13,
        beds: 0,
        it_staff_tenths: 0,
    };
    house.app.store.create_facility(&act(), &profile, &["small-facility".into()]).await.expect("a facility").id
}

#[tokio::test]
async fn me_says_whose_token_it_is() {
    let house = House::new().await;
    let program = Program::new(&house, Some(house.facility), Role::Auditor, true).await;
    let reply = program.get("/api/v1/me").await;
    assert_eq!(reply.status, StatusCode::OK);
    let me = reply.json();
    assert_eq!(me["person"]["id"], program.person.expect("a person").to_string());
    assert_eq!(me["roles"], json!([{"facility": house.facility, "role": "auditor"}]));
    assert_eq!((&me["token"]["name"], &me["token"]["read_only"]), (&json!("集計"), &json!(true)));
}

#[tokio::test]
async fn a_tokens_last_use_is_told_to_the_program_and_to_its_owner() {
    let house = House::new().await;
    let owner = house.browser(Role::ItOperator, Lang::Ja).await;
    let store = &house.app.store;
    let person = store.people().await.expect("people")[0].id;
    let issued = store.create_api_token(&act(), person, "集計", true, None).await.expect("a token");
    let program = Program::it(&house).await.with_token(Some(&issued.token));
    assert!(owner.get("/account").await.text().contains("まだ使われていません。"));
    program.with_token(Some("hkt_wrong")).get("/api/v1/me").await;
    assert!(owner.get("/account").await.text().contains("まだ使われていません。"), "nobody else's call counts");

    let said = program.get("/api/v1/me").await.json()["token"]["last_used_at"].clone();
    let used = store.api_tokens_of(person).await.expect("tokens")[0].last_used_at.expect("it was used");
    assert_eq!(said, used.to_string());
    let words = format!("最後に使われたのは {}。", used.minute_in_japan(Lang::Ja));
    assert!(owner.get("/account").await.text().contains(&words), "{words}");
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_answered_and_the_way_in_is_named() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    for token in [None, Some("hkt_wrong"), Some("")] {
        let reply = program.with_token(token).get("/api/v1/me").await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{token:?}");
        assert!(reply.header(header::WWW_AUTHENTICATE).starts_with("Bearer"), "{token:?}");
        assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
        assert!(!reply.headers.contains_key(header::SET_COOKIE), "a program keeps no cookies");
    }
}

#[tokio::test]
async fn a_browsers_session_counts_for_nothing_here() {
    let house = House::new().await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let nobody = Program::it(&house).await.with_token(None);
    let cookie = format!("hakutaku-session={}", browser.session);
    for (method, path) in [(Method::GET, "/api/v1/me".to_owned()), (Method::POST, at(house.facility, "/assessments"))] {
        let headers = [(header::COOKIE, cookie.as_str()), (header::CONTENT_TYPE, "application/json")];
        let reply = nobody.call(method, &path, &headers, b"{\"questionnaire\":\"hospital-it\"}".to_vec()).await;
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert!(house.app.store.assessments(house.facility).await.expect("a list").is_empty());
}

#[tokio::test]
async fn wrong_tokens_are_slowed_down_and_a_right_one_from_the_same_place_is_not() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let mut last = program.with_token(Some("hkt_wrong")).get("/api/v1/me").await;
    for _ in 0..8 {
        last = program.with_token(Some("hkt_wrong")).get("/api/v1/me").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(last.header(header::RETRY_AFTER).parse::<u32>().is_ok_and(|seconds| seconds > 0));
    assert_eq!(program.get("/api/v1/me").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_was_withdrawn_opens_nothing() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let person = program.person.expect("a person");
    let store = &house.app.store;
    let token = store.api_tokens_of(person).await.expect("tokens")[0].id;
    store.revoke_api_token(&act(), person, token).await.expect("withdrawn");
    assert_eq!(program.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn another_facilitys_things_are_not_there() {
    let house = House::new().await;
    let it = house.answered("hospital-it", YEAR, None, |_| Some(level(1))).await;
    let neighbour = Program::new(&house, Some(other_clinic(&house).await), Role::ItOperator, false).await;
    for rest in [
        "",
        "/answers",
        "/answers/it-backup-01",
        "/result",
        "/report.pdf",
        "/briefing.pdf",
        "/answers.xlsx",
        "/result.csv",
        "/documents",
    ] {
        assert_eq!(neighbour.get(&of(&house, it, rest)).await.status, StatusCode::NOT_FOUND, "GET {rest}");
    }
    for rest in ["", "/assessments"] {
        assert_eq!(neighbour.get(&at(house.facility, rest)).await.status, StatusCode::NOT_FOUND, "GET {rest}");
    }
    let answer = of(&house, it, "/answers/it-backup-01");
    assert_eq!(neighbour.put(&answer, &json!({"level": 3, "expected_version": 1})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(neighbour.delete(&format!("{answer}?expected_version=1")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(neighbour.put(&at(house.facility, ""), &json!({})).await.status, StatusCode::NOT_FOUND);
    let listed = neighbour.get("/api/v1/facilities").await.json();
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["items"][0]["name"], "となり診療所");
}

#[tokio::test]
async fn an_assessment_is_found_under_its_own_facility_only() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let clinic = other_clinic(&house).await;
    let everywhere = Program::new(&house, None, Role::Administrator, false).await;
    assert_eq!(everywhere.get(&of(&house, it, "")).await.status, StatusCode::OK);
    assert_eq!(everywhere.get(&at(clinic, &format!("/assessments/{it}"))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_read_only_token_reads_and_changes_nothing() {
    let house = House::new().await;
    let it = house.answered("hospital-it", YEAR, None, |_| Some(level(1))).await;
    let reader = Program::new(&house, Some(house.facility), Role::ItOperator, true).await;
    assert_eq!(reader.get(&of(&house, it, "/answers")).await.status, StatusCode::OK);
    let answer = of(&house, it, "/answers/it-backup-01");
    assert_eq!(reader.put(&answer, &json!({"level": 3, "expected_version": 1})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.delete(&format!("{answer}?expected_version=1")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.post(&of(&house, it, "/answers"), &json!({})).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.put(&at(house.facility, ""), &json!({})).await.json()["code"], "read-only");
    let upload = of(&house, it, "/documents?name=a.txt");
    assert_eq!(reader.call(Method::POST, &upload, &[], b"a".to_vec()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&answer).await.json()["level"], 1);
}

#[tokio::test]
async fn what_the_role_does_not_allow_at_ones_own_facility_is_said() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let executive = Program::new(&house, Some(house.facility), Role::Executive, false).await;
    assert_eq!(executive.get(&of(&house, it, "/result")).await.status, StatusCode::OK);
    assert_eq!(executive.get(&of(&house, it, "/answers")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(executive.post("/api/v1/facilities", &json!({})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_refusal_speaks_the_language_asked_for_or_else_the_persons() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let path = at(house.facility, "/assessments?limit=0");
    assert!(program.get(&path).await.json()["problems"][0]["message"].as_str().is_some_and(|m| m.contains("整数")));
    let english = [(header::ACCEPT_LANGUAGE, "en-GB,en;q=0.8")];
    let reply = program.call(Method::GET, &path, &english, Vec::new()).await.json();
    assert_eq!(reply["problems"][0]["message"], "Must be a whole number from 1 to 200.");
    let none = program.call(Method::GET, "/api/v1/questionnaires/none", &english, Vec::new()).await.json();
    assert!(none["detail"].as_str().is_some_and(|text| text.is_ascii()), "{none}");
}
