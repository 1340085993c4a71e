//! Key exchange: what is offered, what is chosen, and the exchange itself (RFC 4253, 7 and 8; RFC 5656, 4; RFC 8731).

use super::cipher::{CIPHERS, MACS};
use super::data::{mpint, string};
use super::group;
use crate::persona::{Identity, Os};
use crate::protocol::octets::Octets;
use ed25519_dalek::{Signer as _, SigningKey};
use ring::agreement::{self, ECDH_P256, ECDH_P384, EphemeralPrivateKey, UnparsedPublicKey, X25519};
use ring::digest::{self, SHA256, SHA384, SHA512};
use ring::rand::SystemRandom;

/// Message numbers.
pub(super) const KEXINIT: u8 = 20;
const KEX_ECDH_REPLY: u8 = 31;
/// Said in the list of exchanges: sequence numbers begin anew with new keys (OpenSSH's PROTOCOL, 1.10).
const STRICT_CLIENT: &[u8] = b"kex-strict-c-v00@openssh.com";

/// The exchanges done here.
const DONE: [&str; 6] = [
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group16-sha512",
];

/// What a server program offers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family {
    /// After `SSH-2.0-`.
    pub(super) identification: &'static str,
    /// Exchanges in its order. What is not in [`DONE`] is named because the real one names it; clients prefer the others.
    exchanges: &'static str,
    macs: &'static [&'static str],
    ciphers: &'static [&'static str],
    compressions: &'static str,
    /// Sent after the exchange (RFC 8308), for clients that ask.
    pub(super) signature_algorithms: Option<&'static str>,
    /// Whether keys may be bound to the host (OpenSSH 8.9 and later).
    pub(super) is_hostbound: bool,
    /// Failed tries before the door closes.
    pub(super) tries: u32,
    /// Whether it says so in OpenSSH's words.
    pub(super) is_openssh: bool,
}

const OPENSSH_EXCHANGES: &str = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256,kex-strict-s-v00@openssh.com";
const OLD_SIGNATURES: &str = "ssh-ed25519,sk-ssh-ed25519@openssh.com,ssh-rsa,rsa-sha2-256,rsa-sha2-512,ssh-dss,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com";
const NEW_SIGNATURES: &str = "ssh-ed25519,sk-ssh-ed25519@openssh.com,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ecdsa-sha2-nistp256@openssh.com,webauthn-sk-ecdsa-sha2-nistp256@openssh.com,ssh-dss,ssh-rsa,rsa-sha2-256,rsa-sha2-512";

impl Family {
    /// The program a machine of this system runs.
    pub(super) fn of(identity: &Identity) -> Self {
        let openssh = |identification, is_hostbound| Self {
            identification,
            exchanges: OPENSSH_EXCHANGES,
            macs: &MACS,
            ciphers: &CIPHERS,
            compressions: "none,zlib@openssh.com",
            signature_algorithms: Some(if is_hostbound { NEW_SIGNATURES } else { OLD_SIGNATURES }),
            is_hostbound,
            tries: 6,
            is_openssh: true,
        };
        match identity.os {
            Os::Linux { ssh, .. } => openssh(ssh, !ssh.starts_with("OpenSSH_8.4")),
            Os::Windows { build, .. } if build < 17_763 => openssh("OpenSSH_for_Windows_7.7", false),
            Os::Windows { .. } => openssh("OpenSSH_for_Windows_8.1", false),
            Os::Embedded => Self {
                identification: *identity
                    .pick("dropbear", &["dropbear_2018.76", "dropbear_2019.78", "dropbear_2020.81"]),
                exchanges: "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp521,ecdh-sha2-nistp384,ecdh-sha2-nistp256,diffie-hellman-group14-sha256,kexguess2@matt.ucc.asn.au",
                macs: &["hmac-sha1", "hmac-sha2-256"],
                ciphers: &["aes128-ctr", "aes256-ctr"],
                compressions: "zlib@openssh.com,none",
                signature_algorithms: None,
                is_hostbound: false,
                tries: 10,
                is_openssh: false,
            },
        }
    }

    fn is_strict(&self) -> bool {
        self.exchanges.contains("kex-strict-s")
    }

    /// Our KEXINIT (RFC 4253, 7.1).
    pub(super) fn init(&self, cookie: &[u8; 16]) -> Vec<u8> {
        let mut out = vec![KEXINIT];
        out.extend_from_slice(cookie);
        let (ciphers, macs) = (self.ciphers.join(","), self.macs.join(","));
        for list in [
            self.exchanges,
            "ecdsa-sha2-nistp256,ssh-ed25519",
            &ciphers,
            &ciphers,
            &macs,
            &macs,
            self.compressions,
            self.compressions,
            "",
            "",
        ] {
            string(&mut out, list.as_bytes());
        }
        out.extend_from_slice(&[0; 5]);
        out
    }
}

