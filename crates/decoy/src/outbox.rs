//! Sending touches and health to the centre, and coming in there by a code.
//!
//! One thread with a blocking client: what it waits for never holds up a visitor. It reads from the spool what the centre
//! has not acknowledged, so that days without a line, restarts of either side and answers that got lost end in the same:
//! each touch at the centre once, in order.
//!
//! In a region, touches go through a stream server ([`stream`]). Enrolment and health stay with the centre: a code comes
//! before any credentials, health must be heard when the stream server is away, and its answer says up to where the
//! centre itself (not the stream) has the touches, which is what the spool may delete.

pub mod stream;

use crate::config::Centre;
use crate::keys::{Enrolment, KeyError, Keys};
use crate::spool::{Spool, lines_after, segments};
use hakutaku_model::sensor::{Acknowledged, AskEventsPass, Enrol, Enrolled, EventsPass};
use hakutaku_model::touch::health::SignedHealth;
use hakutaku_model::touch::transport::Lost;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Most lines sent at once.
const LINES: usize = 500;
/// Most bytes sent at once.
const BYTES: usize = 1024 * 1024;
/// How long one exchange may take.
const EXCHANGE: Duration = Duration::from_secs(30);
/// How soon new touches are looked for.
const LOOK: Duration = Duration::from_millis(200);
/// How often a pass to the stream server is asked for while there is none.
const ASK: Duration = Duration::from_secs(60);
/// How often health is sent.
const HEALTH: Duration = Duration::from_secs(30);
/// Longest wait after a failure.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Largest answer read.
const ANSWER: u64 = 64 * 1024;

/// Why the centre could not be reached or did not want it.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The address is none that may be used.
    #[error("{0}")]
    Address(String),
    /// The centre's own certificate authority cannot be read.
    #[error("{path}: {reason}")]
    Authority {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// Nothing came back.
    #[error("the centre does not answer: {0}")]
    Unreachable(String),
    /// The centre said no.
    #[error("the centre answered {status}: {words}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        words: String,
    },
    /// It said something else than expected.
    #[error("the centre's answer cannot be read: {0}")]
    Unreadable(String),
    /// The centre took nothing and asked for nothing.
    #[error("the centre stays at touch {0}")]
    Stuck(u64),
    /// The stream server cannot be reached or does not take touches.
    #[error("the stream server: {0}")]
    Stream(String),
    /// The pass to the stream server cannot be kept.
    #[error("the pass to the stream server: {0}")]
    Pass(#[from] KeyError),
    /// The spool cannot be read.
    #[error("the spool: {0}")]
    Spool(#[from] io::Error),
}

/// The way to a centre.
pub struct Line {
    agent: ureq::Agent,
    base: String,
}

impl Line {
    /// To the centre at an address: `https://…`, or `http://` on this machine itself (a token must not travel readable).
    ///
    /// # Errors
    /// If the address is neither, or the authority's file cannot be used.
    pub fn new(base: &str, settings: &Centre) -> Result<Self, SendError> {
        let base = base.trim_end_matches('/');
        let own_machine = ["http://127.0.0.1", "http://localhost", "http://[::1]"]
            .iter()
            .any(|start| base.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
        if !base.starts_with("https://") && !own_machine {
            return Err(SendError::Address(format!("{base}: the centre's address must begin with https://")));
        }
        let mut tls = TlsConfig::builder();
        if let Some(path) = &settings.ca_file {
            tls = tls.root_certs(
                authorities(path)
                    .map_err(|reason| SendError::Authority { path: path.display().to_string(), reason })?,
            );
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(EXCHANGE))
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls.build())
            .build()
            .new_agent();
        Ok(Self { agent, base: base.to_owned() })
    }

    fn post<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        content: &str,
        body: &[u8],
    ) -> Result<T, SendError> {
        let mut request = self.agent.post(format!("{}{path}", self.base)).header("content-type", content);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(body).map_err(|error| SendError::Unreachable(error.to_string()))?;
        let status = response.status().as_u16();
        let bytes = response
            .body_mut()
            .with_config()
            .limit(ANSWER)
            .read_to_vec()
            .map_err(|error| SendError::Unreachable(error.to_string()))?;
        if !(200..300).contains(&status) {
            return Err(SendError::Refused { status, words: crate::text::field(&bytes) });
        }
        serde_json::from_slice(&bytes).map_err(|error| SendError::Unreadable(error.to_string()))
    }

    /// Comes in by a code.
    ///
    /// # Errors
    /// If the centre cannot be reached or refuses the code.
    pub fn enrol(&self, keys: &Keys, code: &str) -> Result<Enrolled, SendError> {
        let public = keys.public();
        let body = Enrol {
            code: code.to_owned(),
            sensor: public.sensor,
            public_key: public.public_key,
            events_key: Some(keys.events_key()?.public_key()),
        };
        let body = serde_json::to_vec(&body).map_err(|error| SendError::Unreadable(error.to_string()))?;
        self.post("/api/v1/sensors/enrol", None, "application/json", &body)
    }

    /// Sends the lines after a number, naming the first touch that is still here; says up to which number the centre now has all.
    ///
    /// # Errors
    /// If the centre cannot be reached or refuses.
    pub fn touches(&self, token: &str, after: u64, oldest: u64, lines: &[u8]) -> Result<u64, SendError> {
        let path = format!("/api/v1/sensors/touches?after={after}&oldest={oldest}");
        let acknowledged: Acknowledged = self.post(&path, Some(token), "application/x-ndjson", lines)?;
        Ok(acknowledged.number)
    }

    /// Sends how the sensor is; says up to which number the centre has all.
    ///
    /// # Errors
    /// If the centre cannot be reached or refuses.
    pub fn health(&self, token: &str, health: &SignedHealth) -> Result<Acknowledged, SendError> {
        let body = serde_json::to_vec(health).map_err(|error| SendError::Unreadable(error.to_string()))?;
        self.post("/api/v1/sensors/health", Some(token), "application/json", &body)
    }

    /// Asks for a pass to the stream server.
    ///
    /// # Errors
    /// If the centre cannot be reached or refuses.
    pub fn events_pass(&self, token: &str, key: &nkeys::KeyPair) -> Result<EventsPass, SendError> {
        let body = AskEventsPass { events_key: key.public_key() };
        let body = serde_json::to_vec(&body).map_err(|error| SendError::Unreadable(error.to_string()))?;
        self.post("/api/v1/sensors/events", Some(token), "application/json", &body)
    }
}

