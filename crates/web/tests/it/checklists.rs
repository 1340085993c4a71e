//! The official forms: proposals, confirming, reopening, conflicts, proof, papers, and who may see what.

use crate::ward::Ward;
use axum::http::{Method, header};
use hakutaku_model::checklist::{ItemAnswer, Mark};
use hakutaku_model::person::Role;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::vendor::{Contract, Engagement};
use hakutaku_store::Act;

const OFFICER: &str = "mhlw-r7-hospital-1-01/governance";
const LEDGER: &str = "mhlw-r7-hospital-2-01-sys/system-wide";

impl Ward {
    fn forms(&self, page: &str) -> String {
        format!("/facilities/{}/forms{page}", self.facility)
    }

    fn form(&self) -> String {
        self.forms("/checklists/r7/hospital")
    }

    async fn kept(&self, line: &str) -> Option<Kept<ItemAnswer>> {
        let key = format!("r7/hospital/{line}");
        self.world.app.store.record_by_key(self.facility, &key).await.expect("read")
    }

    async fn vendor(&self, name: &str, contracted: bool) -> RecordId {
        let contracts = if contracted { vec![Contract::default()] } else { Vec::new() };
        let body = Engagement {
            company: RecordId(uuid::Uuid::now_v7()),
            name: name.to_owned(),
            contact: Default::default(),
            emergency: Default::default(),
            contracts,
            products: Vec::new(),
            data: Vec::new(),
            subprocessors: Vec::new(),
            note: String::new(),
        };
        self.world.app.store.add_record(&self.act(), self.facility, &body).await.expect("added").id
    }

    fn today(&self) -> String {
        self.world.now().date_in_japan().to_string()
    }
}

/// The value of a hidden field on a page.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split('"').next().unwrap_or_default()
}

#[tokio::test]
async fn the_list_says_what_is_not_in_our_data_and_leads_to_the_form() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.get(&ward.forms("")).await;
    page.is(200).says("are not in our data").says("001716185.pdf").says(&ward.form());
    page.says("No vendor under contract is entered");
    let form = sato.browser.get(&ward.form()).await;
    form.is(200).says("1-①").says("Inferred: check the official form").says("What changed since FY2024");
    form.says("Preparing for FY2026");
    sato.browser.get(&ward.forms("/checklists/r8/hospital")).await.is(404);
    sato.browser.get(&ward.forms("/checklists/r7/unknown")).await.is(404);
    sato.browser.get(&ward.forms("/checklists/mhlw-r7/hospital")).await.is(200);
}