/// The client's KEXINIT.
pub(super) struct Offer<'a> {
    lists: [&'a [u8]; 10],
    follows: bool,
}

/// Reads a KEXINIT.
pub(super) fn offer(payload: &[u8]) -> Option<Offer<'_>> {
    let mut reader = Octets(payload);
    (reader.u8()? == KEXINIT).then_some(())?;
    reader.take(16)?;
    let mut lists = [&b""[..]; 10];
    for list in &mut lists {
        *list = reader.counted()?;
    }
    Some(Offer { lists, follows: reader.u8()? != 0 })
}

fn names(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|byte| *byte == b',')
}

/// What both sides will use.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) exchange: &'static str,
    pub(super) host_key: &'static str,
    pub(super) ciphers: [&'static str; 2],
    pub(super) macs: [&'static str; 2],
    /// The client's first packet was made for another exchange and must be skipped.
    pub(super) skip: bool,
    pub(super) strict: bool,
    pub(super) wants_extensions: bool,
}

impl Offer<'_> {
    /// The first of the client's names that is ours too (RFC 4253, 7.1). Nothing if there is none.
    pub(super) fn choose(&self, family: &Family) -> Option<Chosen> {
        let [exchanges, host_keys, to_server, to_client, macs_to_server, macs_to_client, ..] = self.lists;
        let first = |list: &[u8], ours: &[&'static str]| -> Option<&'static str> {
            names(list).find_map(|name| ours.iter().find(|our| our.as_bytes() == name)).copied()
        };
        let exchange = first(exchanges, &DONE)?;
        let host_key = first(host_keys, &["ecdsa-sha2-nistp256", "ssh-ed25519"])?;
        let ciphers = [first(to_server, family.ciphers)?, first(to_client, family.ciphers)?];
        // An authenticated cipher needs no MAC, and then none must be in common.
        let mac = |cipher: &str, list| first(list, family.macs).or((!cipher.ends_with("-ctr")).then_some(""));
        let [there, back] = ciphers;
        let guessed = names(exchanges).next() == Some(exchange.as_bytes())
            && names(host_keys).next() == Some(host_key.as_bytes());
        Some(Chosen {
            exchange,
            host_key,
            ciphers,
            macs: [mac(there, macs_to_server)?, mac(back, macs_to_client)?],
            skip: self.follows && !guessed,
            strict: family.is_strict() && names(exchanges).any(|name| name == STRICT_CLIENT),
            wants_extensions: names(exchanges).any(|name| name == b"ext-info-c"),
        })
    }
}

/// Texts both sides hash (RFC 4253, 8).
pub(super) struct Transcript<'a> {
    pub(super) client_version: &'a [u8],
    pub(super) server_version: &'a [u8],
    pub(super) client_init: &'a [u8],
    pub(super) server_init: &'a [u8],
}

/// What an exchange brings.
pub(super) struct Exchanged {
    /// KEX_ECDH_REPLY.
    pub(super) reply: Vec<u8>,
    /// The exchange hash; as there is only one exchange, the session's id too.
    hash: Vec<u8>,
    secret: Vec<u8>,
    algorithm: &'static digest::Algorithm,
}

/// Our public value and the shared secret, both as they are hashed: a curve's public value as a string of bytes, a group's
/// as the bytes of an `mpint`.
fn agree(exchange: &str, theirs: &[u8]) -> Option<(Vec<u8>, Vec<u8>, &'static digest::Algorithm)> {
    let number = |bytes: &[u8]| {
        let mut out = Vec::new();
        mpint(&mut out, bytes);
        out
    };
    let (curve, algorithm): (&'static agreement::Algorithm, _) = match exchange {
        "ecdh-sha2-nistp256" => (&ECDH_P256, &SHA256),
        "ecdh-sha2-nistp384" => (&ECDH_P384, &SHA384),
        name if name.starts_with("diffie-hellman") => {
            let (public, secret) = group::agree(name, theirs)?;
            let algorithm = if name.ends_with("sha512") { &SHA512 } else { &SHA256 };
            return Some((number(&public).split_off(4), number(&secret), algorithm));
        }
        _ => (&X25519, &SHA256),
    };
    let private = EphemeralPrivateKey::generate(curve, &SystemRandom::new()).ok()?;
    let public = private.compute_public_key().ok()?.as_ref().to_vec();
    let secret = agreement::agree_ephemeral(private, &UnparsedPublicKey::new(curve, theirs), number).ok()?;
    Some((public, secret, algorithm))
}

