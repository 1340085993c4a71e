//! The region: from a touch that a sensor reports to the case on the pages of the centre and of the facility; what a
//! facility may see; acting for a member; the correlator's task and who takes it over.

use crate::ward::Ward;
use crate::world::{Visitor, World};
use axum::body::Body;
use axum::http::{Method, header};
use futures_util::StreamExt as _;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::ledger::Asset;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use hakutaku_store::{Act, AssetChange, CaseState, NewPerson};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A sensor that reports over HTTP.
struct Box_ {
    key: ed25519_dalek::SigningKey,
    chain: Chain,
    token: String,
    machine: Visitor,
}

impl Box_ {
    async fn at(world: &World, facility: FacilityId, n: u8) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&[n; 32]);
        let id = SensorId(uuid::Uuid::from_u128(0x5e15_0000 + u128::from(n)));
        let (store, now) = (&world.app.store, world.now());
        let code =
            store.invite_sensor(&Act::system(now), facility, "Spare PC", now.plus_seconds(60)).await.expect("made");
        let public = hex::encode(key.verifying_key().to_bytes());
        let token = store.enrol_sensor(&code, id, &public, now).await.expect("enrols").token;
        Self { key, chain: Chain::new(id), token, machine: world.visitor() }
    }

    /// Writes one touch down and reports it.
    async fn touched(&mut self, world: &World, from: [u8; 4], kind: Kind, secret: Option<String>) {
        let after = self.chain.number;
        let line = Touch {
            id: TouchId { sensor: self.chain.sensor, number: self.chain.next() },
            sensor: self.chain.sensor,
            time: world.now(),
            protocol: "smb".to_owned(),
            persona: "nas".to_owned(),
            source_ip: IpAddr::from(from),
            source_port: 4000,
            dest_port: 445,
            kind,
            user: secret.as_ref().map(|_| "hoshu".to_owned()),
            secret_hash: secret,
            detail: BTreeMap::new(),
            previous: self.chain.hash,
        }
        .sign(&self.key);
        self.chain.advance(&line);
        let path = format!("/api/v1/sensors/touches?after={after}&oldest=1");
        let request = self
            .machine
            .request(Method::POST, &path)
            .header(header::CONTENT_TYPE, "application/x-ndjson")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .body(Body::from(line))
            .expect("a request");
        self.machine.send(request).await.is(200);
    }
}

/// Another facility of the region.
async fn neighbour(ward: &Ward, name: &str) -> FacilityId {
    let profile =
        FacilityProfile { name: name.into(), kind: FacilityKind::Clinic, prefecture: 13, beds: 0, it_staff_tenths: 0 };
    let store = &ward.world.app.store;
    store.create_facility(&ward.act(), &profile, &["small-facility".into()]).await.expect("created").id
}

/// Somebody with a role at a facility, or at the centre.
async fn person(ward: &Ward, name: &str, place: Option<FacilityId>, role: Role) -> Visitor {
    let (store, act) = (&ward.world.app.store, ward.act());
    let new =
        NewPerson { username: name.to_lowercase(), display_name: name.into(), lang: Lang::En, password_hash: None };
    let id = store.create_person(&act, &new).await.expect("created").id;
    store.grant(&act, id, place, role).await.expect("granted");
    let session = store.create_session(&Act::person(id, act.at), id, true).await.expect("begun");
    let mut browser = ward.world.visitor();
    browser.cookies.insert("hakutaku-session".into(), session.token);
    browser.get("/account").await.is(200);
    browser
}

/// Lets the centre's task work until everything that waits is sorted.
async fn sorted(ward: &Ward) {
    let rules = ward.world.app.catalogue.region.rules.clone();
    let mut engine =
        hakutaku_centre::Engine::new(ward.world.app.store.clone(), rules, uuid::Uuid::now_v7().to_string());
    while engine.turn(ward.world.now()).await.expect("a turn").seen > 0 {}
    engine.leave(ward.world.now()).await.expect("leaves");
}

async fn only_case(ward: &Ward) -> String {
    let open = ward.world.app.store.cases(CaseState::Open, 9).await.expect("lists");
    assert_eq!(open.len(), 1, "{open:?}");
    open[0].case.id.to_string()
}