#[tokio::test]
async fn a_proposal_stands_on_the_questionnaire_and_a_person_confirms_it() {
    let ward = Ward::new().await;
    ward.answer_all(ward.assessment, "hospital-it", 2).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.get(&ward.form()).await;
    page.says("data-proposal=\"yes\"").says("is at level 2");
    assert!(ward.kept(OFFICER).await.is_none(), "nothing is confirmed by itself");
    let saw = hidden(&page.text, &format!("{OFFICER}/saw")).to_owned();
    let name = |field: &str| format!("{OFFICER}/{field}");
    let fields =
        [("line", OFFICER), ("take", OFFICER), ("section", "1"), (&name("saw"), &saw), (&name("version"), "0")];
    sato.browser.submit(&ward.form(), &fields).await.goes(&format!("{}#section-1", ward.form()));
    let kept = ward.kept(OFFICER).await.expect("kept");
    let first = kept.body.first.expect("answered");
    assert_eq!((first.mark, first.on.to_string()), (Mark::Yes, ward.today()));
    let seen = kept.body.saw.expect("with what was on the screen");
    assert!(seen.fingerprint == saw && seen.reasons.iter().any(|reason| reason.contains("段階2")), "{seen:?}");
    assert_eq!(kept.changed_by, "Sato");

    // The answer it stood on changes: the line is open again, with both reasons.
    ward.answer_all(ward.assessment, "hospital-it", 0).await;
    let page = sato.browser.get(&ward.form()).await;
    page.says("The facts have changed since this was confirmed").says("段階2").says("is at level 0");
    sato.browser.get(&ward.forms("")).await.says("to be looked at again: 1");
    // A stale page cannot confirm what nobody has seen.
    let again = [("line", OFFICER), ("again", OFFICER), (&name("first"), "yes"), (&name("first_on"), &ward.today())];
    let with = |saw: &str, remark: &str| {
        let mut fields: Vec<(String, String)> =
            again.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        fields.push((name("saw"), saw.to_owned()));
        fields.push((name("version"), "1".to_owned()));
        fields.push((name("remark"), remark.to_owned()));
        fields
    };
    let submit = |fields: Vec<(String, String)>| {
        let (mut browser, path) = (sato.browser.clone(), ward.form());
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            browser.submit(&path, &fields).await
        }
    };
    submit(with(&saw, "appointed in May")).await.is(422).says("The facts have changed since this page was opened");
    let now = hidden(&page.text, &format!("{OFFICER}/saw")).to_owned();
    submit(with(&now, "")).await.is(422).says("This is not what is proposed");
    submit(with(&now, "appointed in May")).await.is(303);
    assert_eq!(ward.kept(OFFICER).await.expect("kept").body.saw.expect("seen").fingerprint, now);
    sato.browser.get(&ward.forms("")).await.keeps_quiet_about("to be looked at again");
}

#[tokio::test]
async fn what_cannot_stand_comes_back_with_its_sentence_and_what_was_typed() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::SafetyManager).await;
    sato.browser.get(&ward.form()).await.is(200);
    let name = |field: &str| format!("{LEDGER}/{field}");
    let mut try_with = async |first: &str, on: &str, target: &str| {
        let fields = [
            ("line", LEDGER),
            (&name("first"), first),
            (&name("first_on"), on),
            (&name("target"), target),
            (&name("remark"), "見た"),
            (&name("version"), "0"),
        ];
        sato.browser.submit(&ward.form(), &fields).await
    };
    try_with("yes", "2999-01-01", "").await.is(422).says("has not come yet").says("見た");
    try_with("yes", "2024-03-31", "").await.is(422).says("outside the years of this form");
    try_with("yes", "", "2027-01-31").await.is(422).says("only after a no");
    try_with("no", "", "2030-01-31").await.is(422).says("outside the fiscal year");
    try_with("no", "yesterday", "").await.is(422).says("cannot be read");
    assert!(ward.kept(LEDGER).await.is_none(), "nothing was kept");
    let year = ward.this_year().0;
    try_with("no", "", &format!("令和{}年3月31日", year + 1 - 2018)).await.is(303);
    let kept = ward.kept(LEDGER).await.expect("kept");
    assert_eq!(kept.body.target.map(|day| day.to_string()), Some(format!("{}-03-31", year + 1)));
    assert_eq!(kept.body.remark, "見た");
}

#[tokio::test]
async fn who_was_slower_sees_the_other_answer_and_loses_nothing() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let mut mori = ward.somebody("Mori", Role::SafetyManager).await;
    let name = |field: &str| format!("{LEDGER}/{field}");
    let fields = |mark: &'static str, remark: &'static str, version: &'static str| {
        [("line".to_owned(), LEDGER), (name("first"), mark), (name("remark"), remark), (name("version"), version)]
    };
    let pairs = |fields: &'static [(String, &'static str); 4]| fields.each_ref().map(|(n, v)| (n.as_str(), *v));
    let first: &'static _ = Box::leak(Box::new(fields("yes", "counted", "0")));
    let second: &'static _ = Box::leak(Box::new(fields("no", "not counted", "0")));
    let third: &'static _ = Box::leak(Box::new(fields("no", "not counted", "1")));
    mori.browser.get(&ward.form()).await.is(200);
    sato.browser.submit(&ward.form(), &pairs(first)).await.is(303);
    let answer = mori.browser.submit(&ward.form(), &pairs(second)).await;
    answer.is(409).says("Sato changed this first").says("not counted");
    assert_eq!(hidden(&answer.text, &name("version")), "1", "saving again is based on what was shown");
    assert_eq!(ward.kept(LEDGER).await.expect("kept").body.remark, "counted");
    mori.browser.submit(&ward.form(), &pairs(third)).await.is(303);
    assert_eq!(ward.kept(LEDGER).await.expect("kept").body.remark, "not counted");
}

