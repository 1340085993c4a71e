//! Notices: from the centre's form to the member's answer, and what nobody may learn on the way.

use crate::ward::Ward;
use crate::world::Visitor;
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::journal::Chain;
use hakutaku_model::ledger::{Asset, AssetKind};
use hakutaku_model::person::Role;
use hakutaku_model::record::Register;
use hakutaku_model::region::notice::Stage;
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, AssetChange, NewPerson, Sending, Shelf};
use serde::{Deserialize, Serialize};

const BASE: &str = "/region/notices";

/// A row of the centre's register of members, as the watch screen writes it.
#[derive(Serialize, Deserialize)]
struct MemberRow {
    facility: FacilityId,
    fax: String,
    phone: String,
    groups: Vec<String>,
}

/// The register's name.
const MEMBERS: &str = "region-member";

impl Register for MemberRow {
    const KIND: &'static str = MEMBERS;
    fn label(&self) -> String {
        self.facility.to_string()
    }
    fn natural_key(&self) -> Option<String> {
        Some(self.facility.to_string())
    }
}

/// A centre with two members: the ward's hospital in the group "coast", and a pharmacy.
struct Region {
    ward: Ward,
    pharmacy: FacilityId,
    centre: Visitor,
}

async fn region() -> Region {
    let ward = Ward::new().await;
    let (store, act) = (&ward.world.app.store, ward.act());
    let profile = FacilityProfile {
        name: "Minato Pharmacy".into(),
        kind: FacilityKind::Pharmacy,
        prefecture: 13,
        beds: 0,
        it_staff_tenths: 0,
    };
    let pharmacy = store.create_facility(&act, &profile, &[]).await.expect("created").id;
    for (facility, group) in [(ward.facility, "coast"), (pharmacy, "hills")] {
        let row = MemberRow {
            facility,
            fax: "00-0000-0002".into(),
            phone: "00-0000-0001".into(),
            groups: vec![group.to_owned()],
        };
        store.put_record(&act, Shelf::Installation, &row).await.expect("kept");
    }
    let new =
        NewPerson { username: "watcher".into(), display_name: "Watcher".into(), lang: Lang::En, password_hash: None };
    let id = store.create_person(&act, &new).await.expect("created").id;
    store.grant(&act, id, None, Role::RegionalSupporter).await.expect("granted");
    let session = store.create_session(&Act::person(id, act.at), id, true).await.expect("begun");
    let mut centre = ward.world.visitor();
    centre.cookies.insert("hakutaku-session".into(), session.token);
    centre.get(BASE).await.is(200).says("There is no notice yet");
    Region { ward, pharmacy, centre }
}

fn fields<'a>(change: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let all = [
        ("kind", "vulnerability"),
        ("tlp", "amber"),
        ("title", "VPN appliance can be entered"),
        ("text", "Somebody can enter through the VPN appliance without a key."),
        ("actions", "Telephone your vendor.\nPull the cable until then."),
        ("indicators", "203.0.113.9\nCVE-2026-0001"),
        ("expects", "acted"),
        ("day", "2099-01-31"),
        ("time", "17:00"),
        ("maker", "Sample"),
        ("product", "MV-60"),
        ("from", ""),
        ("before", "5.3"),
        ("up_to", ""),
        ("exactly", ""),
    ];
    let kept = all.into_iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    kept.chain(change.iter().copied()).collect()
}

impl Region {
    /// Writes a draft on the page; its id.
    async fn draft(&mut self, change: &[(&str, &str)]) -> NoticeId {
        let answer = self.centre.submit(BASE, &fields(change)).await;
        answer.is(303);
        let id = answer.to().trim_start_matches("/region/notices/").trim_end_matches("/preview");
        id.parse().expect("an id")
    }

    /// Writes and sends.
    async fn sent(&mut self, change: &[(&str, &str)]) -> NoticeId {
        let id = self.draft(change).await;
        self.centre.submit(&format!("{BASE}/{id}/send"), &[("version", "1")]).await.goes(&format!("{BASE}/{id}"));
        id
    }

    fn at(&self, page: &str) -> String {
        format!("/facilities/{}/{page}", self.ward.facility)
    }

    async fn device(&self, firmware: &str) {
        let asset = Asset {
            name: "VPN box".into(),
            kind: AssetKind::NetworkDevice,
            maker: "Sample".into(),
            model: "MV-60".into(),
            firmware: firmware.into(),
            ..Asset::default()
        };
        let store = &self.ward.world.app.store;
        store
            .change_assets(&self.ward.act(), self.ward.facility, &[AssetChange::Create(asset)], "test")
            .await
            .expect("kept");
    }

