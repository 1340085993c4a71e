//! Sign-in messages and their refusal.

use crate::protocol::octets::{from, from_utf16, utf16};
use crate::visit::Visit;

/// A wish to sign in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) user: Vec<u8>,
    pub(super) password: Vec<u8>,
    /// A token of integrated security instead of the two.
    pub(super) sspi: Option<Vec<u8>>,
    workstation: Vec<u8>,
    application: Vec<u8>,
    library: Vec<u8>,
    database: Vec<u8>,
    version: u32,
}

impl Login {
    /// LOGIN7 (MS-TDS 2.2.6.4): 36 bytes of numbers, then offset and length of each text, in characters.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let version = from(bytes, 4).u32_le()?;
        let raw = |at: usize, unit: usize| -> Option<&[u8]> {
            let mut field = from(bytes, at);
            let (offset, length) = (field.u16_le()?, field.u16_le()?);
            from(bytes, offset.into()).take(usize::from(length) * unit)
        };
        let text = |at: usize| raw(at, 2).map(|raw| from_utf16(raw).into_bytes());
        // Each byte of the password has its halves swapped and is then combined with 0xa5.
        let hidden: Vec<u8> = raw(44, 2)?.iter().map(|byte| (byte ^ 0xa5).rotate_left(4)).collect();
        let is_integrated = *bytes.get(25)? & 0x80 != 0;
        Some(Self {
            user: text(40)?,
            password: from_utf16(&hidden).into_bytes(),
            sspi: if is_integrated { Some(raw(78, 1)?.to_vec()) } else { None },
            workstation: text(36)?,
            application: text(48)?,
            library: text(60)?,
            database: text(68)?,
            version,
        })
    }

    /// The login record of TDS 4 and 5: fields of 30 bytes with their length after them. Old drivers and password
    /// guessers still send it.
    pub(super) fn parse_old(bytes: &[u8]) -> Option<Self> {
        let field = |at: usize| -> Option<Vec<u8>> {
            let length = usize::from(*bytes.get(at + 30)?).min(30);
            from(bytes, at).take(length).map(<[u8]>::to_vec)
        };
        Some(Self {
            workstation: field(0)?,
            user: field(31)?,
            password: field(62)?,
            application: field(140).unwrap_or_default(),
            version: 0x0402_0000,
            ..Self::default()
        })
    }

    /// Keeps what it tells of the client.
    pub(super) fn note(&self, visit: &Visit) {
        for (key, value) in [
            ("workstation", &self.workstation),
            ("application", &self.application),
            ("client", &self.library),
            ("database", &self.database),
        ] {
            if !value.is_empty() {
                visit.note(key, value);
            }
        }
    }

    /// Error 18456 and the end of the answer (2.2.7.10, 2.2.7.6), in the form of the client's version.
    pub(super) fn error(&self, server: &str, text: &str) -> Vec<u8> {
        let is_unicode = self.version >= 0x7000_0000;
        let is_long = self.version >= 0x7200_0000;
        let text: String = text.chars().take(256).collect();
        let (text_bytes, server_bytes) =
            if is_unicode { (utf16(&text), utf16(server)) } else { (text.into_bytes(), server.as_bytes().to_vec()) };
        let unit = if is_unicode { 2 } else { 1 };
        let mut body = 18_456u32.to_le_bytes().to_vec();
        body.extend([1, 14]);
        body.extend(u16::try_from(text_bytes.len() / unit).unwrap_or(0).to_le_bytes());
        body.extend(text_bytes);
        body.push(u8::try_from(server_bytes.len() / unit).unwrap_or(0));
        body.extend(server_bytes);
        // No procedure; line 1.
        body.extend([0, 1, 0]);
        if is_long {
            body.extend([0, 0]);
        }
        let mut out = vec![0xaa];
        out.extend(u16::try_from(body.len()).unwrap_or(0).to_le_bytes());
        out.extend(body);
        out.extend([0xfd, 2, 0, 0, 0]);
        out.extend_from_slice(if is_long { &[0; 8] } else { &[0; 4] });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_read_out_of_its_disguise() {
        let mut bytes = vec![0; 94];
        bytes[4..8].copy_from_slice(&0x7400_0004u32.to_le_bytes());
        let place = |field: usize, value: &[u8], bytes: &mut Vec<u8>| {
            let at = u16::try_from(bytes.len()).expect("short").to_le_bytes();
            bytes[field..field + 2].copy_from_slice(&at);
            bytes[field + 2] = u8::try_from(value.len() / 2).expect("short");
            bytes.extend(value);
        };
        place(40, &utf16("sa"), &mut bytes);
        // "Pa1" as a real driver sends it.
        place(44, &[0xa0, 0xa5, 0xb3, 0xa5, 0xb6, 0xa5], &mut bytes);
        let login = Login::parse(&bytes).expect("read");
        assert_eq!((login.user.as_slice(), login.password.as_slice()), (&b"sa"[..], &b"Pa1"[..]));
        assert_eq!(login.error("DB01", "Login failed for user 'sa'.").len(), 3 + 4 + 2 + 2 + 54 + 9 + 1 + 4 + 13);
    }
}
