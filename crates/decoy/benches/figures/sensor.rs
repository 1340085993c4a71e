//! A sensor as a program of its own, and what the system says of a program.

use crate::Outcome;
use crate::talk::doors;
use hakutaku_decoy::keys::{Enrolment, Keys};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_hakutaku-decoy");

/// A running sensor with every protocol; stopped at the end.
pub(crate) struct Sensor {
    child: Child,
    addresses: BTreeMap<String, SocketAddr>,
    figures: SocketAddr,
    folder: TempDir,
}

impl Sensor {
    /// With all protocols, and no centre.
    pub(crate) fn start() -> Outcome<Self> {
        Self::with("", None)
    }

    /// With more configuration, and a centre (its address and its certificate).
    pub(crate) fn with(more: &str, centre: Option<(&str, &Path)>) -> Outcome<Self> {
        let folder = TempDir::new()?;
        let spool = folder.path().join("spool");
        let figures = free()?;
        let mut text = format!("spool = {spool:?}\nmetrics = \"{figures}\"\n");
        let doors = doors()?;
        for (protocol, persona, _) in &doors {
            text.push_str(&format!(
                "[[decoy]]\nprotocol = {protocol:?}\nlisten = \"127.0.0.1:0\"\npersona = {persona:?}\n"
            ));
        }
        text.push_str("[limits]\nidle_seconds = 600\n");
        text.push_str(more);
        if let Some((address, certificate)) = centre {
            text.push_str(&format!("[centre]\nca_file = {certificate:?}\n"));
            let mut keys = Keys::open(&spool)?;
            keys.enrolment = Some(Enrolment {
                centre: address.to_owned(),
                token: "the-token".to_owned(),
                secret_key: "11".repeat(32),
            });
            keys.save(&spool)?;
        }
        let config = folder.path().join("decoy.toml");
        std::fs::write(&config, text)?;
        // With the limit of open files that Debian gives a program.
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -Sn 1024; exec \"$@\"", "sh", PROGRAM, "run", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(folder.path().join("log"))?)
            .spawn()?;
        let mut addresses = BTreeMap::new();
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        while addresses.len() < doors.len() {
            let mut line = String::new();
            if out.read_line(&mut line)? == 0 {
                return Err(std::fs::read_to_string(folder.path().join("log"))?.into());
            }
            let (name, address) = line.trim_end().split_once('\t').ok_or("the sensor says no address")?;
            addresses.insert(name.to_owned(), address.parse()?);
        }
        Ok(Self { child, addresses, figures, folder })
    }

    pub(crate) fn address(&self, protocol: &str) -> Outcome<SocketAddr> {
        Ok(*self.addresses.get(protocol).ok_or_else(|| format!("no {protocol}"))?)
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    pub(crate) fn spool(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    /// One of the sensor's own figures.
    pub(crate) fn figure(&self, name: &str) -> Outcome<u64> {
        let mut stream = crate::talk::connect(self.figures)?;
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let start = format!("hakutaku_decoy_{name} ");
        let line = text.lines().find_map(|line| line.strip_prefix(&start)).ok_or("no such figure")?;
        Ok(line.trim().parse()?)
    }

    /// Touches on disk.
    pub(crate) fn touches(&self) -> Outcome<u64> {
        self.figure("touches_total")
    }
}

impl Drop for Sensor {
    fn drop(&mut self) {
        // Stopped hard: nothing of it is read afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address where nobody listens at the moment.
pub(crate) fn free() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A program that runs.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// Resident memory in bytes (Linux).
    pub(crate) fn resident(self) -> Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.split_whitespace().next().ok_or("no VmRSS")?.parse::<u64>()? * 1024)
    }

    /// User and system seconds so far.
    pub(crate) fn seconds(self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        let fields: Vec<&str> = stat.rsplit_once(')').ok_or("no stat")?.1.split_whitespace().collect();
        let field = |at: usize| -> Outcome<f64> { Ok(fields.get(at).ok_or("no stat")?.parse()?) };
        // USER_HZ is 100 on every Linux this runs on.
        Ok((field(11)? + field(12)?) / 100.0)
    }
}
