//! Every page, for every role, in both languages: no violation found by axe, nothing wider than a small phone,
//! nothing asked of anybody else.

use crate::harness::{Browser, Screen, Server, open_facility, sign_in, use_language};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Collects what is wrong on all pages, so that one run tells everything.
struct Inspection<'a> {
    browser: &'a Browser,
    server: &'a Server,
    axe: String,
    findings: Vec<String>,
    seen: BTreeSet<String>,
}

impl<'a> Inspection<'a> {
    fn new(browser: &'a Browser, server: &'a Server) -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&path)
            .with_context(|| format!("{} is missing: run `npm ci` in e2e/", path.display()))?;
        Ok(Self { browser, server, axe, findings: Vec::new(), seen: BTreeSet::new() })
    }

    /// Opens a page that must answer with this status, and looks at it.
    async fn page(&mut self, path: &str, status: u64) -> Result<()> {
        self.browser.visit(&self.server.url(path)).await?;
        let answered = self.browser.status().await?;
        if answered != status {
            self.findings.push(format!("{path}: status {answered} instead of {status}"));
        }
        self.here().await
    }

    /// Looks at the page that is open.
    async fn here(&mut self) -> Result<()> {
        let browser = self.browser;
        let lang = browser.text_of("document.documentElement.lang").await?;
        let place = format!("{} [{lang}]", browser.text_of("location.pathname").await?);
        self.seen.insert(place.clone());
        // What is folded away counts as well; menus float above other things and are looked at closed.
        let unfold =
            "document.querySelectorAll('main details').forEach(d => { if (!d.matches('.menu')) d.open = true; }), true";
        browser.value(unfold).await?;
        self.axe(&place).await?;
        browser.width(Some(360)).await?;
        let wide = browser.value("document.documentElement.scrollWidth").await?;
        if wide.as_u64() > Some(360) {
            let culprits = browser.value(
                "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > 361).slice(0, 6)\
                 .map(e => e.tagName + '.' + e.className + '#' + e.id + ' ' + Math.round(e.getBoundingClientRect().right))",
            ).await?;
            self.findings.push(format!("{place}: {wide} wide on a screen of 360: {culprits}"));
        }
        browser.width(None).await?;
        for complaint in browser.complaints().await? {
            // Pages that say no are logged by the browser as failed to load; they are visited on purpose.
            if !complaint.contains("Failed to load resource") {
                self.findings.push(format!("{place}: console: {complaint}"));
            }
        }
        let own = self.server.url("");
        for asked in browser.asked().await?.into_iter().filter(|asked| *asked != own) {
            self.findings.push(format!("{place}: asked {asked}"));
        }
        Ok(())
    }

    async fn axe(&mut self, place: &str) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
            if (!window.axe) (0, eval)(arguments[0]);
            axe.run(document, { resultTypes: ['violations'] }).then(
              (found) => done(found.violations.map((v) => ({
                id: v.id, impact: v.impact, count: v.nodes.length,
                nodes: v.nodes.slice(0, 4).map((n) => n.target.join(' ') + ' | ' + n.html.slice(0, 160) + ' | ' + n.any.concat(n.all, n.none).map((c) => c.message).join('; ').slice(0, 240)),
              }))),
              (error) => done([{ id: 'axe', impact: String(error), count: 0, nodes: [] }]));";
        let found = self.browser.execute_async(script, vec![json!(self.axe)]).await.context("axe")?;
        for violation in found.json().as_array().into_iter().flatten() {
            let nodes: Vec<String> =
                violation["nodes"].as_array().into_iter().flatten().map(Value::to_string).collect();
            self.findings.push(format!(
                "{place}: {} ({}, {} places)\n    {}",
                violation["id"],
                violation["impact"],
                violation["count"],
                nodes.join("\n    ")
            ));
        }
        Ok(())
    }

    /// The same page in the dark.
    async fn dark(&mut self, path: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": "dark" }] });
        self.browser.tools("Emulation.setEmulatedMedia", features).await?;
        self.browser.visit(&self.server.url(path)).await?;
        self.axe(&format!("{path} [dark]")).await?;
        self.browser.tools("Emulation.setEmulatedMedia", json!({ "features": [] })).await?;
        Ok(())
    }

    fn conclude(self, at_least: usize) -> Result<()> {
        ensure!(self.findings.is_empty(), "{} findings:\n{}", self.findings.len(), gathered(&self.findings));
        ensure!(self.seen.len() >= at_least, "only {} pages were looked at: {:#?}", self.seen.len(), self.seen);
        Ok(())
    }
}

