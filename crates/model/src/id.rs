//! Typed identifiers, so that the id of one kind of thing cannot be passed for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! entity_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )+};
}

entity_id! {
    /// A medical institution of this installation.
    FacilityId,
    /// A person with an account.
    PersonId,
    /// A decoy sensor.
    SensorId,
    /// A notice of the region's centre.
    NoticeId,
    /// An anonymous report to the region's centre.
    ReportId,
    /// One questionnaire being answered by one facility in one fiscal year (by one executive, for that form).
    AssessmentId,
    /// A link that lets someone without an account answer.
    InvitationId,
    /// A question handed to somebody else.
    HandoverId,
    /// A remark on a question.
    CommentId,
    /// An uploaded file.
    DocumentId,
    /// A passkey of a person.
    PasskeyId,
    /// A bearer token of the API.
    ApiTokenId,
    /// A device or service of the ledger.
    AssetId,
    /// Changes to the ledger made together, which can be undone together.
    BatchId,
    /// A row of any other register.
    RecordId,
    /// What a vendor is asked through a link.
    VendorRequestId,
    /// A drill or an incident with its journal.
    RoomId,
    /// One installation as a writer of journals; two laptops have two.
    OriginId,
    /// A link or code that lets people in without an account: a drill, an incident, an audit room, a course.
    DoorId,
    /// Somebody who came in by a door.
    SeatId,
}

macro_rules! catalogue_key {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The key as written in the catalogue.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(key: &str) -> Self {
                Self(key.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(key: String) -> Self {
                Self(key)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

catalogue_key! {
    /// One of the 21 fields, e.g. `backup`.
    FieldId,
    /// One of our controls, e.g. `backup.offline`.
    ControlId,
    /// A measure, e.g. `backup.weekly-offline-disk`.
    MeasureId,
    /// A questionnaire, e.g. `hospital-it`.
    QuestionnaireId,
    /// A question, e.g. `it-backup-02`; unique over all questionnaires.
    QuestionId,
}
