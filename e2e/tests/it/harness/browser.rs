//! A Chromium of the test's own.

use super::process::{Process, end_users_of};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Deref;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::prelude::*;

/// How long anything on a page may take. Generous: test machines are shared.
const PATIENCE: Duration = Duration::from_secs(45);
/// How often to look while waiting.
const GLANCE: Duration = Duration::from_millis(40);

/// What the browser pretends to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// A desk with a keyboard, 1280 wide.
    Desk,
    /// A small phone, 360 by 740, touched.
    Phone,
}

/// A browser that ends with the test.
pub(crate) struct Browser {
    driver: Option<WebDriver>,
    process: Option<Process>,
    folder: TempDir,
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        self.driver.as_ref().expect("there until dropped")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(driver) = self.driver.take() {
            // Nobody is left to be told; ending the programs is quicker and works after a panic, too.
            let _ = driver.leak();
        }
        self.process = None;
        end_users_of(self.folder.path());
    }
}

impl Browser {
    /// Opens a browser with an empty profile.
    pub(crate) async fn open(screen: Screen) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hakutaku-browser-").tempdir()?;
        let mut process = Process::start(
            Command::new("chromedriver").args(["--port=0", "--log-level=SEVERE"]).env("TMPDIR", folder.path()),
        )
        .context("Debian's package is called chromium-driver")?;
        let port = process.wait_for("chromedriver's port", |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        })?;
        let mut browser = Self { driver: None, process: Some(process), folder };
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), browser.wishes(screen)?).await?;
        driver.set_script_timeout(PATIENCE).await?;
        browser.driver = Some(driver);
        Ok(browser)
    }

    fn wishes(&self, screen: Screen) -> Result<Capabilities> {
        let profile = self.folder.path().join("profile");
        let mut arguments = vec![
            format!("--user-data-dir={}", profile.display()),
            // A request to anywhere else must not get out, and must fail so that it is seen.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost".to_owned(),
        ];
        arguments.extend(
            [
                "--headless=new",
                // The tests may run as root in a container; all pages are our own.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-default-apps",
                "--disable-extensions",
                "--disable-sync",
                "--disable-quic",
                "--accept-lang=ja",
                "--force-prefers-reduced-motion",
                "--window-size=1280,900",
            ]
            .map(str::to_owned),
        );
        let mut options = json!({ "args": arguments, "binary": "/usr/bin/chromium" });
        if let Some(path) = std::env::var_os("CHROMIUM") {
            options["binary"] = json!(path.to_string_lossy());
        }
        if screen == Screen::Phone {
            options["mobileEmulation"] = json!({ "deviceMetrics": { "width": 360, "height": 740, "pixelRatio": 2.0, "touch": true, "mobile": true } });
        }
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "chrome")?;
        capabilities.set("goog:chromeOptions", options)?;
        capabilities.set("goog:loggingPrefs", json!({ "browser": "ALL", "performance": "ALL" }))?;
        Ok(capabilities)
    }

    /// Sends a command of the developer tools.
    pub(crate) async fn tools(&self, command: &str, parameters: Value) -> Result<Value> {
        self.cdp().send_raw(command, parameters).await.with_context(|| command.to_owned())
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn value(&self, expression: &str) -> Result<Value> {
        let found = self.execute(format!("return ({expression});"), Vec::new()).await;
        Ok(found.with_context(|| expression.to_owned())?.json().clone())
    }

    /// The same as text; what is no text becomes empty.
    pub(crate) async fn text_of(&self, expression: &str) -> Result<String> {
        Ok(self.value(expression).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a JavaScript expression is true.
    pub(crate) async fn until(&self, expression: &str) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            // A page that is just going away cannot answer: look again.
            let last = self.value(&format!("Boolean({expression})")).await;
            if matches!(last, Ok(Value::Bool(true))) {
                return Ok(());
            }
            if Instant::now() > give_up {
                return self.surprised(&format!("waited in vain for {expression} ({last:?})")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Waits until the page with this path is there and loaded. `*` stands for anything.
    pub(crate) async fn arrive(&self, path: &str) -> Result<()> {
        self.arrive_where(&pattern_of(path)).await
    }

    /// The same for the page of one row: this path and then an id. The whole path.
    pub(crate) async fn arrive_at_one(&self, of: &str) -> Result<String> {
        self.arrive_where(&format!("{}\\/[0-9a-f-]{{36}}", pattern_of(of))).await?;
        self.text_of("location.pathname").await
    }

    async fn arrive_where(&self, pattern: &str) -> Result<()> {
        self.until(&format!("document.readyState === 'complete' && /^{pattern}$/.test(location.pathname)")).await
    }

    /// Opens a page and waits until it is there.
    pub(crate) async fn visit(&self, url: &str) -> Result<()> {
        self.goto(url).await.with_context(|| url.to_owned())?;
        self.until("document.readyState === 'complete'").await
    }

    /// The status the server gave the page.
    pub(crate) async fn status(&self) -> Result<u64> {
        let status = self.value("performance.getEntriesByType('navigation')[0].responseStatus").await?;
        status.as_u64().context("the status of the page")
    }

    /// Waits until there is exactly such an element to be seen.
    pub(crate) async fn see(&self, css: &str) -> Result<WebElement> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Ok(elements) = self.find_all(By::Css(css)).await {
                for element in elements {
                    if element.is_displayed().await.unwrap_or(false) {
                        return Ok(element);
                    }
                }
            }
            if Instant::now() > give_up {
                return self.surprised(&format!("waited in vain to see {css}")).await;
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Clicks it as soon as nothing is in the way.
    pub(crate) async fn click_on(&self, css: &str) -> Result<()> {
        let give_up = Instant::now() + PATIENCE;
        loop {
            let element = self.see(css).await?;
            match element.click().await {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() > give_up => {
                    return self.surprised(&format!("cannot click {css}: {error}")).await;
                }
                Err(_) => {
                    // Something fixed to an edge of the window may cover it: a person would scroll a little.
                    let _ = element.scroll_into_view().await;
                    tokio::time::sleep(GLANCE).await;
                }
            }
        }
    }

    /// Clicks the first link in the main part of the page that reads so.
    pub(crate) async fn follow(&self, words: &str) -> Result<()> {
        let mark = format!(
            "(() => {{ const link = [...document.querySelectorAll('main a')].find((one) => one.textContent.includes({words:?}));
                if (!link) return false; link.dataset.followed = 'now'; return true; }})()"
        );
        self.until(&mark).await?;
        self.click_on("main a[data-followed='now']").await
    }

    /// Waits until these words can be read in a part of the page.
    pub(crate) async fn reads(&self, css: &str, words: &str) -> Result<()> {
        self.until(&format!("document.querySelector({css:?})?.innerText.includes({words:?})")).await
    }

    /// Fills a text field.
    pub(crate) async fn fill(&self, css: &str, text: &str) -> Result<()> {
        let field = self.see(css).await?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Types without touching the mouse: whatever has the focus receives it.
    pub(crate) async fn press(&self, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.action_chain().send_keys(keys).perform().await?)
    }

    /// The same while another key is held.
    pub(crate) async fn press_with(&self, held: Key, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.action_chain().key_down(held.clone()).send_keys(keys).key_up(held).perform().await?)
    }

    /// Goes to an element with the Tab key alone.
    pub(crate) async fn tab_to(&self, css: &str) -> Result<()> {
        self.until(&format!("document.readyState === 'complete' && document.querySelector({css:?})")).await?;
        for _ in 0..150 {
            if self.value(&format!("document.activeElement.matches({css:?})")).await? == json!(true) {
                return Ok(());
            }
            self.press(Key::Tab).await?;
        }
        self.surprised(&format!("Tab does not reach {css}")).await
    }

    /// Errors on the console since it was last asked for. Looking empties it.
    pub(crate) async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.browser_log().await?;
        Ok(log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect())
    }

    /// Fails if anything was wrong on the pages so far.
    pub(crate) async fn expect_no_complaints(&self) -> Result<()> {
        let complaints = self.complaints().await?;
        ensure!(complaints.is_empty(), "errors on the console of {}: {complaints:#?}", self.current_url().await?);
        Ok(())
    }

    /// Every place that was asked for anything since it was last asked for, such as `http://localhost:1234`.
    pub(crate) async fn asked(&self) -> Result<BTreeSet<String>> {
        let mut places = BTreeSet::new();
        for entry in self.get_log("performance").await? {
            let event: Value = serde_json::from_str(&entry.message)?;
            let message = &event["message"];
            let url = match message["method"].as_str() {
                Some("Network.requestWillBeSent") => &message["params"]["request"]["url"],
                Some("Network.webSocketCreated") => &message["params"]["url"],
                _ => continue,
            };
            let Some((scheme, rest)) = url.as_str().unwrap_or_default().split_once("://") else { continue };
            if matches!(scheme, "http" | "https" | "ws" | "wss") {
                places.insert(format!("{scheme}://{}", rest.split('/').next().unwrap_or_default()));
            }
        }
        Ok(places)
    }

    /// Pretends to be as wide as a small phone, or (`None`) as the window again.
    pub(crate) async fn width(&self, width: Option<u32>) -> Result<()> {
        match width {
            Some(width) => {
                let metrics = json!({ "width": width, "height": 740, "deviceScaleFactor": 1, "mobile": true });
                self.tools("Emulation.setDeviceMetricsOverride", metrics).await?;
                self.until(&format!("innerWidth <= Math.max({width}, document.documentElement.scrollWidth)")).await
            }
            None => self.tools("Emulation.clearDeviceMetricsOverride", json!({})).await.map(drop),
        }
    }

    /// Fails with what can be seen at the moment.
    pub(crate) async fn surprised<T>(&self, what: &str) -> Result<T> {
        let url = self.current_url().await.map(|url| url.to_string()).unwrap_or_default();
        let text = self.text_of("document.querySelector('main')?.innerText.slice(0, 1500) ?? ''").await;
        if let Some(folder) = std::env::var_os("HAKUTAKU_E2E_SHOTS") {
            let name = std::thread::current().name().unwrap_or("test").replace("::", "-");
            let _ = self.screenshot(&std::path::Path::new(&folder).join(format!("{name}.png"))).await;
        }
        bail!("{what}\nat {url}\n{}", text.unwrap_or_default())
    }
}

/// A path as a pattern of JavaScript.
fn pattern_of(path: &str) -> String {
    path.split('*').map(|part| part.replace('/', "\\/").replace('.', "\\.")).collect::<Vec<_>>().join(".*")
}
