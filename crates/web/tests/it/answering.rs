//! Answering: saved as one goes, never overwritten silently, and without scripts the same by plain forms.

use crate::ward::{NEXT, QUESTION, Ward};
use axum::response::IntoResponse as _;
use hakutaku_model::assessment::{AnswerValue, Standing};
use hakutaku_model::person::Role;
use serde_json::json;

#[tokio::test]
async fn an_answer_is_saved_as_one_goes_with_its_version_name_and_progress() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let answer =
        sato.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 2, "note": "seen", "version": 0})).await;
    let reply = answer.is(200).json();
    assert_eq!((reply["outcome"].as_str(), reply["answer"]["version"].as_i64()), (Some("saved"), Some(1)));
    assert_eq!((reply["answer"]["by"].as_str(), reply["answer"]["note"].as_str()), (Some("Sato"), Some("seen")));
    let field = reply["progress"]["fields"].as_array().expect("fields").iter().find(|f| f["field"] == "backup");
    assert_eq!(field.map(|f| (f["answered"].as_u64(), f["open"].as_u64())), Some((Some(1), Some(4))));
    assert_eq!(ward.level(QUESTION).await, Some(2));
}

#[tokio::test]
async fn two_people_never_overwrite_each_other_silently() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let path = ward.question(QUESTION, "answer");
    sato.browser.put(&path, json!({"level": 1, "version": 0})).await.is(200);
    let reply = mori.browser.put(&path, json!({"level": 3, "version": 0})).await.is(409).json();
    assert_eq!(reply["outcome"], "conflict");
    assert_eq!((reply["answer"]["by"].as_str(), reply["answer"]["level"].as_u64()), (Some("Sato"), Some(1)));
    assert_eq!(ward.level(QUESTION).await, Some(1), "Sato's answer stands until Mori decides");
    mori.browser.put(&path, json!({"level": 3, "version": 1})).await.is(200);
    assert_eq!(ward.level(QUESTION).await, Some(3));
}

#[tokio::test]
async fn an_answer_sent_twice_because_its_acknowledgement_was_lost_is_no_conflict() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let path = ward.question(QUESTION, "answer");
    for _ in 0..2 {
        let reply = sato.browser.put(&path, json!({"level": 1, "note": "", "version": 0})).await.is(200).json();
        assert_eq!(reply["answer"]["version"], 1);
    }
}

#[tokio::test]
async fn not_applicable_without_a_reason_is_refused_with_a_sentence() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let path = ward.question(QUESTION, "answer");
    let reply = sato.browser.put(&path, json!({"not_applicable": "  ", "version": 0})).await.is(422).json();
    assert_eq!(reply["sentence"], "\"Not applicable\" needs a reason. Please say why it does not apply.");
    let page =
        sato.browser.submit(&path, &[("level", "na"), ("reason", ""), ("note", "typed"), ("back", "field")]).await;
    page.is(422).says("needs a reason").says("typed");
    assert_eq!(ward.stands(QUESTION).await, None);
    sato.browser.put(&path, json!({"not_applicable": "no server here", "version": 0})).await.is(200);
    let value = ward.stands(QUESTION).await.map(|row| row.value);
    assert_eq!(value, Some(AnswerValue::NotApplicable("no server here".into())));
}

#[tokio::test]
async fn a_closed_assessment_takes_no_answers_and_says_so() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    ward.close().await;
    let path = ward.question(QUESTION, "answer");
    let reply = sato.browser.put(&path, json!({"level": 2, "version": 0})).await.is(422).json();
    assert_eq!(reply["code"], "closed");
    sato.browser
        .submit(&path, &[("level", "2"), ("back", "field")])
        .await
        .is(422)
        .says("is closed and takes no answers");
    sato.browser.get(&ward.at("fields/backup")).await.is(200).says("Answers can no longer be changed").says("disabled");
    assert_eq!(ward.stands(QUESTION).await, None);
}

#[tokio::test]
async fn without_scripts_a_form_saves_and_comes_back_to_its_question() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let path = ward.question(QUESTION, "answer");
    sato.browser.get(&ward.at("fields/backup")).await.is(200).says(&format!("action=\"{path}#{QUESTION}\""));
    let answer = sato.browser.submit(&path, &[("level", "3"), ("version", "0"), ("back", "field")]).await;
    answer.goes(&ward.at("fields/backup#it-backup-01"));
    assert_eq!(ward.level(QUESTION).await, Some(3));
    let page =
        sato.browser.submit(&path, &[("level", "1"), ("note", "mine"), ("version", "0"), ("back", "field")]).await;
    page.is(409).says("Somebody else answered first").says("3: ").says("mine").says("name=\"version\" value=\"1\"");
    let answer = sato.browser.submit(&path, &[("do", "clear"), ("version", "1"), ("back", "all")]).await;
    answer.goes(&ward.at("all#it-backup-01"));
    assert_eq!(ward.stands(QUESTION).await, None);
}

