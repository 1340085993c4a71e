//! Touches out of the stream into the store.
//!
//! Of several servers exactly one takes touches in: the one that holds the lease ([`LEASE`]) in the database. It
//! removes the reader of the one before and makes its own, which begins at the first touch that nobody acknowledged: so
//! the order is kept, and what the former had in hand comes again. Should two believe that they hold it, the store still
//! takes each touch once.
//!
//! A touch is acknowledged after the commit. What can never be kept (an unknown sensor, something that is no touch) is
//! acknowledged too and counted, so that nothing comes again for ever.

use crate::line::{Events, EventsError, server};
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use hakutaku_model::id::SensorId;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::transport::{AGAIN_HEADER, MessageId, OLDEST_HEADER, Subject, runs};
use hakutaku_store::{Batch, Store, StoreError, touches::MOST_LINES};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Most touches in hand that are not acknowledged yet.
const IN_HAND: usize = 4000;
/// Touches taken from the stream at once.
const PIECE: usize = 1000;
/// Of so many sensors touches are kept at the same time.
const AT_ONCE: usize = 8;
/// What is not acknowledged after so long comes again.
const ACK_WAIT: Duration = Duration::from_secs(60);
/// So long a touch waits for the one before it; then it is let go, and the sensor publishes both again.
const GAP_PATIENCE: Duration = Duration::from_secs(20);
/// Most touches that wait for others at the same time.
const MOST_HELD: usize = 1000;
/// The lease of whoever takes touches in.
pub const LEASE: &str = "touches";
/// How long the lease lasts: so soon another server goes on when the one that holds it dies. The servers' clocks must agree
/// better than this.
const LEASE_SECONDS: i64 = 6;
/// How often it is prolonged, and asked for by those who wait.
const TURN: Duration = Duration::from_secs(2);
/// How often it is looked at what waits.
const LOOK: Duration = Duration::from_secs(5);
/// From so many waiting touches on the log speaks of it.
const MANY: u64 = 10_000;

/// What has come of the touches, since the start.
#[derive(Debug, Default)]
pub struct Figures {
    /// This server holds the lease.
    pub on_turn: AtomicBool,
    /// New touches kept.
    pub taken: AtomicU64,
    /// Messages of sensors that are unknown or were taken out of use.
    pub unknown: AtomicU64,
    /// Messages that are no touches, or under a subject of another sensor.
    pub garbage: AtomicU64,
    /// Breaks found in chains; they stand on the page of sensors too.
    pub faults: AtomicU64,
    /// Touches let go because the one before did not come; the sensor sends them again.
    pub asked_again: AtomicU64,
    /// Touches that waited in the stream at the last look.
    pub waiting: AtomicU64,
}

/// Takes touches in.
pub struct Centre {
    events: Events,
    store: Store,
    name: String,
    clock: fn() -> Ts,
    figures: Arc<Figures>,
}

struct Line {
    payload: Bytes,
    oldest: u64,
    /// The same touch may come more than once.
    messages: Vec<Message>,
    since: Instant,
}

/// What waits for one sensor, by number.
struct Waiting {
    subject: Subject,
    lines: BTreeMap<u64, Line>,
}

impl Centre {
    /// `name` is one that no other server has: letters, digits, `-`.
    #[must_use]
    pub fn new(events: Events, store: Store, name: String, clock: fn() -> Ts) -> Self {
        Self { events, store, name, clock, figures: Arc::default() }
    }

    async fn lease(&self) -> Result<bool, StoreError> {
        let now = (self.clock)();
        self.store.lease(LEASE, &self.name, now, now.plus_seconds(LEASE_SECONDS)).await
    }

    /// Gives the lease back when the server stops, so that another need not wait for its end.
    pub async fn give_back(&self) {
        if let Err(error) = self.store.end_lease(LEASE, &self.name).await {
            tracing::debug!(%error, "the lease ends by itself");
        }
    }

    /// What has come of the touches.
    #[must_use]
    pub fn figures(&self) -> Arc<Figures> {
        self.figures.clone()
    }