fn authorities(path: &std::path::Path) -> Result<RootCerts, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let mut found: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| error.to_string())? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        Err("there is no certificate in it".to_owned())
    } else {
        Ok(RootCerts::new_with_certs(&found))
    }
}

/// Sends until it is told to stop.
pub struct Outbox {
    stop: Arc<AtomicBool>,
}

/// What the thread with the line to the centre works with.
struct Desk {
    spool: Spool,
    line: Line,
    token: String,
    health: Box<dyn Fn() -> SignedHealth + Send>,
    /// Where touches go through a stream server.
    stream: Option<(Arc<stream::Shared>, nkeys::KeyPair)>,
    lost: Lost,
    /// When a pass was last asked for.
    asked: Option<Instant>,
}

impl Outbox {
    /// Starts the thread, and a second one where touches go through a stream server.
    ///
    /// # Errors
    /// If the centre's address cannot be used or there is no thread.
    pub fn start(
        spool: Spool,
        keys: &Keys,
        enrolment: Enrolment,
        settings: &Centre,
        health: impl Fn() -> SignedHealth + Send + 'static,
    ) -> Result<Self, SendError> {
        let line = Line::new(&enrolment.centre, settings)?;
        let stop = Arc::new(AtomicBool::new(false));
        let mut streamed = None;
        if let Some(address) = settings.events.clone() {
            let (shared, key) = (Arc::new(stream::Shared::read(&spool)?), keys.events_key()?);
            streamed = Some((shared.clone(), key.clone()));
            let way = stream::Way { address, settings: settings.clone(), key };
            let (spool, stopped) = (spool.clone(), stop.clone());
            std::thread::Builder::new()
                .name("stream".to_owned())
                .spawn(move || stream::publish(&spool, &way, &shared, &stopped))?;
        }
        let mut desk = Desk {
            spool,
            line,
            token: enrolment.token,
            health: Box::new(health),
            stream: streamed,
            lost: Lost::default(),
            asked: None,
        };
        let stopped = stop.clone();
        std::thread::Builder::new().name("outbox".to_owned()).spawn(move || desk.deliver(&stopped))?;
        Ok(Self { stop })
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Desk {
    fn deliver(&mut self, stop: &AtomicBool) {
        let head = self.spool.head();
        let begun = Instant::now();
        let mut reported: Option<Instant> = None;
        let mut failures = 0u32;
        while !stop.load(Ordering::Relaxed) {
            let sent = self.spool.figures().sent.load(Ordering::Relaxed);
            let outcome = if self.stream.is_none() && head.borrow().0 > sent {
                match send_next(&self.spool, &self.line, &self.token, sent) {
                    // Neither further nor back: asking again at once would never end.
                    Ok(number) if number == sent => Err(SendError::Stuck(sent)),
                    other => other,
                }
            } else if self.wants_pass() {
                self.renew().map(|()| sent)
            } else if reported.is_none_or(|at| at.elapsed() >= HEALTH) {
                self.report(begun).inspect(|_| reported = Some(Instant::now()))
            } else {
                std::thread::sleep(LOOK);
                continue;
            };
            match outcome {
                Ok(number) => {
                    if failures > 0 {
                        tracing::info!("the centre answers again");
                    }
                    failures = 0;
                    if number != sent
                        && let Err(error) = self.spool.sent(number.min(head.borrow().0))
                    {
                        // Forgotten at the next start; the centre knows the touches by their numbers.
                        tracing::warn!(%error, "remembering what the centre has");
                    }
                    // While touches keep coming, health must not wait for a pause.
                    if reported.is_some_and(|at| at.elapsed() >= HEALTH * 2) {
                        reported = None;
                        if self.report(begun).is_ok() {
                            reported = Some(Instant::now());
                        }
                    }
                }
                Err(error) => {
                    if failures == 0 {
                        tracing::warn!(%error, "touches wait in the spool");
                    }
                    failures = failures.saturating_add(1);
                    wait(failures, stop);
                }
            }
        }
    }

    /// Sends health; answers up to which number the centre has all.
    fn report(&mut self, begun: Instant) -> Result<u64, SendError> {
        let said = self.line.health(&self.token, &(self.health)())?;
        if let Some((shared, _)) = &self.stream
            && let Some(number) = self.lost.heard(shared.published(), said.number, said.waiting, begun.elapsed())
        {
            shared.begin_again_after(number);
        }
        Ok(said.number)
    }

    /// Not at every turn: a centre without a stream server must hear the sensor's health all the same.
    fn wants_pass(&self) -> bool {
        self.asked.is_none_or(|at| at.elapsed() >= ASK)
            && self.stream.as_ref().is_some_and(|(shared, _)| shared.wants_pass())
    }

    fn renew(&mut self) -> Result<(), SendError> {
        self.asked = Some(Instant::now());
        let Some((shared, key)) = &self.stream else { return Ok(()) };
        let pass = self.line.events_pass(&self.token, key)?;
        stream::save_pass(self.spool.folder(), &pass)?;
        shared.renew(pass);
        Ok(())
    }
}

fn send_next(spool: &Spool, line: &Line, token: &str, sent: u64) -> Result<u64, SendError> {
    let mut body = Vec::new();
    let mut after = sent;
    for (count, next) in lines_after(spool.folder(), sent).enumerate() {
        let (number, text) = next?;
        if count == 0 {
            // Larger than sent + 1 only if somebody took files away: the centre will see the gap.
            after = number - 1;
        }
        if count >= LINES || body.len() + text.len() > BYTES {
            break;
        }
        body.extend_from_slice(&text);
        body.push(b'\n');
    }
    let oldest = segments(spool.folder()).first().map_or(1, |(first, _)| *first);
    line.touches(token, after, oldest, &body)
}

/// 1, 2, 4 … 60 seconds, looking at `stop` in between.
fn wait(failures: u32, stop: &AtomicBool) {
    let most = Duration::from_secs(1 << failures.saturating_sub(1).min(6)).min(LONGEST_WAIT);
    let begun = Instant::now();
    while begun.elapsed() < most && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK);
    }
}
