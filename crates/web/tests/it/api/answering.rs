//! Answering one by one and by a file, and what comes out.

use super::program::{Program, of};
use crate::sample::{House, YEAR, act, level, mixed};
use axum::http::{Method, StatusCode, header};
use axum::response::IntoResponse as _;
use futures_util::StreamExt as _;
use hakutaku_model::summary::summarise;
use serde_json::{Value, json};

async fn stored(house: &House, assessment: hakutaku_model::id::AssessmentId) -> usize {
    house.app.store.answers(house.facility, assessment).await.expect("answers").len()
}

#[tokio::test]
async fn an_answer_is_saved_read_changed_and_taken_away() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/answers/it-backup-01");
    assert_eq!(program.get(&path).await.status, StatusCode::NOT_FOUND);

    let first = program.put(&path, &json!({"level": 2, "note": "台帳あり"})).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!((first.header(header::ETAG), &first.json()["version"]), ("\"1\"", &json!(1)));
    assert_eq!(first.json()["answered_by"], "記録 太郎");

    let reason = json!({"not_applicable": " 控えを取る機器がないため ", "expected_version": 1});
    let second = program.put(&path, &reason).await.json();
    assert_eq!((&second["level"], &second["not_applicable"]), (&Value::Null, &json!("控えを取る機器がないため")));
    assert_eq!(second["note"], "台帳あり", "a note that is not sent stays");
    let read = program.get(&path).await;
    assert_eq!(read.json(), second);
    let again =
        program.call(Method::GET, &path, &[(header::IF_NONE_MATCH, read.header(header::ETAG))], Vec::new()).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));

    assert_eq!(program.delete(&path).await.wrong_fields(), ["expected_version"]);
    let gone = program.call(Method::DELETE, &path, &[(header::IF_MATCH, "\"2\"")], Vec::new()).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(stored(&house, it).await, 0);
}

#[tokio::test]
async fn whoever_saves_over_a_newer_answer_gets_that_one_instead() {
    let house = House::new().await;
    let it = house.answered("hospital-it", YEAR, None, |_| Some(level(1))).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/answers/it-backup-01");
    for body in [json!({"level": 3}), json!({"level": 3, "expected_version": 7})] {
        let reply = program.put(&path, &body).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        let current = &reply.json()["current"];
        assert_eq!((&current["level"], &current["version"]), (&json!(1), &json!(1)));
    }
    let late = program.delete(&format!("{path}?expected_version=7")).await;
    assert_eq!((late.status, &late.json()["current"]["level"]), (StatusCode::CONFLICT, &json!(1)));
    assert_eq!(program.put(&path, &json!({"level": 1})).await.status, StatusCode::OK, "the same answer is no conflict");
}

#[tokio::test]
async fn an_answer_that_is_none_is_refused_field_by_field() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/answers/it-backup-01");
    for (body, field) in [
        (json!({}), "level"),
        (json!({"level": 4}), "level"),
        (json!({"level": 1.5}), "level"),
        (json!({"level": 1, "not_applicable": "なし"}), "not_applicable"),
        (json!({"not_applicable": "　"}), "not_applicable"),
        (json!({"not_applicable": "長".repeat(2001)}), "not_applicable"),
        (json!({"level": 1, "expected_version": -1}), "expected_version"),
        (json!({"level": 1, "levle": 1}), "levle"),
    ] {
        let reply = program.put(&path, &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(reply.wrong_fields(), [field], "{body}");
    }
    let long = program.put(&path, &json!({"level": 1, "note": "長".repeat(4001)})).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        program.put(&of(&house, it, "/answers/ex-backup-01"), &json!({"level": 1})).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(stored(&house, it).await, 0);
}

