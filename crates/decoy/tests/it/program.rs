//! A sensor as a program of its own: it can be killed, starved and measured without the test feeling it.

use hakutaku_decoy::spool;
use hakutaku_model::touch::SignedTouch;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Program {
    child: Child,
    addresses: BTreeMap<String, SocketAddr>,
    figures: SocketAddr,
    spool: PathBuf,
}

impl Program {
    /// With one decoy for each (protocol, persona), its spool in this folder.
    pub(crate) fn start(folder: &Path, decoys: &[(&str, &str)], more: &str) -> Self {
        Self::within(folder, decoys, more, &[], &[]).expect("started")
    }

    /// As the last words of a command (such as `sh -c 'ulimit …; exec "$@"' sh`), with variables of the environment.
    /// Nothing if the command ends before there is a sensor.
    pub(crate) fn within(
        folder: &Path,
        decoys: &[(&str, &str)],
        more: &str,
        command: &[&str],
        environment: &[(&str, String)],
    ) -> Option<Self> {
        let spool = folder.join("spool");
        let figures = TcpListener::bind("127.0.0.1:0").expect("bound").local_addr().expect("address");
        let mut text = format!("spool = {spool:?}\nmetrics = \"{figures}\"\n");
        for (protocol, persona) in decoys {
            text.push_str(&format!(
                "[[decoy]]\nprotocol = {protocol:?}\nlisten = \"127.0.0.1:0\"\npersona = {persona:?}\n"
            ));
        }
        text.push_str(more);
        let config = folder.join("decoy.toml");
        std::fs::write(&config, text).expect("configuration");
        let program = env!("CARGO_BIN_EXE_hakutaku-decoy");
        let words: Vec<&str> = command.iter().copied().chain([program, "run", "--config"]).collect();
        let mut child = Command::new(words[0])
            .args(&words[1..])
            .arg(&config)
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut out = BufReader::new(child.stdout.take().expect("output"));
        let mut addresses = BTreeMap::new();
        while addresses.len() < decoys.len() {
            let mut line = String::new();
            if out.read_line(&mut line).expect("read") == 0 {
                child.wait().expect("ended");
                return None;
            }
            let (name, address) = line.trim_end().split_once('\t').expect("name and address");
            addresses.insert(name.to_owned(), address.parse().expect("an address"));
        }
        Some(Self { child, addresses, figures, spool })
    }

    pub(crate) fn address(&self, protocol: &str) -> SocketAddr {
        self.addresses[protocol]
    }

    pub(crate) fn connect(&self, protocol: &str) -> TcpStream {
        let stream = TcpStream::connect(self.address(protocol)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream.set_write_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }

    /// The page of figures.
    pub(crate) fn figures(&self) -> String {
        let mut stream = TcpStream::connect(self.figures).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("asked");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("figures");
        text
    }

    /// Whether an alarm stands.
    pub(crate) fn alarm(&self, trouble: &str) -> bool {
        self.figures().contains(&format!("hakutaku_decoy_alarm{{trouble=\"{trouble}\"}} 1"))
    }

    /// A figure by its name.
    pub(crate) fn figure(&self, name: &str) -> u64 {
        let text = self.figures();
        let start = format!("hakutaku_decoy_{name} ");
        text.lines().find_map(|line| line.strip_prefix(&start)).expect("the figure").parse().expect("a number")
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.split_whitespace().next().expect("a number").parse::<u64>().expect("a number") * 1024
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Without a chance to finish anything.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }

    /// The touches on disk.
    pub(crate) fn touches(&self) -> Vec<SignedTouch> {
        touches(&self.spool)
    }

    /// The chain is unbroken.
    pub(crate) fn verify(&self) -> u64 {
        verify(&self.spool)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The touches of a spool.
pub(crate) fn touches(spool: &Path) -> Vec<SignedTouch> {
    spool::lines_after(spool, 0).map(|line| serde_json::from_slice(&line.expect("line").1).expect("touch")).collect()
}

/// The chain of a spool is unbroken; its last number.
pub(crate) fn verify(spool: &Path) -> u64 {
    let verdict = spool::verify(spool).expect("read");
    assert_eq!(verdict.fault, None);
    verdict.chain.number
}

/// Waits until something is so.
pub(crate) fn wait(what: &str, until: impl Fn() -> bool) {
    let begun = Instant::now();
    while !until() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Tries a name at an FTP decoy; whether it was answered.
pub(crate) fn try_ftp(address: SocketAddr, name: &str) -> bool {
    let Ok(stream) = TcpStream::connect(address) else { return false };
    stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
    let mut lines = BufReader::new(&stream).lines();
    let mut out = &stream;
    for (said, answer) in [("", "220"), (&*format!("USER {name}\r\n"), "331"), ("PASS x\r\n", "530")] {
        if out.write_all(said.as_bytes()).is_err() {
            return false;
        }
        if !lines.next().is_some_and(|line| line.is_ok_and(|line| line.starts_with(answer))) {
            return false;
        }
    }
    true
}
