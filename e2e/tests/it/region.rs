//! A region: an intruder goes from one member to the next; the case appears by itself, the notice goes out, two members
//! answer, the third lands on the phone list. On PostgreSQL and a stream server, and with nothing but `hakutaku`.

use crate::harness::{Browser, Region, Screen, file_behind, sign_in, story_alone};
use anyhow::{Context as _, Result};
use std::time::{Duration, SystemTime};

/// The script has signed in with the code of this half minute, and a code works once.
async fn next_code() -> Result<()> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    tokio::time::sleep(Duration::from_secs(31 - now % 30)).await;
    Ok(())
}

/// The open case that knows the intruder and all members, once everything has arrived; the browser is left on its page.
async fn find_case(browser: &Browser, region: &Region) -> Result<()> {
    for _ in 0..60 {
        browser.visit(&region.server.url("/region/cases")).await?;
        let links = browser
            .value("[...new Set([...document.querySelectorAll('main a[href^=\"/region/cases/\"]')].map((a) => a.getAttribute('href')))]")
            .await?;
        for link in links.as_array().context("a list")? {
            browser.visit(&region.server.url(link.as_str().context("a path")?)).await?;
            let text = browser.text_of("document.querySelector('main').innerText").await?;
            if text.contains(&region.intruder) && region.members.values().all(|member| text.contains(&member.name)) {
                return Ok(());
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    browser.surprised("no case of the intruder").await
}

/// A member opens the newest notice and says that it is understood.
async fn understands(region: &Region, role: &str, kind: &str, title: &str) -> Result<()> {
    let browser = Browser::open(Screen::Phone).await?;
    sign_in(&browser, &region.server, &region.server.credential(role)?).await?;
    let place = format!("/facilities/{}", region.member(kind)?.id);
    browser.visit(&region.server.url(&format!("{place}/notices"))).await?;
    browser.follow(title).await?;
    browser.arrive_at_one(&format!("{place}/notices")).await?;
    // The frame around it names the houses this person works for.
    let text = browser.text_of("document.querySelector('main').innerText").await?;
    for (other, member) in &region.members {
        anyhow::ensure!(other == kind || !text.contains(&member.name), "the {kind} reads the name of the {other}");
    }
    browser.click_on("button[value='understood']").await?;
    browser.until("!document.querySelector(\"button[value='understood']\")").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intruder_becomes_a_case_a_notice_two_answers_and_a_line_on_the_phone_list() -> Result<()> {
    let mut region = Region::start()?;
    let centre = Browser::open(Screen::Desk).await?;
    next_code().await?;
    sign_in(&centre, &region.server, &region.server.credential("administrator")?).await?;
    centre.visit(&region.server.url("/region")).await?;
    let before = centre.text_of("document.querySelector('.reg-counts dd').innerText").await?;
    centre.value("window.sameDocument = true").await?;
    region.intrude()?;
    // The screen shows it by itself: the document is still the one that was opened.
    centre
        .until(&format!(
            "window.sameDocument === true && document.querySelector('.reg-counts dd').innerText !== '{before}'"
        ))
        .await?;
    find_case(&centre, &region).await?;
    // What each of them is to be told on the telephone.
    centre.until("document.querySelectorAll('.reg-at').length >= 3").await?;
    centre
        .until("[...document.querySelectorAll('.reg-at')].every((one) => one.querySelectorAll('ol > li').length >= 2)")
        .await?;

    let title = "同じ相手が地域を回っています";
    centre.visit(&region.server.url("/region/notices/new")).await?;
    centre.click_on("input[name='kind'][value='attack']").await?;
    centre.fill("#title", title).await?;
    centre.fill("#text", "地域のおとりに、同じ相手が続けて触れています。保守業者を名乗っています。").await?;
    centre.fill("#actions", "保守業者に、今日の作業があるかを電話で確かめてください。").await?;
    centre.click_on("#expects option[value='understood']").await?;
    // Two minutes from now on the clock in Japan.
    let clock = "new Date(Date.now() + 9 * 36e5 + 12e4).toISOString()";
    let day = centre.text_of(&format!("{clock}.slice(0, 10)")).await?;
    let time = centre.text_of(&format!("{clock}.slice(11, 16)")).await?;
    centre.fill("#day", &day).await?;
    centre.fill("#time", &time).await?;
    centre.click_on("input[name='tlp'][value='amber']").await?;
    centre.fill("#indicators", &region.intruder).await?;
    centre.click_on("main form.stack > .actions button").await?;
    centre.arrive("/region/notices/*/preview").await?;
    centre.click_on("form[action$='/send'] button").await?;
    centre.arrive_at_one("/region/notices").await?;
    let notice = centre.text_of("location.pathname").await?;

    understands(&region, "it_operator", "hospital", title).await?;
    understands(&region, "safety_manager", "clinic", title).await?;
    // Both answers came to the open page by themselves.
    centre.until("document.querySelector('[data-count=\"understood\"]').innerText === '2'").await?;
    centre.expect_no_complaints().await?;

    // Whoever is silent when the time is over is called.
    let list = region.server.url(&format!("{notice}?only=silent"));
    centre.visit(&list).await?;
    while centre.value("!document.querySelector('a[href$=\"/phone.pdf\"]')").await? == true {
        tokio::time::sleep(Duration::from_secs(2)).await;
        centre.visit(&list).await?;
    }
    let silent = centre.text_of("document.querySelector('main tbody').innerText").await?;
    assert!(silent.contains(&region.member("pharmacy")?.name), "{silent}");
    assert!(!silent.contains(&region.member("hospital")?.name) && !silent.contains(&region.member("clinic")?.name));
    for paper in ["phone", "fax"] {
        assert!(file_behind(&centre, &format!("a[href$='/{paper}.pdf']")).await?.starts_with("%PDF-"));
    }
    centre.expect_no_complaints().await
}

#[test]
fn the_same_with_nothing_but_hakutaku() -> Result<()> {
    let said = story_alone()?;
    assert!(said.contains("phone.pdf: the pharmacy, and nobody else"), "{said}");
    assert!(said.trim_end().ends_with("The story went as it must."), "{said}");
    Ok(())
}
