//! From a clean machine to the first question: the five steps behind the printed link.

use crate::harness::{Browser, Screen, Server, code, passkey_device, sign_out};
use anyhow::Result;
use thirtyfour::Key;

const PASSWORD: &str = "三毛猫 と 麦茶 と 十二の月";

async fn steps_taken(browser: &Browser) -> Result<String> {
    browser
        .text_of(
            "String([...document.querySelectorAll('ol.steps > li')].findIndex(li => li.ariaCurrent === 'step') + 1)",
        )
        .await
}

/// Languages and the administrator, up to the second factor.
async fn begin(browser: &Browser, server: &Server) -> Result<()> {
    browser.visit(server.set_up_link()?).await?;
    browser.arrive("/setup/language").await?;
    assert_eq!(steps_taken(browser).await?, "1");
    assert_eq!(browser.text_of("location.search").await?, "", "the token leaves the address");
    browser.tab_to("input[name='lang'][value='ja']").await?;
    browser.tab_to(".wizard form button").await?;
    browser.press(Key::Enter).await?;

    browser.arrive("/setup/administrator").await?;
    assert_eq!(browser.text_of("document.documentElement.lang").await?, "ja");
    assert_eq!(steps_taken(browser).await?, "2");
    for (field, text) in
        [("display_name", "山田 花子"), ("username", "yamada"), ("password", PASSWORD), ("repeat", PASSWORD)]
    {
        browser.tab_to(&format!("#{field}")).await?;
        browser.press(text).await?;
    }
    browser.press(Key::Enter).await?;
    browser.arrive("/setup/second-factor").await
}

/// Facility and questionnaires, to the end.
async fn finish(browser: &Browser) -> Result<()> {
    browser.arrive("/setup/facility").await?;
    assert_eq!(steps_taken(browser).await?, "3");
    browser.tab_to("#name").await?;
    browser.press("青葉台病院").await?;
    browser.tab_to("#prefecture").await?;
    browser.press(Key::Down).await?;
    browser.tab_to("#beds").await?;
    // Full-width digits are what a Japanese keyboard gives.
    browser.press("１２０").await?;
    browser.tab_to("#it_staff").await?;
    browser.press("0.5").await?;
    browser.press(Key::Enter).await?;

    browser.arrive("/setup/questionnaires").await?;
    assert_eq!(steps_taken(browser).await?, "4");
    let chosen = "[...document.querySelectorAll('input[name=questionnaire]:checked')].map(i => i.value).join(' ')";
    assert!(browser.text_of(chosen).await?.contains("hospital-it"), "what fits a hospital is chosen already");
    browser.tab_to(".wizard form button").await?;
    browser.press(Key::Enter).await?;

    browser.arrive("/setup/done").await?;
    assert_eq!(steps_taken(browser).await?, "5");
    browser.tab_to(".wizard .actions a.button").await?;
    browser.press(Key::Enter).await?;
    browser.arrive("/facilities/*/assessments").await?;
    browser.see("form input[name='questionnaire'][value='hospital-it'] ~ .actions button").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn five_steps_by_keyboard_in_japanese_with_an_authenticator_app() -> Result<()> {
    let server = Server::fresh()?;
    let browser = Browser::open(Screen::Desk).await?;
    begin(&browser, &server).await?;

    let secret = browser.see("code.secret").await?.text().await?;
    browser.tab_to("#code").await?;
    browser.press(code(&secret, 0)?).await?;
    browser.press(Key::Enter).await?;
    finish(&browser).await?;
    browser.expect_no_complaints().await?;

    // The link was good once.
    browser.visit(server.set_up_link()?).await?;
    assert_eq!(browser.status().await?, 410);
    assert_eq!(browser.value("document.querySelectorAll('main form').length").await?, 0);
    browser.visit(&server.url("/setup/administrator")).await?;
    assert_eq!(browser.status().await?, 410);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_instead_signs_in_without_a_password() -> Result<()> {
    let server = Server::fresh()?;
    let browser = Browser::open(Screen::Desk).await?;
    passkey_device(&browser).await?;
    begin(&browser, &server).await?;

    browser.tab_to("#passkey-name").await?;
    browser.press("事務室のパソコン").await?;
    browser.tab_to("[data-passkey='register'] button").await?;
    browser.press(Key::Enter).await?;
    finish(&browser).await?;

    sign_out(&browser).await?;
    browser.click_on("[data-passkey='sign-in'] button").await?;
    browser.arrive("/").await?;
    browser.see("a[href^='/facilities/']").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_speaks_english_when_asked_and_remembers() -> Result<()> {
    let server = Server::fresh()?;
    let browser = Browser::open(Screen::Desk).await?;
    browser.visit(server.set_up_link()?).await?;
    let title = browser.title().await?;
    assert_eq!(browser.text_of("document.documentElement.lang").await?, "ja");

    browser.click_on("header button[name='lang'][value='en']").await?;
    browser.until("document.documentElement.lang === 'en' && document.readyState === 'complete'").await?;
    browser.arrive("/setup/language").await?;
    assert_ne!(browser.title().await?, title);

    browser.click_on(".wizard form button").await?;
    browser.arrive("/setup/administrator").await?;
    assert_eq!(browser.text_of("document.documentElement.lang").await?, "en");
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_is_said_beside_its_field_and_nothing_typed_is_lost() -> Result<()> {
    let server = Server::fresh()?;
    let browser = Browser::open(Screen::Desk).await?;
    browser.visit(server.set_up_link()?).await?;
    browser.click_on(".wizard form button").await?;
    browser.arrive("/setup/administrator").await?;
    browser.fill("#display_name", "山田 花子").await?;
    browser.fill("#username", "yamada").await?;
    browser.fill("#password", PASSWORD).await?;
    browser.fill("#repeat", "something else").await?;
    browser.click_on(".wizard form button").await?;

    browser.see("#repeat-wrong").await?;
    assert_eq!(browser.text_of("document.querySelector('#repeat').getAttribute('aria-invalid')").await?, "true");
    assert_eq!(browser.text_of("document.querySelector('#display_name').value").await?, "山田 花子");
    browser.until("document.activeElement.matches('[role=alert]')").await
}
