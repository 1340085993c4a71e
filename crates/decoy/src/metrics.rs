//! The sensor's figures for Prometheus (text exposition format 0.0.4), at an address of the house's own.
//!
//! Nothing about visitors is in them: whoever may read figures need not be allowed to read touches.

use hakutaku_model::figures::{CONTENT_TYPE, Form, Page};
use hakutaku_model::touch::health::Health;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

/// The page.
#[must_use]
pub fn text(health: &Health) -> String {
    let mut page = Page::new();
    let named = |name: &str| format!("hakutaku_decoy_{name}");
    let mut one = |name: &str, form: Form, help: &str, value: u64| page.one(&named(name), form, help, value);
    one("touches_total", Form::Counter, "Touches written since the sensor exists.", health.number);
    one("sent_total", Form::Counter, "Touches the centre has acknowledged.", health.sent);
    one("dropped_total", Form::Counter, "Touches lost since the start.", health.dropped);
    one("spool_bytes", Form::Gauge, "Size of the spool on disk.", health.spool_bytes);
    one("open_visits", Form::Gauge, "Visitors that are inside.", u64::from(health.open));
    let started = u64::try_from(health.started.micros() / 1_000_000).unwrap_or(0);
    one("start_time_seconds", Form::Gauge, "When the sensor started.", started);
    let mut listening = page.family(&named("listening"), Form::Gauge, "Whether a decoy listens.");
    for decoy in &health.decoys {
        let labels = [
            ("protocol", decoy.protocol.as_str()),
            ("persona", decoy.persona.as_str()),
            ("address", decoy.address.as_str()),
        ];
        listening.put(&labels, u8::from(decoy.up));
    }
    let mut alarms = page.family(&named("alarm"), Form::Gauge, "Troubles that stand.");
    for alarm in &health.alarms {
        let name = serde_json::to_value(alarm.trouble).unwrap_or_default();
        alarms.put(&[("trouble", name.as_str().unwrap_or_default())], 1);
    }
    page.finish()
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
                "HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            // The rest of the request is of no interest; whoever hangs up early loses nothing.
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        });
    }
}
