//! Every page, for every role, in both languages: no violation found by axe, nothing wider than a small phone,
//! nothing asked of anybody else.

mod furnished;
mod inspection;
mod open_audit;
mod readiness;
mod registers;
mod routes;
mod seats;
mod watch;

use crate::harness::{Browser, Screen, Server, code, open_sheet, sign_in, use_language};
use anyhow::{Context as _, Result};
use furnished::furnish;
use inspection::Inspection;
use serde_json::{Value, json};

const LANGUAGES: [&str; 2] = ["ja", "en"];

#[tokio::test(flavor = "multi_thread")]
async fn the_inspection_notices_what_is_wrong() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    browser.visit(&server.url("/sign-in")).await?;
    let spoil =
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/icon.svg\"><p>wide</p>'),
        document.querySelector('main > p:last-child').setAttribute('class', 'spoiled'),
        document.querySelector('.spoiled').style.width = '500px',
        fetch('http://elsewhere.example/', { mode: 'no-cors' }).catch(() => { window.tried = true; }), true";
    browser.value(spoil).await?;
    browser.until("window.tried").await?;
    inspection.here().await?;
    let found = inspection.findings().join("\n");
    for sign in ["image-alt", "wide on a screen of 360", "console: "] {
        assert!(found.contains(sign), "{sign} is missing in\n{found}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_signing_in() -> Result<()> {
    let server = Server::demo()?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    let (it, executive) = (server.credential("it_operator")?, server.credential("executive")?);
    for lang in LANGUAGES {
        browser.visit(&server.url("/sign-in")).await?;
        use_language(&browser, lang).await?;
        inspection.here().await?;
        inspection.page("/licences", 200).await?;
        inspection.page("/setup", 410).await?;
        inspection.page("/i/nothing", 410).await?;
        inspection.page("/guest/ended", 410).await?;
        inspection.page("/v/nothing", 410).await?;
        inspection.page("/vendor-form/ended", 410).await?;
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
    inspection.conclude(routes::OUTSIDE, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn setting_up() -> Result<()> {
    for lang in LANGUAGES {
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
        browser.fill("#code", &code(&secret, 0)?).await?;
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
        inspection.conclude(routes::SET_UP, &[lang])?;
    }
    Ok(())
}

/// The addresses behind the short names in the lists below: `{place}` is the demo's hospital, `{clinic}` its clinic,
/// `{hospital-it}` and the other questionnaires this year's sheets, `{last-hospital-it}` last year's.
async fn names(server: &Server) -> Result<Vec<(String, String)>> {
    let api = server.api("administrator")?;
    let mut names: Vec<(String, String)> = Vec::new();
    let facilities = api.get("/facilities").await?;
    for (name, facility) in ["place", "clinic"].into_iter().zip(facilities["items"].as_array().into_iter().flatten()) {
        let place = format!("/facilities/{}", text(facility, "id")?);
        let sheets = api.get(&format!("{place}/assessments")).await?;
        names.push((format!("{{{name}}}"), place.clone()));
        for sheet in sheets["items"].as_array().into_iter().flatten() {
            let when = if sheet["closed_at"].is_null() { "" } else { "last-" };
            let name = format!("{{{when}{}}}", text(sheet, "questionnaire")?);
            if !names.iter().any(|(known, _)| *known == name) {
                names.push((name, format!("{place}/assessments/{}", text(sheet, "id")?)));
            }
        }
    }
    let place = names.iter().find(|(name, _)| name == "{place}").context("the model hospital")?.1.clone();
    let vendor = api.post(&format!("{place}/vendors"), &json!({ "name": "検査試験株式会社" })).await?;
    let request =
        json!({ "vendor": vendor["id"], "ask": "checklist/r7", "due": "2099-03-31", "message": "お願いします。" });
    let request = api.post(&format!("{place}/vendor-requests"), &request).await?;
    let device = json!({ "number": "TEST-9", "name": "試験機", "kind": "server", "os": "Windows Server 2012" });
    let device = api.post(&format!("{place}/ledger"), &device).await?;
    for (name, page, row) in
        [("{asset}", "ledger", device), ("{vendor}", "vendors", vendor), ("{request}", "vendors/requests", request)]
    {
        names.push((name.to_owned(), format!("{place}/{page}/{}", text(&row, "id")?)));
    }
    Ok(names)
}

fn text<'v>(value: &'v Value, key: &str) -> Result<&'v str> {
    value[key].as_str().with_context(|| format!("{key} in {value}"))
}

/// Looks at the pages of a role in both languages, at some of them in the dark, too. A page that must not open is
/// written with its status: `403 {place}/results`.
async fn walk(role: &str, pages: &[&str], dark: &[&str], routes: &[&str]) -> Result<()> {
    walk_around(false, role, pages, dark, routes).await
}

/// The same where every register has a row.
async fn walk_furnished(role: &str, pages: &[&str], dark: &[&str], routes: &[&str]) -> Result<()> {
    walk_around(true, role, pages, dark, routes).await
}

async fn walk_around(furnished: bool, role: &str, pages: &[&str], dark: &[&str], routes: &[&str]) -> Result<()> {
    let server = Server::demo()?;
    let mut names = names(&server).await?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential(role)?).await?;
    if furnished {
        let place = names.iter().find(|(name, _)| name == "{place}").context("the model hospital")?.1.clone();
        names.extend(furnish(&browser, &server, &place).await?);
    }
    let path = |page: &str| names.iter().fold(page.to_owned(), |page, (name, address)| page.replace(name, address));
    for lang in LANGUAGES {
        browser.visit(&server.url("/")).await?;
        use_language(&browser, lang).await?;
        for page in pages {
            match page.split_once(' ') {
                Some((status, page)) => inspection.page(&path(page), status.parse()?).await?,
                None => inspection.page(&path(page), 200).await?,
            }
        }
    }
    for page in dark {
        inspection.dark(&path(page)).await?;
    }
    inspection.conclude(routes, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_administrator_sees() -> Result<()> {
    let pages = [
        "/",
        "/facilities",
        "/facilities/new",
        "/people",
        "/log",
        "/settings",
        "/account",
        "/account/totp",
        "/handed-to-me",
        "/guideline-editions",
        "{place}",
        "{place}/settings",
        "{place}/people",
        "{place}/log",
        "{place}/assessments",
        "{place}/results",
        "404 /facilities/00000000-0000-7000-8000-000000000000",
    ];
    walk("administrator", &pages, &["/", "/people", "/account", "/log", "{place}/assessments"], routes::ADMINISTRATOR)
        .await
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
        "{last-hospital-it}/fields/organization",
        "{executive}",
        "{executive}/handed-over",
        "{network-typology}",
    ];
    walk("it_operator", &pages, &["{hospital-it}/fields/organization", "{hospital-it}/hand-over"], routes::ANSWERING)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_questionnaire_on_one_page() -> Result<()> {
    walk("it_operator", &["{hospital-it}/all"], &[], routes::WHOLE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_result_looks_like() -> Result<()> {
    let pages = [
        "{place}/results",
        "{hospital-it}/result",
        "{hospital-it}/briefing",
        "{last-hospital-it}/result",
        "{executive}/result",
        "{network-typology}/result",
        "{clinic}/results",
        "{small-facility}/result",
        "{small-facility}",
        "{online-consultation}/result",
    ];
    let dark = ["{place}/results", "{hospital-it}/result", "{hospital-it}/briefing", "{network-typology}/result"];
    walk("safety_manager", &pages, &dark, routes::RESULTS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_executive_sees() -> Result<()> {
    let pages =
        ["/", "/account", "{place}", "{place}/results", "{hospital-it}/briefing", "{hospital-it}/result", "403 /log"];
    walk("executive", &pages, &[], routes::RESULTS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_respondent_sees() -> Result<()> {
    let pages = ["/", "/handed-to-me", "{place}", "{hospital-it}/handed", "403 {place}/results"];
    walk("respondent", &pages, &["{hospital-it}/handed"], routes::RESPONDENT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_auditor_sees() -> Result<()> {
    let pages =
        ["/", "{place}", "{place}/assessments", "{hospital-it}/fields/organization", "{place}/log", "{place}/results"];
    walk("auditor", &pages, &[], &["/facilities/{facility}/log"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_regional_supporter_sees() -> Result<()> {
    let pages = ["/", "/facilities", "{place}", "{place}/results", "{hospital-it}/result", "{clinic}/results"];
    walk("regional_supporter", &pages, &[], &["/facilities"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_that_follow_a_form() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let sheet = open_sheet(&api).await?;
    let sheets = sheet.rsplit_once('/').map_or("", |(sheets, _)| sheets);
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
        let answers = json!([
            { "question": "it-organization-01", "level": level },
            { "question": "it-organization-02", "not_applicable": "なし" },
        ]);
        let file = json!({ "questionnaire": "hospital-it", "edition": edition, "answers": answers });
        std::fs::write(&path, file.to_string())?;
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
        browser.visit(&server.url(sheets)).await?;
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

        // Questions for a vendor: a mistake first, then the link.
        browser.visit(&server.url(&format!("{sheet}/hand-over?question=it-organization-03"))).await?;
        browser.click_on(".finish button").await?;
        browser.see(".wrong").await?;
        inspection.here().await?;
        browser.fill("#name", &format!("山下システム {lang}")).await?;
        browser.click_on("label.choice:has(input[name='kind'][value='vendor'])").await?;
        browser.click_on(".finish button").await?;
        let link = browser.see("#link").await?.value().await?.context("a link")?;
        inspection.here().await?;
        browser.visit(&link).await?;
        browser.arrive("/guest").await?;
        inspection.here().await?;
        inspection.page(&format!("{sheet}/handed-over"), 200).await?;

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
    inspection.conclude(routes::AFTER_A_FORM, &LANGUAGES)
}
