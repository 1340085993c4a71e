//! Vendors: asked by a link, answering without an account, seen by the facility that asked and by nobody else.

use crate::ward::{Somebody, Ward};
use crate::world::{Answer, Visitor};
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::checklist::{FormKind, ItemAnswer};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_model::vendor_answers::{Submission, VendorQuestion};
use hakutaku_model::vendor_request::State;
use hakutaku_store::Shelf;

/// The lines of the vendor form of R7.
fn lines(ward: &Ward) -> usize {
    let edition = ward.world.app.catalogue.checklists.iter().find(|edition| edition.id == "r7").expect("known");
    edition.items.iter().filter(|item| item.form == FormKind::Vendor).map(|item| item.groups.len()).sum()
}

fn at(facility: FacilityId, page: &str) -> String {
    format!("/facilities/{facility}/vendors{page}")
}

/// Puts a vendor in and says its id.
async fn add(ward: &Ward, who: &mut Somebody, name: &str) -> String {
    let form = [
        ("name", name),
        ("contract_title", "Maintenance"),
        ("contract_from", "令和8年4月1日"),
        ("contract_until", ""),
        ("contract_kind", "maintenance"),
        ("data_place", "Tokyo, Japan"),
    ];
    let answer = who.browser.submit(&at(ward.facility, "/new"), &form).await;
    answer.is(303);
    answer.to().rsplit('/').next().expect("an id").to_owned()
}

async fn ask(facility: FacilityId, who: &mut Somebody, vendor: &str, form: &str, pin: &str) -> String {
    let fields = [("vendor", vendor), ("ask", form), ("due", "2099-03-31"), ("days", "30"), ("pin", pin)];
    let page = who.browser.submit(&at(facility, "/requests/new"), &fields).await;
    page.is(200).says("Once this page is closed");
    let (_, rest) = page.text.split_once("/v/").expect("a link");
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    format!("/v/{token}")
}

