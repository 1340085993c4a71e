//! Handing questions over: to a colleague with an account, or by a link to somebody without one.

use crate::ward::{NEXT, QUESTION, Ward};
use hakutaku_model::person::Role;
use hakutaku_store::{HandoverRow, HandoverState};
use serde_json::json;

async fn handover(ward: &Ward) -> HandoverRow {
    let rows = ward.world.app.store.handovers(ward.facility, ward.assessment).await.expect("read");
    rows.into_iter().next().expect("one was handed over")
}

/// The link on the page that shows it once.
fn link(page: &str) -> String {
    let (_, rest) = page.split_once("/i/").expect("a link");
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("/i/{token}")
}

#[tokio::test]
async fn a_colleague_answers_what_was_handed_over_and_it_goes_back_and_forth_until_done() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut ueda = ward.somebody("Ueda", Role::Respondent).await;
    let person = ueda.id.to_string();
    let form = [("question", QUESTION), ("person", person.as_str()), ("message", "Please look at the tapes")];
    sato.browser.get(&ward.at(&format!("hand-over?question={QUESTION}"))).await.is(200).says("Ueda (Respondent)");
    sato.browser.submit(&ward.at("hand-over"), &form).await.goes(&ward.at("handed-over"));

    ueda.browser.get("/handed-to-me").await.is(200).says("waiting").says("/handed#it-backup-01");
    let page = ueda.browser.get(&ward.at("handed")).await;
    page.is(200).says("Please look at the tapes").keeps_quiet_about("it-backup-02");
    ueda.browser.get(&ward.at("fields/backup")).await.is(403);

    ueda.browser.put(&ward.question(QUESTION, "handed"), json!({"level": 1, "version": 0})).await.is(200);
    assert_eq!(handover(&ward).await.state, HandoverState::Answered);

    let row = handover(&ward).await;
    let follow_up = ward.at(&format!("handed-over/{}", row.id));
    sato.browser.get(&ward.at("handed-over")).await.says("answered").says("Ueda").says("1: ");
    sato.browser.submit(&follow_up, &[("state", "returned"), ("message", "")]).await.is(422);
    sato.browser.submit(&follow_up, &[("state", "returned"), ("message", "Which tapes?")]).await.is(303);
    ueda.browser.get(&ward.at("handed")).await.says("Which tapes?");

    ueda.browser.submit(&ward.question(QUESTION, "give-back"), &[("message", "Ask the vendor")]).await.is(422);
    let body = json!({"level": 2, "note": "the weekly ones", "version": 1});
    ueda.browser.put(&ward.question(QUESTION, "handed"), body).await.is(200);
    sato.browser.submit(&follow_up, &[("state", "closed")]).await.is(303);
    assert_eq!(handover(&ward).await.state, HandoverState::Closed);

    let reply =
        ueda.browser.put(&ward.question(QUESTION, "handed"), json!({"level": 3, "version": 2})).await.is(422).json();
    assert_eq!(reply["code"], "taken-back");
    assert_eq!(ward.level(QUESTION).await, Some(2));
    ueda.browser.get(&ward.at("handed")).await.is(200).keeps_quiet_about("Which tapes?");
}

#[tokio::test]
async fn a_question_is_given_back_with_a_message() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut ueda = ward.somebody("Ueda", Role::Respondent).await;
    let person = ueda.id.to_string();
    sato.browser.submit(&ward.at("hand-over"), &[("question", QUESTION), ("person", &person)]).await.is(303);
    let give_back = ward.question(QUESTION, "give-back");
    ueda.browser.submit(&give_back, &[("message", "")]).await.is(422);
    ueda.browser.submit(&give_back, &[("message", "Ask the vendor")]).await.is(303);
    assert_eq!(handover(&ward).await.state, HandoverState::Returned);
    sato.browser.get(&ward.at("handed-over")).await.says("sent back").says("Ask the vendor").says("Sent back by Ueda");
}

