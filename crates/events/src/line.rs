//! The connection to the stream server, the stream of touches and what waits in it.

use async_nats::jetstream::{self, stream};
use async_nats::{Client, ConnectOptions, Event};
use futures_util::StreamExt as _;
use hakutaku_model::touch::transport::{ALL_SUBJECTS, DUPLICATE_WINDOW, STREAM, Subject};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::watch;

/// Most touches of one sensor that wait in the stream; it keeps the rest in its spool.
const MOST_OF_ONE_SENSOR: i64 = 1_000_000;
/// Largest message, in bytes: a touch's line with room for its headers.
const LARGEST_MESSAGE: i32 = 128 * 1024;
/// How long an answer is waited for.
const EXCHANGE: Duration = Duration::from_secs(5);

/// Why the stream server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The address is of no use.
    #[error("{0}: the stream server's address begins with nats:// or tls://")]
    Address(String),
    /// The credentials cannot be read.
    #[error("{path}: {reason}")]
    Credentials {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is away, or refuses.
    #[error("{doing}: {reason}")]
    Server {
        /// What was attempted.
        doing: &'static str,
        /// What came back.
        reason: String,
    },
    /// The database refuses; touches stay in the stream.
    #[error("keeping touches: {0}")]
    Store(#[from] hakutaku_store::StoreError),
}

pub(crate) fn server(doing: &'static str) -> impl Fn(&dyn std::fmt::Display) -> EventsError {
    move |error| EventsError::Server { doing, reason: error.to_string() }
}

/// Where the stream server is and how to come in.
#[derive(Debug, Clone)]
pub struct Address {
    /// `nats://…` or `tls://…`, several with commas between.
    pub url: String,
    /// A `.creds` file.
    pub credentials: Option<PathBuf>,
    /// Certificate authority (PEM), if it has one of its own.
    pub ca_file: Option<PathBuf>,
    /// On how many servers the stream is kept: 1, or 3 where there is a cluster.
    pub replicas: usize,
}

/// What waits in the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamSize {
    /// Touches.
    pub messages: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Whether a server waits for them or is taking them in.
    pub read: bool,
}

/// The connection. Cheap to clone; comes back by itself when the stream server was away.
#[derive(Debug, Clone)]
pub struct Events {
    pub(crate) client: Client,
    pub(crate) context: jetstream::Context,
    replicas: usize,
    connections: watch::Receiver<u64>,
}

impl Events {
    /// Begins to connect. Returns at once: a stream server that is away is tried until it is there.
    ///
    /// # Errors
    /// When the address or the credentials cannot be used at all.
    pub async fn connect(address: &Address) -> Result<Self, EventsError> {
        let servers: Vec<&str> = address.url.split(',').map(str::trim).collect();
        if !servers.iter().all(|server| server.starts_with("nats://") || server.starts_with("tls://")) {
            return Err(EventsError::Address(address.url.clone()));
        }
        let mut options = match &address.credentials {
            None => ConnectOptions::new(),
            Some(path) => ConnectOptions::with_credentials_file(path).await.map_err(|error| {
                EventsError::Credentials { path: path.display().to_string(), reason: error.to_string() }
            })?,
        };
        if let Some(path) = &address.ca_file {
            options = options.add_root_certificates(path.clone());
        }
        let (count, connections) = watch::channel(0);
        let away = Mutex::new(false);
        let client = options
            .name("hakutaku serve")
            // What this server says to the others must not come back to its own pages.
            .no_echo()
            .retry_on_initial_connect()
            .connection_timeout(EXCHANGE)
            .ping_interval(Duration::from_secs(10))
            .event_callback(move |event| {
                tell(&event, &away, &count);
                std::future::ready(())
            })
            .connect(servers)
            .await
            .map_err(|error| server("connecting to the stream server")(&error))?;
        let context = jetstream::context::ContextBuilder::new().timeout(EXCHANGE).build(client.clone());
        Ok(Self { client, context, replicas: address.replicas, connections })
    }

    /// Whether the stream server is there.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// How often a connection was made; grows when the stream server comes back.
    #[must_use]
    pub fn connections(&self) -> watch::Receiver<u64> {
        self.connections.clone()
    }

    /// The stream of touches, made or brought up to date. A touch leaves it when the centre has it; when the disk is full
    /// the stream refuses and the sensors wait, nothing old is thrown away.
    ///
    /// # Errors
    /// When the stream server is away or refuses.
    pub async fn stream(&self) -> Result<stream::Stream, EventsError> {
        let config = stream::Config {
            name: STREAM.to_owned(),
            description: Some("Touches of decoy sensors on their way to the centre".to_owned()),
            subjects: vec![ALL_SUBJECTS.to_owned()],
            retention: stream::RetentionPolicy::WorkQueue,
            discard: stream::DiscardPolicy::New,
            max_messages_per_subject: MOST_OF_ONE_SENSOR,
            discard_new_per_subject: true,
            max_message_size: LARGEST_MESSAGE,
            storage: stream::StorageType::File,
            num_replicas: self.replicas,
            duplicate_window: DUPLICATE_WINDOW,
            ..stream::Config::default()
        };
        let doing = server("preparing the stream of touches");
        self.context.create_or_update_stream(config).await.map_err(|error| doing(&error))?;
        self.context.get_stream(STREAM).await.map_err(|error| doing(&error))
    }

    /// What waits in the stream.
    ///
    /// # Errors
    /// When the stream server is away or there is no stream yet.
    pub async fn size(&self) -> Result<StreamSize, EventsError> {
        let doing = server("asking how many touches wait");
        let stream = self.context.get_stream(STREAM).await.map_err(|error| doing(&error))?;
        let state = stream.cached_info().state.clone();
        let mut readers = stream.consumers();
        let mut read = false;
        while let Some(reader) = readers.next().await {
            let reader = reader.map_err(|error| doing(&error))?;
            // One that died asks for nothing any more.
            read |= reader.num_waiting > 0;
        }
        Ok(StreamSize { messages: state.messages, bytes: state.bytes, read })
    }

    /// How many touches of one sensor wait in the stream.
    ///
    /// # Errors
    /// When the stream server is away or there is no stream yet.
    pub async fn waiting(&self, subject: Subject) -> Result<u64, EventsError> {
        let doing = server("asking how many touches of a sensor wait");
        let stream = self.context.get_stream_no_info(STREAM).await.map_err(|error| doing(&error))?;
        let mut found =
            stream.info_builder().subjects(subject.to_string()).fetch().await.map_err(|error| doing(&error))?;
        let mut count = 0;
        while let Some(one) = found.next().await {
            count += one.map_err(|error| doing(&error))?.1 as u64;
        }
        Ok(count)
    }
}

/// Into the server's log: once when it goes, once when it comes back.
fn tell(event: &Event, away: &Mutex<bool>, count: &watch::Sender<u64>) {
    let mut was_away = away.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match event {
        Event::Connected => {
            tracing::info!("the stream server is there");
            *was_away = false;
            count.send_modify(|count| *count += 1);
        }
        Event::ServerError(error) => tracing::warn!(%error, "the stream server refuses something"),
        _ if !*was_away => {
            *was_away = true;
            tracing::warn!(%event, "the stream server is away; pages go on, touches wait at the sensors and in the stream");
        }
        _ => {}
    }
}
