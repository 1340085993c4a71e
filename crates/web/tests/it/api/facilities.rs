//! Facilities, their assessments, and what is asked.

use super::program::{Program, at, of};
use crate::sample::{House, YEAR, level};
use axum::http::{Method, StatusCode, header};
use hakutaku_model::person::Role;
use hakutaku_model::published;
use serde_json::{Value, json};

#[tokio::test]
async fn questionnaires_are_those_of_the_command_line() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let list = program.get("/api/v1/questionnaires").await.json();
    let ids: Vec<&str> =
        list["items"].as_array().expect("items").iter().filter_map(|entry| entry["id"].as_str()).collect();
    for id in ["hospital-it", "executive", "small-facility", "online-consultation", "network-typology"] {
        assert!(ids.contains(&id), "{id}");
        let shown = program.get(&format!("/api/v1/questionnaires/{id}")).await.json();
        let form = house.catalogue().questionnaire(id).expect("known");
        let published = serde_json::to_value(published::questionnaire(house.catalogue(), form)).expect("JSON");
        assert_eq!(shown, published);
    }
    assert_eq!(program.get("/api/v1/questionnaires/other").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_administrator_opens_a_facility_and_changes_it() {
    let house = House::new().await;
    let admin = Program::new(&house, None, Role::Administrator, false).await;
    let new = json!({"name": "みなと病院", "kind": "hospital", "prefecture": 27, "beds": 60, "it_staff_tenths": 5});
    let reply = admin.post("/api/v1/facilities", &new).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
    let place = reply.header(header::LOCATION).to_owned();
    let made = reply.json();
    assert_eq!(made["questionnaires"], json!(["hospital-it", "executive", "network-typology"]));
    assert_eq!(admin.get(&place).await.json(), made);

    let change =
        json!({"name": "みなと総合病院", "kind": "hospital", "prefecture": 27, "beds": 80, "expected_version": 1});
    let changed = admin.put(&place, &change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!((changed.header(header::ETAG), &changed.json()["name"]), ("\"2\"", &json!("みなと総合病院")));
    assert_eq!(changed.json()["questionnaires"], made["questionnaires"], "left out: as before");
}

#[tokio::test]
async fn a_change_based_on_an_old_version_gets_what_stands_now() {
    let house = House::new().await;
    let program = Program::new(&house, Some(house.facility), Role::SafetyManager, false).await;
    let place = at(house.facility, "");
    let change = json!({"name": "白沢", "kind": "hospital", "prefecture": 13, "beds": 200, "expected_version": 1});
    assert_eq!(program.put(&place, &change).await.status, StatusCode::OK);
    let late = program.put(&place, &change).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!((&late.json()["code"], &late.json()["current"]["version"]), (&json!("conflict"), &json!(2)));
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::IF_MATCH, "\"1\"")];
    let body = json!({"name": "白沢", "kind": "hospital", "prefecture": 13, "beds": 200});
    let late = program.call(Method::PUT, &place, &headers, body.to_string().into_bytes()).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn everything_wrong_with_a_profile_is_said_field_by_field_and_nothing_is_made() {
    let house = House::new().await;
    let admin = Program::new(&house, None, Role::Administrator, false).await;
    let bad =
        json!({"name": " ", "kind": "zoo", "prefecture": 48, "beds": "many", "questionnaires": ["none"], "colour": 1});
    let reply = admin.post("/api/v1/facilities", &bad).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "kind", "prefecture", "beds", "questionnaires", "colour"] {
        assert!(reply.wrong_fields().iter().any(|wrong| wrong == field), "{field}: {}", reply.text());
    }
    let small = json!({"name": "小さな病院", "kind": "hospital", "prefecture": 13, "beds": 19});
    assert_eq!(admin.post("/api/v1/facilities", &small).await.wrong_fields(), ["beds"]);
    assert_eq!(house.app.store.facilities().await.expect("facilities").len(), 1);
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused_with_its_place() {
    let house = House::new().await;
    let admin = Program::new(&house, None, Role::Administrator, false).await;
    let reply = admin.send(Method::POST, "/api/v1/facilities", "{\n \"name\": \"a\",,\n}").await;
    assert_eq!((reply.status, &reply.json()["problems"][0]["line"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(2)));
    assert_eq!(admin.send(Method::POST, "/api/v1/facilities", "[]").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let plain =
        admin.call(Method::POST, "/api/v1/facilities", &[(header::CONTENT_TYPE, "text/plain")], b"{}".to_vec()).await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(2 << 20));
    assert_eq!(admin.send(Method::POST, "/api/v1/facilities", &huge).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_assessment_is_opened_found_and_listed_in_pieces() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let list = at(house.facility, "/assessments");
    for year in 2022..=2026 {
        let reply = program.post(&list, &json!({"questionnaire": "hospital-it", "fiscal_year": year})).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        assert_eq!(program.get(reply.header(header::LOCATION)).await.json()["fiscal_year"], year);
    }
    let (mut years, mut path) = (Vec::new(), format!("{list}?limit=2"));
    loop {
        let page = program.get(&path).await.json();
        years.extend(page["items"].as_array().expect("items").iter().map(|item| item["fiscal_year"].clone()));
        match page["next"].as_str() {
            Some(next) => path = format!("{list}?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(years, [2026, 2025, 2024, 2023, 2022].map(Value::from));
    let one = program.get(&list).await.json()["items"][0]["id"].as_str().expect("an id").to_owned();
    assert!(program.get(&of(&house, one, "")).await.json()["progress"]["unanswered"].as_u64().is_some_and(|n| n > 0));
}

#[tokio::test]
async fn a_question_mark_that_cannot_be_read_is_said() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    for (query, field) in [("limit=201", "limit"), ("limit=1&limit=2", "query"), ("cursor=x", "cursor")] {
        let reply = program.get(&at(house.facility, &format!("/assessments?{query}"))).await;
        assert_eq!(
            (reply.status, reply.wrong_fields()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![field.to_owned()]),
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_second_one_of_the_same_year_is_a_conflict_that_names_the_first() {
    let house = House::new().await;
    let first = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let again = json!({"questionnaire": "hospital-it", "fiscal_year": YEAR.0});
    let reply = program.post(&at(house.facility, "/assessments"), &again).await;
    assert_eq!((reply.status, &reply.json()["current"]["id"]), (StatusCode::CONFLICT, &json!(first)));
}

#[tokio::test]
async fn last_years_answers_come_over_unconfirmed_when_asked_for() {
    let house = House::new().await;
    house.answered("hospital-it", YEAR.previous(), None, |_| Some(level(2))).await;
    let program = Program::it(&house).await;
    let new = json!({"questionnaire": "hospital-it", "fiscal_year": YEAR.0, "carry_over": true});
    let made = program.post(&at(house.facility, "/assessments"), &new).await.json();
    assert_eq!(made["carried_over"], 80);
    let id = made["id"].as_str().expect("an id");
    let answers = program.get(&of(&house, id, "/answers")).await.json();
    assert!(answers["answers"].as_array().expect("answers").iter().all(|answer| answer["standing"] == "unconfirmed"));
    assert_eq!(program.get(&of(&house, id, "/result")).await.json()["overall"], Value::Null);
}

#[tokio::test]
async fn the_executives_form_needs_a_name_and_the_others_take_none() {
    let house = House::new().await;
    let program = Program::it(&house).await;
    let list = at(house.facility, "/assessments");
    assert_eq!(program.post(&list, &json!({"questionnaire": "executive"})).await.wrong_fields(), ["respondent"]);
    let named = json!({"questionnaire": "hospital-it", "respondent": "院長"});
    assert_eq!(program.post(&list, &named).await.wrong_fields(), ["respondent"]);
    assert_eq!(program.post(&list, &json!({"questionnaire": "other"})).await.wrong_fields(), ["questionnaire"]);
    let reply = program.post(&list, &json!({"questionnaire": "executive", "respondent": "院長 白井 恵"})).await;
    assert_eq!((reply.status, &reply.json()["respondent"]), (StatusCode::CREATED, &json!("院長 白井 恵")));
}
