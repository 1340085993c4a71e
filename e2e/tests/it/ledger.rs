//! The ledger of devices: found, changed from the keyboard, pasted from a spreadsheet, taken in from a file, undone.

use crate::harness::{Api, Browser, Screen, Server, model_hospital, sign_in};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::path::Path;
use thirtyfour::Key;

/// Three devices nobody else's test or the demo has, found by searching `試験機`.
async fn three_devices(api: &Api, place: &str) -> Result<()> {
    for (number, name, kind) in
        [("TEST-1", "試験機 甲", "server"), ("TEST-2", "試験機 乙", "terminal"), ("TEST-3", "試験機 丙", "terminal")]
    {
        let device = json!({ "number": number, "name": name, "kind": kind, "owner": "情報", "place": "本館" });
        api.post(&format!("{place}/ledger"), &device).await?;
    }
    Ok(())
}

/// The devices whose number begins so, by number.
async fn devices(api: &Api, place: &str, begin: &str) -> Result<Vec<Value>> {
    let list = api.get(&format!("{place}/ledger?limit=1000")).await?;
    let all = list["items"].as_array().context("a list")?.iter();
    let mut found: Vec<Value> =
        all.filter(|one| one["number"].as_str().is_some_and(|number| number.starts_with(begin))).cloned().collect();
    found.sort_by_key(|one| one["number"].as_str().map(str::to_owned));
    Ok(found)
}

/// Of each device the same thing.
fn each<'v>(devices: &'v [Value], what: &str) -> Vec<&'v str> {
    devices.iter().map(|one| one[what].as_str().unwrap_or_default()).collect()
}

/// Puts the keyboard into a cell.
async fn stand_in(browser: &Browser, row: u32, column: &str) -> Result<()> {
    let cell = format!("#ledger tbody tr:nth-child({row}) [data-column='{column}']");
    browser.value(&format!("document.querySelector(\"{cell}\").focus(), true")).await?;
    browser.until(&format!("document.activeElement === document.querySelector(\"{cell}\")")).await
}

fn cell(row: u32, column: &str) -> String {
    format!("document.querySelector(\"#ledger tbody tr:nth-child({row}) [data-column='{column}']\").dataset.text")
}

#[tokio::test(flavor = "multi_thread")]
async fn devices_are_found_and_changed_from_the_keyboard_and_pasted_from_a_spreadsheet() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("it_operator")?;
    let place = model_hospital(&api).await?;
    three_devices(&api, &place).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;

    // Searched, then filtered.
    browser.visit(&server.url(&format!("{place}/ledger"))).await?;
    browser.fill("#q", "試験機").await?;
    browser.click_on(".ledger-search button").await?;
    browser.until("document.querySelectorAll('#ledger.is-grid tbody tr').length === 3").await?;
    browser.click_on(".ledger-chips a[href*='kind=terminal']").await?;
    browser.until("document.querySelectorAll('#ledger.is-grid tbody tr').length === 2").await?;
    browser.visit(&server.url(&format!("{place}/ledger?q=試験機"))).await?;
    browser.until("document.querySelectorAll('#ledger.is-grid tbody tr').length === 3").await?;
    let names = "[...document.querySelectorAll('#ledger tbody th')].map((cell) => cell.dataset.text).join()";
    let order = browser.text_of(names).await?;

    // One cell: typing begins at once, Enter saves.
    stand_in(&browser, 1, "owner").await?;
    browser.press("放射線科").await?;
    browser.press(Key::Enter).await?;
    browser.until(&format!("{} === '放射線科'", cell(1, "owner"))).await?;
    browser.see("[data-done] .ledger-done button").await?;

    // All three rows at once.
    stand_in(&browser, 1, "place").await?;
    for _ in 0..2 {
        browser.press_with(Key::Shift, Key::Down).await?;
    }
    browser.until("document.querySelectorAll('#ledger td.is-selected').length === 3").await?;
    browser.press("新館2階").await?;
    browser.press(Key::Enter).await?;
    for row in 1..=3 {
        browser.until(&format!("{} === '新館2階'", cell(row, "place"))).await?;
    }
    assert_eq!(each(&devices(&api, &place, "TEST-").await?, "place"), ["新館2階"; 3]);

    // Taken back with the keyboard.
    browser.press_with(Key::Control, "z").await?;
    for row in 1..=3 {
        browser.until(&format!("{} === '本館'", cell(row, "place"))).await?;
    }
    assert_eq!(each(&devices(&api, &place, "TEST-").await?, "place"), ["本館"; 3]);

    // Three rows and two columns as Excel puts them on the clipboard.
    stand_in(&browser, 1, "owner").await?;
    let following = "[...document.querySelectorAll('#ledger thead [data-column]')].map((cell) => cell.dataset.column)";
    let columns = browser.value(following).await?;
    let columns: Vec<&str> = columns.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let at = columns.iter().position(|column| *column == "owner").context("a column of owners")?;
    let beside = columns.get(at + 1).copied().context("a column after it")?;
    let block = if beside == "place" {
        "薬剤部\\t1階\\r\\n検査科\\t2階\\r\\n医事課\\t3階\\r\\n"
    } else {
        "薬剤部\\r\\n検査科\\r\\n医事課\\r\\n"
    };
    let paste = format!(
        "(() => {{ const data = new DataTransfer(); data.setData('text/plain', '{block}');
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData: data, bubbles: true, cancelable: true }})); return true; }})()"
    );
    browser.value(&paste).await?;
    browser.see("dialog.ledger-paste ins").await?;
    assert_eq!(each(&devices(&api, &place, "TEST-").await?, "place"), ["本館"; 3], "looking changes nothing");
    browser.click_on("dialog.ledger-paste .actions button:not(.quiet)").await?;
    for (row, owner) in [(1, "薬剤部"), (2, "検査科"), (3, "医事課")] {
        browser.until(&format!("{} === '{owner}'", cell(row, "owner"))).await?;
    }
    assert_eq!(browser.text_of(names).await?, order, "the rows stay where they are");

    // What cannot be is refused at the cell, and what was typed stays.
    let dates = browser.value("Boolean(document.querySelector('#ledger tbody [data-column=support_ends]'))").await?;
    if dates == json!(true) {
        stand_in(&browser, 1, "support_ends").await?;
        browser.press("いつか").await?;
        browser.press(Key::Enter).await?;
        browser.see("#ledger td.is-wrong .cell-wrong").await?;
        assert_eq!(browser.see("#ledger td.is-wrong .cell-typed").await?.text().await?, "いつか");
    }
    let complaints = browser.complaints().await?;
    let unexpected: Vec<&String> = complaints.iter().filter(|line| !line.contains("422")).collect();
    assert!(unexpected.is_empty(), "{unexpected:?}");
    Ok(())
}

