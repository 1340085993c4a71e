//! A name server that answers nobody, and notices names that exist only to be asked for (RFC 1035).

use super::{Responder, Serving};
use crate::config::TokenKind;
use crate::persona::{Identity, Os};
use crate::visit::Visit;
use hakutaku_model::touch::Kind;

/// Response codes (RFC 1035, 4.1.1).
const FORMAT_ERROR: u8 = 1;
const NAME_ERROR: u8 = 3;
const NOT_IMPLEMENTED: u8 = 4;
const REFUSED: u8 = 5;
/// Operation codes: a question, and an update (RFC 2136).
const QUERY: u8 = 0;
const UPDATE: u8 = 5;

/// The name server.
pub(super) struct Dns;

impl Responder for Dns {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(respond(visit, datagram))
    }
}

/// A question as it came.
#[derive(Debug, PartialEq, Eq)]
struct Question<'a> {
    /// Its bytes, to be repeated.
    raw: &'a [u8],
    /// The labels with dots between them, without the last dot.
    name: Vec<u8>,
    kind: u16,
    class: u16,
}

/// The header (4.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    id: [u8; 2],
    flags: [u8; 2],
    questions: u16,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let [a, b, flags, more, high, low, ..] = *bytes.get(..12)? else { return None };
        Some(Self { id: [a, b], flags: [flags, more], questions: u16::from_be_bytes([high, low]) })
    }

    fn is_response(self) -> bool {
        let [flags, _] = self.flags;
        flags & 0x80 != 0
    }

    fn operation(self) -> u8 {
        let [flags, _] = self.flags;
        flags >> 3 & 0x0f
    }

    /// An answer without records.
    fn answer(self, code: u8, question: &[u8]) -> Vec<u8> {
        let [flags, _] = self.flags;
        let count = u8::from(!question.is_empty());
        let [a, b] = self.id;
        // QR, the operation and "recursion desired" as asked.
        let mut out = vec![a, b, 0x80 | flags & 0x79, code, 0, count, 0, 0, 0, 0, 0, 0];
        out.extend_from_slice(question);
        out
    }
}

/// The first question (4.1.2). Names in questions are not compressed: there is nothing before them to point at.
fn question(bytes: &[u8]) -> Option<Question<'_>> {
    let start = bytes.get(12..)?;
    let mut rest = start;
    let mut name = Vec::new();
    loop {
        let (length, after) = rest.split_first()?;
        if *length == 0 {
            rest = after;
            break;
        }
        // 63 bytes a label, 255 a name (2.3.4).
        let (label, after) = (*length < 64).then(|| after.split_at_checked(usize::from(*length)))??;
        if !name.is_empty() {
            name.push(b'.');
        }
        name.extend_from_slice(label);
        if name.len() > 255 {
            return None;
        }
        rest = after;
    }
    let (&[k, ind, c, lass], after) = rest.split_first_chunk()?;
    let raw = start.get(..start.len() - after.len())?;
    Some(Question { raw, name, kind: u16::from_be_bytes([k, ind]), class: u16::from_be_bytes([c, lass]) })
}

fn kind_name(kind: u16) -> String {
    let name = match kind {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        10 => "NULL",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        65 => "HTTPS",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        other => return format!("TYPE{other}"),
    };
    name.to_owned()
}

/// Whether a name is a token's name or below it. Case does not matter (2.3.3).
fn is_of(name: &[u8], token: &str) -> bool {
    let token = token.trim_end_matches('.').as_bytes();
    if name.eq_ignore_ascii_case(token) {
        return true;
    }
    let Some(at) = name.len().checked_sub(token.len() + 1) else { return false };
    let (_, tail) = name.split_at(at);
    matches!(tail.split_first(), Some((b'.', tail)) if tail.eq_ignore_ascii_case(token))
}

/// What the program says it is, where it says it.
fn version(identity: &Identity) -> Option<&'static str> {
    match identity.os {
        Os::Linux { distribution: "Ubuntu", .. } => Some("9.18.28-0ubuntu0.22.04.1-Ubuntu"),
        Os::Linux { ssh, .. } if ssh.contains("deb11") => Some("9.16.50-Debian"),
        Os::Linux { .. } => Some("9.18.28-1~deb12u2-Debian"),
        Os::Windows { .. } | Os::Embedded => None,
    }
}

