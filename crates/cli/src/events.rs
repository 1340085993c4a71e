//! `hakutaku events`, and the region's part of `hakutaku serve`.

use crate::data::{block_on, now};
use crate::exit::{Done, Exit};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use hakutaku_events::line::Address;
use hakutaku_events::live::{Incoming, Word, carry};
use hakutaku_events::setup::{SetupError, Wishes, make};
use hakutaku_events::{Centre, Events, Issuer};
use hakutaku_model::sensor::EventsPass;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::transport::Subject;
use hakutaku_web::AppState;
use hakutaku_web::shell::live::LiveEvent;
use hakutaku_web::shell::sensor_stream::SensorStream;
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Subcommands of `events`.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make the keys and the configuration from which a stream server (nats-server) starts.
    Setup(SetupArguments),
    /// Say whether the stream server is there and how many touches wait in it.
    Status(Line),
}

/// Arguments of `events setup`.
#[derive(Args)]
pub(crate) struct SetupArguments {
    /// The folder to make. Nothing in it is overwritten.
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Address and port the stream server will listen on.
    #[arg(long, default_value = "0.0.0.0:4222")]
    listen: String,
    /// Where the stream server will keep touches [default: `stream` in the folder].
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// How much disk it may take for that, in gibibytes.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    gibibytes: u32,
    /// Its certificate (PEM). Sensors come by tls://.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of the certificate (PEM).
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

/// Where the stream server is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Line {
    /// The region's stream server: `tls://nats.example.jp`, several with commas between. Sensors' touches come through it.
    #[arg(long, env = "HAKUTAKU_EVENTS", value_name = "URL")]
    pub(crate) events: Option<String>,
    /// Credentials for it (`centre.creds` of `hakutaku events setup`).
    #[arg(long, env = "HAKUTAKU_EVENTS_CREDENTIALS", value_name = "FILE", requires = "events")]
    events_credentials: Option<PathBuf>,
    /// Its certificate authority (PEM), if it has one of its own.
    #[arg(long, env = "HAKUTAKU_EVENTS_CA_FILE", value_name = "FILE", requires = "events")]
    events_ca_file: Option<PathBuf>,
}

/// The region's arguments of `serve`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Region {
    #[command(flatten)]
    pub(crate) line: Line,
    /// What gives sensors their passes (`issuer.json` of `hakutaku events setup`).
    #[arg(long, env = "HAKUTAKU_EVENTS_ISSUER", value_name = "FILE", requires = "events")]
    events_issuer: Option<PathBuf>,
    /// On how many stream servers each touch is kept: 3 where three form a cluster.
    #[arg(long, env = "HAKUTAKU_EVENTS_REPLICAS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    events_replicas: u8,
}

impl Line {
    fn address(&self, replicas: usize) -> Option<Address> {
        Some(Address {
            url: self.events.clone()?,
            credentials: self.events_credentials.clone(),
            ca_file: self.events_ca_file.clone(),
            replicas,
        })
    }
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Setup(arguments) => setup(arguments),
        Command::Status(line) => Ok(block_on(status(line))?),
    }
}

fn setup(arguments: &SetupArguments) -> Done {
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let wishes = Wishes {
        folder: arguments.folder.clone(),
        listen: arguments.listen.clone(),
        store: absolute(arguments.store.as_ref().unwrap_or(&arguments.folder.join("stream"))),
        gibibytes: arguments.gibibytes,
        tls: arguments.tls_cert.as_ref().zip(arguments.tls_key.as_ref()).map(|(a, b)| (absolute(a), absolute(b))),
    };
    let made = make(&wishes, now()).map_err(|error| match error {
        SetupError::Io { .. } => Exit::BadInput(vec![error.to_string()]),
        SetupError::Trust(_) => Exit::Failed(anyhow::Error::new(error)),
    })?;
    println!("stream server:   nats-server --config {}", made.configuration.display());
    println!(
        "this program:    hakutaku serve … --events tls://THE-STREAM-SERVER --events-credentials {} --events-issuer {}",
        made.credentials.display(),
        made.issuer.display()
    );
    println!("put away safely: {}", made.seeds.display());
    Ok(())
}

