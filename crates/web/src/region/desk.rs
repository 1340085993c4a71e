//! The centre in this process: the correlator's task, what wakes it, and who is told.

use crate::AppState;
use crate::taxii::publish::publish_changes;
use hakutaku_centre::Engine;
use hakutaku_centre::look::WeakFields;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify};
use uuid::Uuid;

/// The live channel of the region: whoever looks at a page of the centre hears `changed` there.
pub(crate) const CHANNEL: Uuid = Uuid::from_u128(0x7265_6769_6f6e_4000_8000_0000_0000_0001);
/// How long the correlator rests at most: touches may arrive at another server.
const REST: Duration = Duration::from_secs(1);

/// What the correlator's task and the pages share within this process.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    wake: Notify,
    leaving: Notify,
    told: AtomicBool,
    /// Weak fields that were counted lately.
    pub(crate) weak: Mutex<WeakFields>,
}

impl Desk {
    /// Something arrived that is to be correlated at once.
    pub(crate) fn arrived(&self) {
        self.wake.notify_one();
    }

    /// Registers changed that touches are held against: noise, leaks, shared networks.
    pub(crate) fn told(&self) {
        self.told.store(true, Ordering::Release);
    }
}

/// Correlates what arrives, as long as this process holds the lease, and tells whoever looks that something changed,
/// whichever process changed it. Returns after [`leave_region`].
pub async fn watch_region(app: AppState) {
    let rules = app.catalogue.region.rules.clone();
    let mut engine = Engine::new(app.store.clone(), rules, Uuid::now_v7().to_string());
    if app.demo {
        engine = engine.deaf_to_silence();
    }
    let (mut stamp, mut looked) = (String::new(), Instant::now());
    loop {
        if app.region.told.swap(false, Ordering::AcqRel) {
            engine.told();
        }
        let more = match engine.turn(app.now()).await {
            Ok(turn) => {
                if !turn.changes.is_empty() {
                    app.live.publish(CHANNEL, "changed", &json!({ "cases": turn.changes.len() }));
                    if let Err(error) = publish_changes(&app, &turn.changes).await {
                        tracing::error!(%error, "cases could not be put into the collections of the exchange");
                    }
                }
                turn.more
            }
            Err(error) => {
                tracing::error!(%error, "correlation could not go on; tried again");
                false
            }
        };
        if app.live.listeners(CHANNEL) > 0 && looked.elapsed() >= REST {
            looked = Instant::now();
            match app.store.region_stamp().await {
                Ok(new) if new != stamp => {
                    app.live.publish(CHANNEL, "changed", &json!({}));
                    stamp = new;
                }
                Ok(_) => {}
                Err(error) => tracing::error!(%error, "it could not be seen whether anything is new"),
            }
        }
        let rest = if more { Duration::ZERO } else { REST };
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = app.region.wake.notified() => {}
            () = app.region.leaving.notified() => break,
        }
    }
    if let Err(error) = engine.leave(app.now()).await {
        tracing::error!(%error, "the correlator's lease could not be given back; another process takes it when it ends");
    }
}

/// Ends [`watch_region`] of this process: its memory is kept, and another process need not wait.
pub fn leave_region(app: &AppState) {
    app.region.leaving.notify_one();
}
