//! `kill -9` while answers are being saved, devices changed in batches and records put: nothing acknowledged is lost,
//! nothing is there twice, no batch is there in part.
//!
//! The parent starts this test binary again as a child that saves as fast as it can and prints each acknowledged save;
//! at a random moment the parent kills it and looks at what is on the disk. `HAKUTAKU_KILL_ROUNDS` sets the number of
//! rounds per database (20 when unset).

use crate::fixture::{hospital, level, question, system};
use crate::killed_child::kill_a_child;
use hakutaku_model::id::{AssessmentId, AssetId, FacilityId};
use hakutaku_model::ledger::{Asset, KeptAsset};
use hakutaku_model::record::Register;
use hakutaku_store::testing::{Place, for_each_database};
use hakutaku_store::{AssetChange, DatabaseUrl, OpenOptions, SaveOutcome, Store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write as _;

const QUESTIONS: usize = 12;
/// What the child calls its batches of devices and its record, beside the questions.
const BATCHES: usize = 100;
const RECORD: usize = 101;
/// More than one statement writes.
const DEVICES: usize = 130;
const CHILD: &str = "HAKUTAKU_CRASH_CHILD";

/// What the child must know, in one variable.
fn describe(place: &Place, (facility, assessment): (FacilityId, AssessmentId)) -> String {
    let url = match &place.options.database {
        DatabaseUrl::Sqlite => "sqlite",
        DatabaseUrl::Postgres(url) => url,
    };
    format!("{}|{url}|{facility}|{assessment}", place.options.data.display())
}

/// The child: saves 1, 2, 3, … as the note of each question, and prints what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_saves_until_it_is_killed() {
    let Ok(description) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = description.split('|').collect();
    let database = match parts[1] {
        "sqlite" => DatabaseUrl::Sqlite,
        url => DatabaseUrl::Postgres(url.to_owned()),
    };
    let store = Store::open(OpenOptions { data: parts[0].into(), database }).await.expect("opens");
    let (facility, assessment) = (parts[2].parse().expect("an id"), parts[3].parse().expect("an id"));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..QUESTIONS {
        tasks.spawn(save_forever(store.clone(), facility, assessment, n));
    }
    tasks.spawn(change_devices_forever(store.clone(), facility));
    tasks.spawn(put_record_forever(store.clone(), facility));
    tasks.join_next().await;
}

/// A row of a register that is written over and over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    count: u64,
}

impl Register for Count {
    const KIND: &'static str = "count";

    fn label(&self) -> String {
        self.count.to_string()
    }

    fn natural_key(&self) -> Option<String> {
        Some("count".to_owned())
    }
}

fn acknowledge(n: usize, count: u64) {
    // One write, so that a kill cannot leave half a line that reads as another number.
    let line = format!("saved {n} {count};\n");
    std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent listens");
}

/// Writes 1, 2, 3, … as the place of all devices, each number in one batch; the first makes them.
async fn change_devices_forever(store: Store, facility: FacilityId) {
    let mut rows: Vec<KeptAsset> = store.all_assets(facility).await.expect("reads");
    let mut count: u64 = rows.first().map_or(0, |row| row.asset.place.parse().expect("a number"));
    loop {
        count += 1;
        let placed = |asset: Asset| Asset { place: count.to_string(), ..asset };
        let changes: Vec<AssetChange> = match rows.as_slice() {
            [] => (0..DEVICES)
                .map(|n| AssetChange::Create(placed(Asset { number: format!("PC-{n:03}"), ..Asset::default() })))
                .collect(),
            rows => rows
                .iter()
                .map(|row| AssetChange::Change { id: row.id, expected: row.version, asset: placed(row.asset.clone()) })
                .collect(),
        };
        rows = store.change_assets(&system(), facility, &changes, "edit").await.expect("changes").rows;
        acknowledge(BATCHES, count);
    }
}

async fn put_record_forever(store: Store, facility: FacilityId) {
    let before = store.record_by_key::<Count>(facility, "count").await.expect("reads");
    let mut count = before.map_or(0, |row| row.body.count);
    loop {
        count += 1;
        store.put_record(&system(), facility, &Count { count }).await.expect("puts");
        acknowledge(RECORD, count);
    }
}

