//! Old touches go by whole months, with their number in the log; the rest, and the chains, stay.

use crate::backup::{key as archive_key, lock};
use crate::fixture::{facility, system};
use ed25519_dalek::SigningKey;
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::journal::Chain as Log;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::keep::{Keep, Month};
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{Act, Batch, LetGo, Store};

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn id() -> SensorId {
    SensorId(uuid::Uuid::from_u128(0x5e15))
}

/// The middle of a month.
fn in_month(year: i16, month: i8) -> Ts {
    Month::new(year, month).expect("a month").begin().plus_seconds(14 * 24 * 60 * 60)
}

fn at(moment: Ts) -> Act {
    Act::system(moment)
}

async fn enrolled(store: &Store, home: FacilityId, now: Ts) {
    let code = store.invite_sensor(&at(now), home, "外来2階", now.plus_seconds(60)).await.expect("invites");
    let public = hex::encode(key().verifying_key().to_bytes());
    store.enrol_sensor(&code, id(), &public, now).await.expect("enrols");
}

/// The next lines of a chain.
fn lines(chain: &mut Chain, count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|_| {
            let line = Touch {
                id: TouchId { sensor: chain.sensor, number: chain.next() },
                sensor: chain.sensor,
                time: in_month(2026, 1),
                protocol: "ftp".to_owned(),
                persona: "nas".to_owned(),
                source_ip: std::net::IpAddr::from([192, 0, 2, 1]),
                source_port: 4000,
                dest_port: 21,
                kind: Kind::Connect,
                user: None,
                secret_hash: None,
                detail: std::collections::BTreeMap::new(),
                previous: chain.hash,
            }
            .sign(&key());
            chain.advance(&line);
            line
        })
        .collect()
}

/// So many touches arrive.
async fn arrive(store: &Store, chain: &mut Chain, count: usize, now: Ts) {
    let after = chain.number;
    let lines = lines(chain, count);
    let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    let taken = store.take_touches(id(), &Batch { after, oldest: after + 1, lines: &lines }, now).await.expect("takes");
    assert_eq!((taken.new.len(), taken.fault), (count, None));
}

async fn kept(store: &Store, home: FacilityId) -> Vec<u64> {
    let mut numbers: Vec<u64> = store
        .touches(home, None, 10_000)
        .await
        .expect("lists")
        .iter()
        .map(|touch| touch.signed.touch.id.number)
        .collect();
    numbers.sort_unstable();
    numbers
}

/// What the installation's log says of touches that went: what, and how many.
async fn told(store: &Store) -> Vec<(String, String)> {
    let entries = store.journal(Log::Installation, 1, 1000).await.expect("reads");
    entries
        .into_iter()
        .filter(|entry| entry.event.action == "touches.let-go")
        .map(|entry| (entry.event.object.clone(), entry.event.detail.get("count").cloned().unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn whole_months_go_with_their_number_in_the_log_and_the_chain_goes_on() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home, in_month(2025, 11)).await;
        let mut chain = Chain::new(id());
        arrive(&store, &mut chain, 3, in_month(2025, 11)).await;
        arrive(&store, &mut chain, 2, in_month(2025, 12)).await;
        arrive(&store, &mut chain, 4, in_month(2026, 1)).await;
        let keep = Keep::try_from(3).expect("allowed");
        let early = store.let_touches_go(&at(in_month(2026, 2)), keep).await.expect("looks");
        assert_eq!((early, kept(&store, home).await.len()), (LetGo::default(), 9), "three full months are kept");
        assert!(told(&store).await.is_empty(), "nothing went, nothing is told");

        let gone = store.let_touches_go(&at(in_month(2026, 4)), keep).await.expect("lets go");
        assert_eq!(gone.touches, 5);
        assert_eq!(kept(&store, home).await, (6..=9).collect::<Vec<_>>());
        let told_of = told(&store).await;
        let counts: u64 = told_of.iter().map(|(_, count)| count.parse::<u64>().expect("a number")).sum();
        assert_eq!(counts, 5, "{told_of:?}");
        let again = store.let_touches_go(&at(in_month(2026, 4)), keep).await.expect("looks");
        assert_eq!((again, told(&store).await), (LetGo::default(), told_of), "once");

        let sensor = store.sensors(home).await.expect("lists").remove(0);
        assert_eq!(sensor.chain, chain, "number and hash stay");
        arrive(&store, &mut chain, 1, in_month(2026, 4)).await;
        assert!(store.verify_journal().await.expect("verifies").is_intact());
    })
    .await;
}

