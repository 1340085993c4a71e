//! The binary packet protocol (RFC 4253, 6) and its ciphers: `chacha20-poly1305@openssh.com` (OpenSSH's
//! PROTOCOL.chacha20poly1305), AES-GCM (RFC 5647 as in OpenSSH's PROTOCOL, 1.6) and AES-CTR (RFC 4344) with HMAC (RFC 6668).

use crate::wire::exact;
use aes::{Aes128, Aes192, Aes256};
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use ring::aead::chacha20_poly1305_openssh as chacha;
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use std::io;
use tokio::io::AsyncRead;

/// Longest packet taken (RFC 4253, 6.1 asks for 35000).
const LONGEST: usize = 35_000;
const TAG: usize = 16;

/// Ciphers by name.
pub(super) const CIPHERS: [&str; 6] = [
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
];

/// MACs by name; those that end in `-etm@openssh.com` authenticate the encrypted packet.
pub(super) const MACS: [&str; 6] = [
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-sha1",
];

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Gives key material: the letter of RFC 4253, 7.2 and how much.
pub(super) type Derive<'a> = &'a dyn Fn(u8, usize) -> Vec<u8>;

enum Stream {
    A128(Box<Ctr128BE<Aes128>>),
    A192(Box<Ctr128BE<Aes192>>),
    A256(Box<Ctr128BE<Aes256>>),
}

impl Stream {
    fn apply(&mut self, bytes: &mut [u8]) {
        match self {
            Self::A128(stream) => stream.apply_keystream(bytes),
            Self::A192(stream) => stream.apply_keystream(bytes),
            Self::A256(stream) => stream.apply_keystream(bytes),
        }
    }
}

struct Mac {
    key: hmac::Key,
    length: usize,
    encrypted_first: bool,
}

impl Mac {
    fn new(name: &str, derive: Derive<'_>, letter: u8) -> Option<Self> {
        let (algorithm, length) = match name.strip_suffix("-etm@openssh.com").unwrap_or(name) {
            "hmac-sha2-256" => (hmac::HMAC_SHA256, 32),
            "hmac-sha2-512" => (hmac::HMAC_SHA512, 64),
            "hmac-sha1" => (hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, 20),
            _ => return None,
        };
        let key = hmac::Key::new(algorithm, &derive(letter, length));
        Some(Self { key, length, encrypted_first: name.ends_with("-etm@openssh.com") })
    }

    fn data(sequence: u32, bytes: &[u8]) -> Vec<u8> {
        [&sequence.to_be_bytes(), bytes].concat()
    }
}

struct Gcm {
    key: LessSafeKey,
    nonce: [u8; 12],
}

impl Gcm {
    fn new(algorithm: &'static ring::aead::Algorithm, key: &[u8], nonce: &[u8]) -> Option<Self> {
        let key = LessSafeKey::new(UnboundKey::new(algorithm, key).ok()?);
        Some(Self { key, nonce: nonce.try_into().ok()? })
    }

    /// The nonce of the next packet: four fixed bytes and a counter of eight (RFC 5647, 7.1).
    fn next(&mut self) -> Nonce {
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let mut counter = [0; 8];
        let (_, tail) = self.nonce.split_at_mut(4);
        counter.copy_from_slice(tail);
        tail.copy_from_slice(&u64::from_be_bytes(counter).wrapping_add(1).to_be_bytes());
        nonce
    }
}

enum Keys<C> {
    Clear,
    Chacha(C),
    Gcm(Box<Gcm>),
    Ctr(Stream, Mac),
}

