//! What a text must be before it is kept.

use crate::{Result, StoreError};

/// A name or remark: trimmed, within a length counted in characters, and without the character that PostgreSQL
/// cannot keep (what SQLite keeps must be restorable there).
pub(crate) fn checked<'a>(what: &str, text: &'a str, shortest: usize, longest: usize) -> Result<&'a str> {
    let text = text.trim();
    let length = text.chars().count();
    if length < shortest {
        return Err(StoreError::Invalid(format!("{what} is missing")));
    }
    if length > longest {
        return Err(StoreError::Invalid(format!("{what} has {length} characters; at most {longest} are kept")));
    }
    if text.contains('\0') {
        return Err(StoreError::Invalid(format!("{what} contains a character that no keyboard types")));
    }
    Ok(text)
}
