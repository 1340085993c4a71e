//! Touches on their way to a centre by HTTPS, and a centre that is away for a day's worth of them.

use crate::Outcome;
use crate::brute::{Brute, Guess};
use crate::sensor::{Sensor, free};
use crate::table::{Budget, Sample, Table};
use crate::talk::{doors, visit};
use hakutaku_decoy::spool::now;
use hakutaku_model::touch::SignedTouch;
use rcgen::{CertificateParams, KeyPair, SanType};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A touch a second for a day.
const DAY: u64 = 86_400;
const SINGLE: usize = 60;
const VISITS: usize = 2_000;

#[derive(Default)]
pub(crate) struct Memory {
    number: u64,
    /// Microseconds from a touch to its arrival.
    lags: Vec<u64>,
}

pub(crate) type Shared = Arc<Mutex<Memory>>;

/// Somebody who listens, until it goes away.
pub(crate) struct Listening {
    stop: Arc<AtomicBool>,
    inside: Arc<Mutex<Vec<TcpStream>>>,
    accepting: Option<JoinHandle<()>>,
}

impl Listening {
    /// Gives each connection to a thread of its own.
    pub(crate) fn open(address: SocketAddr, serve: impl Fn(TcpStream) + Clone + Send + 'static) -> Outcome<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let (stop, inside) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (stopped, known) = (stop.clone(), inside.clone());
        let accepting = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let Ok((stream, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                let _ = stream.set_nonblocking(false);
                if let (Ok(copy), Ok(mut known)) = (stream.try_clone(), known.lock()) {
                    known.push(copy);
                }
                let serve = serve.clone();
                std::thread::spawn(move || serve(stream));
            }
        });
        Ok(Self { stop, inside, accepting: Some(accepting) })
    }

    /// Goes away: hangs up on everybody and listens no more.
    pub(crate) fn close(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        if let Ok(inside) = self.inside.lock() {
            for stream in inside.iter() {
                let _ = stream.shutdown(std::net::Shutdown::Both);
            }
        }
    }
}

/// A centre of the bench's own: it keeps numbers and answers as the real one does.
pub(crate) fn open(address: SocketAddr, config: &Arc<ServerConfig>, memory: &Shared) -> Outcome<Listening> {
    let (config, memory) = (config.clone(), memory.clone());
    Listening::open(address, move |stream| {
        // The sensor comes again.
        let _ = serve(stream, config.clone(), &memory);
    })
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, memory: &Mutex<Memory>) -> Outcome {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(StreamOwned::new(ServerConnection::new(config)?, stream));
    loop {
        let (mut first, mut length) = (String::new(), 0);
        if stream.read_line(&mut first)? == 0 {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        let mut memory = memory.lock().map_err(|_| "memory")?;
        if !first.contains("/health") {
            for line in body.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let touch = serde_json::from_slice::<SignedTouch>(line)?.touch;
                if touch.id.number == memory.number + 1 {
                    memory.number += 1;
                    memory.lags.push(u64::try_from(now().micros() - touch.time.micros()).unwrap_or(0));
                }
            }
        }
        let said = format!("{{\"number\":{}}}", memory.number);
        drop(memory);
        let out = stream.get_mut();
        write!(
            out,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{said}",
            said.len()
        )?;
        out.flush()?;
    }
}

pub(crate) fn certificate() -> Outcome<(String, Arc<ServerConfig>)> {
    let mut params = CertificateParams::default();
    params.subject_alt_names = vec![SanType::IpAddress([127, 0, 0, 1].into())];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((certificate.pem(), Arc::new(config)))
}

fn visits(sensor: &Sensor) -> Outcome<Sample> {
    let doors = doors()?;
    let (_, _, way) = doors.iter().find(|(name, _, _)| *name == "modbus").ok_or("no modbus")?;
    let address = sensor.address("modbus")?;
    Ok(Sample::of(VISITS, || visit(address, way).map(|_| ()))?)
}

pub(crate) fn number(memory: &Mutex<Memory>) -> u64 {
    memory.lock().map(|memory| memory.number).unwrap_or(0)
}

pub(crate) fn run(table: &mut Table) -> Outcome {
    let (pem, config) = certificate()?;
    let folder = tempfile::TempDir::new()?;
    let authority = folder.path().join("centre.pem");
    std::fs::write(&authority, pem)?;
    let (memory, address) = (Shared::default(), free()?);
    let centre = format!("https://{address}");
    let _there = open(address, &config, &memory)?;
    {
        let sensor = Sensor::with("", Some((&centre, &authority)))?;
        for _ in 0..SINGLE {
            drop(crate::talk::connect(sensor.address("tcp")?)?);
            std::thread::sleep(Duration::from_millis(330));
        }
        let mut lags = Sample::default();
        for lag in std::mem::take(&mut memory.lock().map_err(|_| "memory")?.lags) {
            lags.add(Duration::from_micros(lag));
        }
        table.sample("decoy: from the touch to the centre, HTTPS", "one at a time", &lags, Budget::Both(1000, 1000));
        table.sample("decoy: visit of modbus", "centre there", &visits(&sensor)?, Budget::Both(20, 20));
    }
    // Another sensor, whose centre is not there yet.
    let (memory, address) = (Shared::default(), free()?);
    let centre = format!("https://{address}");
    let sensor = Sensor::with("", Some((&centre, &authority)))?;
    table.sample("decoy: visit of modbus", "centre away", &visits(&sensor)?, Budget::Both(20, 20));
    let brute = Brute::begin(Guess::Modbus, sensor.address("modbus")?);
    while brute.done() + u64::try_from(VISITS)? < DAY {
        std::thread::sleep(Duration::from_millis(50));
    }
    let rate = brute.end();
    let waiting = sensor.touches()?;
    table.note(&format!(
        "decoy: centre away: {waiting} touches wait (a touch a second for a day), written at {rate:.0} a second"
    ));
    table.sample("decoy: visit of modbus", "centre away, day waiting", &visits(&sensor)?, Budget::Both(20, 20));
    let _back = open(address, &config, &memory)?;
    let all = sensor.touches()?;
    // At most a minute until it is asked again.
    while number(&memory) == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let begun = Instant::now();
    while number(&memory) < all {
        std::thread::sleep(Duration::from_millis(10));
    }
    let took = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a count of a bench")]
    let rate = all as f64 / took;
    table.note(&format!(
        "decoy: centre back: all {all} delivered, each once and in order, in {took:.1} s ({rate:.0} a second); {} lost",
        sensor.figure("dropped_total")?
    ));
    table.bytes("decoy: memory after that", "", sensor.process().resident()?, Budget::None);
    Ok(())
}