#[tokio::test]
async fn last_years_answer_comes_in_unconfirmed_and_counts_when_reaffirmed() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::SafetyManager).await;
    let network = ward.open("network-typology", ward.this_year().previous(), None).await;
    ward.answer_all(network, "network-typology", 2).await;
    let list = format!("/facilities/{}/assessments", ward.facility);
    sato.browser.get(&list).await.is(200).says("Bring over the answers of");
    let opened = sato.browser.submit(&list, &[("questionnaire", "network-typology"), ("carry-over", "yes")]).await;
    opened.is(303);
    let page = sato.browser.get(opened.to()).await;
    page.is(200).says("Last year&#39;s answer, unconfirmed").says("Still true").says("Unconfirmed: 10");
    let (facility, id) = (ward.facility, opened.to().rsplit('/').next().expect("an id").parse().expect("an id"));
    let answers = || async {
        let rows = ward.world.app.store.answers(facility, id).await.expect("read");
        rows.into_iter().filter(|row| row.standing == Standing::Confirmed).count()
    };
    assert_eq!(answers().await, 0, "nothing counts yet");
    let path = format!("{}/questions/nt-network-01/answer", opened.to());
    sato.browser.submit(&path, &[("level", "2"), ("version", "1"), ("do", "affirm"), ("back", "all")]).await.is(303);
    assert_eq!(answers().await, 1);
}

#[tokio::test]
async fn a_question_appears_when_an_earlier_answer_makes_it_apply_and_says_why() {
    let mut ward = Ward::new().await;
    ward.assessment = ward.open("network-typology", ward.this_year(), None).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.get(&ward.at("")).await;
    page.is(200).says("data-applies=\"undecided\"").says("Whether it is asked depends on that answer");
    let path = ward.question("nt-network-01", "answer");
    let reply = sato.browser.put(&path, json!({"level": 1, "version": 0})).await.is(200).json();
    assert_eq!(reply["progress"]["conditions"]["nt-network-03"], "asked");
    let reply = sato.browser.put(&path, json!({"not_applicable": "no line", "version": 1})).await.is(200).json();
    assert_eq!(reply["progress"]["conditions"]["nt-network-03"], "excluded");
}

#[tokio::test]
async fn who_looks_at_the_assessment_hears_what_others_save() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let looking = ward.world.app.live.listen(ward.assessment);
    sato.browser
        .put(&ward.question(QUESTION, "answer"), json!({"level": 2, "version": 0, "client": "w1"}))
        .await
        .is(200);
    sato.browser.submit(&ward.question(NEXT, "answer"), &[("level", "1"), ("back", "field")]).await.is(303);
    sato.browser
        .submit(&ward.question(NEXT, "comments"), &[("text", "see the shelf"), ("back", "field")])
        .await
        .is(303);
    let Ward { world, .. } = ward;
    drop((sato, world));
    let body = axum::body::to_bytes(looking.into_response().into_body(), 1 << 20).await.expect("a body");
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    let events: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    assert_eq!(events, ["answer", "answer", "comment"]);
    assert!(text.contains("\"by\":\"Sato\"") && text.contains("\"client\":\"w1\"") && text.contains("see the shelf"));
}

#[tokio::test]
async fn the_page_catches_up_by_its_state() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 2, "version": 0})).await.is(200);
    let state = sato.browser.get(&ward.at("state")).await.is(200).json();
    assert_eq!(state["answers"][0]["question"], QUESTION);
    assert_eq!(state["viewer"], format!("person:{}", sato.id));
    sato.browser.csrf = state["csrf"].as_str().expect("a token").to_owned();
    sato.browser.put(&ward.question(NEXT, "answer"), json!({"level": 2, "version": 0})).await.is(200);
}

#[tokio::test]
async fn comments_and_history_are_seen_with_names() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let comments = ward.question(QUESTION, "comments");
    sato.browser.submit(&comments, &[("text", " \n")]).await.is(422).says("The comment is empty");
    sato.browser.submit(&comments, &[("text", "<b>asked</b> the vendor"), ("back", "field")]).await.is(303);
    for (level, version) in [(1, 0), (2, 1)] {
        let body = json!({"level": level, "version": version});
        sato.browser.put(&ward.question(QUESTION, "answer"), body).await.is(200);
    }
    sato.browser.get(&ward.at("fields/backup")).await.says("&#60;b&#62;asked&#60;/b&#62; the vendor").says("Sato");
    sato.browser.get(&ward.question(QUESTION, "history")).await.is(200).says("2: ").says("1: ").says("Sato");
}

#[tokio::test]
async fn an_auditor_sees_the_answers_and_changes_none() {
    let ward = Ward::new().await;
    let mut auditor = ward.somebody("Auditor", Role::Auditor).await;
    let page = auditor.browser.get(&ward.at("fields/backup")).await;
    page.is(200).says("Your role does not change answers").keeps_quiet_about("Hand over</a>");
    auditor.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 2, "version": 0})).await.is(403);
}

#[tokio::test]
async fn a_long_questionnaire_opens_where_something_is_left() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.at("")).await.goes(&ward.at("fields/organization"));
    ward.answer_all(ward.assessment, "hospital-it", 2).await;
    sato.browser.get(&ward.at("fields/backup")).await.is(200).says("5/5").says("Next field");
    sato.browser.get(&ward.at("all")).await.is(200).says("id=\"it-bcp-01\"");
    sato.browser.get(&ward.at("fields/nowhere")).await.is(404);
}
