//! Audits: planned by risk, drawn, written down, signed, closed; the guest room; executives beside audits.

use crate::ward::{Somebody, Ward};
use axum::http::header;
use hakutaku_model::accounts::{Account, AccountList, Leaver, LeaversList};
use hakutaku_model::audit::{Audit, AuditKind, AuditPaper, AuditState, Finding, Mark, Sample, ScopeLine};
use hakutaku_model::corrective::{CorrectiveAction, Deed, Source, Watch};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use hakutaku_model::record::{Kept, Register};
use hakutaku_model::score::Level;
use jiff::civil::date;

const LEAVERS: &str = "aud-access-control-01";
const OFFLINE: &str = "aud-backup-01";

impl Ward {
    fn audits(&self, page: &str) -> String {
        format!("/facilities/{}/audits{page}", self.facility)
    }

    async fn rows<T: Register>(&self) -> Vec<Kept<T>> {
        self.world.app.store.records::<T>(self.facility).await.expect("read")
    }

    async fn account_list(&self, names: &[&str]) {
        let accounts = names.iter().map(|name| Account {
            name: (*name).into(),
            display_name: format!("{name} san"),
            staff_number: format!("n-{name}"),
            enabled: true,
            ..Account::default()
        });
        let list = AccountList {
            source: "AD".into(),
            imported: Some(self.world.now().date_in_japan()),
            accounts: accounts.collect(),
            ..AccountList::default()
        };
        self.world.app.store.add_record(&self.act(), self.facility, &list).await.expect("added");
    }
}

/// An audit under way that looks at two items.
async fn running(ward: &Ward) -> (Kept<Audit>, Somebody, String) {
    let line = |item: &str| ScopeLine { item: item.into(), reasons: Vec::new() };
    let deed = Deed { by: "Plan".into(), person: None, on: date(2026, 10, 1), remark: String::new() };
    let audit = Audit {
        title: "Autumn audit".into(),
        kind: AuditKind::Internal,
        fiscal_year: ward.this_year().0,
        scope: vec![line(LEAVERS), line(OFFLINE)],
        started: Some(deed),
        ..Audit::default()
    };
    let audit = ward.world.app.store.add_record(&ward.act(), ward.facility, &audit).await.expect("added");
    let auditor = ward.somebody("Auditor", Role::Auditor).await;
    let base = ward.audits(&format!("/{}", audit.id));
    (audit, auditor, base)
}

#[tokio::test]
async fn the_plan_proposes_items_with_reasons_and_the_planner_changes_them() {
    let ward = Ward::new().await;
    ward.account_list(&["sato", "tanaka"]).await;
    let leaver = Leaver {
        name: "sato san".into(),
        staff_number: "n-sato".into(),
        left_on: Some(date(2026, 3, 31)),
        ..Leaver::default()
    };
    let leavers = LeaversList { leavers: vec![leaver], ..LeaversList::default() };
    ward.world.app.store.add_record(&ward.act(), ward.facility, &leavers).await.expect("added");
    let mut manager = ward.somebody("Mori", Role::SafetyManager).await;
    let page = manager.browser.get(&ward.audits("")).await;
    page.is(200).says("recommendation, not a duty").says("Never held");
    let page = manager.browser.get(&ward.audits("/new")).await;
    page.is(200).says("Accounts of leavers still enabled: 1").says("Looked at in every audit");
    let fields = [("title", "Autumn"), ("kind", "internal"), ("year", "2026"), ("items", OFFLINE), ("items", LEAVERS)];
    manager.browser.submit(&ward.audits("/new"), &fields).await.is(303);
    let audit = ward.rows::<Audit>().await.remove(0);
    assert_eq!(audit.body.scope.iter().map(|line| line.item.as_str()).collect::<Vec<_>>(), [LEAVERS, OFFLINE]);
    assert_eq!(audit.body.scope[0].reasons[0].en, "Accounts of leavers still enabled: 1", "why it was planned is kept");
    let base = ward.audits(&format!("/{}", audit.id));
    let bad = [("title", ""), ("kind", "internal"), ("year", "2026"), ("from", "2026-10-02"), ("until", "2026-10-01")];
    manager.browser.submit(&format!("{base}/plan"), &bad).await.is(422).says("lies before the first");
    let old = [("title", "Old"), ("kind", "internal"), ("year", "2026"), ("items", OFFLINE), ("version", "9")];
    manager.browser.submit(&format!("{base}/plan"), &old).await.is(409);
    manager.browser.submit(&format!("{base}/start"), &[("version", "1")]).await.goes(&base);
    assert_eq!(ward.rows::<Audit>().await[0].body.state(), AuditState::Running);
}

