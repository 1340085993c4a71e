//! Staff, courses, who is late, published cases.

use super::program::{Program, at};
use crate::sample::House;
use axum::http::{StatusCode, header};
use hakutaku_model::person::Role;
use serde_json::json;

#[tokio::test]
async fn staff_and_courses_are_kept_and_the_late_list_follows() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let staff = at(house.facility, "/staff");
    let made =
        it.post(&staff, &json!({"number": "101", "name": "佐藤 花", "department": "3階病棟", "role": "nurse"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let wrong = it.post(&staff, &json!({"role": "wizard", "joined_on": "2026-04-01"})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.wrong_fields(), ["role", "name"]);

    let courses = at(house.facility, "/courses");
    let body = json!({"title": "全職員研修", "year": 2026, "lessons": ["suspicious-mail"], "due": "2026-04-02"});
    let course = it.post(&courses, &body).await;
    assert_eq!(course.status, StatusCode::CREATED, "{}", course.text());
    let path = course.header(header::LOCATION).to_owned();
    for (body, fields) in [
        (json!({"title": "x", "year": 2026, "lessons": ["telepathy"]}), vec!["lessons"]),
        (json!({"title": "x", "year": 2026, "links": [{"title": "x", "url": "javascript:1"}]}), vec!["links"]),
        (json!({"year": 2026}), vec!["title"]),
    ] {
        assert_eq!(it.post(&courses, &body).await.wrong_fields(), fields, "{body}");
    }
    let late = it.get(&at(house.facility, "/training/late?year=2026")).await;
    assert_eq!(late.status, StatusCode::OK, "{}", late.text());
    assert_eq!(late.json()["departments"][0]["people"][0]["courses"][0]["late"], json!(true));
    let wrong = it.get(&at(house.facility, "/training/late?year=soon")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(it.get(&format!("{path}/attendance")).await.json()["items"], json!([]));

    let auditor = Program::new(&house, Some(house.facility), Role::Auditor, false).await;
    assert_eq!(auditor.get(&staff).await.status, StatusCode::OK);
    assert_eq!(auditor.post(&staff, &json!({"name": "x"})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sessions_are_kept_and_what_somebody_did_only_grows() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let id_of = |reply: &super::program::Reply| {
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let person = id_of(&it.post(&at(house.facility, "/staff"), &json!({"name": "佐藤 花"})).await);
    let body = json!({"title": "全職員研修", "year": 2026, "lessons": ["suspicious-mail"], "quiz_needed": true});
    let course = id_of(&it.post(&at(house.facility, "/courses"), &body).await);
    let other = id_of(&it.post(&at(house.facility, "/courses"), &json!({"title": "別", "year": 2026})).await);
    let sessions = at(house.facility, "/sessions");
    let held = id_of(&it.post(&sessions, &json!({"course": course, "held_on": "2026-04-10", "teacher": "藤森"})).await);
    for (body, fields) in [
        (json!({"course": person, "held_on": "2026-04-10"}), vec!["course"]),
        (json!({"course": course}), vec!["held_on"]),
    ] {
        assert_eq!(it.post(&sessions, &body).await.wrong_fields(), fields, "{body}");
    }
    assert_eq!(it.get(&sessions).await.json()["items"].as_array().map(Vec::len), Some(1));

    let attendance = at(house.facility, &format!("/courses/{course}/attendance"));
    for (body, fields) in [
        (json!({"session": held}), vec!["staff"]),
        (json!({"staff": course}), vec!["staff"]),
        (json!({"staff": person, "way": "code"}), vec!["way"]),
        (json!({"staff": person, "on": "2999-01-01"}), vec!["on"]),
        (json!({"staff": person, "quiz": {"right": 3, "of": 2}}), vec!["quiz"]),
    ] {
        assert_eq!(it.post(&attendance, &body).await.wrong_fields(), fields, "{body}");
    }
    let wrong = it
        .post(&at(house.facility, &format!("/courses/{other}/attendance")), &json!({"staff": person, "session": held}))
        .await;
    assert_eq!(wrong.wrong_fields(), ["session"]);
    let first = it.post(&attendance, &json!({"staff": person, "session": held, "way": "paper"})).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    assert_eq!(first.json()["missing"], json!(["quiz"]));
    it.post(&attendance, &json!({"staff": person, "quiz": {"right": 9, "of": 10}})).await;
    let worse = it.post(&attendance, &json!({"staff": person, "quiz": {"right": 1, "of": 10}})).await;
    assert_eq!(worse.json()["quiz"], json!({"right": 9, "of": 10}), "the better one stays");
    assert_eq!(worse.json()["missing"], json!([]));
    assert_eq!(it.get(&attendance).await.json()["items"].as_array().map(Vec::len), Some(1), "one row each");
    let auditor = Program::new(&house, Some(house.facility), Role::Auditor, false).await;
    assert_eq!(auditor.post(&attendance, &json!({"staff": person})).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn cases_come_with_reasons_and_without_promises() {
    let house = House::new().await;
    let it = Program::it(&house).await;
    let cases = it.get(&at(house.facility, "/cases")).await;
    assert_eq!(cases.status, StatusCode::OK, "{}", cases.text());
    let json = cases.json();
    assert_eq!(json["cases"].as_array().map(Vec::len), Some(8));
    assert!(json["cases"][0]["walk"]["steps"][0]["verdict"].is_string());
    let page = it.get(&at(house.facility, "/cases/director.pdf")).await;
    assert_eq!((page.status, page.body.starts_with(b"%PDF")), (StatusCode::OK, true));
}
