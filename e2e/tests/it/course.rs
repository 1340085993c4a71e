//! A course: made from a built-in lesson, held with a code on the wall, finished on a small telephone without an account,
//! and then to be found in attendance, in the list of who is late, and on a certificate.

use crate::harness::{Browser, Screen, Server, file_behind, join, model_hospital, sign_in};
use anyhow::{Context as _, Result, ensure};

/// Of the model hospital's list of staff: who takes part, and a colleague of the same ward who does not.
const NURSE: &str = "佐伯 花";
const COLLEAGUE: &str = "相沢 望";
const WARD: &str = "3階病棟";

/// A row of a table by the name in it, as JavaScript.
fn row(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('main tr')].find((row) => row.querySelector('th')?.textContent.trim() === '{name}')"
    )
}

/// Chooses these answers, by number, and says "done".
async fn finish(phone: &Browser, answers: &[u64]) -> Result<()> {
    for (question, answer) in answers.iter().enumerate() {
        phone.click_on(&format!("label.choice:has([name='answer-{question}'][value='{answer}'])")).await?;
    }
    if phone.value("document.querySelector('#agree').checked").await? == false {
        phone.click_on("label.choice:has(#agree)").await?;
    }
    phone.click_on("form[action='/seat/course'] button.wide").await
}