#[tokio::test]
async fn the_script_saves_one_line_and_hears_how_it_stands() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("line", LEDGER)
        .append_pair(&format!("{LEDGER}/first"), "yes")
        .append_pair(&format!("{LEDGER}/version"), "0")
        .finish();
    let request = sato
        .browser
        .request(Method::POST, &ward.form())
        .header("x-csrf-token", sato.browser.csrf.clone())
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into())
        .expect("a request");
    let reply = sato.browser.send(request).await.is(200).json();
    let line = &reply["lines"][0];
    assert_eq!((line["outcome"].as_str(), line["version"].as_i64()), (Some("saved"), Some(1)));
    assert_eq!(line["first_on"].as_str(), Some(ward.today().as_str()));
    assert_eq!(line["state"], "yes");
}

#[tokio::test]
async fn a_whole_section_is_confirmed_only_with_its_reasons_read() {
    let ward = Ward::new().await;
    ward.answer_all(ward.assessment, "hospital-it", 3).await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.get(&ward.form()).await;
    let (chart, plan) = ("mhlw-r7-hospital-3-01/incident-readiness", "mhlw-r7-hospital-3-03/incident-readiness");
    let saw = |line: &str| hidden(&page.text, &format!("{line}/saw")).to_owned();
    let names = [format!("{chart}/saw"), format!("{plan}/saw")];
    let seen = [saw(chart), saw(plan)];
    let fields = [
        ("section", "3"),
        ("take-section", "3"),
        ("line", chart),
        ("line", plan),
        (names[0].as_str(), seen[0].as_str()),
        (names[1].as_str(), seen[1].as_str()),
    ];
    sato.browser.submit(&ward.form(), &fields).await.is(422).says("I have read all reasons");
    assert!(ward.kept(chart).await.is_none() && ward.kept(plan).await.is_none());
    let read: Vec<(&str, &str)> = fields.into_iter().chain([("read", "yes")]).collect();
    sato.browser.submit(&ward.form(), &read).await.is(303);
    assert!(ward.kept(chart).await.is_some() && ward.kept(plan).await.is_some());
}

#[tokio::test]
async fn proof_is_attached_to_a_line_and_taken_away_again() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.form()).await.is(200);
    let body = format!(
        "--part\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--part\r\nContent-Disposition: form-data; \
         name=\"line\"\r\n\r\n{OFFICER}\r\n--part\r\nContent-Disposition: form-data; name=\"file\"; \
         filename=\"任命書.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--part--\r\n",
        sato.browser.csrf
    );
    let request = sato
        .browser
        .request(Method::POST, &format!("{}/documents", ward.form()))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
        .body(body.into())
        .expect("a request");
    sato.browser.send(request).await.is(303);
    let document = ward.kept(OFFICER).await.expect("kept").body.documents[0];
    let page = sato.browser.get(&ward.form()).await;
    page.says("任命書.pdf").says(&format!("/documents/{document}"));
    // An executive sees that there is proof and cannot open it.
    let mut director = ward.somebody("Director", Role::Executive).await;
    director.browser.get(&ward.form()).await.says("任命書.pdf").keeps_quiet_about(&format!("/documents/{document}"));
    let remove = format!("{}/documents/remove", ward.form());
    let document = document.to_string();
    sato.browser.submit(&remove, &[("line", LEDGER), ("document", &document)]).await.is(404);
    sato.browser.submit(&remove, &[("line", OFFICER), ("document", &document)]).await.is(303);
    assert!(ward.world.app.store.documents(ward.facility, None).await.expect("read").is_empty());
    assert!(ward.kept(OFFICER).await.expect("kept").body.documents.is_empty());
}

