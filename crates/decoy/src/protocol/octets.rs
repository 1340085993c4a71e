//! Taking binary messages apart and putting them together, with every length checked: a cursor over the bytes, and what
//! the binary protocols share besides.

use std::time::{SystemTime, UNIX_EPOCH};

/// Bytes not read yet. Every step gives nothing where there are too few.
#[derive(Debug, Clone, Copy)]
pub(super) struct Octets<'a>(pub(super) &'a [u8]);

/// A cursor at an offset, for messages that say where their parts are. Beyond the end nothing is left to read.
pub(super) fn from(bytes: &[u8], offset: usize) -> Octets<'_> {
    Octets(bytes.get(offset..).unwrap_or_default())
}

/// The part of a message whose offset and length, of two bytes each and least significant first, stand at a place.
pub(super) fn pointed(bytes: &[u8], place: usize) -> Option<&[u8]> {
    let mut place = from(bytes, place);
    let (offset, length) = (place.u16_le()?, place.u16_le()?);
    from(bytes, offset.into()).take(length.into())
}

impl<'a> Octets<'a> {
    /// The next so many bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(first)
    }

    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    /// One byte.
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.chunk().map(u8::from_be_bytes)
    }

    /// Two bytes, most significant first.
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_be_bytes)
    }

    /// Four bytes, most significant first.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_be_bytes)
    }

    /// Two bytes, least significant first.
    pub(super) fn u16_le(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }

    /// Four bytes, least significant first.
    pub(super) fn u32_le(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    /// Eight bytes, least significant first.
    pub(super) fn u64_le(&mut self) -> Option<u64> {
        self.chunk().map(u64::from_le_bytes)
    }

    /// Bytes after their count in four bytes, most significant first.
    pub(super) fn counted(&mut self) -> Option<&'a [u8]> {
        let mut rest = *self;
        let count = usize::try_from(rest.u32()?).ok()?;
        let bytes = rest.take(count)?;
        *self = rest;
        Some(bytes)
    }

    /// Whether all was read.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A text without the spaces and zeros that pad it.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, 0 | b' ');
    let start = bytes.iter().position(|byte| !blank(byte)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
    bytes.get(start..end).unwrap_or_default()
}

/// The bytes up to a zero byte, and what follows it.
pub(super) fn until_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// A text as UTF-16, little-endian, without a zero at the end.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// UTF-16, little-endian, as UTF-8; what is no character becomes U+FFFD.
pub(super) fn from_utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Random bytes.
///
/// # Errors
/// If the system has none.
pub(super) fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

/// Now, in steps of 100 ns since 1601 (MS-DTYP 2.3.3).
pub(super) fn filetime() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    116_444_736_000_000_000 + u64::try_from(since.as_nanos() / 100).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_both_orders_and_never_beyond_the_end() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        let mut rest = Octets(&bytes);
        assert_eq!((rest.u8(), rest.u16(), rest.u16_le()), (Some(1), Some(0x0203), Some(0x0504)));
        assert_eq!((rest.u32(), rest.u8(), rest.is_empty()), (Some(0x0607_0809), None, true));
        assert_eq!(from(&bytes, 1).u64_le(), Some(0x0908_0706_0504_0302));
        // What is too short stays unread.
        let mut rest = from(&bytes, 6);
        assert_eq!((rest.u32_le(), rest.take(3), rest.take(1)), (None, Some(&bytes[6..]), None));
        for beyond in [9, 10, usize::MAX] {
            assert!(from(&bytes, beyond).is_empty() && from(&bytes, beyond).u8().is_none());
        }
    }
}
