//! Touches through a stream server (NATS JetStream), in the sensor's order.
//!
//! A thread of its own with a runtime of its own for each connection. The library's own way of coming back is not used:
//! it would send what still waits in memory after what got lost on the broken line. Here a connection that breaks ends
//! with everything that belongs to it, and the next one begins after the last touch that the stream acknowledged.

use super::{LOOK, SendError, wait};
use crate::config::Centre;
use crate::keys::{KeyError, write_whole};
use crate::spool::{Lines, Spool, lines_after, segments};
use async_nats::jetstream::context::ContextBuilder;
use async_nats::jetstream::publish::PublishAck;
use async_nats::jetstream::{Context, message::PublishMessage};
use async_nats::{Auth, AuthError, ConnectErrorKind, ConnectOptions, Event};
use hakutaku_model::sensor::EventsPass;
use hakutaku_model::touch::transport::{AGAIN_HEADER, MessageId, OLDEST_HEADER, STREAM, Subject};
use std::collections::VecDeque;
use std::future::{Future, IntoFuture as _};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Most touches on their way at once.
const WINDOW: usize = 256;
/// Most bytes on their way at once.
const WINDOW_BYTES: usize = 1024 * 1024;
/// How long a connection or an acknowledgement is waited for.
const EXCHANGE: Duration = Duration::from_secs(10);
/// How often the line is tried while nothing is sent.
const PING: Duration = Duration::from_secs(15);
/// How often it is written down how far the stream has the touches.
const REMEMBER: Duration = Duration::from_secs(1);

/// What the thread that talks to the centre and the one that publishes know together.
pub(super) struct Shared {
    published: AtomicU64,
    /// Where to begin again, plus one; 0 for nowhere.
    again: AtomicU64,
    /// Up to where touches are published for a second time.
    again_up_to: AtomicU64,
    pass: Mutex<Option<EventsPass>>,
    /// The stream server did not let the sensor in with its pass.
    refused: AtomicBool,
}

impl Shared {
    /// From what a spool remembers.
    pub(super) fn read(spool: &Spool) -> Result<Self, KeyError> {
        let text = std::fs::read_to_string(spool.folder().join("published")).unwrap_or_default();
        let published = text.trim().parse().unwrap_or(0).max(spool.figures().sent.load(Ordering::Relaxed));
        // A spool that was emptied begins anew.
        let published = published.min(spool.head().borrow().0);
        Ok(Self {
            published: AtomicU64::new(published),
            again: AtomicU64::new(0),
            again_up_to: AtomicU64::new(0),
            pass: Mutex::new(read_pass(spool.folder())?),
            refused: AtomicBool::new(false),
        })
    }

    /// Up to where the stream has the touches.
    pub(super) fn published(&self) -> u64 {
        self.published.load(Ordering::Relaxed)
    }

    /// Asks for everything after a number to be published again.
    pub(super) fn begin_again_after(&self, number: u64) {
        self.again.store(number.saturating_add(1), Ordering::Relaxed);
    }

    /// The pass, if there is one.
    pub(super) fn pass(&self) -> Option<EventsPass> {
        self.pass.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a new pass is needed: there is none, half of its time is over, or it was refused.
    pub(super) fn wants_pass(&self) -> bool {
        self.refused.load(Ordering::Relaxed) || self.pass().is_none_or(|pass| pass.is_half_over(crate::spool::now()))
    }

    /// A new pass, from the next connection on.
    pub(super) fn renew(&self, pass: EventsPass) {
        self.refused.store(false, Ordering::Relaxed);
        *self.pass.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
    }
}

/// The pass a spool keeps, if any.
///
/// # Errors
/// If there is a file that cannot be read.
pub fn read_pass(spool: &Path) -> Result<Option<EventsPass>, KeyError> {
    let path = spool.join("events.json");
    let named = || path.display().to_string();
    match std::fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| KeyError::Unreadable { path: named(), reason: error.to_string() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(KeyError::Io { path: named(), source }),
    }
}

/// Keeps a pass in a spool, readable by its owner only.
///
/// # Errors
/// If the disk refuses.
pub fn save_pass(spool: &Path, pass: &EventsPass) -> Result<(), KeyError> {
    let path = spool.join("events.json");
    let bytes = serde_json::to_vec_pretty(pass).unwrap_or_default();
    write_whole(&path, &bytes, true).map_err(|source| KeyError::Io { path: path.display().to_string(), source })
}

/// Where and as whom to publish.
pub(super) struct Way {
    /// Addresses, `tls://…`, with commas between.
    pub(super) address: String,
    /// From the configuration.
    pub(super) settings: Centre,
    /// What the sensor signs the server's challenge with.
    pub(super) key: nkeys::KeyPair,
}

/// Publishes until it is told to stop.
pub(super) fn publish(spool: &Spool, way: &Way, shared: &Shared, stop: &AtomicBool) {
    let mut failures = 0u32;
    while !stop.load(Ordering::Relaxed) {
        let Some(pass) = shared.pass() else {
            std::thread::sleep(LOOK);
            continue;
        };
        let before = shared.published();
        match session(spool, way, shared, &pass, stop) {
            Ok(()) => return,
            Err(error) => {
                if shared.published() > before {
                    failures = 0;
                }
                if failures == 0 {
                    tracing::warn!(%error, "touches wait in the spool");
                }
                failures = failures.saturating_add(1);
                wait(failures, stop);
            }
        }
    }
}

fn session(spool: &Spool, way: &Way, shared: &Shared, pass: &EventsPass, stop: &AtomicBool) -> Result<(), SendError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let (broken, told) = watch::channel(None);
        let context = connect(way, pass, spool, shared, broken).await?;
        let subject = Subject { facility: pass.facility, sensor: spool.sensor() };
        Publishing {
            context,
            spool,
            shared,
            subject: subject.to_string(),
            under_way: VecDeque::new(),
            bytes: 0,
            last: shared.published(),
            again_up_to: shared.again_up_to.load(Ordering::Relaxed),
            remembered: (shared.published(), Instant::now()),
            told,
        }
        .run(stop)
        .await
    });
    // With it goes everything of this connection; a name that is still being looked up is not waited for.
    runtime.shutdown_background();
    done
}

