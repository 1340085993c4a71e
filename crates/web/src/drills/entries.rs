//! The journal of a drill as server-sent events, for programs: every entry a facility may read, as it is written.

use super::fence::may_read;
use super::live::LiveDrill;
use super::ticker::look_after;
use crate::AppState;
use crate::shell::problem::Problem;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use hakutaku_model::id::{FacilityId, RoomId};
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often the journal is looked at even if nobody said that it grew.
const LOOK: Duration = Duration::from_secs(5);

/// On this channel of the live hub it is said that the journal grew.
pub(super) fn channel(room: RoomId) -> Uuid {
    let digest = Sha256::digest(format!("drill/{room}/journal"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::from_bytes(bytes)
}

/// Opens the stream.
pub(crate) async fn entries_stream(
    app: &AppState,
    drill: Arc<LiveDrill>,
    facility: FacilityId,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    look_after(app, &drill);
    let told = app.live.subscribe(channel(drill.room.id));
    let start = Reading { app: app.clone(), drill, facility, at: last.unwrap_or(0), ready: VecDeque::new() };
    let events = stream::unfold((start, told, true), |(mut reading, mut told, mut look)| async move {
        loop {
            if let Some(event) = reading.ready.pop_front() {
                return Some((Ok::<Event, Infallible>(event), (reading, told, false)));
            }
            if !look {
                // A word that it grew, a word lost, or a while without any: each is a reason to look.
                let _ = tokio::time::timeout(LOOK, told.next()).await;
            }
            look = false;
            reading.look().await;
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

struct Reading {
    app: AppState,
    drill: Arc<LiveDrill>,
    facility: FacilityId,
    /// How many entries were read.
    at: usize,
    ready: VecDeque<Event>,
}

impl Reading {
    async fn look(&mut self) {
        let room = self.drill.room.id;
        let count = self.app.store.entry_count(room).await.ok().and_then(|count| usize::try_from(count).ok());
        if count.is_none_or(|count| count <= self.at) {
            return;
        }
        // A store that cannot be read now is asked again.
        let Ok(entries) = self.app.store.entries(room).await else { return };
        for (place, entry) in entries.iter().enumerate().skip(self.at) {
            if may_read(&self.drill, self.facility, entry)
                && let Ok(json) = serde_json::to_string(entry)
            {
                self.ready.push_back(Event::default().event("entry").id((place + 1).to_string()).data(json));
            }
        }
        self.at = entries.len();
    }
}
