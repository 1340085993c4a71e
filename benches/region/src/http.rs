//! The centre as a process of its own, and a plain HTTP/1.1 client that keeps its connection.

use crate::Outcome;
use crate::table::{Budget, Table};
use hakutaku_model::sensor::Acknowledged;
use hakutaku_store::{DatabaseUrl, OpenOptions, Store};
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The server's side: `--serve FOLDER [postgres://…]`.
pub(crate) fn serve(arguments: &[String]) -> Outcome {
    let data = arguments.get(1).ok_or("--serve FOLDER")?.into();
    let database = arguments.get(2).map_or(DatabaseUrl::Sqlite, |url| DatabaseUrl::Postgres(url.clone()));
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let store = Store::open(OpenOptions { data, database }).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let url = url::Url::parse(&format!("http://localhost:{}/", address.port()))?;
        let app = hakutaku_web::AppState::new(store, hakutaku_catalog::embedded()?, url, false)?;
        let router = hakutaku_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
        println!("{address}");
        Ok(axum::serve(listener, router).await?)
    })
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(options: &OpenOptions) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--serve").arg(&options.data).stdout(Stdio::piped());
        if let DatabaseUrl::Postgres(url) = &options.database {
            command.arg(url);
        }
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self { address: line.trim().parse()?, child })
    }

    /// What it cost.
    pub(crate) fn tell(&self, table: &mut Table, name: &str, touches: usize) -> Outcome {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |field: &str| {
            let line = status.lines().find(|line| line.starts_with(field))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        for (words, field) in [("now", "VmRSS:"), ("at most", "VmHWM:")] {
            let bytes = kilobytes(field).unwrap_or(0) * 1024;
            table.bytes(&format!("region: memory of the server, {name}"), words, bytes, Budget::None);
        }
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // Hundredths of a second, user and system: fields 14 and 15 of proc(5).
        let hundredths: u64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        let micros = hundredths * 10_000 / touches.max(1) as u64;
        table.note(&format!("{name}: {micros} µs of the server's processor a touch, all steps together"));
        Ok(())
    }

    pub(crate) fn stop(self) {}
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    address: SocketAddr,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, address })
    }

    /// Posts lines; says up to which number the centre has all.
    pub(crate) async fn touches(&mut self, token: &str, after: u64, lines: &[&[u8]]) -> Outcome<u64> {
        let length: usize = lines.iter().map(|line| line.len() + 1).sum();
        let mut request = format!(
            "POST /api/v1/sensors/touches?after={after}&oldest=1 HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/x-ndjson\r\nContent-Length: {length}\r\n\r\n",
            self.address
        )
        .into_bytes();
        for line in lines {
            request.extend_from_slice(line);
            request.push(b'\n');
        }
        self.stream.write_all(&request).await?;
        let mut answer = Vec::with_capacity(2048);
        loop {
            if self.stream.read_buf(&mut answer).await? == 0 {
                return Err("the server hung up".into());
            }
            let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
            let length =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok());
            let length = length.ok_or_else(|| format!("an answer without its length: {head}"))?;
            if answer.len() < end + 4 + length {
                continue;
            }
            let body = &answer[end + 4..end + 4 + length];
            if !head.starts_with("http/1.1 200") {
                return Err(format!("{head}\n{}", String::from_utf8_lossy(body)).into());
            }
            return Ok(serde_json::from_slice::<Acknowledged>(body)?.number);
        }
    }
}