/// The right answers, as the page tells them to whoever has tried once; by number, as the form has them.
async fn learnt(phone: &Browser) -> Result<Vec<u64>> {
    phone.see("#review").await?;
    let told = phone
        .value("[...document.querySelectorAll('#review ~ ol > li')].map((li) => li.querySelectorAll('p')[1].lastChild.textContent.trim())")
        .await?;
    phone.click_on(".actions a[href='/seat/course?again=1']").await?;
    phone.until("document.querySelector('form[action=\"/seat/course\"]') !== null").await?;
    let find = format!(
        "{told}.map((words, at) => {{ const labels = [...document.querySelectorAll(`label.choice:has([name='answer-${{at}}'])`)];
            return Number(labels.find((label) => label.innerText.trim() === words)?.querySelector('input').value ?? -1); }})"
    );
    let found = phone.value(&find).await?;
    let found: Option<Vec<u64>> = found.as_array().context("answers")?.iter().map(serde_json::Value::as_u64).collect();
    found.with_context(|| format!("each answer of {told} stands in the form"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_is_taken_by_code_on_a_telephone_and_stands_in_attendance_and_on_a_certificate() -> Result<()> {
    let server = Server::demo()?;
    let place = model_hospital(&server.api("safety_manager")?).await?;
    let desk = Browser::open(Screen::Desk).await?;
    sign_in(&desk, &server, &server.credential("safety_manager")?).await?;

    // From a built-in lesson, with something to agree to.
    desk.visit(&server.url(&format!("{place}/training"))).await?;
    desk.click_on("a[href$='/training/new?lesson=suspicious-mail']").await?;
    desk.arrive("/facilities/*/training/new").await?;
    desk.fill("#title", "冬の変なメール研修").await?;
    desk.fill("#agreement", "あやしいメールはすぐに知らせます。").await?;
    if desk.value("document.querySelector('[name=quiz_needed]').checked").await? == false {
        desk.click_on("label.choice:has([name='quiz_needed'])").await?;
    }
    desk.click_on("main form button.button").await?;
    let course = desk.arrive_at_one("/facilities/*/training/courses").await?;
    desk.fill("#place", "講堂").await?;
    desk.click_on("form[action$='/sessions'] button").await?;
    let session = desk.arrive_at_one("/facilities/*/training/sessions").await?;
    desk.click_on("form[action$='/door'] button").await?;
    let code = desk.see(".tr-code").await?.text().await?;
    desk.see("section[aria-labelledby='by-code'] svg").await?;
    let sheet = file_behind(&desk, "a[href$='/sheet.pdf']").await?;
    assert!(sheet.starts_with("%PDF"), "a list to sign");

    // On a telephone, without an account: read, asked, agreed.
    let phone = join(&server, Screen::Phone, &code, NURSE, WARD).await?;
    phone.arrive("/seat/course").await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    phone.reads("h1", "冬の変なメール研修").await?;
    phone.reads(".lead", WARD).await?;
    phone.see("section[aria-labelledby^='lesson-']").await?;
    // "Done" with nothing chosen says all that is open, and keeps what was typed.
    phone.click_on("form[action='/seat/course'] button.wide").await?;
    phone.see("main [role='alert']").await?;
    phone.see("#agree-wrong").await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    let questions = phone.value("document.querySelectorAll('fieldset.choices').length").await?;
    let questions = usize::try_from(questions.as_u64().context("questions")?)?;
    ensure!(questions >= 3, "a lesson asks something");
    // Always the first answer: not enough. The page says why, and it is tried again.
    finish(&phone, &vec![0; questions]).await?;
    phone.see("main .notice.now[role='status']").await?;
    desk.visit(&server.url(&course)).await?;
    assert_eq!(desk.value(&format!("{}.querySelector('a') === null", row(NURSE))).await?, true, "not through yet");
    let answers = learnt(&phone).await?;
    finish(&phone, &answers).await?;
    phone.see("main .notice.good[role='status']").await?;
    phone.reads("main .notice.good", &questions.to_string()).await?;
    assert_eq!(phone.value("document.documentElement.scrollWidth").await?, 360);
    // The same person may come back to the link; nothing else opens.
    for path in [place.clone(), course.clone(), format!("{place}/training/late")] {
        phone.visit(&server.url(&path)).await?;
        let (at, status) = (phone.text_of("location.pathname").await?, phone.status().await?);
        assert!(at.starts_with("/sign-in") || status >= 400, "{path} led to {at} ({status})");
    }

    // Attendance: on the session's list, by code; on the course's page with the certificate.
    desk.visit(&server.url(&session)).await?;
    let named = |name: &str| {
        format!("[...document.querySelectorAll('.tr-names li')].find((one) => one.innerText.includes('{name}'))")
    };
    assert_eq!(desk.value(&format!("{}.querySelector('[name=here]').checked", named(NURSE))).await?, true);
    assert_eq!(desk.value(&format!("{}.querySelector('[name=here]').checked", named(COLLEAGUE))).await?, false);
    desk.visit(&server.url(&course)).await?;
    desk.until(&format!("{}.querySelector('.badge.good') !== null", row(NURSE))).await?;
    let certificates = "main table a[href*='/certificates/']";
    assert_eq!(desk.value(&format!("document.querySelectorAll(\"{certificates}\").length")).await?, 1);
    let certificate = file_behind(&desk, certificates).await?;
    assert!(certificate.starts_with("%PDF"), "a certificate");

    // Who is late, department by department: the colleague is, the nurse is not any more.
    desk.click_on("nav.tabs a[href$='/training/late']").await?;
    desk.arrive("/facilities/*/training/late").await?;
    let departments =
        desk.value("[...document.querySelectorAll('.tr-department h2')].map((one) => one.textContent)").await?;
    let departments = departments.as_array().context("departments")?.clone();
    ensure!(departments.len() > 5 && departments.iter().any(|one| one.as_str().is_some_and(|one| one.contains(WARD))));
    let owes = |name: &str| format!("Boolean({}?.querySelector(\"a[href='{course}']\"))", row(name));
    assert_eq!(desk.value(&owes(COLLEAGUE)).await?, true);
    assert_eq!(desk.value(&owes(NURSE)).await?, false);

    // The way in is closed: whoever was inside is out.
    desk.visit(&server.url(&session)).await?;
    desk.click_on("form[action$='/door/close'] button").await?;
    desk.see("form[action$='/door'] button").await?;
    phone.visit(&server.url("/seat/course")).await?;
    assert_eq!(phone.status().await?, 404);
    desk.expect_no_complaints().await
}
