//! The ways in from outside: written down, drawn, and what could come in by one watched gateway; backups beside them.

use crate::harness::{Browser, Screen, Server, day_from_now, open_facility, send, sign_in};
use anyhow::Result;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_written_down_drawn_and_planned_and_a_system_gets_its_verdict_on_backups() -> Result<()> {
    let server = Server::demo()?;
    let place = format!("/facilities/{}", open_facility(&server.api("administrator")?).await?);
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("{place}/ledger/connections"))).await?;
    browser.click_on(".empty a.button").await?;
    browser.arrive("/facilities/*/ledger/connections/new").await?;
    browser.click_on("form .actions button").await?;
    browser.see(".notice.bad[role='alert']").await?;
    browser.fill("#name", "電子カルテの遠隔保守").await?;
    browser.click_on("#kind option[value='ext-vendor-vpn']").await?;
    browser.fill("#other_end_name", "試験システム").await?;
    browser.click_on("#medium option[value='internet_ssl_vpn']").await?;
    browser.click_on("#direction option[value='inward']").await?;
    browser.click_on("label.choice:has([name='authentication'][value='shared_password'])").await?;
    browser.click_on("label.choice:has([name='opening'][value='always'])").await?;
    browser.fill("#cutter_name", "当直長").await?;
    browser.fill("#cutter_phone", "内線 9999").await?;
    browser.click_on("form .actions button").await?;
    browser.arrive("/facilities/*/ledger/connections").await?;
    let list = browser.see("table").await?.text().await?;
    assert!(list.contains("電子カルテの遠隔保守") && list.contains("内線 9999"), "{list}");
    browser.see(".cp-marks .badge.bad").await?;

    browser.click_on("a[href$='/connections/picture']").await?;
    browser.arrive("/facilities/*/ledger/connections/picture").await?;
    let drawn = browser.text_of("document.querySelector('.cp-frame svg').textContent").await?;
    assert!(drawn.contains("試験システム") || drawn.contains("遠隔保守"), "{drawn}");
    browser.visit(&server.url(&format!("{place}/ledger/connections/merge-plan"))).await?;
    assert!(browser.see("main").await?.text().await?.contains("電子カルテの遠隔保守"));

    // A copy that stays connected is not enough, and the page says so in words.
    send(&browser, &format!("{place}/ledger/systems"), &[("name", "電子カルテ"), ("kind", "emr")]).await?;
    browser.visit(&server.url(&format!("{place}/ledger/backups"))).await?;
    browser.click_on("a[href*='/copies/new']").await?;
    browser.click_on("#system option:last-child").await?;
    browser.fill("#name", "夜間の写し").await?;
    browser.click_on("#medium option[value='disk']").await?;
    browser.click_on("#place option[value='same_room']").await?;
    browser.click_on("label.choice:has([name='separation'][value='online'])").await?;
    browser.fill("#generations", "２").await?;
    browser.click_on("main form .actions button").await?;
    browser.arrive("/facilities/*/ledger/backups").await?;
    browser.see(".bk-matrix td.bk-mark").await?;
    let words =
        "[...document.querySelectorAll('.bk-matrix tbody td')].every((cell) => cell.innerText.trim().length > 2)";
    assert_eq!(browser.value(words).await?, true, "a verdict is a word, not only a colour");
    assert_eq!(browser.value("document.querySelectorAll('.bk-matrix tbody tr').length").await?, 1);
    assert!(browser.see("main h3 + ul li").await?.text().await?.len() > 10, "what is missing, and the next step");

    browser.visit(&server.url(&format!("{place}/ledger/backups/tests/new"))).await?;
    browser.click_on("#system option:last-child").await?;
    browser.fill("#date", &day_from_now(&browser, -3).await?).await?;
    browser.fill("#minutes", "95").await?;
    browser.click_on("label.choice:has([name='success'][value='yes'])").await?;
    browser.click_on("main form .actions button").await?;
    browser.arrive("/facilities/*/ledger/backups").await?;
    assert!(browser.see("main").await?.text().await?.contains("成功"));
    browser.complaints().await.map(drop)
}
