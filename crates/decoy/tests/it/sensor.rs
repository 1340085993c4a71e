//! A sensor of its own for each test, on free ports of loopback.

use hakutaku_decoy::config::Config;
use hakutaku_decoy::persona::{Identity, Kind};
use hakutaku_decoy::run::Sensor;
use hakutaku_decoy::spool;
use hakutaku_model::touch::SignedTouch;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Long enough for a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Running {
    sensor: Sensor,
    folder: tempfile::TempDir,
}

impl Running {
    /// With one decoy for each (protocol, persona).
    pub(crate) fn new(decoys: &[(&str, &str)]) -> Self {
        Self::with(decoys, "")
    }

    /// With more configuration (tables only: `[limits]`, `[[token]]`, …).
    pub(crate) fn with(decoys: &[(&str, &str)], more: &str) -> Self {
        Self::made(decoys, more, |_| {})
    }

    /// With something done to its spool before it starts.
    pub(crate) fn prepared(decoys: &[(&str, &str)], prepare: impl FnOnce(&std::path::Path)) -> Self {
        Self::made(decoys, "", prepare)
    }

    fn made(decoys: &[(&str, &str)], more: &str, prepare: impl FnOnce(&std::path::Path)) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        prepare(folder.path());
        let mut text = format!("spool = {:?}\n", folder.path());
        for (protocol, persona) in decoys {
            text.push_str(&format!(
                "[[decoy]]\nprotocol = {protocol:?}\nlisten = \"127.0.0.1:0\"\npersona = {persona:?}\n"
            ));
        }
        text.push_str(more);
        let sensor = Sensor::start(Config::parse(&text).expect("configuration")).expect("started");
        Self { sensor, folder }
    }

    pub(crate) fn address(&self, protocol: &str) -> SocketAddr {
        let found = self.sensor.addresses().iter().find(|(name, _)| *name == protocol);
        found.unwrap_or_else(|| panic!("no {protocol}")).1
    }

    pub(crate) fn connect(&self, protocol: &str) -> TcpStream {
        let stream = TcpStream::connect(self.address(protocol)).expect("connected");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }

    /// Sends bytes over a new connection, closes the sending side, and gives everything that came back.
    pub(crate) fn say(&self, protocol: &str, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect(protocol);
        let mut answer = Vec::new();
        // The decoy may close first; then there is nothing more to say.
        if stream.write_all(bytes).is_ok() {
            let _ = stream.shutdown(std::net::Shutdown::Write);
            let _ = stream.read_to_end(&mut answer);
        }
        answer
    }

    /// Sends one datagram and gives the answer, if one comes within the time.
    pub(crate) fn ask(&self, protocol: &str, datagram: &[u8], wait: Duration) -> Option<Vec<u8>> {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("bound");
        socket.set_read_timeout(Some(wait)).expect("timeout");
        socket.send_to(datagram, self.address(protocol)).expect("sent");
        let mut answer = vec![0; 65_536];
        let count = socket.recv(&mut answer).ok()?;
        answer.truncate(count);
        Some(answer)
    }

    /// The machine a persona is at the address of the tests.
    pub(crate) fn identity(&self, persona: Kind) -> Arc<Identity> {
        self.sensor.house().identity(persona, [127, 0, 0, 1].into())
    }

    /// The touches so far, once at least so many are there and no visitor is left inside.
    pub(crate) fn touches(&self, at_least: usize) -> Vec<SignedTouch> {
        let begun = Instant::now();
        loop {
            let quiet = self.sensor.house().open.load(Ordering::Relaxed) == 0;
            let all = self.now();
            if (quiet && all.len() >= at_least) || begun.elapsed() > PATIENCE {
                return all;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The one touch that everything so far has left.
    pub(crate) fn only(&self) -> SignedTouch {
        let mut all = self.touches(1);
        assert_eq!(all.len(), 1, "exactly one touch: {all:#?}");
        all.remove(0)
    }

    fn now(&self) -> Vec<SignedTouch> {
        spool::lines_after(self.folder.path(), 0)
            .map(|line| serde_json::from_slice(&line.expect("line").1).expect("touch"))
            .collect()
    }

    /// The chain of the spool is unbroken.
    pub(crate) fn verify(&self) -> u64 {
        let verdict = spool::verify(self.folder.path()).expect("read");
        assert_eq!(verdict.fault, None);
        verdict.chain.number
    }

    pub(crate) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// Runs a client to its end, without input; stops it after the patience.
pub(crate) fn client(program: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new("timeout");
    command.arg("60").arg(program).args(arguments).stdin(Stdio::null());
    command.output().unwrap_or_else(|error| panic!("{program}: {error}"))
}

/// What a client printed, on both streams.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
