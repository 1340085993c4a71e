//! JSON from strangers, within limits that are looked at before anything is built.

use hakutaku_model::text::Text;
use serde_json::Value;

/// What is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes.
    pub bytes: usize,
    /// Objects and lists inside each other.
    pub depth: usize,
    /// Values in all.
    pub values: usize,
}

/// 32 MiB, 40 levels, two million values: the largest collections in use (ATT&CK has 25,000 objects in 33 MB of text) are
/// just below or must come in pieces, and memory stays under half a gigabyte.
pub const LIMITS: Limits = Limits { bytes: 32 * 1024 * 1024, depth: 40, values: 2_000_000 };

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Too long.
    #[error("the file has {0} bytes; {1} are read at most")]
    Long(usize, usize),
    /// Too deep.
    #[error("lists and objects lie inside each other more than {0} deep")]
    Deep(usize),
    /// Too many values.
    #[error("the file has more than {0} values")]
    Many(usize),
    /// Not JSON.
    #[error("it is not JSON: {reason} (line {line}, column {column})")]
    Syntax {
        /// What the reader says.
        reason: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
}

impl JsonError {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let ja = match self {
            Self::Long(bytes, most) => {
                format!("ファイルが大きすぎます（{bytes}バイト。上限は{most}バイト）。分けてください。")
            }
            Self::Deep(most) => format!("入れ子が{most}段を超えています。このファイルは読めません。"),
            Self::Many(most) => format!("値が{most}個を超えています。ファイルを分けてください。"),
            Self::Syntax { line, column, .. } => format!("JSONとして読めません（{line}行{column}文字目）。"),
        };
        Text::new(ja, format!("{self}."))
    }
}

/// Reads a document.
///
/// # Errors
/// When it goes beyond a limit or is no JSON.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Value, JsonError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.len() > limits.bytes {
        return Err(JsonError::Long(bytes.len(), limits.bytes));
    }
    measure(bytes, limits)?;
    serde_json::from_slice(bytes).map_err(|error| JsonError::Syntax {
        // Without what the reader adds of the input: it may be anything.
        reason: match error.classify() {
            serde_json::error::Category::Eof => "it ends too early".into(),
            _ => "a sign stands where it may not".into(),
        },
        line: error.line(),
        column: error.column(),
    })
}

/// Counts depth and values without building anything.
fn measure(bytes: &[u8], limits: Limits) -> Result<(), JsonError> {
    let (mut depth, mut values, mut quoted, mut escaped) = (0_usize, 1_usize, false, false);
    for byte in bytes {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => quoted = true,
            b'{' | b'[' => {
                (depth, values) = (depth + 1, values + 1);
                if depth > limits.depth {
                    return Err(JsonError::Deep(limits.depth));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if values > limits.values {
            return Err(JsonError::Many(limits.values));
        }
    }
    Ok(())
}

/// The text of a field.
pub(crate) fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field).and_then(Value::as_str)
}

/// The texts in a list of a field; nothing where it is no list.
pub(crate) fn texts<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v str> {
    value.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The values in a list of a field.
pub(crate) fn list<'v>(value: &'v Value, field: &str) -> &'v [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A stranger's text as it is shown: no control characters but line feeds, and no longer than this many characters.
pub(crate) fn plain(text: &str, longest: usize) -> String {
    let clean = |c: char| if c == '\n' || !c.is_control() { c } else { ' ' };
    // Marks that turn the direction of writing or hide between letters change what a person sees.
    let hidden = |c: &char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let mut out: String = text.trim().chars().filter(|c| !hidden(c)).map(clean).take(longest + 1).collect();
    if out.chars().count() > longest {
        out = out.chars().take(longest.saturating_sub(1)).collect();
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_before_anything_is_built() {
        let small = Limits { bytes: 100, depth: 3, values: 5 };
        assert!(read(b"{\"a\": [[1]]}", small).is_ok());
        assert_eq!(read(b"[[[[", small), Err(JsonError::Deep(3)));
        assert_eq!(read(b"[1,2,3,4,5,6]", small), Err(JsonError::Many(5)));
        assert_eq!(read(&[b' '; 101], small), Err(JsonError::Long(101, 100)));
        assert!(read(b"\"[[[[,,,,,,\\\"[[\"", small).is_ok(), "brackets in texts do not count");
        assert!(matches!(read(b"{\"a\":\n nul}", small), Err(JsonError::Syntax { line: 2, .. })));
    }

    #[test]
    fn a_strangers_text_hides_nothing() {
        assert_eq!(plain(" a\u{202e}b\u{7}c\n ", 10), "ab c");
        assert_eq!(plain("あいうえお", 3), "あい…");
    }
}
