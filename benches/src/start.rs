//! The program itself: its size, its cold start, its memory idle and with 200 visitors.

use crate::Outcome;
use crate::table::{Budget, Sample, Table};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const STARTS: usize = 7;
const VISITORS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn run(table: &mut Table) -> Outcome {
    let Some(program) = program() else {
        table.note("start, memory: build the program first (cargo build --release)");
        return Ok(());
    };
    table.bytes(
        "program: size with fonts and catalogue",
        "",
        std::fs::metadata(&program)?.len(),
        Budget::Megabytes(80),
    );
    let mut starting = Sample::default();
    for _ in 0..STARTS {
        let folder = TempDir::new()?;
        let begun = Instant::now();
        let server = Server::start(&program, folder.path(), &[])?;
        starting.add(begun.elapsed());
        drop(server);
    }
    table.sample("start in an empty directory to first answer", "", &starting, Budget::Median(300));

    let folder = TempDir::new()?;
    let server = Server::start(&program, folder.path(), &["--demo"])?;
    if let Some(resident) = server.resident() {
        table.bytes("memory: model hospital, idle", "", resident, Budget::Megabytes(60));
    }
    let token = administrators_token(folder.path())?;
    let mut visitors = Vec::with_capacity(VISITORS);
    for _ in 0..VISITORS {
        visitors.push(server.connect()?);
    }
    let mut answering = Sample::default();
    for visitor in &mut visitors {
        let begun = Instant::now();
        get(visitor, "/api/v1/facilities", Some(&token))?;
        answering.add(begun.elapsed());
    }
    if let Some(resident) = server.resident() {
        table.bytes("memory: 200 open connections, each served", "", resident, Budget::Megabytes(250));
    }
    table.sample("API: list of facilities, over 200 connections", "3 facilities", &answering, Budget::None);
    Ok(())
}

/// The program beside the bench, in the same build directory.
pub(crate) fn program() -> Option<PathBuf> {
    let beside = std::env::current_exe().ok()?.with_file_name(format!("hakutaku{}", std::env::consts::EXE_SUFFIX));
    beside.exists().then_some(beside)
}

fn administrators_token(data: &Path) -> Outcome<String> {
    let credentials: serde_json::Value = serde_json::from_slice(&std::fs::read(data.join("demo-credentials.json"))?)?;
    let token = credentials.pointer("/0/api_token").and_then(serde_json::Value::as_str);
    Ok(token.ok_or("the demo names no token")?.to_owned())
}

/// A running program, stopped at the end.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it and waits for the first answer.
    pub(crate) fn start(program: &Path, data: &Path, more: &[&str]) -> Outcome<Self> {
        // The port is free again when the program asks for it; another program taking it meanwhile only ends the bench.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program)
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut server = Self { child, address };
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the program ended at once: {status}").into());
            }
            if let Ok(mut stream) = TcpStream::connect(address)
                && get(&mut stream, "/healthz", None).is_ok()
            {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err("the program did not answer".into())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    fn connect(&self) -> Outcome<TcpStream> {
        Ok(TcpStream::connect(self.address)?)
    }

    /// Resident memory in bytes, where the system tells.
    pub(crate) fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request over a connection that stays open; refuses anything but 200.
fn get(stream: &mut TcpStream, path: &str, token: Option<&str>) -> Outcome {
    stream.set_read_timeout(Some(PATIENCE))?;
    let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let host = stream.peer_addr()?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{bearer}\r\n").as_bytes())?;
    let mut answer = Vec::new();
    let mut piece = [0_u8; 8192];
    loop {
        let read = stream.read(&mut piece)?;
        answer.extend_from_slice(&piece[..read]);
        if read == 0 || is_whole(&answer) {
            break;
        }
    }
    let head = String::from_utf8_lossy(&answer);
    if head.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(format!("{path}: {}", head.lines().next().unwrap_or("no answer")).into())
    }
}

/// Whether head and announced body are there.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let head_length = head.len() + 4;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    match header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        Some(length) => answer.len() >= head_length + length,
        None => answer.ends_with(b"0\r\n\r\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_announced_body_is_there() {
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Le"));
        assert!(!is_whole(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc"));
        assert!(is_whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"));
    }
}
