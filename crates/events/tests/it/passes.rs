//! What a sensor's pass allows at a real stream server, and what not.

use crate::place::{Box, StreamServer, facility, now};
use async_nats::{Auth, AuthError, Client, ConnectOptions, Event};
use futures_util::StreamExt as _;
use hakutaku_model::touch::transport::Subject;
use hakutaku_store::testing::Place;
use std::sync::{Arc, Mutex};
use std::time::Duration;

type Said = Arc<Mutex<Vec<String>>>;

/// Connects with a pass, and notes what the server says.
async fn connect(url: String, token: String, key: nkeys::KeyPair) -> (Result<Client, async_nats::ConnectError>, Said) {
    let said = Said::default();
    let noted = said.clone();
    let client = ConnectOptions::with_auth_callback(move |challenge| {
        let mut auth = Auth::new();
        auth.jwt = Some(token.clone());
        let signed = key.sign(&challenge).map_err(AuthError::new).map(|signature| {
            auth.signature = Some(signature);
            auth
        });
        std::future::ready(signed)
    })
    .event_callback(move |event| {
        if let Event::ServerError(error) = event {
            noted.lock().expect("said").push(error.to_string());
        }
        std::future::ready(())
    })
    .connect(url)
    .await;
    (client, said)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sensor_speaks_under_its_own_subject_and_hears_nothing_of_others() {
    let place = Place::sqlite();
    let store = place.open().await;
    let server = StreamServer::start();
    let home = facility(&store, "白沢記念病院").await;
    let line = server.line().await;
    while line.stream().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let issuer = server.issuer();
    let (one, other) =
        (Box::new(&store, home, &issuer, &server.url()).await, Box::new(&store, home, &issuer, &server.url()).await);
    let token = one.pass.token.clone().expect("a token");
    let (client, said) = connect(server.url(), token.clone(), one.keys().events_key().expect("key")).await;
    let client = client.expect("comes in");
    let foreign = Subject { facility: home, sensor: other.id }.to_string();
    let mut heard = client.subscribe("touch.>").await.expect("asked");
    let mut live = client.subscribe("live.>").await.expect("asked");
    for subject in [foreign.as_str(), "live.x", "$JS.API.STREAM.DELETE.TOUCHES", "$JS.API.STREAM.INFO.TOUCHES"] {
        client.publish(subject.to_owned(), "x".into()).await.expect("asked");
    }
    client.publish(Subject { facility: home, sensor: one.id }.to_string(), "x".into()).await.expect("asked");
    client.flush().await.expect("flushed");
    while said.lock().expect("said").len() < 6 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let words = said.lock().expect("said").join("\n").to_lowercase();
    assert_eq!(words.matches("permissions violation for publish").count(), 4, "{words}");
    assert_eq!(words.matches("permissions violation for subscription").count(), 2, "{words}");
    // Its own word is there, and only that; the stream is still there too.
    assert_eq!(line.waiting(Subject { facility: home, sensor: one.id }).await.expect("counts"), 1);
    assert_eq!(line.size().await.expect("size").messages, 1);
    assert!(tokio::time::timeout(Duration::from_millis(300), heard.next()).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(300), live.next()).await.is_err());

    // The pass alone, without the sensor's key, opens nothing.
    let (refused, _) = connect(server.url(), token, other.keys().events_key().expect("key")).await;
    assert!(refused.is_err());
    // Nor does one that has ended.
    let subject = Subject { facility: home, sensor: one.id };
    let key = one.keys().events_key().expect("key");
    let before = now().plus_seconds(-2 * hakutaku_events::trust::PASS_SECONDS);
    let ended = issuer.pass(subject, &key.public_key(), before).expect("a pass").token.expect("a token");
    assert!(connect(server.url(), ended, key).await.0.is_err());
    // Nor nothing at all.
    assert!(async_nats::connect(server.url()).await.is_err());
}
