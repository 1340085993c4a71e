//! Who does, owns or supplies something.

use crate::record::RecordId;
use serde::{Deserialize, Serialize};

/// A party as registers name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "who")]
pub enum Party {
    /// The facility itself.
    Facility,
    /// A vendor of the facility's register: the id of its [`crate::vendor::Engagement`].
    Vendor(RecordId),
    /// Somebody who is in no register, by name.
    Other(String),
}

/// Somebody to call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contact {
    /// Name, and department where known.
    #[serde(default)]
    pub name: String,
    /// Telephone, as dialled.
    #[serde(default)]
    pub phone: String,
    /// E-mail.
    #[serde(default)]
    pub email: String,
    /// When they answer: `平日 9-17`, `24時間`.
    #[serde(default)]
    pub hours: String,
}
