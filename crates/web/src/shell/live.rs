//! Who is looking at an assessment, a drill or an incident hears at once what others save there.
//!
//! One channel per such thing while somebody listens; nothing is kept. A listener that fell behind gets `lagged` and
//! should load the page's state again.

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::{Stream, StreamExt as _};
use serde::Serialize;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use uuid::Uuid;

/// Events a slow listener may fall behind before it is told to load again.
const BACKLOG: usize = 64;

/// One message: a name the page's script listens for and JSON.
#[derive(Debug, Clone)]
pub struct LiveEvent {
    /// The name.
    pub name: &'static str,
    /// The content.
    pub json: Arc<str>,
}

/// The channels.
#[derive(Debug, Default)]
pub struct LiveHub {
    rooms: Mutex<HashMap<Uuid, broadcast::Sender<LiveEvent>>>,
}

impl LiveHub {
    /// Tells everyone who listens to this assessment or room. Nobody listening is fine.
    pub fn publish(&self, about: impl Into<Uuid>, name: &'static str, content: &impl Serialize) {
        let about = about.into();
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(room) = rooms.get(&about) else { return };
        match serde_json::to_string(content) {
            Ok(json) => {
                if room.send(LiveEvent { name, json: json.into() }).is_err() {
                    rooms.remove(&about);
                }
            }
            Err(error) => tracing::error!(%error, name, "a live event could not be written as JSON"),
        }
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
                Ok(event) => Event::default().event(event.name).data(&*event.json),
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
}