async fn status(line: &Line) -> anyhow::Result<()> {
    let address = line.address(1).context("name the stream server with --events")?;
    let events = Events::connect(&address).await?;
    for _ in 0..50 {
        if events.is_connected() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::ensure!(
        events.is_connected(),
        "{}: the stream server does not answer, or refuses the credentials",
        address.url
    );
    let size = events.size().await?;
    println!("waiting touches: {}", size.messages);
    println!("bytes on disk:   {}", size.bytes);
    println!("taking them in:  {}", if size.read { "a server" } else { "nobody" });
    Ok(())
}

struct Stream {
    events: Events,
    issuer: Option<Issuer>,
}

impl SensorStream for Stream {
    fn pass(&self, subject: Subject, key: &str, now: Ts) -> Result<EventsPass, String> {
        match &self.issuer {
            Some(issuer) => issuer.pass(subject, key, now).map_err(|error| error.to_string()),
            // The stream server asks for nothing, or the sensors have credentials of their own.
            None => Ok(EventsPass { facility: subject.facility, token: None, expires_at: None, issued_at: now }),
        }
    }

    fn waiting(&self, subject: Subject) -> Pin<Box<dyn Future<Output = Option<u64>> + Send + '_>> {
        Box::pin(async move {
            // A sensor's report is not held up by a stream server that is away.
            if self.events.is_connected() { self.events.waiting(subject).await.ok() } else { None }
        })
    }
}

/// The region's work beside the pages; ends with [`Working::stop`].
pub(crate) struct Working {
    centre: Arc<Centre>,
    tasks: Vec<JoinHandle<()>>,
}

impl Working {
    /// Begins it, if there is a stream server.
    pub(crate) async fn begin(app: &mut AppState, region: &Region) -> anyhow::Result<Option<Self>> {
        let Some(address) = region.line.address(usize::from(region.events_replicas)) else { return Ok(None) };
        let events = Events::connect(&address).await?;
        let issuer = region.events_issuer.as_deref().map(Issuer::read).transpose()?;
        app.stream = Some(Arc::new(Stream { events: events.clone(), issuer }));
        let name = uuid::Uuid::now_v7().to_string();
        let centre = Arc::new(Centre::new(events.clone(), app.store.clone(), name, now));
        let works = centre.clone();
        let mut tasks = vec![tokio::spawn(async move { works.run().await })];
        if let Some(outward) = app.live.outward() {
            tasks.push(tokio::spawn(bridge(app.clone(), events, outward)));
        }
        Ok(Some(Self { centre, tasks }))
    }

    /// Ends it, so that another server goes on at once.
    pub(crate) async fn stop(self) {
        for task in &self.tasks {
            task.abort();
        }
        self.centre.give_back().await;
    }
}

/// Carries live words between the servers, for as long as the program runs.
async fn bridge(app: AppState, events: Events, mut outward: mpsc::Receiver<(uuid::Uuid, LiveEvent)>) {
    let (words, outgoing) = mpsc::channel(1024);
    let sending = async move {
        while let Some((about, event)) = outward.recv().await {
            let word = Word { about, name: event.name.into_owned(), json: event.json.to_string() };
            if words.send(word).await.is_err() {
                return;
            }
        }
    };
    let carrying = carry(&events, outgoing, |incoming| match incoming {
        Incoming::Word(word) => {
            app.live.receive(word.about, LiveEvent { name: word.name.into(), json: word.json.into() });
        }
        Incoming::Missed => app.live.missed(),
    });
    let ((), carried) = tokio::join!(sending, carrying);
    if let Err(error) = carried {
        tracing::error!(%error, "live words no longer reach the other servers");
    }
}
