//! Who does what: the matrix, its findings, files and signatures; the guides.

use crate::ward::Ward;
use axum::http::header;
use hakutaku_model::id::RecordId;
use hakutaku_model::person::Role;
use hakutaku_model::record::Kept;
use hakutaku_model::responsibility::{Matrix, Says};
use hakutaku_model::system::{System, SystemKind};
use hakutaku_model::vendor::{Contract, Engagement};

fn system(name: &str) -> System {
    System {
        name: name.into(),
        kind: SystemKind::Emr,
        product: String::new(),
        owner: String::new(),
        vendor: None,
        rto_hours: None,
        rpo_hours: None,
        clinical_importance: None,
        recovery_order: None,
        segment: String::new(),
        note: String::new(),
    }
}

fn vendor(name: &str, company: u128, contracts: Vec<Contract>) -> Engagement {
    Engagement {
        company: RecordId(uuid::Uuid::from_u128(company)),
        name: name.into(),
        contact: Default::default(),
        emergency: Default::default(),
        contracts,
        products: Vec::new(),
        data: Vec::new(),
        subprocessors: Vec::new(),
        note: String::new(),
    }
}

/// A ward with one system, a maintained vendor and a vendor of a sale only, and a matrix of all.
async fn house() -> (Ward, String, Kept<Matrix>, [String; 2]) {
    let ward = Ward::new().await;
    let (store, act) = (&ward.world.app.store, ward.act());
    let emr = store.add_record(&act, ward.facility, &system("Chart")).await.expect("added").id;
    let maintained = Contract { title: "Maintenance 2026".into(), maintenance: true, ..Contract::default() };
    let sale = Contract { title: "Sale".into(), ..Contract::default() };
    let a = store.add_record(&act, ward.facility, &vendor("Alpha", 1, vec![maintained])).await.expect("added").id;
    let b = store.add_record(&act, ward.facility, &vendor("Beta", 2, vec![sale])).await.expect("added").id;
    let mut manager = ward.somebody("Mori", Role::SafetyManager).await;
    let base = format!("/facilities/{}/vendors/responsibility", ward.facility);
    manager.browser.get(&base).await.is(200).says("There is no matrix yet");
    let (emr, a, b) = (emr.to_string(), a.to_string(), b.to_string());
    let fields =
        [("title", "Chart"), ("system", &emr), ("connections", "Line of Alpha"), ("vendor", &a), ("vendor", &b)];
    manager.browser.get(&format!("{base}/new")).await.is(200).says("Beta");
    manager.browser.submit(&base, &fields).await.is(303);
    let kept = ward.world.app.store.records::<Matrix>(ward.facility).await.expect("read").remove(0);
    (ward, base, kept, [a, b])
}

async fn now(ward: &Ward) -> Kept<Matrix> {
    let today = ward.world.now().date_in_japan();
    ward.world.app.store.responsibility_matrices(ward.facility, today).await.expect("read").remove(0)
}

#[tokio::test]
async fn a_contradiction_typed_into_two_forms_is_found_and_put_right() {
    let (ward, base, kept, [a, b]) = house().await;
    assert!(kept.body.rows.len() > 25, "tasks of both kinds");
    let object = kept.body.objects[0].id.clone();
    let mut it = ward.somebody("Ito", Role::ItOperator).await;
    let at = format!("{base}/{}", kept.id);
    let fill = |party: &str| format!("{at}/fill/{party}/{object}");
    for (party, says) in [("facility", "theirs".to_owned()), (a.as_str(), format!("theirs:{b}"))] {
        let page = it.browser.get(&fill(party)).await;
        let seen = seen_of(&page.text);
        let fields = [("seen", seen.as_str()), ("says-os-patching", &says), ("by", "Yamada"), ("on", "2026-01-15")];
        it.browser.submit(&fill(party), &fields).await.is(303);
    }
    let seen = seen_of(&it.browser.get(&fill(&b)).await.text);
    let says = format!("theirs:{a}");
    let without_name = [("seen", seen.as_str()), ("says-os-patching", &says)];
    it.browser.submit(&fill(&b), &without_name).await.is(422);
    let fields = [("seen", seen.as_str()), ("says-os-patching", &says), ("by", "Kato"), ("on", "令和8年1月15日")];
    it.browser.submit(&fill(&b), &fields).await.is(303);
    it.browser.get(&at).await.is(200).says("Contradiction").says("Nobody&#39;s").says("2021").says("Kato");
    let facts = ward.world.app.store.responsibility_facts(ward.facility, ward.world.now().date_in_japan()).await;
    let facts = facts.expect("read").expect("begun");
    // Beta is counted on by Alpha and has no contract but a sale.
    assert_eq!((facts.holes, facts.contradictions, facts.double_claims, facts.uncontracted), (1, 1, 0, 1));
    assert!(!facts.signed);

    let late = [("seen", seen.as_str()), ("says-os-patching", "mine"), ("by", "Kato"), ("on", "2026-01-16")];
    it.browser.submit(&fill(&b), &late).await.is(409).says("Somebody else changed it first").says("Stands now");
    assert_eq!(now(&ward).await.body.rows.iter().filter(|row| row.said_by(&b).is_some()).count(), 1);
}

