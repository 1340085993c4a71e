//! Running a sensor: everything the configuration asks for, until it is told to stop.

use crate::config::{Config, Wrong};
use crate::keys::{KeyError, Keys, write_whole};
use crate::listen::{Offer, bind_tcp, bind_udp, serve_tcp, serve_udp};
use crate::metrics;
use crate::outbox::{Outbox, SendError};
use crate::persona::Kind as PersonaKind;
use crate::protocol::{self, Known, Ready, Transport};
use crate::scan::{self, Detector, Served};
use crate::secret::Hasher;
use crate::spool::{Spool, SpoolError, now};
use crate::visit::House;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::health::{Alarm, Health, Listening, Trouble};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Why a sensor does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] Wrong),
    /// The keys cannot be used.
    #[error("the sensor's keys: {0}")]
    Keys(#[from] KeyError),
    /// The spool cannot be used.
    #[error("the spool: {0}")]
    Spool(#[from] SpoolError),
    /// The system gives no threads.
    #[error("threads: {0}")]
    Threads(std::io::Error),
    /// The way to the centre cannot be used.
    #[error("the centre: {0}")]
    Centre(#[from] SendError),
    /// The figures' address cannot be listened on.
    #[error("metrics on {0}: {1}")]
    Metrics(SocketAddr, std::io::Error),
    /// Not one decoy could be put up.
    #[error("none of the addresses could be listened on:\n{0}")]
    Nothing(String),
}

/// A sensor that runs. Stops when dropped.
pub struct Sensor {
    house: Arc<House>,
    decoys: Vec<Listening>,
    addresses: Vec<(&'static str, SocketAddr)>,
    figures: Option<SocketAddr>,
    /// Sends as long as the sensor lives.
    outbox: Option<Outbox>,
    started: Ts,
    detector: Option<Detector>,
    light: Runtime,
    /// One for each protocol whose visits cost much, so that the system shares the processor among them: a guesser at
    /// one must not stand before the visitors of another.
    heavy: BTreeMap<&'static str, Runtime>,
}

/// A runtime of one thread.
fn thread(name: &str) -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).thread_name(name).enable_all().build()
}

impl Sensor {
    /// Starts everything. An address that cannot be listened on is an alarm, not the end, unless it is the only one.
    ///
    /// # Errors
    /// If keys or spool cannot be used, or nothing at all can be offered.
    pub fn start(config: Config) -> Result<Self, StartError> {
        // Every visitor costs a descriptor.
        if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
            tracing::warn!(%error, "the limit of open files stays as it is");
        }
        let keys = Keys::open(&config.spool)?;
        let spool = Spool::open(&config.spool, &keys, config.limits.spool_mebibytes.saturating_mul(1024 * 1024))?;
        let light = thread("visits").map_err(StartError::Threads)?;
        let hasher = Hasher::new(keys.secret_key(), config.secrets.keep);
        let house = Arc::new(House::new(spool, config, hasher, keys.seed));
        let mut sensor = Self {
            house,
            decoys: Vec::new(),
            addresses: Vec::new(),
            figures: None,
            outbox: None,
            detector: None,
            started: now(),
            light,
            heavy: BTreeMap::new(),
        };
        let mut refused = Vec::new();
        for decoy in sensor.house.config.decoy.clone() {
            let Some(known) = protocol::known(&decoy.protocol) else { continue };
            for address in decoy.listen.addresses() {
                if let Err(error) = sensor.offer(known, decoy.persona, *address) {
                    refused.push(format!("{} on {address}: {error}", decoy.protocol));
                }
            }
        }
        if !refused.is_empty() {
            if sensor.addresses.is_empty() && !sensor.house.config.scan.enabled {
                return Err(StartError::Nothing(refused.join("\n")));
            }
            sensor.house.spool.figures().raise(Trouble::NotListening, refused.join("; "));
        }
        if sensor.house.config.scan.enabled {
            sensor.watch_packets();
        }
        if let Some(address) = sensor.house.config.metrics {
            sensor.show_figures(address).map_err(|error| StartError::Metrics(address, error))?;
        }
        if let Some(enrolment) = keys.enrolment.clone() {
            let (house, decoys, started) = (sensor.house.clone(), sensor.decoys.clone(), sensor.started);
            let signing = keys.signing.clone();
            let said = move || health(&house, &decoys, started).sign(&signing);
            sensor.outbox =
                Some(Outbox::start(sensor.house.spool.clone(), &keys, enrolment, &sensor.house.config.centre, said)?);
        }
        sensor.light.spawn(report(sensor.house.clone(), keys, sensor.decoys.clone(), sensor.started));
        Ok(sensor)
    }

    fn offer(&mut self, known: &'static Known, persona: PersonaKind, address: SocketAddr) -> std::io::Result<()> {
        let offer = Offer { protocol: known.name, persona };
        let mut listening = Listening {
            protocol: known.name.to_owned(),
            persona: persona.key().to_owned(),
            address: address.to_string(),
            up: false,
        };
        let ready = known.make();
        let beside = match &ready {
            Ready::Tcp(decoy) if decoy.is_heavy() => {
                if !self.heavy.contains_key(known.name) {
                    self.heavy.insert(known.name, thread(known.name)?);
                }
                self.heavy.get(known.name).unwrap_or(&self.light).handle().clone()
            }
            Ready::Tcp(_) | Ready::Udp(_) => self.light.handle().clone(),
        };
        // Registering a socket needs the runtime it will live in.
        let entered = self.light.enter();
        let bound = match ready {
            Ready::Tcp(decoy) => bind_tcp(address).and_then(|listener| {
                let bound = listener.local_addr()?;
                self.light.spawn(serve_tcp(self.house.clone(), offer, decoy, listener, beside));
                Ok(bound)
            }),
            Ready::Udp(responder) => bind_udp(address).and_then(|socket| {
                let bound = socket.local_addr()?;
                self.light.spawn(serve_udp(self.house.clone(), offer, responder, socket));
                Ok(bound)
            }),
        };
        drop(entered);
        if let Ok(bound) = &bound {
            listening.up = true;
            listening.address = bound.to_string();
            self.addresses.push((known.name, *bound));
        }
        self.decoys.push(listening);
        bound.map(|_| ())
    }

    fn show_figures(&mut self, address: SocketAddr) -> std::io::Result<()> {
        let entered = self.light.enter();
        let listener = bind_tcp(address)?;
        self.figures = Some(listener.local_addr()?);
        let (house, decoys, started) = (self.house.clone(), self.decoys.clone(), self.started);
        self.light.spawn(metrics::serve(listener, Arc::new(move || health(&house, &decoys, started))));
        drop(entered);
        Ok(())
    }

    /// Where the figures are shown, if they are.
    #[must_use]
    pub fn figures_address(&self) -> Option<SocketAddr> {
        self.figures
    }

    /// Whether touches are sent to a centre.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.outbox.is_some()
    }

    fn watch_packets(&mut self) {
        let mut served = Served::default();
        for (name, address) in &self.addresses {
            match protocol::known(name).map(Known::transport) {
                Some(Transport::Udp) => served.udp.push(*address),
                _ => served.tcp.push(*address),
            }
        }
        self.detector = scan::start(&self.house, served);
        self.decoys.push(Listening {
            protocol: "scan".to_owned(),
            persona: String::new(),
            address: "*".to_owned(),
            up: self.detector.is_some(),
        });
    }

    /// What listens where.
    #[must_use]
    pub fn addresses(&self) -> &[(&'static str, SocketAddr)] {
        &self.addresses
    }

    /// What all visits share.
    #[must_use]
    pub fn house(&self) -> &Arc<House> {
        &self.house
    }

    /// Where visits run; the sender runs there too.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.light
    }

    /// How the sensor is.
    #[must_use]
    pub fn health(&self) -> Health {
        health(&self.house, &self.decoys, self.started)
    }
}

