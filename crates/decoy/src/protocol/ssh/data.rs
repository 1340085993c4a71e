//! Data types of SSH (RFC 4251, 5).

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