fn seen_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"seen\" value=\"").expect("the form carries what was seen");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn signing_is_of_the_text_that_was_read() {
    let (ward, base, kept, [a, _]) = house().await;
    let at = format!("{base}/{}", kept.id);
    let hash = kept.body.hash();
    let mut it = ward.somebody("Ito", Role::ItOperator).await;
    let fields = [("party", "facility"), ("hash", &hash), ("name", "Ito"), ("role", "IT"), ("on", "2026-01-15")];
    it.browser.get(&at).await.is(200);
    it.browser.submit(&format!("{at}/sign"), &fields).await.is(403);
    let mut director = ward.somebody("Doi", Role::SafetyManager).await;
    director.browser.get(&at).await.is(200);
    let stale = [("party", "facility"), ("hash", "00"), ("name", "Doi"), ("role", "Director"), ("on", "2026-01-15")];
    director.browser.submit(&format!("{at}/sign"), &stale).await.is(422).says("changed meanwhile");
    director.browser.submit(&format!("{at}/sign"), &fields).await.is(303);
    // The other side is not signed for by the same route.
    let theirs = [("party", a.as_str()), ("hash", &hash), ("name", "Y"), ("role", "Sales"), ("on", "2026-01-15")];
    director.browser.submit(&format!("{at}/sign"), &theirs).await.is(404);
    director.browser.submit(&format!("{at}/sign-vendor"), &theirs).await.is(303);
    director.browser.get(&at).await.says("Signed");
    let mut kept = now(&ward).await;
    kept.body.rows[0].say("facility", Some(hakutaku_model::responsibility::Statement::new("facility", Says::Mine)));
    let store = &ward.world.app.store;
    store.change_record(&ward.act(), ward.facility, kept.id, kept.version, &kept.body).await.expect("changed");
    director.browser.get(&at).await.says("Signed text differs");
}

#[tokio::test]
async fn a_file_comes_back_line_by_line_and_whole_or_not_at_all() {
    let (ward, base, kept, [a, _]) = house().await;
    let at = format!("{base}/{}", kept.id);
    let mut it = ward.somebody("Ito", Role::ItOperator).await;
    it.browser.get(&at).await.is(200);
    let file = it.browser.get(&format!("{at}/matrix.json")).await;
    file.is(200);
    let mut sent = file.json();
    sent["rows"][0]["statements"] = serde_json::json!([{"party": a, "says": "mine", "contract": "=1+1"}]);
    it.browser.get(&at).await.is(200);
    let shown = upload(&mut it.browser, &format!("{at}/import"), &a, sent.to_string().as_bytes()).await;
    shown.is(200).says("Take over 1 rows");
    assert!(now(&ward).await.body.rows[0].statements.is_empty(), "a dry run saves nothing");
    let field = |name: &str| {
        let (_, rest) = shown.text.split_once(&format!("name=\"{name}\" value=\"")).expect("there");
        rest.split('"').next().unwrap_or_default().replace("&#34;", "\"").replace("&quot;", "\"")
    };
    let (run, version) = (field("run"), field("version"));
    let fields = [("run", run.as_str()), ("version", &version), ("party", &a)];
    it.browser.submit(&format!("{at}/import/confirm"), &fields).await.is(303);
    assert_eq!(now(&ward).await.body.rows[0].said_by(&a).map(|s| s.says), Some(Says::Mine));
    it.browser.get(&at).await.is(200);
    it.browser.submit(&format!("{at}/import/confirm"), &fields).await.is(409);
    it.browser.get(&at).await.is(200);
    sent["rows"][1]["statements"] = serde_json::json!([{"party": a, "says": "not_needed"}]);
    let refused = upload(&mut it.browser, &format!("{at}/import"), &a, sent.to_string().as_bytes()).await;
    refused.is(422).says("needs");
    for plain in ["annex.pdf", &format!("statements.xlsx?party={a}")] {
        let answer = it.browser.get(&format!("{at}/{plain}")).await;
        answer.is(200);
        assert!(answer.headers.contains_key(header::CONTENT_DISPOSITION));
    }
}

