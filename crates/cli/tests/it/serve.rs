use crate::program::{hakutaku, path_text, run, stderr, stdout};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// A running server, stopped when dropped.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    said: Vec<String>,
}

impl Server {
    pub(crate) fn start(data: &Path, more: &[&str]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
        let mut child = hakutaku()
            .args(["serve", "--listen", &address.to_string(), "--data", path_text(data)])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = Vec::new();
        for line in lines.by_ref() {
            let line = line.expect("UTF-8");
            let last = line.contains("Ctrl+C");
            said.push(line);
            if last {
                break;
            }
        }
        assert!(said.iter().any(|line| line.contains("Ctrl+C")), "the server ended early: {said:?}");
        Self { child, address, said }
    }

    /// Status and body of a plain request.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).expect("connects");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("set");
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n").as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
        (status, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_first_start_is_healthy_and_prints_a_one_time_set_up_link() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(&data.path().join("data"), &[]);
    assert_eq!(server.get("/healthz", &[]).0, 200);
    let link = server.said.iter().find(|line| line.contains("/setup?token=")).expect("a link");
    assert!(link.trim().starts_with("http://localhost:"), "{link}");
    let (status, body) = server.get("/api/openapi.json", &[]);
    assert_eq!(status, 200);
    let start = body.find('{').expect("JSON");
    let end = body.rfind('}').expect("JSON");
    let document: Value = serde_json::from_str(&body[start..=end]).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    // Nothing of the API answers a stranger.
    assert_eq!(server.get("/api/v1/facilities", &[]).0, 401);
}

#[test]
fn the_demo_has_an_account_for_every_role_and_its_tokens_work() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("demo");
    let server = Server::start(&data, &["--demo"]);
    let output = run(&["demo-credentials", "--data", path_text(&data)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let accounts: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let roles: Vec<&str> = accounts.iter().filter_map(|a| a["role"].as_str()).collect();
    for role in
        ["administrator", "safety_manager", "it_operator", "executive", "respondent", "auditor", "regional_supporter"]
    {
        assert!(roles.contains(&role), "no account for {role}");
    }
    for account in &accounts {
        for key in ["role", "username", "password", "totp_secret", "api_token"] {
            assert!(account.get(key).is_some(), "{key} is missing");
        }
        let token = account["api_token"].as_str().expect("a token");
        let (status, body) = server.get("/api/v1/facilities", &[("Authorization", &format!("Bearer {token}"))]);
        assert_eq!(status, 200, "{}: {body}", account["role"]);
    }
    drop(server);

    let output = run(&["audit", "verify", "--data", path_text(&data)]);
    assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn credentials_are_refused_for_a_plain_installation_and_a_missing_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("plain");
    drop(Server::start(&data, &[]));
    let output = run(&["demo-credentials", "--data", path_text(&data)]);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let missing = dir.path().join("missing");
    assert!(!run(&["demo-credentials", "--data", path_text(&missing)]).status.success());
    assert!(!missing.exists(), "a mistyped folder is not created");
}

#[test]
fn a_backup_made_on_the_command_line_verifies_and_restores() {
    let dir = tempfile::tempdir().expect("a folder");
    let data = dir.path().join("demo");
    drop(Server::start(&data, &["--demo"]));
    let archive = dir.path().join("backup.age");
    let secret = dir.path().join("passphrase");
    std::fs::write(&secret, "correct horse battery staple\n").expect("written");
    let create = run(&[
        "backup",
        "create",
        path_text(&archive),
        "--data",
        path_text(&data),
        "--passphrase-file",
        path_text(&secret),
    ]);
    assert!(create.status.success(), "{}", stderr(&create));
    let verify = run(&["backup", "verify", path_text(&archive), "--passphrase-file", path_text(&secret)]);
    assert!(verify.status.success(), "{}", stderr(&verify));
    let restored = dir.path().join("restored");
    let restore = run(&[
        "backup",
        "restore",
        path_text(&archive),
        "--data",
        path_text(&restored),
        "--passphrase-file",
        path_text(&secret),
    ]);
    assert!(restore.status.success(), "{}", stderr(&restore));
    let verified = run(&["audit", "verify", "--data", path_text(&restored)]);
    assert!(verified.status.success(), "{}", stderr(&verified));
    let server = Server::start(&restored, &[]);
    assert_eq!(server.get("/healthz", &[]).0, 200);

    let mut bytes = std::fs::read(&archive).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&archive, bytes).expect("written");
    let damaged = run(&["backup", "verify", path_text(&archive), "--passphrase-file", path_text(&secret)]);
    assert!(!damaged.status.success(), "one flipped bit is noticed");
}
