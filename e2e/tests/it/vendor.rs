//! A vendor is asked by a link and answers on a phone, without an account.

use crate::harness::{Browser, Screen, Server, day_from_now, model_hospital, open_facility, sign_in};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Marks a whole checklist with yes, but for one line.
const ALL_YES_BUT_ONE: &str = "[...document.querySelectorAll('fieldset.item')].forEach((item, at) => {
        item.querySelector(`[value=${at === 2 ? 'no' : 'yes'}]`).checked = true; }), true";

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_answers_two_hospitals_on_a_phone_without_an_account() -> Result<()> {
    let server = Server::demo()?;
    let (it, administrator) = (server.api("it_operator")?, server.api("administrator")?);
    let place = model_hospital(&it).await?;
    let vendor = it.post(&format!("{place}/vendors"), &json!({ "name": "試験システム株式会社" })).await?;
    let vendor = vendor["id"].as_str().context("the vendor's id")?;

    // Asked by the IT person, with a number that goes by telephone.
    let desk = Browser::open(Screen::Desk).await?;
    sign_in(&desk, &server, &server.credential("it_operator")?).await?;
    desk.visit(&server.url(&format!("{place}/vendors/requests/new?vendor={vendor}"))).await?;
    desk.click_on("label.choice:has([value='checklist/r7'])").await?;
    desk.fill("#pin", "4711").await?;
    desk.click_on("main form button").await?;
    let link = desk.see("#link").await?.value().await?.context("a link")?;
    assert!(desk.see("#letter").await?.value().await?.unwrap_or_default().contains(&link));
    desk.expect_no_complaints().await?;

    // Another hospital asks the same of the same company.
    let other = format!("/facilities/{}", open_facility(&administrator).await?);
    let theirs = administrator.post(&format!("{other}/vendors"), &json!({ "name": "試験システム株式会社" })).await?;
    let due = day_from_now(&desk, 20).await?;
    let request = json!({ "vendor": theirs["id"], "ask": "checklist/r7", "due": due });
    let second = administrator.post(&format!("{other}/vendor-requests"), &request).await?;
    let second_link = second["link"].as_str().context("a second link")?;

    let phone = Browser::open(Screen::Phone).await?;
    phone.visit(&link).await?;
    phone.arrive("/vendor-form/pin").await?;
    phone.fill("#pin", "0000").await?;
    phone.click_on("main form button").await?;
    phone.see("#pin-wrong").await?;
    phone.fill("#pin", "4711").await?;
    phone.click_on("main form button").await?;
    phone.arrive("/vendor-form").await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    assert!(!phone.value("document.body.innerHTML").await?.to_string().contains("/facilities/"));

    // Half is kept, the phone is put away, the link opens it again.
    phone.click_on("#item-0 label.choice:has([value='yes'])").await?;
    phone.fill("#signer_name", "𠮷田 太郎").await?;
    phone.click_on("button[name='go'][value='stay']").await?;
    phone.until("document.readyState === 'complete' && document.querySelector('#item-0 [value=yes]')?.checked").await?;
    phone.click_on("form[action='/vendor-form/leave'] button").await?;
    phone.arrive("/vendor-form/ended").await?;
    phone.visit(&link).await?;
    phone.arrive("/vendor-form/pin").await?;
    phone.fill("#pin", "4711").await?;
    phone.click_on("main form button").await?;
    phone.arrive("/vendor-form").await?;
    assert_eq!(phone.value("document.querySelector('#item-0 [value=yes]').checked").await?, true);
    assert_eq!(phone.text_of("document.querySelector('#signer_name').value").await?, "𠮷田 太郎");

    // A date that cannot be read is said; then all is answered, one line with no.
    phone.value(ALL_YES_BUT_ONE).await?;
    phone.fill("#dated", &day_from_now(&phone, 0).await?).await?;
    phone.value("document.querySelector('#item-2 details').open = true").await?;
    phone.fill("#t-2", "いつか").await?;
    phone.fill("#x-2", "来春の版で対応").await?;
    phone.click_on("button[name='go'][value='review']").await?;
    phone.see(".notice.bad[role='alert']").await?;
    phone.fill("#t-2", &day_from_now(&phone, 90).await?).await?;
    phone.click_on("button[name='go'][value='review']").await?;
    phone.arrive("/vendor-form/confirm").await?;
    assert!(phone.see("main").await?.text().await?.contains("来春の版で対応"));
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    phone.click_on("main details summary").await?;
    phone.fill("#links", second_link).await?;
    phone.click_on("form[action='/vendor-form/send'] button").await?;
    phone.see("ol .badge.good").await?;
    assert!(phone.see("main .lead").await?.text().await?.contains("2 件"), "its own form and the pasted link");
    phone.click_on("a[href='/vendor-form/done']").await?;
    phone.arrive("/vendor-form/done").await?;

    // The link only says that it was sent.
    phone.visit(&link).await?;
    phone.arrive("/vendor-form/done").await?;
    assert_eq!(phone.value("document.querySelectorAll('main input:not([type=hidden])').length").await?, 0);

    // Nothing else opens.
    for path in [
        "/".to_owned(),
        "/facilities".to_owned(),
        place.clone(),
        format!("{place}/vendors"),
        format!("{place}/vendors/{vendor}"),
        format!("{place}/ledger"),
        format!("{place}/forms"),
        "/guest".to_owned(),
        "/log".to_owned(),
    ] {
        phone.visit(&server.url(&path)).await?;
        let at = phone.text_of("location.pathname").await?;
        let status = phone.status().await?;
        assert!(at.starts_with("/sign-in") || matches!(status, 404 | 410), "{path} led to {at} ({status})");
    }

    // The hospital sees the answers; the no is a question to be followed up.
    let requests = it.get(&format!("{place}/vendor-requests?limit=200")).await?;
    let ours = requests["items"].as_array().and_then(|all| all.iter().find(|one| one["vendor"] == vendor).cloned());
    let ours = ours.as_ref().and_then(|one| one["id"].as_str()).context("our request")?.to_owned();
    desk.visit(&server.url(&format!("{place}/vendors/requests/{ours}"))).await?;
    let page = desk.see("main").await?.text().await?;
    assert!(page.contains("𠮷田 太郎") && page.contains("来春の版で対応"), "{page}");
    desk.see("section[aria-labelledby='questions'] li.entry .badge.bad").await?;
    assert_eq!(desk.value("document.querySelectorAll('li.entry').length").await?, 1);
    let theirs: Value = administrator.get(&format!("{other}/vendor-requests")).await?;
    assert!(theirs["items"][0]["answered_at"].is_string(), "{theirs}");

    // Followed up: accepted as a risk, by name.
    desk.click_on("li.entry details summary").await?;
    desk.click_on("li.entry label.choice:has([value='accepted'])").await?;
    desk.fill("li.entry textarea", "院内の端末からだけ使う").await?;
    desk.fill("li.entry input[name='owner']", "院長").await?;
    desk.click_on("li.entry details form button").await?;
    desk.until("document.readyState === 'complete' && document.body.innerText.includes('院内の端末からだけ使う')")
        .await?;
    desk.see("li.entry .badge.good").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn five_wrong_numbers_close_the_link_and_the_hospital_is_told() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let place = format!("/facilities/{}", open_facility(&api).await?);
    let vendor = api.post(&format!("{place}/vendors"), &json!({ "name": "試験システム" })).await?;
    let phone = Browser::open(Screen::Phone).await?;
    let due = day_from_now(&phone, 20).await?;
    let request = json!({ "vendor": vendor["id"], "ask": "checklist/r7", "due": due, "pin": "123456" });
    let made = api.post(&format!("{place}/vendor-requests"), &request).await?;
    phone.visit(made["link"].as_str().context("a link")?).await?;
    for _ in 0..5 {
        phone.fill("#pin", "000000").await?;
        phone.click_on("main form button").await?;
        phone.until("document.readyState === 'complete' && document.querySelector('#pin')?.value !== '000000'").await?;
    }
    phone.until("!document.querySelector('#pin')").await?;
    assert_eq!(phone.status().await?, 410);
    let asked = api.get(&format!("{place}/vendor-requests")).await?;
    assert_eq!(asked["items"][0]["state"], "locked", "{asked}");
    Ok(())
}
