//! Protocol data units of the upper layer (PS3.8, 9.3).

use super::message::uid;
use crate::protocol::octets::{Octets, trimmed};

/// Longest A-ASSOCIATE-RQ: 128 presentation contexts with a dozen transfer syntaxes each fit.
pub(super) const ASSOCIATE: usize = 64 * 1024;
/// Longest P-DATA-TF we take; announced in the acceptance (PS3.8, D.1).
pub(super) const DATA: usize = 16_384;
/// Presentation contexts of an association: their ids are the odd numbers of one byte (PS3.8, 9.3.2.2).
const CONTEXTS: usize = 128;
/// Transfer syntaxes looked at in one context.
const SYNTAXES: usize = 32;
/// The only application context there is (PS3.7, A.2.1).
const APPLICATION: &[u8] = b"1.2.840.10008.3.1.1.1";

/// PDU types (PS3.8, 9.3.1).
pub(super) mod kind {
    pub(in super::super) const ASSOCIATE_RQ: u8 = 1;
    pub(in super::super) const ASSOCIATE_AC: u8 = 2;
    pub(in super::super) const ASSOCIATE_RJ: u8 = 3;
    pub(in super::super) const DATA: u8 = 4;
    pub(in super::super) const RELEASE_RQ: u8 = 5;
    pub(in super::super) const RELEASE_RP: u8 = 6;
    pub(in super::super) const ABORT: u8 = 7;
}

/// Why the association is aborted by us (PS3.8, 9.3.8).
pub(super) mod abort {
    pub(in super::super) const UNRECOGNISED: u8 = 1;
    pub(in super::super) const UNEXPECTED: u8 = 2;
    pub(in super::super) const INVALID: u8 = 6;
}

/// What somebody asks for at the beginning (A-ASSOCIATE-RQ; PS3.8, 9.3.2).
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// Called AE title, as sent: 16 bytes.
    pub(super) called: [u8; 16],
    /// Calling AE title, as sent: 16 bytes.
    pub(super) calling: [u8; 16],
    /// Presentation contexts.
    pub(super) contexts: Vec<Context>,
    /// Implementation class UID of the visitor's software.
    pub(super) class: Vec<u8>,
    /// Its version name.
    pub(super) version: Vec<u8>,
    /// User name and passcode, if the visitor signs in (PS3.7, D.3.3.7).
    pub(super) identity: Option<UserIdentity>,
}

/// A service with the encodings the visitor speaks for it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Context {
    /// Number of the context.
    pub(super) id: u8,
    /// SOP class.
    pub(super) class: Vec<u8>,
    /// Transfer syntaxes.
    pub(super) syntaxes: Vec<Vec<u8>>,
}

/// Who the visitor says they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserIdentity {
    /// 1 user name, 2 with a passcode, 3 Kerberos ticket, 4 SAML, 5 JSON web token.
    pub(super) form: u8,
    /// The first field.
    pub(super) user: Vec<u8>,
    /// The second.
    pub(super) passcode: Vec<u8>,
}

/// Reads what follows the header of an A-ASSOCIATE-RQ. Nothing if it is none.
pub(super) fn request(body: &[u8]) -> Option<Request> {
    let mut rest = Octets(body);
    // Bit 0 is the one version there is; the other bits say nothing.
    if rest.u16()? & 1 == 0 {
        return None;
    }
    rest.take(2)?;
    let mut out = Request {
        called: rest.take(16)?.try_into().ok()?,
        calling: rest.take(16)?.try_into().ok()?,
        ..Request::default()
    };
    rest.take(32)?;
    let mut is_dicom = false;
    while let Some((item, value)) = item(&mut rest) {
        match item {
            0x10 => is_dicom = trimmed(value) == APPLICATION,
            0x20 if out.contexts.len() < CONTEXTS => out.contexts.extend(context(value)),
            0x50 => user_information(value, &mut out),
            _ => {}
        }
    }
    is_dicom.then_some(out)
}

/// An item: type, a reserved byte, length, value.
fn item<'a>(rest: &mut Octets<'a>) -> Option<(u8, &'a [u8])> {
    let kind = rest.u8()?;
    rest.u8()?;
    let length = rest.u16()?;
    Some((kind, rest.take(length.into())?))
}

fn context(value: &[u8]) -> Option<Context> {
    let mut rest = Octets(value);
    let mut out = Context { id: rest.u8()?, ..Context::default() };
    rest.take(3)?;
    while let Some((kind, value)) = item(&mut rest) {
        match kind {
            0x30 => out.class = uid(value),
            0x40 if out.syntaxes.len() < SYNTAXES => out.syntaxes.push(uid(value)),
            _ => {}
        }
    }
    Some(out)
}

fn user_information(value: &[u8], out: &mut Request) {
    let mut rest = Octets(value);
    while let Some((kind, value)) = item(&mut rest) {
        match kind {
            0x52 => out.class = uid(value),
            0x55 => out.version = uid(value),
            0x58 => out.identity = identity(value),
            _ => {}
        }
    }
}