#[tokio::test]
async fn a_reported_touch_becomes_a_case_at_the_centre_and_at_the_house_and_names_nobody_else_there() {
    let ward = Ward::new().await;
    let clinic = neighbour(&ward, "Misaki Clinic").await;
    let mut here = Box_::at(&ward.world, ward.facility, 1).await;
    let mut there = Box_::at(&ward.world, clinic, 2).await;
    // A visitor from outside tries the same at both.
    here.touched(&ward.world, [203, 0, 113, 9], Kind::Request, None).await;
    there.touched(&ward.world, [203, 0, 113, 9], Kind::Request, None).await;
    sorted(&ward).await;
    let id = only_case(&ward).await;

    let mut centre = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    centre.get("/region").await.is(200).says("Misaki Clinic").says("Shirasawa Memorial").says("points");
    centre.get("/region/cases").await.is(200).says("Misaki Clinic").says(&id);
    let page = centre.get(&format!("/region/cases/{id}")).await;
    page.is(200).says("203.0.113.9").says("Shirasawa Memorial").says("Misaki Clinic").says("Next three steps");
    centre.get(&format!("/facilities/{clinic}/watch")).await.is(404);

    let mut nurse = person(&ward, "Nishi", Some(clinic), Role::ItOperator).await;
    let list = nurse.get(&format!("/facilities/{clinic}/watch/cases")).await;
    list.is(200).says(&id).keeps_quiet_about("Shirasawa");
    let page = nurse.get(&format!("/facilities/{clinic}/watch/cases/{id}")).await;
    page.is(200).says("one other facility").says("Next three steps").keeps_quiet_about("Shirasawa");
    nurse.get("/region").await.is(403);
    nurse.get(&format!("/region/members/{}", ward.facility)).await.is(403);
    nurse.get(&format!("/facilities/{}/watch/cases/{id}", ward.facility)).await.is(404);

    // Its part is done; a new touch opens it again.
    let at = format!("/facilities/{clinic}/watch/cases/{id}");
    nurse.submit(&at, &[("part", ""), ("end", "yes")]).await.is(422);
    nurse.submit(&at, &[("part", "router restarted"), ("end", "yes")]).await.goes(&at);
    nurse.get(&at).await.says("Our part is done").says("router restarted");
    centre.get(&format!("/region/cases/{id}")).await.says("router restarted");
    there.touched(&ward.world, [203, 0, 113, 9], Kind::SignIn, None).await;
    sorted(&ward).await;
    nurse.get(&at).await.says("Open");
    assert!(ward.world.app.store.verify_journal().await.expect("verifies").is_intact());
}

