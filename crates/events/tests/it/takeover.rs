//! Several servers side by side: one takes touches in, another goes on when it dies.

use crate::place::{Box, StreamServer, Working, arrived, facility};
use hakutaku_events::Turn;
use hakutaku_store::testing::Place;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// Whose turn it is is said by the test.
fn turn(whose: &Arc<AtomicU8>, me: u8) -> Turn {
    let whose = whose.clone();
    Arc::new(move || {
        let mine = whose.load(Ordering::Relaxed) == me;
        std::boxed::Box::pin(async move { Ok(mine) })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_goes_on_where_one_stopped_and_nothing_is_doubled() {
    let place = Place::postgres();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let mut sensor = Box::new(&store, home, &server.issuer(), &server.url()).await;
    sensor.start();
    let whose = Arc::new(AtomicU8::new(1));
    let first = Working::start(server.line().await, store.clone(), "one", turn(&whose, 1));
    let second = Working::start(server.line().await, place.open().await, "two", turn(&whose, 2));
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
    // It dies in the midst of its work: nothing is put in order behind it.
    drop(first);
    whose.store(2, Ordering::Relaxed);
    let since = Instant::now();
    while second.figures.taken.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    eprintln!("the other server went on after {:?}", since.elapsed());
    load.await.expect("touched");
    arrived(&store, &sensor, 400).await;
    // The turn goes back and forth: still each once.
    let third = Working::start(server.line().await, store.clone(), "three", turn(&whose, 3));
    for me in [3, 2, 3] {
        whose.store(me, Ordering::Relaxed);
        sensor.touched(20);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    arrived(&store, &sensor, 460).await;
    drop((second, third));
}