#[tokio::test]
async fn nobody_answers_a_question_that_was_not_handed_to_them() {
    let ward = Ward::new().await;
    let mut ueda = ward.somebody("Ueda", Role::Respondent).await;
    let reply = ueda.browser.put(&ward.question(QUESTION, "handed"), json!({"level": 3, "version": 0})).await;
    assert_eq!(reply.is(422).json()["code"], "taken-back");
    ueda.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 3, "version": 0})).await.is(403);
    assert_eq!(ward.stands(QUESTION).await, None);
}

#[tokio::test]
async fn whoever_may_answer_everything_settles_what_was_handed_to_them_by_answering() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let person = mori.id.to_string();
    sato.browser.submit(&ward.at("hand-over"), &[("question", QUESTION), ("person", &person)]).await.is(303);
    mori.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 3, "version": 0})).await.is(200);
    assert_eq!(handover(&ward).await.state, HandoverState::Answered);
}

#[tokio::test]
async fn the_form_says_what_is_missing() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.submit(&ward.at("hand-over"), &[("message", "typed")]).await;
    page.is(422).says("Choose at least one question").says("Choose a colleague or enter a name").says("typed");
    let both = [("question", QUESTION), ("person", "someone"), ("name", "Tanaka"), ("kind", "vendor"), ("days", "14")];
    sato.browser.submit(&ward.at("hand-over"), &both).await.is(422).says("not both");
}

#[tokio::test]
async fn a_vendor_sees_and_answers_the_questions_of_the_link_and_nothing_else() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let form =
        [("question", QUESTION), ("name", "Tanaka (Minato)"), ("kind", "vendor"), ("days", "7"), ("message", "Thanks")];
    let page = sato.browser.submit(&ward.at("hand-over"), &form).await;
    page.is(200).says("Tanaka (Minato)").says("<svg class=\"qr\"").says("http://localhost:8787/i/");

    let mut guest = ward.world.visitor();
    let opened = guest.get(&link(&page.text)).await;
    opened.goes("/guest");
    assert_eq!(opened.headers.get("referrer-policy").map(|v| v.as_bytes()), Some(&b"no-referrer"[..]));
    let form = guest.get("/guest").await;
    form.is(200).says("A request from Shirasawa Memorial").says("Thanks").says(QUESTION).keeps_quiet_about(NEXT);
    form.keeps_quiet_about("/handed-over").keeps_quiet_about("What it stands for");
    assert!(!form.text.contains(&link(&page.text)["/i/".len()..]), "the token is in no page");

    guest.put(&ward.question(NEXT, "handed"), json!({"level": 3, "version": 0})).await.is(404);
    guest.get(&ward.at("fields/backup")).await.is(404);
    let reply = guest.put(&ward.question(QUESTION, "handed"), json!({"level": 2, "version": 0})).await.is(200).json();
    assert_eq!(reply["answer"]["by"], "Tanaka (Minato)");
    assert_eq!(
        (reply["progress"]["all"]["answered"].as_u64(), reply["progress"]["all"]["open"].as_u64()),
        (Some(1), Some(0))
    );
    assert_eq!(handover(&ward).await.state, HandoverState::Answered);
    guest.get("/guest/done").await.is(200).says("Thank you very much").says("1 of 1");

    let row = handover(&ward).await;
    sato.browser.get(&ward.at("handed-over")).await.says("Tanaka (Minato)").says("opened");
    sato.browser.submit(&ward.at(&format!("handed-over/{}", row.id)), &[("state", "closed")]).await.is(303);
    guest.get("/guest").await.is(200).says("All your questions are settled");
    let late = guest.put(&ward.question(QUESTION, "handed"), json!({"level": 0, "version": 1})).await;
    assert_eq!(late.is(422).json()["code"], "taken-back");
}

#[tokio::test]
async fn a_withdrawn_or_unknown_link_says_so_kindly() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let form = [("question", QUESTION), ("name", "Tanaka"), ("kind", "vendor"), ("days", "7")];
    let page = sato.browser.submit(&ward.at("hand-over"), &form).await;
    let mut guest = ward.world.visitor();
    guest.get(&link(&page.text)).await.goes("/guest");
    guest.get("/guest").await.is(200);
    let invitation = handover(&ward).await.invitation.expect("by a link");
    sato.browser.submit(&ward.at(&format!("invitations/{invitation}/withdraw")), &[]).await.is(303);
    guest.get("/guest").await.is(404).says("It has expired, was withdrawn");
    guest.put(&ward.question(QUESTION, "handed"), json!({"level": 3, "version": 0})).await;
    assert_eq!(ward.stands(QUESTION).await, None);
    ward.world.visitor().get(&link(&page.text)).await.is(410).says("ask the person who gave you the link");
    ward.world.visitor().get("/i/never-made").await.is(410);
}

