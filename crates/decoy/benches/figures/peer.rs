//! The sensor and OpenCanary side by side: the same contacts, the same load, one after the other on one machine.

use crate::Outcome;
use crate::brute::{Brute, FORM, Guess};
use crate::canary::Canary;
use crate::centre::{self, Listening};
use crate::contacts::{Contact, NAME, Row, rows};
use crate::sensor::{Process, Sensor, free};
use crate::table::Sample;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::os::unix::ffi::OsStringExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const SPAN: Duration = Duration::from_secs(10);
const AWAY: Duration = Duration::from_secs(25);
const HELD: usize = 1_200;
const TRIES: usize = 50;

/// Either of the two.
enum Product {
    Ours(Sensor),
    Theirs(Canary),
}

impl Product {
    fn address(&self, protocol: &str) -> Outcome<SocketAddr> {
        match self {
            Self::Ours(sensor) => sensor.address(protocol),
            Self::Theirs(canary) => canary.address(protocol),
        }
    }

    fn process(&self) -> Process {
        match self {
            Self::Ours(sensor) => sensor.process(),
            Self::Theirs(canary) => canary.process(),
        }
    }

    /// The events so far, as text.
    fn events(&self) -> Outcome<Vec<String>> {
        match self {
            Self::Ours(sensor) => hakutaku_decoy::spool::lines_after(&sensor.spool(), 0)
                .map(|line| Ok(String::from_utf8_lossy(&line?.1).into_owned()))
                .collect(),
            Self::Theirs(canary) => canary.events(),
        }
    }

    fn count(&self) -> Outcome<usize> {
        match self {
            Self::Ours(sensor) => Ok(usize::try_from(sensor.touches()?)?),
            Self::Theirs(canary) => Ok(canary.events()?.len()),
        }
    }

    fn prompt(&self) -> &'static [u8] {
        match self {
            Self::Ours(_) => b"login: ",
            Self::Theirs(_) => b"Username: ",
        }
    }
}

/// Two columns.
#[derive(Default)]
struct Sides(Vec<(String, [String; 2])>);

impl Sides {
    fn put(&mut self, side: usize, what: &str, value: String) {
        let at = self.0.iter().position(|(name, _)| name == what).unwrap_or_else(|| {
            self.0.push((what.to_owned(), Default::default()));
            self.0.len() - 1
        });
        println!("  {}: {what}: {value}", ["hakutaku-decoy", "OpenCanary"].get(side).unwrap_or(&""));
        if let Some(cell) = self.0.get_mut(at).and_then(|(_, cells)| cells.get_mut(side)) {
            *cell = value;
        }
    }
}

/// What comes within a moment.
fn listen(stream: &mut impl std::io::Read) {
    let mut buffer = [0; 4096];
    // Silence ends it as well as the end.
    while stream.read(&mut buffer).is_ok_and(|count| count > 0) {}
}

fn make(contact: &Contact, address: SocketAddr) -> Outcome {
    let moment = Some(Duration::from_millis(200));
    match contact {
        Contact::Say(parts) => {
            let mut stream = crate::talk::connect(address)?;
            stream.set_read_timeout(moment)?;
            listen(&mut stream);
            for part in parts {
                if stream.write_all(part).is_err() {
                    break;
                }
                listen(&mut stream);
            }
        }
        Contact::InTls(parts) => {
            let stream = crate::talk::connect(address)?;
            let mut stream = crate::talk::tls(stream)?;
            stream.sock.set_read_timeout(moment)?;
            for part in parts {
                stream.write_all(part)?;
                listen(&mut stream);
            }
        }
        Contact::Send(datagram) => {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.set_read_timeout(moment)?;
            socket.send_to(datagram, address)?;
            let _ = socket.recv(&mut [0; 4096]);
        }
        Contact::Run(words) => {
            let port = address.port().to_string();
            let mut words = words.iter().map(|word| match String::from_utf8(word.clone()) {
                Ok(text) => OsString::from(text.replace("{port}", &port)),
                Err(_) => OsString::from_vec(word.clone()),
            });
            let program = words.next().ok_or("no program")?;
            Command::new(program)
                .args(words)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
        }
    }
    Ok(())
}

