//! Doors and seats: how people without an account come in for one purpose, by a link, a QR code or a short code.
//!
//! A door is opened by somebody with an account, for one drill, incident, audit room or course of one facility, and it
//! closes at a time. Whoever comes in gives a name and takes a seat; the browser keeps the seat's token, so that a phone
//! that slept comes back to the same seat.

use crate::id::{DoorId, FacilityId, SeatId};
use crate::text::Text;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a door is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Playing or observing in a drill.
    Drill,
    /// Helping in an incident.
    Incident,
    /// A visiting auditor's room: read only.
    AuditRoom,
    /// Attendance, reading and quiz of a course.
    Course,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Drill, Self::Incident, Self::AuditRoom, Self::Course];

    /// The stable word of tables and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Drill => "drill",
            Self::Incident => "incident",
            Self::AuditRoom => "audit-room",
            Self::Course => "course",
        }
    }
}

/// A door as it is kept. Its token and code are known only when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    /// Its id.
    pub id: DoorId,
    /// Whose door.
    pub facility: FacilityId,
    /// What it is for.
    pub purpose: Purpose,
    /// The room (drill, incident) or the register row (audit room, course session) behind it.
    pub target: Uuid,
    /// The short code people type: six letters and digits without those that look alike.
    pub code: String,
    /// What is chosen for those who come in by it: roles, items; JSON of the capability's own type.
    pub choice: serde_json::Value,
    /// When it was opened.
    pub created_at: Ts,
    /// When it closes by itself.
    pub expires_at: Ts,
    /// When somebody closed it.
    pub revoked_at: Option<Ts>,
}

impl Door {
    /// Whether one can come in, or stay.
    #[must_use]
    pub fn is_open(&self, now: Ts) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// Somebody who came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Its id.
    pub id: SeatId,
    /// By which door.
    pub door: DoorId,
    /// The name they gave.
    pub name: String,
    /// The role they took: a role of the scenario, `observer`, a department …
    pub role: String,
    /// When they came.
    pub created_at: Ts,
}

/// A role one can take when coming in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChoice {
    /// Its stable key.
    pub key: String,
    /// What people call it.
    pub name: Text,
}

/// The part of [`Door::choice`] that the page at the door reads; the capability's own members stand beside it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choices {
    /// The roles to choose from; none: only the name is asked.
    #[serde(default)]
    pub roles: Vec<RoleChoice>,
}

impl Choices {
    /// Of a door; a choice of another shape offers no roles.
    #[must_use]
    pub fn of(door: &Door) -> Self {
        serde_json::from_value(door.choice.clone()).unwrap_or_default()
    }
}
