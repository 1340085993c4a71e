//! The part of BER (ITU-T X.690, 8) that SNMP needs: definite lengths, integers, strings, object identifiers.

/// Most arcs of an object identifier (RFC 2578, 3.5).
const ARCS: usize = 128;

/// Takes one element: its tag and its contents.
pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let [tag, length, rest @ ..] = *bytes else { return None };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        // Long form, as some senders use it for short contents too.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            (digits.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some((*tag, contents))
}

/// Takes one element of a tag.
pub(super) fn take_as<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    take(bytes).filter(|(found, _)| *found == tag).map(|(_, contents)| contents)
}

/// An integer's value, if it fits.
pub(super) fn integer(contents: &[u8]) -> Option<i64> {
    if contents.is_empty() || contents.len() > 5 {
        return None;
    }
    let start = if contents.first().is_some_and(|byte| byte & 0x80 != 0) { -1i64 } else { 0 };
    Some(contents.iter().fold(start, |sum, byte| sum << 8 | i64::from(*byte)))
}

/// The arcs of an object identifier.
pub(super) fn arcs(contents: &[u8]) -> Option<Vec<u32>> {
    let mut out: Vec<u32> = Vec::new();
    let mut value: u32 = 0;
    let mut is_open = false;
    for byte in contents {
        if value > u32::MAX >> 7 || out.len() >= ARCS {
            return None;
        }
        value = value << 7 | u32::from(byte & 0x7f);
        is_open = byte & 0x80 != 0;
        if !is_open {
            if out.is_empty() {
                let first = (value / 40).min(2);
                out.extend([first, value - first * 40]);
            } else {
                out.push(value);
            }
            value = 0;
        }
    }
    if is_open { None } else { Some(out) }
}

/// Puts one element.
pub(super) fn put(tag: u8, contents: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match contents.len() {
        length @ 0..=0x7f => out.push(length as u8),
        length @ 0x80..=0xff => out.extend_from_slice(&[0x81, length as u8]),
        // Datagrams are far below 64 kB.
        length => {
            out.push(0x82);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
    }
    out.extend_from_slice(contents);
    out
}

/// The contents of an unsigned number in as few bytes as it takes.
pub(super) fn number(value: u32) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend_from_slice(&value.to_be_bytes());
    while let [0, next, ..] = bytes.as_slice()
        && next & 0x80 == 0
    {
        bytes.remove(0);
    }
    bytes
}

/// The contents of an object identifier.
pub(super) fn identifier(arcs: &[u32]) -> Vec<u8> {
    let [first, second, rest @ ..] = arcs else { return vec![0] };
    let mut out = Vec::new();
    for value in std::iter::once(first.saturating_mul(40).saturating_add(*second)).chain(rest.iter().copied()) {
        let septets = (0..5u32).rev().map(|at| (value >> (7 * at) & 0x7f) as u8).skip_while(|septet| *septet == 0);
        let septets: Vec<u8> = septets.collect();
        match septets.split_last() {
            Some((last, before)) => {
                out.extend(before.iter().map(|septet| septet | 0x80));
                out.push(*last);
            }
            None => out.push(0),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_encodings() {
        assert_eq!(
            identifier(&[1, 3, 6, 1, 4, 1, 8072, 3, 2, 10, 0]),
            hex::decode("2b06010401bf0803020a00").expect("hex")
        );
        assert_eq!(
            (number(0), number(127), number(128), number(u32::MAX)),
            (vec![0], vec![127], vec![0, 128], vec![0, 255, 255, 255, 255])
        );
        assert_eq!((integer(&[255]), integer(&[0, 128]), integer(&[])), (Some(-1), Some(128), None));
    }

    proptest! {
        #[test]
        fn identifiers_come_back(rest in prop::collection::vec(any::<u32>(), 0..20)) {
            let all: Vec<u32> = [1, 3].into_iter().chain(rest).collect();
            prop_assert_eq!(arcs(&identifier(&all)), Some(all));
        }

        #[test]
        fn elements_come_back(contents in prop::collection::vec(any::<u8>(), 0..600)) {
            let bytes = put(4, &contents);
            let mut rest = &bytes[..];
            prop_assert_eq!(take(&mut rest), Some((4, &contents[..])));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut rest = &bytes[..];
            while let Some((_, contents)) = take(&mut rest) {
                let _ = (integer(contents), arcs(contents));
            }
        }
    }
}