#[tokio::test]
async fn an_auditor_writes_papers_and_whoever_runs_the_systems_does_not() {
    let ward = Ward::new().await;
    let (_, mut auditor, base) = running(&ward).await;
    let item = format!("{base}/items/{LEAVERS}");
    auditor.browser.get(&item).await.is(200).says("Ask both the personnel office and IT");
    auditor.browser.submit(&item, &[("mark", "major")]).await.is(422).says("Say what the mark stands on");
    auditor.browser.submit(&item, &[("mark", "not-applicable")]).await.is(422).says("Say why it does not apply");
    let fields = [("mark", "major"), ("seen", "List of the AD of 1 October"), ("version", "0")];
    auditor.browser.submit(&item, &fields).await.goes(&item);
    auditor.browser.attach(&format!("{item}/files"), "photo.jpg", "image/jpeg", b"not a real photo").await.goes(&item);
    let paper = ward.rows::<AuditPaper>().await.remove(0);
    assert_eq!((paper.body.mark, paper.body.documents.len(), paper.body.by.by.as_str()), (Mark::Major, 1, "Auditor"));
    auditor.browser.get(&item).await.says("photo.jpg").says("has no finding yet");
    // Whoever may read the paper may open what hangs on it, and no other file of the house by this way.
    let photo = format!("{item}/files/{}", paper.body.documents[0]);
    assert_eq!(auditor.browser.get(&photo).await.is(200).bytes, b"not a real photo");
    let mut director = ward.somebody("Shiraishi", Role::Executive).await;
    director.browser.get(&item).await.is(200).says(&photo);
    assert_eq!(director.browser.get(&photo).await.is(200).bytes, b"not a real photo");
    let other = format!("{base}/items/{OFFLINE}/files/{}", paper.body.documents[0]);
    director.browser.get(&other).await.is(404);
    auditor.browser.get(&item).await.is(200);
    // Somebody else saved first: the other's row is shown, nothing is lost.
    let clash = auditor.browser.submit(&item, &[("mark", "minor"), ("seen", "Mine"), ("version", "1")]).await;
    clash.is(409).says("List of the AD of 1 October").says("Mine");
    let mut it = ward.somebody("Oda", Role::ItOperator).await;
    it.browser.get(&item).await.is(200).keeps_quiet_about("name=\"mark\"");
    it.browser.submit(&item, &fields).await.is(403);
    it.browser.submit(&ward.audits("/new"), &[("title", "x")]).await.is(403);
    let other = format!("{base}/items/aud-media-01");
    auditor.browser.get(&other).await.is(404);
}

