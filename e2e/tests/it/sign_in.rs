//! Coming in, and being kept out.

use crate::harness::{Browser, Screen, Server, code, passkey_device, sign_in, sign_out};
use anyhow::{Context as _, Result};

async fn try_password(browser: &Browser, server: &Server, name: &str, password: &str) -> Result<()> {
    browser.visit(&server.url("/sign-in")).await?;
    browser.fill("#username", name).await?;
    browser.fill("#password", password).await?;
    browser.click_on("main form button").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_without_telling_whether_the_name_exists() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut sentences = Vec::new();
    for name in ["it", "nobody-of-that-name"] {
        try_password(&browser, &server, name, "not the right one").await?;
        let said = browser.see("main [role='alert']").await?.text().await?;
        assert!(!said.contains(name), "{said}");
        sentences.push(said);
        assert_eq!(browser.text_of("document.querySelector('#password').value").await?, "");
    }
    assert_eq!(sentences[0], sentences[1]);
    browser.visit(&server.url("/facilities")).await?;
    browser.arrive("/sign-in").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_the_authenticator_app_is_good_once() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let who = server.credential("it_operator")?;
    let secret = who.totp_secret.clone().context("this account has a second factor")?;

    try_password(&browser, &server, &who.username, &who.password).await?;
    browser.arrive("/sign-in/second-factor").await?;
    // With the password alone nothing opens.
    browser.visit(&server.url("/facilities")).await?;
    browser.arrive("/sign-in*").await?;

    browser.visit(&server.url("/sign-in/second-factor")).await?;
    let first = code(&secret, 0)?;
    browser.fill("#code", &first).await?;
    browser.click_on("main form[action='/sign-in/second-factor'] button").await?;
    browser.arrive("/").await?;
    sign_out(&browser).await?;

    try_password(&browser, &server, &who.username, &who.password).await?;
    browser.arrive("/sign-in/second-factor").await?;
    browser.fill("#code", &first).await?;
    browser.click_on("main form[action='/sign-in/second-factor'] button").await?;
    browser.see("#code-wrong").await?;
    browser.fill("#code", &code(&secret, 1)?).await?;
    browser.click_on("main form[action='/sign-in/second-factor'] button").await?;
    browser.arrive("/").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_added_in_the_account_opens_the_door_alone() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    passkey_device(&browser).await?;
    sign_in(&browser, &server, &server.credential("executive")?).await?;
    browser.visit(&server.url("/account")).await?;
    browser.fill("#passkey-name", "院長室").await?;
    browser.click_on("[data-passkey='register'] button").await?;
    browser.until("document.querySelector('form[action^=\"/account/passkeys/\"]')").await?;

    sign_out(&browser).await?;
    browser.click_on("[data-passkey='sign-in'] button").await?;
    browser.arrive("/").await?;
    browser.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_signing_in_one_is_where_one_wanted_to_go() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let who = server.credential("auditor")?;
    browser.visit(&server.url("/account")).await?;
    browser.arrive("/sign-in").await?;
    browser.fill("#username", &who.username).await?;
    browser.fill("#password", &who.password).await?;
    browser.click_on("main form button").await?;
    browser.arrive("/account").await
}
