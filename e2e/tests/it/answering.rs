//! The main job: answering by keyboard, alone and together, with and without a connection.

use crate::harness::{Api, Browser, Screen, Server, open_facility, open_sheet, sign_in};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use thirtyfour::Key;

const ORGANIZATION: [&str; 5] =
    ["it-organization-01", "it-organization-02", "it-organization-03", "it-organization-04", "it-organization-05"];

/// The level chosen on a card: `0`–`3`, `na`, or empty.
fn chosen(question: &str) -> String {
    format!("(document.querySelector('#{question} [name=level]:checked')?.value ?? '')")
}

/// How saving stands with a card.
fn saving(question: &str) -> String {
    format!("document.getElementById('{question}').dataset.save")
}

/// What the server holds: question, level, reason, version.
async fn held(api: &Api, assessment: &str, question: &str) -> Result<Value> {
    let answers = api.get(&format!("{assessment}/answers")).await?;
    let found =
        answers["answers"].as_array().and_then(|all| all.iter().find(|one| one["question"] == question).cloned());
    Ok(found.unwrap_or(Value::Null))
}

/// Goes to a card with the arrow keys.
async fn arrow_to(browser: &Browser, question: &str) -> Result<()> {
    for _ in 0..30 {
        if browser.value(&format!("document.activeElement?.closest('[data-question]')?.id === '{question}'")).await?
            == json!(true)
        {
            return Ok(());
        }
        browser.press(Key::Down).await?;
    }
    browser.surprised(&format!("the arrow keys do not reach {question}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_is_started_and_answered_by_keyboard_and_survives_a_reload() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let facility = open_facility(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("/facilities/{facility}/assessments"))).await?;
    browser.click_on("input[name='questionnaire'][value='hospital-it'] ~ .actions button").await?;
    browser.arrive("/facilities/*/assessments/*/fields/organization").await?;
    browser.until("document.documentElement.classList.contains('scripted')").await?;

    for (question, level) in ORGANIZATION.into_iter().zip(["0", "1", "2", "3"]) {
        arrow_to(&browser, question).await?;
        browser.press(level).await?;
        browser.until(&format!("{} === '{level}' && {} === 'saved'", chosen(question), saving(question))).await?;
    }
    let last = ORGANIZATION[4];
    arrow_to(&browser, last).await?;
    browser.press("n").await?;
    browser.until("document.activeElement.name === 'reason'").await?;
    assert_ne!(browser.text_of(&saving(last)).await?, "saved", "without a reason it is no answer");
    browser.press("情報システムの委員会を置かない規模のため").await?;
    browser.until(&format!("{} === 'saved'", saving(last))).await?;
    browser.press(Key::Escape).await?;
    browser.until(&format!("document.activeElement.id === '{last}'")).await?;
    // Digits go to the answer again, not into the text.
    browser.until("document.querySelector('[data-field=organization]').dataset.fieldState === 'done'").await?;

    browser.refresh().await?;
    browser
        .until("document.readyState === 'complete' && document.documentElement.classList.contains('scripted')")
        .await?;
    for (question, level) in ORGANIZATION.into_iter().zip(["0", "1", "2", "3", "na"]) {
        assert_eq!(browser.text_of(&chosen(question)).await?, level, "{question}");
    }
    let reason = browser.text_of(&format!("document.querySelector('#{last} [name=reason]').value")).await?;
    assert_eq!(reason, "情報システムの委員会を置かない規模のため");
    assert_eq!(browser.value("document.querySelector('[data-progress]').value").await?, 5);

    // Past the last card the arrow goes on to the next field.
    browser.press(Key::Up).await?;
    arrow_to(&browser, last).await?;
    browser.press(Key::Down).await?;
    browser.arrive("/facilities/*/fields/education").await?;
    browser.until("document.activeElement.closest('[data-question]')?.id === 'it-education-01'").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_answers_wait_on_the_device_and_arrive_when_it_is_back() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let assessment = open_sheet(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("{assessment}/fields/organization"))).await?;
    let network = async |offline: bool| {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        browser.tools("Network.emulateNetworkConditions", conditions).await
    };
    browser.tools("Network.enable", json!({})).await?;
    network(true).await?;
    for (question, level) in ORGANIZATION.into_iter().take(3).zip(["3", "2", "1"]) {
        arrow_to(&browser, question).await?;
        browser.press(level).await?;
        browser.until(&format!("{} === 'kept' || {} === 'saving'", saving(question), saving(question))).await?;
    }
    browser.see("[data-banner] [data-banner-retry]").await?;
    assert_eq!(held(&api, &assessment, ORGANIZATION[0]).await?, Value::Null);

    network(false).await?;
    for (question, level) in ORGANIZATION.into_iter().take(3).zip([3, 2, 1]) {
        browser.until(&format!("{} === 'saved'", saving(question))).await?;
        assert_eq!(held(&api, &assessment, question).await?["level"], level, "{question}");
    }
    browser.until("document.querySelector('[data-banner]').classList.contains('is-good')").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_and_comes_back_loses_nothing_even_if_the_page_was_reloaded() -> Result<()> {
    let mut server = Server::demo()?;
    let api = server.api("administrator")?;
    let assessment = open_sheet(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    let page = server.url(&format!("{assessment}/fields/organization"));
    browser.visit(&page).await?;
    arrow_to(&browser, ORGANIZATION[0]).await?;
    browser.press("2").await?;
    browser.until(&format!("{} === 'saved'", saving(ORGANIZATION[0]))).await?;

    server.stop();
    arrow_to(&browser, ORGANIZATION[1]).await?;
    browser.press("1").await?;
    browser.see("[data-banner] [data-banner-retry]").await?;
    arrow_to(&browser, ORGANIZATION[2]).await?;
    browser.press("3").await?;
    browser.until(&format!("{} === 'kept'", saving(ORGANIZATION[2]))).await?;

    server.start_again()?;
    // Somebody impatient loads the page anew instead of waiting: what was kept is on the device.
    browser.visit(&page).await?;
    for (question, level) in ORGANIZATION.into_iter().zip([2, 1, 3]) {
        browser.until(&format!("{} === '{level}'", chosen(question))).await?;
        browser.until(&format!("!Object.keys(localStorage).some(key => key.endsWith('{question}'))")).await?;
        assert_eq!(held(&api, &assessment, question).await?["level"], level, "{question}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_see_each_other_and_neither_overwrites_the_other_unknowingly() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let hospital = api.get("/facilities").await?["items"][0]["id"].as_str().context("the model hospital")?.to_owned();
    let open = api.get(&format!("/facilities/{hospital}/assessments")).await?;
    let this_year =
        open["items"].as_array().and_then(|all| all.iter().find(|one| one["questionnaire"] == "hospital-it"));
    let this_year = this_year.and_then(|one| one["id"].as_str()).context("this year's assessment")?;
    let assessment = format!("/facilities/{hospital}/assessments/{this_year}");
    let page = server.url(&format!("{assessment}/fields/organization"));
    let (first, second) = (ORGANIZATION[0], ORGANIZATION[1]);
    for question in [first, second] {
        let version = held(&api, &assessment, question).await?["version"].as_i64().unwrap_or(0);
        api.put(&format!("{assessment}/answers/{question}"), &json!({ "level": 0, "expected_version": version }))
            .await?;
    }

    let (oda, fujimori) = (Browser::open(Screen::Desk).await?, Browser::open(Screen::Desk).await?);
    sign_in(&oda, &server, &server.credential("it_operator")?).await?;
    sign_in(&fujimori, &server, &server.credential("safety_manager")?).await?;
    for browser in [&oda, &fujimori] {
        browser.visit(&page).await?;
        browser.until("document.documentElement.classList.contains('scripted')").await?;
    }

    // Seen at once, with the name of who answered.
    oda.click_on(&format!("#{first} label.level:has([value='3'])")).await?;
    fujimori.until(&format!("{} === '3' && {} === 'seen'", chosen(first), saving(first))).await?;
    assert!(fujimori.see(&format!("#{first} [data-state]")).await?.text().await?.contains("小田"));

    // The second answers without a connection what the first changes meanwhile.
    fujimori.tools("Network.enable", json!({})).await?;
    let network = async |offline: bool| {
        let conditions = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        fujimori.tools("Network.emulateNetworkConditions", conditions).await
    };
    network(true).await?;
    fujimori.click_on(&format!("#{second} label.level:has([value='1'])")).await?;
    oda.click_on(&format!("#{second} label.level:has([value='2'])")).await?;
    oda.until(&format!("{} === 'saved'", saving(second))).await?;
    network(false).await?;

    let conflict = fujimori.see(&format!("#{second} .conflict")).await?.text().await?;
    assert!(conflict.contains("小田"), "{conflict}");
    assert_eq!(held(&api, &assessment, second).await?["level"], 2, "what was saved first stands");
    // The choice survives a reload, and the chosen answer is sent.
    fujimori.visit(&page).await?;
    fujimori.click_on(&format!("#{second} .conflict button:not(.quiet)")).await?;
    fujimori.until(&format!("{} === 'saved'", saving(second))).await?;
    assert_eq!(held(&api, &assessment, second).await?["level"], 1);
    oda.until(&format!("{} === '1'", chosen(second))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_appears_when_an_earlier_answer_makes_it_apply() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let assessment = open_sheet(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("{assessment}/fields/maintenance"))).await?;
    let (decides, depends) = ("it-maintenance-02", "it-maintenance-03");
    let visible = format!("document.querySelector('#{depends} .question-body').checkVisibility()");
    browser.see(&format!("#{depends} .condition")).await?;
    browser.until(&format!("!{visible}")).await?;

    arrow_to(&browser, decides).await?;
    browser.press("1").await?;
    browser.until(&format!("{visible} && document.getElementById('{depends}').dataset.applies === 'asked'")).await?;
    browser.press("n").await?;
    browser.press("遠隔保守の回線がない").await?;
    browser
        .until(&format!("!{visible} && document.getElementById('{depends}').dataset.applies === 'excluded'"))
        .await?;
    browser.see(&format!("#{depends} .when-excluded")).await?;
    browser.expect_no_complaints().await
}