#[tokio::test]
async fn a_sample_can_be_computed_again_and_a_second_draw_says_why() {
    let ward = Ward::new().await;
    let names: Vec<String> = (0..30).map(|n| format!("user{n:02}")).collect();
    ward.account_list(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (_, mut auditor, base) = running(&ward).await;
    let draw = format!("{base}/samples/new");
    let fields = [("from", "accounts"), ("size", "5"), ("item", LEAVERS), ("seed", "dice-4-2-6")];
    auditor.browser.get(&format!("{draw}?item={LEAVERS}")).await.is(200).says("Accounts: 30");
    auditor.browser.submit(&draw, &[("from", "vendors"), ("size", "5")]).await.is(422).says("nothing to draw from");
    auditor.browser.submit(&draw, &[("from", "accounts"), ("size", "5"), ("seed", "a b")]).await.is(422);
    auditor.browser.submit(&draw, &fields).await.is(303);
    let sample = ward.rows::<Sample>().await.remove(0);
    let ids: Vec<String> = names.iter().map(|name| format!("AD/{name}")).collect();
    assert!(sample.body.is_drawn_from(ids.iter().map(String::as_str)), "anybody gets the same");
    assert!(sample.body.rows.iter().all(|row| row.said.iter().any(|(_, said)| said.ends_with(" san"))));
    let here = format!("{base}/samples/{}", sample.id);
    let page = auditor.browser.get(&here).await;
    page.is(200).says("dice-4-2-6").says("Computed again just now: the same").says("| sha256sum");
    let list = auditor.browser.get(&format!("{here}/ids.txt")).await;
    assert_eq!(list.text.lines().count(), 30);
    auditor.browser.get(&here).await;
    auditor.browser.submit(&draw, &fields).await.is(422).says("drawn for this item already");
    auditor.browser.get(&here).await;
    let results = [("version", "1"), ("result-0", "right"), ("result-1", "wrong"), ("remark-1", "left in March")];
    auditor.browser.submit(&here, &results).await.goes(&here);
    assert_eq!(ward.rows::<Sample>().await[0].body.counts(), [1, 1, 0, 3]);
    auditor.browser.get(&here).await;
    auditor.browser.submit(&here, &[("version", "1"), ("result-0", "wrong")]).await.is(409);
    auditor.browser.get(&here).await;
    auditor.browser.submit(&here, &[("version", "2"), ("result-2", "not-seen")]).await.is(422);
}

#[tokio::test]
async fn from_finding_to_action_to_signature_to_closing() {
    let ward = Ward::new().await;
    let (audit, mut auditor, base) = running(&ward).await;
    for (item, mark) in [(LEAVERS, "minor"), (OFFLINE, "conforming")] {
        let here = format!("{base}/items/{item}");
        auditor.browser.get(&here).await;
        auditor.browser.submit(&here, &[("mark", mark), ("seen", "The list"), ("version", "0")]).await.goes(&here);
    }
    let page = auditor.browser.get(&format!("{base}/interviews/new?director=true")).await;
    page.is(200).says("Can name dates and decisions");
    let said = [("with", "Director"), ("int-director-01", "Out-patients stop, wards go on.")];
    auditor.browser.submit(&format!("{base}/interviews/new?director=true"), &said).await.goes(&base);
    let report = format!("{base}/report");
    auditor.browser.get(&report).await.is(200).says("marked as a gap has no finding");
    let finding = [("title", "An ID is still open"), ("item", LEAVERS), ("severity", "minor"), ("kind", "not-done")];
    auditor.browser.submit(&format!("{base}/findings/new"), &finding).await.is(422).says("why it happened");
    let with_cause: Vec<_> = finding.into_iter().chain([("cause", "Nobody tells IT")]).collect();
    auditor.browser.get(&report).await;
    auditor.browser.submit(&format!("{base}/findings/new"), &with_cause).await.is(303);
    let kept = ward.rows::<Finding>().await.remove(0);
    assert_eq!(kept.body.controls[0].as_str(), "access-control.leaver-removal");
    let mut manager = ward.somebody("Mori", Role::SafetyManager).await;
    let here = format!("{base}/findings/{}", kept.id);
    manager.browser.get(&here).await.is(200);
    manager
        .browser
        .submit(&format!("{here}/actions"), &[("action", "Tell IT monthly"), ("owner", "Office")])
        .await
        .is(422);
    let action = [
        ("action", "Tell IT monthly"),
        ("owner", "Office"),
        ("due", "2026-12-01"),
        ("preventive", "yes"),
        ("watch", "control"),
        ("watch_level", "2"),
    ];
    manager.browser.get(&here).await.says("Fact to watch").says("first control");
    let unknown: Vec<_> =
        action.iter().map(|(name, value)| (*name, if *name == "watch" { "moon" } else { *value })).collect();
    manager.browser.submit(&format!("{here}/actions"), &unknown).await.is(422);
    manager.browser.submit(&format!("{here}/actions"), &action).await.goes(&here);
    let mended = ward.rows::<CorrectiveAction>().await.remove(0).body;
    assert_eq!(mended.source, Source::Audit { audit: audit.id, finding: kept.id });
    assert!(mended.preventive && mended.controls == kept.body.controls);
    let watched = Watch::Control { control: kept.body.controls[0].clone(), level: Level::new(2).expect("a level") };
    assert_eq!(mended.watch, Some(watched), "closed, it opens again by itself when the fact turns bad");
    manager.browser.get(&base).await.says("Tell IT monthly").says("Preventive");

    auditor.browser.get(&report).await;
    auditor.browser.submit(&format!("{base}/sign"), &[("version", "1")]).await.is(409).says("verdict is not written");
    auditor.browser.get(&report).await;
    let words =
        [("verdict", "gaps"), ("words", "One ID was open."), ("decision1", "Name who tells IT"), ("version", "1")];
    auditor.browser.submit(&report, &words).await.goes(&report);
    auditor.browser.get(&report).await;
    auditor.browser.submit(&format!("{base}/sign"), &[("version", "2")]).await.goes(&report);
    auditor.browser.get(&report).await.is(200).says("As it was signed");
    // Frozen: nothing is written any more.
    let paper = [("mark", "conforming"), ("seen", "Changed"), ("version", "1")];
    auditor.browser.submit(&format!("{base}/items/{LEAVERS}"), &paper).await.is(409).says("signed off");
    for file in ["report.pdf", "report-short.pdf"] {
        let pdf = auditor.browser.get(&format!("{base}/{file}")).await;
        assert!(pdf.is(200).bytes.starts_with(b"%PDF"));
    }
    manager.browser.get(&report).await;
    manager.browser.submit(&format!("{base}/close"), &[("version", "3")]).await.goes(&report);
    auditor.browser.get(&report).await;
    auditor.browser.submit(&format!("{base}/take-back"), &[("version", "4")]).await.is(409).says("closed for good");
    let facts = ward.world.app.store.audit_facts(ward.facility).await.expect("read").expect("known");
    assert_eq!((facts.newest_internal, facts.open_findings), (Some(ward.world.now().date_in_japan()), 1));
}

#[tokio::test]
async fn another_facility_sees_nothing_of_an_audit() {
    let ward = Ward::new().await;
    let (audit, _, base) = running(&ward).await;
    let (store, act) = (&ward.world.app.store, ward.act());
    let profile = FacilityProfile {
        name: "Elsewhere".into(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 100,
        it_staff_tenths: 10,
    };
    let other: FacilityId = store.create_facility(&act, &profile, &["hospital-it".into()]).await.expect("made").id;
    let mut stranger = ward.somebody("Stranger", Role::Respondent).await;
    stranger.browser.get(&base).await.is(403);
    store.grant(&act, stranger.id, Some(other), Role::SafetyManager).await.expect("granted");
    stranger.browser.get(&format!("/facilities/{other}/audits")).await.is(200).says("No audit yet");
    stranger.browser.get(&format!("/facilities/{other}/audits/{}", audit.id)).await.is(404);
    stranger.browser.get(&format!("/facilities/{other}/audits/{}/report.pdf", audit.id)).await.is(404);
}

#[tokio::test]
async fn the_guest_room_shows_what_was_chosen_notes_every_look_and_ends() {
    let ward = Ward::new().await;
    ward.account_list(&["sato"]).await;
    let (_, mut auditor, base) = running(&ward).await;
    let item = format!("{base}/items/{LEAVERS}");
    auditor.browser.get(&item).await;
    auditor.browser.submit(&item, &[("mark", "conforming"), ("seen", "The AD list"), ("version", "0")]).await;
    auditor.browser.attach(&format!("{item}/files"), "proof.txt", "text/plain", b"proof").await.is(303);
    let document = ward.rows::<AuditPaper>().await[0].body.documents[0].to_string();
    let mut manager = ward.somebody("Mori", Role::SafetyManager).await;
    let room = format!("{base}/room");
    manager.browser.get(&room).await.is(200);
    manager.browser.submit(&room, &[("guest", "Firm"), ("days", "3")]).await.is(422).says("at least one thing");
    manager.browser.submit(&room, &[("guest", "Firm"), ("days", "90"), ("items", LEAVERS)]).await.is(422);
    let fields = [
        ("guest", "Firm"),
        ("days", "3"),
        ("items", LEAVERS),
        ("documents", &document),
        ("registers", "devices"),
        ("take_along", "yes"),
    ];
    let made = manager.browser.submit(&room, &fields).await;
    made.is(201);
    let (_, rest) = made.text.split_once("/join/").expect("the link is shown once");
    let key: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let mut guest = ward.world.visitor();
    guest.get("/seat/audit").await.is(404);
    guest.get(&format!("/join/{key}")).await.is(200);
    guest.submit(&format!("/join/{key}"), &[("name", "Visitor")]).await.goes("/seat/audit");
    let page = guest.get("/seat/audit").await;
    page.is(200).says("Stopping the IDs of leavers").says("proof.txt").keeps_quiet_about("Offline copies");
    guest
        .get(&format!("/seat/audit/items/{LEAVERS}"))
        .await
        .is(200)
        .says("The AD list")
        .keeps_quiet_about("<form method=\"post\" action=\"/facilities");
    guest.get(&format!("/seat/audit/items/{OFFLINE}")).await.is(404);
    guest.get("/seat/audit/registers/devices").await.is(200);
    guest.get("/seat/audit/registers/vendors").await.is(404);
    let file = guest.get(&format!("/seat/audit/documents/{document}")).await;
    assert_eq!(
        (file.is(200).text.as_str(), file.headers[header::CONTENT_TYPE].to_str().expect("ASCII")),
        ("proof", "application/octet-stream")
    );
    let zip = guest.get("/seat/audit/leave-behind.zip").await;
    assert!(zip.is(200).bytes.starts_with(b"PK"));
    guest.get(&base).await;
    let log = ward.world.app.store.recent_journal(Chain::Facility(ward.facility), 50).await.expect("read");
    let looks = log.iter().filter(|entry| entry.event.action == "audit-room.look").count();
    assert_eq!(looks, 4, "the room, the item, the register, the file");
    assert!(log.iter().any(|entry| entry.event.action == "audit-room.take-along"));
    let door = manager.browser.get(&room).await.text;
    let (_, rest) = door.split_once(&format!("action=\"{room}/")).expect("an open door can be closed");
    let id: String = rest.chars().take_while(|c| *c != '/').collect();
    manager.browser.submit(&format!("{room}/{id}/close"), &[]).await.goes(&room);
    guest.get("/seat/audit").await.is(404);
}

#[tokio::test]
async fn no_relation_is_drawn_below_eight_hospitals() {
    let ward = Ward::new().await;
    let mut administrator = ward.somebody("Mori", Role::Executive).await;
    let page = administrator.browser.get(&ward.audits("/executives")).await;
    page.is(200)
        .says("Hospitals with both a score and an audit: 0. Below 8")
        .keeps_quiet_about("<svg class=\"aud-chart");
    page.says("not in our data").says("Shirasawa Memorial");

    let (store, act) = (&ward.world.app.store, ward.act());
    for n in 0..8_u8 {
        let profile = FacilityProfile {
            name: format!("Hospital {n}"),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 100,
            it_staff_tenths: 10,
        };
        let place = store.create_facility(&act, &profile, &["executive".into()]).await.expect("made").id;
        let edition = ward.world.app.catalogue.questionnaire("executive").expect("known").edition.clone();
        let new = hakutaku_store::NewAssessment {
            questionnaire: "executive".into(),
            edition,
            year: ward.this_year(),
            respondent: Some("Director".into()),
        };
        let sheet = store.create_assessment(&act, place, &new).await.expect("opened").id;
        let level = hakutaku_model::score::Level::new(n / 3).expect("0 to 2");
        let form = ward.world.app.catalogue.questionnaire("executive").expect("known");
        let answers: Vec<hakutaku_store::NewAnswer> = form
            .questions()
            .map(|question| hakutaku_store::NewAnswer {
                question: question.id.clone(),
                value: hakutaku_model::assessment::AnswerValue::Level(level),
                note: String::new(),
            })
            .collect();
        store.save_all(&act, place, sheet, &answers).await.expect("saved");
        let deed = Deed { by: "A".into(), person: None, on: date(2026, 9, 1), remark: String::new() };
        let audit = Audit { title: "A".into(), signed: Some(deed.clone()), ..Audit::default() };
        let audit = store.add_record(&act, place, &audit).await.expect("added").id;
        for at in 0..8_u8 {
            let paper = AuditPaper {
                audit,
                item: format!("item-{at}"),
                mark: if at < n { Mark::Conforming } else { Mark::Major },
                seen: "x".into(),
                remark: String::new(),
                documents: Vec::new(),
                by: deed.clone(),
            };
            store.add_record(&act, place, &paper).await.expect("added");
        }
        if n < 7 {
            store.grant(&act, administrator.id, Some(place), Role::Executive).await.expect("granted");
        }
    }
    let page = administrator.browser.get(&ward.audits("/executives")).await;
    page.is(200).says("audit: 7. Below 8").keeps_quiet_about("Hospital 7");
    let last = store.facilities().await.expect("read").into_iter().find(|row| row.profile.name == "Hospital 7");
    store.grant(&act, administrator.id, Some(last.expect("made").id), Role::Executive).await.expect("granted");
    let page = administrator.browser.get(&ward.audits("/executives")).await;
    // x ties 3, 3, 2; y without ties: ρ = 37.5 / √(37.5 · 42) = 0.94
    page.is(200).says("ρ = 0.94 (8 hospitals)").says("Approximate 95 % interval").says("<svg class=\"aud-chart");
}

#[tokio::test]
async fn a_row_of_another_audit_is_not_found() {
    let ward = Ward::new().await;
    let (_, mut auditor, base) = running(&ward).await;
    auditor.browser.get(&format!("{base}/samples/{}", RecordId(uuid::Uuid::from_u128(3)))).await.is(404);
    let (_, second) = {
        let audit = Audit { title: "Other".into(), ..Audit::default() };
        let row = ward.world.app.store.add_record(&ward.act(), ward.facility, &audit).await.expect("added");
        (row.id, ward.audits(&format!("/{}", row.id)))
    };
    auditor.browser.get(&base).await;
    let fields = [("title", "Here"), ("item", ""), ("severity", "observation"), ("kind", "not-done")];
    auditor.browser.submit(&format!("{base}/findings/new"), &fields).await.is(303);
    let finding = ward.rows::<Finding>().await.remove(0);
    auditor.browser.get(&format!("{second}/findings/{}", finding.id)).await.is(404);
    auditor.browser.get(&format!("{base}/findings/{}", finding.id)).await.is(200);
}
