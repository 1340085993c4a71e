//! As much of SMB 1 (MS-SMB, MS-CIFS) as a first look needs: negotiation and session set-up.

use crate::persona::{Identity, Os};
use crate::protocol::ntlm::{Authenticate, Door, Names, Step};
use crate::protocol::octets::{filetime, from, from_utf16, random, until_zero, utf16};
use crate::protocol::spnego;
use crate::visit::Visit;
use hakutaku_model::touch::Kind;
use std::io;

const NEGOTIATE: u8 = 0x72;
const SESSION_SETUP: u8 = 0x73;
const LOGON_FAILURE: u32 = 0xc000_006d;
const MORE_PROCESSING: u32 = 0xc000_0016;
const ACCESS_DENIED: u32 = 0xc000_0022;
/// FLAGS2: texts are Unicode, errors are NT statuses, extended security, long names.
const UNICODE: u16 = 0x8000;
const EXTENDED: u16 = 0x0800;

/// What to do with a message.
pub(super) enum Answer {
    /// Send this.
    Send(Vec<u8>),
    /// Go on with SMB 2 in this dialect (MS-SMB2 3.3.5.3.1).
    Upgrade(u16),
    /// Close.
    Close,
}

/// Where the talk is.
#[derive(Default)]
pub(super) struct Talk {
    negotiated: bool,
    door: Door,
}

/// Dialects a client offers (MS-CIFS 2.2.4.52.1).
pub(super) fn parse_negotiate(message: &[u8]) -> Option<Vec<&[u8]>> {
    let words = usize::from(*message.get(32)?);
    let count = usize::from(from(message, 33 + words * 2).u16_le()?);
    let mut rest = from(message, 35 + words * 2).take(count)?;
    let mut out = Vec::new();
    while let Some(after) = rest.strip_prefix(&[2]) {
        let (name, next) = until_zero(after)?;
        // Clients know a dozen.
        if out.len() < 32 {
            out.push(name);
        }
        rest = next;
    }
    Some(out)
}

/// A session set-up.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Session<'a> {
    /// With a security token (MS-SMB 2.2.4.6.1).
    Token(&'a [u8]),
    /// With responses in its fields (MS-CIFS 2.2.4.53.1).
    Plain { user: Vec<u8>, domain: Vec<u8>, client: Vec<u8>, scheme: Option<&'static str> },
}

/// Reads a session set-up.
pub(super) fn parse_session(message: &[u8]) -> Option<Session<'_>> {
    let flags = from(message, 10).u16_le()?;
    match message.get(32)? {
        12 => from(message, 59).take(usize::from(from(message, 47).u16_le()?)).map(Session::Token),
        13 => {
            let (oem, unicode) = (usize::from(from(message, 47).u16_le()?), usize::from(from(message, 49).u16_le()?));
            let at = 61 + oem + unicode;
            let mut rest = message.get(at..)?;
            let is_unicode = flags & UNICODE != 0;
            if is_unicode && at % 2 == 1 {
                rest = rest.get(1..)?;
            }
            let mut text = || {
                let end = if is_unicode {
                    rest.chunks(2).position(|unit| unit == [0, 0]).map(|units| units * 2)
                } else {
                    rest.iter().position(|byte| *byte == 0)
                };
                let (value, next) = rest.split_at(end.unwrap_or(rest.len()));
                rest = next.get(if is_unicode { 2 } else { 1 }..).unwrap_or_default();
                if is_unicode { from_utf16(value).into_bytes() } else { value.to_vec() }
            };
            let (user, domain, client) = (text(), text(), text());
            let scheme = match (oem, unicode) {
                (_, 25..) => Some("ntlmv2"),
                (_, 24) => Some("ntlmv1"),
                (24, 0) => Some("lm"),
                (0..=1, 0..=1) => None,
                _ => Some("plain"),
            };
            Some(Session::Plain { user, domain, client, scheme })
        }
        _ => None,
    }
}

