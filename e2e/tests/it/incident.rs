//! A real incident: started in two clicks, written by two people at once, reported with the days that are left, closed
//! into actions and a scenario. And a telephone that goes on writing while the server is away.

use crate::harness::{Browser, Screen, Server, check_exercise, file_behind, join, model_hospital, sign_in};
use anyhow::{Context as _, Result, ensure};

/// A facility's incidents.
const INCIDENTS: &str = "/facilities/*/plan/incidents";

/// Starts an incident from the page of incidents; its address.
async fn start(browser: &Browser, server: &Server, place: &str) -> Result<String> {
    browser.visit(&server.url(&format!("{place}/plan/incidents"))).await?;
    browser.click_on("form[action$='/plan/incidents'] button.button").await?;
    browser.arrive_at_one(INCIDENTS).await
}

/// Types a line of the timeline.
async fn line(browser: &Browser, words: &str) -> Result<()> {
    browser.fill("#write-text", words).await?;
    browser.click_on(".inc-write > form button").await
}

/// How often these words stand on the page.
async fn times(browser: &Browser, part: &str, words: &str) -> Result<u64> {
    let count = format!("document.querySelector(\"{part}\").innerText.split({words:?}).length - 1");
    browser.value(&count).await?.as_u64().context("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_written_by_two_people_reported_and_closed_into_actions_and_a_scenario() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let it = Browser::open(Screen::Desk).await?;
    sign_in(&it, &server, &server.credential("it_operator")?).await?;
    let home = start(&it, &server, &place).await?;

    // Whoever else opens any page sees that something is under way, and comes in.
    let safety = Browser::open(Screen::Desk).await?;
    sign_in(&safety, &server, &server.credential("safety_manager")?).await?;
    safety.visit(&server.url(&format!("{place}/ledger"))).await?;
    safety.click_on("aside.incident-now a").await?;
    assert_eq!(safety.arrive_at_one(INCIDENTS).await?, home);

    // Two people write; each reads the other without doing anything.
    line(&it, "VPN装置に知らない接続がある").await?;
    safety.reads("[data-live='timeline']", "VPN装置に知らない接続がある").await?;
    line(&safety, "院長に電話した").await?;
    it.reads("[data-live='timeline']", "院長に電話した").await?;
    it.reads("[data-live='timeline']", "藤森 律子").await?;

    // A decision with its basis.
    safety.click_on("#decisions > details > summary").await?;
    safety.fill("#decision-text", "保守の回線を切る").await?;
    safety.fill("#decision-basis", "だれの接続か説明できない").await?;
    safety.fill("#decision-by", "藤森 律子").await?;
    safety.click_on("#decisions > details form button").await?;
    it.reads("[data-live='decisions']", "だれの接続か説明できない").await?;

    // The board: the first ward goes to paper; a system of the register is cut.
    let ward = "[data-live='board'] li:has([name='ward'])";
    let name = it.text_of(&format!("document.querySelector(\"{ward} [name='ward']\").value")).await?;
    ensure!(!name.is_empty(), "the board knows the wards of the plan");
    it.reads("[data-live='board']", "3階東病棟").await?;
    it.click_on(&format!("{ward} button[name='operation'][value='paper']")).await?;
    safety.see(&format!("{ward} button[value='paper'][aria-pressed='true']")).await?;
    let system = "[data-live='board'] li:has([name='system'])";
    safety.click_on(&format!("{system} button[name='running'][value='cut']")).await?;
    it.see(&format!("{system} button[value='cut'][aria-pressed='true']")).await?;

    // The first steps of a role, ticked; the page of the other shows it at once.
    let steps = "[data-live='steps-it-lead']";
    for browser in [&it, &safety] {
        browser.click_on(&format!("details:has(> {steps}) > summary")).await?;
    }
    it.click_on(&format!("{steps} button[value='yes']")).await?;
    safety.see(&format!("{steps} .badge.good")).await?;

    // Evidence goes from hand to hand, with a label to stick on it. What it cost.
    it.click_on("#custody details > summary").await?;
    it.fill("#custody-item", "VPN装置の記録を写したUSBメモリ").await?;
    it.fill("#custody-holder", "小田 真").await?;
    it.fill("#custody-place", "サーバ室の棚").await?;
    it.click_on("#custody details form button").await?;
    for browser in [&it, &safety] {
        browser.reads("[data-live='custody']", "VPN装置の記録を写したUSBメモリ").await?;
        browser.reads("[data-live='custody']", "サーバ室の棚").await?;
    }
    let label = file_behind(&safety, "[data-live='custody'] a[href$='/label.pdf']").await?;
    assert!(label.starts_with("%PDF"), "a label to print");
    it.click_on("#costs details > summary").await?;
    it.fill("#cost-who", "小田 真").await?;
    it.fill("#cost-what", "切り離し").await?;
    it.fill("#cost-hours", "１.5").await?;
    it.click_on("#costs details form button").await?;
    it.reads("[data-live='costs']", "切り離し").await?;

    // Reports: days left; the questions of the commission; facts typed once stand in every form.
    it.click_on(".actions a[href$='/reports']").await?;
    it.arrive("/facilities/*/reports").await?;
    let left = |report: &str, days: &str| {
        format!("/{days}/.test(document.querySelector(\"tr:has(a[href$='/reports/{report}'])\").innerText)")
    };
    it.until(&left("ppc-preliminary", "あと[345]日")).await?;
    it.click_on("#questions label.choice:has([name='sensitive'][value='suspected'])").await?;
    it.click_on("#questions label.choice:has([name='malicious'][value='yes'])").await?;
    it.click_on("#questions form .actions button").await?;
    it.see("main > .notice.good[role='status']").await?;
    it.until(&left("ppc-final", "あと(5[89]|6[0-5])日")).await?;
    it.fill("#summary", "保守の回線に、予定のない接続があった").await?;
    it.fill("#place", "本館1階サーバ室").await?;
    it.click_on("#fields form .actions button").await?;
    it.until("document.querySelector('#summary').defaultValue.includes('予定のない接続')").await?;
    for report in ["mhlw", "police"] {
        it.click_on(&format!("tr a[href$='/reports/{report}']")).await?;
        it.arrive(&format!("/facilities/*/reports/{report}")).await?;
        it.reads("main table", "保守の回線に、予定のない接続があった").await?;
        it.see("main h1 + p .badge").await?;
        // Where to send it, and when somebody is there: hours are no number.
        it.reads("section[aria-labelledby='office-head']", "000-0000-").await?;
        assert_eq!(times(&it, "section[aria-labelledby='office-head']", "夜間・休日").await?, 0);
        for (link, begin) in [(".pdf", "%PDF"), (".xlsx", "PK"), (".json", "{")] {
            let file = file_behind(&it, &format!(".actions a[href$='report{link}']")).await?;
            assert!(file.starts_with(begin), "{report} as {link}");
        }
        it.fill("#sent-receipt", &format!("受付 {report}-77")).await?;
        it.click_on("form:has([name='status'][value='sent']) button").await?;
        it.reads("main", &format!("受付 {report}-77")).await?;
        it.visit(&server.url(&format!("{home}/reports"))).await?;
        it.until(&left(report, &format!("受付 {report}-77"))).await?;
    }

    // Closed: what is left is said, and what must be mended becomes an action.
    it.visit(&server.url(&home)).await?;
    for (link, begin) in [("record.pdf", "%PDF"), ("record.xlsx", "PK"), ("journal.json", "{")] {
        let file = file_behind(&it, &format!(".actions a[href$='{link}']")).await?;
        assert!(file.starts_with(begin), "{link}");
    }
    it.click_on(".actions a[href$='/close']").await?;
    it.arrive("/facilities/*/close").await?;
    it.reads(".notice.now", &name).await?;
    it.fill("#summary", "18分で切れた").await?;
    it.fill("[name='title-1']", "夜間に回線を切る人を決める").await?;
    it.fill("[name='owner-1']", "小田 真").await?;
    it.fill("[name='due-1']", "令和9年3月31日").await?;
    it.click_on("[name='section-1'] option[value='cut-off']").await?;
    it.expect_no_complaints().await?;
    it.click_on("form[action$='/close'] button").await?;
    it.see("#anyway .wrong").await?;
    // A refused form is noted by the browser as failed to load.
    it.complaints().await?;
    assert_eq!(it.text_of("document.querySelector(\"[name='title-1']\").value").await?, "夜間に回線を切る人を決める");
    it.click_on("#anyway label.choice").await?;
    it.click_on("form[action$='/close'] button").await?;
    assert_eq!(it.arrive_at_one(INCIDENTS).await?, home);
    it.reads("main .notice.good", "終結しました").await?;
    assert_eq!(it.value("document.querySelectorAll('main form').length").await?, 0, "nothing is written any more");

    // The scenario is a file that the linter takes.
    let scenario = file_behind(&it, ".actions a[href$='/scenario.yaml']").await?;
    assert!(scenario.contains("hakutaku-exercise/1") && scenario.contains(&name), "{scenario}");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("scenario.yaml");
    std::fs::write(&file, &scenario)?;
    check_exercise(&file)?;

    // The action stands in the register and leads back to the incident; nothing is under way any more.
    it.click_on("nav.main-nav a[href$='/audits']").await?;
    it.arrive("/facilities/*/audits").await?;
    it.click_on("nav.tabs a[href$='/audits/actions']").await?;
    it.arrive("/facilities/*/audits/actions").await?;
    it.follow("夜間に回線を切る人を決める").await?;
    it.arrive_at_one("/facilities/*/audits/actions").await?;
    it.reads(".after-about", "小田 真").await?;
    it.click_on(".after-about a[href*='/plan/incidents/']").await?;
    assert_eq!(it.arrive_at_one(INCIDENTS).await?, home);
    safety.visit(&server.url(&place)).await?;
    assert_eq!(safety.value("document.querySelector('aside.incident-now') === null").await?, true);
    it.expect_no_complaints().await?;
    safety.expect_no_complaints().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_typed_on_a_telephone_while_the_server_is_away_arrives_once() -> Result<()> {
    let mut server = Server::demo()?;
    let place = model_hospital(&server.api("it_operator")?).await?;
    let it = Browser::open(Screen::Desk).await?;
    sign_in(&it, &server, &server.credential("it_operator")?).await?;
    let home = start(&it, &server, &place).await?;
    it.click_on("#helpers > form button").await?;
    let code = it.see("#helpers code.inc-code").await?.text().await?;

    let phone = join(&server, Screen::Phone, &code, "西 はるか", "ward").await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    line(&phone, "紙の記録を始めた").await?;
    phone.reads("[data-live='timeline']", "紙の記録を始めた").await?;
    it.reads("[data-live='timeline']", "紙の記録を始めた").await?;
    it.reads("[data-live='timeline']", "西 はるか").await?;
    let ward = "[data-live='board'] li:has([name='ward'])";
    phone.click_on(&format!("{ward} button[value='limited']")).await?;
    it.see(&format!("{ward} button[value='limited'][aria-pressed='true']")).await?;

    // A photo with a word to it: in the timeline for the house, to be taken out as it was sent.
    let folder = tempfile::tempdir()?;
    let photo = folder.path().join("画面.jpg");
    std::fs::write(&photo, b"\xff\xd8 a photo of the screen")?;
    phone.click_on(".inc-write summary").await?;
    phone.fill("#attach-text", "詰所の端末の画面").await?;
    phone.see("#attach-photo").await?.send_keys(photo.to_string_lossy()).await?;
    phone.click_on(".inc-write details form button").await?;
    phone.see("main > .notice.good[role='status']").await?;
    phone.reads("[data-live='timeline']", "詰所の端末の画面").await?;
    it.reads("[data-live='timeline']", "詰所の端末の画面").await?;
    let taken_out = file_behind(&it, "[data-live='timeline'] a[href*='/files/']").await?;
    assert!(taken_out.ends_with("a photo of the screen"), "{taken_out}");
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);

    // The plug is pulled. What is typed now waits on the telephone, which says so.
    server.stop();
    line(&phone, "停電、懐中電灯で点滴を確かめた").await?;
    phone.reads("[data-queue-state]", "1件をこの端末に置いています").await?;
    line(&phone, "隣の病棟へ人を借りに行った").await?;
    phone.until("document.querySelectorAll('[data-pending] li.is-waiting').length === 2").await?;
    server.start_again()?;

    // It comes back: both lines, in their order, once.
    phone.until("document.querySelector('[data-pending]').hidden").await?;
    for browser in [&phone, &it] {
        browser.reads("[data-live='timeline']", "隣の病棟へ人を借りに行った").await?;
    }

    // The worse case: the server has written the line, but its answer is lost on the way.
    let lose_one_answer = "(() => { const fetched = window.fetch; window.lost = 0; window.fetch = async (...call) => {
        const answer = await fetched(...call);
        if (call[1]?.method === 'POST' && window.lost === 0) { window.lost = 1; throw new TypeError('lost'); }
        return answer; }; return true; })()";
    phone.value(lose_one_answer).await?;
    line(&phone, "3号室の患者を移した").await?;
    phone.until("window.lost === 1 && document.querySelector('[data-pending]').hidden").await?;

    phone.visit(&server.url("/seat/incident")).await?;
    it.visit(&server.url(&home)).await?;
    for browser in [&phone, &it] {
        for words in
            ["紙の記録を始めた", "停電、懐中電灯で点滴を確かめた", "隣の病棟へ人を借りに行った", "3号室の患者を移した"]
        {
            assert_eq!(times(browser, "[data-live='timeline']", words).await?, 1, "{words}");
        }
    }
    // Nothing else opens from the seat.
    for path in [home.clone(), format!("{home}/reports"), format!("{home}/journal.json"), place.clone()] {
        phone.visit(&server.url(&path)).await?;
        let at = phone.text_of("location.pathname").await?;
        let status = phone.status().await?;
        assert!(at.starts_with("/sign-in") || status >= 400, "{path} led to {at} ({status})");
    }
    Ok(())
}
