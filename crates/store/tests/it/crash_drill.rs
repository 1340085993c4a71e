//! `kill -9` in the middle of a drill: no acknowledged entry of the journal is lost, no inject is told twice.
//!
//! As in `crash.rs`, the parent starts this test binary again as a child and kills it at a random moment. The child does
//! what a server does: it folds the journal, writes what is due by the clock, and writes what players report.
//! `HAKUTAKU_KILL_ROUNDS` sets the number of rounds per database (50 when unset).

use crate::fixture::{facility, system};
use crate::killed_child::kill_a_child;
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent, DrillSetup, DrillState, Scenario, drafts, due};
use hakutaku_model::id::RoomId;
use hakutaku_model::room::{Author, RoomKind};
use hakutaku_model::time::Ts;
use hakutaku_store::testing::{Place, for_each_database};
use hakutaku_store::{DatabaseUrl, OpenOptions, Store};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SCENARIO: &str = include_str!("../../../model/src/exercise/testing/clinic.json");
const CHILD: &str = "HAKUTAKU_CRASH_DRILL_CHILD";
/// Players who report all the time.
const PLAYERS: usize = 6;

fn scenario() -> Scenario {
    serde_json::from_str(SCENARIO).expect("a scenario")
}

fn now() -> Ts {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Ts::from_micros(i64::try_from(since.as_micros()).expect("this age"))
}

fn author(name: &str, role: &str) -> Author {
    Author { name: name.into(), role: role.into(), person: None, seat: None, facility: None }
}

fn describe(place: &Place, room: RoomId) -> String {
    let url = match &place.options.database {
        DatabaseUrl::Sqlite => "sqlite",
        DatabaseUrl::Postgres(url) => url,
    };
    format!("{}|{url}|{room}", place.options.data.display())
}

/// The child: a clock that tells what is due, and players that answer 1, 2, 3 … and say what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_plays_until_it_is_killed() {
    let Ok(description) = std::env::var(CHILD) else { return };
    let parts: Vec<&str> = description.split('|').collect();
    let database = match parts[1] {
        "sqlite" => DatabaseUrl::Sqlite,
        url => DatabaseUrl::Postgres(url.to_owned()),
    };
    let store = Store::open(OpenOptions { data: parts[0].into(), database }).await.expect("opens");
    let room: RoomId = parts[2].parse().expect("an id");
    let mut tasks = tokio::task::JoinSet::new();
    // Two clocks, as where two servers stand on one database: the keys of the journal stop the second.
    for _ in 0..2 {
        tasks.spawn(tell_what_is_due(store.clone(), room));
    }
    for player in 0..PLAYERS {
        tasks.spawn(answer_forever(store.clone(), room, player));
    }
    tasks.join_next().await;
}

async fn tell_what_is_due(store: Store, room: RoomId) {
    let scenario = scenario();
    loop {
        let state = DrillState::fold(&store.entries(room).await.expect("reads"));
        let events = due(&scenario, &state, now());
        if !events.is_empty() {
            let drafts = drafts(&events, &author("clock", CONDUCTOR), now(), false);
            store.append_entries(room, &drafts).await.expect("appends");
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

async fn answer_forever(store: Store, room: RoomId, player: usize) {
    let name = format!("player-{player}");
    let before = answers(&store, room).await;
    let mut count = before.get(&player).map_or(0, |said| said.len() as u64);
    loop {
        count += 1;
        let event = DrillEvent::Answered { inject: "note".into(), text: count.to_string() };
        let draft = event.draft(&author(&name, "reception"), now(), false);
        let added = store.append_entries(room, &[draft]).await.expect("appends");
        assert_eq!(added.len(), 1);
        // One write, so that a kill cannot leave half a line that reads as another number.
        let line = format!("wrote {player} {count};\n");
        std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent listens");
    }
}

/// What each player said, in the order of the journal.
async fn answers(store: &Store, room: RoomId) -> BTreeMap<usize, Vec<u64>> {
    let mut said: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for entry in store.entries(room).await.expect("reads") {
        if let Some(DrillEvent::Answered { text, .. }) = DrillEvent::of(&entry) {
            let player = entry.author.name.trim_start_matches("player-").parse().expect("a player");
            said.entry(player).or_default().push(text.parse().expect("a number"));
        }
    }
    said
}

#[tokio::test]
async fn no_acknowledged_entry_is_lost_and_no_inject_is_told_twice() {
    let rounds = std::env::var("HAKUTAKU_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(50_u32);
    for_each_database(async |place| {
        let store = place.open().await;
        let house = facility(&store, "白沢病院").await;
        let setup = serde_json::to_value(DrillSetup::new(scenario(), Vec::new())).expect("writes");
        let room = store.create_room(&system(), house, RoomKind::Drill, "訓練", &setup).await.expect("made").id;
        // Twelve minutes of the drill pass in 36 seconds, whether a server lives or not.
        let start = DrillEvent::Started { speed: 20, facilities: Vec::new() };
        let draft = start.draft(&author("conductor", CONDUCTOR), now(), false);
        store.append_entries(room, &[draft]).await.expect("starts");
        store.close().await;
        let description = describe(&place, room);
        let mut entries = 0;
        for round in 1..=rounds {
            let description = description.clone();
            let acknowledged = tokio::task::spawn_blocking(move || {
                kill_a_child("crash_drill::child_plays_until_it_is_killed", CHILD, &description, "wrote")
            })
            .await
            .expect("no panic");
            assert!(!acknowledged.is_empty(), "round {round}: nothing was written");
            let store = place.open().await;
            entries = check(&store, room, &acknowledged, round).await;
            store.close().await;
        }
        println!("{}: {rounds} rounds, {entries} entries, none lost, no inject twice", place.name);
    })
    .await;
}

async fn check(store: &Store, room: RoomId, acknowledged: &BTreeMap<usize, u64>, round: u32) -> usize {
    let entries = store.entries(room).await.expect("reads");
    hakutaku_model::room::verify(&entries).unwrap_or_else(|fault| panic!("round {round}: {fault}"));
    let said = answers(store, room).await;
    for (player, count) in acknowledged {
        let said = said.get(player).cloned().unwrap_or_default();
        let stands = said.len() as u64;
        // One more may have been committed without the child living to say so.
        assert!(
            stands == *count || stands == count + 1,
            "round {round}: player {player} stands at {stands}, acknowledged {count}"
        );
        assert_eq!(said, (1..=stands).collect::<Vec<_>>(), "round {round}: player {player}");
    }
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    for event in entries.iter().filter_map(DrillEvent::of) {
        if let DrillEvent::InjectFired { inject, .. } = event {
            *told.entry(inject).or_default() += 1;
        }
    }
    assert!(told.values().all(|times| *times == 1), "round {round}: {told:?}");
    entries.len()
}
