//! The pages of systems, connections and backups.

use crate::ward::{Somebody, Ward};
use hakutaku_model::backup::{BackupCopy, RestoreTest};
use hakutaku_model::connection::Connection;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::Asset;
use hakutaku_model::person::Role;
use hakutaku_model::record::RecordId;
use hakutaku_model::responsibility::{Matrix, ObjectKind};
use hakutaku_model::system::System;
use hakutaku_store::{AssetChange, NewDocument};

fn at(facility: FacilityId, rest: &str) -> String {
    format!("/facilities/{facility}/ledger/{rest}")
}

async fn emr(ward: &Ward, who: &mut Somebody) -> RecordId {
    let list = at(ward.facility, "systems");
    who.browser.submit(&list, &[("name", "Chart"), ("kind", "emr"), ("rto_hours", "8")]).await.goes(&list);
    ward.world.app.store.records::<System>(ward.facility).await.expect("lists")[0].id
}

/// Another house, where the person may do everything too.
async fn elsewhere(ward: &Ward, who: &Somebody) -> FacilityId {
    let profile = FacilityProfile {
        name: "Hidden Hospital".into(),
        kind: FacilityKind::Hospital,
        prefecture: 1,
        beds: 50,
        it_staff_tenths: 0,
    };
    let store = &ward.world.app.store;
    let other = store.create_facility(&ward.act(), &profile, &[]).await.expect("created").id;
    store.grant(&ward.act(), who.id, Some(other), Role::ItOperator).await.expect("granted");
    other
}

#[tokio::test]
async fn a_system_is_kept_with_its_version_and_counts_its_devices() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    sato.browser.get(&at(ward.facility, "systems")).await.is(200).says("Begin with three");
    let id = emr(&ward, &mut sato).await;
    let device = |name: &str| AssetChange::Create(Asset { name: name.into(), system: Some(id), ..Asset::default() });
    store.change_assets(&ward.act(), ward.facility, &[device("db1"), device("db2")], "create").await.expect("added");
    let page = sato.browser.get(&at(ward.facility, "systems")).await;
    page.is(200).says("Chart").says(&format!("?system={id}\">2</a>"));

    let one = at(ward.facility, &format!("systems/{id}"));
    let change = |owner| [("name", "Chart"), ("kind", "emr"), ("owner", owner), ("version", "1")];
    sato.browser.submit(&one, &change("IT")).await.is(303);
    sato.browser.submit(&one, &change("Office")).await.is(409).says("Office");
    let wrong = [("name", ""), ("kind", "teapot"), ("rto_hours", "soon"), ("version", "2")];
    sato.browser.submit(&one, &wrong).await.is(422);
    assert_eq!(store.record_of::<System>(ward.facility, id).await.expect("is there").body.owner, "IT");

    let other = elsewhere(&ward, &sato).await;
    sato.browser.get(&at(other, &format!("systems/{id}"))).await.is(404);
    sato.browser.submit(&at(other, &format!("systems/{id}")), &change("Them")).await.is(404);
    let mut auditor = ward.somebody("Audit", Role::Auditor).await;
    auditor.browser.get(&at(ward.facility, "systems")).await.is(200).says("Chart");
    auditor.browser.submit(&one, &change("Audit")).await.is(403);
    auditor.browser.submit(&format!("{one}/retire"), &[("version", "2")]).await.is(403);
    sato.browser.submit(&format!("{one}/retire"), &[("version", "2")]).await.is(303);
    sato.browser.get(&one).await.is(404);
}

#[tokio::test]
async fn a_connection_is_kept_drawn_and_offered_to_the_responsibility_matrix() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let list = at(ward.facility, "connections");
    sato.browser.get(&list).await.is(200).says("No line yet");
    sato.browser.submit(&list, &[("name", "Maintenance VPN"), ("kind", "rope")]).await.is(422);
    let line = [("name", "Maintenance VPN"), ("kind", "ext-vendor-vpn"), ("medium", "internet_ssl_vpn")];
    sato.browser.submit(&list, &line).await.goes(&list);
    let id = store.records::<Connection>(ward.facility).await.expect("lists")[0].id;
    sato.browser.get(&list).await.is(200).says("Maintenance VPN");
    sato.browser.get(&format!("{list}/picture")).await.is(200).says("<svg");
    sato.browser.get(&format!("{list}/merge-plan")).await.is(200).says("Maintenance VPN");
    let one = format!("{list}/{id}");
    let change = |purpose| [("name", "VPN"), ("kind", "ext-vendor-vpn"), ("purpose", purpose), ("version", "1")];
    sato.browser.submit(&one, &change("first")).await.is(303);
    sato.browser.submit(&one, &change("second")).await.is(409).says("second");
    let other = elsewhere(&ward, &sato).await;
    sato.browser.get(&at(other, &format!("connections/{id}"))).await.is(404);
    let mut auditor = ward.somebody("Audit", Role::Auditor).await;
    auditor.browser.submit(&list, &line).await.is(403);

    let mut boss = ward.somebody("Boss", Role::SafetyManager).await;
    let base = format!("/facilities/{}/vendors/responsibility", ward.facility);
    boss.browser.get(&format!("{base}/new")).await.is(200).says(&id.to_string());
    let id = id.to_string();
    let made = [("title", "All"), ("connection", id.as_str()), ("others", "Alpha")];
    boss.browser.submit(&base, &made).await.is(303);
    let matrix = &store.records::<Matrix>(ward.facility).await.expect("lists")[0].body;
    assert_eq!((matrix.objects[0].kind, &matrix.objects[0].id), (ObjectKind::Connection, &id));
    assert_eq!(matrix.objects[0].name, "VPN");
}

