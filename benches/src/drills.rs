//! A drill with 500 screens on one server: from the conductor's press until the last screen has the inject, and memory.
//!
//! The real program runs beside this one on the same machine; what the 500 listeners cost here is in the figure, too.

use crate::Outcome;
use crate::installation::{Installation, now};
use crate::start::{Server, program};
use crate::table::{Budget, Sample, Table};
use hakutaku_model::exercise::DrillSetup;
use hakutaku_model::exercise::event::TakingPart;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::person::Role;
use hakutaku_model::room::RoomKind;
use hakutaku_model::seat::Purpose;
use hakutaku_model::text::Lang;
use hakutaku_store::{Act, DatabaseUrl, NewPerson, Store};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

const SCREENS: usize = 500;
const INJECTS: usize = 60;
const PATIENCE: Duration = Duration::from_secs(20);
const SCENARIO: &str = include_str!("../../crates/model/src/exercise/testing/clinic.json");

/// What a server needs to be asked about.
struct Prepared {
    facility: FacilityId,
    room: RoomId,
    token: String,
    seats: Vec<String>,
}

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let Some(program) = program() else {
        table.note("drills: build the program first (cargo build --release)");
        return Ok(());
    };
    let place = Installation::empty(DatabaseUrl::Sqlite).await?;
    let prepared = prepare(&place.store).await?;
    place.store.close().await;
    let server = Server::start(&program, place.folder.path(), &[])?;
    let address = server.address();
    if let Some(resident) = server.resident() {
        table.bytes("memory: server before the drill", "", resident, Budget::None);
    }
    conduct(address, &prepared, r#"{"do":"start"}"#).await?;
    let (heard, mut arrivals) = mpsc::unbounded_channel();
    for seat in &prepared.seats {
        tokio::spawn(listen(address, seat.clone(), heard.clone()));
    }
    let begun = Instant::now();
    // Every screen says once that it is open.
    for _ in 0..SCREENS {
        tokio::time::timeout(PATIENCE, arrivals.recv()).await?.ok_or("a screen was closed")?;
    }
    let mut opening = Sample::default();
    opening.add(begun.elapsed());
    table.sample("drill: opening all screens at once", "500 screens", &opening, Budget::None);
    if let Some(resident) = server.resident() {
        table.bytes("memory: 500 screens open", "", resident, Budget::Megabytes(250));
    }
    let (mut last, mut each) = (Sample::default(), Sample::default());
    for n in 0..INJECTS {
        let command = format!(r#"{{"do":"improvise","to":["all"],"text":"計測 mark-{n:03}-"}}"#);
        let pressed = Instant::now();
        let mut missing = SCREENS;
        let press = conduct(address, &prepared, &command);
        let arrive = async {
            let mut slowest = Duration::ZERO;
            while missing > 0 {
                let (mark, at): (usize, Instant) =
                    tokio::time::timeout(PATIENCE, arrivals.recv()).await?.ok_or("a screen was closed")?;
                if mark == n + 1 {
                    missing -= 1;
                    let took = at.saturating_duration_since(pressed);
                    each.add(took);
                    slowest = slowest.max(took);
                }
            }
            Outcome::Ok(slowest)
        };
        let (pressed, slowest) = tokio::join!(press, arrive);
        pressed?;
        last.add(slowest?);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    table.sample("drill: press to one screen", "500 screens", &each, Budget::Both(250, 500));
    table.sample("drill: press to the last screen", "500 screens", &last, Budget::Both(250, 500));
    if let Some(resident) = server.resident() {
        table.bytes("memory: 500 screens after 60 injects", "", resident, Budget::Megabytes(250));
    }
    Ok(())
}

async fn prepare(store: &Store) -> Outcome<Prepared> {
    let act = Act::system(now());
    let profile = FacilityProfile {
        name: "計測用病院".to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 200,
        it_staff_tenths: 20,
    };
    store.set_setting(&act, "setup.done", &true.into()).await?;
    let facility = store.create_facility(&act, &profile, &[]).await?.id;
    let new = NewPerson {
        username: "bench".to_owned(),
        display_name: "計測".to_owned(),
        lang: Lang::Ja,
        password_hash: None,
    };
    let person = store.create_person(&act, &new).await?.id;
    store.grant(&act, person, Some(facility), Role::ItOperator).await?;
    let token = store.create_api_token(&Act::person(person, act.at), person, "計測", false, None).await?.token;
    let scenario = hakutaku_catalog::read_exercise(SCENARIO)?;
    let roles: Vec<String> = scenario.roles.iter().map(|role| role.id.clone()).collect();
    let part = TakingPart { facility, name: profile.name };
    let setup = serde_json::to_value(DrillSetup::new(scenario, vec![part]))?;
    let room = store.create_room(&act, facility, RoomKind::Drill, "計測", &setup).await?.id;
    let until = now().plus_seconds(3600);
    let door = store.open_door(&act, facility, Purpose::Drill, room.0, &serde_json::json!({}), until).await?.door;
    let mut seats = Vec::with_capacity(SCREENS);
    for n in 0..SCREENS {
        let role = roles.get(n % roles.len()).ok_or("a scenario without roles")?;
        seats.push(store.take_seat(&door, &format!("計測{n}"), role, now()).await?.token);
    }
    Ok(Prepared { facility, room, token, seats })
}

async fn conduct(address: SocketAddr, prepared: &Prepared, command: &str) -> Outcome {
    let Prepared { facility, room, token, .. } = prepared;
    let stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST /api/v1/facilities/{facility}/drills/{room}/commands HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{command}",
        command.len()
    );
    write(&stream, head.as_bytes()).await?;
    let (mut answer, mut piece) = (Vec::new(), [0_u8; 4096]);
    loop {
        let read = read(&stream, &mut piece).await?;
        if read == 0 {
            break;
        }
        answer.extend_from_slice(&piece[..read]);
    }
    let answer = String::from_utf8_lossy(&answer);
    if answer.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!("the drill was not conducted: {}", answer.lines().next().unwrap_or("no answer")).into())
    }
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn read(stream: &TcpStream, piece: &mut [u8]) -> std::io::Result<usize> {
    loop {
        stream.readable().await?;
        match stream.try_read(piece) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            other => return other,
        }
    }
}

/// One screen: says 0 when it is open, then the number of every inject as soon as its mark has arrived.
async fn listen(address: SocketAddr, seat: String, heard: mpsc::UnboundedSender<(usize, Instant)>) {
    let Ok(stream) = TcpStream::connect(address).await else { return };
    let head = format!(
        "GET /seat/drill/live HTTP/1.1\r\nHost: {address}\r\nCookie: hakutaku-seat={seat}\r\nAccept: text/event-stream\r\n\r\n"
    );
    if write(&stream, head.as_bytes()).await.is_err() {
        return;
    }
    let mut text: Vec<u8> = Vec::new();
    let mut piece = [0_u8; 16 * 1024];
    let (mut open, mut next) = (false, 0_usize);
    loop {
        let Ok(read) = read(&stream, &mut piece).await else { return };
        if read == 0 {
            return;
        }
        text.extend_from_slice(&piece[..read]);
        let seen = String::from_utf8_lossy(&text);
        if !open && seen.contains("\"whole\":true") {
            open = true;
            let _ = heard.send((0, Instant::now()));
        }
        while seen.contains(&format!("mark-{next:03}-")) {
            next += 1;
            let _ = heard.send((next, Instant::now()));
        }
        // A mark may be cut in two; more than the last few bytes need not be kept.
        let keep = text.len().saturating_sub(64);
        text.drain(..keep);
    }
}
