//! `hakutaku serve`.

use crate::data::{DataArguments, block_on, now};
use crate::exit::Done;
use anyhow::Context as _;
use clap::Args;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::keep::is_believable;
use hakutaku_store::{Act, LetGo, Store, StoreError};
use hakutaku_web::AppState;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

/// How often the heads of the log are signed.
const SIGN_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often old touches go.
const LET_GO_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How far ahead a month's place for touches is made.
const AHEAD_SECONDS: i64 = 3 * 24 * 60 * 60;
/// How often what has ended is cleared away.
const CLEAR_EVERY: Duration = Duration::from_secs(60 * 60);

/// Arguments of `serve`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Address and port to listen on.
    #[arg(long, env = "HAKUTAKU_LISTEN", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    #[command(flatten)]
    data: DataArguments,
    /// The address people type, if it is not the one listened on (behind a proxy: `https://hakutaku.example.jp`).
    #[arg(long, env = "HAKUTAKU_PUBLIC_URL")]
    public_url: Option<Url>,
    /// Address of the server's own figures (`/metrics`, Prometheus text), such as `127.0.0.1:9187`. Off by default.
    #[arg(long, env = "HAKUTAKU_METRICS", value_name = "ADDRESS")]
    metrics: Option<SocketAddr>,
    /// Let `--metrics` listen on an address that other machines reach. There is no sign-in and no TLS there: only on a
    /// network where nobody else is.
    #[arg(long, requires = "metrics")]
    metrics_for_others: bool,
    /// Fill an empty data directory with a made-up model hospital.
    #[arg(long)]
    demo: bool,
    /// Write the server's log as JSON lines.
    #[arg(long)]
    log_json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Done {
    start_logging(arguments.log_json);
    Ok(block_on(serve(arguments))?)
}

fn start_logging(json: bool) {
    let filter = EnvFilter::try_from_env("HAKUTAKU_LOG").unwrap_or_else(|_| EnvFilter::new("warn,hakutaku=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json {
        log.json().init();
    } else {
        log.with_ansi(std::io::stderr().is_terminal()).init();
    }
}

async fn serve(arguments: Arguments) -> anyhow::Result<()> {
    // Reading the catalogue takes about as long as opening the database: both at once.
    let catalogue = tokio::task::spawn_blocking(hakutaku_catalog::embedded);
    // The port first: a second server on the same data must not get as far as the database.
    let listener = TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}; is another server running there?", arguments.listen))?;
    let address = listener.local_addr()?;
    let figures = match arguments.metrics {
        Some(address) => Some(listen_for_metrics(address, arguments.metrics_for_others).await?),
        None => None,
    };
    let public_url = match arguments.public_url {
        Some(url) => url,
        None => default_public_url(address)?,
    };
    let store = arguments.data.open().await?;
    let catalogue = catalogue.await?.context("the catalogue in this program is broken")?;
    if arguments.demo {
        hakutaku_demo::fill(&store, &catalogue, now()).await?;
    }
    let demo = hakutaku_demo::is_demo(&store).await?;
    let app = AppState::new(store.clone(), catalogue, public_url, demo)?;
    greet(&app, &arguments.data, demo).await?;
    tokio::spawn(sign_daily(store.clone()));
    tokio::spawn(clear_hourly(store.clone()));
    // Asked before any sensor is let in: what was heard under a clock that leapt says nothing about it.
    let heard = store.sensors_last_heard().await?;
    tokio::spawn(let_touches_go_daily(store.clone(), heard));
    if let Some(listener) = figures {
        tracing::info!(address = %listener.local_addr()?, "figures for Prometheus are at /metrics");
        let figures = hakutaku_web::metrics_router(app.clone());
        tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, figures).await {
                tracing::error!(%error, "the figures are no longer served");
            }
        });
    }
    let drills = app.clone();
    tokio::spawn(async move { hakutaku_web::resume_drills(&drills).await });
    let router = hakutaku_web::router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router).with_graceful_shutdown(asked_to_stop()).await?;
    store.close().await;
    Ok(())
}