async fn connect(
    way: &Way,
    pass: &EventsPass,
    spool: &Spool,
    shared: &Shared,
    broken: watch::Sender<Option<String>>,
) -> Result<Context, SendError> {
    let mut options = if let Some(path) = &way.settings.events_credentials {
        ConnectOptions::with_credentials_file(path)
            .await
            .map_err(|error| SendError::Stream(format!("{}: {error}", path.display())))?
    } else if let Some(token) = pass.token.clone() {
        let key = way.key.clone();
        ConnectOptions::with_auth_callback(move |challenge| {
            let signed = key.sign(&challenge).map_err(AuthError::new).map(|signature| {
                let mut auth = Auth::new();
                auth.jwt = Some(token.clone());
                auth.signature = Some(signature);
                auth
            });
            std::future::ready(signed)
        })
    } else {
        ConnectOptions::new()
    };
    if let Some(path) = &way.settings.ca_file {
        options = options.add_root_certificates(path.clone());
    }
    let came_in = Arc::new(AtomicBool::new(false));
    let inside = came_in.clone();
    let options = options
        .name(spool.sensor())
        .custom_inbox_prefix(format!("_INBOX_{}", spool.sensor()))
        .connection_timeout(EXCHANGE)
        .ping_interval(PING)
        .client_capacity(64)
        .ignore_discovered_servers()
        .reconnect_delay_callback(move |_| {
            // Once inside, never again by itself.
            if inside.load(Ordering::Relaxed) { Duration::MAX / 4 } else { Duration::ZERO }
        })
        .event_callback(move |event| {
            let words = match event {
                Event::Connected => None,
                Event::Disconnected | Event::Closed => Some("the connection broke".to_owned()),
                Event::ServerError(error) => Some(error.to_string()),
                other => Some(other.to_string()),
            };
            if let Some(words) = words {
                // The first word says the reason; that the line is down follows from it.
                broken.send_if_modified(|said| said.is_none().then(|| *said = Some(words)).is_some());
            }
            std::future::ready(())
        });
    let addresses: Vec<&str> = way.address.split(',').map(str::trim).collect();
    let client = tokio::time::timeout(EXCHANGE * 2, options.connect(addresses))
        .await
        .map_err(|_| SendError::Stream("no answer within twenty seconds".to_owned()))?
        .map_err(|error| {
            if matches!(error.kind(), ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication) {
                shared.refused.store(true, Ordering::Relaxed);
            }
            SendError::Stream(error.to_string())
        })?;
    came_in.store(true, Ordering::Relaxed);
    tracing::info!("connected to the stream server");
    Ok(ContextBuilder::new().timeout(EXCHANGE).max_ack_inflight(WINDOW * 2).build(client))
}

type Acknowledgement =
    Pin<Box<dyn Future<Output = Result<PublishAck, async_nats::jetstream::context::PublishError>> + Send>>;

struct Publishing<'a> {
    context: Context,
    spool: &'a Spool,
    shared: &'a Shared,
    subject: String,
    /// Number, size and acknowledgement to come, in order.
    under_way: VecDeque<(u64, usize, Acknowledgement)>,
    bytes: usize,
    /// The last number sent on this connection.
    last: u64,
    /// Up to here the stream had the touches before and lost them.
    again_up_to: u64,
    remembered: (u64, Instant),
    told: watch::Receiver<Option<String>>,
}

