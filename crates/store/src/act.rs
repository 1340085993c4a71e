//! Who does something, when, and how that is put into the log.

use hakutaku_model::id::{ApiTokenId, InvitationId, PersonId, SeatId, SensorId, VendorRequestId};
use hakutaku_model::journal::{Event, Hash};
use hakutaku_model::time::Ts;
use serde::Serialize;
use std::collections::BTreeMap;

/// Who changes something and when; every change carries one into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// `person:<id>`, `invitation:<id>`, `vendor:<id of the request>`, `seat:<id>`, `token:<id>` or `system`.
    pub actor: String,
    /// The moment of the change.
    pub at: Ts,
}

impl Act {
    /// By a person with an account.
    #[must_use]
    pub fn person(id: PersonId, at: Ts) -> Self {
        Self { actor: format!("person:{id}"), at }
    }

    /// By someone who came through an invitation link.
    #[must_use]
    pub fn invitation(id: InvitationId, at: Ts) -> Self {
        Self { actor: format!("invitation:{id}"), at }
    }

    /// By somebody of a vendor who came through the link of a request.
    #[must_use]
    pub fn vendor(request: VendorRequestId, at: Ts) -> Self {
        Self { actor: format!("vendor:{request}"), at }
    }

    /// By somebody who came in by a door.
    #[must_use]
    pub fn seat(seat: SeatId, at: Ts) -> Self {
        Self { actor: format!("seat:{seat}"), at }
    }

    /// By a decoy sensor.
    #[must_use]
    pub fn sensor(id: SensorId, at: Ts) -> Self {
        Self { actor: format!("sensor:{id}"), at }
    }

    /// By a program with an API token.
    #[must_use]
    pub fn token(id: ApiTokenId, at: Ts) -> Self {
        Self { actor: format!("token:{id}"), at }
    }

    /// By Hakutaku itself or its command line.
    #[must_use]
    pub fn system(at: Ts) -> Self {
        Self { actor: "system".to_owned(), at }
    }

    /// Begins the log entry of this act.
    pub(crate) fn did(&self, action: &str, object: impl Into<String>) -> Deed {
        Deed {
            at: self.at,
            event: Event {
                actor: self.actor.clone(),
                action: action.to_owned(),
                object: object.into(),
                before: None,
                after: None,
                detail: BTreeMap::new(),
            },
        }
    }
}

/// A log entry in the making.
#[derive(Debug)]
pub(crate) struct Deed {
    pub(crate) at: Ts,
    pub(crate) event: Event,
}

impl Deed {
    /// The object's state before.
    pub(crate) fn before(mut self, state: &impl Serialize) -> Self {
        self.event.before = Some(state_hash(state));
        self
    }

    /// The object's state after.
    pub(crate) fn after(mut self, state: &impl Serialize) -> Self {
        self.event.after = Some(state_hash(state));
        self
    }

    /// A small fact that helps a reader; never a secret.
    pub(crate) fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.event.detail.insert(key.to_owned(), value.to_string());
        self
    }
}

/// The hash of a state as JSON. Rows have no maps with unordered keys, so that equal states hash alike.
fn state_hash(state: &impl Serialize) -> Hash {
    Hash::of(&serde_json::to_vec(state).unwrap_or_default())
}
