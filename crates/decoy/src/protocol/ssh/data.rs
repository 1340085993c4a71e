//! Data types of SSH (RFC 4251, 5).

/// Takes values off the front of a packet; nothing where there is not enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    pub(super) fn boolean(&mut self) -> Option<bool> {
        Some(self.byte()? != 0)
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.take(usize::try_from(count).ok()?)
    }
}

/// A `string`.
pub(super) fn string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(bytes);
}

/// A positive `mpint`: no leading zeros, except one before a first bit that is set.
pub(super) fn mpint(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let bytes = bytes.get(start..).unwrap_or_default();
    match bytes.first() {
        Some(first) if first & 0x80 != 0 => string(out, &[&[0], bytes].concat()),
        _ => string(out, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_standard_shows() {
        // The examples of RFC 4251, 5.
        for (value, expected) in [
            (&[0u8][..], "00000000"),
            (&[0x00, 0x80], "000000020080"),
            (&[0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7], "0000000809a378f9b2e332a7"),
        ] {
            let mut out = Vec::new();
            mpint(&mut out, value);
            assert_eq!(hex::encode(out), expected);
        }
    }
}
