//! Without JavaScript every form still does its work.

use crate::harness::{Browser, Screen, Server, open_facility, open_sheet, sign_in};
use anyhow::{Context as _, Result};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_by_its_form_alone() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let assessment = open_sheet(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;

    browser.tools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;
    browser.visit(&server.url(&format!("{assessment}/fields/organization"))).await?;
    let question = "#it-organization-01";
    assert_eq!(browser.value("document.documentElement.classList.contains('scripted')").await?, false);
    browser.click_on(&format!("{question} label.level:has([value='2'])")).await?;
    browser.click_on(&format!("{question} form.answer button.save")).await?;
    browser.until(&format!("document.querySelector('{question}')?.dataset.version === '1'")).await?;
    browser.arrive("/facilities/*/fields/organization").await?;
    assert_eq!(
        browser.text_of(&format!("document.querySelector('{question} [name=level]:checked').value")).await?,
        "2"
    );
    let held = api.get(&format!("{assessment}/answers")).await?;
    assert_eq!(held["answers"][0]["level"], 2);

    // A reason is needed, and what was chosen is still there when it is asked for.
    browser.click_on(&format!("{question} label.level:has([value='na'])")).await?;
    browser.click_on(&format!("{question} form.answer button.save")).await?;
    browser.see(&format!("{question} .notice.bad")).await?;
    assert_eq!(
        browser.text_of(&format!("document.querySelector('{question} [name=level]:checked').value")).await?,
        "na"
    );
    assert_eq!(api.get(&format!("{assessment}/answers")).await?["answers"][0]["level"], 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_and_a_section_of_the_official_form_are_saved_by_their_forms_alone() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let place = format!("/facilities/{}", open_facility(&api).await?);
    let device = json!({ "number": "TEST-1", "name": "試験機", "kind": "server", "place": "本館" });
    let device = api.post(&format!("{place}/ledger"), &device).await?;
    let device = format!("{place}/ledger/{}", device["id"].as_str().context("an id")?);
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.tools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await?;

    // Its own page; a mistake keeps what was typed.
    browser.visit(&server.url(&device)).await?;
    browser.fill("#owner", "放射線科").await?;
    browser.fill("#support_ends", "いつか").await?;
    browser.click_on("form.panel .actions button").await?;
    browser.see("#support_ends-wrong").await?;
    assert_eq!(browser.text_of("document.querySelector('#owner').value").await?, "放射線科");
    browser.fill("#support_ends", "令和9年3月31日").await?;
    browser.click_on("form.panel .actions button").await?;
    browser.see(".notice.good").await?;
    let held = api.get(&device).await?;
    assert_eq!((held["owner"].as_str(), held["support_ends"].as_str()), (Some("放射線科"), Some("2027-03-31")));

    // Several rows of the list by their ticks.
    browser.visit(&server.url(&format!("{place}/ledger"))).await?;
    browser.click_on("#ledger tbody .tick input").await?;
    browser.click_on("#several-column option[value='place']").await?;
    browser.fill("#several-value", "新館").await?;
    browser.click_on("#several button[value='change']").await?;
    browser.see(".ledger-done form button").await?;
    assert_eq!(api.get(&device).await?["place"], "新館");
    browser.click_on(".ledger-done form button").await?;
    browser
        .until(
            "document.readyState === 'complete' && !document.querySelector('#ledger tbody').innerText.includes('新館')",
        )
        .await?;
    assert_eq!(api.get(&device).await?["place"], "本館");

    // A section of the form.
    browser.visit(&server.url(&format!("{place}/forms/checklists/r7/hospital"))).await?;
    let line = "[data-line='mhlw-r7-hospital-1-01/governance']";
    browser.click_on(&format!("{line} label:has(input[name$='/first'][value='yes'])")).await?;
    browser.fill(&format!("{line} textarea"), "任命書を綴じた").await?;
    browser.click_on("#section-1 .checklist-save button:not(.quiet)").await?;
    browser
        .until(&format!(
            "document.readyState === 'complete' && document.querySelector(\"{line} [data-version]\")?.value === '1'"
        ))
        .await?;
    assert_eq!(browser.text_of(&format!("document.querySelector(\"{line} textarea\").value")).await?, "任命書を綴じた");
    Ok(())
}
