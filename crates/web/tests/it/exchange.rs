//! Reading answers from files: seen first, then saved whole or not at all.

use crate::sample::{Browser, House, YEAR, act, level, mixed};
use axum::http::{StatusCode, header};
use hakutaku_model::assessment::Answers;
use hakutaku_model::id::AssessmentId;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::NewAnswer;

async fn answers(house: &House, assessment: AssessmentId) -> Answers {
    house.app.store.model_answers(house.facility, assessment).await.expect("answers")
}

fn answers_file(house: &House, form: &str, given: &[(usize, u8)]) -> Vec<u8> {
    let form = house.catalogue().questionnaire(form).expect("known");
    let given: Vec<_> = given
        .iter()
        .map(|(at, level)| {
            let question = form.questions().nth(*at).expect("so many");
            serde_json::json!({"question": question.id, "level": level})
        })
        .collect();
    let file = serde_json::json!({"questionnaire": form.id, "edition": form.edition, "answers": given});
    serde_json::to_vec(&file).expect("JSON")
}

/// The hidden ticket of the dry run on a page.
fn ticket(html: &str) -> String {
    let after = html.split("name=\"ticket\" value=\"").nth(1).expect("a dry run is shown");
    after.split('"').next().expect("quoted").to_owned()
}

async fn dry_run(browser: &Browser, path: &str, file: &str, content: &[u8]) -> String {
    let page = browser.upload(path, file, content).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    browser.get(page.header(header::LOCATION)).await.text()
}

#[tokio::test]
async fn a_workbook_comes_back_from_the_spreadsheet_and_is_saved_after_a_yes() {
    let house = House::new().await;
    let from = house.answered("small-facility", YEAR.previous(), None, |at| Some(level(at % 4))).await;
    let into = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let workbook = browser.get(&house.path(from, "answers.xlsx")).await.body;
    let import = house.path(into, "import");

    let html = dry_run(&browser, &import, "記入済み.xlsx", &workbook).await;
    assert!(html.contains("記入済み.xlsx") && html.contains("この13件を保存する"), "{html}");
    assert!(answers(&house, into).await.is_empty(), "nothing is saved by looking");

    let done = browser.post(&format!("{import}/confirm"), &[("ticket", &ticket(&html))]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(answers(&house, into).await, answers(&house, from).await);
}

#[tokio::test]
async fn each_row_says_whether_it_is_new_changed_or_the_same() {
    let house = House::new().await;
    let it = house.answered("hospital-it", YEAR, None, mixed).await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    // 0: the same; 1: changed; 20: open until now.
    let now = |at: usize| u8::try_from((at * 7 + at / 5 + 1) % 4).expect("small");
    let file = answers_file(&house, "hospital-it", &[(0, now(0)), (1, (now(1) + 1) % 4), (20, 2)]);
    let html = dry_run(&browser, &house.path(it, "import"), "answers.json", &file).await;
    assert_eq!(html.matches("verdict-new").count(), 1);
    assert_eq!(html.matches("verdict-changed").count(), 1);
    assert_eq!(html.matches("verdict-same").count(), 1);
    assert_eq!(html.matches("verdict-empty").count(), 77);
    assert!(html.contains("Save these 2 answers"));
}

#[tokio::test]
async fn a_file_is_refused_as_a_whole_when_one_row_cannot_be_read() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let form = house.catalogue().questionnaire("small-facility").expect("known");
    let first = &form.questions().next().expect("a question").id;
    let file = format!(
        "{{\"questionnaire\":\"small-facility\",\"edition\":\"{}\",\"answers\":[\n{{\"question\":\"{first}\",\"level\":2}},\n\
         {{\"question\":\"{first}-x\",\"level\":2}},\n{{\"question\":\"{first}\",\"level\":7}}]}}",
        form.edition
    );
    let page = browser.upload(&house.path(it, "import"), "answers.json", file.as_bytes()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = page.text();
    assert!(html.contains("3:1: ") && html.contains("4:1: ") && html.contains("何も保存していません"), "{html}");
    assert!(answers(&house, it).await.is_empty());
}

#[tokio::test]
async fn a_foreign_or_damaged_file_is_refused_with_a_sentence() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::Ja).await;
    let import = house.path(it, "import");
    for (file, content, says) in [
        ("photo.png", b"\x89PNG\r\n\x1a\n".as_slice(), "Excelブック"),
        ("broken.xlsx", b"PK\x03\x04 nothing", "壊れて"),
        ("empty.xlsx", b"", "ファイルが選ばれていないか、空です"),
        ("other.json", b"{\"questionnaire\":\"executive\",\"edition\":\"2026.1\",\"answers\":[]}", "経営層向け"),
    ] {
        let page = browser.upload(&import, file, content).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}");
        assert!(page.text().contains(says), "{file}");
    }
}