async fn upload(browser: &mut crate::world::Visitor, path: &str, party: &str, content: &[u8]) -> crate::world::Answer {
    let csrf = browser.csrf.clone();
    let mut body = String::new();
    for (name, value) in [("csrf", csrf.as_str()), ("party", party)] {
        body += &format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    body += "--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m.json\"\r\n\r\n";
    let body = [body.as_bytes(), content, b"\r\n--part--\r\n"].concat();
    let request = browser
        .request(axum::http::Method::POST, path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(axum::body::Body::from(body))
        .expect("a request");
    browser.send(request).await
}

#[tokio::test]
async fn another_house_sees_nothing() {
    let (ward, base, kept, _) = house().await;
    let profile = hakutaku_model::facility::FacilityProfile {
        name: "Elsewhere".into(),
        kind: hakutaku_model::facility::FacilityKind::Hospital,
        prefecture: 1,
        beds: 20,
        it_staff_tenths: 0,
    };
    let other = ward.world.app.store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    let mut manager = ward.somebody("Mori2", Role::SafetyManager).await;
    let store = &ward.world.app.store;
    store.grant(&ward.act(), manager.id, Some(other), Role::SafetyManager).await.expect("granted");
    let foreign = base.replace(&ward.facility.to_string(), &other.to_string());
    manager.browser.get(&format!("{foreign}/{}", kept.id)).await.is(404);
    manager.browser.get(&format!("{foreign}/{}/matrix.json", kept.id)).await.is(404);
    manager.browser.get(&foreign).await.is(200).keeps_quiet_about("Line of Alpha");
}

#[tokio::test]
async fn the_published_case_is_told_to_its_end() {
    let ward = Ward::new().await;
    let mut auditor = ward.somebody("Abe", Role::Auditor).await;
    let base = format!("/facilities/{}/vendors/responsibility/handa", ward.facility);
    auditor.browser.get(&base).await.is(200).says("What 半田病院 believed");
    auditor.browser.get(&format!("{base}?step=4")).await.is(200).says("Contradiction").says("A社");
    auditor.browser.get(&format!("{base}?step=99")).await.is(200).says("The three views");
}

#[tokio::test]
async fn the_scope_guide_asks_one_question_at_a_time() {
    let ward = Ward::new().await;
    let mut auditor = ward.somebody("Abe", Role::Auditor).await;
    let base = format!("/facilities/{}/vendors/guides", ward.facility);
    auditor.browser.get(&base).await.is(200).says("What to ask for when buying");
    auditor.browser.get(&format!("{base}/scope/vendor")).await.is(200).says("value=\"y\"");
    auditor.browser.get(&format!("{base}/scope/vendor?a=yyyy")).await.is(200).says("The guideline applies");
    auditor.browser.get(&format!("{base}/scope/vendor?a=yyyn")).await.is(200).says("A sale alone is not covered");
    auditor.browser.get(&format!("{base}/scope/vendor?a=zz")).await.is(200).says("value=\"y\"");
    auditor.browser.get(&format!("{base}/scope/nothing")).await.is(404);
}

#[tokio::test]
async fn requirement_lines_are_chosen_edited_and_exported() {
    let ward = Ward::new().await;
    let mut it = ward.somebody("Ito", Role::ItOperator).await;
    let base = format!("/facilities/{}/vendors/guides/procurement", ward.facility);
    it.browser.get(&base).await.is(200).says("First choose");
    let page = it.browser.get(&format!("{base}?kind=cloud&kind=nonsense")).await;
    page.is(200).says("GP 17").keeps_quiet_about("GP 29<");
    it.browser.submit(&base, &[("kind", "cloud"), ("format", "docx")]).await.is(422).says("Tick at least one");
    for (format, start) in [("docx", "PK"), ("xlsx", "PK")] {
        it.browser.get(&format!("{base}?kind=cloud")).await.is(200);
        let fields = [("kind", "cloud"), ("take", "gp-17"), ("text-gp-17", "=HYPERLINK(\"x\")"), ("format", format)];
        let file = it.browser.submit(&base, &fields).await;
        file.is(200);
        assert!(file.text.starts_with(start));
    }
}
