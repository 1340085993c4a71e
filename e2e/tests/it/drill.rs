//! The sixty-minute drill, at twenty times the speed: a conductor, a player at a desk, an observer and a phone; the
//! server dies in between. Then the report, and a gap followed to what it changes.

use crate::harness::{Browser, Screen, Server, file_behind, join, model_hospital, sign_in};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::time::{Duration, Instant};

/// The drill's clock in whole minutes, as a screen shows it.
async fn minute(browser: &Browser) -> Result<u64> {
    let shown = browser.text_of("document.querySelector('[data-clock-text]').textContent").await?;
    shown.split(':').next().and_then(|minutes| minutes.trim().parse().ok()).with_context(|| format!("a clock: {shown}"))
}

/// Presses the first such button, if there is one; says whether there was.
async fn press_if_there(browser: &Browser, css: &str) -> Result<bool> {
    let press = format!(
        "(() => {{ const button = document.querySelector({css:?}); if (!button) return false; button.click(); return true; }})()"
    );
    Ok(browser.value(&press).await? == true)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_conducted_played_watched_survives_a_crash_and_ends_in_a_report() -> Result<()> {
    let mut server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let conductor = Browser::open(Screen::Desk).await?;
    sign_in(&conductor, &server, &server.credential("it_operator")?).await?;

    // Set up: the shipped scenario, twenty times as fast.
    conductor.visit(&server.url(&format!("{place}/plan/drills/new?scenario=ransomware-60"))).await?;
    conductor.fill("#title", "秋の訓練").await?;
    conductor.value("(() => { document.querySelector('#speed').value = '20'; return true; })()").await?;
    conductor.click_on("main form button.button").await?;
    conductor.until("document.readyState === 'complete' && /drills\\/[0-9a-f-]{36}$/.test(location.pathname)").await?;
    let room = conductor.text_of("location.pathname").await?;
    if conductor.value("document.querySelector('#doors-head ~ ul code') === null").await? == true {
        conductor.click_on("#doors-head ~ ul button[value='open']").await?;
    }
    let code = conductor.see("#doors-head ~ ul code").await?.text().await?;
    ensure!(code.chars().filter(char::is_ascii_alphanumeric).count() == 6, "{code}");

    // Who takes part: a director at a desk, the head of IT on a phone, an observer.
    let director = join(&server, Screen::Desk, &code, "白石", "director").await?;
    let phone = join(&server, Screen::Phone, &code, "小田", "it-lead").await?;
    let observer = join(&server, Screen::Desk, &code, "青木", "observer").await?;
    observer.visit(&server.url("/seat/drill/observe")).await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);

    // Started by a key; everybody's clock runs and the first injects arrive by themselves.
    conductor.visit(&server.url(&format!("{room}/console"))).await?;
    conductor.until("document.querySelector('#k-space') !== null").await?;
    conductor.press(" ").await?;
    for screen in [&director, &phone] {
        screen.until("document.querySelector('[data-inject]') !== null").await?;
    }
    // Nobody is told what is meant for another role.
    let ids = "[...document.querySelectorAll('[data-inject]')].map((one) => one.dataset.inject)";
    conductor.press("i").await?;
    conductor.fill("#improvise-text", "正面玄関にテレビ局の車が来ました").await?;
    conductor.click_on("#improvise label.choice:has([value='director'])").await?;
    conductor.click_on("#improvise button").await?;
    director.until("document.body.innerText.includes('テレビ局の車')").await?;
    assert_eq!(phone.value("document.body.innerText.includes('テレビ局の車')").await?, false);

    let begun = Instant::now();
    let (mut reported, mut decided, mut scored, mut crashed) = (0, 0, 0, false);
    loop {
        let now = minute(&conductor).await?;
        if now >= 60 {
            break;
        }
        ensure!(begun.elapsed() < Duration::from_secs(420), "the clock stands at minute {now}");
        reported += u32::from(press_if_there(&phone, "[data-inject] button[value='done']").await?);
        decided += u32::from(press_if_there(&director, "[data-inject].is-decision form[id^='d-'] button").await?);
        if scored < 6 {
            let score = format!("form[id^='e-']:nth-of-type({}) input[value='{}']", scored % 3 + 1, scored % 4 + 2);
            scored += u32::from(press_if_there(&observer, &score).await?);
        }
        if now >= 25 && !crashed {
            // The plug is pulled; what was told and done before stands after it, on every screen.
            let before = phone.value(ids).await?;
            server.stop();
            server.start_again()?;
            crashed = true;
            phone.visit(&server.url("/seat/drill")).await?;
            let after = phone.value(ids).await?;
            let kept = |list: &Value| -> Vec<String> {
                list.as_array().into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned)).collect()
            };
            let after = kept(&after);
            for id in kept(&before) {
                assert_eq!(after.iter().filter(|one| **one == id).count(), 1, "{id} is there once: {after:?}");
            }
            conductor.visit(&server.url(&format!("{room}/console"))).await?;
        }
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
    ensure!(reported >= 3 && decided >= 1 && scored >= 3, "reported {reported}, decided {decided}, scored {scored}");

    // The end opens the hot wash on every screen.
    conductor.value("(() => { window.confirm = () => true; return true; })()").await?;
    conductor.click_on("#end button").await?;
    phone.see("#wash").await?;
    phone
        .value("(() => { document.querySelector('#wash textarea').value = '連絡先の紙が役に立った'; return true; })()")
        .await?;
    phone.click_on("#wash button.button").await?;
    phone.until("document.querySelector('#wash [data-state]')?.textContent.trim() !== ''").await?;
    director.see("#wash").await?;

    // The report: times, scores, what was said; as a paper to file.
    conductor.visit(&server.url(&format!("{room}/report"))).await?;
    conductor.until("document.body.innerText.includes('連絡先の紙が役に立った')").await?;
    for (end, begin) in [("pdf", "%PDF"), ("docx", "PK")] {
        let file = file_behind(&conductor, &format!("main a[href$='.{end}']")).await?;
        assert!(file.starts_with(begin), "a file of the kind {end}");
    }
    // Streams broke when the plug was pulled; nothing else was wrong.
    for browser in [&director, &observer] {
        let complaints = browser.complaints().await?;
        let wrong: Vec<&String> = complaints.iter().filter(|complaint| !complaint.contains("net::ERR_")).collect();
        ensure!(wrong.is_empty(), "{wrong:?}");
    }
    Ok(())
}
