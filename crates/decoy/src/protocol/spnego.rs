//! SPNEGO around NTLM (RFC 4178, MS-SPNG), and the little DER it needs.

use super::ntlm;

/// 1.3.6.1.5.5.2
const SPNEGO: &[u8] = &[0x2b, 6, 1, 5, 5, 2];
/// 1.3.6.1.4.1.311.2.2.10
const NTLMSSP: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10];
/// 1.3.6.1.4.1.311.2.2.30
const NEGOEX: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 30];
/// 1.2.840.48018.1.2.2, the Kerberos of Windows
const KERBEROS_MS: &[u8] = &[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2];
/// 1.2.840.113554.1.2.2
const KERBEROS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2];
/// 1.2.840.113554.1.2.2.3
const KERBEROS_USER: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2, 3];

/// One DER element of these parts.
pub(super) fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    let [.., high, low] = length.to_be_bytes();
    match length {
        0..=0x7f => out.push(low),
        0x80..=0xff => out.extend([0x81, low]),
        _ => out.extend([0x82, high, low]),
    }
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// The first DER element: tag, content, what follows.
pub(super) fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(*first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

/// The content of the element with a tag among siblings.
pub(super) fn child(mut bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    // Siblings are few in all that is read here; the bound keeps long nonsense cheap.
    for _ in 0..64 {
        let (tag, content, rest) = element(bytes)?;
        if tag == wanted {
            return Some(content);
        }
        bytes = rest;
    }
    None
}

/// What the server offers at first (MS-SPNG 2.2.1, NegTokenInit2): what a member of a domain has, or NTLM alone.
pub(super) fn offer(is_member: bool) -> Vec<u8> {
    let all: &[&[u8]] = if is_member { &[NEGOEX, KERBEROS_MS, KERBEROS, KERBEROS_USER, NTLMSSP] } else { &[NTLMSSP] };
    let list: Vec<u8> = all.iter().flat_map(|oid| der(6, &[oid])).collect();
    let mechanisms = der(0xa0, &[&der(0x30, &[&list])]);
    let name = der(0x1b, &[b"not_defined_in_RFC4178@please_ignore"]);
    let hints = der(0xa3, &[&der(0x30, &[&der(0xa0, &[&name])])]);
    der(0x60, &[&der(6, &[SPNEGO]), &der(0xa0, &[&der(0x30, &[&mechanisms, &hints])])])
}

/// A token out of its wrapping.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwrapped<'a> {
    /// NTLM's message, if there is one.
    pub(super) token: Option<&'a [u8]>,
    /// How the answer is to be wrapped.
    pub(super) wrapping: Wrapping,
}

/// Wrappings of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// None.
    Raw,
    /// The client's first word in SPNEGO: the answer names the mechanism.
    First,
    /// A later one.
    Later,
}

/// Unwraps what a client sent.
pub(super) fn unwrap(bytes: &[u8]) -> Option<Unwrapped<'_>> {
    if bytes.starts_with(ntlm::SIGNATURE) {
        return Some(Unwrapped { token: Some(bytes), wrapping: Wrapping::Raw });
    }
    let (tag, content, _) = element(bytes)?;
    let ntlm = |token: &'_ &[u8]| token.starts_with(ntlm::SIGNATURE);
    match tag {
        0x60 => {
            let (oid, mechanism, rest) = element(content)?;
            if oid != 6 {
                return None;
            }
            // Kerberos alone is answered as by a server that knows NTLM only.
            let token = if mechanism == SPNEGO { child(child(child(rest, 0xa0)?, 0x30)?, 0xa2) } else { None };
            let token = token.and_then(|wrapped| child(wrapped, 4)).filter(ntlm);
            Some(Unwrapped { token, wrapping: Wrapping::First })
        }
        0xa1 => {
            let token = child(child(content, 0x30)?, 0xa2).and_then(|wrapped| child(wrapped, 4)).filter(ntlm);
            Some(Unwrapped { token, wrapping: Wrapping::Later })
        }
        _ => None,
    }
}

/// Wraps a challenge: `accept-incomplete`. Without a token it asks for NTLM instead of what the client began with.
pub(super) fn incomplete(wrapping: Wrapping, token: &[u8]) -> Vec<u8> {
    if wrapping == Wrapping::Raw {
        return token.to_vec();
    }
    let mut parts = der(0xa0, &[&der(10, &[&[if token.is_empty() { 3 } else { 1 }]])]);
    if wrapping == Wrapping::First {
        parts.extend(der(0xa1, &[&der(6, &[NTLMSSP])]));
    }
    if !token.is_empty() {
        parts.extend(der(0xa2, &[&der(4, &[token])]));
    }
    der(0xa1, &[&der(0x30, &[&parts])])
}

/// `accept-completed`, for the nameless.
pub(super) fn completed(wrapping: Wrapping) -> Vec<u8> {
    if wrapping == Wrapping::Raw { Vec::new() } else { der(0xa1, &[&der(0x30, &[&der(0xa0, &[&der(10, &[&[0]])])])]) }
}

/// Entry of the fuzz target: a token in its wrapping or without one, as the file server, the remote desktop and the web
/// server take them.
pub(super) fn fuzz(bytes: &[u8]) {
    if let Some(Unwrapped { token: Some(token), wrapping }) = unwrap(bytes) {
        let _ = ntlm::parse(token);
        // What is wrapped here can be unwrapped again.
        let again = incomplete(wrapping, token);
        assert_eq!(unwrap(&again).and_then(|unwrapped| unwrapped.token), Some(token));
    }
    let _ = ntlm::parse(&[ntlm::SIGNATURE.as_slice(), bytes].concat());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_offer_is_as_long_as_that_of_the_real_servers() {
        assert_eq!((offer(true).len(), offer(false).len()), (120, 74));
    }

    #[test]
    fn tokens_come_out_of_their_wrappings() {
        let token = [ntlm::SIGNATURE.as_slice(), &[1; 200]].concat();
        let later = incomplete(Wrapping::Later, &token);
        let expected = Unwrapped { token: Some(&token), wrapping: Wrapping::Later };
        assert_eq!(unwrap(&later), Some(expected));
        let wrapped = der(0xa2, &[&der(4, &[&token])]);
        let list = der(0xa0, &[&der(0x30, &[&der(6, &[NTLMSSP])])]);
        let first = der(0x60, &[&der(6, &[SPNEGO]), &der(0xa0, &[&der(0x30, &[&list, &wrapped])])]);
        assert_eq!(unwrap(&first), Some(Unwrapped { token: Some(&token), wrapping: Wrapping::First }));
        let kerberos = der(0x60, &[&der(6, &[KERBEROS]), &[1, 0]]);
        assert_eq!(unwrap(&kerberos), Some(Unwrapped { token: None, wrapping: Wrapping::First }));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), tag in any::<u8>()) {
            let _ = unwrap(&bytes);
            let _ = unwrap(&der(tag, &[&bytes]));
            let _ = unwrap(&der(0xa1, &[&der(0x30, &[&bytes])]));
        }
    }
}