/// The same finding on many pages once, with the pages.
fn gathered(findings: &[String]) -> String {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in findings {
        let (page, what) = finding.split_once(": ").unwrap_or(("", finding));
        pages.entry(what).or_default().push(page);
    }
    let lines = pages.into_iter().map(|(what, pages)| format!("{what}\n    on {}", pages.join(", ")));
    lines.collect::<Vec<String>>().join("\n")
}

/// The demo hospital's id, and its assessments of this year by questionnaire, and one of last year.
async fn hospital(server: &Server) -> Result<(String, impl Fn(&str) -> String)> {
    let api = server.api("administrator")?;
    let id = api.get("/facilities").await?["items"][0]["id"].as_str().context("the model hospital")?.to_owned();
    let all = api.get(&format!("/facilities/{id}/assessments")).await?;
    let base = format!("/facilities/{id}/assessments");
    let find = move |questionnaire: &str| {
        let found =
            all["items"].as_array().and_then(|all| all.iter().find(|one| one["questionnaire"] == questionnaire));
        format!("{base}/{}", found.and_then(|one| one["id"].as_str()).unwrap_or("none"))
    };
    Ok((format!("/facilities/{id}"), find))
}

#[tokio::test(flavor = "multi_thread")]
async fn before_signing_in() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    let (it, executive) = (server.credential("it_operator")?, server.credential("executive")?);
    for lang in ["ja", "en"] {
        browser.visit(&server.url("/sign-in")).await?;
        use_language(&browser, lang).await?;
        inspection.here().await?;
        inspection.page("/licences", 200).await?;
        inspection.page("/setup", 410).await?;
        inspection.page("/i/nothing", 410).await?;
        inspection.page("/no-such-page", 404).await?;
        inspection.page("/welcome/nothing", 410).await?;
        // Wrong, then half right.
        browser.visit(&server.url("/sign-in")).await?;
        browser.fill("#username", &executive.username).await?;
        browser.fill("#password", "wrong").await?;
        browser.click_on("main form button").await?;
        browser.see("main [role='alert']").await?;
        inspection.here().await?;
        browser.fill("#username", &it.username).await?;
        browser.fill("#password", &it.password).await?;
        browser.click_on("main form button").await?;
        browser.arrive("/sign-in/second-factor").await?;
        inspection.here().await?;
    }
    inspection.dark("/sign-in").await?;
    inspection.conclude(14)
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_up() -> Result<()> {
    for lang in ["ja", "en"] {
        let server = Server::fresh()?;
        let browser = Browser::open(Screen::Desk).await?;
        let mut inspection = Inspection::new(&browser, &server)?;
        browser.visit(server.set_up_link()?).await?;
        use_language(&browser, lang).await?;
        inspection.here().await?;
        browser.click_on(&format!("label.choice:has(input[value='{lang}'])")).await?;
        browser.click_on(".wizard form button").await?;
        browser.arrive("/setup/administrator").await?;
        inspection.here().await?;
        browser.click_on(".wizard form button").await?;
        browser.see(".wrong").await?;
        inspection.here().await?;
        for (field, text) in [
            ("display_name", "山田 花子"),
            ("username", "yamada"),
            ("password", "a dozen purple umbrellas"),
            ("repeat", "a dozen purple umbrellas"),
        ] {
            browser.fill(&format!("#{field}"), text).await?;
        }
        browser.click_on(".wizard form button").await?;
        browser.arrive("/setup/second-factor").await?;
        inspection.here().await?;
        inspection.dark("/setup/second-factor").await?;
        let secret = browser.see("code.secret").await?.text().await?;
        browser.fill("#code", &crate::harness::code(&secret, 0)?).await?;
        browser.click_on("form[action='/setup/second-factor'] button").await?;
        browser.arrive("/setup/facility").await?;
        inspection.here().await?;
        browser.fill("#name", "青葉台病院").await?;
        browser.click_on("#prefecture option[value='13']").await?;
        browser.fill("#beds", "120").await?;
        browser.fill("#it_staff", "1").await?;
        browser.click_on(".wizard form button").await?;
        browser.arrive("/setup/questionnaires").await?;
        inspection.here().await?;
        browser.click_on(".wizard form button").await?;
        browser.arrive("/setup/done").await?;
        inspection.here().await?;
        // The first pages of an empty installation.
        let place = browser.text_of("document.querySelector('.wizard .actions a.button').getAttribute('href')").await?;
        inspection.page("/", 200).await?;
        inspection.page(&place, 200).await?;
        let place = place.trim_end_matches("/assessments").to_owned();
        for path in ["", "/results", "/people", "/log"] {
            inspection.page(&format!("{place}{path}"), 200).await?;
        }
        browser.visit(&server.url(&format!("{place}/assessments"))).await?;
        browser.click_on("input[name='questionnaire'][value='hospital-it'] ~ .actions button").await?;
        browser.arrive("/facilities/*/fields/organization").await?;
        let sheet = browser.text_of("document.querySelector('[data-base]').dataset.base").await?;
        inspection.page(&format!("{sheet}/result"), 200).await?;
        inspection.page(&format!("{sheet}/briefing"), 200).await?;
        inspection.conclude(14)?;
    }
    Ok(())
}

