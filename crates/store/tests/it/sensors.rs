//! Decoy sensors and their touches at the centre.

use crate::fixture::{facility, noon, system};
use ed25519_dalek::SigningKey;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::sensor::{FaultKind, Sensor, Standing};
use hakutaku_model::touch::health::Health;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Batch, Store, StoreError, TouchCursor};

pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn public() -> String {
    hex::encode(key().verifying_key().to_bytes())
}

fn sensor_id() -> SensorId {
    SensorId(uuid::Uuid::from_u128(0x5e15))
}

/// Lines of a chain from its first touch on.
pub(crate) fn lines(count: usize, by: &SigningKey) -> Vec<Vec<u8>> {
    let mut chain = Chain::new(sensor_id());
    (0..count)
        .map(|n| {
            let line = Touch {
                id: TouchId { sensor: chain.sensor, number: chain.next() },
                sensor: chain.sensor,
                time: noon(),
                protocol: "ftp".to_owned(),
                persona: "nas".to_owned(),
                source_ip: std::net::IpAddr::from([192, 0, 2, 1]),
                source_port: 4000,
                dest_port: 21,
                kind: Kind::SignIn,
                user: Some(format!("利用者{n}")),
                secret_hash: Some(format!("{n:032}")),
                detail: std::collections::BTreeMap::new(),
                previous: chain.hash,
            }
            .sign(by);
            chain.advance(&line);
            line
        })
        .collect()
}

pub(crate) async fn enrolled(store: &Store, home: FacilityId) -> Sensor {
    let code = store.invite_sensor(&system(), home, "外来2階", noon().plus_seconds(60)).await.expect("invites");
    store.enrol_sensor(&code, sensor_id(), &public(), noon()).await.expect("enrols").sensor
}

pub(crate) async fn send(store: &Store, after: u64, lines: &[Vec<u8>]) -> hakutaku_store::Taken {
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    // What came before the piece is gone at the sensor, unless a test says otherwise.
    store.take_touches(sensor_id(), &Batch { after, oldest: after + 1, lines: &lines }, noon()).await.expect("takes")
}

#[tokio::test]
async fn a_code_lets_one_sensor_in_once() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let code = store.invite_sensor(&system(), home, "外来2階", noon().plus_seconds(60)).await.expect("invites");
        assert_eq!(store.waiting_sensors(home, noon()).await.expect("lists")[0].name, "外来2階");
        let late = store.enrol_sensor(&code, sensor_id(), &public(), noon().plus_seconds(61)).await;
        assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
        // Typed with spaces and in small letters, as people do.
        let typed = format!(" {} {}", code[..5].to_lowercase(), &code[5..]);
        let enrolled = store.enrol_sensor(&typed, sensor_id(), &public(), noon()).await.expect("enrols");
        assert_eq!((enrolled.sensor.name.as_str(), enrolled.secret_key.len()), ("外来2階", 64));
        assert_eq!(store.sensor_of_token(&enrolled.token).await.expect("asks"), Some(enrolled.sensor));
        let twice = store.enrol_sensor(&code, sensor_id(), &public(), noon()).await;
        assert!(matches!(twice, Err(StoreError::NotFound(_))), "{twice:?}");
        assert!(store.waiting_sensors(home, noon()).await.expect("lists").is_empty());
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn nobody_takes_over_a_sensor_with_another_key_or_from_another_facility() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, other) = (facility(&store, "白沢").await, facility(&store, "隣").await);
        enrolled(&store, home).await;
        let code = store.invite_sensor(&system(), other, "x", noon().plus_seconds(60)).await.expect("invites");
        let foreign = store.enrol_sensor(&code, sensor_id(), &public(), noon()).await;
        assert!(matches!(foreign, Err(StoreError::AlreadyExists(_))), "{foreign:?}");
        let code = store.invite_sensor(&system(), home, "x", noon().plus_seconds(60)).await.expect("invites");
        let key = hex::encode(SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes());
        let stolen = store.enrol_sensor(&code, sensor_id(), &key, noon()).await;
        assert!(matches!(stolen, Err(StoreError::AlreadyExists(_))), "{stolen:?}");
        let none = store.enrol_sensor(&code, sensor_id(), &"00".repeat(32), noon()).await;
        assert!(matches!(none, Err(StoreError::Invalid(_))), "{none:?}");
    })
    .await;
}

#[tokio::test]
async fn touches_come_in_once_and_in_order_however_often_they_are_sent() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home).await;
        let all = lines(10, &key());
        assert_eq!(send(&store, 0, &all[..4]).await.number, 4);
        // The answer was lost, the sensor restarted: it sends from where it last knew.
        let again = send(&store, 2, &all[2..7]).await;
        assert_eq!((again.number, again.new.len(), again.fault), (7, 3, None));
        let (a, b) = tokio::join!(send(&store, 7, &all[7..]), send(&store, 7, &all[7..]));
        assert_eq!((a.number, b.number, a.new.len() + b.new.len()), (10, 10, 3));
        let kept = store.touches(home, None, 100).await.expect("lists");
        let numbers: Vec<u64> = kept.iter().map(|one| one.signed.touch.id.number).collect();
        assert_eq!(numbers, (1..=10).rev().collect::<Vec<_>>());
        assert_eq!(kept[9].signed.line(), all[0], "kept as it was signed");
        let cursor = TouchCursor { arrived_at: kept[3].arrived_at, id: kept[3].signed.touch.id };
        assert_eq!(store.touches(home, Some(cursor), 2).await.expect("lists"), kept[4..6]);
        assert_eq!(store.touches_since(home, noon()).await.expect("counts"), 10);
    })
    .await;
}