#[tokio::test]
async fn a_closed_assessment_takes_no_answers() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    house.app.store.close_assessment(&act(), house.facility, it).await.expect("closed");
    let program = Program::it(&house).await;
    let one = program.put(&of(&house, it, "/answers/it-backup-01"), &json!({"level": 2})).await;
    assert_eq!((one.status, &one.json()["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("closed")));
    let all = program.post(&of(&house, it, "/answers"), &file(&house, |_| Some(2))).await;
    assert_eq!((all.status, &all.json()["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("closed")));
}

/// An answers file of the hospital's form.
fn file(house: &House, level: impl Fn(usize) -> Option<u8>) -> Value {
    let form = house.catalogue().questionnaire("hospital-it").expect("known");
    let answers: Vec<Value> = form
        .questions()
        .enumerate()
        .filter_map(|(at, question)| Some(json!({"question": question.id, "level": level(at)?})))
        .collect();
    json!({"questionnaire": form.id, "edition": form.edition, "answers": answers})
}

#[tokio::test]
async fn a_dry_run_gives_a_verdict_per_line_and_saves_nothing() {
    let house = House::new().await;
    let it = house.answered("hospital-it", YEAR, None, |at| (at < 4).then(|| level(1))).await;
    let program = Program::it(&house).await;
    let sent = file(&house, |at| match at {
        0 | 1 => Some(1),
        2 | 4 => Some(2),
        _ => None,
    });
    let reply = program.post(&of(&house, it, "/answers?dry_run=true"), &sent).await.json();
    assert_eq!((&reply["dry_run"], &reply["saved"]), (&json!(true), &json!(0)));
    assert_eq!(reply["counts"], json!({"new": 1, "changed": 1, "reaffirmed": 0, "same": 2}));
    let verdicts: Vec<&Value> = reply["rows"].as_array().expect("rows").iter().map(|row| &row["verdict"]).collect();
    assert_eq!(verdicts, ["same", "same", "changed", "new"]);
    assert_eq!(reply["rows"][2]["before"], json!({"level": 1, "not_applicable": null}));
    assert_eq!(stored(&house, it).await, 4);
}

#[tokio::test]
async fn a_file_is_saved_whole_and_twice_is_the_same_as_once() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let (path, sent) = (of(&house, it, "/answers"), file(&house, |at| u8::try_from(at % 4).ok()));
    let first = program.post(&path, &sent).await.json();
    assert_eq!((&first["saved"], &first["counts"]["new"]), (&json!(80), &json!(80)));
    let second = program.put(&path, &sent).await.json();
    assert_eq!((&second["saved"], &second["counts"]["same"]), (&json!(0), &json!(80)));
    assert_eq!(stored(&house, it).await, 80);
    let listed = program.get(&path).await.json();
    let (questions, order) =
        (listed["answers"].as_array().expect("answers"), sent["answers"].as_array().expect("answers"));
    assert!(
        questions.iter().zip(order).all(|(ours, theirs)| ours["question"] == theirs["question"]),
        "in the form's order"
    );
}

#[tokio::test]
async fn a_file_with_problems_is_refused_whole_with_the_line_of_each() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let edition = &house.catalogue().questionnaire("hospital-it").expect("known").edition;
    let text = format!(
        "{{\"questionnaire\": \"hospital-it\", \"edition\": \"{edition}\", \"answers\": [\n\
         {{\"question\": \"it-backup-01\", \"level\": 2}},\n\
         {{\"question\": \"it-backup-02\", \"level\": 4}},\n\
         {{\"question\": \"it-backup-99\", \"level\": 1}},\n\
         {{\"question\": \"it-backup-01\", \"not_applicable\": \" \"}}\n]}}"
    );
    let reply = program.send(Method::POST, &of(&house, it, "/answers"), &text).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let json = reply.json();
    let places: Vec<(Option<u64>, Option<&str>)> = json["problems"]
        .as_array()
        .expect("problems")
        .iter()
        .map(|problem| (problem["line"].as_u64(), problem["question"].as_str()))
        .collect();
    assert_eq!(
        places,
        [(Some(3), Some("it-backup-02")), (Some(4), Some("it-backup-99")), (Some(5), Some("it-backup-01"))]
    );
    assert_eq!(stored(&house, it).await, 0);
}

#[tokio::test]
async fn a_file_of_another_questionnaire_or_no_file_at_all_is_refused() {
    let house = House::new().await;
    let it = house.open("executive", YEAR, Some("院長")).await;
    let program = Program::it(&house).await;
    let path = of(&house, it, "/answers");
    assert_eq!(program.post(&path, &file(&house, |_| Some(1))).await.wrong_fields(), ["questionnaire"]);
    assert_eq!(program.send(Method::POST, &path, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(program.send(Method::POST, &path, "\u{0}\u{1}").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let json = [(header::CONTENT_TYPE, "application/json")];
    assert_eq!(
        program.call(Method::POST, &path, &json, vec![0xff, 0xfe]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        program.call(Method::POST, &path, &json, vec![b' '; 5 << 20]).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let asked = program.post(&of(&house, it, "/answers?dry_run=perhaps"), &json!({})).await;
    assert_eq!(asked.wrong_fields(), ["dry_run"]);
}

#[tokio::test]
async fn the_result_is_the_one_of_the_command_line() {
    let house = House::new().await;
    for form in ["hospital-it", "network-typology"] {
        let id = house.answered(form, YEAR, None, mixed).await;
        let shown = Program::it(&house).await.get(&of(&house, id, "/result")).await.json();
        let questionnaire = house.catalogue().questionnaire(form).expect("known");
        let answers = house.app.store.model_answers(house.facility, id).await.expect("answers");
        let summary = summarise(house.catalogue(), questionnaire, &answers);
        assert_eq!(shown, serde_json::to_value(summary).expect("JSON"));
    }
}

#[tokio::test]
async fn what_a_program_saves_is_seen_at_once_by_whoever_looks() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    let mut heard = house.app.live.listen(it).into_response().into_body().into_data_stream();
    program.put(&of(&house, it, "/answers/it-backup-01"), &json!({"level": 2})).await;
    let event = heard.next().await.expect("an event").expect("bytes");
    let text = String::from_utf8_lossy(&event).into_owned();
    assert!(text.starts_with("event: answer") && text.contains("it-backup-01"), "{text}");
    program.post(&of(&house, it, "/answers"), &file(&house, |_| Some(1))).await;
    let event = heard.next().await.expect("an event").expect("bytes");
    assert!(event.starts_with(b"event: lagged"), "after a whole file everything is loaded again");
}

#[tokio::test]
async fn the_log_names_the_token() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let program = Program::it(&house).await;
    program.put(&of(&house, it, "/answers/it-backup-01"), &json!({"level": 2})).await;
    let chain = hakutaku_model::journal::Chain::Facility(house.facility);
    let last = house.app.store.recent_journal(chain, 1).await.expect("the log");
    assert_eq!(last[0].event.action, "answer.save");
    assert!(last[0].event.actor.starts_with("token:"), "{}", last[0].event.actor);
}