async fn save_forever(store: Store, facility: FacilityId, assessment: AssessmentId, n: usize) {
    let key = question(&format!("q-{n:02}"));
    let before = store.answer(facility, assessment, &key).await.expect("reads");
    let mut version = before.as_ref().map(|row| row.version);
    let mut count: u64 = before.map_or(0, |row| row.note.parse().expect("a number"));
    loop {
        count += 1;
        let value = level(u8::try_from(count % 4).expect("small"));
        let outcome =
            store.save_answer(&system(), facility, assessment, &key, value, &count.to_string(), version).await;
        match outcome.expect("saves") {
            SaveOutcome::Saved(row) => version = Some(row.version),
            SaveOutcome::Conflict(stands) => panic!("nobody else saves {key}, but {stands:?} stands"),
        }
        acknowledge(n, count);
    }
}

#[tokio::test]
async fn no_acknowledged_answer_is_lost_and_none_is_there_twice() {
    let rounds = std::env::var("HAKUTAKU_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_u32);
    for_each_database(async |place| {
        let store = place.open().await;
        let at = hospital(&store).await;
        store.close().await;
        let description = describe(&place, at);
        let mut saves = 0;
        for round in 1..=rounds {
            let description = description.clone();
            let acknowledged = tokio::task::spawn_blocking(move || {
                kill_a_child("crash::child_saves_until_it_is_killed", CHILD, &description, "saved")
            })
            .await
            .expect("no panic");
            assert!(!acknowledged.is_empty(), "round {round}: nothing was saved");
            let store = place.open().await;
            saves = check(&store, at, &acknowledged, round).await;
            store.close().await;
        }
        println!("{}: {rounds} rounds, {saves} saves, none lost", place.name);
    })
    .await;
}

async fn check(
    store: &Store,
    (facility, assessment): (FacilityId, AssessmentId),
    acknowledged: &BTreeMap<usize, u64>,
    round: u32,
) -> usize {
    check_devices(store, facility, acknowledged.get(&BATCHES).copied().unwrap_or(0), round).await;
    check_record(store, facility, acknowledged.get(&RECORD).copied().unwrap_or(0), round).await;
    let mut saves = 0;
    for (n, count) in acknowledged.iter().filter(|(n, _)| **n < QUESTIONS) {
        let key = question(&format!("q-{n:02}"));
        let row = store.answer(facility, assessment, &key).await.expect("reads").expect("was acknowledged");
        let stands: u64 = row.note.parse().expect("a number");
        // One more may have been committed without the child living to say so.
        assert!(
            stands == *count || stands == count + 1,
            "round {round}: {key} stands at {stands}, acknowledged {count}"
        );
        let history = store.answer_history(facility, assessment, &key).await.expect("reads");
        let notes: Vec<u64> = history.iter().map(|change| change.note.parse().expect("a number")).collect();
        assert_eq!(notes, (1..=stands).collect::<Vec<_>>(), "round {round}: {key}");
        saves += notes.len();
    }
    let report = store.verify_journal().await.expect("verifies");
    assert!(report.is_intact(), "round {round}: {report:?}");
    saves
}

/// Every acknowledged batch is there as a whole: all devices stand at the same number, with every number before it.
async fn check_devices(store: &Store, facility: FacilityId, acknowledged: u64, round: u32) {
    let rows = store.all_assets(facility).await.expect("reads");
    let stands: u64 = rows.first().map_or(0, |row| row.asset.place.parse().expect("a number"));
    assert!(
        stands >= acknowledged && (rows.is_empty() || rows.len() == DEVICES),
        "round {round}: {} devices at {stands}, acknowledged {acknowledged}",
        rows.len()
    );
    assert!(rows.iter().all(|row| row.asset.place == stands.to_string()), "round {round}: a batch is there in part");
    // The history of all would take longer than the round.
    let ends: Vec<AssetId> = [rows.first(), rows.last()].into_iter().flatten().map(|row| row.id).collect();
    for id in ends {
        let history = store.asset_history(facility, id).await.expect("reads");
        let places: Vec<u64> = history.iter().rev().map(|was| was.asset.place.parse().expect("a number")).collect();
        assert_eq!(places, (1..=stands).collect::<Vec<_>>(), "round {round}");
    }
}

/// The record stands at the last acknowledged number or the next, once, and has a version for each.
async fn check_record(store: &Store, facility: FacilityId, acknowledged: u64, round: u32) {
    let rows = store.records::<Count>(facility).await.expect("reads");
    let stands = rows.first().map_or(0, |row| row.body.count);
    assert!(rows.len() <= 1, "round {round}: the record is there twice");
    assert!(stands >= acknowledged, "round {round}: the record stands at {stands}, acknowledged {acknowledged}");
    assert_eq!(rows.first().map_or(0, |row| row.version), i64::try_from(stands).expect("small"), "round {round}");
}
