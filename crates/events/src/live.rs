//! What people see at one server reaches the browsers at another: core NATS, nothing kept.

use crate::line::{Events, EventsError, server};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Above this size a word only says that there is something new; pages then load it.
const LARGEST: usize = 256 * 1024;

/// One word of a page's live channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// The assessment or room it is about.
    #[serde(skip)]
    pub about: Uuid,
    /// Its name, as the page's script knows it.
    pub name: String,
    /// Its content.
    pub json: String,
}

/// What comes from the other servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A word.
    Word(Word),
    /// Words may have been missed: the stream server was away. Pages should load again.
    Missed,
}

fn subject(about: Uuid) -> String {
    format!("live.{about}")
}

/// Carries words both ways until `outgoing` ends.
///
/// # Errors
/// When the stream server does not take the subscription.
pub async fn carry(
    events: &Events,
    mut outgoing: mpsc::Receiver<Word>,
    incoming: impl Fn(Incoming),
) -> Result<(), EventsError> {
    let doing = server("listening to the other servers");
    let mut heard = events.client.subscribe("live.*").await.map_err(|error| doing(&error))?;
    let mut connections = events.connections();
    let mut known = *connections.borrow_and_update();
    loop {
        tokio::select! {
            word = outgoing.recv() => {
                let Some(word) = word else { return Ok(()) };
                let word = if word.json.len() > LARGEST {
                    Word { name: "lagged".to_owned(), json: "{}".to_owned(), ..word }
                } else {
                    word
                };
                let bytes = serde_json::to_vec(&word).unwrap_or_default();
                if let Err(error) = events.client.publish(subject(word.about), bytes.into()).await {
                    tracing::warn!(%error, "a live word did not reach the other servers");
                }
            }
            message = heard.next() => {
                let Some(message) = message else { return Err(doing(&"the stream server ended it")) };
                let about = message.subject.strip_prefix("live.").and_then(|about| about.parse().ok());
                let word: Option<Word> = serde_json::from_slice(&message.payload).ok();
                // Anything else under these subjects is not of a server.
                if let (Some(about), Some(word)) = (about, word) {
                    incoming(Incoming::Word(Word { about, ..word }));
                }
            }
            changed = connections.changed() => {
                if changed.is_err() {
                    return Ok(());
                }
                let count = *connections.borrow_and_update();
                if known > 0 && count > known {
                    incoming(Incoming::Missed);
                }
                known = count;
            }
        }
    }
}