    async fn deeds(&self, chain: Chain) -> Vec<String> {
        let log = self.ward.world.app.store.recent_journal(chain, 500).await.expect("reads");
        log.into_iter().map(|entry| entry.event.action).filter(|deed| deed.starts_with("notice.")).collect()
    }

    /// As if the deadline had passed: sent anew by the store with one in the past of its readers.
    async fn sent_long_ago(&self, expects: Stage) -> NoticeId {
        let store = &self.ward.world.app.store;
        let act = Act::system(self.ward.world.now().plus_seconds(-200_000));
        let notice = serde_json::from_value(serde_json::json!({
            "number": "", "edition": 1, "because": {"is": "first"}, "kind": "attack", "tlp": "amber",
            "audience": {}, "title": "Attack nearby", "text": "A hospital nearby is under attack.",
            "actions": ["Check your copies."], "indicators": [], "products": [], "expects": expects.key(),
            "deadline": act.at.plus_seconds(3600), "by": "", "at": act.at,
        }))
        .expect("a notice");
        let kept = store.draft_notice(&act, &notice, false).await.expect("begun");
        let to = [self.ward.facility, self.pharmacy];
        store.send_notice(&act, &Sending { id: kept.id, version: 1, by: "Centre", to: &to }).await.expect("sent").id
    }
}

#[tokio::test]
async fn a_group_gets_a_notice_reads_its_own_count_and_answers_once() {
    let mut region = region().await;
    region.device("5.2.7").await;
    region.device("5.3.1").await;
    let id = region.draft(&[("groups", "coast")]).await;
    let preview = region.centre.get(&format!("{BASE}/{id}/preview")).await;
    preview.is(200).says("Goes to 1 facilities").says("Groups: coast").says("Answer by FAX to").says("Pull the cable");
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    let list = region.at("notices");
    it.browser.get(&list).await.is(200).says("There is no notice yet");
    // Pressed twice: it goes out once.
    for _ in 0..2 {
        region.centre.submit(&format!("{BASE}/{id}/send"), &[("version", "1")]).await.is(303);
    }
    let editions = region.ward.world.app.store.notice_editions(id).await.expect("lists");
    assert_eq!(editions.len(), 1);

    it.browser.get(&format!("/facilities/{}", region.ward.facility)).await.is(200).says("1 to be read");
    it.browser.get(&list).await.is(200).says("VPN appliance can be entered").keeps_quiet_about("Minato");
    let store = &region.ward.world.app.store;
    let counts = store.notice_counts(&[id]).await.expect("counts")[&id];
    assert_eq!((counts.to, counts.delivered, counts.opened), (1, 1, 0), "listed is delivered");
    let page = it.browser.get(&format!("{list}/{id}")).await;
    page.is(200)
        .says("You have 1 of these.")
        .says("is sent to nobody")
        .says("203.0.113.9")
        .says("Do not tell other facilities");
    page.keeps_quiet_about("Minato").keeps_quiet_about("coast");
    it.browser.get(&format!("{list}/{id}")).await.is(200);
    let opened = store.receipts(id).await.expect("reads").iter().filter(|one| one.stage == Stage::Opened).count();
    assert_eq!(opened, 1, "opened twice, recorded once");

    it.browser.submit(&format!("{list}/{id}/answer"), &[("edition", "1"), ("said", "perhaps")]).await.is(422);
    it.browser.submit(&format!("{list}/{id}/answer"), &[("edition", "1"), ("said", "understood")]).await.is(303);
    it.browser.submit(&format!("{list}/{id}/answer"), &[("edition", "1"), ("said", "done")]).await.is(303);
    it.browser.submit(&format!("{list}/{id}/answer"), &[("edition", "1"), ("said", "done")]).await.is(303);
    assert_eq!(region.deeds(Chain::Facility(region.ward.facility)).await.len(), 2, "each stage once in the log");
    it.browser.get(&list).await.says("Everything is read");
    let page = region.centre.get(&format!("{BASE}/{id}")).await;
    page.is(200).says("all through").says("Shirasawa Memorial").says("Sato");
    region.centre.get(&region.at("notices")).await.is(404);

    // To do becomes a corrective action, once.
    it.browser.submit(&format!("{list}/{id}/actions"), &[("owner", "Murai")]).await.is(422).says("Choose at least one");
    for _ in 0..2 {
        it.browser.submit(&format!("{list}/{id}/actions"), &[("action", "0"), ("owner", "Murai")]).await.is(303);
    }
    let made = it.browser.get(&region.at("audits/actions")).await;
    assert_eq!(made.text.matches("Telephone your vendor").count(), 1, "{}", made.text);
    it.browser.get(&format!("/facilities/{}/notices/{id}", region.pharmacy)).await.is(404);
}

