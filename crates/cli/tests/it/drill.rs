//! `kill -9` of the real server in the middle of a drill: what a player was told is written stands in the journal, once,
//! and no inject was told twice. `HAKUTAKU_KILL_ROUNDS` sets the number of rounds (10 when unset).

use crate::program::{hakutaku, path_text};
use hakutaku_model::exercise::event::TakingPart;
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent, DrillSetup, Scenario};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::RoomId;
use hakutaku_model::room::{Author, RoomKind};
use hakutaku_model::seat::Purpose;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, DatabaseUrl, OpenOptions, Store};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SCENARIO: &str = include_str!("../../../model/src/exercise/testing/clinic.json");
const PLAYERS: usize = 3;

fn now() -> Ts {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Ts::from_micros(i64::try_from(since.as_micros()).expect("this age"))
}

fn wait<F: Future>(what: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(what)
}

async fn open(data: &Path) -> Store {
    Store::open(OpenOptions { data: data.to_owned(), database: DatabaseUrl::Sqlite }).await.expect("opens")
}

/// A running drill, and the seats' tokens.
async fn prepare(data: &Path) -> (RoomId, Vec<String>) {
    let store = open(data).await;
    let act = Act::system(now());
    store.set_setting(&act, "setup.done", &true.into()).await.expect("set");
    let profile = FacilityProfile {
        name: "白沢病院".into(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 10,
    };
    let facility = store.create_facility(&act, &profile, &[]).await.expect("created").id;
    let scenario: Scenario = serde_json::from_str(SCENARIO).expect("a scenario");
    let part = TakingPart { facility, name: profile.name };
    let setup = serde_json::to_value(DrillSetup::new(scenario, vec![part])).expect("writes");
    let room = store.create_room(&act, facility, RoomKind::Drill, "訓練", &setup).await.expect("made").id;
    let until = now().plus_seconds(3600);
    let choice = serde_json::json!({});
    let door = store.open_door(&act, facility, Purpose::Drill, room.0, &choice, until).await.expect("opened").door;
    let mut seats = Vec::new();
    for n in 0..PLAYERS {
        seats.push(store.take_seat(&door, &format!("player-{n}"), "reception", now()).await.expect("sits").token);
    }
    let author =
        Author { name: "進行役".into(), role: CONDUCTOR.into(), person: None, seat: None, facility: Some(facility) };
    let events = [
        DrillEvent::Started { speed: 5, facilities: Vec::new() },
        DrillEvent::InjectFired { inject: "note".into(), by_hand: true, facility: None },
    ];
    let drafts = hakutaku_model::exercise::drafts(&events, &author, now(), false);
    store.append_entries(room, &drafts).await.expect("starts");
    store.close().await;
    (room, seats)
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(data: &Path) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
        let mut child = hakutaku()
            .args(["serve", "--listen", &address.to_string(), "--data", path_text(data)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let up = lines.map_while(Result::ok).any(|line| line.contains("Ctrl+C"));
        assert!(up, "the server ended early");
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request; nothing when the server died meanwhile.
fn ask(address: SocketAddr, seat: &str, method: &str, extra: &str, body: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let request = format!(
        "{method} /seat/drill HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: hakutaku-seat={seat}\r\n{extra}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

/// Answers 1, 2, 3 … as its page's script does, until the server is gone.
fn answer_until_it_dies(address: SocketAddr, seat: &str, acknowledged: &AtomicU64) {
    let Some(page) = ask(address, seat, "GET", "", "") else { return };
    let csrf = page.split_once("<meta name=\"csrf\" content=\"").and_then(|(_, rest)| rest.split_once('"'));
    let csrf = csrf.map(|(token, _)| token).expect("the page has its token");
    let extra = format!(
        "X-Csrf-Token: {csrf}\r\nAccept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    );
    loop {
        let count = acknowledged.load(Ordering::SeqCst) + 1;
        // Sent again after a crash under the same key: what was written though nobody heard so is not written twice.
        let body = format!("do=answer&inject=note&text={count}&once=answer-number-{count}-of-{}", &seat[4..20]);
        match ask(address, seat, "POST", &extra, &body) {
            Some(answer) if answer.starts_with("HTTP/1.1 204") => acknowledged.store(count, Ordering::SeqCst),
            Some(answer) => panic!("refused: {answer}"),
            None => return,
        }
    }
}

#[test]
fn a_drill_goes_on_where_the_killed_server_was() {
    let rounds = std::env::var("HAKUTAKU_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_u32);
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (room, seats) = wait(prepare(&data));
    let acknowledged: Vec<AtomicU64> = seats.iter().map(|_| AtomicU64::new(0)).collect();
    for round in 1..=rounds {
        let mut server = Server::start(&data);
        let address = server.address;
        std::thread::scope(|scope| {
            for (seat, acknowledged) in seats.iter().zip(&acknowledged) {
                scope.spawn(move || answer_until_it_dies(address, seat, acknowledged));
            }
            // Not a measurement: the moment of the kill is meant to be anywhere.
            let jitter =
                u64::from(SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").subsec_micros()) % 400;
            std::thread::sleep(Duration::from_millis(100 + jitter));
            server.child.kill().expect("kills");
        });
        drop(server);
        let total: u64 = acknowledged.iter().map(|count| count.load(Ordering::SeqCst)).sum();
        wait(check(&data, room, total, round));
    }
}

async fn check(data: &Path, room: RoomId, acknowledged: u64, round: u32) {
    let store = open(data).await;
    let entries = store.entries(room).await.expect("reads");
    hakutaku_model::room::verify(&entries).unwrap_or_else(|fault| panic!("round {round}: {fault}"));
    let (mut said, mut told): (BTreeMap<String, Vec<u64>>, BTreeMap<String, u32>) = Default::default();
    for entry in &entries {
        match DrillEvent::of(entry) {
            Some(DrillEvent::Answered { text, .. }) => {
                said.entry(entry.author.name.clone()).or_default().push(text.parse().expect("a number"));
            }
            Some(DrillEvent::InjectFired { inject, .. }) => *told.entry(inject).or_default() += 1,
            _ => {}
        }
    }
    let mut stands = 0;
    for (player, said) in &said {
        let count = said.len() as u64;
        assert_eq!(*said, (1..=count).collect::<Vec<_>>(), "round {round}: {player}");
        stands += count;
    }
    let most = acknowledged + PLAYERS as u64;
    assert!((acknowledged..=most).contains(&stands), "round {round}: {stands} stand, {acknowledged} acknowledged");
    assert!(told.values().all(|times| *times == 1), "round {round}: {told:?}");
    store.close().await;
}