fn identity(value: &[u8]) -> Option<UserIdentity> {
    let mut rest = Octets(value);
    let form = rest.u8()?;
    rest.u8()?;
    let length = rest.u16()?;
    let user = rest.take(length.into())?.to_vec();
    let length = rest.u16().unwrap_or(0);
    let passcode = rest.take(length.into()).unwrap_or_default().to_vec();
    Some(UserIdentity { form, user, passcode })
}

/// A whole PDU.
pub(super) fn frame(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(0);
    [&[kind, 0][..], &length.to_be_bytes(), body].concat()
}

fn item_of(kind: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap_or(0);
    [&[kind, 0][..], &length.to_be_bytes(), value].concat()
}

/// What is answered about one context.
pub(super) struct Verdict {
    /// Its number.
    pub(super) id: u8,
    /// 0 accepted, 3 service not offered, 4 no encoding in common (PS3.8, 9.3.3.2).
    pub(super) result: u8,
    /// The encoding chosen.
    pub(super) syntax: Vec<u8>,
}

/// An acceptance (A-ASSOCIATE-AC; PS3.8, 9.3.3).
pub(super) fn acceptance(request: &Request, verdicts: &[Verdict], class: &str, version: &str) -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend_from_slice(&request.called);
    body.extend_from_slice(&request.calling);
    body.extend_from_slice(&[0; 32]);
    body.extend(item_of(0x10, APPLICATION));
    for verdict in verdicts {
        let value = [&[verdict.id, 0, verdict.result, 0][..], &item_of(0x40, &verdict.syntax)].concat();
        body.extend(item_of(0x21, &value));
    }
    let longest = u32::try_from(DATA).unwrap_or(0).to_be_bytes();
    let about = [item_of(0x51, &longest), item_of(0x52, class.as_bytes()), item_of(0x55, version.as_bytes())].concat();
    body.extend(item_of(0x50, &about));
    frame(kind::ASSOCIATE_AC, &body)
}

/// A rejection for good (A-ASSOCIATE-RJ; PS3.8, 9.3.4).
pub(super) fn rejection(source: u8, reason: u8) -> Vec<u8> {
    frame(kind::ASSOCIATE_RJ, &[0, 1, source, reason])
}

/// An abort of the service provider (A-ABORT; PS3.8, 9.3.8).
pub(super) fn aborting(reason: u8) -> Vec<u8> {
    frame(kind::ABORT, &[0, 0, 2, reason])
}

/// A part of a message (PDV; PS3.8, 9.3.5.1 and annex E).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// Which context.
    pub(super) context: u8,
    /// A command; else a data set.
    pub(super) is_command: bool,
    /// The last of its command or data set.
    pub(super) is_last: bool,
    /// Bytes.
    pub(super) bytes: &'a [u8],
}

/// The parts of a P-DATA-TF. Nothing if their lengths do not fit.
pub(super) fn parts(body: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut rest = Octets(body);
    let mut out = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(rest.u32()?).ok()?;
        let mut value = Octets(rest.take(length)?);
        let context = value.u8()?;
        let control = value.u8()?;
        out.push(Part { context, is_command: control & 1 != 0, is_last: control & 2 != 0, bytes: value.0 });
    }
    (!out.is_empty()).then_some(out)
}

/// A command as one P-DATA-TF.
pub(super) fn command(context: u8, command: &[u8]) -> Vec<u8> {
    let length = u32::try_from(command.len() + 2).unwrap_or(0);
    frame(kind::DATA, &[&length.to_be_bytes()[..], &[context, 3], command].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_association_comes_apart() {
        let context = [&[1, 0, 0, 0][..], &item_of(0x30, b"1.2.840.10008.1.1"), &item_of(0x40, b"1.2.840.10008.1.2")];
        let identity = [&[2, 0, 0, 4][..], b"user", &[0, 2], b"pw"].concat();
        let user = [item_of(0x52, b"1.2.3"), item_of(0x55, b"X_1 "), item_of(0x58, &identity)].concat();
        let mut body = vec![0, 1, 0, 0];
        body.extend(b"ARCHIVE         CT1             ");
        body.extend([0; 32]);
        body.extend(item_of(0x10, APPLICATION));
        body.extend(item_of(0x20, &context.concat()));
        body.extend(item_of(0x50, &user));
        let request = request(&body).expect("read");
        assert_eq!((trimmed(&request.called), trimmed(&request.calling)), (&b"ARCHIVE"[..], &b"CT1"[..]));
        assert_eq!(request.contexts[0].class, b"1.2.840.10008.1.1");
        assert_eq!((request.class.as_slice(), request.version.as_slice()), (&b"1.2.3"[..], &b"X_1"[..]));
        let identity = request.identity.expect("identity");
        assert_eq!((identity.user, identity.passcode), (b"user".to_vec(), b"pw".to_vec()));
    }

    #[test]
    fn parts_whose_lengths_do_not_fit_are_none() {
        assert!(parts(&[0, 0, 0, 9, 1, 3, 0]).is_none());
        assert!(parts(&[0, 0, 0, 1, 1]).is_none());
        assert!(parts(&[]).is_none());
        let whole = command(5, b"abc");
        let read = parts(&whole[6..]).expect("read");
        assert_eq!(read, [Part { context: 5, is_command: true, is_last: true, bytes: b"abc" }]);
    }
}
