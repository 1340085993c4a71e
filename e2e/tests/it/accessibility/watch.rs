//! From an empty page to a sensor that was touched: the code on the page, the sensor at its place, the touch on the page.

use super::inspection::Inspection;
use super::{LANGUAGES, routes};
use crate::harness::{Browser, Screen, Sensor, Server, model_hospital, sign_in, use_language};
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Tries a password, as a visitor does who found the file server.
fn try_password(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    for line in ["", "USER 院長\r\n", "PASS himitsu\r\n"] {
        stream.write_all(line.as_bytes())?;
        let mut answer = String::new();
        reader.read_line(&mut answer)?;
        anyhow::ensure!(!answer.is_empty(), "no answer to {line:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sensor_is_let_in_and_what_touches_it_is_seen() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    inspection.page(&format!("{place}/watch"), 200).await?;
    browser.visit(&server.url(&format!("{place}/watch/sensors"))).await?;
    browser.click_on("main details summary").await?;
    browser.fill("#name", "外来2階の予備パソコン").await?;
    browser.click_on("main form button").await?;
    let command = browser.see("main pre").await?.text().await?;
    inspection.here().await?;
    let code = command.split_whitespace().last().context("no code")?;
    let sensor = Sensor::enrolled(&server, code, &[("ftp", "nas"), ("dicom", "pacs")])?;
    try_password(sensor.address("ftp")?)?;
    drop(TcpStream::connect(sensor.address("dicom")?)?);

    // Both arrive by themselves; nobody starts a transfer.
    let pages = format!("{place}/watch");
    browser.visit(&server.url(&pages)).await?;
    browser.until("document.querySelectorAll('main tbody tr').length === 9 || (location.reload(), false)").await?;
    browser.reads("main tbody", "院長").await?;
    let touch = browser.text_of("document.querySelector('main tbody a').getAttribute('href')").await?;
    browser.visit(&server.url(&format!("{place}/watch/sensors"))).await?;
    let own = browser.text_of("document.querySelector('main tbody a').getAttribute('href')").await?;
    browser.visit(&server.url(&format!("{place}/watch/cases"))).await?;
    let case = browser.text_of("document.querySelector('main tbody a').getAttribute('href')").await?;
    let below = |page: &str| format!("{place}/watch/{page}");
    let all = [pages.clone(), touch, below("sensors"), own, below("cases"), case, below("noise"), below("consent")];
    for lang in LANGUAGES {
        use_language(&browser, lang).await?;
        for page in &all {
            inspection.page(page, 200).await?;
        }
    }
    for page in &all {
        inspection.dark(page).await?;
    }
    inspection.conclude(routes::WATCH, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_the_centre_are_looked_at() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("regional_supporter")?).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    browser.visit(&server.url("/region/cases")).await?;
    let case = browser.text_of("document.querySelector('main tbody a').getAttribute('href')").await?;
    let member = place.replace("/facilities/", "/region/members/");
    let all = [
        "/region".to_owned(),
        "/region/cases".to_owned(),
        case,
        "/region/members".to_owned(),
        member.clone(),
        format!("{member}/edit"),
        "/region/shift".to_owned(),
        "/region/settings".to_owned(),
    ];
    for lang in LANGUAGES {
        use_language(&browser, lang).await?;
        for page in &all {
            inspection.page(page, 200).await?;
        }
    }
    for page in &all {
        inspection.dark(page).await?;
    }
    inspection.conclude(routes::REGION, &LANGUAGES)
}
