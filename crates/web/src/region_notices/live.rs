//! Progress as it comes, by server-sent events.
//!
//! Each listener's counts are read again every two seconds and sent when they changed: what was recorded by another
//! server process counts too, and a region that answers all at once makes no more work than one that answers slowly.

use super::show::tally_of;
use crate::AppState;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use hakutaku_model::id::NoticeId;
use hakutaku_store::Counts;
use std::convert::Infallible;
use std::time::Duration;

/// How often the counts are looked at.
const BEAT: Duration = Duration::from_secs(2);

struct Listening {
    app: AppState,
    id: NoticeId,
    t: Words,
    beat: tokio::time::Interval,
    told: String,
}

async fn news(app: &AppState, id: NoticeId, t: Words) -> Result<String, Problem> {
    let kept = app.store.notice(id).await?;
    let counts: Counts = app.store.notice_counts(&[id]).await?.get(&id).copied().unwrap_or_default();
    let poll = if kept.poll {
        let to = app.store.notice_recipients(id).await?;
        tally_of(app, &kept, &to).await?.map(|tally| t.text(&tally.line()).to_owned())
    } else {
        None
    };
    let body = serde_json::json!({ "edition": kept.notice.edition, "counts": counts, "poll": poll });
    Ok(body.to_string())
}

pub(super) async fn listen(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    app.store.notice(id).await?;
    let mut beat = tokio::time::interval(BEAT);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let listening = Listening { app, id, t: visit.t(), beat, told: String::new() };
    let events = stream::unfold(listening, |mut here| async move {
        loop {
            here.beat.tick().await;
            // A database that is away for a while ends the stream: the browser comes back by itself.
            let now = news(&here.app, here.id, here.t).await.ok()?;
            if now != here.told {
                let event = Event::default().event("progress").data(&now);
                here.told = now;
                return Some((Ok::<_, Infallible>(event), here));
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response())
}
