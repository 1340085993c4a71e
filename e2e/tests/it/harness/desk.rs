//! What many tests do before they come to the point.

use super::{Api, Browser, Credential, Screen, Server};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::time::SystemTime;
use totp_rs::{Builder, Secret};

/// The code an authenticator app shows, `steps` half-minutes from now.
pub(crate) fn code(secret: &str, steps: u64) -> Result<String> {
    let secret = Secret::try_from_base32(secret.replace(' ', ""))?;
    let app = Builder::new().with_secret(secret).with_account_name("test").build()?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    Ok(app.generate(now + 30 * steps).to_string())
}

/// Signs in with all that the account asks for.
pub(crate) async fn sign_in(browser: &Browser, server: &Server, who: &Credential) -> Result<()> {
    browser.visit(&server.url("/sign-in")).await?;
    browser.fill("#username", &who.username).await?;
    browser.fill("#password", &who.password).await?;
    browser.click_on("main form button").await?;
    if let Some(secret) = &who.totp_secret {
        browser.arrive("/sign-in/second-factor").await?;
        browser.fill("#code", &code(secret, 0)?).await?;
        browser.click_on("main form[action='/sign-in/second-factor'] button").await?;
    }
    browser.arrive("/").await
}

/// Signs out through the menu.
pub(crate) async fn sign_out(browser: &Browser) -> Result<()> {
    browser.click_on("details.menu.end > summary").await?;
    browser.click_on("form[action='/sign-out'] button").await?;
    browser.arrive("/sign-in").await
}

/// Comes in without an account, by the code on the wall; `role` is the key of what is chosen at the door.
pub(crate) async fn join(server: &Server, screen: Screen, code: &str, name: &str, role: &str) -> Result<Browser> {
    let browser = Browser::open(screen).await?;
    browser.visit(&server.url("/join")).await?;
    browser.fill("#code", code).await?;
    browser.click_on("main form button").await?;
    browser.arrive("/join/*").await?;
    browser.fill("#name", name).await?;
    browser.click_on(&format!("label.choice:has([value='{role}'])")).await?;
    browser.click_on("main form button").await?;
    browser.until("document.readyState === 'complete' && location.pathname.startsWith('/seat/')").await?;
    Ok(browser)
}

/// Fetches what a link of the page leads to, as the browser would; fails unless the server says 200. As text, so that
/// a PDF begins with `%PDF` and a ZIP with `PK`.
pub(crate) async fn file_behind(browser: &Browser, link: &str) -> Result<String> {
    browser.see(link).await?;
    let get = "const [css, done] = arguments; fetch(document.querySelector(css).getAttribute('href')).then(
        async (answer) => done({ status: answer.status, text: await answer.text() }),
        (error) => done({ status: String(error), text: '' }));";
    let answer = browser.execute_async(get, vec![json!(link)]).await.with_context(|| link.to_owned())?;
    ensure!(answer.json()["status"] == json!(200), "{link} answered {}", answer.json()["status"]);
    text(&answer.json()["text"])
}

/// Switches the language with the button at the top, if another is shown.
pub(crate) async fn use_language(browser: &Browser, lang: &str) -> Result<()> {
    if browser.text_of("document.documentElement.lang").await? != lang {
        browser.click_on(&format!("header button[name='lang'][value='{lang}']")).await?;
        browser
            .until(&format!("document.readyState === 'complete' && document.documentElement.lang === '{lang}'"))
            .await?;
    }
    Ok(())
}

/// A hospital without any answers beside those of the demo; its id.
pub(crate) async fn open_facility(api: &Api) -> Result<String> {
    let hospital = json!({
        "name": "試験病院", "kind": "hospital", "prefecture": 22, "beds": 120, "it_staff_tenths": 10,
        "questionnaires": ["hospital-it", "executive", "network-typology"],
    });
    text(&api.post("/facilities", &hospital).await?["id"])
}

/// A sheet of the hospital's IT without any answer, in a new hospital; its path, the same on pages and in the API.
pub(crate) async fn open_sheet(api: &Api) -> Result<String> {
    let facility = open_facility(api).await?;
    let sheets = format!("/facilities/{facility}/assessments");
    let opened = api.post(&sheets, &json!({ "questionnaire": "hospital-it" })).await?;
    Ok(format!("{sheets}/{}", text(&opened["id"])?))
}

/// The demo's hospital: its path, the same on pages and in the API.
pub(crate) async fn model_hospital(api: &Api) -> Result<String> {
    Ok(format!("/facilities/{}", text(&api.get("/facilities").await?["items"][0]["id"])?))
}

/// A day in Japan, so many days from today, as `2026-11-21`; asked of the browser, which knows the calendar.
pub(crate) async fn day_from_now(browser: &Browser, days: i32) -> Result<String> {
    browser.text_of(&format!("new Date(Date.now() + 9 * 36e5 + {days} * 864e5).toISOString().slice(0, 10)")).await
}

/// Sends what a form of the product would send, from whatever page is open: prepares what a test begins with.
/// The path of the page that answers.
pub(crate) async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Result<String> {
    let send = "const [path, fields, done] = arguments;
        const body = new URLSearchParams(fields);
        body.append('csrf', document.querySelector('meta[name=csrf]').content);
        fetch(path, { method: 'POST', body }).then(async (answer) => done({
          ok: answer.ok, status: answer.status, at: new URL(answer.url).pathname,
          said: answer.ok ? '' : new DOMParser().parseFromString(await answer.text(), 'text/html')
            .querySelector('main').textContent.replace(/\\s+/g, ' ').slice(0, 600),
        }), (error) => done({ ok: false, status: String(error) }));";
    let fields: Vec<[&str; 2]> = fields.iter().map(|(name, value)| [*name, *value]).collect();
    let answer =
        browser.execute_async(send, vec![json!(path), json!(fields)]).await.with_context(|| path.to_owned())?;
    ensure!(answer.json()["ok"] == json!(true), "{path} answered {}", answer.json());
    text(&answer.json()["at"])
}

/// A security key built into the browser, that agrees to everything; its id.
pub(crate) async fn passkey_device(browser: &Browser) -> Result<String> {
    browser.tools("WebAuthn.enable", json!({})).await?;
    let device = json!({ "options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    text(&browser.tools("WebAuthn.addVirtualAuthenticator", device).await?["authenticatorId"])
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("text in {value}"))
}
