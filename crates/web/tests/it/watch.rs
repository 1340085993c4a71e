//! Decoy sensors: from the code on the page to the touch on the page, and what a sensor may not do.

use crate::ward::Ward;
use crate::world::{Answer, Visitor};
use axum::body::Body;
use axum::http::{Method, header};
use hakutaku_model::id::SensorId;
use hakutaku_model::person::Role;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn at(ward: &Ward, page: &str) -> String {
    format!("/facilities/{}/{page}", ward.facility)
}

fn key() -> ed25519_dalek::SigningKey {
    ed25519_dalek::SigningKey::from_bytes(&[7; 32])
}

fn id() -> SensorId {
    SensorId(uuid::Uuid::from_u128(0x5e15))
}

fn lines(count: usize) -> String {
    let mut chain = Chain::new(id());
    let mut out = String::new();
    for n in 0..count {
        let line = Touch {
            id: TouchId { sensor: id(), number: chain.next() },
            sensor: id(),
            time: hakutaku_model::time::Ts::from_micros(1_760_000_000_000_000),
            protocol: "dicom".to_owned(),
            persona: "pacs".to_owned(),
            source_ip: std::net::IpAddr::from([10, 0, 0, 77]),
            source_port: 4000,
            dest_port: 104,
            kind: Kind::Request,
            user: Some(format!("<b>visitor{n}</b>")),
            secret_hash: None,
            detail: BTreeMap::from([("called_ae".to_owned(), "ANY-SCP".to_owned())]),
            previous: chain.hash,
        }
        .sign(&key());
        chain.advance(&line);
        out.push_str(&String::from_utf8(line).expect("UTF-8"));
        out.push('\n');
    }
    out
}

async fn post(visitor: &mut Visitor, path: &str, token: Option<&str>, body: String) -> Answer {
    let mut request = visitor.request(Method::POST, path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    visitor.send(request.body(Body::from(body)).expect("a request")).await
}

fn enrolment(code: &str) -> String {
    let public_key = hex::encode(key().verifying_key().to_bytes());
    json!({ "code": code, "sensor": id(), "public_key": public_key }).to_string()
}

/// The code on the page after naming a sensor.
fn code_on(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("--code ").expect("the command is on the page");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[tokio::test]
async fn a_sensor_comes_in_by_the_code_on_the_page_and_its_touch_is_on_the_page() {
    let ward = Ward::new().await;
    let mut it = ward.somebody("it", Role::ItOperator).await;
    let (watch, sensors) = (at(&ward, "watch"), at(&ward, "watch/sensors"));
    it.browser.get(&watch).await.is(200).says("Add the first sensor");
    it.browser.get(&sensors).await.is(200).says("None yet");
    it.browser.submit(&sensors, &[("name", " ")]).await.is(422);
    let page = it.browser.submit(&sensors, &[("name", "Spare PC, ward 3")]).await;
    let code = code_on(page.is(200));
    it.browser.get(&sensors).await.says("Spare PC, ward 3").keeps_quiet_about(&code);

    let mut machine = ward.world.visitor();
    let answer = post(&mut machine, "/api/v1/sensors/enrol", None, enrolment(&code)).await;
    let enrolled: Value = serde_json::from_str(&answer.is(200).text).expect("JSON");
    let token = enrolled["token"].as_str().expect("a token").to_owned();
    post(&mut machine, "/api/v1/sensors/enrol", None, enrolment(&code)).await.is(404);

    let answer = post(&mut machine, "/api/v1/sensors/touches?after=0&oldest=1", Some(&token), lines(3)).await;
    assert_eq!(answer.is(200).text, r#"{"number":3}"#);
    let answer = post(&mut machine, "/api/v1/sensors/touches?after=0&oldest=1", Some(&token), lines(3)).await;
    assert_eq!(answer.is(200).text, r#"{"number":3}"#, "sent twice, kept once");

    let list = it.browser.get(&watch).await;
    list.is(200).says("Asked for contents").says("10.0.0.77").says("3 in the last 24 hours");
    list.says("&#60;b&#62;visitor0").keeps_quiet_about("<b>visitor0");
    let touch = it.browser.get(&format!("{watch}/touches/{}.2", id())).await;
    touch.is(200).says("ANY-SCP").says("No device of the ledger").says("Do not switch it off");
    it.browser.get(&format!("{watch}/touches/{}.4", id())).await.is(404);
    it.browser.get(&format!("{watch}?older=nonsense")).await.is(404);

    it.browser.get(&format!("{sensors}/{}", id())).await.is(200).says("well");
    it.browser.submit(&format!("{sensors}/{}/retire", id()), &[]).await.goes(&sensors);
    post(&mut machine, "/api/v1/sensors/touches?after=3&oldest=1", Some(&token), String::new()).await.is(401);
    it.browser.get(&sensors).await.says("out of use");
}

#[tokio::test]
async fn a_broken_chain_is_said_until_somebody_has_looked() {
    let ward = Ward::new().await;
    let mut it = ward.somebody("it", Role::ItOperator).await;
    let store = &ward.world.app.store;
    let code =
        store.invite_sensor(&ward.act(), ward.facility, "x", ward.world.now().plus_seconds(60)).await.expect("made");
    let mut machine = ward.world.visitor();
    let answer = post(&mut machine, "/api/v1/sensors/enrol", None, enrolment(&code)).await;
    let enrolled: Value = serde_json::from_str(&answer.is(200).text).expect("JSON");
    let token = enrolled["token"].as_str().expect("a token");
    let third = lines(3).lines().nth(2).expect("a line").to_owned();
    post(&mut machine, "/api/v1/sensors/touches?after=2&oldest=3", Some(token), third).await.is(200);
    it.browser.get(&at(&ward, "watch")).await.says("record broken");
    let page = at(&ward, &format!("watch/sensors/{}", id()));
    it.browser.get(&page).await.is(200).says("Records from number 1 on are missing");
    it.browser.submit(&format!("{page}/settle"), &[("found", "")]).await.is(422).says("Say what you found");
    it.browser.submit(&format!("{page}/settle"), &[("found", "disk replaced")]).await.goes(&page);
    it.browser.get(&page).await.keeps_quiet_about("are missing");
    let mut safety = ward.somebody("safety", Role::SafetyManager).await;
    safety.browser.get(&at(&ward, "log")).await.says("Looked into a broken chain");
}

#[tokio::test]
async fn wrong_codes_are_slowed_down_and_wrong_keys_refused_with_a_sentence() {
    let ward = Ward::new().await;
    let mut machine = ward.world.visitor();
    let bad = json!({ "code": "AAAAA", "sensor": id(), "public_key": "00" }).to_string();
    post(&mut machine, "/api/v1/sensors/enrol", None, bad).await.is(422).says("Not an Ed25519 public key");
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(post(&mut machine, "/api/v1/sensors/enrol", None, enrolment("WRONG")).await.status.as_u16());
    }
    assert_eq!((statuses[0], statuses[7]), (404, 429), "{statuses:?}");
}
