//! What a facility asks of a vendor through a link, and in which state that is.

use crate::id::{FacilityId, VendorRequestId};
use crate::record::RecordId;
use crate::time::Ts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "form", content = "edition")]
pub enum Ask {
    /// The vendor form of an edition of the ministry's checklist.
    Checklist(String),
    /// The disclosure document (MDS/SDS) of JAHIS and JIRA.
    MdsSds,
    /// The US form MDS2.
    Mds2,
    /// サービス仕様適合開示書.
    ServiceSpec,
}

impl Ask {
    /// The stable key of addresses, forms and files: `checklist/r7`, `mds-sds`, `mds2`, `service-spec`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Checklist(edition) => format!("checklist/{edition}"),
            Self::MdsSds => "mds-sds".to_owned(),
            Self::Mds2 => "mds2".to_owned(),
            Self::ServiceSpec => "service-spec".to_owned(),
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "mds-sds" => Some(Self::MdsSds),
            "mds2" => Some(Self::Mds2),
            "service-spec" => Some(Self::ServiceSpec),
            key => {
                let edition = key.strip_prefix("checklist/")?;
                let plain = edition.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c));
                (plain && !edition.is_empty() && edition.len() <= 80).then(|| Self::Checklist(edition.to_owned()))
            }
        }
    }

    /// Whether the vendor hands in a file of its own.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self, Self::MdsSds | Self::Mds2)
    }

    /// Whether both ask the same form, whatever the edition.
    #[must_use]
    pub fn is_same_form(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// After so many wrong PINs the link closes.
pub const MOST_WRONG_PINS: u32 = 5;

/// A request as it is kept, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Its id.
    pub id: VendorRequestId,
    /// Who asks.
    pub facility: FacilityId,
    /// Who is asked: a [`crate::vendor::Engagement`] of the facility.
    pub vendor: RecordId,
    /// The vendor's name, as it was then.
    pub vendor_name: String,
    /// What is asked.
    pub ask: Ask,
    /// What the facility writes along.
    pub message: String,
    /// The day by which the answer is wished.
    pub due: Date,
    /// Whether a PIN must be given.
    pub has_pin: bool,
    /// How many wrong PINs were given since the link was made.
    pub wrong_pins: u32,
    /// When it was made.
    pub created_at: Ts,
    /// When its link ends by itself.
    pub expires_at: Ts,
    /// When the link was first opened.
    pub opened_at: Option<Ts>,
    /// When the answer came.
    pub answered_at: Option<Ts>,
    /// When it was withdrawn.
    pub revoked_at: Option<Ts>,
    /// The days on which a reminder was written.
    pub reminders: Vec<Date>,
    /// When the vendor last saved what it has so far.
    pub draft_at: Option<Ts>,
}

/// In which state a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Closed after too many wrong PINs: the facility makes a new link or calls the vendor.
    Locked,
    /// The day has passed without an answer; the link may have ended as well.
    Late,
    /// The link has ended, the day has not come.
    Expired,
    /// Made; nobody opened the link yet.
    Sent,
    /// Opened.
    Opened,
    /// Answered.
    Answered,
    /// Withdrawn.
    Withdrawn,
}

impl Request {
    /// Its state at a moment.
    #[must_use]
    pub fn state(&self, now: Ts) -> State {
        if self.answered_at.is_some() {
            State::Answered
        } else if self.revoked_at.is_some() {
            State::Withdrawn
        } else if self.is_locked() {
            State::Locked
        } else if self.is_late(now.date_in_japan()) {
            State::Late
        } else if self.expires_at <= now {
            State::Expired
        } else if self.opened_at.is_some() {
            State::Opened
        } else {
            State::Sent
        }
    }

    /// Whether the link takes an answer.
    #[must_use]
    pub fn is_open(&self, now: Ts) -> bool {
        self.answered_at.is_none() && self.revoked_at.is_none() && !self.is_locked() && self.expires_at > now
    }

    /// Closed after too many wrong PINs.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.has_pin && self.wrong_pins >= MOST_WRONG_PINS
    }

    /// Whether the day has passed without an answer.
    #[must_use]
    pub fn is_late(&self, today: Date) -> bool {
        self.answered_at.is_none() && self.revoked_at.is_none() && self.due < today
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use uuid::Uuid;

    fn now() -> Ts {
        Ts::try_from("2026-11-21T03:00:00Z".to_owned()).expect("valid")
    }

    fn request() -> Request {
        Request {
            id: VendorRequestId(Uuid::from_u128(1)),
            facility: FacilityId(Uuid::from_u128(2)),
            vendor: RecordId(Uuid::from_u128(3)),
            vendor_name: "みなと".into(),
            ask: Ask::Checklist("r7".into()),
            message: String::new(),
            due: date(2026, 12, 1),
            has_pin: true,
            wrong_pins: 0,
            created_at: now(),
            expires_at: now().plus_seconds(86_400),
            opened_at: None,
            answered_at: None,
            revoked_at: None,
            reminders: Vec::new(),
            draft_at: None,
        }
    }

    #[test]
    fn keys_are_read_back_and_nothing_else_is_one() {
        for ask in [Ask::Checklist("r7".into()), Ask::MdsSds, Ask::Mds2, Ask::ServiceSpec] {
            assert_eq!(Ask::from_key(&ask.key()), Some(ask));
        }
        for key in ["", "checklist", "checklist/", "checklist/../x", "mds"] {
            assert_eq!(Ask::from_key(key), None, "{key}");
        }
    }

    #[test]
    fn a_link_is_open_until_it_is_answered_withdrawn_locked_or_ended() {
        assert!(request().is_open(now()));
        assert!(!Request { answered_at: Some(now()), ..request() }.is_open(now()));
        assert!(!Request { revoked_at: Some(now()), ..request() }.is_open(now()));
        assert!(!Request { wrong_pins: MOST_WRONG_PINS, ..request() }.is_open(now()));
        assert!(!request().is_open(request().expires_at));
    }

    #[test]
    fn late_is_said_before_ended_and_answered_before_all() {
        let late = Request { due: date(2026, 11, 20), expires_at: now(), ..request() };
        assert_eq!(late.state(now()), State::Late);
        assert_eq!(Request { answered_at: Some(now()), ..late }.state(now()), State::Answered);
        assert_eq!(Request { expires_at: now(), ..request() }.state(now()), State::Expired);
        assert_eq!(
            Request { due: date(2026, 11, 21), ..request() }.state(now()),
            State::Sent,
            "the day itself is in time"
        );
    }
}
