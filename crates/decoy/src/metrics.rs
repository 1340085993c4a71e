//! The sensor's figures for Prometheus (text exposition format 0.0.4), at an address of the house's own.
//!
//! Nothing about visitors is in them: whoever may read figures need not be allowed to read touches.

use hakutaku_model::touch::health::Health;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

/// The page.
#[must_use]
pub fn text(health: &Health) -> String {
    let mut out = String::new();
    let mut one = |name: &str, kind: &str, help: &str, value: &str| {
        let _ = write!(out, "# HELP hakutaku_decoy_{name} {help}\n# TYPE hakutaku_decoy_{name} {kind}\n{value}");
    };
    let plain = |name: &str, value: u64| format!("hakutaku_decoy_{name} {value}\n");
    one("touches_total", "counter", "Touches written since the sensor exists.", &plain("touches_total", health.number));
    one("sent_total", "counter", "Touches the centre has acknowledged.", &plain("sent_total", health.sent));
    one("dropped_total", "counter", "Touches lost since the start.", &plain("dropped_total", health.dropped));
    one("spool_bytes", "gauge", "Size of the spool on disk.", &plain("spool_bytes", health.spool_bytes));
    one("open_visits", "gauge", "Visitors that are inside.", &plain("open_visits", u64::from(health.open)));
    let started = u64::try_from(health.started.micros() / 1_000_000).unwrap_or(0);
    one("start_time_seconds", "gauge", "When the sensor started.", &plain("start_time_seconds", started));
    let mut listening = String::new();
    for decoy in &health.decoys {
        let _ = writeln!(
            listening,
            "hakutaku_decoy_listening{{protocol=\"{}\",persona=\"{}\",address=\"{}\"}} {}",
            decoy.protocol,
            decoy.persona,
            decoy.address,
            u8::from(decoy.up)
        );
    }
    one("listening", "gauge", "Whether a decoy listens.", &listening);
    let mut alarms = String::new();
    for alarm in &health.alarms {
        let name = serde_json::to_value(alarm.trouble).unwrap_or_default();
        let _ = writeln!(alarms, "hakutaku_decoy_alarm{{trouble=\"{}\"}} 1", name.as_str().unwrap_or_default());
    }
    one("alarm", "gauge", "Troubles that stand.", &alarms);
    out
}

/// Answers every request with the page, for ever.
pub async fn serve(listener: TcpListener, health: Arc<dyn Fn() -> Health + Send + Sync>) {
    loop {
        let mut stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // Out of descriptors, or gone already: whoever asks, asks again, and wants to know just then.
            Err(error) => {
                tracing::debug!(%error, "figures");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let health = health.clone();
        tokio::spawn(async move {
            let asked = tokio::time::timeout(Duration::from_secs(5), crate::wire::line(&mut stream, 1024)).await;
            let (status, body) = match asked {
                Ok(Ok(Some(line))) if line.starts_with(b"GET /metrics ") => ("200 OK", text(&health())),
                Ok(Ok(Some(_))) => ("404 Not Found", String::from("the figures are at /metrics\n")),
                _ => return,
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            // The rest of the request is of no interest; whoever hangs up early loses nothing.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });
    }
}