impl Talk {
    /// Answers a message.
    ///
    /// # Errors
    /// If a touch could not be written.
    pub(super) async fn answer(&mut self, visit: &Visit, message: &[u8]) -> io::Result<Answer> {
        match (message.get(4), self.negotiated) {
            (Some(&NEGOTIATE), false) => self.negotiate(visit, message),
            (Some(&SESSION_SETUP), true) => session(visit, message, &mut self.door).await,
            // Whatever it is, it needs a session that nobody has.
            (Some(_), true) => Ok(reply(message, ACCESS_DENIED, 0, &[], &[])),
            _ => Ok(Answer::Close),
        }
    }

    fn negotiate(&mut self, visit: &Visit, message: &[u8]) -> io::Result<Answer> {
        let Some(dialects) = parse_negotiate(message) else { return Ok(Answer::Close) };
        let offers = |name: &[u8]| dialects.iter().position(|dialect| *dialect == name);
        if offers(b"SMB 2.???").is_some() {
            return Ok(Answer::Upgrade(0x02ff));
        }
        if offers(b"SMB 2.002").is_some() {
            return Ok(Answer::Upgrade(0x0202));
        }
        // Nothing of this century asks for SMB 1 alone, but scanners and worms do.
        visit.reached(Kind::Probe);
        visit.note("dialect", b"smb1");
        let identity = visit.identity();
        let (Some(index), Os::Windows { .. }) = (offers(b"NT LM 0.12"), identity.os) else {
            // Samba without SMB 1: no dialect is common.
            return Ok(reply(message, 0, 1, &[0xff, 0xff], &[]));
        };
        self.negotiated = true;
        let Ok(index) = u16::try_from(index) else { return Ok(Answer::Close) };
        Ok(common(identity, message, index, random()?))
    }
}

/// The negotiated answer (MS-SMB 2.2.4.5.2): sizes as servers and as workstations have them.
fn common(identity: &Identity, message: &[u8], index: u16, nonce: [u8; 8]) -> Answer {
    let extended = from(message, 10).u16_le().is_some_and(|flags| flags & EXTENDED != 0);
    let is_server = matches!(identity.os, Os::Windows { name, .. } if name.contains("Server"));
    let (multiplex, buffer) = if is_server { (50u16, 16_644u32) } else { (10, 4_356) };
    let mut words = Vec::with_capacity(34);
    words.extend(index.to_le_bytes());
    words.push(3);
    words.extend(multiplex.to_le_bytes());
    words.extend(1u16.to_le_bytes());
    words.extend(buffer.to_le_bytes());
    words.extend(65_536u32.to_le_bytes());
    words.extend([0; 4]);
    words.extend(if extended { 0x8001_e3fcu32 } else { 0x0001_e3fc }.to_le_bytes());
    words.extend(filetime().to_le_bytes());
    // Minutes west of Greenwich: Japan.
    words.extend((-540i16).to_le_bytes());
    words.push(if extended { 0 } else { 8 });
    let names = Names::of(identity);
    let data = if extended {
        [identity.guid("smb").to_bytes_le().as_slice(), &spnego::offer(true)].concat()
    } else {
        [&nonce[..], &utf16(&names.domain), &[0, 0], &utf16(&names.computer), &[0, 0]].concat()
    };
    reply(message, 0, 17, &words, &data)
}