impl Publishing<'_> {
    async fn run(mut self, stop: &AtomicBool) -> Result<(), SendError> {
        let done = self.work(stop).await;
        self.remember(true);
        done
    }

    async fn work(&mut self, stop: &AtomicBool) -> Result<(), SendError> {
        let mut head = self.spool.head();
        let mut lines: Option<Lines> = None;
        while !stop.load(Ordering::Relaxed) {
            self.begin_again();
            if lines.is_none() && head.borrow_and_update().0 > self.last {
                lines = Some(lines_after(self.spool.folder(), self.last));
            }
            if let Some(more) = &mut lines
                && !self.fill(more).await?
            {
                lines = None;
            }
            let broken = self.told.clone();
            if let Some((number, size, acknowledged)) = self.under_way.front_mut() {
                let (number, size) = (*number, *size);
                tokio::select! {
                    biased;
                    answer = acknowledged => answer.map_err(|error| SendError::Stream(no_to(&error, &broken)))?,
                    words = reason(broken.clone()) => return Err(SendError::Stream(words)),
                };
                self.under_way.pop_front();
                self.bytes -= size;
                self.shared.published.store(number, Ordering::Relaxed);
            } else {
                tokio::select! {
                    _ = head.changed() => {}
                    words = reason(broken) => return Err(SendError::Stream(words)),
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            self.remember(false);
        }
        Ok(())
    }

    /// Puts lines on their way as far as there is room; false when there are no more for now.
    async fn fill(&mut self, lines: &mut Lines) -> Result<bool, SendError> {
        let mut oldest = None;
        while self.under_way.len() < WINDOW && self.bytes < WINDOW_BYTES {
            let Some(next) = lines.next() else { return Ok(false) };
            let (number, line) = next?;
            let oldest = oldest.get_or_insert_with(|| {
                segments(self.spool.folder()).first().map_or(1, |(first, _)| *first).to_string()
            });
            let size = line.len();
            let id = MessageId::of(self.spool.sensor(), number, &line).to_string();
            let message = PublishMessage::build()
                .expected_stream(STREAM)
                .header(OLDEST_HEADER, oldest.as_str())
                .payload(line.into());
            let message = if number <= self.again_up_to {
                message.header(AGAIN_HEADER, id.as_str())
            } else {
                message.message_id(id)
            };
            let sent = self.context.send_publish(self.subject.clone(), message);
            let acknowledged = sent.await.map_err(|error| SendError::Stream(no_to(&error, &self.told)))?;
            self.under_way.push_back((number, size, Box::pin(acknowledged.into_future())));
            self.bytes += size;
            self.last = number;
        }
        Ok(true)
    }

    /// If the centre has lost what the stream took.
    fn begin_again(&mut self) {
        if !self.under_way.is_empty() {
            return;
        }
        if let Some(number) = self.shared.again.swap(0, Ordering::Relaxed).checked_sub(1) {
            tracing::warn!(number, "touches after this one did not reach the centre; they are published again");
            self.again_up_to = self.last;
            self.shared.again_up_to.store(self.last, Ordering::Relaxed);
            self.shared.published.store(number, Ordering::Relaxed);
            self.last = number;
        }
    }

    /// Writes down how far the stream has the touches. If that is forgotten in a crash, they are sent again and known by
    /// their numbers.
    fn remember(&mut self, now: bool) {
        let published = self.shared.published();
        if published == self.remembered.0 || (!now && self.remembered.1.elapsed() < REMEMBER) {
            return;
        }
        self.remembered = (published, Instant::now());
        let path = self.spool.folder().join("published");
        if let Err(error) = write_whole(&path, published.to_string().as_bytes(), false) {
            tracing::warn!(%error, "remembering what the stream has");
        }
    }
}

/// The words of what broke the connection, once it is broken.
async fn reason(mut told: watch::Receiver<Option<String>>) -> String {
    match told.wait_for(Option::is_some).await {
        Ok(words) => words.clone().unwrap_or_default(),
        Err(_) => "the connection is over".to_owned(),
    }
}

/// What the server said against a message, or what had been said before.
fn no_to(error: &async_nats::jetstream::context::PublishError, told: &watch::Receiver<Option<String>>) -> String {
    use async_nats::jetstream::context::PublishErrorKind as Kind;
    let before = told.borrow().clone();
    match (error.kind(), before) {
        (_, Some(words)) => words,
        (Kind::StreamNotFound, None) => "the stream server has no stream for touches yet".to_owned(),
        (Kind::TimedOut, None) => "the stream server does not acknowledge".to_owned(),
        _ => error.to_string(),
    }
}
