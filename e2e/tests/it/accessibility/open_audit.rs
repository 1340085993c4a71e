//! The forms of an audit that is under way: empty, refused, and filled.

use super::inspection::Inspection;
use super::{LANGUAGES, routes};
use crate::harness::{Browser, Screen, Server, model_hospital, send, sign_in, use_language};
use anyhow::Result;

/// An item whose sample is drawn from the accounts.
const ITEM: &str = "aud-access-control-01";

/// Sends a form as it is, and looks at the page that refuses it.
async fn refused(inspection: &mut Inspection<'_>, browser: &Browser, button: &str) -> Result<()> {
    browser.click_on(button).await?;
    browser.see("main [role='alert']").await?;
    inspection.here().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_audit_under_way_looks_like() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential("safety_manager")?).await?;
    browser.visit(&server.url(&format!("{place}/audits/new"))).await?;
    let year = browser.text_of("document.querySelector('#year').value").await?;
    let plan = [
        ("title", "見るための監査"),
        ("kind", "internal"),
        ("year", year.as_str()),
        ("auditor", "大庭 修"),
        ("items", ITEM),
    ];
    let audit = send(&browser, &format!("{place}/audits/new"), &plan).await?;
    for lang in LANGUAGES {
        // Planned, and not begun.
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        inspection.page(&audit, 200).await?;
        inspection.page(&format!("{audit}/plan"), 200).await?;
    }
    send(&browser, &format!("{audit}/start"), &[("version", "1")]).await?;
    for lang in LANGUAGES {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for page in ["", "/plan", "/report", "/room"] {
            inspection.page(&format!("{audit}{page}"), 200).await?;
        }
        inspection.page(&format!("{audit}/items/{ITEM}"), 200).await?;
        browser.click_on("#mark label.choice:has([value='minor'])").await?;
        browser.fill("#seen", "").await?;
        refused(&mut inspection, &browser, "section[aria-labelledby='paper'] form button.button").await?;
        inspection.page(&format!("{audit}/samples/new?item={ITEM}"), 200).await?;
        browser.fill("#size", "何人か").await?;
        refused(&mut inspection, &browser, "main form button.button").await?;
        inspection.page(&format!("{audit}/findings/new?item={ITEM}"), 200).await?;
        refused(&mut inspection, &browser, "main form.panel button.button").await?;
        inspection.page(&format!("{audit}/interviews/new"), 200).await?;
        inspection.page(&format!("{audit}/interviews/new?director=true"), 200).await?;
        browser.visit(&server.url(&format!("{audit}/room"))).await?;
        refused(&mut inspection, &browser, "main form.panel button.button").await?;
    }

    // Each with something in it.
    send(&browser, &format!("{audit}/items/{ITEM}"), &[("mark", "minor"), ("seen", "名簿と一覧"), ("version", "0")])
        .await?;
    let draw = [("from", "accounts"), ("size", "4"), ("item", ITEM), ("seed", "dice-4-2-6")];
    let sample = send(&browser, &format!("{audit}/samples/new"), &draw).await?;
    let gap = [
        ("title", "退職者のIDが残っている"),
        ("item", ITEM),
        ("severity", "minor"),
        ("kind", "not-done"),
        ("cause", "知らせが遅い"),
    ];
    let finding = send(&browser, &format!("{audit}/findings/new"), &gap).await?;
    let action = [("action", "退職の日に知らせる"), ("owner", "総務"), ("due", "2099-01-31")];
    send(&browser, &format!("{finding}/actions"), &action).await?;
    let said = [("with", "病院長"), ("int-director-01", "外来は止め、入院は続ける。")];
    send(&browser, &format!("{audit}/interviews/new?director=true"), &said).await?;
    browser.visit(&server.url(&audit)).await?;
    let interview = super::furnished::first_link(&browser, "/interviews/[0-9a-f-]{36}$").await?;
    for lang in LANGUAGES {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for page in
            [&audit, &format!("{audit}/report"), &format!("{audit}/items/{ITEM}"), &sample, &finding, &interview]
        {
            inspection.page(page, 200).await?;
        }
        browser.visit(&server.url(&finding)).await?;
        refused(&mut inspection, &browser, "form[action$='/actions'] button").await?;
        // The room with its link, which is shown once.
        browser.visit(&server.url(&format!("{audit}/room"))).await?;
        browser.fill("#guest", "青空監査法人").await?;
        browser.fill("#days", "3").await?;
        browser.click_on(&format!("label.choice:has([name='items'][value='{ITEM}'])")).await?;
        browser.click_on("main form.panel button.button").await?;
        browser.see("section[aria-labelledby='link'] code").await?;
        inspection.here().await?;
    }
    for page in [&audit, &sample, &format!("{audit}/items/{ITEM}"), &format!("{audit}/room")] {
        inspection.dark(page).await?;
    }
    inspection.conclude(routes::OPEN_AUDIT, &LANGUAGES)
}
