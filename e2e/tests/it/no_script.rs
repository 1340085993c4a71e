//! Without JavaScript every form still does its work.

use crate::harness::{Browser, Screen, Server, open_sheet, sign_in};
use anyhow::Result;
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