#[tokio::test]
async fn more_than_one_step_goes_while_others_write() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home, in_month(2024, 1)).await;
        let mut chain = Chain::new(id());
        for _ in 0..3 {
            arrive(&store, &mut chain, 900, in_month(2024, 1)).await;
        }
        let writing = async {
            for _ in 0..5 {
                arrive(&store, &mut chain, 2, in_month(2026, 11)).await;
            }
        };
        let act = at(in_month(2026, 11));
        let (gone, ()) = tokio::join!(store.let_touches_go(&act, Keep::default()), writing);
        assert_eq!(gone.expect("lets go").touches, 2700);
        assert_eq!(kept(&store, home).await, (2701..=2710).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn touches_of_a_restored_archive_go_too() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home, in_month(2024, 1)).await;
        let mut chain = Chain::new(id());
        arrive(&store, &mut chain, 5, in_month(2024, 1)).await;
        arrive(&store, &mut chain, 2, in_month(2026, 10)).await;
        let archive = place.scratch().join("archive.age");
        store.create_backup(&at(in_month(2026, 10)), &lock(), &archive).await.expect("backs up");
        store.close().await;
        // PostgreSQL finds the rows of an archive in no month's part.
        let other = if place.name == "sqlite" {
            hakutaku_store::testing::Place::sqlite()
        } else {
            hakutaku_store::testing::Place::postgres()
        };
        Store::restore_backup(&archive, &archive_key(), other.options.clone()).await.expect("restores");
        let store = other.open().await;
        let gone = store.let_touches_go(&at(in_month(2026, 11)), Keep::default()).await.expect("lets go");
        assert_eq!((gone.touches, gone.parts), (5, 0));
        assert_eq!(kept(&store, home).await, [6, 7]);
    })
    .await;
}

#[tokio::test]
async fn how_long_is_a_setting_and_its_change_is_in_the_log() {
    for_each_database(async |place| {
        let store = place.open().await;
        assert_eq!(store.keep_touches().await.expect("reads"), Keep::default());
        let twelve = Keep::try_from(12).expect("allowed");
        store.set_keep_touches(&system(), twelve).await.expect("sets");
        assert_eq!(store.keep_touches().await.expect("reads"), twelve);
        let entry = store.recent_journal(Log::Installation, 1).await.expect("reads").remove(0);
        assert_eq!(entry.event.action, "touches.keep");
        let said = |name: &str| entry.event.detail.get(name).map(String::as_str);
        assert_eq!((said("before"), said("months")), (Some("24"), Some("12")));
    })
    .await;
}

#[tokio::test]
async fn the_month_to_come_has_room_before_anything_arrives() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        enrolled(&store, home, in_month(2026, 12)).await;
        store.make_room_for_touches(in_month(2027, 1)).await.expect("makes room");
        store.make_room_for_touches(in_month(2027, 1)).await.expect("once is enough");
        let mut chain = Chain::new(id());
        arrive(&store, &mut chain, 2, in_month(2026, 12)).await;
        arrive(&store, &mut chain, 2, in_month(2027, 1)).await;
        assert_eq!(kept(&store, home).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn sensors_are_counted_as_they_stand() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let now = in_month(2026, 11);
        enrolled(&store, home, now).await;
        let counts = async |at: Ts| {
            let counted = store.sensor_counts(at).await.expect("counts");
            let standing = store.sensors(home).await.expect("lists").remove(0).standing(at);
            (counted.in_use, counted.broken, counted.silent, format!("{standing:?}"))
        };
        assert_eq!(counts(now).await, (1, 0, 0, "Well".to_owned()));
        assert_eq!(counts(now.plus_seconds(300)).await, (1, 0, 0, "Well".to_owned()));
        assert_eq!(counts(now.plus_seconds(301)).await, (1, 0, 1, "Silent".to_owned()));
        let mut chain = Chain::new(id());
        chain.advance(b"a touch that never came");
        let line = lines(&mut chain, 1).remove(0);
        let batch = Batch { after: 1, oldest: 2, lines: &[&line] };
        store.take_touches(id(), &batch, now).await.expect("takes");
        assert_eq!(counts(now.plus_seconds(999)).await, (1, 1, 0, "Broken".to_owned()));
        let meter = store.meter();
        assert_eq!((meter.touches.read(), meter.touches_again.read(), meter.faults.read()), (1, 0, 1));
        assert!(meter.changing.count() > 0 && meter.reading.count() > 0);
        store.retire_sensor(&system(), home, id()).await.expect("retires");
        assert_eq!(counts(now.plus_seconds(999)).await, (0, 0, 0, "Retired".to_owned()));
        assert_eq!(store.sensors_last_heard().await.expect("asks"), Some(now));
    })
    .await;
}