impl<C> Keys<C> {
    /// `letters`: those of the initial vector, the key and the integrity key.
    fn new(
        cipher: &str,
        mac: &str,
        derive: Derive<'_>,
        letters: [u8; 3],
        chacha: impl Fn(&[u8; chacha::KEY_LEN]) -> C,
    ) -> Option<Self> {
        let [vector, key, integrity] = letters;
        let mac = || Mac::new(mac, derive, integrity);
        let vector = |count| derive(vector, count);
        let key = |count| derive(key, count);
        Some(match cipher {
            "chacha20-poly1305@openssh.com" => {
                let material: [u8; chacha::KEY_LEN] = key(chacha::KEY_LEN).try_into().ok()?;
                Self::Chacha(chacha(&material))
            }
            "aes128-gcm@openssh.com" => Self::Gcm(Box::new(Gcm::new(&AES_128_GCM, &key(16), &vector(12))?)),
            "aes256-gcm@openssh.com" => Self::Gcm(Box::new(Gcm::new(&AES_256_GCM, &key(32), &vector(12))?)),
            "aes128-ctr" => {
                Self::Ctr(Stream::A128(Box::new(Ctr128BE::new_from_slices(&key(16), &vector(16)).ok()?)), mac()?)
            }
            "aes192-ctr" => {
                Self::Ctr(Stream::A192(Box::new(Ctr128BE::new_from_slices(&key(24), &vector(16)).ok()?)), mac()?)
            }
            "aes256-ctr" => {
                Self::Ctr(Stream::A256(Box::new(Ctr128BE::new_from_slices(&key(32), &vector(16)).ok()?)), mac()?)
            }
            _ => return None,
        })
    }
}

/// The receiving half.
pub(super) struct Opener {
    keys: Keys<chacha::OpeningKey>,
    /// Number of the next packet.
    pub(super) sequence: u32,
}

/// The sending half.
pub(super) struct Sealer {
    keys: Keys<chacha::SealingKey>,
    /// Number of the next packet.
    pub(super) sequence: u32,
}

fn length(bytes: &[u8]) -> io::Result<usize> {
    let bytes: [u8; 4] = bytes.get(..4).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| bad("no length"))?;
    let length = usize::try_from(u32::from_be_bytes(bytes)).unwrap_or(usize::MAX);
    if (5..=LONGEST).contains(&length) { Ok(length) } else { Err(bad("the length of the packet")) }
}

/// The payload between the padding's length and the padding.
pub(super) fn payload(packet: &[u8]) -> io::Result<Vec<u8>> {
    let (padding, rest) = packet.split_first().ok_or_else(|| bad("an empty packet"))?;
    let count = rest.len().checked_sub(usize::from(*padding)).ok_or_else(|| bad("the padding"))?;
    Ok(rest.get(..count).unwrap_or_default().to_vec())
}

impl Opener {
    pub(super) fn clear() -> Self {
        Self { keys: Keys::Clear, sequence: 0 }
    }

    /// From now on with these keys.
    pub(super) fn change(&mut self, cipher: &str, mac: &str, derive: Derive<'_>) -> Option<()> {
        self.keys = Keys::new(cipher, mac, derive, *b"ACE", chacha::OpeningKey::new)?;
        Some(())
    }

    /// Reads a packet and gives its payload.
    pub(super) async fn read<R: AsyncRead + Unpin>(&mut self, reader: &mut R) -> io::Result<Vec<u8>> {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        match &mut self.keys {
            Keys::Clear => {
                let head = exact(reader, 4, 4).await?;
                payload(&exact(reader, length(&head)?, LONGEST).await?)
            }
            Keys::Chacha(key) => {
                let head: [u8; 4] = exact(reader, 4, 4).await?.try_into().map_err(|_| bad("no length"))?;
                let count = length(&key.decrypt_packet_length(sequence, head))?;
                let mut packet = head.to_vec();
                packet.extend(exact(reader, count, LONGEST).await?);
                let tag: [u8; TAG] = exact(reader, TAG, TAG).await?.try_into().map_err(|_| bad("no tag"))?;
                payload(key.open_in_place(sequence, &mut packet, &tag).map_err(|_| bad("the tag is wrong"))?)
            }
            Keys::Gcm(gcm) => {
                let head = exact(reader, 4, 4).await?;
                let mut packet = exact(reader, length(&head)? + TAG, LONGEST + TAG).await?;
                let nonce = gcm.next();
                let open = gcm.key.open_in_place(nonce, Aad::from(&head), &mut packet);
                payload(open.map_err(|_| bad("the tag is wrong"))?)
            }
            Keys::Ctr(stream, mac) if mac.encrypted_first => {
                let mut packet = exact(reader, 4, 4).await?;
                packet.extend(exact(reader, length(&packet)?, LONGEST).await?);
                let tag = exact(reader, mac.length, mac.length).await?;
                hmac::verify(&mac.key, &Mac::data(sequence, &packet), &tag).map_err(|_| bad("the MAC is wrong"))?;
                let body = packet.get_mut(4..).unwrap_or_default();
                stream.apply(body);
                payload(body)
            }
            Keys::Ctr(stream, mac) => {
                let mut packet = exact(reader, 16, 16).await?;
                stream.apply(&mut packet);
                let rest = length(&packet)?.checked_sub(12).ok_or_else(|| bad("the length of the packet"))?;
                let mut rest = exact(reader, rest, LONGEST).await?;
                let tag = exact(reader, mac.length, mac.length).await?;
                stream.apply(&mut rest);
                packet.extend(rest);
                hmac::verify(&mac.key, &Mac::data(sequence, &packet), &tag).map_err(|_| bad("the MAC is wrong"))?;
                payload(packet.get(4..).unwrap_or_default())
            }
        }
    }
}

