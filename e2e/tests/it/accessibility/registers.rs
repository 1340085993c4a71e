//! The ledger, vendors and official forms.

use super::inspection::Inspection;
use super::{LANGUAGES, routes, walk, walk_furnished};
use crate::harness::{Browser, Screen, Server, day_from_now, model_hospital, open_facility, sign_in, use_language};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn what_the_ledger_looks_like() -> Result<()> {
    let pages = [
        "{place}/ledger",
        "{place}/ledger/new",
        "{asset}",
        "{place}/ledger/import",
        "{place}/ledger/accounts",
        "{place}/ledger/accounts/import",
        "{place}/ledger/systems",
        "{place}/ledger/systems/new",
        "{system}",
    ];
    walk_furnished("it_operator", &pages, &["{place}/ledger", "{asset}", "{place}/ledger/accounts"], routes::LEDGER)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_connections_and_backups_look_like() -> Result<()> {
    let pages = [
        "{place}/ledger/connections",
        "{place}/ledger/connections/new",
        "{place}/ledger/connections/picture",
        "{place}/ledger/connections/merge-plan",
        "{connection}",
        "{place}/ledger/backups",
        "{place}/ledger/backups/copies/new",
        "{copy}",
        "{place}/ledger/backups/tests/new",
        "{test}",
        "{place}/ledger/backups/snapshots",
    ];
    let dark = ["{place}/ledger/connections", "{place}/ledger/connections/picture", "{place}/ledger/backups"];
    walk_furnished("it_operator", &pages, &dark, routes::LINES_AND_COPIES).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_vendors_look_like() -> Result<()> {
    let pages = [
        "{place}/vendors",
        "{place}/vendors/new",
        "{vendor}",
        "{vendor}/edit",
        "{vendor}/company",
        "{place}/vendors/requests",
        "{place}/vendors/requests/new",
        "{request}",
    ];
    walk("safety_manager", &pages, &["{place}/vendors", "{vendor}", "{request}"], routes::VENDORS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_responsibility_and_guides_look_like() -> Result<()> {
    let pages = [
        "{place}/vendors/responsibility",
        "{place}/vendors/responsibility/new",
        "{place}/vendors/responsibility/handa",
        "{place}/vendors/responsibility/handa?step=5",
        "{matrix}",
        "{matrix}/setup",
        "{fill}",
        "{place}/vendors/guides",
        "{guide}",
        "{place}/vendors/guides/procurement",
    ];
    let dark = ["{matrix}", "{place}/vendors/responsibility/handa?step=5", "{guide}"];
    walk_furnished("safety_manager", &pages, &dark, routes::RESPONSIBILITY).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_forms_look_like() -> Result<()> {
    let pages = [
        "{place}/forms",
        "{place}/forms/checklists/r7/hospital",
        "{place}/forms/contacts",
        "{place}/forms/contacts/new",
        "{contact}",
        "{place}/forms/guideline",
        "{place}/forms/inspection",
        "{place}/forms/official",
        "{official}",
        "{place}/forms/reimbursement",
    ];
    let dark = ["{place}/forms", "{place}/forms/contacts", "{place}/forms/reimbursement", "{official}"];
    walk_furnished("safety_manager", &pages, &dark, routes::FORMS).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_auditor_sees_of_the_registers() -> Result<()> {
    let pages = [
        "{place}/ledger",
        "{asset}",
        "{place}/ledger/systems",
        "{place}/ledger/connections",
        "{place}/ledger/backups",
        "{place}/ledger/accounts",
        "{place}/vendors",
        "{vendor}",
        "{place}/vendors/responsibility",
        "{place}/forms",
        "{place}/forms/inspection",
        "403 {place}/ledger/new",
        "403 {place}/vendors/new",
    ];
    walk("auditor", &pages, &[], &["/facilities/{facility}/ledger", "/facilities/{facility}/vendors/{vendor}"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_executive_sees_of_the_forms() -> Result<()> {
    let pages = [
        "{place}/forms",
        "{place}/forms/inspection",
        "{place}/forms/contacts",
        "{place}/forms/reimbursement",
        "403 {place}/ledger",
        "403 {place}/vendors",
    ];
    walk("executive", &pages, &[], &["/facilities/{facility}/forms", "/facilities/{facility}/forms/inspection"]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_on_its_way_into_the_ledger_looks_like() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let names = super::names(&server).await?;
    let asset = &names.iter().find(|(name, _)| name == "{asset}").context("a device")?.1;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/devices-shift-jis.csv");
    for lang in LANGUAGES {
        browser.visit(&server.url(&format!("{place}/ledger/import"))).await?;
        use_language(&browser, lang).await?;
        browser.see("#file").await?.send_keys(file.to_string_lossy()).await?;
        browser.click_on("form[enctype] button").await?;
        browser.arrive("/facilities/*/ledger/import/columns").await?;
        inspection.here().await?;
        browser.click_on("button[name='go'][value='on']").await?;
        browser.arrive("/facilities/*/ledger/import/rows").await?;
        inspection.here().await?;
        // Nobody has said what is to become of the rejected row.
        browser.click_on("form[action$='/import/apply'] button").await?;
        browser.see(".notice.bad[role='alert']").await?;
        inspection.here().await?;
        browser.click_on("form[action$='/import/discard'] button").await?;
        browser.until("!/import\\/(rows|apply|columns|discard)/.test(location.pathname) && document.readyState === 'complete'").await?;
        // Two people at one device.
        browser.visit(&server.url(asset)).await?;
        browser.value("document.querySelector('form.panel [name=version]').value = '0', true").await?;
        browser.fill("#owner", &format!("放射線科 {lang}")).await?;
        browser.click_on("form.panel .actions button").await?;
        browser.see(".notice.bad[role='alert']").await?;
        inspection.here().await?;
    }
    inspection.dark(&format!("{place}/ledger/import")).await?;
    inspection.conclude(routes::IMPORT, &LANGUAGES)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_vendor_without_an_account_sees() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let place = format!("/facilities/{}", open_facility(&api).await?);
    let vendor = api.post(&format!("{place}/vendors"), &json!({ "name": "試験システム" })).await?;
    let browser = Browser::open(Screen::Desk).await?;
    let mut inspection = Inspection::new(&browser, &server)?;
    let due = day_from_now(&browser, 20).await?;
    for lang in LANGUAGES {
        let ask = json!({ "vendor": vendor["id"], "ask": "checklist/r7", "due": due, "pin": "4711" });
        let made = api.post(&format!("{place}/vendor-requests"), &ask).await?;
        browser.visit(made["link"].as_str().context("a link")?).await?;
        use_language(&browser, lang).await?;
        inspection.here().await?;
        browser.fill("#pin", "0000").await?;
        browser.click_on("main form button").await?;
        browser.see("#pin-wrong").await?;
        inspection.here().await?;
        browser.fill("#pin", "4711").await?;
        browser.click_on("main form button").await?;
        browser.arrive("/vendor-form").await?;
        inspection.here().await?;
        // Nothing is answered yet.
        browser.click_on("button[name='go'][value='review']").await?;
        browser.see(".notice.bad[role='alert']").await?;
        inspection.here().await?;
        let yes = "[...document.querySelectorAll('fieldset.item [value=yes]')].forEach((yes) => { yes.checked = true; }), true";
        browser.value(yes).await?;
        browser.fill("#dated", &day_from_now(&browser, 0).await?).await?;
        browser.fill("#signer_name", "田中").await?;
        browser.click_on("button[name='go'][value='review']").await?;
        browser.arrive("/vendor-form/confirm").await?;
        inspection.here().await?;
        browser.fill("#links", "http://elsewhere.example/v/nothing").await?;
        browser.click_on("form[action='/vendor-form/send'] button").await?;
        browser.see("main ol .badge").await?;
        inspection.here().await?;
        browser.click_on("a[href='/vendor-form/done']").await?;
        browser.arrive("/vendor-form/done").await?;
        inspection.here().await?;
        if lang == "en" {
            inspection.dark("/vendor-form/done").await?;
        }
        // A browser notes the status of the last page, 410, as a complaint: it is looked at by its address instead.
        inspection.page("/vendor-form/ended", 410).await?;
    }
    inspection.conclude(routes::VENDOR_FORM, &LANGUAGES)
}