    /// Works until the future is dropped. What cannot be done is said once and tried again.
    pub async fn run(&self) {
        let mut failures = 0u32;
        loop {
            match self.lease().await {
                Ok(true) => {}
                Ok(false) => {
                    tokio::time::sleep(TURN / 2).await;
                    continue;
                }
                Err(error) => {
                    tracing::error!(%error, "the lease on touches cannot be asked for; tried again");
                    tokio::time::sleep(TURN).await;
                    continue;
                }
            }
            self.figures.on_turn.store(true, Ordering::Relaxed);
            let before = self.figures.taken.load(Ordering::Relaxed);
            let outcome = tokio::select! {
                done = self.session() => done,
                () = self.turn_lost() => Ok(()),
            };
            self.figures.on_turn.store(false, Ordering::Relaxed);
            if self.figures.taken.load(Ordering::Relaxed) > before {
                failures = 0;
            }
            if let Err(error) = outcome {
                if failures == 0 {
                    tracing::warn!(%error, "touches wait in the stream; tried again");
                }
                failures = failures.saturating_add(1);
                tokio::time::sleep(Duration::from_millis(250 << failures.min(4))).await;
            }
        }
    }

    /// Prolongs the lease; ends when it is another's.
    async fn turn_lost(&self) {
        loop {
            tokio::time::sleep(TURN).await;
            match self.lease().await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!("another server takes touches in now");
                    return;
                }
                // The database is away; what is being kept fails by itself.
                Err(error) => tracing::warn!(%error, "the lease on touches could not be prolonged"),
            }
        }
    }

    async fn session(&self) -> Result<(), EventsError> {
        let stream = self.events.stream().await?;
        let doing = server("beginning to read touches");
        let names: Vec<String> = stream.consumer_names().try_collect().await.map_err(|error| doing(&error))?;
        for name in names {
            stream.delete_consumer(&name).await.map_err(|error| doing(&error))?;
        }
        let name = format!("centre-{}", self.name);
        let config = pull::Config {
            durable_name: Some(name.clone()),
            deliver_policy: DeliverPolicy::All,
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: IN_HAND as i64,
            ..pull::Config::default()
        };
        let consumer = stream.create_consumer(config).await.map_err(|error| doing(&error))?;
        tracing::info!("this server takes touches in");
        let messages = consumer
            .stream()
            .max_messages_per_batch(PIECE)
            .expires(Duration::from_secs(10))
            .heartbeat(Duration::from_secs(2))
            .messages()
            .await
            .map_err(|error| doing(&error))?;
        let mut pieces = messages.ready_chunks(PIECE);
        let mut waiting: HashMap<SensorId, Waiting> = HashMap::new();
        let mut look = tokio::time::interval(LOOK);
        let reading = server("reading touches");
        loop {
            tokio::select! {
                piece = pieces.next() => {
                    let Some(piece) = piece else { return Err(reading(&"the stream server ended the reading")) };
                    for message in piece {
                        self.sort(message.map_err(|error| reading(&error))?, &mut waiting).await;
                    }
                    self.keep(&mut waiting).await?;
                }
                _ = look.tick() => self.look().await,
            }
            self.let_go(&mut waiting).await;
        }
    }

    /// Puts a message where it belongs, or away.
    async fn sort(&self, message: Message, waiting: &mut HashMap<SensorId, Waiting>) {
        let header =
            |name: &str| message.headers.as_ref().and_then(|headers| headers.get(name)).map(|value| value.as_str());
        let subject: Option<Subject> = message.subject.as_str().parse().ok();
        let id: Option<MessageId> =
            header(NATS_MESSAGE_ID.as_ref()).or_else(|| header(AGAIN_HEADER)).and_then(|id| id.parse().ok());
        let oldest = header(OLDEST_HEADER).and_then(|oldest| oldest.parse().ok());
        let (subject, number) = match (subject, id) {
            (Some(subject), Some(id))
                if id.touch.sensor == subject.sensor
                    && id == MessageId::of(subject.sensor, id.touch.number, &message.payload) =>
            {
                (subject, id.touch.number)
            }
            _ => {
                self.figures.garbage.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(subject = %message.subject, "a message that is no touch was put away");
                return acknowledge(&message).await;
            }
        };
        let sensor = waiting.entry(subject.sensor).or_insert_with(|| Waiting { subject, lines: BTreeMap::new() });
        match sensor.lines.get_mut(&number) {
            Some(line) if line.payload == message.payload => line.messages.push(message),
            Some(_) => {
                // Two stories of one number at once: the second is told again by the sensor, after the first was kept.
                self.figures.asked_again.fetch_add(1, Ordering::Relaxed);
                acknowledge(&message).await;
            }
            None => {
                let oldest = oldest.unwrap_or(number);
                let payload = message.payload.clone();
                sensor.lines.insert(number, Line { payload, oldest, messages: vec![message], since: Instant::now() });
            }
        }
    }

    /// Keeps what belongs after what is kept already, of several sensors at once.
    async fn keep(&self, waiting: &mut HashMap<SensorId, Waiting>) -> Result<(), EventsError> {
        let each: Vec<BoxFuture<'_, _>> = waiting.values_mut().map(|sensor| self.keep_one(sensor).boxed()).collect();
        let mut all = stream::iter(each).buffer_unordered(AT_ONCE);
        while let Some(done) = all.next().await {
            done?;
        }
        drop(all);
        waiting.retain(|_, sensor| !sensor.lines.is_empty());
        Ok(())
    }

    async fn keep_one(&self, sensor: &mut Waiting) -> Result<(), EventsError> {
        for (first, count) in runs(&sensor.lines, MOST_LINES) {
            let last = first + count as u64 - 1;
            let lines: Vec<&[u8]> = sensor.lines.range(first..=last).map(|(_, line)| &*line.payload).collect();
            let oldest = sensor.lines.get(&last).map_or(first, |line| line.oldest);
            let batch = Batch { after: first - 1, oldest, lines: &lines };
            match self.store.take_touches(sensor.subject.sensor, &batch, (self.clock)()).await {
                Ok(taken) if taken.number >= last => {
                    self.figures.taken.fetch_add(taken.new.len() as u64, Ordering::Relaxed);
                    if taken.fault.is_some() {
                        self.figures.faults.fetch_add(1, Ordering::Relaxed);
                    }
                    for number in first..=last {
                        if let Some(line) = sensor.lines.remove(&number) {
                            put_away(&line).await;
                        }
                    }
                }
                // Touches before these are still to come.
                Ok(_) => break,
                Err(StoreError::NotFound(_)) => {
                    self.figures.unknown.fetch_add(sensor.lines.len() as u64, Ordering::Relaxed);
                    tracing::warn!(sensor = %sensor.subject.sensor, "touches of a sensor that is not in use were put away");
                    for line in std::mem::take(&mut sensor.lines).into_values() {
                        put_away(&line).await;
                    }
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Lets go of touches that have waited too long for the one before, or are too many.
    async fn let_go(&self, waiting: &mut HashMap<SensorId, Waiting>) {
        let many = waiting.values().map(|sensor| sensor.lines.len()).sum::<usize>() > MOST_HELD;
        for sensor in waiting.values_mut() {
            if !many && sensor.lines.values().all(|line| line.since.elapsed() < GAP_PATIENCE) {
                continue;
            }
            let gone = std::mem::take(&mut sensor.lines);
            self.figures.asked_again.fetch_add(gone.len() as u64, Ordering::Relaxed);
            tracing::warn!(sensor = %sensor.subject.sensor, count = gone.len(), "touches before these are missing; the sensor will publish them again");
            for line in gone.into_values() {
                put_away(&line).await;
            }
        }
        waiting.retain(|_, sensor| !sensor.lines.is_empty());
    }

    async fn look(&self) {
        let Ok(size) = self.events.size().await else { return };
        let before = self.figures.waiting.swap(size.messages, Ordering::Relaxed);
        if size.messages >= MANY && before < MANY {
            tracing::warn!(waiting = size.messages, "many touches wait in the stream");
        } else if size.messages < MANY && before >= MANY {
            tracing::info!(waiting = size.messages, "the stream has been worked off");
        }
    }
}

async fn put_away(line: &Line) {
    for message in &line.messages {
        acknowledge(message).await;
    }
}

/// Without an answer: an acknowledgement that gets lost means that the touch comes again and is known.
async fn acknowledge(message: &Message) {
    if let Err(error) = message.ack().await {
        tracing::debug!(%error, "an acknowledgement was not sent");
    }
}