async fn session(visit: &Visit, message: &[u8], door: &mut Door) -> io::Result<Answer> {
    let identity = visit.identity();
    match parse_session(message) {
        Some(Session::Token(bytes)) => {
            let Some(wrapped) = spnego::unwrap(bytes) else { return Ok(Answer::Close) };
            let step = match wrapped.token {
                Some(token) => door.step(visit, token).await?,
                None => Step::Challenge(Vec::new()),
            };
            let Step::Challenge(challenge) = step else {
                let status = if matches!(step, Step::Refused(_)) { LOGON_FAILURE } else { ACCESS_DENIED };
                return Ok(reply(message, status, 0, &[], &[]));
            };
            let blob = spnego::incomplete(wrapped.wrapping, &challenge);
            let mut data = blob.clone();
            // Texts begin at an even offset from the header: 32 + 1 + 8 + 2 bytes come before the token.
            if data.len().is_multiple_of(2) {
                data.push(0);
            }
            let (system, manager) = systems(identity);
            for text in [system, manager] {
                data.extend(utf16(&text));
                data.extend([0, 0]);
            }
            let [low, high] = u16::try_from(blob.len()).unwrap_or(0).to_le_bytes();
            Ok(reply(message, MORE_PROCESSING, 4, &[0xff, 0, 0, 0, 0, 0, low, high], &data))
        }
        Some(Session::Plain { user, domain, client, scheme }) => {
            visit.note("client", &client);
            if scheme.is_none() && user.is_empty() {
                return Ok(reply(message, ACCESS_DENIED, 0, &[], &[]));
            }
            // The challenge of the negotiation is not kept, so there is nothing to compare the response with.
            let answer = Authenticate { user, domain, workstation: Vec::new(), scheme, response: Vec::new() };
            door.attempt(visit, &answer).await?;
            Ok(reply(message, LOGON_FAILURE, 0, &[], &[]))
        }
        None => Ok(Answer::Close),
    }
}

/// What a Windows says of itself: `Windows Server 2016 Standard 14393` and `… 6.3`.
fn systems(identity: &Identity) -> (String, String) {
    match identity.os {
        Os::Windows { build, name, .. } => (format!("{name} {build}"), format!("{name} 6.3")),
        _ => ("Unix".to_owned(), "Samba".to_owned()),
    }
}

/// An answer to a message: header (MS-CIFS 2.2.3.1), words, bytes. Errors have neither.
fn reply(message: &[u8], status: u32, words: u8, parameters: &[u8], data: &[u8]) -> Answer {
    let mut out = Vec::with_capacity(40 + parameters.len() + data.len());
    out.extend_from_slice(b"\xffSMB");
    out.push(message.get(4).copied().unwrap_or(NEGOTIATE));
    out.extend(status.to_le_bytes());
    out.push(message.get(9).copied().unwrap_or(0x18) | 0x80);
    out.extend((from(message, 10).u16_le().unwrap_or(0)).to_le_bytes());
    // High half of the process id, signature.
    out.extend([0; 10]);
    // Reserved, tree, process, user, multiplex: the client's own, with a user once it asks for one.
    let ids = from(message, 24).u64_le().unwrap_or(0) | if status == MORE_PROCESSING { 0x0800 << 32 } else { 0 };
    out.extend([0, 0]);
    out.extend(ids.to_le_bytes());
    out.push(words);
    out.extend_from_slice(parameters);
    out.extend(u16::try_from(data.len()).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(data);
    Answer::Send(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_read() {
        let mut message = [&b"\xffSMBr"[..], &[0; 27]].concat();
        message.extend(b"\0\x16\0\x02NT LM 0.12\0\x02SMB 2.???");
        assert_eq!(parse_negotiate(&message), None, "the last name has no end");
        message.push(0);
        let at = 33;
        message[at] = 23;
        assert_eq!(parse_negotiate(&message), Some(vec![&b"NT LM 0.12"[..], b"SMB 2.???"]));
    }

    #[test]
    fn old_session_set_ups_are_read_in_code_pages() {
        let mut message = [&b"\xffSMBs"[..], &[0; 27], &[13], &[0; 14], &[24, 0, 24, 0], &[0; 10]].concat();
        message.extend([7; 48]);
        message.extend(encoding_rs::SHIFT_JIS.encode("管理者").0.iter());
        message.extend(b"\0HOSP\0Windows XP\0");
        let Some(Session::Plain { user, domain, client, scheme }) = parse_session(&message) else { panic!("read") };
        assert_eq!(encoding_rs::SHIFT_JIS.decode(&user).0, "管理者");
        assert_eq!((domain.as_slice(), client.as_slice(), scheme), (&b"HOSP"[..], &b"Windows XP"[..], Some("ntlmv1")));
    }
}