#[tokio::test]
async fn copies_and_tests_are_judged_and_their_proof_stays_while_it_is_named() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let system = emr(&ward, &mut sato).await.to_string();
    let base = at(ward.facility, "backups");
    sato.browser.submit(&format!("{base}/copies"), &[("name", "Tape"), ("system", "x")]).await.is(422);
    let copy = [("name", "Tape"), ("system", system.as_str()), ("separation", "offline_medium"), ("medium", "tape")];
    sato.browser.submit(&format!("{base}/copies"), &copy).await.goes(&base);
    let copy = store.records::<BackupCopy>(ward.facility).await.expect("lists")[0].id;

    let new = NewDocument {
        assessment: None,
        question: None,
        name: "restore.pdf".into(),
        media_type: "application/pdf".into(),
    };
    let act = ward.act();
    let proof = store.add_document(&act, ward.facility, &new, b"restored".to_vec()).await.expect("kept").id;
    let (proof_text, copy_text) = (proof.to_string(), copy.to_string());
    let test = [
        ("system", system.as_str()),
        ("copy", copy_text.as_str()),
        ("date", "R8.10.1"),
        ("success", "yes"),
        ("documents", proof_text.as_str()),
    ];
    sato.browser.submit(&format!("{base}/tests"), &test).await.goes(&base);
    sato.browser.get(&base).await.is(200).says("Tape");
    assert!(!store.detach_document(&act, ward.facility, proof).await.expect("asked"), "the test still names it");
    assert!(store.remove_document(&act, ward.facility, proof).await.is_err());
    assert!(store.document(ward.facility, proof).await.is_ok());

    let tests = store.records::<RestoreTest>(ward.facility).await.expect("lists");
    let without = RestoreTest { documents: Vec::new(), ..tests[0].body.clone() };
    store.change_record(&act, ward.facility, tests[0].id, 1, &without).await.expect("changed");
    assert!(store.detach_document(&act, ward.facility, proof).await.expect("asked"));
    assert!(store.document(ward.facility, proof).await.is_err());

    let one = format!("{base}/copies/{copy}");
    let change = |place| [("name", "Tape"), ("system", system.as_str()), ("place_note", place), ("version", "1")];
    sato.browser.submit(&one, &change("safe")).await.is(303);
    sato.browser.submit(&one, &change("shelf")).await.is(409).says("shelf");
    let other = elsewhere(&ward, &sato).await;
    sato.browser.get(&at(other, &format!("backups/copies/{copy}"))).await.is(404);
    let mut auditor = ward.somebody("Audit", Role::Auditor).await;
    auditor.browser.submit(&one, &change("x")).await.is(403);
}

#[tokio::test]
async fn a_device_and_a_line_stop_with_their_vendor() {
    let ward = Ward::new().await;
    let store = &ward.world.app.store;
    let mut sato = ward.somebody("Sato", Role::ItOperator).await;
    let system = emr(&ward, &mut sato).await;
    let form = [("name", "Minato"), ("contract_title", "Maintenance"), ("contract_kind", "maintenance")];
    let made = sato.browser.submit(&format!("/facilities/{}/vendors/new", ward.facility), &form).await;
    made.is(303);
    let vendor: RecordId = made.to().rsplit('/').next().expect("an id").parse().expect("an id");
    let device = Asset { name: "emr-db1".into(), system: Some(system), vendor: Some(vendor), ..Asset::default() };
    let changes = [AssetChange::Create(device)];
    store.change_assets(&ward.act(), ward.facility, &changes, "create").await.expect("added");
    let line = Connection {
        name: "Line 7".into(),
        kind: "ext-vendor-vpn".into(),
        contract: Some(vendor),
        ..Connection::default()
    };
    store.add_record(&ward.act(), ward.facility, &line).await.expect("added");
    let page = sato.browser.get(&format!("/facilities/{}/vendors/{vendor}", ward.facility)).await;
    page.is(200).says("emr-db1").says("Line 7").says("Chart");
}