#[tokio::test]
async fn an_answer_given_while_somebody_looks_stops_the_import() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let import = house.path(it, "import");
    let html =
        dry_run(&browser, &import, "answers.json", &answers_file(&house, "small-facility", &[(0, 2), (1, 2)])).await;

    let form = house.catalogue().questionnaire("small-facility").expect("known");
    let question = form.questions().next().expect("a question").id.clone();
    let meanwhile = NewAnswer { question, value: level(3), note: String::new() };
    house.app.store.save_all(&act(), house.facility, it, &[meanwhile]).await.expect("saved");

    let page = browser.post(&format!("{import}/confirm"), &[("ticket", &ticket(&html))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("Somebody answered one of these questions meanwhile"));
    assert_eq!(answers(&house, it).await.len(), 1, "only what the other person said");
}

#[tokio::test]
async fn a_yes_counts_once_and_only_for_what_was_shown() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let import = house.path(it, "import");
    let first = dry_run(&browser, &import, "a.json", &answers_file(&house, "small-facility", &[(0, 2)])).await;
    let second = dry_run(&browser, &import, "b.json", &answers_file(&house, "small-facility", &[(0, 1)])).await;
    let confirm = format!("{import}/confirm");
    let page = browser.post(&confirm, &[("ticket", &ticket(&first))]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers(&house, it).await.is_empty());
    assert_eq!(browser.post(&confirm, &[("ticket", &ticket(&second))]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&confirm, &[("ticket", &ticket(&second))]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answers(&house, it).await.len(), 1);
}

#[tokio::test]
async fn a_dry_run_can_be_thrown_away() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let import = house.path(it, "import");
    let html = dry_run(&browser, &import, "a.json", &answers_file(&house, "small-facility", &[(0, 2)])).await;
    browser.post(&format!("{import}/discard"), &[("ticket", &ticket(&html))]).await;
    assert!(!browser.get(&import).await.text().contains("name=\"ticket\""));
}

#[tokio::test]
async fn a_closed_year_takes_no_file() {
    let house = House::new().await;
    let it = house.open("small-facility", YEAR, None).await;
    house.app.store.close_assessment(&act(), house.facility, it).await.expect("closed");
    let browser = house.browser(Role::ItOperator, Lang::En).await;
    let file = answers_file(&house, "small-facility", &[(0, 2)]);
    let page = browser.upload(&house.path(it, "import"), "a.json", &file).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("closed and takes no answers"));
}

#[tokio::test]
async fn an_auditor_reads_results_and_imports_nothing() {
    let house = House::new().await;
    let it = house.answered("small-facility", YEAR, None, |at| Some(level(at % 4))).await;
    let browser = house.browser(Role::Auditor, Lang::Ja).await;
    assert!(!browser.get(&house.path(it, "result")).await.text().contains("/import\""));
    assert_eq!(browser.get(&house.path(it, "import")).await.status, StatusCode::FORBIDDEN);
    let file = answers_file(&house, "small-facility", &[(0, 2)]);
    assert_eq!(browser.upload(&house.path(it, "import"), "a.json", &file).await.status, StatusCode::FORBIDDEN);
}
