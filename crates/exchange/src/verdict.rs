//! What became of each object that came in.

use hakutaku_model::text::Text;
use serde::Serialize;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Worth {
    /// It is in a draft.
    Taken,
    /// It is well, but nothing is made of it here; it is kept as it came.
    Kept,
    /// It is not what it says it is; it is not used.
    Refused,
}

/// What is said of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Where in the file, as a JSON pointer (RFC 6901).
    pub at: String,
    /// Its id, where it has one.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// What became of it.
    pub worth: Worth,
    /// Why, in words.
    pub words: Text,
}