/// Whoever asks there is not asked who they are; so nobody from elsewhere comes there by mistake.
async fn listen_for_metrics(address: SocketAddr, for_others: bool) -> anyhow::Result<TcpListener> {
    anyhow::ensure!(
        for_others || address.ip().is_loopback(),
        "--metrics {address} can be reached from other machines, and the figures are given to anybody without sign-in or \
         TLS; use 127.0.0.1 or [::1], or add --metrics-for-others where the network keeps everybody else away"
    );
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} for --metrics"))
}

/// On loopback people are sent to `localhost`: a passkey is bound to a name, never to an address.
fn default_public_url(address: SocketAddr) -> anyhow::Result<Url> {
    let host = if address.ip().is_loopback() || address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    };
    Ok(Url::parse(&format!("http://{host}/"))?)
}

async fn greet(app: &AppState, data: &DataArguments, demo: bool) -> anyhow::Result<()> {
    println!("Hakutaku 白澤 {}", env!("CARGO_PKG_VERSION"));
    println!("  {}", app.link("/"));
    if demo {
        println!("  見本の病院です。サインインに使う名前とパスワード / The model hospital; its accounts:");
        println!("    hakutaku demo-credentials --data {}", data.data.display());
    } else if let Some(token) = hakutaku_web::begin_setup(&app.store, app.now()).await? {
        println!("  はじめての設定（一度だけ使えます） / First set-up (works once):");
        println!("    {}", app.link(&format!("/setup?token={token}")));
    }
    println!("  止めるには Ctrl+C / Ctrl+C stops it");
    Ok(())
}

async fn sign_daily(store: Store) {
    loop {
        if let Err(error) = store.sign_heads(now()).await {
            tracing::error!(%error, "the heads of the log could not be signed");
        }
        tokio::time::sleep(SIGN_EVERY).await;
    }
}

/// Lets touches go that were kept long enough, and makes room for those to come. `known` is when something last happened under
/// a clock that can be trusted; a clock that leapt is not believed for a day, and somebody reads why.
async fn let_touches_go_daily(store: Store, mut known: Option<Ts>) {
    loop {
        let at = now();
        if is_believable(at, known) {
            match let_touches_go(&store, at).await {
                Ok(LetGo { touches: 0, .. }) => {}
                Ok(LetGo { touches, parts }) => tracing::info!(touches, months = parts, "old touches were let go"),
                Err(error) => tracing::error!(%error, "old touches could not be let go; tried again tomorrow"),
            }
        } else {
            tracing::error!(
                "the clock is over a year ahead of what was last heard from sensors: no touches are let go today"
            );
        }
        known = Some(at);
        tokio::time::sleep(LET_GO_EVERY).await;
    }
}

async fn let_touches_go(store: &Store, at: Ts) -> Result<LetGo, StoreError> {
    store.make_room_for_touches(at.plus_seconds(AHEAD_SECONDS)).await?;
    let keep = store.keep_touches().await?;
    store.let_touches_go(&Act::system(at), keep).await
}

/// Clears away what has ended. Nothing depends on it having run: what has ended opens nothing while it is still there.
async fn clear_hourly(store: Store) {
    loop {
        note("sessions", store.remove_expired_sessions(now()).await);
        note("counters of failed sign-ins", store.remove_forgotten_failures(now()).await);
        note("one-time links", hakutaku_web::remove_expired_links(&store, now()).await);
        note("files without an entry", store.remove_stray_files(now()).await);
        tokio::time::sleep(CLEAR_EVERY).await;
    }
}

/// Into the server's log and no further: a failure is tried again an hour later.
fn note(what: &str, cleared: Result<u64, StoreError>) {
    match cleared {
        Ok(0) => {}
        Ok(number) => tracing::info!(number, "cleared away: {what}"),
        Err(error) => tracing::error!(%error, "could not clear away: {what}"),
    }
}

async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
