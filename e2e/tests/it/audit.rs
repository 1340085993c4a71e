//! An audit: planned by risk, a sample that anybody can draw again, a paper with a gap, the finding and the action that
//! mends it. And the room of a visiting auditor, who sees what was chosen and writes nothing.

use crate::harness::{Browser, Screen, Server, file_behind, model_hospital, send, sign_in};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

/// Stopping the IDs of leavers; and an item the visitor is not shown.
const LEAVERS: &str = "aud-access-control-01";
const OFFLINE: &str = "aud-backup-01";
const AUDITS: &str = "/facilities/*/audits";

/// Ticks a box that may be ticked already.
async fn tick(browser: &Browser, name: &str, value: &str) -> Result<()> {
    let input = format!("input[name='{name}'][value='{value}']");
    // Groups without a proposal are folded.
    browser
        .value(&format!("document.querySelector(\"{input}\").closest('details')?.setAttribute('open', ''), true"))
        .await?;
    if browser.value(&format!("document.querySelector(\"{input}\").checked")).await? == false {
        browser.click_on(&format!("label.choice:has({input})")).await?;
    }
    Ok(())
}

/// Plans an audit and starts it; its address.
async fn begin(browser: &Browser, server: &Server, place: &str, title: &str) -> Result<String> {
    browser.visit(&server.url(&format!("{place}/audits"))).await?;
    browser.click_on("main a.button[href$='/audits/new']").await?;
    browser.arrive("/facilities/*/audits/new").await?;
    // The plan says why it proposes an item.
    browser.reads(&format!("label.choice:has([value='{LEAVERS}'])"), "退職").await?;
    browser.fill("#title", title).await?;
    browser.fill("#auditor", "大庭 修").await?;
    for item in [LEAVERS, OFFLINE] {
        tick(browser, "items", item).await?;
    }
    browser.click_on("main form .actions button.button").await?;
    let audit = browser.arrive_at_one(AUDITS).await?;
    browser.click_on("form[action$='/start'] button").await?;
    browser.see("section[aria-labelledby='samples']").await?;
    Ok(audit)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_goes_from_plan_to_sample_to_paper_to_finding_to_action() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let manager = Browser::open(Screen::Desk).await?;
    sign_in(&manager, &server, &server.credential("safety_manager")?).await?;
    let audit = begin(&manager, &server, &place, "冬の内部監査").await?;

    // The auditor draws a sample with a seed of dice.
    let auditor = Browser::open(Screen::Desk).await?;
    sign_in(&auditor, &server, &server.credential("auditor")?).await?;
    auditor.visit(&server.url(&audit)).await?;
    auditor.click_on(&format!("main a[href$='/items/{LEAVERS}']")).await?;
    auditor.arrive(&format!("/facilities/*/audits/*/items/{LEAVERS}")).await?;
    let item = auditor.text_of("location.pathname").await?;
    auditor.click_on("section[aria-labelledby='manual'] a[href*='/samples/new']").await?;
    auditor.arrive("/facilities/*/audits/*/samples/new").await?;
    auditor.click_on("#from label.choice:has([value='accounts'])").await?;
    auditor.fill("#size", "5").await?;
    auditor.fill("#seed", "dice-4-2-6").await?;
    auditor.click_on("main form button.button").await?;
    let sample = auditor.arrive_at_one("/facilities/*/audits/*/samples").await?;
    auditor.reads("section[aria-labelledby='how']", "dice-4-2-6").await?;
    auditor.see("section[aria-labelledby='how'] .badge.good").await?;
    // Drawn again by somebody else, from the list and the seed alone: the five smallest hashes, in this order.
    let ids = file_behind(&auditor, "a[href$='/ids.txt']").await?;
    ensure!(ids.lines().count() > 5, "a population");
    let drawn = "[...document.querySelectorAll('.aud-sample code')].map((one) => one.textContent.replace('…', ''))";
    let drawn = auditor.value(drawn).await?;
    let again = "const [ids, done] = arguments;
        Promise.all(ids.map(async (id) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('dice-4-2-6\\n' + id)))]
          .map((byte) => byte.toString(16).padStart(2, '0')).join(''))).then((all) => done(all.sort().slice(0, 5)));";
    let lines: Vec<&str> = ids.lines().collect();
    let again = auditor.execute_async(again, vec![json!(lines)]).await?.json().clone();
    let (drawn, again) = (drawn.as_array().context("five")?.clone(), again.as_array().context("five")?.clone());
    assert_eq!(drawn.len(), 5);
    for (shown, computed) in drawn.iter().zip(&again) {
        let (shown, computed) = (shown.as_str().context("a hash")?, computed.as_str().context("a hash")?);
        assert!(shown.len() >= 8 && computed.starts_with(shown), "{shown} is not the beginning of {computed}");
    }
    // What was found of each.
    for at in 0..4 {
        auditor.click_on(&format!("label.choice:has([name='result-{at}'][value='right'])")).await?;
    }
    auditor.click_on("label.choice:has([name='result-4'][value='wrong'])").await?;
    auditor.fill("#remark-4", "3月に退職していた").await?;
    auditor.click_on("form .actions button.button").await?;
    auditor.see("main > .notice.good[role='status']").await?;
    assert_eq!(auditor.text_of("location.pathname").await?, sample);
    assert_eq!(auditor.text_of("document.querySelector('#remark-4').defaultValue").await?, "3月に退職していた");

    // The paper: a mark stands on something, and a gap asks for a finding.
    auditor.visit(&server.url(&item)).await?;
    auditor.see("section[aria-labelledby='manual'] a[href*='/samples/']").await?;
    auditor.click_on("#mark label.choice:has([value='minor'])").await?;
    auditor.click_on("section[aria-labelledby='paper'] form button.button").await?;
    auditor.see("#seen-wrong").await?;
    auditor.fill("#seen", "抜き取った5件のIDと、人事の退職者名簿").await?;
    auditor.click_on("section[aria-labelledby='paper'] form button.button").await?;
    auditor.see(".notice.bad a[href*='/findings/new']").await?;
    let folder = tempfile::tempdir()?;
    let photo = folder.path().join("一覧の画面.jpg");
    std::fs::write(&photo, b"\xff\xd8 a photo of the list")?;
    auditor.see("#file").await?.send_keys(photo.to_string_lossy()).await?;
    auditor.click_on("form[action$='/files'] button").await?;
    auditor.reads("section[aria-labelledby='paper'] form", "一覧の画面.jpg").await?;
    auditor.see("input[name='documents']:checked").await?;
    auditor.click_on(".notice.bad a[href*='/findings/new']").await?;
    auditor.arrive("/facilities/*/audits/*/findings/new").await?;
    assert_eq!(auditor.text_of("document.querySelector('#item').value").await?, LEAVERS);
    auditor.fill("#title", "退職者のIDが1件残っている").await?;
    auditor.click_on("#severity label.choice:has([value='minor'])").await?;
    auditor.click_on("#kind label.choice:has([value='not-done'])").await?;
    auditor.fill("#detail", "5件のうち1件").await?;
    auditor.fill("#cause", "退職の知らせが月末にまとめて届く").await?;
    auditor.fill("#risk", "辞めた人に入られる").await?;
    auditor.click_on("main form.panel button.button").await?;
    let finding = auditor.arrive_at_one("/facilities/*/audits/*/findings").await?;

    // The house answers with an action, which leads back to the audit and stands on its page.
    manager.visit(&server.url(&audit)).await?;
    manager.follow("退職者のIDが1件残っている").await?;
    assert_eq!(manager.arrive_at_one("/facilities/*/audits/*/findings").await?, finding);
    manager.fill("#action", "退職の日に総務から知らせる").await?;
    manager.fill("#owner", "久保田 史").await?;
    manager.fill("#due", "令和9年1月31日").await?;
    manager.click_on("form[action$='/actions'] button").await?;
    manager.reads("section[aria-labelledby='actions'] ul", "退職の日に総務から知らせる").await?;
    manager.click_on("section[aria-labelledby='actions'] ul a").await?;
    manager.arrive_at_one("/facilities/*/audits/actions").await?;
    manager.reads(".after-about", "久保田 史").await?;
    manager.reads("main p .badge", "対応中").await?;
    manager.see("section[aria-labelledby='bears-head'] a[href*='#item-']").await?;
    manager.click_on(".after-about a[href*='/audits/']").await?;
    assert_eq!(manager.arrive_at_one(AUDITS).await?, audit);
    manager.reads("section[aria-labelledby='findings']", "退職の日に総務から知らせる").await?;
    manager.reads("section[aria-labelledby='findings']", "退職の知らせが月末にまとめて届く").await?;

    // Whoever runs the systems reads the audit and writes nothing into it.
    let it = Browser::open(Screen::Desk).await?;
    sign_in(&it, &server, &server.credential("it_operator")?).await?;
    for page in [&audit, &item, &sample] {
        it.visit(&server.url(page)).await?;
        assert_eq!(it.status().await?, 200, "{page}");
        assert_eq!(it.value("document.querySelectorAll('main button').length").await?, 0, "{page}");
    }
    for browser in [&manager, &it] {
        browser.expect_no_complaints().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_is_reported_in_two_lengths_signed_and_closed_by_somebody_else() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let manager = Browser::open(Screen::Desk).await?;
    sign_in(&manager, &server, &server.credential("safety_manager")?).await?;
    manager.visit(&server.url(&format!("{place}/audits/new"))).await?;
    let year = manager.text_of("document.querySelector('#year').value").await?;
    let plan =
        [("title", "小さな監査"), ("kind", "internal"), ("year", &year), ("auditor", "大庭 修"), ("items", LEAVERS)];
    let audit = send(&manager, &format!("{place}/audits/new"), &plan).await?;
    send(&manager, &format!("{audit}/start"), &[("version", "1")]).await?;

    // Nothing is signed before the paper is written, the director heard and the verdict given.
    let auditor = Browser::open(Screen::Desk).await?;
    sign_in(&auditor, &server, &server.credential("auditor")?).await?;
    auditor.visit(&server.url(&format!("{audit}/report"))).await?;
    auditor.see("section[aria-labelledby='sign'] li").await?;
    assert_eq!(auditor.value("document.querySelector(\"form[action$='/sign']\") === null").await?, true);
    auditor.visit(&server.url(&format!("{audit}/items/{LEAVERS}"))).await?;
    auditor.click_on("#mark label.choice:has([value='conforming'])").await?;
    auditor.fill("#seen", "名簿とIDの一覧を並べて見た").await?;
    auditor.click_on("section[aria-labelledby='paper'] form button.button").await?;
    auditor.see("main > .notice.good[role='status']").await?;
    auditor.visit(&server.url(&audit)).await?;
    auditor.click_on("section[aria-labelledby='interviews'] a[href*='director=true']").await?;
    auditor.arrive("/facilities/*/interviews/new").await?;
    auditor.fill("#with", "白石院長").await?;
    auditor.fill("#int-director-01", "外来は止め、入院は続ける。決めるのは私だ。").await?;
    auditor.click_on("main form.panel button.button").await?;
    assert_eq!(auditor.arrive_at_one(AUDITS).await?, audit);
    auditor.see("section[aria-labelledby='interviews'] .badge.good").await?;
    auditor.click_on("main .actions a[href$='/report']").await?;
    auditor.arrive("/facilities/*/audits/*/report").await?;
    auditor.click_on("#verdict label.choice:has([value='gaps'])").await?;
    auditor.fill("#words", "流れは決まっているが、月末にまとめて届く。").await?;
    auditor.fill("#decision1", "退職の日に知らせる人を決める").await?;
    auditor.click_on("main form.panel button.button").await?;
    auditor.click_on("form[action$='/sign'] button").await?;
    auditor.see("section[aria-labelledby='conclusion'] .badge.good").await?;
    auditor.reads("section[aria-labelledby='conclusion']", "退職の日に知らせる人を決める").await?;
    for length in ["report-short.pdf", "report.pdf"] {
        let paper = file_behind(&auditor, &format!("main .actions a[href$='/{length}']")).await?;
        assert!(paper.starts_with("%PDF"), "{length}");
    }
    // Signed is signed: the paper is to be read, not written.
    auditor.visit(&server.url(&format!("{audit}/items/{LEAVERS}"))).await?;
    assert_eq!(auditor.value("document.querySelectorAll('main form').length").await?, 0);

    // The house closes it; then not even the auditor takes the signature back.
    manager.visit(&server.url(&format!("{audit}/report"))).await?;
    manager.click_on("form[action$='/close'] button").await?;
    manager.see("main .notice.good").await?;
    auditor.visit(&server.url(&format!("{audit}/report"))).await?;
    auditor.see("section[aria-labelledby='conclusion'] .badge.good").await?;
    assert_eq!(auditor.value("document.querySelectorAll('main form').length").await?, 0);
    for browser in [&manager, &auditor] {
        browser.expect_no_complaints().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visiting_auditor_sees_what_was_chosen_and_writes_nothing() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let manager = Browser::open(Screen::Desk).await?;
    sign_in(&manager, &server, &server.credential("safety_manager")?).await?;
    let audit = begin(&manager, &server, &place, "外部監査の準備").await?;
    let paper = format!("{audit}/items/{LEAVERS}");
    manager.visit(&server.url(&paper)).await?;
    manager.click_on("#mark label.choice:has([value='conforming'])").await?;
    manager.fill("#seen", "名簿とIDの一覧を並べて見た").await?;
    manager.click_on("section[aria-labelledby='paper'] form button.button").await?;
    manager.see("main > .notice.good[role='status']").await?;

    // One item, one register, for three days.
    manager.visit(&server.url(&audit)).await?;
    manager.click_on("main a[href$='/room']").await?;
    manager.arrive("/facilities/*/audits/*/room").await?;
    manager.fill("#guest", "青空監査法人").await?;
    manager.fill("#days", "3").await?;
    tick(&manager, "items", LEAVERS).await?;
    tick(&manager, "registers", "devices").await?;
    manager.click_on("label.choice:has([name='take_along'])").await?;
    manager.click_on("main form.panel button.button").await?;
    let link = manager.see("section[aria-labelledby='link'] code").await?.text().await?;
    manager.visit(&server.url(&format!("{audit}/room"))).await?;
    let again = "document.querySelector(\"section[aria-labelledby='link']\") === null";
    assert_eq!(manager.value(again).await?, true, "the link is shown once");

    let guest = Browser::open(Screen::Phone).await?;
    guest.visit(&server.url("/seat/audit")).await?;
    assert_eq!(guest.status().await?, 404, "without the link there is nothing");
    guest.visit(&link).await?;
    guest.fill("#name", "会田 実").await?;
    guest.click_on("main form button").await?;
    guest.arrive("/seat/audit").await?;
    let links = "[...document.querySelectorAll('main section a')].map((one) => one.getAttribute('href'))";
    let chosen = json!([format!("/seat/audit/items/{LEAVERS}"), "/seat/audit/registers/devices"]);
    assert_eq!(guest.value(links).await?, chosen, "what was chosen, and nothing else");
    let pack = file_behind(&guest, "a[href$='/leave-behind.zip']").await?;
    assert!(pack.starts_with("PK"), "something to take along");

    // Every page of the room is to be read: nothing is sent from it but the leaving.
    for (page, words) in [
        ("/seat/audit".to_owned(), "白沢市立みなと病院"),
        (format!("/seat/audit/items/{LEAVERS}"), "名簿とIDの一覧を並べて見た"),
        ("/seat/audit/registers/devices".to_owned(), "機器"),
    ] {
        guest.visit(&server.url(&page)).await?;
        assert_eq!(guest.status().await?, 200, "{page}");
        guest.reads("main", words).await?;
        assert_eq!(guest.value("document.documentElement.scrollWidth").await?, 360, "{page}");
        let forms = "[...document.querySelectorAll('main form')].filter((one) => one.getAttribute('action') !== '/seat/leave').length";
        assert_eq!(guest.value(forms).await?, 0, "{page}");
    }
    guest.visit(&server.url(&format!("/seat/audit/items/{LEAVERS}"))).await?;
    let digits_only = "/\\d{4}-\\d{2}-\\d{2}/.test(document.querySelector('main').innerText)";
    assert_eq!(guest.value(digits_only).await?, false, "days are written in words");
    // What was not chosen is not there; the house itself stays closed.
    for path in [
        format!("/seat/audit/items/{OFFLINE}"),
        "/seat/audit/registers/vendors".to_owned(),
        audit.clone(),
        paper.clone(),
        format!("{place}/ledger"),
        "/seat/incident".to_owned(),
        "/seat/course".to_owned(),
    ] {
        guest.visit(&server.url(&path)).await?;
        let (at, status) = (guest.text_of("location.pathname").await?, guest.status().await?);
        assert!(at.starts_with("/sign-in") || status >= 400, "{path} led to {at} ({status})");
    }
    // Nor does sending help, with a form's own protection and all.
    guest.visit(&server.url("/seat/audit")).await?;
    let send = "const [path, done] = arguments;
        const body = new URLSearchParams({ csrf: document.querySelector('meta[name=csrf]').content, mark: 'major', seen: 'x', version: '1' });
        fetch(path, { method: 'POST', body, redirect: 'manual' }).then((answer) => done(answer.status), (error) => done(String(error)));";
    for path in [
        "/seat/audit".to_owned(),
        format!("/seat/audit/items/{LEAVERS}"),
        paper.clone(),
        format!("{audit}/findings/new"),
        format!("{audit}/samples/new"),
        format!("{audit}/sign"),
        format!("{place}/audits/actions"),
        "/seat/incident".to_owned(),
    ] {
        let answer = guest.execute_async(send, vec![json!(path)]).await?.json().clone();
        // 0: led away to the page where one signs in.
        let refused = answer.as_u64().is_some_and(|status| status == 0 || (400..500).contains(&status));
        assert!(refused, "{path} answered {answer}");
    }
    manager.visit(&server.url(&paper)).await?;
    assert_eq!(manager.text_of("document.querySelector('#seen').value").await?, "名簿とIDの一覧を並べて見た");
    manager.see("#mark [value='conforming']:checked").await?;

    // The house sees who came, and closes the room.
    manager.visit(&server.url(&format!("{audit}/room"))).await?;
    manager.reads("section[aria-labelledby='doors']", "会田 実").await?;
    manager.click_on("form[action$='/close'] button").await?;
    manager.until("document.querySelector(\"form[action$='/close']\") === null").await?;
    guest.visit(&server.url("/seat/audit")).await?;
    assert_eq!(guest.status().await?, 404);
    manager.expect_no_complaints().await
}
