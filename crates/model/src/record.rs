//! Registers: rows of one kind that belong to a facility (or to the installation), typed here and kept by the store.
//!
//! A register is a list a person keeps by hand: systems, connection points, backup copies, vendors, restore tests … A
//! kind is a type that is [`Register`]; the store keeps its rows as JSON with a version, an author and a log entry each.
//! New fields carry `#[serde(default)]`, so that rows of an older version stay readable.

use crate::time::Ts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use crate::id::RecordId;

/// One kind of register row.
pub trait Register: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The stable name of the kind, lower case with hyphens; also the noun in the log (`system.create`).
    const KIND: &'static str;

    /// How a row of this kind is named to people and in the log; never a secret.
    fn label(&self) -> String;

    /// What must be unique among the rows of this kind in one facility, if anything: a natural key such as
    /// `r7/hospital/mhlw-r7-hospital-2-01-sys`. `None`: only the id.
    fn natural_key(&self) -> Option<String> {
        None
    }
}

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept<T> {
    /// Its id.
    pub id: RecordId,
    /// 1 when made; one more with each change.
    pub version: i64,
    /// What it says.
    pub body: T,
    /// When it was made.
    pub created_at: Ts,
    /// When it last changed.
    pub changed_at: Ts,
    /// The name of who changed it last, as it was then.
    pub changed_by: String,
    /// When it was taken out of use. Such rows are kept, and left out of lists.
    pub retired_at: Option<Ts>,
}
