//! From eighty answers to a result that can be explained and printed.

use crate::harness::{Browser, Screen, Server, assess, open_sheet, sign_in};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Answers to everything, of every level, one in eleven not applicable.
fn mixed(questionnaire: &Value) -> Value {
    let fields = questionnaire["fields"].as_array().into_iter().flatten();
    let questions = fields.flat_map(|field| field["questions"].as_array().into_iter().flatten());
    let answers: Vec<Value> = questions
        .enumerate()
        .map(|(at, question)| match at % 11 {
            10 => json!({ "question": question["id"], "not_applicable": "この病院にはない" }),
            _ => json!({ "question": question["id"], "level": (at * 7 + at / 5) % 4 }),
        })
        .collect();
    json!({ "questionnaire": "hospital-it", "edition": questionnaire["edition"], "answers": answers })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_the_api_and_the_command_say_the_same_and_every_figure_says_why() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let file = mixed(&api.get("/questionnaires/hospital-it").await?);
    let assessment = open_sheet(&api).await?;
    api.post(&format!("{assessment}/answers"), &file).await?;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("answers.json");
    std::fs::write(&path, file.to_string())?;
    let by_command = assess(&path)?;
    let by_api = api.get(&format!("{assessment}/result")).await?;
    let overall = by_command["overall"].as_str().context("an overall score")?.to_owned();
    assert_eq!(by_api["overall"], overall.as_str());

    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("{assessment}/result"))).await?;
    assert_eq!(
        browser.text_of("document.querySelector('.tile-main .figure').firstChild.textContent").await?.trim(),
        overall
    );

    // Field by field, with the derivation of each.
    for field in by_command["fields"].as_array().context("fields")? {
        let (id, score) = (field["id"].as_str().context("id")?, field["score"].as_str().context("score")?);
        let row = format!("document.getElementById('why-{id}').closest('tr')");
        assert_eq!(browser.text_of(&format!("{row}.querySelector('.score b').textContent")).await?, score, "{id}");
        assert_eq!(browser.value(&format!("{row}.classList.contains('weak')")).await?, field["weak"], "{id}");
        let measures = browser
            .value(&format!(
                "document.getElementById('plan-{id}')?.closest('.weak-field').querySelectorAll('.measure').length ?? 0"
            ))
            .await?;
        if field["weak"] == json!(true) {
            assert!(measures.as_u64() > Some(0), "{id} is weak and needs measures");
        } else {
            assert_eq!(measures, 0, "{id}");
        }
    }
    browser.click_on(".tile-main details.why > summary").await?;
    assert!(browser.see(".tile-main .formula").await?.text().await?.contains(&overall));
    browser.click_on(".tile-main details.why > summary").await?;
    browser.click_on("#why-organization > summary").await?;
    browser.see("#why-organization .formula").await?;
    browser.see("#why-organization .terms li").await?;
    browser.click_on("#why-organization > summary").await?;
    browser.expect_no_complaints().await?;

    // The executive page: three gaps, each with its decision.
    browser.click_on(".result a.button[href$='/briefing']").await?;
    browser.arrive("/facilities/*/briefing").await?;
    assert_eq!(browser.value("document.querySelectorAll('.gap-card').length").await?, 3);
    assert_eq!(browser.value("document.querySelectorAll('.gap-card .gap-decide dd').length").await?, 3);
    browser.expect_no_complaints().await?;

    for (name, begins) in
        [("result.pdf", "%PDF-"), ("briefing.pdf", "%PDF-"), ("blank.pdf", "%PDF-"), ("result.xlsx", "PK\u{3}\u{4}")]
    {
        let begun = fetch_begin(&browser, &format!("{assessment}/{name}")).await?;
        assert!(begun.starts_with(&format!("200 {begins}")), "{name}: {begun:?}");
    }
    browser.expect_no_complaints().await
}

/// Status and first bytes of a file, fetched as the page's own links would.
async fn fetch_begin(browser: &Browser, path: &str) -> Result<String> {
    let script = "const done = arguments[1];
        fetch(arguments[0]).then(async (response) => {
          const bytes = new Uint8Array(await response.arrayBuffer());
          done(`${response.status} ${String.fromCharCode(...bytes.slice(0, 8))}`);
        }).catch((error) => done(String(error)));";
    let found = browser.execute_async(script, vec![json!(path)]).await?;
    Ok(found.json().as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_from_a_file_are_looked_at_before_they_are_saved() -> Result<()> {
    let server = Server::demo()?;
    let api = server.api("administrator")?;
    let file = mixed(&api.get("/questionnaires/hospital-it").await?);
    let assessment = open_sheet(&api).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("answers.json");
    std::fs::write(&path, file.to_string())?;

    let browser = Browser::open(Screen::Desk).await?;
    sign_in(&browser, &server, &server.credential("administrator")?).await?;
    browser.visit(&server.url(&format!("{assessment}/import"))).await?;
    browser.see("#file").await?.send_keys(path.to_string_lossy()).await?;
    browser.click_on("form[enctype] button").await?;
    browser.see(".tally").await?;
    let nothing = api.get(&format!("{assessment}/answers")).await?;
    assert_eq!(nothing["answers"], json!([]), "looking saves nothing");
    browser.click_on("form[action$='/import/confirm'] button").await?;
    browser
        .until("!document.querySelector('form[action$=\"/import/confirm\"]') && document.readyState === 'complete'")
        .await?;
    let saved = api.get(&format!("{assessment}/answers")).await?;
    assert_eq!(saved["answers"].as_array().map(Vec::len), file["answers"].as_array().map(Vec::len));

    // A file that is none is refused in words.
    std::fs::write(&path, "これは回答ファイルではありません")?;
    browser.visit(&server.url(&format!("{assessment}/import"))).await?;
    browser.see("#file").await?.send_keys(path.to_string_lossy()).await?;
    browser.click_on("form[enctype] button").await?;
    browser.see(".notice.bad").await?;
    Ok(())
}
