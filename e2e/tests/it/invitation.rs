//! An executive answers on a phone, by a link, without an account.

use crate::harness::{Browser, Screen, Server, open_facility, sign_in};
use anyhow::Result;

#[tokio::test(flavor = "multi_thread")]
async fn an_executive_answers_all_fifteen_questions_on_a_phone_and_sees_nothing_else() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let facility = open_facility(&api).await?;
    let desk = Browser::open(Screen::Desk).await?;
    sign_in(&desk, &server, &server.credential("administrator")?).await?;
    desk.visit(&server.url(&format!("/facilities/{facility}/assessments"))).await?;
    desk.fill("#respondent", "𠮷田 誠（院長）").await?;
    desk.click_on("button[name='invite']").await?;
    let link = desk.see("#link").await?;
    let link = link.value().await?.unwrap_or_default();
    desk.expect_no_complaints().await?;
    drop(desk);

    let phone = Browser::open(Screen::Phone).await?;
    phone.visit(&link).await?;
    phone.arrive("/guest").await?;
    assert!(phone.see("main").await?.text().await?.contains("𠮷田 誠（院長）"));
    assert_eq!(phone.value("innerWidth").await?, 360);
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    // A thumb needs room.
    let low = "[...document.querySelectorAll('label.level')].filter(l => l.checkVisibility() && l.getBoundingClientRect().height < 44).length";
    assert_eq!(phone.value(low).await?, 0);

    let questions = phone.value("[...document.querySelectorAll('[data-question]')].map(q => q.id)").await?;
    let questions: Vec<&str> = questions.as_array().into_iter().flatten().filter_map(|id| id.as_str()).collect();
    assert_eq!(questions.len(), 15);
    for (at, question) in questions.iter().enumerate() {
        phone.click_on(&format!("#{question} label.level:has([value='{}'])", at % 4)).await?;
        phone.until(&format!("document.getElementById('{question}').dataset.save === 'saved'")).await?;
    }
    assert_eq!(phone.value("document.querySelector('[data-progress]').value").await?, 15);
    phone.click_on(".guest-end a").await?;
    phone.arrive("/guest/done").await?;
    phone.see(".guest-done .tick").await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    phone.expect_no_complaints().await?;

    let sheets = api.get(&format!("/facilities/{facility}/assessments")).await?;
    let sheet = &sheets["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let sheet = format!("/facilities/{facility}/assessments/{sheet}");
    let answers = api.get(&format!("{sheet}/answers")).await?;
    let levels: Vec<i64> =
        answers["answers"].as_array().into_iter().flatten().filter_map(|one| one["level"].as_i64()).collect();
    assert_eq!(levels, (0..15).map(|at| at % 4).collect::<Vec<i64>>());

    // The link opens its own sheet and nothing beside it.
    let (result, briefing) = (format!("{sheet}/result"), format!("{sheet}/briefing"));
    for path in [
        "/",
        "/facilities",
        &format!("/facilities/{facility}"),
        &sheet,
        &result,
        &briefing,
        "/people",
        "/log",
        "/account",
    ] {
        phone.visit(&server.url(path)).await?;
        let at = phone.text_of("location.pathname").await?;
        let kept_out = at.starts_with("/sign-in") || at.starts_with("/guest") || phone.status().await? == 404;
        assert!(kept_out, "{path} led to {at}");
        assert!(!phone.see("main").await?.text().await?.contains("試験病院"), "{path} tells nothing");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_never_was_ends_kindly() -> Result<()> {
    let server = Server::demo()?;
    let phone = Browser::open(Screen::Phone).await?;
    phone.visit(&server.url("/i/no-such-link")).await?;
    assert_eq!(phone.status().await?, 410);
    phone.see("main h1").await?;
    assert_eq!(phone.value("document.querySelectorAll('main form').length").await?, 0);
    Ok(())
}