async fn respond(visit: &Visit, datagram: &[u8]) -> Option<Vec<u8>> {
    let header = Header::read(datagram)?;
    if header.is_response() {
        // Answering answers would go on for ever.
        return None;
    }
    let Some(question) = question(datagram).filter(|_| header.questions > 0) else {
        // No question that can be read: not a touch of this protocol's own.
        return Some(header.answer(FORMAT_ERROR, b""));
    };
    let kind = kind_name(question.kind);
    let details: [(&'static str, &[u8]); 2] = [("name", &question.name), ("type", kind.as_bytes())];
    let tokens = &visit.house().config.token;
    let token = tokens.iter().find(|token| token.kind == TokenKind::Dns && is_of(&question.name, &token.value));
    if let Some(token) = token {
        let [name, kind] = details;
        visit.touch_noting(Kind::Token, &[("token", token.name.as_bytes()), name, kind]).await.ok()?;
        return Some(header.answer(NAME_ERROR, question.raw));
    }
    let (touch, code) = match (header.operation(), question.kind) {
        (UPDATE, _) => (Kind::Write, REFUSED),
        // A whole zone.
        (QUERY, 251 | 252) => (Kind::Request, REFUSED),
        (QUERY, _) => (Kind::Probe, REFUSED),
        _ => (Kind::Probe, NOT_IMPLEMENTED),
    };
    visit.touch_noting(touch, &details).await.ok()?;
    if header.operation() == QUERY && (question.class, question.kind) == (3, 16) {
        // version.bind in class CHAOS.
        if question.name.eq_ignore_ascii_case(b"version.bind")
            && let Some(version) = version(visit.identity())
        {
            return Some(text(header, &question, version));
        }
    }
    Some(header.answer(code, question.raw))
}

/// An authoritative answer with one TXT record (3.3.14) that points back at the question's name.
fn text(header: Header, question: &Question<'_>, words: &str) -> Vec<u8> {
    let mut out = header.answer(0, question.raw);
    if let Some(flags) = out.get_mut(2) {
        *flags |= 0x04;
    }
    if let Some(answers) = out.get_mut(7) {
        *answers = 1;
    }
    let length = u8::try_from(words.len()).unwrap_or(0);
    out.extend_from_slice(&[0xc0, 12, 0, 16, 0, 3, 0, 0, 0, 0, 0, length.saturating_add(1), length]);
    out.extend_from_slice(words.as_bytes());
    out
}

/// Entry of the fuzz target.
pub(super) fn fuzz(bytes: &[u8]) {
    if let (Some(header), Some(question)) = (Header::read(bytes), question(bytes)) {
        let _ = is_of(&question.name, "files.example.jp");
        let _ = text(header, &question, "9.16.50-Debian");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn query(name: &[u8]) -> Vec<u8> {
        [b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0", name, b"\0\x01\0\x01"].concat()
    }

    #[test]
    fn questions_are_read_and_repeated() {
        let datagram = query(b"\x05files\x07example\x02jp\0");
        let read = question(&datagram).expect("read");
        assert_eq!((read.name.as_slice(), read.kind, read.class), (&b"files.example.jp"[..], 1, 1));
        let answer = Header::read(&datagram).expect("header").answer(REFUSED, read.raw);
        assert_eq!(answer[..12], *b"\x12\x34\x81\x05\0\x01\0\0\0\0\0\0");
        assert_eq!(answer.len(), datagram.len());
    }

    #[test]
    fn names_that_are_cut_or_point_somewhere_are_refused() {
        for name in [&b"\x05fil"[..], b"\xc0\x0c", b"\x40aaaa", b""] {
            assert_eq!(question(&[b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0", name].concat()), None, "{name:?}");
        }
    }

    #[test]
    fn a_token_is_its_name_and_what_is_below_it() {
        for name in ["files.example.jp", "FILES.Example.jp", "a.b.files.example.jp"] {
            assert!(is_of(name.as_bytes(), "files.example.jp."), "{name}");
        }
        for name in ["example.jp", "otherfiles.example.jp", "files.example.jp.evil", ""] {
            assert!(!is_of(name.as_bytes(), "files.example.jp"), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            fuzz(&bytes);
        }
    }
}
