//! Assessments of a facility.

use crate::ward::{QUESTION, Ward};
use hakutaku_model::person::Role;
use serde_json::json;

#[tokio::test]
async fn the_list_shows_each_year_with_its_progress() {
    let ward = Ward::new().await;
    let before = ward.open("hospital-it", ward.this_year().previous(), None).await;
    ward.answer_all(before, "hospital-it", 2).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 2, "version": 0})).await.is(200);
    let page = sato.browser.get(&format!("/facilities/{}/assessments", ward.facility)).await;
    page.is(200).says("80 of 80").says("1 of ").says("9 fields, 15 questions, about 10 minutes");
    page.says("value=\"network-typology\"").keeps_quiet_about("value=\"hospital-it\"");
}

#[tokio::test]
async fn last_years_answers_are_left_behind_when_nobody_wants_them() {
    let ward = Ward::new().await;
    let before = ward.open("network-typology", ward.this_year().previous(), None).await;
    ward.answer_all(before, "network-typology", 2).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = format!("/facilities/{}/assessments", ward.facility);
    let opened = sato.browser.submit(&list, &[("questionnaire", "network-typology")]).await;
    opened.is(303);
    let id = opened.to().rsplit('/').next().expect("an id").parse().expect("an id");
    assert!(ward.world.app.store.answers(ward.facility, id).await.expect("read").is_empty());
}

#[tokio::test]
async fn closing_and_opening_again_is_for_those_who_manage() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut auditor = ward.somebody("Auditor", Role::Auditor).await;
    auditor.browser.submit(&ward.at("close"), &[]).await.is(403);
    let list = format!("/facilities/{}/assessments", ward.facility);
    sato.browser.submit(&ward.at("close"), &[]).await.goes(&list);
    auditor.browser.get(&list).await.is(200).says("Closed").keeps_quiet_about("Open again");
    sato.browser.submit(&ward.at("reopen"), &[]).await.goes(&list);
    sato.browser.put(&ward.question(QUESTION, "answer"), json!({"level": 2, "version": 0})).await.is(200);
}

#[tokio::test]
async fn a_questionnaire_the_facility_does_not_use_cannot_be_opened() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = format!("/facilities/{}/assessments", ward.facility);
    sato.browser.submit(&list, &[("questionnaire", "small-facility")]).await.is(422);
    sato.browser.submit(&list, &[("questionnaire", "no-such")]).await.is(422);
}
