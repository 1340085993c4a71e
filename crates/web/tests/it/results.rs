//! The pages and files that show a result.

use crate::sample::{House, YEAR, level};
use axum::http::{StatusCode, header};
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;

#[tokio::test]
async fn the_result_shows_scores_reasons_plan_and_comparisons() {
    let house = House::new().await;
    let it = house.two_years().await;
    let page = house.browser(Role::ItOperator, Lang::Ja).await.get(&house.path(it, "result")).await;
    assert_eq!(page.status, StatusCode::OK);
    let html = page.text();
    for part in
        ["id=\"fields\"", "id=\"plan\"", "id=\"national\"", "id=\"executives\"", "id=\"network\"", "id=\"files\""]
    {
        assert!(html.contains(part), "{part}");
    }
    assert!(html.contains("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"radar\""), "the chart");
    assert!(html.contains("昨年との差") && html.contains("▲"), "the change since last year");
    assert!(!html.contains("style="), "a strict content policy allows no inline style");
}

#[tokio::test]
async fn every_field_opens_its_derivation_with_links_to_the_questions() {
    let house = House::new().await;
    let it = house.two_years().await;
    let html = house.browser(Role::ItOperator, Lang::Ja).await.get(&house.path(it, "result")).await.text();
    let form = house.catalogue().questionnaire("hospital-it").expect("known");
    for section in &form.sections {
        assert!(html.contains(&format!("id=\"why-{}\"", section.field)), "{}", section.field);
        for question in &section.questions {
            let link = format!("fields/{}#{}\"", section.field, question.id);
            assert!(html.contains(&link), "{link}");
        }
    }
    assert!(html.contains(") ÷ "), "the formula");
}

