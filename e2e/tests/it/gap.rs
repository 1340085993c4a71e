//! A gap of the drill, followed by clicks alone: to the action that mends it, and on to the line of the official form
//! whose reasons, and whose confirmed answer, it changes.

use crate::harness::{Browser, Screen, Server, sign_in};
use anyhow::Result;

/// What the new action is called.
const TITLE: &str = "控えの状況を一枚の表にして当直室に置く";

/// From the first page to the report of the newest drill.
async fn to_the_report(browser: &Browser) -> Result<()> {
    browser.click_on("main .card h2 a").await?;
    browser.arrive("/facilities/*").await?;
    back_to_the_report(browser).await
}

/// To it from any page of the house.
async fn back_to_the_report(browser: &Browser) -> Result<()> {
    browser.click_on("nav.main-nav a[href$='/plan']").await?;
    browser.arrive("/facilities/*/plan").await?;
    browser.click_on("nav.tabs a[href$='/plan/drills']").await?;
    browser.arrive("/facilities/*/plan/drills").await?;
    browser.click_on("main table th a").await?;
    browser.arrive_at_one("/facilities/*/plan/drills").await?;
    browser.click_on("main a[href$='/report']").await?;
    browser.arrive("/facilities/*/plan/drills/*/report").await
}

/// From the page of an action to the line of the form it bears on; waits until the line is in sight.
async fn to_the_line(browser: &Browser) -> Result<()> {
    browser.reads("section[aria-labelledby='bears-head']", "国のチェックリスト").await?;
    browser.click_on("section[aria-labelledby='bears-head'] a[href*='#item-']").await?;
    browser.arrive("/facilities/*/forms/checklists/r7/hospital").await?;
    browser
        .until(
            "(() => { const line = document.querySelector('article:target'); if (!line) return false;
                const box = line.getBoundingClientRect(); return box.top < innerHeight && box.bottom > 0; })()",
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_of_a_drill_is_followed_by_clicks_to_the_checklist_answer_it_changed() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    to_the_report(&browser).await?;

    // A gap that was mended: its action is closed, and the line of the form says so with the action's name and day.
    let closed = "[...document.querySelectorAll('.after-gaps li')]
        .find((li) => li.querySelector('.badge')?.innerText.includes('終了'))
        .querySelector('a[href*=\"/audits/actions/\"]').getAttribute('href')";
    let action = browser.text_of(closed).await?;
    browser.click_on(&format!("a[href='{action}']")).await?;
    browser.arrive_at_one("/facilities/*/audits/actions").await?;
    let mended = browser.see("h1").await?.text().await?;
    browser.reads("main p .badge", "終了").await?;
    browser.reads(".after-history", "別の人が確かめて終了").await?;
    to_the_line(&browser).await?;
    browser.reads("article:target .checklist-proposal", &format!("改善: 「{mended}」を")).await?;

    // A gap that is open becomes an action; the form knows the gap, the strengthened measures and the chapter.
    back_to_the_report(&browser).await?;
    let open = ".after-gaps li:has(a.button[href*='backup.offline'])";
    let gap = browser.text_of(&format!("document.querySelector(\"{open}\").id")).await?;
    // The ten gravest stand open; the others are one click away.
    browser.click_on("details:has(.after-gaps) > summary").await?;
    let found = browser.see(&format!("#{gap} h3")).await?.text().await?;
    let found = found.split_once(". ").map_or(found.clone(), |(_, words)| words.to_owned());
    browser.click_on(&format!("{open} a.button")).await?;
    browser.arrive("/facilities/*/audits/actions/new").await?;
    let told = browser.text_of("document.querySelector('#detail').value").await?;
    assert!(told.contains(&found), "the gap stands in the form: {told}");
    browser.see("input[name='controls'][value='backup.offline']:checked").await?;
    browser.fill("#title", TITLE).await?;
    browser.fill("#owner", "小田 真").await?;
    browser.click_on("main form button.button").await?;
    browser.arrive_at_one("/facilities/*/audits/actions").await?;
    browser.reads("main p .badge", "対応中").await?;

    // As long as it is only meant, the form says nothing of it, and the answer stands as it was confirmed.
    to_the_line(&browser).await?;
    let line = browser.text_of("location.hash").await?;
    let mentions = format!("document.querySelector('article:target').innerText.includes('{TITLE}')");
    assert_eq!(browser.value(&mentions).await?, false, "an open action is no reason");
    assert_eq!(browser.value("document.querySelector('article:target [data-reopened]') === null").await?, true);

    // Done by one …
    to_the_action(&browser).await?;
    browser.fill("#remark", "表を作り、当直室の壁に貼った").await?;
    browser.click_on("form[action$='/done'] button").await?;
    browser.reads("main p .badge", "確認待ち").await?;
    // … who cannot close it …
    browser.reads("section[aria-labelledby='step-head'] .notice.now", "別の人").await?;
    // … closed by another.
    let second = Browser::open(Screen::Desk).await?;
    sign_in(&second, &server, &server.credential("safety_manager")?).await?;
    second.click_on("main .card h2 a").await?;
    second.arrive("/facilities/*").await?;
    to_the_action(&second).await?;
    second.fill("#remark", "当直室で表を見た").await?;
    second.click_on("form[action$='/close'] button").await?;
    second.reads("main p .badge", "終了").await?;
    for deed in ["小田 真", "表を作り、当直室の壁に貼った", "藤森 律子", "当直室で表を見た"]
    {
        second.reads(".after-history", deed).await?;
    }

    // From the report: the gap shows its closed action, the action the line, the line its new reason; the answer that
    // was confirmed before is open to be looked at again.
    browser.click_on(".after-about a[href*='/plan/drills/']").await?;
    browser.arrive("/facilities/*/plan/drills/*/report").await?;
    browser.reads(&format!("#{gap}"), &found).await?;
    browser.reads(&format!("#{gap} .badge"), "終了").await?;
    browser.click_on(&format!("#{gap} a[href*='/audits/actions/']")).await?;
    browser.arrive_at_one("/facilities/*/audits/actions").await?;
    to_the_line(&browser).await?;
    assert_eq!(browser.text_of("location.hash").await?, line);
    browser.reads("article:target .checklist-proposal", &format!("改善: 「{TITLE}」を")).await?;
    browser.see("article:target [data-reopened]").await?;
    browser.click_on("article:target [data-reopened] button").await?;
    let id = line.trim_start_matches('#');
    browser
        .until(&format!(
            "document.readyState === 'complete' && document.getElementById('{id}')?.querySelector('[data-reopened]') === null"
        ))
        .await?;
    browser.reads(&line, "小田 真").await?;
    browser.expect_no_complaints().await?;
    second.expect_no_complaints().await
}

/// Through the register of actions to the new one.
async fn to_the_action(browser: &Browser) -> Result<()> {
    browser.click_on("nav.main-nav a[href$='/audits']").await?;
    browser.arrive("/facilities/*/audits").await?;
    browser.click_on("nav.tabs a[href$='/audits/actions']").await?;
    browser.arrive("/facilities/*/audits/actions").await?;
    browser.follow(TITLE).await?;
    browser.arrive_at_one("/facilities/*/audits/actions").await.map(drop)
}