/// Pages of an account, in both languages.
async fn walk(role: &str, pages: &[(String, u64)], dark: &[String]) -> Result<()> {
    let server = Server::demo()?;
    let (place, sheet) = hospital(&server).await?;
    let path = |page: &str| {
        ["hospital-it", "executive", "network-typology"]
            .into_iter()
            .fold(page.replace("{place}", &place), |page, one| page.replace(&format!("{{{one}}}"), &sheet(one)))
    };
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential(role)?).await?;
    for lang in ["ja", "en"] {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for (page, status) in pages {
            inspection.page(&path(page), *status).await?;
        }
    }
    for page in dark {
        inspection.dark(&path(page)).await?;
    }
    inspection.conclude(2)
}

fn found(pages: &[&str]) -> Vec<(String, u64)> {
    pages.iter().map(|page| ((*page).to_owned(), 200)).collect()
}

fn names(pages: &[&str]) -> Vec<String> {
    pages.iter().map(|page| (*page).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_sees() -> Result<()> {
    let pages = [
        "/",
        "/facilities",
        "/facilities/new",
        "/people",
        "/log",
        "/account",
        "/account/totp",
        "/handed-to-me",
        "/licences",
        "{place}",
        "{place}/settings",
        "{place}/people",
        "{place}/log",
        "{place}/assessments",
        "{place}/results",
    ];
    let mut pages = found(&pages);
    pages.push(("/facilities/00000000-0000-7000-8000-000000000000".to_owned(), 404));
    walk("administrator", &pages, &names(&["/", "/people", "/account", "/log", "{place}/assessments"])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_answering_sees() -> Result<()> {
    let pages = [
        "{hospital-it}/fields/organization",
        "{hospital-it}/fields/maintenance",
        "{hospital-it}/hand-over",
        "{hospital-it}/handed-over",
        "{hospital-it}/documents",
        "{hospital-it}/import",
        "{hospital-it}/questions/it-organization-01/history",
        "{executive}",
        "{executive}/handed-over",
        "{network-typology}",
    ];
    walk("it_operator", &found(&pages), &names(&["{hospital-it}/fields/organization", "{hospital-it}/hand-over"])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_questionnaire_on_one_page() -> Result<()> {
    walk("it_operator", &found(&["{hospital-it}/all"]), &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_result_looks_like() -> Result<()> {
    let pages = [
        "{place}/results",
        "{hospital-it}/result",
        "{hospital-it}/briefing",
        "{executive}/result",
        "{network-typology}/result",
    ];
    let dark = ["{place}/results", "{hospital-it}/result", "{hospital-it}/briefing", "{network-typology}/result"];
    walk("safety_manager", &found(&pages), &names(&dark)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_other_roles_see() -> Result<()> {
    walk(
        "executive",
        &found(&["/", "/account", "{place}", "{place}/results", "{hospital-it}/briefing", "{hospital-it}/result"]),
        &[],
    )
    .await?;
    let forbidden = [("{place}/results".to_owned(), 403)];
    let mut respondent = found(&["/", "/handed-to-me", "{place}", "{hospital-it}/handed"]);
    respondent.extend(forbidden);
    walk("respondent", &respondent, &[]).await?;
    walk(
        "auditor",
        &found(&[
            "/",
            "{place}",
            "{place}/assessments",
            "{hospital-it}/fields/organization",
            "{place}/log",
            "{place}/results",
        ]),
        &[],
    )
    .await?;
    walk("regional_supporter", &found(&["/", "{place}", "{place}/results", "{hospital-it}/result"]), &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_follow_a_form() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let facility = open_facility(&api).await?;
    let opened =
        api.post(&format!("/facilities/{facility}/assessments"), &json!({ "questionnaire": "hospital-it" })).await?;
    let sheet = format!("/facilities/{facility}/assessments/{}", opened["id"].as_str().context("an id")?);
    let edition = api.get("/questionnaires/hospital-it").await?["edition"].clone();
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("answers.json");
    for (lang, level) in [("ja", 1), ("en", 2)] {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;

        // A verdict on a file, and a refusal.
        let answers = json!([{ "question": "it-organization-01", "level": level }, { "question": "it-organization-02", "not_applicable": "なし" }]);
        std::fs::write(
            &path,
            json!({ "questionnaire": "hospital-it", "edition": edition, "answers": answers }).to_string(),
        )?;
        browser.visit(&server.url(&format!("{sheet}/import"))).await?;
        browser.see("#file").await?.send_keys(path.to_string_lossy()).await?;
        browser.click_on("form[enctype] button").await?;
        browser.see(".tally").await?;
        inspection.here().await?;
        browser.click_on("form[action$='/import/confirm'] button").await?;
        browser
            .until("!document.querySelector('form[action$=\"/import/confirm\"]') && document.readyState === 'complete'")
            .await?;
        inspection.here().await?;
        std::fs::write(&path, "{")?;
        browser.visit(&server.url(&format!("{sheet}/import"))).await?;
        browser.see("#file").await?.send_keys(path.to_string_lossy()).await?;
        browser.click_on("form[enctype] button").await?;
        browser.see(".notice.bad").await?;
        inspection.here().await?;

        // A link for an executive, shown once, and what it opens.
        browser.visit(&server.url(&format!("/facilities/{facility}/assessments"))).await?;
        browser.fill("#respondent", &format!("𠮷田 誠 {lang}")).await?;
        browser.click_on("button[name='invite']").await?;
        let link = browser.see("#link").await?.value().await?.context("a link")?;
        inspection.here().await?;
        browser.visit(&link).await?;
        browser.arrive("/guest").await?;
        inspection.here().await?;
        browser.click_on(".guest-end a").await?;
        browser.arrive("/guest/done").await?;
        inspection.here().await?;

        // An account with its link, shown once, and the page behind it.
        browser.visit(&server.url("/people")).await?;
        browser.fill("#display_name", "新人 一郎").await?;
        browser.fill("#username", &format!("newcomer-{lang}")).await?;
        browser.click_on("form[action='/people'] button").await?;
        let link = browser.see("code.secret").await?.text().await?;
        inspection.here().await?;
        browser.visit(&link).await?;
        inspection.here().await?;

        // A token, shown once; a mistake in a form.
        browser.visit(&server.url("/account")).await?;
        browser.fill("#token_name", "test").await?;
        browser.click_on("form[action='/account/tokens'] button").await?;
        browser.see("code.secret").await?;
        inspection.here().await?;
        browser.visit(&server.url("/facilities/new")).await?;
        browser.click_on("main form button").await?;
        browser.see(".wrong").await?;
        inspection.here().await?;
    }
    inspection.conclude(14)
}
