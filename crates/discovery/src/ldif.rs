//! LDIF content files (RFC 2849), as a directory exports them: entries of attributes and values.
//!
//! No crate for it is kept on the registry; the format is a page long. Changes (`changetype: modify` …) and values by
//! reference (`attr:< file:///…`) are refused, not followed: an export has neither, and nothing is fetched for a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hakutaku_model::text::{Lang, Text};
use std::collections::BTreeMap;

/// The largest file, in bytes.
pub const LARGEST_FILE: usize = 50 << 20;
/// The most entries.
pub const MOST_ENTRIES: usize = 100_000;
/// The longest value, in bytes after unfolding; longer ones (photos, certificates) are left out.
const LONGEST_VALUE: usize = 64 * 1024;
/// The most values of an entry.
const MOST_VALUES: usize = 10_000;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// The line of its `dn:`, from 1.
    pub line: usize,
    /// Its name.
    pub dn: String,
    /// Values by attribute: names in lower case without options (`cn;lang-ja` is `cn`). Values that are no text are
    /// left out.
    pub attributes: BTreeMap<String, Vec<String>>,
}

impl Entry {
    /// The first value of an attribute (lower case).
    #[must_use]
    pub fn first(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute)?.first().map(String::as_str)
    }

    /// All values of an attribute (lower case).
    #[must_use]
    pub fn all(&self, attribute: &str) -> &[String] {
        self.attributes.get(attribute).map_or(&[], Vec::as_slice)
    }
}

/// Why an LDIF file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LdifRefused {
    /// More than the limit.
    #[error("reading the LDIF: the file has {bytes} bytes")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// More entries or values than a directory of a hospital has.
    #[error("reading the LDIF: line {line}: too many entries or values")]
    TooMany {
        /// Where.
        line: usize,
    },
    /// Another version than 1.
    #[error("reading the LDIF: version {found:?}")]
    Version {
        /// What stands there.
        found: String,
    },
    /// A line that is neither `attribute: value` nor a continuation.
    #[error("reading the LDIF: line {line} is no attribute")]
    NoAttribute {
        /// Where.
        line: usize,
    },
    /// `::` without base64.
    #[error("reading the LDIF: line {line} is no base64")]
    NotBase64 {
        /// Where.
        line: usize,
    },
    /// An entry without `dn:`.
    #[error("reading the LDIF: line {line}: an entry without dn")]
    NoName {
        /// Where.
        line: usize,
    },
    /// A list of changes.
    #[error("reading the LDIF: line {line}: changes instead of entries")]
    Changes {
        /// Where.
        line: usize,
    },
    /// A value kept in another file.
    #[error("reading the LDIF: line {line}: a value in another file")]
    Reference {
        /// Where.
        line: usize,
    },
    /// Not UTF-8.
    #[error("reading the LDIF: line {line} is not UTF-8")]
    NotUtf8 {
        /// Where.
        line: usize,
    },
}