#[tokio::test]
async fn the_silent_are_on_the_phone_list_and_have_a_fax_sheet_each() {
    let mut region = region().await;
    let id = region.sent_long_ago(Stage::Understood).await;
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    let one = region.at(&format!("notices/{id}"));
    it.browser.get(&one).await.is(200);
    it.browser.submit(&format!("{one}/answer"), &[("edition", "1"), ("said", "understood")]).await.is(303);
    let page = region.centre.get(&format!("{BASE}/{id}")).await;
    page.is(200).says("1 facilities are silent").says("Minato Pharmacy").says("Phone list (PDF)");
    region.centre.get(&format!("{BASE}/{id}?only=silent")).await.is(200).keeps_quiet_about("Shirasawa");
    let phone = region.centre.get(&format!("{BASE}/{id}/phone.pdf")).await;
    assert!(phone.is(200).bytes.starts_with(b"%PDF"));
    let fax = region.centre.get(&format!("{BASE}/{id}/fax.pdf")).await;
    assert!(fax.is(200).bytes.starts_with(b"%PDF"));

    // What they say on the telephone is taken down, and stands in their own log.
    let told = format!("{BASE}/{id}/told/{}", region.pharmacy);
    // That the paper arrived proves no reading.
    region.centre.submit(&told, &[("edition", "1"), ("said", "arrived"), ("by", "Mori")]).await.is(303);
    let arrived = region.ward.world.app.store.receipts(id).await.expect("lists");
    let stages: Vec<Stage> =
        arrived.iter().filter(|one| one.facility == region.pharmacy).map(|one| one.stage).collect();
    assert_eq!(stages, [Stage::Delivered]);
    region.centre.get(&told).await.is(200).says("00-0000-0001");
    let wrong = region.centre.submit(&told, &[("edition", "1"), ("said", "understood"), ("by", "")]).await;
    wrong.is(422).says("checked");
    region.centre.submit(&told, &[("edition", "1"), ("said", "understood"), ("by", "Ono")]).await.is(303);
    assert_eq!(region.deeds(Chain::Facility(region.pharmacy)).await, ["notice.take-down"]);
    let page = region.centre.get(&format!("{BASE}/{id}")).await;
    page.says("Nobody is silent").says("Ono (by telephone or FAX, written down by Watcher)");
    region.centre.get(&format!("{BASE}/{id}/fax.pdf")).await.is(404).says("nobody to FAX to");
    let stranger = NoticeId(uuid::Uuid::from_u128(5));
    region.centre.get(&format!("{BASE}/{stranger}/phone.pdf")).await.is(404);
}

#[tokio::test]
async fn a_correction_must_be_acknowledged_anew_and_a_withdrawal_ends_it() {
    let mut region = region().await;
    let id = region.sent(&[("groups", "coast")]).await;
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    let one = region.at(&format!("notices/{id}"));
    it.browser.get(&one).await.is(200);
    it.browser.submit(&format!("{one}/answer"), &[("edition", "1"), ("said", "done")]).await.is(303);
    let edit = format!("{BASE}/{id}/edit");
    region.centre.get(&edit).await.is(200).says("Correct notice").says("What was put right");
    let nothing =
        region.centre.submit(&edit, &fields(&[("version", "2"), ("what", ""), ("title", "Kept title")])).await;
    nothing.is(422).says("Kept title");
    let change = [("version", "2"), ("what", "Wrong versions"), ("before", "6.0"), ("groups", "coast")];
    region.centre.submit(&edit, &fields(&change)).await.is(303);
    region.centre.submit(&format!("{BASE}/{id}/send"), &[("version", "3")]).await.is(303);
    it.browser.get(&region.at("notices")).await.says("must be read anew");
    it.browser
        .submit(&format!("{one}/answer"), &[("edition", "1"), ("said", "done")])
        .await
        .is(422)
        .says("newer edition");
    it.browser.get(&one).await.is(200).says("Wrong versions").says("it has changed since");
    region.centre.get(&format!("{BASE}/{id}")).await.says("holds an old edition");
    it.browser.submit(&format!("{one}/answer"), &[("edition", "2"), ("said", "understood")]).await.is(303);
    it.browser.get(&one).await.keeps_quiet_about("it has changed since");

    let withdraw = format!("{BASE}/{id}/withdraw");
    region.centre.get(&withdraw).await.is(200).says("All 1 facilities");
    let form = [("version", "4"), ("why", "False alarm"), ("day", "2099-02-01"), ("time", "12:00")];
    region
        .centre
        .submit(&withdraw, &[("version", "4"), ("why", ""), ("day", "2000-01-01"), ("time", "x")])
        .await
        .is(422);
    region.centre.submit(&withdraw, &form).await.is(303);
    it.browser.get(&one).await.is(200).says("False alarm").says("Withdrawn").keeps_quiet_about("Does not concern us");
    region.centre.get(&edit).await.is(422);
    assert_eq!(
        region.deeds(Chain::Installation).await.iter().filter(|deed| *deed != "notice.change").count(),
        4,
        "created, sent, corrected, withdrawn"
    );
}

