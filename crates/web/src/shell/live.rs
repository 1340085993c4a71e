//! Who is looking at an assessment, a drill or an incident hears at once what others save there.
//!
//! One channel per such thing while somebody listens; nothing is kept. A listener that fell behind gets `lagged` and
//! should load the page's state again.
//!
//! Of several servers each has its hub. What is published goes out to the others through [`LiveHub::outward`], and what
//! they publish comes in through [`LiveHub::receive`]; who carries it is none of the hub's business. Drills need none of
//! that: each server looks into the journal itself, every second.

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::wrappers::BroadcastStream;
use uuid::Uuid;

/// Events a slow listener may fall behind before it is told to load again.
const BACKLOG: usize = 64;
/// Words that may wait on their way to the other servers.
const OUTWARD: usize = 1024;

/// One message: a name the page's script listens for and JSON.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// The name.
    pub name: Cow<'static, str>,
    /// The content.
    pub json: Arc<str>,
}

/// The channels.
#[derive(Debug, Default)]
pub struct LiveHub {
    rooms: Mutex<HashMap<Uuid, broadcast::Sender<LiveEvent>>>,
    outward: OnceLock<mpsc::Sender<(Uuid, LiveEvent)>>,
}

impl LiveHub {
    /// Tells everyone who listens to this assessment or room, at the other servers too. Nobody listening is fine.
    pub fn publish(&self, about: impl Into<Uuid>, name: &'static str, content: &impl Serialize) {
        let about = about.into();
        let Some(event) = event(name, content) else { return };
        if let Some(outward) = self.outward.get()
            && outward.try_send((about, event.clone())).is_err()
        {
            tracing::warn!(name, "a live word did not reach the other servers: too many wait");
        }
        self.tell(about, event);
    }

    /// Tells those who listen at this server only, where every server finds out by itself.
    pub fn publish_here(&self, about: impl Into<Uuid>, name: &'static str, content: &impl Serialize) {
        if let Some(event) = event(name, content) {
            self.tell(about.into(), event);
        }
    }

    fn tell(&self, about: Uuid, event: LiveEvent) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(room) = rooms.get(&about)
            && room.send(event).is_err()
        {
            rooms.remove(&about);
        }
    }

    /// What is published from now on, for the other servers. Once in a hub's life; `None` afterwards.
    pub fn outward(&self) -> Option<mpsc::Receiver<(Uuid, LiveEvent)>> {
        let (sender, receiver) = mpsc::channel(OUTWARD);
        self.outward.set(sender).is_ok().then_some(receiver)
    }

    /// A word of another server: for those who listen here.
    pub fn receive(&self, about: Uuid, event: LiveEvent) {
        self.tell(about, event);
    }

    /// Words of other servers may have been missed: everybody should load again.
    pub fn missed(&self) {
        let lagged = LiveEvent { name: Cow::Borrowed("lagged"), json: "{}".into() };
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|_, room| room.send(lagged.clone()).is_ok());
    }

    /// Whether it is worth making a word about this: somebody listens here, or may at another server.
    #[must_use]
    pub fn is_heard(&self, about: impl Into<Uuid>) -> bool {
        self.outward.get().is_some() || self.listeners(about) > 0
    }

    /// The channel of one assessment or room, for streams that choose what each listener hears.
    pub fn subscribe(&self, about: impl Into<Uuid>) -> BroadcastStream<LiveEvent> {
        let about = about.into();
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.retain(|id, room| *id == about || room.receiver_count() > 0);
        BroadcastStream::new(rooms.entry(about).or_insert_with(|| broadcast::channel(BACKLOG).0).subscribe())
    }

    /// Listens to one assessment or room, as server-sent events. Register the route with `Routes::stream`: it must not
    /// time out.
    pub fn listen<I: Into<Uuid>>(
        &self,
        about: I,
    ) -> Sse<impl Stream<Item = Result<Event, Infallible>> + Send + use<I>> {
        let events = self.subscribe(about).map(|message| {
            Ok(match message {
                Ok(event) => Event::default().event(&*event.name).data(&*event.json),
                Err(_) => Event::default().event("lagged").data("{}"),
            })
        });
        Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
    }

    /// How many listen.
    #[must_use]
    pub fn listeners(&self, about: impl Into<Uuid>) -> usize {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms.get(&about.into()).map_or(0, broadcast::Sender::receiver_count)
    }
}

fn event(name: &'static str, content: &impl Serialize) -> Option<LiveEvent> {
    match serde_json::to_string(content) {
        Ok(json) => Some(LiveEvent { name: Cow::Borrowed(name), json: json.into() }),
        Err(error) => {
            tracing::error!(%error, name, "a live event could not be written as JSON");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_saved_answer_reaches_those_who_look_and_nobody_else() {
        let hub = LiveHub::default();
        let [here, there] = [1, 2].map(Uuid::from_u128);
        hub.publish(here, "answer", &"before anyone listens");
        let looking = hub.listen(here);
        let _elsewhere = hub.listen(there);
        hub.publish(here, "answer", &serde_json::json!({"question": "it-backup-01"}));
        hub.publish(there, "answer", &"not for us");
        assert_eq!((hub.listeners(here), hub.listeners(there)), (1, 1));
        drop(hub);
        use axum::response::IntoResponse as _;
        let body = axum::body::to_bytes(looking.into_response().into_body(), 10_000).await.expect("a body");
        let text = String::from_utf8(body.to_vec()).expect("UTF-8");
        assert_eq!(text, "event: answer\ndata: {\"question\":\"it-backup-01\"}\n\n");
    }

    #[tokio::test]
    async fn what_is_published_at_one_server_is_heard_at_the_other_and_goes_no_further() {
        let (one, other) = (LiveHub::default(), LiveHub::default());
        let about = Uuid::from_u128(1);
        assert!(!one.is_heard(about));
        let mut outward = one.outward().expect("the first time");
        assert!(one.outward().is_none() && one.is_heard(about));
        let mut looking = other.subscribe(about);
        one.publish(about, "changed", &1);
        one.publish_here(about, "beat", &2);
        one.publish(about, "closed", &3);
        for name in ["changed", "closed"] {
            let (about, event) = outward.recv().await.expect("a word");
            assert_eq!(event.name, name);
            other.receive(about, event);
            assert_eq!(looking.next().await.expect("open").expect("heard").name, name);
        }
        other.missed();
        assert_eq!(looking.next().await.expect("open").expect("heard").name, "lagged");
    }
}
