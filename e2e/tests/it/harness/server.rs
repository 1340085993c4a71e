//! The program under test, serving a data directory of its own.

use super::api::Api;
use super::process::Process;
use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// An account of the demo.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Credential {
    pub(crate) role: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) totp_secret: Option<String>,
    pub(crate) api_token: String,
}

/// A server that ends with the test.
pub(crate) struct Server {
    process: Option<Process>,
    port: u16,
    set_up: Option<String>,
    data: PathBuf,
    /// Where it is this server's own.
    _folder: Option<TempDir>,
}

impl Server {
    /// A new installation, not set up.
    pub(crate) fn fresh() -> Result<Self> {
        Self::begin(&[])
    }

    /// The filled model hospital.
    pub(crate) fn demo() -> Result<Self> {
        Self::begin(&["--demo"])
    }

    /// One that somebody else started, and ends.
    pub(crate) fn elsewhere(base: &str, data: PathBuf) -> Result<Self> {
        let port =
            base.rsplit(':').next().context("with a port")?.parse().with_context(|| format!("a port in {base}"))?;
        Ok(Self { process: None, port, set_up: None, data, _folder: None })
    }

    fn begin(more: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().to_owned();
        let mut server = Self { process: None, port: 0, set_up: None, data, _folder: Some(folder) };
        server.serve(more)?;
        Ok(server)
    }

    fn serve(&mut self, more: &[&str]) -> Result<()> {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut process =
            Process::start(program()?.args(["serve", "--listen", &listen, "--data"]).arg(&self.data).args(more))?;
        process.wait_for("the greeting", |line| line.contains("Ctrl+C").then_some(()))?;
        let addresses: Vec<&str> =
            process.said().iter().map(|line| line.trim()).filter(|line| line.starts_with("http://")).collect();
        let home = addresses.first().context("the server prints its address")?;
        let port = home.trim_end_matches('/').rsplit(':').next().context("with a port")?;
        self.port = port.parse().with_context(|| format!("a port in {home}"))?;
        self.set_up = addresses.get(1).map(|link| (*link).to_owned());
        self.process = Some(process);
        Ok(())
    }

    /// Pulls the plug.
    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same port with the same data.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "it is still running");
        self.serve(&[])
    }

    /// The address of a page.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    /// The one-time link it printed.
    pub(crate) fn set_up_link(&self) -> Result<&str> {
        self.set_up.as_deref().context("a new installation prints a one-time link")
    }

    /// The demo's account of a role.
    pub(crate) fn credential(&self, role: &str) -> Result<Credential> {
        let output = run(program()?.args(["demo-credentials", "--data"]).arg(&self.data))?;
        let all: Vec<Credential> = serde_json::from_slice(&output.stdout)?;
        all.into_iter().find(|one| one.role == role).with_context(|| format!("a demo account for {role}"))
    }

    /// The API with the token of a role.
    pub(crate) fn api(&self, role: &str) -> Result<Api> {
        Api::new(self.url("/api/v1"), self.credential(role)?.api_token)
    }
}

/// `hakutaku assess FILE --format json`.
pub(crate) fn assess(file: &Path) -> Result<Value> {
    let output = run(program()?.arg("assess").arg(file).args(["--format", "json"]))?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// `hakutaku exercise check FILE`: fails where the file has a fault.
pub(crate) fn check_exercise(file: &Path) -> Result<()> {
    run(program()?.args(["exercise", "check"]).arg(file)).map(drop)
}

/// A decoy sensor of its own, sending to a server; stopped when dropped.
pub(crate) struct Sensor {
    child: Child,
    /// Addresses by protocol.
    pub(crate) decoys: Vec<(String, SocketAddr)>,
    _folder: TempDir,
}

impl Sensor {
    /// Comes in by a code and offers these decoys (protocol, persona).
    pub(crate) fn enrolled(server: &Server, code: &str, decoys: &[(&str, &str)]) -> Result<Self> {
        let folder = TempDir::new()?;
        let config = folder.path().join("decoy.toml");
        let mut text = format!("spool = {:?}\n", folder.path().join("spool"));
        for (protocol, persona) in decoys {
            text.push_str(&format!(
                "[[decoy]]\nprotocol = {protocol:?}\nlisten = \"127.0.0.1:0\"\npersona = {persona:?}\n"
            ));
        }
        std::fs::write(&config, text)?;
        let centre = server.url("");
        run(program()?.args(["decoy", "enrol", "--centre", &centre, "--code", code, "--config"]).arg(&config))?;
        let mut child = program()?.args(["decoy", "run", "--config"]).arg(&config).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(out).lines();
        let mut up = Vec::new();
        for _ in decoys {
            let line = lines.next().context("the sensor ended")??;
            let (protocol, address) = line.split_once('\t').context("no address")?;
            up.push((protocol.to_owned(), address.parse()?));
        }
        Ok(Self { child, decoys: up, _folder: folder })
    }

    /// Where a decoy listens.
    pub(crate) fn address(&self, protocol: &str) -> Result<SocketAddr> {
        let found = self.decoys.iter().find(|(name, _)| name == protocol);
        Ok(found.with_context(|| format!("no {protocol}"))?.1)
    }
}

impl Drop for Sensor {
    fn drop(&mut self) {
        // What it wrote is on disk before anybody is answered: it may be stopped at any time.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output()?;
    ensure!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

fn program() -> Result<Command> {
    let mut command = Command::new(path_of_program()?);
    command.env("HAKUTAKU_LOG", "warn");
    Ok(command)
}

/// `HAKUTAKU_BIN`, or what the same build put beside the tests.
pub(super) fn path_of_program() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("HAKUTAKU_BIN") {
        return Ok(path.into());
    }
    let beside = std::env::current_exe()?.ancestors().nth(2).map(|folder| folder.join("hakutaku"));
    match beside {
        Some(path) if path.is_file() => Ok(path),
        _ => bail!(
            "there is no `hakutaku` beside the tests: run `cargo build -p hakutaku` first, or name one in HAKUTAKU_BIN"
        ),
    }
}