#[tokio::test]
async fn an_executive_reads_the_result_without_links_to_what_they_may_not_open() {
    let house = House::new().await;
    let it = house.two_years().await;
    let browser = house.browser(Role::Executive, Lang::Ja).await;
    let html = browser.get(&house.path(it, "result")).await.text();
    assert!(!html.contains("/fields/") && !html.contains("answers.xlsx") && !html.contains("/import\""));
    assert_eq!(browser.get(&house.path(it, "answers.xlsx")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get(&house.path(it, "briefing")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn before_the_first_answer_the_page_says_what_to_do() {
    let house = House::new().await;
    let it = house.open("hospital-it", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let html = browser.get(&house.path(it, "result")).await.text();
    assert!(html.contains("No result yet") && html.contains("Begin to answer"), "{html}");
    assert!(!html.contains("result.pdf") && html.contains("blank.pdf"));
    let html = browser.get(&house.path(it, "briefing")).await.text();
    assert!(html.contains("No result yet"));
}

#[tokio::test]
async fn the_briefing_holds_three_gaps_with_three_decisions() {
    let house = House::new().await;
    let it = house.two_years().await;
    let html = house.browser(Role::Executive, Lang::Ja).await.get(&house.path(it, "briefing")).await.text();
    assert_eq!(html.matches("class=\"gap-card\"").count(), 3);
    assert_eq!(html.matches("決めていただきたいこと</dt>").count(), 3);
    assert_eq!(html.matches("今週、担当者に聞くこと").count(), 3);
}

#[tokio::test]
async fn the_network_result_is_a_ladder_with_marks_in_words() {
    let house = House::new().await;
    let network = house.answered("network-typology", YEAR, None, |at| Some(level(1 + at % 2))).await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let html = browser.get(&house.path(network, "result")).await.text();
    assert_eq!(html.matches("class=\"rung").count() - html.matches("class=\"rung-").count(), 4);
    assert!(html.contains("いまここ") && html.contains("目標") && html.contains("一部だけ管理している"));
    assert!(html.contains("レベル2に上がるために足りないこと"));
    assert_eq!(browser.get(&house.path(network, "briefing")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_years_page_puts_this_year_first_and_draws_the_years() {
    let house = House::new().await;
    house.two_years().await;
    let browser = house.browser(Role::SafetyManager, Lang::Ja).await;
    let html = browser.get(&format!("/facilities/{}/results", house.facility)).await.text();
    assert!(html.contains("class=\"trend\"") && html.contains("2025年度") && html.contains("2026年度"));
    assert_eq!(html.matches("class=\"card\"").count(), 4, "IT, two executives, network");
}

#[tokio::test]
async fn the_years_page_of_a_new_facility_says_where_to_begin() {
    let house = House::new().await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let html = browser.get(&format!("/facilities/{}/results", house.facility)).await.text();
    assert!(html.contains("No result yet") && html.contains("Begin an assessment"));
}

#[tokio::test]
async fn every_download_is_what_its_name_says_and_carries_facility_and_year() {
    let house = House::new().await;
    let it = house.two_years().await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    for (file, kind, start) in [
        ("result.pdf", "application/pdf", b"%PDF".as_slice()),
        ("briefing.pdf", "application/pdf", b"%PDF"),
        ("blank.pdf", "application/pdf", b"%PDF"),
        ("result.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("blank.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("answers.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("result.csv", "text/csv; charset=utf-8", b""),
        ("result.json", "application/json", b"{"),
        ("answers.json", "application/json", b"{"),
    ] {
        let page = browser.get(&house.path(it, file)).await;
        assert_eq!((page.status, page.header(header::CONTENT_TYPE)), (StatusCode::OK, kind), "{file}");
        assert!(page.body.starts_with(start), "{file}");
        let name = page.header(header::CONTENT_DISPOSITION);
        // 白沢記念病院 … 2026年度
        assert!(name.contains("filename*=UTF-8''%E7%99%BD%E6%B2%A2") && name.contains("2026%E5%B9%B4"), "{name}");
        assert!(name.contains(&format!("filename=\"{file}\"")), "{name}");
    }
}

#[tokio::test]
async fn a_character_that_cannot_be_printed_is_said_before_the_paper_is_taken() {
    let house = House::new().await;
    let reason = AnswerValue::NotApplicable("🏥 のため対象外".to_owned());
    let small = house.answered("small-facility", YEAR, None, |at| (at == 0).then(|| reason.clone())).await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let path = house.path(small, "result.pdf");
    let page = browser.get(&path).await.text();
    assert!(page.contains("🏥") && page.contains("result.pdf?anyway=1"), "{page}");
    assert!(browser.get(&format!("{path}?anyway=1")).await.body.starts_with(b"%PDF"));
}

#[tokio::test]
async fn an_export_is_entered_in_the_log() {
    let house = House::new().await;
    let it = house.two_years().await;
    house.browser(Role::ItOperator, Lang::Ja).await.get(&house.path(it, "result.csv")).await;
    let chain = hakutaku_model::journal::Chain::Facility(house.facility);
    let newest = house.app.store.recent_journal(chain, 1).await.expect("the log reads").remove(0);
    assert_eq!(newest.event.action, "result.export");
    assert_eq!(newest.event.object, format!("assessment:{it}"));
}

#[tokio::test]
async fn the_json_result_is_the_one_of_the_command_line() {
    let house = House::new().await;
    let it = house.two_years().await;
    let page = house.browser(Role::RegionalSupporter, Lang::Ja).await.get(&house.path(it, "result.json")).await;
    let sent: serde_json::Value = serde_json::from_slice(&page.body).expect("JSON");
    let answers = house.app.store.model_answers(house.facility, it).await.expect("answers");
    let form = house.catalogue().questionnaire("hospital-it").expect("known");
    let summary = hakutaku_model::summary::summarise(house.catalogue(), form, &answers);
    assert_eq!(sent, serde_json::to_value(summary).expect("JSON"));
}

#[tokio::test]
async fn an_answers_file_scores_the_same_elsewhere() {
    let house = House::new().await;
    let it = house.two_years().await;
    let page = house.browser(Role::ItOperator, Lang::Ja).await.get(&house.path(it, "answers.json")).await;
    let text = page.text();
    let file = hakutaku_model::answers_file::parse(&text, house.catalogue()).expect("an answers file");
    let stored = house.app.store.model_answers(house.facility, it).await.expect("answers");
    assert_eq!(file.answers, stored);
}