/// Events that come until nothing new has come for a while.
fn settled(product: &Product, before: usize) -> Outcome<Vec<String>> {
    let begun = Instant::now();
    let mut last = (before, Instant::now());
    loop {
        let all = product.events()?;
        if all.len() != last.0 {
            last = (all.len(), Instant::now());
        }
        let (quiet, patience) = (last.1.elapsed(), if last.0 > before { 250 } else { 1_200 });
        if quiet > Duration::from_millis(patience) || begun.elapsed() > Duration::from_secs(10) {
            return Ok(all.get(before..).unwrap_or_default().to_vec());
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}

fn contacts(product: &Product, rows: &[Row]) -> Outcome<Vec<(usize, bool)>> {
    let mut out = Vec::new();
    for row in rows {
        let before = product.count()?;
        // A contact that is broken off by the other side is one all the same.
        let _ = make(&row.contact, product.address(row.protocol)?);
        let new = settled(product, before)?;
        let escaped: String = NAME.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let is_readable = new.iter().any(|line| line.contains(NAME) || line.contains(&escaped));
        out.push((new.len(), is_readable));
    }
    Ok(out)
}

/// One sign-in at the web form; how long it took, if it was answered within two seconds.
fn form(address: SocketAddr) -> Option<Duration> {
    let begun = Instant::now();
    let patience = Duration::from_secs(2);
    let mut stream = TcpStream::connect_timeout(&address, patience).ok()?;
    stream.set_read_timeout(Some(patience)).ok()?;
    stream.write_all(FORM).ok()?;
    let mut answer = [0; 9];
    stream.read_exact(&mut answer).ok()?;
    let took = begun.elapsed();
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
    Some(took)
}

fn forms(address: SocketAddr, count: usize) -> (Sample, usize) {
    let mut sample = Sample::default();
    let mut lost = 0;
    for _ in 0..count {
        match form(address) {
            Some(took) => sample.add(took),
            None => lost += 1,
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    (sample, lost)
}

fn in_ms((sample, unanswered): &(Sample, usize)) -> String {
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    let more = if *unanswered > 0 { format!(", {unanswered} unanswered") } else { String::new() };
    format!("{:.1} / {:.1} ms{more}", ms(sample.median()), ms(sample.percentile(99)))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a bench")]
fn load(product: &Product, side: usize, table: &mut Sides) -> Outcome {
    let (process, http) = (product.process(), product.address("http")?);
    let memory = process.resident()? as f64 / 1e6;
    table.put(side, "memory, idle", format!("{memory:.1} MB"));
    forms(http, 20);
    table.put(side, "sign-in at the web form, median / p99, alone", in_ms(&forms(http, 300)));
    let (before, seconds) = (product.count()?, process.seconds()?);
    let brute = Brute::begin(Guess::TelnetOnce(product.prompt()), product.address("telnet")?);
    let begun = Instant::now();
    let during = forms(http, 300);
    while begun.elapsed() < SPAN {
        std::thread::sleep(Duration::from_millis(20));
    }
    let guesses = brute.done();
    brute.end();
    std::thread::sleep(Duration::from_secs(1));
    table.put(side, "the same while 16 guess at Telnet", in_ms(&during));
    let events = (product.count()? - before) as f64;
    let cost = (process.seconds()? - seconds) * 1e3 / events.max(1.0);
    table.put(
        side,
        "Telnet guesses a second meanwhile",
        format!("{:.0}", guesses as f64 / begun.elapsed().as_secs_f64()),
    );
    table.put(side, "processor per event, Telnet guesses", format!("{cost:.3} ms"));
    let (before, seconds) = (product.count()?, process.seconds()?);
    let brute = Brute::begin(Guess::Http, http);
    std::thread::sleep(SPAN);
    let rate = brute.end();
    std::thread::sleep(Duration::from_secs(1));
    let events = (product.count()? - before) as f64;
    let cost = (process.seconds()? - seconds) * 1e3 / events.max(1.0);
    table.put(side, "processor per event, sign-ins at the web form", format!("{cost:.3} ms"));
    table.put(side, "sign-ins at the web form a second, 16 at once", format!("{rate:.0}"));
    Ok(())
}

fn held(product: &Product, side: usize, table: &mut Sides) -> Outcome {
    let (http, ftp) = (product.address("http")?, product.address("ftp")?);
    let mut held = Vec::new();
    for _ in 0..HELD {
        if let Ok(stream) = TcpStream::connect_timeout(&ftp, Duration::from_secs(1)) {
            held.push(stream);
        }
    }
    std::thread::sleep(Duration::from_secs(1));
    let before = product.events()?.iter().filter(|line| line.contains("admin")).count();
    let (answered, lost) = forms(http, 20);
    std::thread::sleep(Duration::from_secs(1));
    let written = product.events()?.iter().filter(|line| line.contains("admin")).count() - before;
    let _ = answered;
    table.put(
        side,
        "20 sign-ins at the web form while 1,200 connections to FTP are held",
        format!("{} answered, {written} events", 20 - lost),
    );
    Ok(())
}

/// How many of so many events reach a collector that was there, is away for 25 seconds, and comes back.
fn away(
    product: &Product,
    close: impl FnOnce(),
    back: impl FnOnce() -> Outcome<Listening>,
    arrived: impl Fn() -> usize,
) -> Outcome<String> {
    let http = product.address("http")?;
    for _ in 0..5 {
        form(http);
    }
    std::thread::sleep(Duration::from_secs(3));
    let before = arrived();
    close();
    let begun = Instant::now();
    for _ in 0..TRIES {
        form(http);
        std::thread::sleep(AWAY / u32::try_from(TRIES)?);
    }
    let rest = AWAY.saturating_sub(begun.elapsed());
    std::thread::sleep(rest);
    let listening = back()?;
    let begun = Instant::now();
    while arrived() < before + TRIES && begun.elapsed() < Duration::from_secs(90) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let out = format!("{before} of 5 before, then {} of {TRIES} arrived", arrived() - before);
    listening.close();
    Ok(out)
}

fn collector(address: SocketAddr, lines: Arc<AtomicUsize>) -> Outcome<Listening> {
    Listening::open(address, move |stream| {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if line.contains("\"dst_port\"") && !line.contains("\"dst_port\": -1") {
                lines.fetch_add(1, Ordering::Relaxed);
            }
        }
    })
}

pub(crate) fn run(programs: &Path) -> Outcome {
    let mut table = Sides::default();
    let rows = rows();
    let mut events: BTreeMap<usize, Vec<(usize, bool)>> = BTreeMap::new();
    for side in [0, 1] {
        let start = |with_snmp| -> Outcome<Product> {
            Ok(if side == 0 {
                Product::Ours(Sensor::start()?)
            } else {
                Product::Theirs(Canary::start(programs, None, with_snmp)?)
            })
        };
        let mut starts = Sample::default();
        for _ in 0..5 {
            let begun = Instant::now();
            starts.add(match start(false)? {
                Product::Ours(_) => begun.elapsed(),
                Product::Theirs(canary) => canary.started_in,
            });
        }
        let took = format!("{:.0} ms", starts.median().as_secs_f64() * 1e3);
        table.put(side, "first start to the first visitor let in, keys made", took);
        let product = start(false)?;
        std::thread::sleep(Duration::from_secs(2));
        load(&product, side, &mut table)?;
        drop(product);
        events.insert(side, contacts(&start(true)?, &rows)?);
        held(&start(false)?, side, &mut table)?;
        let arrived = if side == 0 {
            let (pem, config) = centre::certificate()?;
            let folder = tempfile::TempDir::new()?;
            let authority = folder.path().join("centre.pem");
            std::fs::write(&authority, pem)?;
            let (memory, address) = (centre::Shared::default(), free()?);
            let there = centre::open(address, &config, &memory)?;
            let product = Product::Ours(Sensor::with("", Some((&format!("https://{address}"), &authority)))?);
            let count = || usize::try_from(centre::number(&memory)).unwrap_or(0);
            away(&product, || there.close(), || centre::open(address, &config, &memory), count)?
        } else {
            let (lines, address) = (Arc::new(AtomicUsize::new(0)), free()?);
            let there = collector(address, lines.clone())?;
            let product = Product::Theirs(Canary::start(programs, Some(address), false)?);
            std::thread::sleep(Duration::from_secs(2));
            away(&product, || there.close(), || collector(address, lines.clone()), || lines.load(Ordering::Relaxed))?
        };
        table.put(side, "collector away for 25 s", arrived);
    }
    let empty = Vec::new();
    let of = |side: usize| events.get(&side).unwrap_or(&empty);
    println!("\n{:<8} {:<26} {:>16} {:>12}", "service", "contact", "hakutaku-decoy", "OpenCanary");
    let cell = |one: Option<&(usize, bool)>| match one {
        Some((count, true)) => format!("{count} 検査室"),
        Some((count, false)) => count.to_string(),
        None => String::new(),
    };
    for (at, row) in rows.iter().enumerate() {
        println!("{:<8} {:<26} {:>16} {:>12}", row.protocol, row.name, cell(of(0).get(at)), cell(of(1).get(at)));
    }
    for side in [0, 1] {
        let (all, found) = (of(side).len(), of(side).iter().filter(|(count, _)| *count > 0).count());
        let once = of(side).iter().filter(|(count, _)| *count == 1).count();
        let readable = of(side).iter().filter(|(_, readable)| *readable).count();
        table.put(side, "contacts that leave an event", format!("{found} of {all} (exactly one: {once})"));
        table.put(side, "events with the Japanese name readable", readable.to_string());
    }
    println!("\n| what | hakutaku-decoy | OpenCanary |\n|---|---|---|");
    for (what, [ours, theirs]) in &table.0 {
        println!("| {what} | {ours} | {theirs} |");
    }
    Ok(())
}
