//! OpenCanary as a program, with everything on that it has in common with the sensor, and all it can be told to log.

use crate::Outcome;
use crate::sensor::{Process, free};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SERVICES: [&str; 13] =
    ["ftp", "http", "https", "mssql", "mysql", "ntp", "rdp", "sip", "snmp", "ssh", "telnet", "tftp", "vnc"];

pub(crate) struct Canary {
    child: Child,
    addresses: BTreeMap<&'static str, SocketAddr>,
    log: PathBuf,
    _folder: TempDir,
    /// From the start of the program to the first visitor let in.
    pub(crate) started_in: Duration,
}

impl Canary {
    /// Starts it from the programs of its environment; events also go to a collector, if there is one. Its SNMP service
    /// needs scapy, which costs it much memory and time to start: without it where these are measured.
    pub(crate) fn start(programs: &Path, collector: Option<SocketAddr>, with_snmp: bool) -> Outcome<Self> {
        let folder = TempDir::new()?;
        let log = folder.path().join("events.log");
        let mut handlers = json!({"file": {"class": "logging.FileHandler", "filename": log}});
        if let Some(address) = collector {
            handlers["json-tcp"] = json!({
                "class": "opencanary.logger.SocketJSONHandler", "host": address.ip().to_string(), "port": address.port()
            });
        }
        let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("certificate.pem"));
        let pair = rcgen::KeyPair::generate()?;
        let made = rcgen::CertificateParams::new(vec!["nas.example.jp".to_owned()])?.self_signed(&pair)?;
        std::fs::write(&key, pair.serialize_pem())?;
        std::fs::write(&certificate, made.pem())?;
        let mut settings = json!({
            "device.node_id": "compared",
            "device.listen_addr": "127.0.0.1",
            "ftp.log_auth_attempt_initiated": false,
            "http.skin": "nasLogin",
            "http.log_unimplemented_method_requests": true,
            "http.log_redirect_request": true,
            "https.skin": "nasLogin",
            "https.certificate": certificate,
            "https.key": key,
            "mysql.log_connection_made": true,
            "telnet.log_tcp_connection": true,
            "ssh.key_path": folder.path(),
            "logger": {"class": "PyLogger", "kwargs": {
                "formatters": {"plain": {"format": "%(message)s"}}, "handlers": handlers
            }}
        });
        let mut addresses = BTreeMap::new();
        for service in SERVICES {
            let address = free()?;
            settings[format!("{service}.enabled")] = Value::Bool(with_snmp || service != "snmp");
            settings[format!("{service}.port")] = json!(address.port());
            addresses.insert(service, address);
        }
        std::fs::write(folder.path().join("opencanary.conf"), serde_json::to_vec_pretty(&settings)?)?;
        let begun = Instant::now();
        let out = std::fs::File::create(folder.path().join("out"))?;
        // The limit of open files that Debian gives a program.
        let mut command = Command::new("sh");
        command
            .args(["-c", "ulimit -Sn 1024; exec \"$@\"", "sh"])
            .arg(programs.join("twistd"))
            .args(["-n", "--pidfile=", "-y"])
            .arg(programs.join("opencanary.tac"))
            .current_dir(folder.path())
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out)
            .process_group(0);
        let child = command.spawn()?;
        let mut canary = Self { child, addresses, log, _folder: folder, started_in: Duration::ZERO };
        let last = canary.address("vnc")?;
        while std::net::TcpStream::connect(last).is_err() {
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(std::fs::read_to_string(canary.log.with_file_name("out"))?.into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        canary.started_in = begun.elapsed();
        Ok(canary)
    }

    pub(crate) fn address(&self, service: &str) -> Outcome<SocketAddr> {
        Ok(*self.addresses.get(service).ok_or_else(|| format!("no {service}"))?)
    }

    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Events of visitors so far, as written (its own messages have no port).
    pub(crate) fn events(&self) -> Outcome<Vec<String>> {
        let text = String::from_utf8_lossy(&std::fs::read(&self.log)?).into_owned();
        Ok(text
            .lines()
            .filter(|line| line.contains("\"dst_port\"") && !line.contains("\"dst_port\": -1"))
            .map(str::to_owned)
            .collect())
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
