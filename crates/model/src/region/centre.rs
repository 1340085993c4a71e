//! What the centre keeps by hand: whom to call at its members, its own address, secrets known to have leaked, calls it
//! promised, notes from shift to shift.

use super::net::Prefix;
use super::noise::Declaration;
use super::watch::consent::{Consent, Entry};
use super::watch::handover::{HandOver, Open};
use crate::id::FacilityId;
use crate::party::Contact;
use crate::record::Register;
use crate::time::Ts;
use serde::{Deserialize, Serialize};

/// Everybody who works at the centre, as [`Consent::to`] names them. One person is `person:<id>`.
pub const STAFF: &str = "centre";

/// What the centre knows of a member, for the telephone and for choosing who gets a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which facility.
    pub facility: FacilityId,
    /// Its name when this was written, for the log.
    #[serde(default)]
    pub name: String,
    /// Telephone of the house.
    #[serde(default)]
    pub phone: String,
    /// FAX.
    #[serde(default)]
    pub fax: String,
    /// Whom to ask for, in this order.
    #[serde(default)]
    pub people: Vec<Contact>,
    /// Groups of the region it belongs to: `薬局`, `北部`.
    #[serde(default)]
    pub groups: Vec<String>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

impl Register for Member {
    const KIND: &'static str = "region-member";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.facility.to_string())
    }
}

/// The centre itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CentreSettings {
    /// How it calls itself.
    pub name: String,
    /// Telephone that members dial.
    pub phone: String,
    /// FAX.
    pub fax: String,
    /// Networks that the members share: an address in them means the same device everywhere.
    pub shared: Vec<Prefix>,
    /// What a member reads before it consents; empty: the product's own words.
    pub consent: String,
}

impl Register for CentreSettings {
    const KIND: &'static str = "region-settings";

    fn label(&self) -> String {
        self.name.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some("centre".to_owned())
    }
}

/// A secret known to have leaked. The secret itself is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownLeak {
    /// What is known of it.
    pub what: String,
    /// The facility it belongs to, if to one.
    #[serde(default)]
    pub owner: Option<FacilityId>,
    /// As the sensors of this installation hash what is tried: 32 hexadecimal digits.
    pub hash: String,
}

impl Register for KnownLeak {
    const KIND: &'static str = "known-leak";

    fn label(&self) -> String {
        self.what.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(self.hash.clone())
    }
}

/// A note to the next shift, with what was open when it was written: the next note is drafted beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftNote {
    /// The note.
    pub note: HandOver,
    /// What was open.
    pub open: Vec<Open>,
}

impl Register for ShiftNote {
    const KIND: &'static str = "shift-note";

    fn label(&self) -> String {
        self.note.by.clone()
    }
}

/// "We call you again": what the centre promised a member on the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// To whom.
    pub facility: FacilityId,
    /// What.
    pub what: String,
    /// Who promised.
    pub by: String,
    /// Until when.
    pub until: Ts,
    /// When it was kept, and by whom.
    #[serde(default)]
    pub kept: Option<(Ts, String)>,
}

impl Register for Promise {
    const KIND: &'static str = "promised-call";

    fn label(&self) -> String {
        self.what.clone()
    }
}

impl Register for Declaration {
    const KIND: &'static str = "noise-declaration";

    fn label(&self) -> String {
        format!("{} {}", self.from, self.reason)
    }
}

impl Register for Consent {
    const KIND: &'static str = "region-consent";

    fn label(&self) -> String {
        self.given_by.clone()
    }
}

impl Register for Entry {
    const KIND: &'static str = "done-on-behalf";

    fn label(&self) -> String {
        format!("{} · {}", self.by, self.act.title().ja)
    }
}
