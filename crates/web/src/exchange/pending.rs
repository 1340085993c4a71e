//! What was read from a file and waits for a person's yes.
//!
//! Kept in memory, bound to who uploaded it and to what it is about (an assessment, a facility's ledger), for half an
//! hour: it is of no use to anybody else and not worth keeping. After a restart the file is uploaded again.

use crate::exchange::verdict::{Row, Tally};
use hakutaku_model::id::{AssessmentId, QuestionId};
use hakutaku_model::time::Ts;
use hakutaku_store::NewAnswer;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{LazyLock, Mutex, PoisonError};

/// How long a dry run waits: half an hour.
const SECONDS: i64 = 30 * 60;
/// How many wait at most; each holds some 100 kB. The oldest goes first.
const MOST: usize = 64;

/// A dry run.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    /// Names this very dry run, so that a yes in an old tab does not save what another tab shows.
    pub(super) ticket: String,
    /// The file's name.
    pub(super) file: String,
    /// A verdict per row.
    pub(super) rows: Vec<Row>,
    /// How many of each.
    pub(super) tally: Tally,
    /// What will be saved.
    pub(super) answers: Vec<NewAnswer>,
    /// The versions the verdicts were made against; `None`: no answer yet.
    pub(super) seen: Vec<(QuestionId, Option<i64>)>,
    /// When it was read.
    pub(super) at: Ts,
}

/// Something that waits for a yes.
pub(crate) trait Waits: Clone {
    /// Names this very dry run.
    fn ticket(&self) -> &str;
    /// When it was read.
    fn at(&self) -> Ts;
}

impl Waits for Pending {
    fn ticket(&self) -> &str {
        &self.ticket
    }

    fn at(&self) -> Ts {
        self.at
    }
}

/// All dry runs of one kind, by whose they are and what they are about.
#[derive(Debug)]
pub(crate) struct Waiting<K, P> {
    runs: Mutex<HashMap<(String, K), P>>,
    /// How many wait at most. The oldest goes first.
    most: usize,
}

/// All dry runs of answers in this process.
pub(super) static WAITING: LazyLock<Waiting<AssessmentId, Pending>> = LazyLock::new(|| Waiting::new(MOST));

impl<K: Copy + Eq + Hash, P: Waits> Waiting<K, P> {
    /// None yet.
    pub(crate) fn new(most: usize) -> Self {
        Self { runs: Mutex::new(HashMap::new()), most }
    }

    fn with<T>(&self, now: Ts, use_it: impl FnOnce(&mut HashMap<(String, K), P>) -> T) -> T {
        let mut map = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, pending| pending.at().plus_seconds(SECONDS) > now);
        use_it(&mut map)
    }

    /// Keeps a dry run; an older one of the same person for the same thing is forgotten.
    pub(crate) fn keep(&self, actor: &str, about: K, pending: P, now: Ts) {
        self.with(now, |map| {
            map.insert((actor.to_owned(), about), pending);
            while map.len() > self.most {
                let oldest = map.iter().min_by_key(|(_, pending)| pending.at()).map(|(owner, _)| owner.clone());
                let Some(oldest) = oldest else { break };
                map.remove(&oldest);
            }
        });
    }

    /// The dry run that waits, left where it is.
    pub(crate) fn look(&self, actor: &str, about: K, now: Ts) -> Option<P> {
        self.with(now, |map| map.get(&(actor.to_owned(), about)).cloned())
    }

    /// Takes the dry run out: it can be said yes to once. One with another ticket stays.
    pub(crate) fn take(&self, actor: &str, about: K, ticket: &str, now: Ts) -> Option<P> {
        self.with(now, |map| {
            let owner = (actor.to_owned(), about);
            if map.get(&owner)?.ticket() == ticket { map.remove(&owner) } else { None }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn here() -> AssessmentId {
        AssessmentId(Uuid::from_u128(1))
    }

    fn at(seconds: i64) -> Ts {
        Ts::from_micros(0).plus_seconds(seconds)
    }

    fn pending(ticket: &str) -> Pending {
        Pending {
            ticket: ticket.to_owned(),
            file: "answers.xlsx".to_owned(),
            rows: Vec::new(),
            tally: Tally::default(),
            answers: Vec::new(),
            seen: Vec::new(),
            at: at(0),
        }
    }

    #[test]
    fn a_dry_run_is_its_owners_and_is_confirmed_once() {
        let waiting = Waiting::new(MOST);
        waiting.keep("person:a", here(), pending("first"), at(0));
        assert!(waiting.look("person:b", here(), at(1)).is_none());
        assert!(waiting.take("person:a", here(), "another tab's", at(1)).is_none());
        assert!(waiting.take("person:a", here(), "first", at(1)).is_some());
        assert!(waiting.take("person:a", here(), "first", at(1)).is_none());
    }

    #[test]
    fn after_half_an_hour_it_is_forgotten() {
        let waiting = Waiting::new(MOST);
        waiting.keep("person:a", here(), pending("late"), at(0));
        assert!(waiting.look("person:a", here(), at(1_799)).is_some());
        assert!(waiting.look("person:a", here(), at(1_800)).is_none());
    }
}
