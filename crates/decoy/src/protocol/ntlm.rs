//! NTLM as a server that lets nobody in (MS-NLMP): the challenge tells the names of the machine, the answer tells who
//! knocks. SMB, RDP and the SQL server ask through here, so one address always gives the same names.

use super::octets::{filetime, from, from_utf16, random, utf16};
use crate::persona::{Identity, Os};
use crate::visit::{Gone, Proof, Secret, Visit};
use hakutaku_model::touch::Kind;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md4::{Digest as _, Md4};
use md5::Md5;

/// How every message begins (2.2.1).
pub(super) const SIGNATURE: &[u8; 8] = b"NTLMSSP\0";

const UNICODE: u32 = 0x1;
const OEM: u32 = 0x2;
const REQUEST_TARGET: u32 = 0x4;
const LM_KEY: u32 = 0x80;
const NTLM: u32 = 0x200;
const DOMAIN_SUPPLIED: u32 = 0x1000;
const WORKSTATION_SUPPLIED: u32 = 0x2000;
const TARGET_IS_DOMAIN: u32 = 0x1_0000;
const TARGET_IS_SERVER: u32 = 0x2_0000;
const EXTENDED_SECURITY: u32 = 0x8_0000;
const TARGET_INFO: u32 = 0x80_0000;
const VERSION: u32 = 0x200_0000;
/// What the server agrees to if the client asks for it: signing, sealing, 128 and 56 bits, key exchange.
const AGREED: u32 = UNICODE | OEM | REQUEST_TARGET | 0x10 | 0x20 | LM_KEY | 0x8000 | EXTENDED_SECURITY | 0xe000_0000;

/// The names a machine gives in its challenge.
pub(super) struct Names {
    /// NetBIOS name of its domain; its own if it is in none.
    pub(super) domain: String,
    /// NetBIOS name.
    pub(super) computer: String,
    dns_domain: String,
    dns_computer: String,
    is_member: bool,
    version: [u8; 8],
}

impl Names {
    /// Of a machine: Windows machines are members of the site's domain; the others stand alone, as Samba does.
    pub(super) fn of(identity: &Identity) -> Self {
        let computer = identity.host.to_uppercase();
        let (is_member, version) = match identity.os {
            Os::Windows { major, minor, build, .. } => {
                let [low, high] = build.to_le_bytes();
                (true, [major, minor, low, high, 0, 0, 0, 15])
            }
            // Samba calls itself 6.1, build 0.
            _ => (false, [6, 1, 0, 0, 0, 0, 0, 15]),
        };
        let domain = if is_member { identity.domain.clone() } else { computer.clone() };
        let (dns_domain, dns_computer) = (identity.dns_domain.clone(), identity.fqdn());
        Self { domain, computer, dns_domain, dns_computer, is_member, version }
    }

    /// AV pairs in the order Windows has (2.2.2.1).
    fn pairs(&self, time: u64) -> Vec<u8> {
        let mut out = Vec::new();
        let mut pair = |id: u16, value: &[u8]| {
            out.extend_from_slice(&id.to_le_bytes());
            out.extend_from_slice(&u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
            out.extend_from_slice(value);
        };
        pair(2, &utf16(&self.domain));
        pair(1, &utf16(&self.computer));
        pair(4, &utf16(&self.dns_domain));
        pair(3, &utf16(&self.dns_computer));
        if self.is_member {
            pair(5, &utf16(&self.dns_domain));
        }
        pair(7, &time.to_le_bytes());
        pair(0, &[]);
        out
    }

    /// The challenge message (2.2.1.2) in answer to the flags of a client.
    fn challenge(&self, asked: u32, nonce: [u8; 8], time: u64) -> Vec<u8> {
        let mut flags = (asked & AGREED) | NTLM | TARGET_INFO | VERSION;
        if flags & UNICODE != 0 {
            flags &= !OEM;
        }
        if flags & EXTENDED_SECURITY != 0 {
            flags &= !LM_KEY;
        }
        let mut target = Vec::new();
        if asked & REQUEST_TARGET != 0 {
            flags |= if self.is_member { TARGET_IS_DOMAIN } else { TARGET_IS_SERVER };
            target = if flags & UNICODE != 0 { utf16(&self.domain) } else { self.domain.clone().into_bytes() };
        }
        let info = self.pairs(time);
        let mut out = Vec::with_capacity(56 + target.len() + info.len());
        let field = |out: &mut Vec<u8>, length: usize, offset: usize| {
            let length = u16::try_from(length).unwrap_or(0).to_le_bytes();
            out.extend_from_slice(&length);
            out.extend_from_slice(&length);
            out.extend_from_slice(&u32::try_from(offset).unwrap_or(0).to_le_bytes());
        };
        out.extend_from_slice(SIGNATURE);
        out.extend_from_slice(&2u32.to_le_bytes());
        field(&mut out, target.len(), 56);
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&[0; 8]);
        field(&mut out, info.len(), 56 + target.len());
        out.extend_from_slice(&self.version);
        out.extend_from_slice(&target);
        out.extend_from_slice(&info);
        out
    }
}

