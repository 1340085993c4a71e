//! Live words between two servers.

use crate::place::StreamServer;
use hakutaku_events::live::{Incoming, Word, carry};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

fn word(about: u128, json: &str) -> Word {
    Word { about: Uuid::from_u128(about), name: "answer".to_owned(), json: json.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_reaches_the_other_server_and_does_not_come_back() {
    let mut server = StreamServer::start();
    let mut desks = Vec::new();
    for _ in 0..2 {
        let line = server.line().await;
        let (out, outgoing) = mpsc::channel(16);
        let (incoming, heard) = mpsc::unbounded_channel();
        let own = line.clone();
        tokio::spawn(async move {
            carry(&own, outgoing, |word| drop(incoming.send(word))).await.expect("carried");
        });
        while !line.is_connected() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        desks.push((line, out, heard));
    }
    let [(line, out, heard), (_, other_out, other_heard)] = desks.as_mut_slice() else { panic!("two") };
    // A subscription is not acknowledged: words are said until one is heard.
    let first = loop {
        out.send(word(1, "{\"n\":1}")).await.expect("sent");
        if let Ok(Some(first)) = tokio::time::timeout(Duration::from_millis(200), other_heard.recv()).await {
            break first;
        }
    };
    assert_eq!(first, Incoming::Word(word(1, "{\"n\":1}")));
    assert!(heard.try_recv().is_err(), "nobody hears what he said himself");
    // What is too large says only that there is something new.
    other_out.send(word(2, &format!("\"{}\"", "x".repeat(300_000)))).await.expect("sent");
    let lagged = Word { name: "lagged".to_owned(), ..word(2, "{}") };
    assert_eq!(heard.recv().await, Some(Incoming::Word(lagged)));
    // What is no word of a server is not passed on; nor does it end anything.
    let by_hand = async_nats::ConnectOptions::with_credentials_file(&server.made.credentials)
        .await
        .expect("credentials")
        .connect(server.url())
        .await
        .expect("connected");
    by_hand.publish("live.nonsense", "{}".into()).await.expect("published");
    by_hand.publish(format!("live.{}", Uuid::from_u128(3)), "nonsense".into()).await.expect("published");
    by_hand.flush().await.expect("flushed");
    other_out.send(word(4, "4")).await.expect("sent");
    assert_eq!(heard.recv().await, Some(Incoming::Word(word(4, "4"))));
    // After the stream server was away pages are told to load again.
    server.kill();
    server.again();
    assert_eq!(heard.recv().await, Some(Incoming::Missed));
    assert!(line.is_connected());
}
