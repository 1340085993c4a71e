//! The few fields of a packet that matter here.

use std::net::Ipv4Addr;

/// What kind of beginning a packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Opening {
    /// TCP with SYN: a connection begins.
    Syn,
    /// TCP with FIN alone.
    Fin,
    /// TCP without any flag.
    Null,
    /// TCP with FIN, PSH and URG.
    Xmas,
    /// TCP with other flags that belong to no connection.
    Odd,
    /// A UDP datagram.
    Udp,
}

impl Opening {
    /// As written into a touch.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Syn => "syn",
            Self::Fin => "fin",
            Self::Null => "null",
            Self::Xmas => "xmas",
            Self::Odd => "odd",
            Self::Udp => "udp",
        }
    }

    /// Whether it is a datagram.
    #[must_use]
    pub fn is_udp(self) -> bool {
        self == Self::Udp
    }

    /// What TCP flags begin (RFC 9293, 3.1). ACK or RST belong to something that exists, or answer it.
    fn of_flags(flags: u8) -> Option<Self> {
        match flags & 0x3f {
            flags if flags & 0x14 != 0 => None,
            flags if flags & 0x02 != 0 => Some(Self::Syn),
            0 => Some(Self::Null),
            0x01 => Some(Self::Fin),
            0x29 => Some(Self::Xmas),
            _ => Some(Self::Odd),
        }
    }
}

/// The transport header's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// From which port.
    pub source_port: u16,
    /// To which port.
    pub dest_port: u16,
    /// How it begins.
    pub opening: Opening,
}

fn port(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Reads a TCP header (RFC 9293, 3.1). Nothing if it begins nothing.
#[must_use]
pub fn tcp(bytes: &[u8]) -> Option<Header> {
    let opening = Opening::of_flags(*bytes.get(13)?)?;
    Some(Header { source_port: port(bytes, 0)?, dest_port: port(bytes, 2)?, opening })
}

/// Reads a UDP header (RFC 768).
#[must_use]
pub fn udp(bytes: &[u8]) -> Option<Header> {
    let _length = port(bytes, 4)?;
    Some(Header { source_port: port(bytes, 0)?, dest_port: port(bytes, 2)?, opening: Opening::Udp })
}

/// Source, destination and payload of an IPv4 packet (RFC 791, 3.1).
#[must_use]
pub fn ipv4(bytes: &[u8]) -> Option<(Ipv4Addr, Ipv4Addr, &[u8])> {
    let first = *bytes.first()?;
    let header = usize::from(first & 0x0f) * 4;
    // Later fragments carry no transport header.
    if first >> 4 != 4 || header < 20 || port(bytes, 6)? & 0x1fff != 0 {
        return None;
    }
    let address = |at: usize| -> Option<Ipv4Addr> {
        let octets: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(octets.into())
    };
    Some((address(12)?, address(16)?, bytes.get(header..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn segment(flags: u8) -> Vec<u8> {
        let mut bytes = vec![0; 20];
        bytes[0..4].copy_from_slice(&[0x9c, 0x40, 0x01, 0xbd]);
        bytes[13] = flags;
        bytes
    }

    #[test]
    fn only_what_begins_something_is_seen() {
        let read = |flags| tcp(&segment(flags)).map(|header| header.opening);
        for (flags, opening) in [
            (0x02, Opening::Syn),
            (0xc2, Opening::Syn),
            (0x03, Opening::Syn),
            (0x01, Opening::Fin),
            (0x00, Opening::Null),
            (0x29, Opening::Xmas),
            (0x08, Opening::Odd),
        ] {
            assert_eq!(read(flags), Some(opening), "{flags:#x}");
        }
        for flags in [0x12, 0x10, 0x18, 0x04, 0x14, 0x11] {
            assert_eq!(read(flags), None, "{flags:#x}");
        }
        assert_eq!(tcp(&segment(2)).map(|header| (header.source_port, header.dest_port)), Some((40000, 445)));
    }

    #[test]
    fn an_internet_header_with_options_is_skipped_and_fragments_are_left_out() {
        let mut packet = vec![0; 24];
        packet[0] = 0x46;
        packet[12..20].copy_from_slice(&[10, 0, 0, 9, 10, 0, 0, 5]);
        packet.extend_from_slice(&segment(2));
        let (source, dest, payload) = ipv4(&packet).expect("read");
        assert_eq!((source.to_string(), dest.to_string()), ("10.0.0.9".to_owned(), "10.0.0.5".to_owned()));
        assert_eq!(payload, segment(2));
        packet[7] = 1;
        assert_eq!(ipv4(&packet), None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = (tcp(&bytes), udp(&bytes), ipv4(&bytes));
        }
    }
}
