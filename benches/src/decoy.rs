//! The decoy sensor: writing touches, starting, resting, holding visitors.

use crate::Outcome;
use crate::table::{Budget, Sample, Table};
use hakutaku_decoy::keys::Keys;
use hakutaku_decoy::spool::{Draft, Spool, verify};
use hakutaku_model::touch::Kind;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const TOUCHES: usize = 50_000;
const WRITERS: usize = 256;
const STARTS: usize = 7;
const VISITORS: usize = 5_000;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    writing(table).await?;
    let Some(program) = program() else {
        table.note("decoy: build the sensor first (cargo build --release -p hakutaku-decoy)");
        return Ok(());
    };
    table.bytes("decoy: size of the sensor alone", "", std::fs::metadata(&program)?.len(), Budget::None);
    let mut starting = Sample::default();
    for _ in 0..STARTS {
        let folder = TempDir::new()?;
        let begun = Instant::now();
        let sensor = Sensor::start(&program, folder.path())?;
        drop(TcpStream::connect(sensor.address)?);
        starting.add(begun.elapsed());
    }
    table.sample("decoy: start to first visitor let in", "", &starting, Budget::Median(100));
    let folder = TempDir::new()?;
    let sensor = Sensor::start(&program, folder.path())?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    if let Some(resident) = sensor.resident() {
        table.bytes("decoy: memory, idle", "", resident, Budget::Megabytes(15));
    }
    let mut held = Vec::with_capacity(VISITORS);
    let mut letting_in = Sample::default();
    let begun = Instant::now();
    for _ in 0..VISITORS {
        let one = Instant::now();
        held.push(TcpStream::connect(sensor.address)?);
        letting_in.add(one.elapsed());
    }
    let all = begun.elapsed();
    table.rate("decoy: visitors let in, one after the other", &format!("{VISITORS}"), &letting_in, all, Budget::None);
    tokio::time::sleep(Duration::from_secs(1)).await;
    if let Some(resident) = sensor.resident() {
        table.bytes("decoy: memory, idle visitors held", &format!("{VISITORS}"), resident, Budget::None);
    }
    Ok(())
}

fn draft(number: usize) -> Draft {
    Draft {
        protocol: "ssh",
        persona: "linux-server",
        source: IpAddr::from([192, 0, 2, 7]),
        source_port: 40_000,
        dest_port: 22,
        kind: Kind::SignIn,
        user: Some(format!("user{number}")),
        secret_hash: Some("00112233445566778899aabbccddeeff".to_owned()),
        detail: BTreeMap::from([
            ("client".to_owned(), "SSH-2.0-OpenSSH_9.2".to_owned()),
            ("dest_ip".to_owned(), "10.0.0.5".to_owned()),
        ]),
    }
}

/// Signed, chained, flushed: how many a second, and how long one waits.
async fn writing(table: &mut Table) -> Outcome {
    let folder = TempDir::new()?;
    let keys = Keys::open(folder.path())?;
    let spool = Spool::open(folder.path(), &keys, 1 << 32)?;
    let mut alone = Sample::default();
    for number in 0..500 {
        let begun = Instant::now();
        spool.write(draft(number)).await?;
        alone.add(begun.elapsed());
    }
    table.sample("decoy: one touch, signed and on disk", "alone", &alone, Budget::Both(5, 5));
    let busy = processor_seconds();
    let begun = Instant::now();
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let spool = spool.clone();
            tokio::spawn(async move {
                let mut waited = Sample::default();
                for number in 0..TOUCHES / WRITERS {
                    let begun = Instant::now();
                    spool.write(draft(writer * 1_000_000 + number)).await?;
                    waited.add(begun.elapsed());
                }
                Ok::<_, hakutaku_decoy::spool::NotWritten>(waited)
            })
        })
        .collect();
    let mut waited = Sample::default();
    for task in tasks {
        waited.join(task.await??);
    }
    let took = begun.elapsed();
    let count = WRITERS * (TOUCHES / WRITERS);
    table.rate(
        "decoy: touches, signed and on disk",
        &format!("{WRITERS} at once"),
        &waited,
        took,
        Budget::PerSecond(10_000),
    );
    if let (Some(before), Some(after)) = (busy, processor_seconds()) {
        #[expect(clippy::cast_precision_loss, reason = "a count of a bench")]
        let micros = (after - before) * 1e6 / count as f64;
        table.note(&format!(
            "decoy: {micros:.0} µs of processor a touch (budget 100 µs), the 256 waiting tasks included"
        ));
    }
    let verdict = verify(folder.path())?;
    if verdict.fault.is_some() {
        return Err("the chain of the bench's own spool is broken".into());
    }
    Ok(())
}

/// User and system seconds of this process so far (Linux).
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // USER_HZ is 100 on every Linux this runs on.
    Some(ticks / 100.0)
}

fn program() -> Option<PathBuf> {
    let beside =
        std::env::current_exe().ok()?.with_file_name(format!("hakutaku-decoy{}", std::env::consts::EXE_SUFFIX));
    beside.exists().then_some(beside)
}

/// A running sensor with one silent port; stopped at the end.
struct Sensor {
    child: Child,
    address: SocketAddr,
}

impl Sensor {
    fn start(program: &Path, folder: &Path) -> Outcome<Self> {
        let config = folder.join("decoy.toml");
        let text = format!(
            "spool = {:?}\n[limits]\nidle_seconds = 600\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:0\"\npersona = \"linux-server\"\n",
            folder.join("spool")
        );
        std::fs::write(&config, text)?;
        let mut child = Command::new(program)
            .args(["run", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.split_whitespace().nth(1).ok_or("the sensor says no address")?.parse()?;
        Ok(Self { child, address })
    }

    fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
    }
}

impl Drop for Sensor {
    fn drop(&mut self) {
        // It is stopped hard: nothing of it is read afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