/// Uploads the list and goes as far as the verdicts.
async fn look_at_file(browser: &Browser, server: &Server, place: &str) -> Result<()> {
    browser.visit(&server.url(&format!("{place}/ledger/import"))).await?;
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/devices-shift-jis.csv");
    browser.see("#file").await?.send_keys(file.to_string_lossy()).await?;
    browser.click_on("form[enctype] button").await?;
    browser.arrive("/facilities/*/ledger/import/columns").await?;
    browser.click_on("button[name='go'][value='on']").await?;
    browser.arrive("/facilities/*/ledger/import/rows").await
}

/// How many rows have each verdict.
async fn tally(browser: &Browser) -> Result<Value> {
    let tally = "Object.fromEntries([...document.querySelectorAll('.import-tally a[href*=show]')]
        .map((link) => [new URL(link.href).searchParams.get('show'), Number(link.querySelector('b').textContent)]))";
    browser.value(tally).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_list_in_shift_jis_with_eras_is_taken_in_row_by_row_and_taken_out_again() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("it_operator")?;
    let place = model_hospital(&api).await?;
    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("it_operator")?).await?;

    look_at_file(&browser, &server, &place).await?;
    let verdicts = tally(&browser).await?;
    assert_eq!((&verdicts["created"], &verdicts["rejected"]), (&json!(2), &json!(1)), "{verdicts}");
    let page = browser.see("main").await?.text().await?;
    assert!(page.contains("画像サーバ") && page.contains("日付として読めません"), "{page}");
    assert!(devices(&api, &place, "IMP-").await?.is_empty(), "a look writes nothing");

    // Without a word about the rejected row nothing is written.
    browser.click_on("form[action$='/import/apply'] button").await?;
    browser.see(".notice.bad[role='alert']").await?;
    assert!(devices(&api, &place, "IMP-").await?.is_empty());
    browser.click_on("label.choice:has(input[name='leave_out'])").await?;
    browser.click_on("form[action$='/import/apply'] button").await?;
    browser.arrive("/facilities/*/ledger").await?;
    let taken = devices(&api, &place, "IMP-").await?;
    assert_eq!(each(&taken, "name"), ["画像サーバ", "病棟端末１"], "names stay as they were written");
    assert_eq!(each(&taken, "support_ends"), ["2031-10-14", "2027-03-31"]);
    let ledger = browser.text_of("location.href").await?;

    look_at_file(&browser, &server, &place).await?;
    let verdicts = tally(&browser).await?;
    assert_eq!((&verdicts["unchanged"], &verdicts["created"]), (&json!(2), &json!(0)), "{verdicts}");
    browser.click_on("form[action$='/import/discard'] button").await?;
    browser.until("!location.pathname.endsWith('/rows') && document.readyState === 'complete'").await?;

    browser.visit(&ledger).await?;
    browser.click_on("form[action$='/ledger/undo'] button").await?;
    browser
        .until("document.readyState === 'complete' && !document.querySelector('main').innerText.includes('IMP-01')")
        .await?;
    assert!(devices(&api, &place, "IMP-").await?.is_empty());
    browser.complaints().await.map(drop)
}