/// How a sensor is.
#[must_use]
pub fn health(house: &House, decoys: &[Listening], started: Ts) -> Health {
    let figures = house.spool.figures();
    let (number, hash) = *house.spool.head().borrow();
    Health {
        sensor: house.spool.sensor(),
        time: now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        number,
        hash,
        sent: figures.sent.load(Ordering::Relaxed),
        spool_bytes: figures.bytes.load(Ordering::Relaxed),
        open: u32::try_from(house.open.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
        dropped: figures.dropped.load(Ordering::Relaxed),
        decoys: decoys.to_vec(),
        alarms: figures
            .alarms()
            .into_iter()
            .map(|(trouble, (since, detail))| Alarm { trouble, since, detail })
            .collect(),
    }
}

/// How often the sensor looks at itself.
const REPORT: Duration = Duration::from_secs(30);
/// By how much the wall clock may run away from the steady one between two looks.
const LEAP_SECONDS: i64 = 60;

/// Writes `health.json` into the spool, signed, and watches the clock.
async fn report(house: Arc<House>, keys: Keys, decoys: Vec<Listening>, started: Ts) {
    let mut before = (now(), Instant::now());
    let mut failed = false;
    loop {
        let (wall, steady) = (now(), Instant::now());
        let leap = (wall.micros() - before.0.micros()) / 1_000_000
            - i64::try_from(steady.duration_since(before.1).as_secs()).unwrap_or(0);
        let figures = house.spool.figures();
        if leap.abs() > LEAP_SECONDS {
            figures.raise(Trouble::Clock, format!("the clock leapt by {leap} seconds"));
        }
        before = (wall, steady);
        let signed = health(&house, &decoys, started).sign(&keys.signing);
        let path = house.spool.folder().join("health.json");
        let bytes = serde_json::to_vec_pretty(&signed).unwrap_or_default();
        let written = tokio::task::spawn_blocking(move || write_whole(&path, &bytes, false)).await;
        match written {
            Ok(Err(error)) => {
                figures.raise(Trouble::Disk, error.to_string());
                failed = true;
            }
            // If touches still cannot be written, the spool says so again at its next try.
            Ok(Ok(())) if std::mem::take(&mut failed) => figures.clear(Trouble::Disk),
            Ok(Ok(())) | Err(_) => {}
        }
        tokio::time::sleep(REPORT).await;
    }
}
