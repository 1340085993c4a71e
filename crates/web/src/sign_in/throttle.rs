//! Slowing down guessing: per name and per source, so that guessing one name keeps nobody else out.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::journal::Hash;

/// What is counted for one attempt.
pub(crate) struct Attempt {
    keys: Vec<String>,
}

impl Attempt {
    /// An attempt on something guessable (`name` says what), from where the visit comes.
    pub(crate) fn on(name: &str, visit: &Visit) -> Self {
        let mut keys = vec![name.to_owned()];
        // Behind a proxy on this machine everybody seems to come from here: counting that would lock everybody out.
        // Wards share addresses too (thin clients), so each address has sixteen counts, chosen by what is guessed:
        // somebody who tries name after name is stopped soon, their neighbours seldom.
        let count = Hash::of(name.as_bytes()).0[0] % 16;
        keys.extend(visit.peer.filter(|ip| !ip.is_loopback()).map(|ip| format!("from:{ip}/{count}")));
        Self { keys }
    }

    /// How many minutes are left to wait, if any.
    pub(crate) async fn minutes_to_wait(&self, app: &AppState) -> Result<Option<u32>, Problem> {
        let now = app.now();
        let mut longest = 0;
        for key in &self.keys {
            if let Some(until) = app.store.blocked_until(key, now).await? {
                longest = longest.max((until.micros() - now.micros()).max(1));
            }
        }
        let minutes = u32::try_from(longest.unsigned_abs().div_ceil(60_000_000)).unwrap_or(u32::MAX);
        Ok((minutes > 0).then_some(minutes))
    }

    /// It was wrong.
    pub(crate) async fn failed(&self, app: &AppState) -> Result<(), Problem> {
        for key in &self.keys {
            app.store.note_failure(key, app.now()).await?;
        }
        Ok(())
    }

    /// It was right: this name may start afresh. The source keeps its count, else one known password would allow
    /// endless guessing of others.
    pub(crate) async fn succeeded(&self, app: &AppState) -> Result<(), Problem> {
        match self.keys.first() {
            Some(name) => Ok(app.store.clear_failures(name).await?),
            None => Ok(()),
        }
    }
}