#[tokio::test]
async fn executives_and_auditors_read_and_a_neighbour_finds_nothing() {
    let ward = Ward::new().await;
    for role in [Role::Executive, Role::Auditor] {
        let mut reader = ward.somebody(role.key(), role).await;
        let page = reader.browser.get(&ward.form()).await;
        page.is(200).keeps_quiet_about("name=\"line\"").keeps_quiet_about("checklist.js");
        reader.browser.submit(&ward.form(), &[("line", OFFICER)]).await.is(403);
    }
    ward.somebody("Ueda", Role::Respondent).await.browser.get(&ward.form()).await.is(403);
    let elsewhere = Ward::new().await;
    let mut mori = elsewhere.somebody("Mori", Role::SafetyManager).await;
    mori.browser.get(&ward.form()).await.is(404);
    let theirs = ward.vendor("甲", true).await;
    let sheet = elsewhere.forms(&format!("/checklists/r7/vendor?vendor={theirs}"));
    mori.browser.get(&sheet).await.is(404);
}

#[tokio::test]
async fn each_contracted_vendor_has_a_sheet_that_only_the_vendor_writes() {
    let ward = Ward::new().await;
    let (one, _) = (ward.vendor("医療システム甲", true).await, ward.vendor("乙", false).await);
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let page = sato.browser.get(&ward.forms("")).await;
    page.says("医療システム甲").keeps_quiet_about("<strong>乙</strong>").says("No answer");
    let sheet = ward.forms(&format!("/checklists/r7/vendor?vendor={one}"));
    sato.browser.get(&sheet).await.is(200).says("The vendor fills in this form").keeps_quiet_about("name=\"line\"");
    sato.browser.submit(&sheet, &[("line", "mhlw-r7-vendor-1-01/governance")]).await.is(422);
    sato.browser.get(&ward.forms("/checklists/r7/vendor?vendor=nonsense")).await.is(404);
}

#[tokio::test]
async fn a_form_comes_as_paper_workbook_and_json_and_the_log_knows() {
    let ward = Ward::new().await;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let pdf = sato.browser.get(&format!("{}/form.pdf", ward.form())).await;
    assert!(pdf.is(200).text.starts_with("%PDF"));
    let sheet = sato.browser.get(&format!("{}/form.xlsx", ward.form())).await;
    assert!(sheet.is(200).text.starts_with("PK"));
    let json = sato.browser.get(&format!("{}/form.json", ward.form())).await.is(200).json();
    assert_eq!(json["schema"], "hakutaku-checklist/1");
    assert_eq!(json["items"].as_array().map(Vec::len), Some(20));
    sato.browser.get(&format!("{}/form.exe", ward.form())).await.is(404);
    let chain = hakutaku_model::journal::Chain::Facility(ward.facility);
    let entries = ward.world.app.store.recent_journal(chain, 5).await.expect("read");
    assert_eq!(entries.iter().filter(|entry| entry.event.action == "checklist.export").count(), 3);
}

#[tokio::test]
async fn a_care_home_is_told_that_its_form_is_not_in_our_data() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let row = store.facility(ward.facility).await.expect("there");
    let profile = hakutaku_model::facility::FacilityProfile {
        kind: hakutaku_model::facility::FacilityKind::CareHome,
        ..row.profile
    };
    let act = Act::system(ward.world.now());
    store.update_facility(&act, ward.facility, &profile, &row.questionnaires, row.version).await.expect("changed");
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&ward.forms("")).await.is(200).says("for this kind of facility is not in our data");
}
