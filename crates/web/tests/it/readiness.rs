//! Contact chart, reimbursement readiness, guideline and its editions.

use crate::ward::{Somebody, Ward};
use hakutaku_model::contacts::{ContactLine, Part};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::party::Contact;
use hakutaku_model::person::Role;
use hakutaku_model::readiness::ReadinessNote;
use hakutaku_model::vendor::Engagement;

fn forms(ward: &Ward, page: &str) -> String {
    format!("/facilities/{}/forms/{page}", ward.facility)
}

/// The one line of the chart: id and version.
async fn line(ward: &Ward) -> (String, String) {
    let rows = ward.world.app.store.records::<ContactLine>(ward.facility).await.expect("read");
    (rows[0].id.to_string(), rows[0].version.to_string())
}

const IT: [(&str, &str); 5] = [
    ("part", "it"),
    ("name", "鈴木 一"),
    ("phone_day", "00-0000-0001"),
    ("phone_night", "00-0000-0002"),
    ("checked_on", "令和8年11月1日"),
];

#[tokio::test]
async fn a_chart_begins_with_one_line_and_says_what_is_missing() {
    let ward = Ward::new().await;
    let Somebody { mut browser, .. } = ward.somebody("Ichi", Role::ItOperator).await;
    let list = forms(&ward, "contacts");
    browser.get(&list).await.is(200).says("Nobody stands here yet").says("Police");
    browser.submit(&list, &IT).await.goes(&list);
    browser.get(&list).await.is(200).says("鈴木 一").says("no substitute").says("1 November 2026");

    let vendor = Engagement {
        company: "00000000-0000-0000-0000-000000000001".parse().expect("an id"),
        name: "あおば電子".into(),
        contact: Contact::default(),
        emergency: Contact { phone: "00-0000-0009".into(), hours: "24時間".into(), ..Contact::default() },
        contracts: Vec::new(),
        products: Vec::new(),
        data: Vec::new(),
        subprocessors: Vec::new(),
        note: String::new(),
    };
    ward.world.app.store.add_record(&ward.act(), ward.facility, &vendor).await.expect("added");
    browser.get(&list).await.says("あおば電子").says("from the vendor register");
    for paper in ["contacts/chart.pdf", "contacts/wall.pdf"] {
        let sent = browser.get(&forms(&ward, paper)).await;
        sent.is(200);
        assert!(sent.text.starts_with("%PDF"));
    }
}

#[tokio::test]
async fn who_is_slower_sees_what_the_other_wrote_and_keeps_what_they_typed() {
    let ward = Ward::new().await;
    let Somebody { mut browser, .. } = ward.somebody("Ichi", Role::ItOperator).await;
    let list = forms(&ward, "contacts");
    browser.submit(&list, &IT).await.goes(&list);
    let (id, version) = line(&ward).await;
    let page = format!("{list}/{id}");
    let mut first = IT.to_vec();
    first.extend([("version", version.as_str()), ("note", "theirs")]);
    browser.submit(&page, &first).await.goes(&list);
    let mut second = IT.to_vec();
    second.extend([("version", version.as_str()), ("note", "mine")]);
    let answer = browser.submit(&page, &second).await;
    answer.is(409).says("changed it first").says("theirs").says("value=\"mine\"");
    // Saving once more, knowingly.
    let (_, version) = line(&ward).await;
    second.retain(|(name, _)| *name != "version");
    second.push(("version", &version));
    browser.submit(&page, &second).await.goes(&list);
    let (_, version) = line(&ward).await;
    browser.submit(&format!("{page}/retire"), &[("version", &version)]).await.goes(&list);
    browser.get(&list).await.says("Nobody stands here yet");
    browser.get(&page).await.is(404);
}

#[tokio::test]
async fn a_wrong_line_is_said_and_other_peoples_charts_are_not_there() {
    let ward = Ward::new().await;
    let Somebody { mut browser, .. } = ward.somebody("Ichi", Role::ItOperator).await;
    let list = forms(&ward, "contacts");
    let wrong = browser.submit(&list, &[("part", "police"), ("checked_on", "yesterday"), ("order", "x")]).await;
    wrong.is(422).says("cannot be read as a date").says("Write a name").says("value=\"yesterday\"");
    let Somebody { browser: mut auditor, .. } = ward.somebody("Aud", Role::Auditor).await;
    auditor.get(&list).await.is(200);
    auditor.submit(&list, &IT).await.is(403);
    let profile = FacilityProfile {
        name: "Elsewhere".into(),
        kind: FacilityKind::Clinic,
        prefecture: 13,
        beds: 0,
        it_staff_tenths: 0,
    };
    let other = ward.world.app.store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    let row = ward.world.app.store.add_record(&ward.act(), other, &ContactLine::of(Part::It)).await.expect("added");
    browser.get(&format!("/facilities/{other}/forms/contacts")).await.is(404);
    browser.get(&format!("{list}/{}", row.id)).await.is(404);
}