/// All items answered yes, the first with no.
async fn fill(ward: &Ward, guest: &mut Visitor) {
    let mut fields = vec![("go".to_owned(), "review".to_owned()), ("dated".into(), "R8.11.1".into())];
    for at in 0..lines(ward) {
        fields.push((format!("r-{at}"), if at == 0 { "no" } else { "yes" }.to_owned()));
    }
    fields.push(("x-0".into(), "from next spring".into()));
    fields.push(("signer_name".into(), "Tanaka 𠮷郎".into()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    guest.submit("/vendor-form", &fields).await.goes("/vendor-form/confirm");
}

async fn send(guest: &mut Visitor, path: &str, links: &str, file: Option<(&str, &[u8])>) -> Answer {
    let mut body = format!(
        "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--part\r\nContent-Disposition: form-data; \
         name=\"links\"\r\n\r\n{links}\r\n",
        guest.csrf
    )
    .into_bytes();
    if let Some((name, content)) = file {
        body.extend_from_slice(
            format!("--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--part--\r\n");
    let request = guest
        .request(Method::POST, path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(Body::from(body))
        .expect("a request");
    guest.send(request).await
}

async fn another_house(ward: &Ward) -> FacilityId {
    let profile = FacilityProfile {
        name: "Hidden Hospital".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    ward.world.app.store.create_facility(&ward.act(), &profile, &["hospital-it".into()]).await.expect("created").id
}

/// Somebody who may act at both houses.
async fn everywhere(ward: &Ward) -> Somebody {
    let who = ward.somebody("Boss", Role::SafetyManager).await;
    ward.world.app.store.grant(&ward.act(), who.id, None, Role::Administrator).await.expect("granted");
    who
}

#[tokio::test]
async fn a_vendor_answers_once_without_an_account_and_the_facility_gets_facts_and_questions() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&at(ward.facility, "")).await.is(200).says("There is no vendor yet");
    let vendor = add(&ward, &mut sato, "Minato Systems").await;
    sato.browser.get(&at(ward.facility, &format!("/{vendor}"))).await.is(200).says("Tokyo, Japan");
    sato.browser.get(&at(ward.facility, "")).await.is(200).says("In force");
    let link = ask(ward.facility, &mut sato, &vendor, "checklist/r7", "").await;
    let mut guest = ward.world.visitor();
    guest.get(&link).await.goes("/vendor-form");
    let page = guest.get("/vendor-form").await;
    page.is(200).says("Shirasawa Memorial").says("Minato Systems").keeps_quiet_about("/facilities/");
    assert!(!page.text.contains(&link[3..]), "the token is in no page");
    guest.submit("/vendor-form", &[("go", "review"), ("r-0", "yes")]).await.is(422).says("There is no answer yet");
    fill(&ward, &mut guest).await;
    guest.get("/vendor-form/confirm").await.is(200).says("from next spring");
    send(&mut guest, "/vendor-form/send", "", None).await.goes("/vendor-form/done");
    guest.get("/vendor-form/done").await.is(200).says("were sent to Shirasawa Memorial");
    guest.get("/vendor-form").await.goes("/vendor-form/done");
    send(&mut guest, "/vendor-form/send", "", None).await.goes("/vendor-form/done");
    ward.world.visitor().get(&link).await.goes("/vendor-form");

    let answers = store.records::<ItemAnswer>(ward.facility).await.expect("lists");
    assert_eq!(answers.len(), lines(&ward));
    assert!(answers.iter().all(|row| row.body.key.form == FormKind::Vendor));
    let submissions = store.records::<Submission>(ward.facility).await.expect("lists");
    assert_eq!(submissions.len(), 1);
    let questions = store.records::<VendorQuestion>(ward.facility).await.expect("lists");
    assert!(questions.len() == 1 && questions[0].body.is_open());
    let request = submissions[0].body.request;
    let page = sato.browser.get(&at(ward.facility, &format!("/requests/{request}"))).await;
    page.is(200).says("Tanaka").says("from next spring");
    let follow = at(ward.facility, &format!("/questions/{}", questions[0].id));
    let accept = |version| [("state", "accepted"), ("text", "isolated"), ("owner", "Sato"), ("version", version)];
    sato.browser.submit(&follow, &[("state", "accepted"), ("text", "x"), ("version", "1")]).await.is(422);
    sato.browser.submit(&follow, &accept("1")).await.is(303);
    sato.browser.submit(&follow, &accept("1")).await.is(409);
    let facts = store.vendor_facts(ward.facility, ward.world.now().date_in_japan()).await.expect("counts");
    let facts = facts.expect("has vendors");
    assert_eq!((facts.contracted, facts.asked, facts.returned), (1, 1, 1));
    assert!(facts.by_topic.values().any(|topic| topic.yes == ["Minato Systems"]));
}

#[tokio::test]
async fn a_vendor_reaches_nothing_but_its_form() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato").await;
    let link = ask(ward.facility, &mut sato, &vendor, "checklist/r7", "").await;
    let mut guest = ward.world.visitor();
    guest.get(&link).await.goes("/vendor-form");
    for path in [
        at(ward.facility, ""),
        at(ward.facility, &format!("/{vendor}")),
        ward.at("fields/backup"),
        "/".into(),
        "/people".into(),
    ] {
        let answer = guest.get(&path).await;
        assert!(answer.refused && answer.status.as_u16() == 303, "{path}: {}", answer.status);
    }
    guest.get("/guest").await.is(404);
    guest.submit("/vendor-form/leave", &[]).await.is(303);
    guest.get("/vendor-form").await.is(404);
}

#[tokio::test]
async fn wrong_pins_close_the_link_and_the_facility_sees_it() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato").await;
    let link = ask(ward.facility, &mut sato, &vendor, "checklist/r7", "4711").await;
    let mut guest = ward.world.visitor();
    guest.get(&link).await.goes("/vendor-form/pin");
    guest.get("/vendor-form").await.is(404);
    guest.get("/vendor-form/pin").await.is(200);
    guest.submit("/vendor-form/pin", &[("pin", "0000")]).await.is(422).says("After 4 more");
    guest.submit("/vendor-form/pin", &[("pin", "４７１１")]).await.goes("/vendor-form");
    guest.get("/vendor-form").await.is(200);
    let mut thief = ward.world.visitor();
    thief.get(&link).await.goes("/vendor-form/pin");
    thief.get("/vendor-form/pin").await.is(200);
    for _ in 0..4 {
        thief.submit("/vendor-form/pin", &[("pin", "1234")]).await;
    }
    thief.submit("/vendor-form/pin", &[("pin", "4711")]).await.is(410);
    let requests = ward.world.app.store.vendor_requests(ward.facility).await.expect("lists");
    assert_eq!(requests[0].state(ward.world.now()), State::Locked);
    sato.browser.get(&at(ward.facility, "/requests")).await.says("Closed (PIN)").says("Call the vendor");
    let again = sato
        .browser
        .submit(&at(ward.facility, &format!("/requests/{}/link", requests[0].id)), &[("pin", "0815")])
        .await;
    again.is(200).says("/v/hkv_");
}

#[tokio::test]
async fn one_answer_goes_to_all_that_asked_the_same_and_nobody_learns_of_the_others() {
    let ward = Ward::new().await;
    let other = another_house(&ward).await;
    let mut boss = everywhere(&ward).await;
    let vendor = add(&ward, &mut boss, "Minato").await;
    let first = ask(ward.facility, &mut boss, &vendor, "checklist/r7", "").await;
    let created = boss.browser.submit(&at(other, "/new"), &[("name", "ＭＩＮＡＴＯ")]).await;
    created.is(303);
    let elsewhere = created.to().rsplit('/').next().expect("an id").to_owned();
    let companies = ward.world.app.store.records::<Company>(Shelf::Installation).await.expect("lists");
    assert_eq!(companies.len(), 1, "the same company for both");
    let second = ask(other, &mut boss, &elsewhere, "checklist/r7", "2468").await;
    let other_form = ask(other, &mut boss, &elsewhere, "service-spec", "").await;
    let mut guest = ward.world.visitor();
    guest.get(&first).await;
    guest.get("/vendor-form").await;
    fill(&ward, &mut guest).await;
    guest.get("/vendor-form/confirm").await;
    let host = "http://localhost:8787";
    let links = format!(
        "{host}{second}\n{host}{second} 2468\n{host}{second} 2468\n{host}{other_form}\n{host}/v/hkv_nonsense\nhttps://example.com/v/x"
    );
    let page = send(&mut guest, "/vendor-form/send", &links, None).await;
    page.is(200).says("2 requests were answered").says("needs a PIN").says("stands twice").says("another form or year");
    page.says("does not open").says("another site").keeps_quiet_about("Hidden Hospital");
    let store = &ward.world.app.store;
    for facility in [ward.facility, other] {
        assert_eq!(store.records::<Submission>(facility).await.expect("lists").len(), 1);
    }
    let file = guest.get("/vendor-form/answers.json").await;
    file.is(200).says("hakutaku-vendor-answers/1").keeps_quiet_about("Shirasawa");

    // The file fills another request: first a look, then a yes.
    let third = ask(ward.facility, &mut boss, &vendor, "checklist/r6", "").await;
    let mut next = ward.world.visitor();
    next.get(&third).await;
    next.get("/vendor-form").await;
    let content = file.text.clone();
    let looked = send(&mut next, "/vendor-form/prefill", "", Some(("answers.json", content.as_bytes()))).await;
    looked.is(200).says("Nothing is saved yet");
    next.submit("/vendor-form/prefill/accept", &[("answers", &content)]).await.goes("/vendor-form");
    next.get("/vendor-form").await.says("Tanaka").says("checked");
    send(&mut next, "/vendor-form/prefill", "", Some(("x.json", b"PK\x03\x04"))).await.is(422).says("no answers file");
}

#[tokio::test]
async fn a_company_is_shared_and_what_a_facility_has_with_it_is_not() {
    let ward = Ward::new().await;
    let other = another_house(&ward).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato").await;
    let company = [
        ("kind", "isms"),
        ("number", "IS-1"),
        ("scope", ""),
        ("until", "2026-01-31"),
        ("checked_on", ""),
        ("checked_where", ""),
        ("version", "1"),
    ];
    let path = at(ward.facility, &format!("/{vendor}/company"));
    sato.browser.submit(&path, &company).await.is(303);
    sato.browser.submit(&path, &company[..6]).await.is(409);
    sato.browser
        .submit(&path, &[("kind", "isms"), ("until", "soon"), ("version", "2")])
        .await
        .is(422)
        .says("This is no date");
    sato.browser.get(&at(other, &format!("/{vendor}"))).await.is(404);
    sato.browser.get(&at(other, "")).await.is(404);
    let mut boss = everywhere(&ward).await;
    boss.browser.get(&at(other, &format!("/{vendor}"))).await.is(404);
    boss.browser.submit(&at(other, &format!("/{vendor}/edit")), &[("name", "x")]).await.is(404);
    let created = boss.browser.submit(&at(other, "/new"), &[("name", "Minato")]).await;
    let page = boss.browser.get(created.to()).await;
    page.is(200)
        .says("IS-1")
        .keeps_quiet_about("Sato")
        .keeps_quiet_about("Shirasawa Memorial</dd>")
        .keeps_quiet_about("Tokyo, Japan");
    let edit = at(ward.facility, &format!("/{vendor}/edit"));
    sato.browser.submit(&edit, &[("name", "Minato"), ("note", "first"), ("version", "1")]).await.is(303);
    sato.browser
        .submit(&edit, &[("name", "Minato"), ("note", "second"), ("version", "1")])
        .await
        .is(409)
        .says("second");
    let rows = ward.world.app.store.records::<Engagement>(ward.facility).await.expect("lists");
    assert_eq!(rows[0].body.note, "first", "nothing is overwritten");
}

#[tokio::test]
async fn a_workbook_goes_out_signed_and_a_foreign_or_blank_one_is_refused() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato").await;
    for _ in 0..2 {
        ask(ward.facility, &mut sato, &vendor, "checklist/r7", "").await;
    }
    let store = &ward.world.app.store;
    let requests = store.vendor_requests(ward.facility).await.expect("lists");
    let here = |at: usize| self::at(ward.facility, &format!("/requests/{}", requests[at].id));
    let answer = sato.browser.get(&format!("{}/workbook.xlsx", here(0))).await;
    answer.is(200);
    let page = sato.browser.attach(&format!("{}/workbook", here(0)), "x.xlsx", "application/zip", b"no sheet").await;
    page.is(422);
    sato.browser.submit(&format!("{}/workbook/accept", here(0)), &[("answers", "{}")]).await.is(422);
    assert!(store.records::<Submission>(ward.facility).await.expect("lists").is_empty());
}

#[tokio::test]
async fn a_disclosure_file_is_kept_and_its_rows_are_read_by_a_mapping() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato").await;
    let link = ask(ward.facility, &mut sato, &vendor, "mds-sds", "").await;
    let mut guest = ward.world.visitor();
    guest.get(&link).await;
    guest.get("/vendor-form").await.is(200).says("none are listed here");
    let head = [("product", "Chart"), ("form_version", "Ver.5.0"), ("signer_name", "Tanaka"), ("go", "review")];
    guest.submit("/vendor-form", &head[1..]).await.is(422).says("Enter the product");
    guest.submit("/vendor-form", &head).await.goes("/vendor-form/confirm");
    guest.get("/vendor-form/confirm").await.is(200);
    send(&mut guest, "/vendor-form/send", "", None).await.is(422).says("Choose the file");
    send(&mut guest, "/vendor-form/send", "", Some(("mds.pdf", b"%PDF-1.7 not a sheet")))
        .await
        .goes("/vendor-form/done");
    let store = &ward.world.app.store;
    let submission = store.records::<Submission>(ward.facility).await.expect("lists").remove(0);
    assert!(submission.body.document.is_some() && submission.body.sheet.product == "Chart");
    let rows = at(ward.facility, &format!("/requests/{}/rows", submission.body.request));
    let mapping = [("first_row", "2"), ("number", "1"), ("answer", "3"), ("go", "keep")];
    sato.browser.submit(&rows, &mapping).await.is(422).says("not an Excel file");
    sato.browser.submit(&rows, &mapping[1..]).await.is(422).says("as numbers from 1");
}