#[tokio::test]
async fn an_executive_gets_a_sheet_of_their_own_and_answers_it_by_form() {
    let mut ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::SafetyManager).await;
    let list = format!("/facilities/{}/assessments", ward.facility);
    let executive = |name| [("questionnaire", "executive"), ("respondent", name), ("invite", "yes")];
    sato.browser.submit(&list, &executive("")).await.is(422).says("id=\"respondent-wrong\"");
    let page = sato.browser.submit(&list, &executive("Dr Shirai")).await;
    page.is(200).says("Dear Dr Shirai").says("15 questions");
    sato.browser.submit(&list, &executive("Dr Shirai")).await.is(409).says("There is a sheet of this name");
    sato.browser.submit(&list, &executive("Mr Osawa")).await.is(200);

    let rows = ward.world.app.store.assessments(ward.facility).await.expect("read");
    ward.assessment = rows.iter().find(|row| row.respondent.as_deref() == Some("Dr Shirai")).expect("opened").id;
    let mut guest = ward.world.visitor();
    guest.get(&link(&page.text)).await.goes("/guest");
    guest.get("/guest").await.is(200).says("Questions for executives").says("0 of 15");
    let path = ward.question("ex-backup-01", "handed");
    guest.submit(&path, &[("level", "na"), ("back", "guest")]).await.is(422).says("needs a reason");
    guest.submit(&path, &[("level", "2"), ("version", "0"), ("back", "guest")]).await.goes("/guest#ex-backup-01");
    let row = ward.stands("ex-backup-01").await.expect("answered");
    assert_eq!(row.answered_by, "Dr Shirai");
    guest.get("/guest/done").await.says("Still open: 14");
    guest.submit("/guest/leave", &[]).await.goes("/guest/ended");
    guest.get("/guest").await.is(404);
}

#[tokio::test]
async fn a_link_can_be_made_to_ones_own_sheet_only() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.submit(&ward.at("invitations"), &[]).await.is(422).says("one person");
    let made = ward.world.app.store.invitations_to(ward.facility, ward.assessment).await.expect("read");
    assert!(made.is_empty());
}

#[tokio::test]
async fn an_executive_with_an_account_answers_the_own_link_as_its_guest() {
    let mut ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::SafetyManager).await;
    let mut shirai = ward.somebody("Shirai", Role::Executive).await;
    let list = format!("/facilities/{}/assessments", ward.facility);
    let form = [("questionnaire", "executive"), ("respondent", "Dr Shirai"), ("invite", "yes")];
    let page = sato.browser.submit(&list, &form).await;
    let rows = ward.world.app.store.assessments(ward.facility).await.expect("read");
    ward.assessment = rows.iter().find(|row| row.respondent.is_some()).expect("opened").id;
    shirai.browser.get(&link(&page.text)).await.goes("/guest");
    shirai.browser.get("/guest").await.is(200);
    let body = json!({"level": 2, "version": 0});
    shirai.browser.put(&ward.question("ex-backup-01", "handed"), body).await.is(200);
    assert_eq!(ward.stands("ex-backup-01").await.map(|row| row.answered_by), Some("Dr Shirai".to_owned()));
}

#[tokio::test]
async fn a_hand_over_of_another_assessment_is_not_found() {
    let mut ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let ueda = ward.somebody("Ueda", Role::Respondent).await;
    let person = ueda.id.to_string();
    sato.browser.submit(&ward.at("hand-over"), &[("question", QUESTION), ("person", &person)]).await.is(303);
    let id = handover(&ward).await.id;
    ward.assessment = ward.open("network-typology", ward.this_year(), None).await;
    sato.browser.submit(&ward.at(&format!("handed-over/{id}")), &[("state", "closed")]).await.is(404);
}