/// What a client sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// It asks for a challenge (2.2.1.1).
    Negotiate {
        /// What it can do.
        flags: u32,
        /// Its domain, in its code page.
        domain: Vec<u8>,
        /// Its name, in its code page.
        workstation: Vec<u8>,
    },
    /// It answers one (2.2.1.3).
    Authenticate(Authenticate),
}

/// An answer to a challenge.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Authenticate {
    /// User name: UTF-8, or the bytes of the client's code page.
    pub(super) user: Vec<u8>,
    /// Domain.
    pub(super) domain: Vec<u8>,
    /// The client's name.
    pub(super) workstation: Vec<u8>,
    /// Which form of response; none for an anonymous session.
    pub(super) scheme: Option<&'static str>,
    /// The response itself.
    pub(super) response: Vec<u8>,
}

/// Reads a message.
pub(super) fn parse(bytes: &[u8]) -> Option<Message> {
    if !bytes.starts_with(SIGNATURE) {
        return None;
    }
    // Length, most length, offset (2.2.1).
    let field = |at: usize| -> Option<&[u8]> {
        let mut field = from(bytes, at);
        let (length, _, offset) = (field.u16_le()?, field.u16_le()?, field.u32_le()?);
        from(bytes, offset as usize).take(length.into())
    };
    match from(bytes, 8).u32_le()? {
        1 => {
            let flags = from(bytes, 12).u32_le()?;
            let supplied = |flag: u32, at: usize| {
                if flags & flag != 0 { field(at).unwrap_or_default().to_vec() } else { Vec::new() }
            };
            let (domain, workstation) = (supplied(DOMAIN_SUPPLIED, 16), supplied(WORKSTATION_SUPPLIED, 24));
            Some(Message::Negotiate { flags, domain, workstation })
        }
        3 => {
            let (lm, nt) = (field(12)?, field(20)?);
            // The oldest clients leave the flags out: their text is in a code page then.
            let flags = from(bytes, 60).u32_le().unwrap_or(0);
            let text = |at: usize| -> Option<Vec<u8>> {
                let raw = field(at)?;
                Some(if flags & UNICODE != 0 { from_utf16(raw).into_bytes() } else { raw.to_vec() })
            };
            let scheme = match (lm.len(), nt.len()) {
                (_, 25..) => Some("ntlmv2"),
                (24, 24) if lm.get(8..).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)) => Some("ntlm2-session"),
                (_, 24) => Some("ntlmv1"),
                (24, 0) => Some("lm"),
                (_, 0) => None,
                _ => Some("ntlm"),
            };
            let (user, domain, workstation, response) = (text(36)?, text(28)?, text(44)?, nt.to_vec());
            Some(Message::Authenticate(Authenticate { user, domain, workstation, scheme, response }))
        }
        _ => None,
    }
}

/// What comes of a message.
pub(super) enum Step {
    /// Send this challenge.
    Challenge(Vec<u8>),
    /// The try is written down: refuse it.
    Refused(Authenticate),
    /// Somebody without a name, who tried no password.
    Anonymous,
    /// No message of NTLM.
    Nonsense,
}

/// A response of NTLMv2 to a challenge of ours.
#[derive(Debug)]
struct Response<'a> {
    nonce: [u8; 8],
    answer: &'a Authenticate,
}

impl Proof for Response<'_> {
    /// `NTOWFv2` and `NTProofStr` (3.3.2). The older forms need DES and are not compared.
    fn fits(&self, password: &str) -> bool {
        let Authenticate { user, domain, response, .. } = self.answer;
        let Some((proof, blob)) = response.split_first_chunk::<16>() else { return false };
        let (Ok(user), Ok(domain)) = (str::from_utf8(user), str::from_utf8(domain)) else { return false };
        let mac = |key: &[u8], parts: [&[u8]; 2]| {
            let mut mac = Hmac::<Md5>::new_from_slice(key).ok()?;
            parts.iter().for_each(|part| mac.update(part));
            Some(mac)
        };
        let key = mac(&Md4::digest(utf16(password)), [&utf16(&user.to_uppercase()), &utf16(domain)]);
        key.and_then(|key| mac(&key.finalize().into_bytes(), [&self.nonce, blob]))
            .is_some_and(|mac| mac.verify_slice(proof).is_ok())
    }
}

/// The talk of one connection.
#[derive(Debug, Default)]
pub(super) struct Door {
    /// The last challenge.
    nonce: [u8; 8],
}