#[tokio::test]
async fn a_centre_that_lost_its_newest_touches_asks_for_them_again() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home).await;
        let all = lines(6, &key());
        send(&store, 0, &all[..2]).await;
        let batch = Batch { after: 4, oldest: 1, lines: &[&all[4]] };
        let taken = store.take_touches(sensor_id(), &batch, noon()).await.expect("takes");
        assert_eq!((taken.number, taken.new.len(), taken.fault), (2, 0, None));
        assert_eq!(send(&store, 2, &all[2..]).await.number, 6);
    })
    .await;
}

#[tokio::test]
async fn gaps_forks_and_foreign_lines_are_faults_and_stop_nothing() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home).await;
        let (all, foreign) = (lines(9, &key()), lines(9, &SigningKey::from_bytes(&[8; 32])));
        send(&store, 0, &all[..2]).await;
        let gap = send(&store, 4, &all[4..5]).await;
        assert_eq!((gap.number, gap.new.len()), (5, 1));
        assert_eq!(gap.fault.map(|fault| (fault.kind, fault.number)), Some((FaultKind::Missing, 3)));
        let bad = send(&store, 5, &foreign[5..6]).await;
        assert_eq!((bad.number, bad.new.len()), (6, 0));
        assert_eq!(bad.fault.map(|fault| fault.kind), Some(FaultKind::Foreign));
        // What follows was written after the true sixth touch, which never came.
        let fork = send(&store, 6, &all[6..8]).await;
        assert_eq!((fork.number, fork.new.len()), (8, 2));
        assert_eq!(fork.fault.map(|fault| (fault.kind, fault.count)), Some((FaultKind::Forked, 1)));
        let sensor = store.sensors(home).await.expect("lists").remove(0);
        let first = sensor.fault.clone().expect("stands");
        assert_eq!((first.kind, first.count), (FaultKind::Missing, 3), "the first break stays, later ones are counted");
        assert_eq!(sensor.standing(noon()), Standing::Broken);
        store.settle_sensor_fault(&system(), home, sensor.id, "電源が落ちていた").await.expect("settles");
        assert_eq!(store.sensors(home).await.expect("lists")[0].fault, None);
        assert_eq!(send(&store, 8, &all[8..]).await.fault, None, "the chain goes on unbroken");
    })
    .await;
}

#[tokio::test]
async fn a_sensor_set_back_to_an_older_state_tells_two_stories_and_both_are_kept() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home).await;
        let all = lines(3, &key());
        send(&store, 0, &all).await;
        // After the restore of an old disk: number 2 anew, with another user.
        let mut chain = Chain::new(sensor_id());
        chain.advance(&all[0]);
        let mut other: Touch = serde_json::from_slice(&all[1]).expect("reads");
        other.user = Some("別人".to_owned());
        let other = other.sign(&key());
        let lines: &[&[u8]] = &[&other];
        let batch = Batch { after: 1, oldest: 1, lines };
        let taken = store.take_touches(sensor_id(), &batch, noon().plus_seconds(60));
        let taken = taken.await.expect("takes");
        assert_eq!((taken.number, taken.new.len()), (3, 1));
        assert_eq!(taken.fault.map(|fault| (fault.kind, fault.number)), Some((FaultKind::Forked, 2)));
        let lines: &[&[u8]] = &[&other];
        let batch = Batch { after: 1, oldest: 1, lines };
        let again = store.take_touches(sensor_id(), &batch, noon().plus_seconds(90));
        assert!(again.await.expect("takes").new.is_empty(), "and only once");
        assert_eq!(store.touches(home, None, 10).await.expect("lists").len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_report_counts_only_with_the_sensors_signature() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let sensor = enrolled(&store, home).await;
        let health = Health {
            sensor: sensor.id,
            time: noon(),
            version: "0.1.0".to_owned(),
            started: noon(),
            number: 3,
            hash: hakutaku_model::journal::Hash::ZERO,
            sent: 0,
            spool_bytes: 1,
            open: 0,
            dropped: 0,
            decoys: Vec::new(),
            alarms: Vec::new(),
        };
        let forged = health.clone().sign(&SigningKey::from_bytes(&[8; 32]));
        assert!(matches!(store.hear_sensor(&sensor, &forged, noon()).await, Err(StoreError::Invalid(_))));
        store.hear_sensor(&sensor, &health.sign(&key()), noon()).await.expect("hears");
        let heard = store.sensors(home).await.expect("lists").remove(0);
        assert_eq!((heard.standing(noon()), heard.behind()), (Standing::Well, 3));
        assert_eq!(heard.standing(noon().plus_seconds(301)), Standing::Silent);
    })
    .await;
}

#[tokio::test]
async fn a_retired_sensor_is_out_and_its_touches_stay() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, other) = (facility(&store, "白沢").await, facility(&store, "隣").await);
        let sensor = enrolled(&store, home).await;
        send(&store, 0, &lines(1, &key())).await;
        let foreign = store.retire_sensor(&system(), other, sensor.id).await;
        assert!(matches!(foreign, Err(StoreError::NotFound(_))), "{foreign:?}");
        store.retire_sensor(&system(), home, sensor.id).await.expect("retires");
        let line = lines(2, &key()).remove(1);
        let late = store.take_touches(sensor.id, &Batch { after: 1, oldest: 1, lines: &[&line] }, noon()).await;
        assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
        let id = TouchId { sensor: sensor.id, number: 1 };
        assert!(store.touch(home, id).await.is_ok());
        assert!(matches!(store.touch(other, id).await, Err(StoreError::NotFound(_))));
    })
    .await;
}