/// The workbook as a vendor fills it in: every item yes, the first no, and a name.
fn filled(bytes: &[u8], lines: usize) -> Vec<u8> {
    let mut book = umya_spreadsheet::reader::xlsx::read_reader(std::io::Cursor::new(bytes), true).expect("reads");
    let sheet = book.sheet_by_name_mut("Answers").expect("is there");
    for at in 0..u32::try_from(lines).expect("few") {
        sheet.cell_mut((6, 4 + at)).set_value_string(if at == 0 { "No" } else { "Yes" });
    }
    sheet.cell_mut((9, 4)).set_value_string("from next spring");
    book.sheet_by_name_mut("Who answers").expect("is there").cell_mut((2, 1)).set_value_string("Tanaka");
    let mut filled = Vec::new();
    umya_spreadsheet::writer::xlsx::write_writer(&book, &mut filled).expect("writes");
    filled
}

#[tokio::test]
async fn a_filled_workbook_is_read_shown_and_taken_only_as_it_was_signed() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let vendor = add(&ward, &mut sato, "Minato Systems").await;
    ask(ward.facility, &mut sato, &vendor, "checklist/r7", "").await;
    let request = store.vendor_requests(ward.facility).await.expect("lists")[0].id;
    let here = at(ward.facility, &format!("/requests/{request}"));
    let blank = sato.browser.get(&format!("{here}/workbook.xlsx")).await;
    let book = filled(&blank.is(200).bytes, lines(&ward));
    sato.browser.get(&here).await.is(200);
    let page = sato.browser.attach(&format!("{here}/workbook"), "back.xlsx", "application/octet-stream", &book).await;
    page.is(200).says("from next spring").says("Tanaka");
    let hidden = |name: &str| {
        let (_, rest) = page.text.split_once(&format!("name=\"{name}\" value=\"")).expect("a field");
        let value = rest.split('"').next().unwrap_or_default();
        value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&")
    };
    let (answers, seal) = (hidden("answers"), hidden("seal"));
    let accept = format!("{here}/workbook/accept");
    let changed = answers.replace("\"no\"", "\"yes\"");
    assert_ne!(changed, answers);
    sato.browser.submit(&accept, &[("answers", &changed), ("seal", &seal)]).await.is(422);
    sato.browser.submit(&accept, &[("answers", &answers), ("seal", "")]).await.is(422);
    assert!(store.records::<Submission>(ward.facility).await.expect("lists").is_empty());
    sato.browser.submit(&accept, &[("answers", &answers), ("seal", &seal)]).await.goes(&here);
    let submissions = store.records::<Submission>(ward.facility).await.expect("lists");
    assert_eq!(submissions[0].body.sheet.lines.len(), lines(&ward));
    assert_eq!(submissions[0].body.signer.name, "Tanaka");
}