#[tokio::test]
async fn a_case_is_noted_ended_with_a_reason_and_opened_again_by_a_new_touch() {
    let ward = Ward::new().await;
    neighbour(&ward, "Misaki Clinic").await;
    let mut sensor = Box_::at(&ward.world, ward.facility, 1).await;
    sensor.touched(&ward.world, [10, 0, 0, 7], Kind::Connect, None).await;
    sorted(&ward).await;
    let at = format!("/region/cases/{}", only_case(&ward).await);
    let mut centre = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    centre.get(&at).await.is(200);
    centre.submit(&format!("{at}/notes"), &[("note", "called at ten")]).await.goes(&at);
    let page = centre.get(&at).await;
    page.says("called at ten").says("Hayakawa");
    let version = |text: &str| {
        let (_, rest) = text.split_once("name=\"version\" value=\"").expect("the version is on the page");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let seen = version(&page.text);
    centre.submit(&format!("{at}/close"), &[("version", &seen), ("why", " ")]).await.is(422).says("Say what it was");
    centre.submit(&format!("{at}/close"), &[("version", &seen), ("why", "monthly works")]).await.goes(&at);
    centre.submit(&format!("{at}/close"), &[("version", &seen), ("why", "again")]).await.is(409);
    centre.get(&at).await.says("Closed").says("monthly works");
    centre.get("/region/cases?state=closed").await.says("Hayakawa");

    sensor.touched(&ward.world, [10, 0, 0, 7], Kind::SignIn, None).await;
    sorted(&ward).await;
    centre.get(&at).await.says("opened it again").says("monthly works");
}

#[tokio::test]
async fn a_device_a_leak_and_declared_noise_are_known_to_the_case() {
    let ward = Ward::new().await;
    let mut it = ward.somebody("it", Role::ItOperator).await;
    let mut centre = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    let store = &ward.world.app.store;
    let asset = Asset {
        name: "CT maintenance PC".into(),
        owner: "Radiology".into(),
        place: "CT room".into(),
        ip: "10.0.0.50 10.0.0.77".into(),
        ..Asset::default()
    };
    store.change_assets(&ward.act(), ward.facility, &[AssetChange::Create(asset)], "test").await.expect("added");
    centre.get("/region/settings").await.is(200);
    let secret = "Natsu-2026-hoshu";
    let leak = [("what", "maintenance password of August"), ("secret", secret), ("owner", "")];
    centre.submit("/region/settings/leaks", &leak).await.goes("/region/settings");
    centre.get("/region/settings").await.says("maintenance password of August").keeps_quiet_about(secret);
    centre
        .submit("/region/settings/leaks", &[("what", ""), ("secret", secret)])
        .await
        .is(422)
        .keeps_quiet_about(secret);

    // The scanner is declared; the CT's PC is not.
    let noise = format!("/facilities/{}/watch/noise", ward.facility);
    it.browser.get(&noise).await.is(200).says("Nothing is declared");
    let until = ward.world.now().plus_seconds(30 * 86400).date_in_japan().to_string();
    let fields = [("from", "10.0.0.9"), ("up-to", "probe"), ("reason", "monthly scan"), ("until", until.as_str())];
    it.browser
        .submit(&noise, &[("from", "10.0.0.0/8"), ("up-to", "probe"), ("reason", "scan of all"), ("until", &until)])
        .await
        .is(422)
        .says("too wide");
    it.browser.submit(&noise, &fields).await.goes(&noise);
    it.browser.get(&noise).await.says("monthly scan").says("In force");

    let mut sensor = Box_::at(&ward.world, ward.facility, 1).await;
    sensor.touched(&ward.world, [10, 0, 0, 9], Kind::Probe, None).await;
    sorted(&ward).await;
    assert!(store.cases(CaseState::Open, 9).await.expect("lists").is_empty(), "announced");
    let touch = format!("/facilities/{}/watch/touches/{}.1", ward.facility, sensor.chain.sensor);
    it.browser.get(&touch).await.is(200).says("declared as expected: monthly scan");

    sensor.touched(&ward.world, [10, 0, 0, 77], Kind::SignIn, Some(store.secret_hash(secret))).await;
    sorted(&ward).await;
    let id = only_case(&ward).await;
    let page = centre.get(&format!("/region/cases/{id}")).await;
    page.is(200).says("CT maintenance PC").says("Radiology").says("CT room").says("maintenance password of August");

    // One facility alone: it is its own centre and ends its cases itself.
    let own = format!("/facilities/{}/watch/cases/{id}", ward.facility);
    let page = it.browser.get(&own).await;
    page.is(200).says("Close this case").says("CT maintenance PC");
    let (_, rest) = page.text.split_once("name=\"version\" value=\"").expect("the version");
    let version = rest.split('"').next().unwrap_or_default().to_owned();
    it.browser.submit(&own, &[("version", &version), ("part", "vendor on site"), ("end", "yes")]).await.goes(&own);
    it.browser.get(&own).await.says("Closed").says("vendor on site");
}

#[tokio::test]
async fn nothing_is_done_for_a_member_without_its_consent_and_everything_is_told_to_it() {
    let ward = Ward::new().await;
    let clinic = neighbour(&ward, "Misaki Clinic").await;
    let mut centre = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    let mut head = person(&ward, "Nishi", Some(clinic), Role::SafetyManager).await;
    let mut other = person(&ward, "Aoki", Some(ward.facility), Role::SafetyManager).await;
    let member = format!("/region/members/{clinic}");
    let consent = format!("/facilities/{clinic}/watch/consent");
    centre.get(&member).await.is(200).says("has not consented").keeps_quiet_about("See the result<");
    centre.submit(&format!("{member}/results"), &[]).await.is(403).says("has not consented");
    centre.submit(&format!("{member}/sensors"), &[("sensor", "Desk")]).await.is(403);
    assert!(ward.world.app.store.waiting_sensors(clinic, ward.world.now()).await.expect("lists").is_empty());

    head.get(&consent).await.is(200).says("Nobody may act for you");
    let until = ward.world.now().plus_seconds(30 * 86400).date_in_japan().to_string();
    head.submit(&consent, &[("to", "centre"), ("until", &until)]).await.is(422).says("at least one act");
    let fields = [("to", "centre"), ("acts", "see-results"), ("acts", "change-sensors"), ("until", until.as_str())];
    head.submit(&consent, &fields).await.goes(&consent);
    head.get(&consent).await.says("In force").says("All staff");
    other.get(&consent).await.is(404);

    centre.get(&member).await.says("See the result");
    centre.submit(&format!("{member}/results"), &[]).await.is(200).says("No assessment has been answered");
    centre.submit(&format!("{member}/sensors"), &[("sensor", "Desk")]).await.is(200).says("--code");
    centre.submit(&format!("{member}/device"), &[("address", "10.0.0.1")]).await.is(403).says("does not cover");
    let told = head.get(&consent).await;
    told.says("Hayakawa").says("acted for you with the consent of Nishi").says("Desk");
    head.get(&format!("/facilities/{clinic}/log")).await.says("deed on behalf of the facility").says("Hayakawa");

    let page = head.get(&consent).await;
    let (_, rest) = page.text.split_once("watch/consent/").expect("the way to take it back");
    let id = rest.split('/').next().unwrap_or_default().to_owned();
    head.submit(&format!("{consent}/{id}/withdraw"), &[]).await.goes(&consent);
    centre.submit(&format!("{member}/results"), &[]).await.is(403).says("was withdrawn");
    assert!(ward.world.app.store.verify_journal().await.expect("verifies").is_intact());
}

#[tokio::test]
async fn contacts_promised_calls_and_the_note_go_to_the_next_shift() {
    let ward = Ward::new().await;
    let mut day = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    let mut night = person(&ward, "Moriya", None, Role::RegionalSupporter).await;
    let member = format!("/region/members/{}", ward.facility);
    let edit = format!("{member}/edit");
    day.get(&edit).await.is(200);
    let fields = [("phone", "03-0000-0000"), ("fax", "03-0000-0001"), ("person-1", "Oda"), ("groups", "north、ward")];
    day.submit(&edit, &fields).await.goes(&member);
    day.get(&member).await.says("Oda").says("03-0000-0001").says("north");
    day.get("/region/members").await.is(200).says("03-0000-0000");
    day.submit(&format!("{member}/promises"), &[("what", "ask about the cable"), ("hours", "3")]).await.goes(&member);
    day.get("/region/shift").await.is(200).says("ask about the cable");
    day.submit("/region/shift", &[("words", "quiet otherwise")]).await.goes("/region/shift");
    let page = day.get("/region/shift").await;
    page.says("quiet otherwise").says("Not taken over yet");
    let page = night.get("/region/shift").await;
    let (_, rest) = page.is(200).text.split_once("action=\"/region/shift/").expect("the way to take it over");
    let id = rest.split('/').next().unwrap_or_default().to_owned();
    day.submit(&format!("/region/shift/{id}/take"), &[]).await.is(422).says("Somebody else");
    night.submit(&format!("/region/shift/{id}/take"), &[]).await.goes("/region/shift");
    night.get("/region/shift").await.says("Taken over by Moriya");
}

#[tokio::test]
async fn an_administrator_makes_somebody_staff_of_the_centre() {
    let ward = Ward::new().await;
    let mut admin = person(&ward, "Kubota", None, Role::Administrator).await;
    let mut helper = ward.somebody("Moriya", Role::Respondent).await;
    helper.browser.get("/region").await.is(403);
    admin.get("/people").await.is(200).says("Make staff of the centre");
    admin.submit(&format!("/people/{}/centre", helper.id), &[]).await.goes("/people");
    helper.browser.get("/region").await.is(200);
    helper.browser.get(&format!("/facilities/{}/people", ward.facility)).await.is(403);
    admin.submit(&format!("/people/{}/centre/leave", helper.id), &[]).await.goes("/people");
    helper.browser.get("/region").await.is(403);
}

#[tokio::test]
async fn whoever_looks_at_the_screen_hears_of_a_touch_and_the_task_keeps_its_memory_when_it_ends() {
    let ward = Ward::new().await;
    let centre = person(&ward, "Hayakawa", None, Role::RegionalSupporter).await;
    let (status, mut events) = centre.listen("/region/live").await;
    assert_eq!(status, 200);
    let task = tokio::spawn(hakutaku_web::watch_region(ward.world.app.clone()));
    let mut sensor = Box_::at(&ward.world, ward.facility, 1).await;
    sensor.touched(&ward.world, [10, 0, 0, 7], Kind::Connect, None).await;
    // The screen hears of the touch as it is kept, and of the case: both are called `changed`.
    let mut heard = String::new();
    while !heard.contains("\"cases\"") {
        let piece = events.next().await.expect("the stream goes on").expect("a piece");
        heard.push_str(&String::from_utf8_lossy(&piece));
    }
    assert!(heard.contains("event: changed"), "{heard}");
    hakutaku_web::leave_region(&ward.world.app);
    task.await.expect("ends");
    let store = &ward.world.app.store;
    assert!(store.kept_correlator().await.expect("reads").is_some());
    let now = ward.world.now();
    assert!(store.lease("correlator", "another", now, now.plus_seconds(5)).await.expect("asks"), "given back");
    only_case(&ward).await;
}
