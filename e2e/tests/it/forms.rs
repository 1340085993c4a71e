//! The official checklist: proposals with their reasons, what a person confirms, and what opens a line again.

use crate::harness::{Browser, Screen, Server, model_hospital, sign_in};
use anyhow::{Context as _, Result};
use serde_json::json;

/// A line that stands on the ledger.
const LEDGER: &str = "[data-line='mhlw-r7-hospital-2-01-sys/system-wide']";
/// A line without any register behind it.
const OFFICER: &str = "[data-line='mhlw-r7-hospital-1-01/governance']";

/// Puts a day into a date field as a person with a calendar would: the field itself says that it changed.
async fn choose_day(browser: &Browser, css: &str, day: &str) -> Result<()> {
    let choose = format!(
        "(() => {{ const field = document.querySelector({css:?}); field.value = '{day}';
            field.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"
    );
    browser.value(&choose).await.map(drop)
}

/// Waits for what is said at a line: `saved` or `refused`.
async fn said(browser: &Browser, line: &str, outcome: &str) -> Result<()> {
    browser
        .until(&format!("document.querySelector({line:?}).querySelector('[data-said]').dataset.said === '{outcome}'"))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_confirmed_a_no_gets_its_day_and_a_changed_fact_opens_the_line_again() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("it_operator")?;
    let place = model_hospital(&api).await?;
    let form = server.url(&format!("{place}/forms/checklists/r7/hospital"));
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    browser.visit(&server.url(&format!("{place}/forms"))).await?;
    browser.click_on("article.checklist-card h3 a").await?;
    browser.arrive("/facilities/*/forms/checklists/r7/hospital").await?;
    browser.until("document.documentElement.classList.contains('scripted')").await?;
    let progress = browser.see("[data-progress]").await?.text().await?;

    // What is proposed says why; nothing counts before somebody confirms it.
    let offered = ".checklist-line:has(button[name='take'])";
    let reasons = format!("document.querySelector({offered:?}).querySelectorAll('.checklist-proposal li').length");
    assert!(browser.value(&reasons).await?.as_u64() > Some(0), "a proposal says why");
    let taken = browser.text_of(&format!("document.querySelector({offered:?}).dataset.line")).await?;
    browser.click_on("button[name='take']").await?;
    browser
        .until(&format!("document.readyState === 'complete' && Number(document.querySelector(\"[data-line='{taken}'] [data-version]\")?.value) > 0"))
        .await?;
    let now = browser.see("[data-progress]").await?.text().await?;
    assert_ne!(now, progress, "one more line is answered");

    // A no without a day in the year of the form does not stand.
    browser.until("document.documentElement.classList.contains('scripted')").await?;
    browser.fill(&format!("{OFFICER} textarea"), "来年度に任命する").await?;
    browser.click_on(&format!("{OFFICER} label:has(input[name$='/first'][value='no'])")).await?;
    said(&browser, OFFICER, "saved").await?;
    choose_day(&browser, &format!("{OFFICER} input[name$='/target']"), "2039-01-31").await?;
    said(&browser, OFFICER, "refused").await?;
    let today = browser.text_of("document.querySelector('[data-checklist]').dataset.today").await?;
    let (year, month) =
        (today.get(..4).context("a year")?.parse::<u32>()?, today.get(5..7).context("a month")?.parse::<u32>()?);
    let end = format!("{}-03-31", if month >= 4 { year + 1 } else { year });
    choose_day(&browser, &format!("{OFFICER} input[name$='/target']"), &end).await?;
    said(&browser, OFFICER, "saved").await?;

    // A line that stands on the ledger turns from "no, until January" to "yes", then the ledger changes.
    choose_day(&browser, &format!("{LEDGER} input[name$='/target']"), "").await?;
    said(&browser, LEDGER, "saved").await?;
    browser.fill(&format!("{LEDGER} textarea"), "台帳で確かめた").await?;
    browser.click_on(&format!("{LEDGER} label:has(input[name$='/first'][value='yes'])")).await?;
    said(&browser, LEDGER, "saved").await?;
    browser.until("document.querySelector('[data-said=saving]') === null").await?;
    browser.visit(&form).await?;
    assert_eq!(browser.value(&format!("document.querySelector(\"{LEDGER} [data-reopened]\") === null")).await?, true);
    let ownerless = json!({ "number": "TEST-1", "name": "持ち主のない機器", "kind": "terminal" });
    api.post(&format!("{place}/ledger"), &ownerless).await?;
    browser.visit(&form).await?;
    let reopened = browser.see(&format!("{LEDGER} [data-reopened]")).await?.text().await?;
    assert!(!reopened.is_empty());
    browser.visit(&server.url(&format!("{place}/forms"))).await?;
    browser.see("article.checklist-card .badge.now").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_reads_the_same_form_and_the_pack_and_can_change_nothing() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("auditor")?).await?;
    for page in [
        "/forms",
        "/forms/checklists/r7/hospital",
        "/forms/inspection",
        "/forms/contacts",
        "/ledger",
        "/vendors",
        "/vendors/requests",
    ] {
        browser.visit(&server.url(&format!("{place}{page}"))).await?;
        assert_eq!(browser.status().await?, 200, "{page}");
        let forms = "document.querySelectorAll('main form[method=post]').length";
        assert_eq!(browser.value(forms).await?, 0, "{page} lets an auditor change something");
        let inputs = "document.querySelectorAll('main [name$=\"/first\"], main button[name=take]').length";
        assert_eq!(browser.value(inputs).await?, 0, "{page}");
    }
    browser.visit(&server.url(&format!("{place}/forms/inspection"))).await?;
    for (file, kind, begin) in [("pack.pdf", "application/pdf", "%PDF-"), ("pack.zip", "application/zip", "PK")] {
        let fetch = "const [path, done] = arguments; fetch(path).then(async (answer) => done({ status: answer.status,
            kind: answer.headers.get('content-type'), begin: String.fromCharCode(...new Uint8Array(await answer.arrayBuffer()).slice(0, 5)) }),
            (error) => done({ status: String(error) }));";
        let path =
            browser.value(&format!("document.querySelector('main a[href$=\"/{file}\"]').getAttribute('href')")).await?;
        let answer = browser.execute_async(fetch, vec![path]).await?.json().clone();
        assert_eq!(answer["status"], 200, "{file}: {answer}");
        assert_eq!(answer["kind"], kind, "{file}");
        assert!(answer["begin"].as_str().is_some_and(|text| text.starts_with(begin)), "{file}: {answer}");
    }
    Ok(())
}
