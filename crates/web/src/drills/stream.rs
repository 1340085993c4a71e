//! Server-sent events of a drill's screens. Each listener hears the channel of its audience and the beat of the drill.

use super::live::LiveDrill;
use super::presence::OpenScreen;
use super::screens::{Audience, position_of};
use super::ticker::look_after;
use crate::AppState;
use crate::shell::live::LiveEvent;
use crate::shell::problem::Problem;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use hakutaku_model::id::DoorId;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;

/// How often a listener's door is looked at: another server may have closed it, or its time may be up.
const LOOK_AT_DOOR: Duration = Duration::from_secs(20);

/// Where a page stands already.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct From {
    at: Option<usize>,
}

struct Listening {
    app: AppState,
    drill: Arc<LiveDrill>,
    audience: Audience,
    own: BroadcastStream<LiveEvent>,
    all: BroadcastStream<LiveEvent>,
    door: Option<DoorId>,
    looking: tokio::time::Interval,
    first: Option<Event>,
    over: bool,
    /// Counts as present as long as the stream lives.
    _screen: Option<OpenScreen>,
}

/// Opens a stream. `door` is the door the listener came in by; when it closes, the stream ends.
pub(crate) async fn open(
    app: &AppState,
    drill: Arc<LiveDrill>,
    audience: Audience,
    door: Option<DoorId>,
    screen: Option<OpenScreen>,
    headers: &HeaderMap,
    from: &From,
) -> Result<Response, Problem> {
    // What the browser heard last is newer than what the page was made with.
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let known: Option<usize> = last.or(from.at);
    let channel = audience.channel(drill.room.id);
    let subscribe = || (app.live.subscribe(channel), app.live.subscribe(drill.room.id));
    let ((own, all), news) = drill.begin_listening(app, &audience, subscribe).await?;
    let first = if known == Some(news.position()) {
        Event::default().event("beat").data(drill.clock(app).await.to_string())
    } else {
        Event::default()
            .event("parts")
            .id(news.position().to_string())
            .data(serde_json::to_string(&news).map_err(Problem::internal)?)
    };
    look_after(app, &drill);
    drill.wake.notify_one();
    let mut looking = tokio::time::interval(LOOK_AT_DOOR);
    looking.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    looking.reset();
    let listening = Listening {
        app: app.clone(),
        drill,
        audience,
        own,
        all,
        door,
        looking,
        first: Some(first),
        over: false,
        _screen: screen,
    };
    let events = stream::unfold(listening, |mut listening| async move {
        let event = listening.next().await?;
        Some((Ok::<Event, Infallible>(event), listening))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}

impl Listening {
    async fn next(&mut self) -> Option<Event> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        while !self.over {
            tokio::select! {
                heard = self.own.next() => return match heard? {
                    Ok(event) => Some(parts(&event)),
                    // Too slow to hear everything: told the whole.
                    Err(_) => self.whole().await,
                },
                heard = self.all.next() => match heard? {
                    Ok(event) if event.name == "beat" => {
                        return Some(Event::default().event("beat").data(&*event.json));
                    }
                    Ok(event) if event.name == "closed" => {
                        if self.door.is_some_and(|door| event.json.contains(&door.to_string())) {
                            return Some(self.end());
                        }
                    }
                    Ok(_) | Err(_) => {}
                },
                _ = self.looking.tick() => {
                    if self.is_shut().await {
                        return Some(self.end());
                    }
                }
            }
        }
        None
    }

    fn end(&mut self) -> Event {
        self.over = true;
        Event::default().event("closed").data("{}")
    }

    async fn is_shut(&self) -> bool {
        let Some(door) = self.door else { return false };
        let doors = self.app.store.doors_to(hakutaku_model::seat::Purpose::Drill, self.drill.room.id.0).await;
        // A store that cannot be read now closes nobody out.
        doors.is_ok_and(|doors| {
            doors.iter().find(|known| known.id == door).is_none_or(|door| !door.is_open(self.app.now()))
        })
    }

    async fn whole(&mut self) -> Option<Event> {
        let channel = self.audience.channel(self.drill.room.id);
        let subscribe = || self.app.live.subscribe(channel);
        let (own, news) = self.drill.begin_listening(&self.app, &self.audience, subscribe).await.ok()?;
        self.own = own;
        let json = serde_json::to_string(&news).ok()?;
        Some(Event::default().event("parts").id(news.position().to_string()).data(json))
    }
}

fn parts(event: &LiveEvent) -> Event {
    let made = Event::default().event(&*event.name).data(&*event.json);
    match position_of(&event.json) {
        Some(position) => made.id(position),
        None => made,
    }
}
