//! Who does what: contradictions between the parties are found; the published case is replayed step by step.

use crate::harness::{Browser, Screen, Server, open_facility, send, sign_in};
use anyhow::{Context as _, Result};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn two_contradictions_between_hospital_and_vendor_are_found_and_said_in_sentences() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let place = format!("/facilities/{}", open_facility(&api).await?);
    let vendor = api.post(&format!("{place}/vendors"), &json!({ "name": "試験システム" })).await?;
    let vendor = vendor["id"].as_str().context("the vendor's id")?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    send(&browser, &format!("{place}/ledger/systems"), &[("name", "電子カルテ"), ("kind", "emr")]).await?;
    browser.visit(&server.url(&format!("{place}/vendors/responsibility/new"))).await?;
    browser.fill("#title", "電子カルテの保守").await?;
    browser.click_on("#system label.choice").await?;
    browser.click_on("#vendor label.choice").await?;
    browser.click_on("main form .actions button").await?;
    browser.until("document.readyState === 'complete' && /[0-9a-f-]{36}$/.test(location.pathname)").await?;
    let matrix = browser.text_of("location.pathname").await?;

    // Each thinks that it is the other's work, in two rows.
    let fill = browser
        .value("[...document.querySelectorAll('a[href*=\"/fill/\"]')].map((link) => link.getAttribute('href'))")
        .await?;
    let fill: Vec<&str> = fill.as_array().into_iter().flatten().filter_map(|href| href.as_str()).collect();
    assert_eq!(fill.len(), 2, "{fill:?}");
    for (party, address) in ["facility", vendor]
        .into_iter()
        .map(|party| (party, fill.iter().find(|href| href.contains(&format!("/fill/{party}/")))))
    {
        browser.visit(&server.url(address.with_context(|| format!("a form of {party}"))?)).await?;
        let tasks = "[...document.querySelectorAll('select[name^=says-]')].filter((select) => select.querySelector('option[value^=theirs]')).slice(0, 2)
            .map((select) => { select.value = select.querySelector('option[value^=theirs]').value; return select.name; })";
        assert_eq!(browser.value(tasks).await?.as_array().map(Vec::len), Some(2));
        if party != "facility" {
            browser.fill("#by", "田中").await?;
        }
        browser.click_on("main form .actions button").await?;
        browser.arrive(&matrix).await?;
    }
    // Without a contract each is also said to be nobody's and not paid for; here the contradictions count.
    let found = "[...document.querySelectorAll('main details.resp-group')].find((group) => group.querySelector('h3')?.textContent.includes('食い違い'))
            .querySelectorAll('.resp-findings > li').length";
    assert_eq!(browser.value(found).await?, 2);
    browser.see(".resp-findings .resp-next").await?;
    assert_eq!(browser.value("document.querySelectorAll('tr.resp-misfit').length").await?, 2);

    // Signed as it was read; the file to take along is there.
    browser.click_on("details.resp-sign summary").await?;
    browser.fill("details.resp-sign input[name='role']", "院長").await?;
    browser.click_on("details.resp-sign button").await?;
    browser.see("#sign ~ ul .badge.good").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_case_is_replayed_step_by_step() -> Result<()> {
    let server = Server::demo()?;
    let place = crate::harness::model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    browser.visit(&server.url(&format!("{place}/vendors/responsibility/handa"))).await?;
    let mut titles = Vec::new();
    for _ in 0..12 {
        titles.push(browser.see("main h2").await?.text().await?);
        let on = browser
            .text_of("document.querySelector('main .actions a.button:not(.quiet)').getAttribute('href')")
            .await?;
        browser.visit(&server.url(&on)).await?;
        if !on.contains("/handa") {
            break;
        }
    }
    browser.arrive("/facilities/*/vendors/responsibility").await?;
    assert!(titles.len() >= 4, "each party, what was found, and the table: {titles:?}");
    browser.expect_no_complaints().await
}
