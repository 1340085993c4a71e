//! What people see who came in by a code or a link, without an account: helpers in an incident, a visiting auditor, those
//! who take a course.

use super::inspection::Inspection;
use super::{LANGUAGES, routes};
use crate::harness::{Browser, Screen, Server, day_from_now, model_hospital, send, sign_in, use_language};
use anyhow::Result;

const ITEM: &str = "aud-access-control-01";

/// Takes a seat behind a door.
async fn enter(server: &Server, door: &str, name: &str, role: Option<&str>) -> Result<Browser> {
    let browser = Browser::open(Screen::Desk).await?;
    browser.visit(&server.url(door)).await?;
    browser.fill("#name", name).await?;
    if let Some(role) = role {
        browser.click_on(&format!("label.choice:has([value='{role}'])")).await?;
    }
    browser.click_on("main form button").await?;
    browser.until("document.readyState === 'complete' && location.pathname.startsWith('/seat/')").await?;
    Ok(browser)
}

/// Looks at pages of a seat in both languages and in the dark.
async fn look(inside: &mut Inspection<'_>, browser: &Browser, pages: &[&str]) -> Result<()> {
    for lang in LANGUAGES {
        use_language(browser, lang).await?;
        for page in pages {
            inside.page(page, 200).await?;
        }
    }
    for page in pages {
        inside.dark(page).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_helpers_in_an_incident_see() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let house = Browser::open(Screen::Desk).await?;
    sign_in(&house, &server, &server.credential("safety_manager")?).await?;
    let incident = send(&house, &format!("{place}/plan/incidents"), &[]).await?;
    send(&house, &format!("{incident}/doors"), &[]).await?;
    house.visit(&server.url(&incident)).await?;
    let code = house.see("#helpers code.inc-code").await?.text().await?.replace('-', "");
    for role in ["ward", "it-lead"] {
        let seat = enter(&server, &format!("/join/{code}"), "西 はるか", Some(role)).await?;
        let mut inside = Inspection::new(&seat, &server)?;
        look(&mut inside, &seat, &["/seat/incident"]).await?;
        // Something written, something waiting for the server, something that stands on the board.
        seat.fill("#write-text", "紙の記録を始めた").await?;
        seat.click_on(".inc-write > form button").await?;
        seat.reads("[data-live='timeline']", "紙の記録を始めた").await?;
        seat.see("[data-queue-state]").await?;
        inside.here().await?;
        // Looking unfolds everything; the field that stays at the foot of the window would cover the board.
        seat.visit(&server.url("/seat/incident")).await?;
        seat.click_on("[data-live='board'] button[value='paper']").await?;
        seat.see("[data-live='board'] button[value='paper'][aria-pressed='true']").await?;
        look(&mut inside, &seat, &["/seat/incident"]).await?;
        if role == "it-lead" {
            // The end, as those inside see it: the door is shut with the incident.
            let close = [("summary", "終わった"), ("anyway", "yes")];
            send(&house, &format!("{incident}/close"), &close).await?;
            inside.page("/seat/incident", 404).await?;
        }
        inside.conclude(routes::INCIDENT_SEAT, &LANGUAGES)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_visiting_auditor_sees() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let house = Browser::open(Screen::Desk).await?;
    sign_in(&house, &server, &server.credential("safety_manager")?).await?;
    // Last autumn's audit has papers.
    house.visit(&server.url(&format!("{place}/audits"))).await?;
    house.follow("秋の内部監査").await?;
    let audit = house.arrive_at_one("/facilities/*/audits").await?;
    house.visit(&server.url(&format!("{audit}/room"))).await?;
    house.fill("#guest", "青空監査法人").await?;
    house.fill("#days", "3").await?;
    house.value("[...document.querySelectorAll('main form.panel [type=checkbox]')].forEach((one) => { one.checked = true; }), true").await?;
    house.click_on("main form.panel button.button").await?;
    let link = house.see("section[aria-labelledby='link'] code").await?.text().await?;
    let door = link.split_once("/join/").map_or(link.clone(), |(_, key)| format!("/join/{key}"));

    let seat = enter(&server, &door, "会田 実", None).await?;
    let mut inside = Inspection::new(&seat, &server)?;
    let item = format!("/seat/audit/items/{ITEM}");
    let registers = seat
        .value("[...document.querySelectorAll(\"section[aria-labelledby='registers'] a\")].map((one) => one.getAttribute('href'))")
        .await?;
    let registers: Vec<String> = serde_json::from_value(registers)?;
    assert!(!registers.is_empty(), "registers were chosen");
    let mut pages = vec!["/seat/audit", &item];
    pages.extend(registers.iter().map(String::as_str));
    look(&mut inside, &seat, &pages).await?;
    inside.page("/seat/audit/items/none", 404).await?;
    inside.conclude(routes::AUDIT_SEAT, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_those_who_take_a_course_see() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let house = Browser::open(Screen::Desk).await?;
    sign_in(&house, &server, &server.credential("safety_manager")?).await?;
    house.visit(&server.url(&format!("{place}/training/new"))).await?;
    let year = house.text_of("document.querySelector('#year').value").await?;
    let today = day_from_now(&house, 0).await?;
    let course = [
        ("title", "見るための研修"),
        ("year", &year),
        ("lessons", "suspicious-mail"),
        ("links", "参考のページ https://www.example.jp/"),
        ("quiz_needed", "yes"),
        ("pass_percent", "75"),
        ("agreement", "あやしいメールはすぐに知らせます。"),
    ];
    let made = send(&house, &format!("{place}/training"), &course).await?;
    let session = [("kind", "meeting"), ("held_on", today.as_str()), ("place", "講堂")];
    let session = send(&house, &format!("{made}/sessions"), &session).await?;
    send(&house, &format!("{session}/door"), &[]).await?;
    house.visit(&server.url(&session)).await?;
    let code = house.see(".tr-code").await?.text().await?.replace('-', "");
    // Somebody on the list, and somebody who is not found there and says who they are.
    for (name, listed) in [("佐伯 花", true), ("山田 花子", false)] {
        let seat = enter(&server, &format!("/join/{code}"), name, Some("3階病棟")).await?;
        let mut inside = Inspection::new(&seat, &server)?;
        look(&mut inside, &seat, &["/seat/course"]).await?;
        // Nothing chosen; then too many wrong; then right.
        seat.click_on("form[action='/seat/course'] button.wide").await?;
        seat.see("main [role='alert']").await?;
        inside.here().await?;
        seat.value("[...document.querySelectorAll('fieldset.choices')].forEach((one) => { one.querySelector('input').checked = true; }), document.querySelector('#agree').checked = true, true").await?;
        if !listed {
            seat.click_on("label.choice:has([name='unlisted'])").await?;
        }
        seat.click_on("form[action='/seat/course'] button.wide").await?;
        seat.see("#review").await?;
        look(&mut inside, &seat, &["/seat/course", "/seat/course?again=1"]).await?;
        for (at, right) in [1, 2, 0, 1].into_iter().enumerate() {
            seat.click_on(&format!("label.choice:has([name='answer-{at}'][value='{right}'])")).await?;
        }
        seat.value("document.querySelector('#agree').checked = true, true").await?;
        seat.click_on("form[action='/seat/course'] button.wide").await?;
        seat.see("main .notice.good[role='status']").await?;
        look(&mut inside, &seat, &["/seat/course"]).await?;
        inside.conclude(routes::COURSE_SEAT, &LANGUAGES)?;
    }
    // The house's page of a session with its code, and somebody to be found.
    let mut outside = Inspection::new(&house, &server)?;
    for lang in LANGUAGES {
        house.visit(&server.url("/")).await?;
        use_language(&house, lang).await?;
        outside.page(&session, 200).await?;
        outside.page(&made, 200).await?;
    }
    outside.dark(&session).await?;
    outside.conclude(&[], &LANGUAGES)
}