impl LdifRefused {
    /// The reason in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        let mb = LARGEST_FILE >> 20;
        match self {
            Self::TooLarge { .. } => Text::new(
                format!("ファイルが大きすぎます（{mb}MBまで）。写真（thumbnailPhoto）を除いて書き出してください。"),
                format!("The file is too large (at most {mb} MB). Please export it without photos (thumbnailPhoto)."),
            ),
            Self::TooMany { line } => Text::new(
                format!("{line}行目：項目が多すぎます（{MOST_ENTRIES}件まで）。利用者だけを書き出してください。"),
                format!("Line {line}: too many entries (at most {MOST_ENTRIES}). Please export users only."),
            ),
            Self::Version { found } => Text::new(
                format!("LDIFの版（{found}）が違います。版1で書き出してください。"),
                format!("LDIF version {found} is not known. Please export version 1."),
            ),
            Self::NoAttribute { line } => Text::new(
                format!("{line}行目がLDIFの形（属性: 値）になっていません。書き出し直してください。"),
                format!("Line {line} is not “attribute: value”. Please export the file again."),
            ),
            Self::NotBase64 { line } => Text::new(
                format!("{line}行目の値が壊れています（base64ではありません）。書き出し直してください。"),
                format!("The value in line {line} is damaged (no base64). Please export the file again."),
            ),
            Self::NoName { line } => Text::new(
                format!("{line}行目から始まる項目に名前（dn）がありません。書き出し直してください。"),
                format!("The entry from line {line} has no name (dn). Please export the file again."),
            ),
            Self::Changes { line } => Text::new(
                format!("{line}行目：変更の記録（changetype）です。利用者の一覧を書き出してください。"),
                format!("Line {line}: this is a list of changes (changetype). Please export the list of users."),
            ),
            Self::Reference { line } => Text::new(
                format!("{line}行目：値が別のファイルにあります。値を含めて書き出してください。"),
                format!("Line {line}: the value is in another file. Please export with values included."),
            ),
            Self::NotUtf8 { line } => Text::new(
                format!("{line}行目の文字がUTF-8ではありません。書き出し直してください。"),
                format!("Line {line} is not UTF-8. Please export the file again."),
            ),
        }
    }

    /// The reason as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        self.text().get(lang).to_owned()
    }
}

/// Whether a file looks like LDIF: its first line that says anything is `version:` or `dn:`.
#[must_use]
pub fn looks_like_ldif(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(start);
    let first =
        text.trim_start_matches('\u{feff}').lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let line = line.to_ascii_lowercase();
        line.starts_with("version:") || line.starts_with("dn:")
    })
}