impl Door {
    /// Takes one message of a visitor. A try to sign in is on disk when this returns.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub(super) async fn step(&mut self, visit: &Visit, token: &[u8]) -> Result<Step, Gone> {
        match parse(token) {
            Some(Message::Negotiate { flags, domain, workstation }) => {
                // Whoever leaves after this has asked for names and versions and tried nothing.
                visit.reached(Kind::Probe);
                for (key, value) in [("client_domain", &domain), ("workstation", &workstation)] {
                    if !value.is_empty() {
                        visit.note(key, value);
                    }
                }
                self.nonce = random().map_err(|_| Gone)?;
                Ok(Step::Challenge(Names::of(visit.identity()).challenge(flags, self.nonce, filetime())))
            }
            Some(Message::Authenticate(answer)) => {
                if answer.scheme.is_none() && answer.user.is_empty() {
                    visit.reached(Kind::Probe);
                    visit.note("session", b"anonymous");
                    return Ok(Step::Anonymous);
                }
                self.attempt(visit, &answer).await?;
                Ok(Step::Refused(answer))
            }
            None => Ok(Step::Nonsense),
        }
    }

    /// Writes a try to sign in, with its domain and workstation.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub(super) async fn attempt(&self, visit: &Visit, answer: &Authenticate) -> Result<(), Gone> {
        let details: Vec<(&'static str, &[u8])> =
            [("domain", answer.domain.as_slice()), ("workstation", &answer.workstation)]
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect();
        let response = Response { nonce: self.nonce, answer };
        let secret = match answer.scheme {
            Some("ntlmv2") => Secret::Proof("ntlmv2", &response),
            Some(scheme) => Secret::Response(scheme),
            None => Secret::None,
        };
        visit.touch_with(Kind::SignIn, Some(&answer.user), secret, &details).await
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::persona::Kind as PersonaKind;
    use proptest::prelude::*;

    /// A client's answer with a made-up response.
    pub(in crate::protocol) fn authenticate(user: &[u8], domain: &[u8], nt: usize, flags: u32) -> Vec<u8> {
        let values: [&[u8]; 6] =
            [&[0; 24][..if nt == 0 { 0 } else { 24 }], &[7; 300][..nt], domain, user, b"W\0S\0", b""];
        let mut out = [SIGNATURE.as_slice(), &3u32.to_le_bytes()].concat();
        let mut offset = 64u32;
        for value in values {
            let length = u16::try_from(value.len()).expect("short").to_le_bytes();
            out.extend([length, length].concat());
            out.extend(offset.to_le_bytes());
            offset += u32::try_from(value.len()).expect("short");
        }
        out.extend(flags.to_le_bytes());
        out.extend(values.concat());
        out
    }

    fn names() -> Names {
        Names::of(&Identity::new(&[3; 32], PersonaKind::WindowsServer, [10, 0, 0, 5].into()))
    }

    #[test]
    fn the_challenge_carries_names_version_and_time() {
        let names = names();
        let challenge = names.challenge(0xe208_82b7, [9; 8], 77);
        assert_eq!(challenge.get(24..32), Some(&[9; 8][..]));
        let has = |text: &str| {
            let text = utf16(text);
            challenge.windows(text.len()).any(|window| window == text)
        };
        assert!(has(&names.domain) && has(&names.computer) && has(&names.dns_computer));
        assert_eq!(challenge.get(48), Some(&10), "Windows 10 or a server of its time");
        assert!(challenge.ends_with(&[7, 0, 8, 0, 77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        assert_eq!(from(&challenge, 20).u32_le().map(|flags| flags & (UNICODE | OEM)), Some(UNICODE));
    }

    #[test]
    fn answers_are_read_in_unicode_and_in_code_pages() {
        let read = |bytes: &[u8]| match parse(bytes) {
            Some(Message::Authenticate(answer)) => answer,
            other => panic!("{other:?}"),
        };
        let answer = read(&authenticate(&utf16("管理者"), &utf16("HOSP"), 200, UNICODE));
        assert_eq!((answer.user.as_slice(), answer.domain.as_slice()), ("管理者".as_bytes(), &b"HOSP"[..]));
        assert_eq!((answer.workstation.as_slice(), answer.scheme), (&b"WS"[..], Some("ntlmv2")));
        let sjis = encoding_rs::SHIFT_JIS.encode("管理者").0;
        assert_eq!(read(&authenticate(&sjis, b"", 24, 0)).user, sjis.as_ref());
        assert_eq!(read(&authenticate(b"", b"", 0, UNICODE)).scheme, None);
    }

    /// The example of MS-NLMP 4.2.4.
    #[test]
    fn a_response_is_known_by_its_password() {
        let blob = "01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00\
                    01000c005300650072007600650072000000000000000000";
        let response = hex::decode(format!("68cd0ab851e51c96aabc927bebef6a1c{blob}")).expect("hexadecimal");
        let (user, domain) = (b"User".to_vec(), b"Domain".to_vec());
        let answer = Authenticate { user, domain, workstation: Vec::new(), scheme: Some("ntlmv2"), response };
        let response = Response { nonce: [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef], answer: &answer };
        assert!(response.fits("Password") && !response.fits("password"));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0u8..5) {
            let _ = parse(&bytes);
            let _ = parse(&[SIGNATURE.as_slice(), &[kind, 0, 0, 0], &bytes].concat());
        }
    }
}
