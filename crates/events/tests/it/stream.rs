//! Touches from a sensor through the stream into the store, whatever happens on the way.

use crate::place::{Box, StreamServer, Working, arrived, facility, touch};
use async_nats::HeaderMap;
use hakutaku_model::id::SensorId;
use hakutaku_model::touch::transport::{AGAIN_HEADER, MessageId, OLDEST_HEADER, Subject};
use hakutaku_store::testing::{Place, for_each_database};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_the_stream_server_is_killed_under_load() {
    for_each_database(async |place| {
        let store = place.open().await;
        let mut server = StreamServer::start();
        let home = facility(&store, "白沢記念病院").await;
        let mut sensor = Box::new(&store, home, &server.issuer(), &server.url()).await;
        let _centre = Working::start(server.line().await, store.clone(), "one");
        sensor.start();
        let address = sensor.address();
        let load = tokio::task::spawn_blocking(move || {
            for _ in 0..30 {
                touch(address, 20);
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            server.kill();
            tokio::time::sleep(Duration::from_millis(200)).await;
            server.again();
        }
        load.await.expect("touched");
        sensor.wrote(600).await;
        arrived(&store, &sensor, 600).await;
        // The sensor too may be stopped and started at any time.
        sensor.stop();
        sensor.start();
        sensor.touched(25);
        sensor.wrote(625).await;
        arrived(&store, &sensor, 625).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn touches_wait_in_the_stream_while_the_centre_is_away() {
    let place = Place::sqlite();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let line = server.line().await;
    while line.stream().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut sensor = Box::new(&store, home, &server.issuer(), &server.url()).await;
    sensor.start();
    sensor.touched(40);
    while line.size().await.expect("size").messages < 40 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let subject = Subject { facility: home, sensor: sensor.id };
    assert_eq!(line.waiting(subject).await.expect("counts"), 40);
    // The sensor need not be there any more.
    sensor.stop();
    let centre = Working::start(line.clone(), store.clone(), "one");
    arrived(&store, &sensor, 40).await;
    assert_eq!(centre.figures.taken.load(Ordering::Relaxed), 40);
    while line.size().await.expect("size").messages > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(line.waiting(subject).await.expect("counts"), 0);
}

/// Publishes as somebody with all rights would.
async fn publish(line: &async_nats::Client, subject: &str, id: Option<&str>, oldest: u64, payload: &[u8]) {
    let mut headers = HeaderMap::new();
    headers.insert(OLDEST_HEADER, oldest.to_string().as_str());
    if let Some(id) = id {
        headers.insert("Nats-Msg-Id", id);
    }
    line.publish_with_headers(subject.to_owned(), headers, payload.to_vec().into()).await.expect("published");
    line.flush().await.expect("flushed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_be_kept_is_put_away_and_what_comes_in_disorder_is_put_in_order() {
    let place = Place::sqlite();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let line = server.line().await;
    while line.stream().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // A sensor that writes and cannot send: its lines are published here by hand.
    let nowhere = format!("nats://127.0.0.1:{}", crate::place::free_port());
    let mut sensor = Box::new(&store, home, &server.issuer(), &nowhere).await;
    sensor.start();
    sensor.touched(6);
    sensor.wrote(6).await;
    let lines: Vec<(u64, Vec<u8>)> =
        hakutaku_decoy::spool::lines_after(sensor.folder.path(), 0).map(|line| line.expect("a line")).collect();
    let by_hand = async_nats::ConnectOptions::with_credentials_file(&server.made.credentials)
        .await
        .expect("credentials")
        .connect(server.url())
        .await
        .expect("connected");
    let own = Subject { facility: home, sensor: sensor.id }.to_string();
    let centre = Working::start(line.clone(), store.clone(), "one");
    // No message id; an id of another sensor; an id that is not of this line; an unknown sensor.
    let stranger = SensorId(uuid::Uuid::from_u128(77));
    let unknown = Subject { facility: home, sensor: stranger }.to_string();
    publish(&by_hand, &own, None, 1, b"{}").await;
    publish(&by_hand, &own, Some(&MessageId::of(stranger, 1, b"{}").to_string()), 1, b"{}").await;
    publish(&by_hand, &own, Some(&MessageId::of(sensor.id, 1, b"other").to_string()), 1, b"{}").await;
    publish(&by_hand, "touch.x.y", Some("x"), 1, b"").await;
    publish(&by_hand, &unknown, Some(&MessageId::of(stranger, 1, b"[]").to_string()), 1, b"[]").await;
    for place in [2, 0, 1, 5, 4, 3] {
        let (number, text) = &lines[place];
        publish(&by_hand, &own, Some(&MessageId::of(sensor.id, *number, text).to_string()), 1, text).await;
    }
    arrived(&store, &sensor, 6).await;
    // Published again under the other header, as after a loss: nothing new, nothing wrong.
    let mut again = HeaderMap::new();
    let id = MessageId::of(sensor.id, lines[3].0, &lines[3].1).to_string();
    again.insert(AGAIN_HEADER, id.as_str());
    by_hand.publish_with_headers(own.clone(), again, lines[3].1.clone().into()).await.expect("published");
    by_hand.flush().await.expect("flushed");
    while line.size().await.expect("size").messages > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let figures = &centre.figures;
    assert_eq!(figures.garbage.load(Ordering::Relaxed), 4);
    assert_eq!(figures.unknown.load(Ordering::Relaxed), 1);
    assert_eq!(figures.faults.load(Ordering::Relaxed), 0);
    assert_eq!(figures.asked_again.load(Ordering::Relaxed), 0);
}

/// Passes bytes on both ways until it is cut; then it keeps connections open and passes nothing, as a broken network does.
struct Wire {
    port: u16,
    cut: Arc<AtomicBool>,
}

impl Wire {
    fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
        let own = listener.local_addr().expect("address").port();
        let cut = Arc::new(AtomicBool::new(false));
        let shared = cut.clone();
        std::thread::spawn(move || {
            for from in listener.incoming().flatten() {
                let Ok(to) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                for (mut from, mut to) in [(from.try_clone(), to.try_clone()), (to.try_clone(), from.try_clone())]
                    .map(|(a, b)| (a.expect("a"), b.expect("b")))
                {
                    let cut = shared.clone();
                    std::thread::spawn(move || {
                        let mut bytes = [0; 4096];
                        while let Ok(count @ 1..) = from.read(&mut bytes) {
                            // What was under way when the wire was cut is gone for good.
                            if !cut.load(Ordering::Relaxed) && to.write_all(&bytes[..count]).is_err() {
                                break;
                            }
                        }
                    });
                }
            }
        });
        Self { port: own, cut }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_swallows_everything_for_a_while_changes_nothing() {
    let place = Place::sqlite();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let wire = Wire::to(server.port);
    let mut sensor = Box::new(&store, home, &server.issuer(), &format!("nats://127.0.0.1:{}", wire.port)).await;
    let _centre = Working::start(server.line().await, store.clone(), "one");
    sensor.start();
    sensor.touched(20);
    arrived(&store, &sensor, 20).await;
    wire.cut.store(true, Ordering::Relaxed);
    let begun = std::time::Instant::now();
    sensor.touched(200);
    sensor.wrote(220).await;
    let took = begun.elapsed();
    // The sensor gives the connection up after ten seconds without an acknowledgement.
    tokio::time::sleep(Duration::from_secs(12)).await;
    wire.cut.store(false, Ordering::Relaxed);
    arrived(&store, &sensor, 220).await;
    eprintln!("200 touches written in {took:?} while the network was cut");
}