/// Reads all entries.
///
/// # Errors
/// The first thing wrong, with its line.
pub fn read(bytes: &[u8]) -> Result<Vec<Entry>, LdifRefused> {
    if bytes.len() > LARGEST_FILE {
        return Err(LdifRefused::TooLarge { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        LdifRefused::NotUtf8 { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading::default();
    let mut pending: Option<(usize, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        if let Some(rest) = line.strip_prefix(' ') {
            // A folded line continues what stands above, also a comment.
            match &mut pending {
                Some((_, value)) if value.len() <= 2 * LONGEST_VALUE => value.push_str(rest),
                Some(_) => {}
                None => return Err(LdifRefused::NoAttribute { line: number }),
            }
            continue;
        }
        if let Some((started, value)) = pending.take() {
            reading.line(started, &value)?;
        }
        if line.is_empty() {
            reading.end()?;
        } else {
            pending = Some((number, line.to_owned()));
        }
    }
    if let Some((started, value)) = pending {
        reading.line(started, &value)?;
    }
    reading.end()?;
    Ok(reading.entries)
}

#[derive(Default)]
struct Reading {
    entries: Vec<Entry>,
    now: Option<Entry>,
    values: usize,
    version_said: bool,
}

impl Reading {
    fn line(&mut self, number: usize, line: &str) -> Result<(), LdifRefused> {
        if line.starts_with('#') {
            return Ok(());
        }
        // A single hyphen ends one change of several; exports have none.
        if line == "-" {
            return Err(LdifRefused::Changes { line: number });
        }
        let (name, rest) = line.split_once(':').ok_or(LdifRefused::NoAttribute { line: number })?;
        let name = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')) {
            return Err(LdifRefused::NoAttribute { line: number });
        }
        if rest.starts_with('<') {
            return Err(LdifRefused::Reference { line: number });
        }
        let value = value_of(rest, number)?;
        match (name.as_str(), &mut self.now) {
            ("version", None) if !self.version_said && self.entries.is_empty() => {
                self.version_said = true;
                match value.as_deref() {
                    Some("1") => Ok(()),
                    found => Err(LdifRefused::Version { found: found.unwrap_or_default().chars().take(20).collect() }),
                }
            }
            ("dn", None) => {
                self.values = 0;
                self.now = Some(Entry { line: number, dn: value.unwrap_or_default(), ..Entry::default() });
                Ok(())
            }
            ("changetype", Some(_)) if value.as_deref() != Some("add") => Err(LdifRefused::Changes { line: number }),
            // What ldapsearch says about the search itself.
            ("search" | "result" | "ref", None) => Ok(()),
            (_, None) => Err(LdifRefused::NoName { line: number }),
            // A second dn in one block is a missing blank line.
            ("dn", Some(_)) => {
                self.end()?;
                self.line(number, line)
            }
            (_, Some(entry)) => {
                self.values += 1;
                if self.values > MOST_VALUES {
                    return Err(LdifRefused::TooMany { line: number });
                }
                if let Some(value) = value {
                    entry.attributes.entry(name).or_default().push(value);
                }
                Ok(())
            }
        }
    }

    fn end(&mut self) -> Result<(), LdifRefused> {
        if let Some(entry) = self.now.take() {
            if self.entries.len() >= MOST_ENTRIES {
                return Err(LdifRefused::TooMany { line: entry.line });
            }
            self.entries.push(entry);
        }
        Ok(())
    }
}

/// The value behind the colon; `None` where it is no text or too long to be any use here.
fn value_of(rest: &str, line: usize) -> Result<Option<String>, LdifRefused> {
    let Some(coded) = rest.strip_prefix(':') else {
        let value = rest.trim_start_matches(' ');
        return Ok((value.len() <= LONGEST_VALUE).then(|| value.to_owned()));
    };
    let coded = coded.trim();
    if coded.len() > 2 * LONGEST_VALUE {
        return Ok(None);
    }
    let bytes = STANDARD.decode(coded).map_err(|_| LdifRefused::NotBase64 { line })?;
    Ok(String::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST_VALUE && !text.contains('\0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Entry> {
        read(text.as_bytes()).expect("readable")
    }

    #[test]
    fn base64_folded_lines_and_comments_are_understood() {
        let found = entries(
            "version: 1\n# a comment\n  that goes on\ndn: CN=Yamada,DC=example\nsAMAccountName: yamada\ndisplayName:: 5bGx55SwIOWkqumDjg==\n\
             memberOf: CN=Domain\n  Admins,DC=example\nmemberOf: CN=Ward 3\n\ndn: CN=Suzuki\ncn;lang-ja: Suzuki\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].first("displayname"), Some("山田 太郎"));
        assert_eq!(found[0].all("memberof"), ["CN=Domain Admins,DC=example", "CN=Ward 3"]);
        assert_eq!((found[1].line, found[1].first("cn")), (11, Some("Suzuki")));
    }

    #[test]
    fn whatever_is_wrong_is_named_with_its_line() {
        let fault = |text: &str| read(text.as_bytes()).expect_err("refused");
        assert_eq!(fault("dn: a\nnot an attribute\n"), LdifRefused::NoAttribute { line: 2 });
        assert_eq!(fault("dn: a\ncn:: ***\n"), LdifRefused::NotBase64 { line: 2 });
        assert_eq!(fault("cn: a\n"), LdifRefused::NoName { line: 1 });
        assert_eq!(fault("dn: a\nchangetype: modify\n"), LdifRefused::Changes { line: 2 });
        assert_eq!(fault("dn: a\njpegPhoto:< file:///etc/passwd\n"), LdifRefused::Reference { line: 2 });
        assert_eq!(fault("version: 2\n"), LdifRefused::Version { found: "2".to_owned() });
        assert_eq!(read(b"dn: a\ncn: \x83\x84\n"), Err(LdifRefused::NotUtf8 { line: 2 }));
        assert!(fault("dn: a\ncn:: ***\n").sentence(Lang::Ja).contains("2行目"));
    }

    #[test]
    fn photos_are_left_out_and_the_entry_stays() {
        let photo = STANDARD.encode([0xff_u8, 0xd8, 0xff, 0x00]);
        let found = entries(&format!("dn: a\nthumbnailPhoto:: {photo}\ncn: b\n"));
        assert_eq!(found[0].first("thumbnailphoto"), None);
        assert_eq!(found[0].first("cn"), Some("b"));
    }
}