impl Sealer {
    pub(super) fn clear() -> Self {
        Self { keys: Keys::Clear, sequence: 0 }
    }

    /// From now on with these keys.
    pub(super) fn change(&mut self, cipher: &str, mac: &str, derive: Derive<'_>) -> Option<()> {
        self.keys = Keys::new(cipher, mac, derive, *b"BDF", chacha::SealingKey::new)?;
        Some(())
    }

    /// The packet of a payload, as it travels.
    pub(super) fn seal(&mut self, payload: &[u8]) -> io::Result<Vec<u8>> {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        let block = if matches!(self.keys, Keys::Ctr(..) | Keys::Gcm(_)) { 16 } else { 8 };
        // What is padded to whole blocks includes the length field only where it is encrypted as part of them.
        let counted = match &self.keys {
            Keys::Clear => 5,
            Keys::Ctr(_, mac) if !mac.encrypted_first => 5,
            _ => 1,
        };
        let mut padding = block - (counted + payload.len()) % block;
        if padding < 4 {
            padding += block;
        }
        let mut packet = Vec::with_capacity(payload.len() + padding + 96);
        packet.extend_from_slice(&u32::try_from(1 + payload.len() + padding).unwrap_or(0).to_be_bytes());
        packet.push(u8::try_from(padding).unwrap_or(0));
        packet.extend_from_slice(payload);
        let mut random = [0; 32];
        if !matches!(self.keys, Keys::Clear) {
            getrandom::fill(&mut random).map_err(io::Error::other)?;
        }
        packet.extend(random.iter().cycle().take(padding));
        match &mut self.keys {
            Keys::Clear => {}
            Keys::Chacha(key) => {
                let mut tag = [0; TAG];
                key.seal_in_place(sequence, &mut packet, &mut tag);
                packet.extend_from_slice(&tag);
            }
            Keys::Gcm(gcm) => {
                let nonce = gcm.next();
                let (head, body) = packet.split_at_mut_checked(4).ok_or_else(|| bad("an empty packet"))?;
                let tag = gcm.key.seal_in_place_separate_tag(nonce, Aad::from(&*head), body);
                let tag = tag.map_err(|_| bad("a packet that cannot be sealed"))?;
                packet.extend_from_slice(tag.as_ref());
            }
            Keys::Ctr(stream, mac) if mac.encrypted_first => {
                stream.apply(packet.get_mut(4..).unwrap_or_default());
                packet.extend_from_slice(hmac::sign(&mac.key, &Mac::data(sequence, &packet)).as_ref());
            }
            Keys::Ctr(stream, mac) => {
                let tag = hmac::sign(&mac.key, &Mac::data(sequence, &packet));
                stream.apply(&mut packet);
                packet.extend_from_slice(tag.as_ref());
            }
        }
        Ok(packet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_packets_are_in_clear_and_lengths_are_checked() {
        let mut sealer = Sealer::clear();
        let packet = sealer.seal(b"hello").expect("sealed");
        assert_eq!(packet.len() % 8, 0);
        assert_eq!(Opener::clear().read(&mut &packet[..]).await.expect("read"), b"hello");
        for wrong in [&b"\xff\xff\xff\xff"[..], b"\0\0\0\x01\0", b"\0\0\0\x05\x09hell", b"\0\0"] {
            assert!(Opener::clear().read(&mut &wrong[..]).await.is_err());
        }
    }
}