/// Answers the client's public value (RFC 5656, 4).
pub(super) fn exchange(
    chosen: &Chosen,
    identity: &Identity,
    transcript: &Transcript<'_>,
    client_public: &[u8],
) -> Option<Exchanged> {
    let (public, secret, algorithm) = agree(chosen.exchange, client_public)?;
    let key = HostKey::of(identity, chosen.host_key)?;
    let blob = key.blob();
    let mut hashed = Vec::new();
    for part in [
        transcript.client_version,
        transcript.server_version,
        transcript.client_init,
        transcript.server_init,
        &blob,
        client_public,
        &public,
    ] {
        string(&mut hashed, part);
    }
    hashed.extend_from_slice(&secret);
    let hash = digest::digest(algorithm, &hashed).as_ref().to_vec();
    let mut reply = vec![KEX_ECDH_REPLY];
    string(&mut reply, &blob);
    string(&mut reply, &public);
    string(&mut reply, &key.sign(&hash));
    Some(Exchanged { reply, hash, secret, algorithm })
}

impl Exchanged {
    /// Key material (RFC 4253, 7.2).
    pub(super) fn derive(&self, letter: u8, count: usize) -> Vec<u8> {
        let digest = |parts: &[&[u8]]| digest::digest(self.algorithm, &parts.concat()).as_ref().to_vec();
        let mut out = digest(&[&self.secret, &self.hash, &[letter], &self.hash]);
        while out.len() < count {
            let more = digest(&[&self.secret, &self.hash, &out]);
            out.extend(more);
        }
        out.truncate(count);
        out
    }
}

/// A machine's host key: derived, so that it is the same after a restart and nowhere else.
enum HostKey {
    Ed25519(Box<SigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
}

impl HostKey {
    fn of(identity: &Identity, name: &str) -> Option<Self> {
        if name == "ssh-ed25519" {
            return Some(Self::Ed25519(Box::new(SigningKey::from_bytes(&identity.derive("ssh-ed25519")))));
        }
        // A value that is no scalar of the curve is one in 2^32 or rarer; the next then is.
        let mut seeds = (0..8).map(|turn| identity.derive(&format!("ssh-ecdsa-{turn}")));
        seeds.find_map(|seed| p256::ecdsa::SigningKey::from_slice(&seed).ok()).map(|key| Self::P256(Box::new(key)))
    }

    /// The public key (RFC 8709, 4; RFC 5656, 3.1).
    fn blob(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Ed25519(key) => {
                string(&mut out, b"ssh-ed25519");
                string(&mut out, key.verifying_key().as_bytes());
            }
            Self::P256(key) => {
                string(&mut out, b"ecdsa-sha2-nistp256");
                string(&mut out, b"nistp256");
                string(&mut out, key.verifying_key().to_sec1_point(false).as_bytes());
            }
        }
        out
    }

    /// A signature (RFC 8709, 6; RFC 5656, 3.1.2).
    fn sign(&self, hash: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Ed25519(key) => {
                string(&mut out, b"ssh-ed25519");
                string(&mut out, &key.sign(hash).to_bytes());
            }
            Self::P256(key) => {
                use p256::ecdsa::signature::Signer as _;
                let signature: p256::ecdsa::Signature = key.sign(hash);
                let (r, s) = signature.split_bytes();
                let mut numbers = Vec::new();
                mpint(&mut numbers, &r);
                mpint(&mut numbers, &s);
                string(&mut out, b"ecdsa-sha2-nistp256");
                string(&mut out, &numbers);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::Kind;
    use std::net::IpAddr;

    fn identity(site: u8) -> Identity {
        Identity::new(&[site; 32], Kind::LinuxServer, IpAddr::from([10, 0, 0, 5]))
    }

    #[test]
    fn host_keys_stay_and_differ_from_site_to_site() {
        for name in ["ssh-ed25519", "ecdsa-sha2-nistp256"] {
            let blob = |site| HostKey::of(&identity(site), name).expect("key").blob();
            assert_eq!(blob(1), blob(1));
            assert_ne!(blob(1), blob(2));
        }
    }

    #[test]
    fn the_clients_order_decides() {
        let family = Family::of(&identity(1));
        let mut init = vec![KEXINIT];
        init.extend_from_slice(&[0; 16]);
        for list in [
            "sntrup761x25519-sha512@openssh.com,ecdh-sha2-nistp384,curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com",
            "ssh-rsa,ssh-ed25519,ecdsa-sha2-nistp256",
            "aes256-ctr,chacha20-poly1305@openssh.com",
            "aes128-gcm@openssh.com",
            "hmac-sha2-512",
            "unknown",
            "none",
            "none",
            "",
            "",
        ] {
            string(&mut init, list.as_bytes());
        }
        init.extend_from_slice(&[1, 0, 0, 0, 0]);
        let chosen = offer(&init).expect("read").choose(&family).expect("in common");
        assert_eq!(chosen.exchange, "ecdh-sha2-nistp384");
        assert_eq!((chosen.host_key, chosen.ciphers), ("ssh-ed25519", ["aes256-ctr", "aes128-gcm@openssh.com"]));
        assert_eq!(chosen.macs, ["hmac-sha2-512", ""]);
        assert!(chosen.skip && chosen.strict && chosen.wants_extensions);
    }
}