#[tokio::test]
async fn readiness_tells_evidence_and_never_that_a_fee_may_be_claimed() {
    let ward = Ward::new().await;
    let Somebody { mut browser, .. } = ward.somebody("Sato", Role::SafetyManager).await;
    let base = forms(&ward, "reimbursement");
    for year in ["2022", "2024", "2026"] {
        let page = browser.get(&format!("{base}?revision={year}")).await;
        page.is(200).says("Not in our data").says("Whether to file is decided after reading the latest notices");
        page.keeps_quiet_about("claimable").keeps_quiet_about("you may claim");
    }
    browser.get(&format!("{base}?revision=1999")).await.is(404);
    // 240 beds: the staffing condition of 2022 begins at 400, that of 2024 at 200.
    browser.get(&format!("{base}?revision=2022")).await.says("It counts from 400 licensed beds (this facility: 240).");
    let staffing = format!("{base}/a207-2024-r1");
    browser.submit(&staffing, &[("evidence", ""), ("on", "soon")]).await.is(422).says("value=\"soon\"");
    let noted =
        browser.submit(&staffing, &[("evidence", "Letter of appointment"), ("on", "R6.4.1"), ("who", "Sato")]).await;
    noted.goes(&format!("{base}?revision=2024#a207-2024-r1"));
    browser
        .get(&format!("{base}?revision=2024"))
        .await
        .says("Evidence ready")
        .says("Letter of appointment (1 April 2024, Sato)");
    // A second person with an old page does not overwrite it.
    browser
        .submit(&staffing, &[("evidence", "Other"), ("on", "2026-04-01")])
        .await
        .is(422)
        .says("Somebody else noted it first");
    // A text nobody has read takes no note.
    browser.submit(&format!("{base}/a207-2026-r1"), &[("evidence", "x"), ("on", "2026-04-01")]).await.is(404);
    let rows = ward.world.app.store.records::<ReadinessNote>(ward.facility).await.expect("read");
    let version = rows[0].version.to_string();
    browser
        .submit(&format!("{staffing}/retire"), &[("version", &version)])
        .await
        .goes(&format!("{base}?revision=2024#a207-2024-r1"));
}

#[tokio::test]
async fn the_clauses_show_what_answers_them_and_what_is_not_known() {
    let ward = Ward::new().await;
    ward.answer_all(ward.assessment, "hospital-it", 1).await;
    let Somebody { mut browser, .. } = ward.somebody("Sato", Role::SafetyManager).await;
    let base = forms(&ward, "guideline");
    let page = browser.get(&base).await;
    page.is(200).says("Clauses in our data: 173").says("Answered weakly").says("Not in our data:").says("level 1");
    browser.get(&format!("{base}?edition=mhlw-6.0&state=well")).await.says("No clause stands like this");
    browser.get(&format!("{base}?state=perfect")).await.is(404);
    let next = browser.get(&format!("{base}?edition=mhlw-7.0")).await;
    next.is(200)
        .says("What changes for this facility")
        .says("1 April 2027")
        .says("99 items")
        .says("No periodic change");
    next.says("inferred");
}

fn clause_file(id: &str, items: &str) -> String {
    format!(
        "format: hakutaku-clauses/1\nid: {id}\ntitle: {{ja: 第8.0版, en: Edition eight}}\nedition: \"8.0\"\nitems:\n{items}"
    )
}

const GOOD: &str = "  - {id: O-1, volume: システム運用編, chapter: \"14\", summary: {ja: 要約, en: Known before}, same_as: mhlw-6.0/O-14-5}\n  - {id: O-2, volume: システム運用編, chapter: \"14\", summary: {ja: 新規, en: Quite new}}\n";

#[tokio::test]
async fn a_new_edition_is_loaded_and_the_running_year_stays_until_somebody_switches() {
    let ward = Ward::new().await;
    let Somebody { id, browser: mut admin } = ward.somebody("Root", Role::Administrator).await;
    ward.world.app.store.grant(&ward.act(), id, None, Role::Administrator).await.expect("granted");
    let editions = "/guideline-editions";
    admin.get(editions).await.is(200);
    // Bad files: one sentence each, nothing kept.
    let bad_row = clause_file(
        "mhlw-8.0",
        "  - {id: O-1, volume: X, chapter: \"1\", summary: {ja: 要約, en: ''}, same_as: mhlw-6.0/O-99-9}\n",
    );
    for (content, sentence) in [
        ("a: [".as_bytes(), "cannot be read as a clause file"),
        (&[0x82, 0xa0][..], "not UTF-8"),
        (clause_file("mhlw-6.0", GOOD).as_bytes(), "part of the product"),
        ("format: other\n".as_bytes(), "no clause file"),
    ] {
        admin.attach(editions, "clauses.yaml", "text/yaml", content).await.is(422).says(sentence);
    }
    admin.attach(editions, "clauses.yaml", "text/yaml", bad_row.as_bytes()).await.goes(editions);
    let run = admin.get(editions).await;
    run.says("summary has no en text").says("O-99-9, which does not exist").says("Nothing was saved");
    run.keeps_quiet_about("/guideline-editions/confirm");

    admin.attach(editions, "clauses.yaml", "text/yaml", clause_file("mhlw-8.0", GOOD).as_bytes()).await.goes(editions);
    let run = admin.get(editions).await;
    run.says("new clauses without a match: 1");
    let (_, rest) = run.text.split_once("name=\"ticket\" value=\"").expect("a ticket");
    let ticket = rest.split('"').next().expect("ends").to_owned();
    admin.submit("/guideline-editions/confirm", &[("ticket", &ticket)]).await.goes(editions);
    admin.submit("/guideline-editions/confirm", &[("ticket", &ticket)]).await.is(422);

    let base = forms(&ward, "guideline");
    admin.get(&base).await.says("Clauses in our data: 173").says("Edition eight");
    let new = admin.get(&format!("{base}?edition=mhlw-8.0")).await;
    new.says("Quite new").says("the running year does not change").says("Of its 2 clauses, 1 have no question");
    admin.submit(&base, &[("edition", "mhlw-9.9"), ("version", "0")]).await.is(422);
    admin.submit(&base, &[("edition", "mhlw-8.0"), ("version", "0")]).await.goes(&base);
    admin.get(&base).await.says("Clauses in our data: 2");
    admin.get(&format!("{base}?edition=mhlw-6.0")).await.says("Clauses in our data: 173");
    admin
        .submit("/guideline-editions/mhlw-8.0/retire", &[("version", "1")])
        .await
        .is(422)
        .says("Switch the facility first");
}
