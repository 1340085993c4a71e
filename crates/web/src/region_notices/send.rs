//! The one place where editions go out: first ones, corrections, withdrawals. Pages and API come here.

use super::reach::{audience, centre, reach_of};
use crate::AppState;
use crate::shell::words::Words;
use crate::taxii::publish::{PublishError, Recipients, publish_notice};
use hakutaku_model::id::NoticeId;
use hakutaku_model::region::notice::{Audience, Notice};
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, KeptNotice, Sending, StoreError};

/// What goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// What is being written: the first edition, or a correction.
    Written,
    /// That the notice no longer holds: why, and until when that must be understood.
    Withdrawal { why: String, deadline: Ts },
}

/// Sends an edition to the audience of this moment.
pub(crate) async fn send(
    app: &AppState,
    act: &Act,
    t: Words,
    id: NoticeId,
    version: i64,
    what: &Outgoing,
) -> Result<KeptNotice, StoreError> {
    let members = reach_of(&app.store).await?;
    let named = centre(&app.store).await?.centre;
    let by = if named.is_empty() { t.m("region-notices-centre") } else { named };
    let kept = app.store.notice(id).await?;
    let sent = match what {
        Outgoing::Written => {
            let to = kept.draft().map(|draft| audience(draft, &members)).unwrap_or_default();
            app.store.send_notice(act, &Sending { id, version, by: &by, to: &to }).await?
        }
        Outgoing::Withdrawal { why, deadline } => {
            let sending = Sending { id, version, by: &by, to: &[] };
            app.store.withdraw_notice(act, &sending, why, *deadline).await?
        }
    };
    edition_went_out(app, &sent).await;
    Ok(sent)
}

/// Called once after each edition that went out, when it is on disk: whatever else is done with it begins here.
async fn edition_went_out(app: &AppState, sent: &KeptNotice) {
    app.live.publish(sent.id, "edition", &sent.notice.edition);
    // The members have it already: what other programs read is no reason to say that it was not sent.
    if let Err(error) = put_into_collections(app, sent).await {
        tracing::error!(%error, notice = %sent.id, "a notice could not be put into the collections of the exchange");
    }
}

async fn put_into_collections(app: &AppState, sent: &KeptNotice) -> Result<(), PublishError> {
    let editions: Vec<Notice> =
        app.store.notice_editions(sent.id).await?.into_iter().map(|edition| edition.notice).collect();
    let to = app.store.notice_recipients(sent.id).await?;
    let everybody = editions.first().is_some_and(|first| first.audience == Audience::default());
    let recipients = if everybody { Recipients::Everybody } else { Recipients::Only(&to) };
    publish_notice(app, &editions, recipients, app.now()).await
}
