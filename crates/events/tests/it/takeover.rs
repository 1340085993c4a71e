//! Several servers side by side: one takes touches in, another goes on when it dies.

use crate::place::{Box, StreamServer, Working, arrived, facility};
use hakutaku_store::testing::Place;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn another_server_goes_on_where_one_stopped_and_nothing_is_doubled() {
    let place = Place::postgres();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let mut sensor = Box::new(&store, home, &server.issuer(), &server.url()).await;
    sensor.start();
    let first = Working::start(server.line().await, store.clone(), "one");
    while !first.figures.on_turn.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let second = Working::start(server.line().await, place.open().await, "two");
    let address = sensor.address();
    let load = tokio::task::spawn_blocking(move || {
        for _ in 0..40 {
            crate::place::touch(address, 10);
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    while first.figures.taken.load(Ordering::Relaxed) < 100 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(second.figures.taken.load(Ordering::Relaxed), 0, "one at a time");
    // It dies in the midst of its work: nothing is put in order behind it, the lease runs out.
    drop(first);
    let since = Instant::now();
    while second.figures.taken.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    eprintln!("the other server went on after {:?}", since.elapsed());
    load.await.expect("touched");
    arrived(&store, &sensor, 400).await;
    // A server that is told to stop gives the lease back.
    let third = Working::start(server.line().await, store.clone(), "three");
    second.stop().await;
    sensor.touched(20);
    arrived(&store, &sensor, 420).await;
    assert_eq!(third.figures.taken.load(Ordering::Relaxed), 20);
}
