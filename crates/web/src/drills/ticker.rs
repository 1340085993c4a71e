//! Looks after the drills that run: at the right moment writes what the clock brings, and lets every screen hear that the
//! server is there.

use super::live::LiveDrill;
use crate::AppState;
use hakutaku_model::exercise::Stage;
use hakutaku_model::id::RoomId;
use hakutaku_model::room::RoomKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the ticker rests at most: another server may have written into the journal.
const REST: Duration = Duration::from_secs(1);
/// How often the screens hear the clock even if nothing happens.
const BEAT: Duration = Duration::from_secs(10);
/// A drill that nobody looks at and that does not run is let go after so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// The drills that were running when this server stopped run on.
pub async fn resume_drills(app: &AppState) {
    let rooms = match app.store.open_rooms(RoomKind::Drill).await {
        Ok(rooms) => rooms,
        Err(error) => {
            tracing::error!(%error, "the running drills could not be found; each goes on when its console is opened");
            return;
        }
    };
    for room in rooms {
        match app.drills.get(app, room.id).await {
            Ok(drill) => {
                let running = drill.read(app, |state| state.stage() == Stage::Running).await.unwrap_or(false);
                if running {
                    look_after(app, &drill);
                } else {
                    app.drills.forget(room.id);
                }
            }
            Err(problem) => tracing::error!(room = %room.id, ?problem, "a drill could not be taken up again"),
        }
    }
}

/// Sees to it that exactly one ticker of this server looks after a drill.
pub(crate) fn look_after(app: &AppState, drill: &Arc<LiveDrill>) {
    if drill.begin_ticking() {
        tokio::spawn(tick(app.clone(), Arc::clone(drill)));
    }
}

async fn tick(app: AppState, drill: Arc<LiveDrill>) {
    let room: RoomId = drill.room.id;
    let (mut beaten, mut wanted) = (Instant::now(), Instant::now());
    loop {
        let rest = match drill.turn(&app).await {
            Ok((stage, next)) => {
                if stage == Stage::Running || drill.has_listeners(&app).await {
                    wanted = Instant::now();
                }
                let now = app.now().micros();
                let wait = next.map_or(REST, |next| {
                    Duration::from_micros(u64::try_from(next.micros().saturating_sub(now)).unwrap_or(0))
                });
                wait.clamp(Duration::from_millis(1), REST)
            }
            // The journal cannot be written now; what is due stays due.
            Err(problem) => {
                tracing::error!(%room, ?problem, "a drill could not go on; tried again");
                REST
            }
        };
        if beaten.elapsed() >= BEAT {
            beaten = Instant::now();
            app.live.publish_here(room, "beat", &drill.clock(&app).await);
        }
        if wanted.elapsed() > PATIENCE {
            drill.stop_ticking();
            // Somebody may have come in between the look and the stop: then they found it ticking.
            if !drill.has_listeners(&app).await || !drill.begin_ticking() {
                return;
            }
            wanted = Instant::now();
        }
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = drill.wake.notified() => {}
        }
    }
}