#[tokio::test]
async fn a_poll_is_counted_for_the_centre_and_hides_small_numbers_from_members() {
    let mut region = region().await;
    let id = region.sent(&[("poll", "yes")]).await;
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    let one = region.at(&format!("notices/{id}"));
    it.browser.get(&one).await.is(200).says("Are you affected?").says("small numbers are not shown");
    it.browser.submit(&format!("{one}/poll"), &[("affected", "maybe")]).await.is(422);
    it.browser.submit(&format!("{one}/poll"), &[("affected", "unsure")]).await.is(303);
    it.browser.submit(&format!("{one}/poll"), &[("affected", "yes")]).await.is(303);
    it.browser.get(&one).await.says("small numbers are not shown").keeps_quiet_about("1 yes");
    region.centre.get(&format!("{BASE}/{id}")).await.says("1 yes, 0 looking, 0 no, 1 silent").says("Those who say yes");
    // Who may not answer sees why.
    let mut auditor = region.ward.somebody("Abe", Role::Auditor).await;
    auditor.browser.get(&one).await.is(200).says("may answer").keeps_quiet_about("Does not concern us");
    auditor.browser.submit(&format!("{one}/poll"), &[("affected", "no")]).await.is(403);
}

#[tokio::test]
async fn a_report_shows_what_readers_see_and_leaves_no_trace_of_who_sent_it() {
    let mut region = region().await;
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    let report = region.at("notices/report");
    it.browser.get(&report).await.is(200);
    let text = "At Shirasawa Memorial a strange mail asked Sato for a password. Hill Clinic had it, too.";
    let mut form = vec![
        ("kind", "attack"),
        ("text", text),
        ("happened", "2020-11-21"),
        ("indicators", "evil.example"),
        ("hide", ""),
        ("step", "preview"),
    ];
    it.browser.submit(&report, &[("kind", "attack"), ("text", "")]).await.is(422);
    let seen = it.browser.submit(&report, &form).await;
    seen.is(200).says("<mark>Shirasawa Memorial</mark>").says("late November 2020").says("evil.example");
    let (_, rest) = seen.text.split_once("name=\"seen\" value=\"").expect("what was seen");
    let hash = rest.split('"').next().expect("a value").to_owned();
    let store = &region.ward.world.app.store;
    let chains = [Chain::Installation, Chain::Facility(region.ward.facility)];
    let mut before = Vec::new();
    for chain in chains {
        before.push(store.recent_journal(chain, 500).await.expect("reads"));
    }
    form.retain(|(name, _)| *name != "step");
    form.extend([("step", "send"), ("harmless", "yes")]);
    it.browser.submit(&report, &form).await.is(422).says("It has changed");
    assert!(store.reports(9).await.expect("lists").is_empty(), "what was not seen is not sent");
    form.push(("seen", &hash));
    it.browser.submit(&report, &form).await.is(303);
    for (chain, before) in chains.into_iter().zip(before) {
        assert_eq!(store.recent_journal(chain, 500).await.expect("reads"), before, "nothing in any log");
    }
    let kept = serde_json::to_string(&store.reports(9).await.expect("lists")).expect("JSON");
    for word in ["Shirasawa", "Sato", &region.ward.facility.to_string(), &it.id.to_string(), "21T", "2020-11-21"] {
        assert!(!kept.contains(word), "{word} in {kept}");
    }
    let inbox = format!("{BASE}/reports");
    region.centre.get(&inbox).await.is(200).says("strange mail").keeps_quiet_about("Sato");
    let id = store.reports(9).await.expect("lists")[0].id;
    let answer = region.centre.submit(&format!("{inbox}/{id}"), &[("do", "draft")]).await;
    answer.is(303);
    let to = answer.to().to_owned();
    region.centre.get(&to).await.is(200).says("strange mail");
    region.centre.get(&inbox).await.says("made into a notice");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays() {
    let mut region = region().await;
    let bad = fields(&[("text", "Call 203.0.113.9 now."), ("day", "someday"), ("product", ""), ("maker", "")]);
    let answer = region.centre.submit(BASE, &bad).await;
    answer.is(422).says("Call 203.0.113.9 now.").says("someday").says("the text is for everybody");
    let nameless = region.centre.submit(BASE, &fields(&[("tlp", "red")])).await;
    nameless.is(422).says("TLP:RED is for named people");
    let id = region.sent(&[("tlp", "red"), ("people", "Dr Aoki"), ("groups", "hills")]).await;
    let preview = region.centre.get(&format!("{BASE}/{id}")).await;
    preview.is(200);
    let fax = region.centre.get(&format!("{BASE}/{id}/fax.pdf?facility={}", region.pharmacy)).await;
    fax.is(422).says("cannot be FAXed");
    let unknown = region.centre.submit(BASE, &fields(&[("facilities", "Nowhere Clinic")])).await;
    unknown.is(422).says("No member has this name");
    let nobody = region.draft(&[("groups", "coast"), ("audience_kinds", "pharmacy")]).await;
    region.centre.get(&format!("{BASE}/{nobody}/preview")).await.is(200).says("Nobody would get it");
    region.centre.submit(&format!("{BASE}/{nobody}/send"), &[("version", "1")]).await.is(422);
    region.centre.submit(&format!("{BASE}/{nobody}/discard"), &[("version", "1")]).await.goes(BASE);
    let mut it = region.ward.somebody("Sato", Role::ItOperator).await;
    it.browser.get(BASE).await.is(403);
}

#[tokio::test]
async fn a_members_own_program_fetches_and_acknowledges() {
    let mut region = region().await;
    let id = region.sent(&[("groups", "coast"), ("poll", "yes")]).await;
    let it = region.ward.somebody("Sato", Role::ItOperator).await;
    let store = &region.ward.world.app.store;
    let token = store.create_api_token(&region.ward.act(), it.id, "home", false, None).await.expect("made").token;
    let mut program = region.ward.world.visitor();
    let mut call = async |method: Method, path: &str, body: &str| {
        let request = program
            .request(method, path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        program.send(request).await
    };
    let base = format!("/api/v1/facilities/{}/notices", region.ward.facility);
    let fetched = call(Method::GET, &base, "").await.is(200).json();
    assert_eq!(fetched["items"][0]["notice"]["products"][0]["product"], "MV-60");
    assert!(fetched["items"][0]["notice"].get("audience").is_none(), "to whom else is nobody's business");
    let next = fetched["next"].as_str().expect("a place").to_owned();
    let after = call(Method::GET, &format!("{base}?after={next}"), "").await.is(200).json();
    assert_eq!((after["items"].as_array().map(Vec::len), after["next"].as_str()), (Some(0), Some(next.as_str())));
    call(Method::GET, &format!("{base}?after=x"), "").await.is(422);
    let receipts = format!("{base}/{id}/receipts");
    let said = r#"{"edition":1,"stage":"acted","by":"Sato"}"#;
    assert_eq!(call(Method::POST, &receipts, said).await.is(200).json()["new"], true);
    assert_eq!(call(Method::POST, &receipts, said).await.is(200).json()["new"], false);
    call(Method::POST, &receipts, r#"{"edition":1,"stage":"eaten"}"#).await.is(422);
    call(Method::POST, &format!("{base}/{id}/poll"), r#"{"affected":"no"}"#).await.is(204);
    let counts = store.notice_counts(&[id]).await.expect("counts")[&id];
    assert_eq!((counts.delivered, counts.acted), (1, 1));
    call(Method::GET, &format!("/api/v1/region/notices/{id}"), "").await.is(403);
    let elsewhere = format!("/api/v1/facilities/{}/notices", region.pharmacy);
    call(Method::GET, &elsewhere, "").await.is(404);
}
