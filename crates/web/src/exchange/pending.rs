//! What was read from a file and waits for a person's yes.
//!
//! Kept in memory, bound to who uploaded it and to which assessment, for half an hour: it is of no use to anybody else
//! and not worth keeping. After a restart the file is uploaded again.

use crate::exchange::verdict::{Row, Tally};
use hakutaku_model::id::{AssessmentId, QuestionId};
use hakutaku_model::time::Ts;
use hakutaku_store::NewAnswer;
use std::collections::HashMap;
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

/// Whose dry run of which assessment.
type Owner = (String, AssessmentId);

/// All dry runs of this process.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<HashMap<Owner, Pending>>);

/// All dry runs of this process.
pub(super) static WAITING: LazyLock<Waiting> = LazyLock::new(Waiting::default);

impl Waiting {
    fn with<T>(&self, now: Ts, use_it: impl FnOnce(&mut HashMap<Owner, Pending>) -> T) -> T {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        map.retain(|_, pending| pending.at.plus_seconds(SECONDS) > now);
        use_it(&mut map)
    }

    /// Keeps a dry run; an older one of the same person for the same assessment is forgotten.
    pub(super) fn keep(&self, actor: &str, assessment: AssessmentId, pending: Pending, now: Ts) {
        self.with(now, |map| {
            map.insert((actor.to_owned(), assessment), pending);
            while map.len() > MOST {
                let oldest = map.iter().min_by_key(|(_, pending)| pending.at).map(|(owner, _)| owner.clone());
                let Some(oldest) = oldest else { break };
                map.remove(&oldest);
            }
        });
    }

    /// The dry run that waits, left where it is.
    pub(super) fn look(&self, actor: &str, assessment: AssessmentId, now: Ts) -> Option<Pending> {
        self.with(now, |map| map.get(&(actor.to_owned(), assessment)).cloned())
    }

    /// Takes the dry run out: it can be said yes to once. One with another ticket stays.
    pub(super) fn take(&self, actor: &str, assessment: AssessmentId, ticket: &str, now: Ts) -> Option<Pending> {
        self.with(now, |map| {
            let owner = (actor.to_owned(), assessment);
            if map.get(&owner)?.ticket == ticket { map.remove(&owner) } else { None }
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
        let waiting = Waiting::default();
        waiting.keep("person:a", here(), pending("first"), at(0));
        assert!(waiting.look("person:b", here(), at(1)).is_none());
        assert!(waiting.take("person:a", here(), "another tab's", at(1)).is_none());
        assert!(waiting.take("person:a", here(), "first", at(1)).is_some());
        assert!(waiting.take("person:a", here(), "first", at(1)).is_none());
    }

    #[test]
    fn after_half_an_hour_it_is_forgotten() {
        let waiting = Waiting::default();
        waiting.keep("person:a", here(), pending("late"), at(0));
        assert!(waiting.look("person:a", here(), at(1_799)).is_some());
        assert!(waiting.look("person:a", here(), at(1_800)).is_none());
    }
}
