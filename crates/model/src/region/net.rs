//! Addresses: prefixes as people write them, and when two touches have the same source.

use crate::id::FacilityId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses: `10.1.0.0/16`, `2001:db8::/64`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Prefix {
    network: IpAddr,
    length: u8,
}

/// Why a text is no [`Prefix`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a network is written as an address, or an address, a slash and a length")]
pub struct NoPrefix;

impl Prefix {
    /// The prefix of this length around an address; `None` when the address has not that many bits.
    #[must_use]
    pub fn new(address: IpAddr, length: u8) -> Option<Self> {
        let address = address.to_canonical();
        (length <= bits(address)).then(|| Self { network: masked(address, length), length })
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4() && masked(address, self.length) == self.network
    }

    /// How many leading bits are fixed.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// The first address.
    #[must_use]
    pub fn network(&self) -> IpAddr {
        self.network
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.length == bits(self.network) {
            self.network.fmt(f)
        } else {
            write!(f, "{}/{}", self.network, self.length)
        }
    }
}

impl FromStr for Prefix {
    type Err = NoPrefix;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, length) = match text.trim().split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoPrefix)?;
        let length = match length {
            Some(length) => length.parse().map_err(|_| NoPrefix)?,
            None => bits(address.to_canonical()),
        };
        Self::new(address, length).ok_or(NoPrefix)
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.to_string()
    }
}

impl TryFrom<String> for Prefix {
    type Error = NoPrefix;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Whom a touch comes from, so that equal values mean the same visitor.
///
/// A private address means something only inside one house: 192.168.1.10 here and there are two devices, unless the address
/// belongs to the network that the members share. Of IPv6 the first 64 bits count: the rest is the visitor's to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Source {
    /// Known everywhere under this address.
    Everywhere {
        /// The address, or the /64 of IPv6.
        prefix: Prefix,
    },
    /// An address of the network that the members of the region share.
    Shared {
        /// The address.
        address: IpAddr,
    },
    /// A device inside one facility.
    Inside {
        /// The facility.
        facility: FacilityId,
        /// Its address there.
        address: IpAddr,
    },
}

impl Source {
    /// Of a touch at a facility; `shared` says whether the address belongs to the network the members share.
    #[must_use]
    pub fn of(address: IpAddr, facility: FacilityId, shared: bool) -> Self {
        let address = address.to_canonical();
        if shared {
            return Self::Shared { address };
        }
        let length = if address.is_ipv4() { 32 } else { 64 };
        match Prefix::new(address, length).filter(|_| !is_local(address)) {
            Some(prefix) => Self::Everywhere { prefix },
            None => Self::Inside { facility, address },
        }
    }

    /// The address as it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Everywhere { prefix } => prefix.to_string(),
            Self::Shared { address } | Self::Inside { address, .. } => address.to_string(),
        }
    }
}

/// Whether an address means something only inside a house: private use (RFC 1918, RFC 4193), carrier-grade NAT (RFC 6598),
/// link-local, loopback and the like.
#[must_use]
pub fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private()
                || v4.is_link_local()
                || v4.is_loopback()
                || v4.is_unspecified()
                || v4.is_multicast()
                || v4.is_broadcast()
                || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(v6) => {
            v6.is_unique_local()
                || v6.is_unicast_link_local()
                || v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn house(n: u128) -> FacilityId {
        FacilityId(Uuid::from_u128(n))
    }

    #[test]
    fn a_prefix_is_read_and_written_as_people_write_it() {
        for (text, shown) in
            [("10.1.2.3/16", "10.1.0.0/16"), (" 192.0.2.7 ", "192.0.2.7"), ("2001:db8::1/64", "2001:db8::/64")]
        {
            assert_eq!(text.parse::<Prefix>().expect("a prefix").to_string(), shown);
        }
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "a/b"] {
            assert_eq!(text.parse::<Prefix>(), Err(NoPrefix), "{text}");
        }
        assert!("0.0.0.0/0".parse::<Prefix>().expect("all").contains(ip("203.0.113.9")));
        assert!("10.0.0.0/8".parse::<Prefix>().expect("ten").contains(ip("::ffff:10.9.8.7")));
    }

    #[test]
    fn a_private_address_in_two_houses_is_two_devices_and_a_public_one_is_one_visitor() {
        let private = ip("192.168.1.10");
        assert_ne!(Source::of(private, house(1), false), Source::of(private, house(2), false));
        assert_eq!(Source::of(private, house(1), true), Source::of(private, house(2), true));
        let public = ip("203.0.113.5");
        assert_eq!(Source::of(public, house(1), false), Source::of(public, house(2), false));
        assert_eq!(
            Source::of(ip("2001:db8:1:2::a"), house(1), false),
            Source::of(ip("2001:db8:1:2::b"), house(2), false)
        );
        assert_ne!(Source::of(ip("100.64.0.1"), house(1), false), Source::of(ip("100.64.0.1"), house(2), false));
    }

    proptest! {
        #[test]
        fn a_prefix_holds_the_address_it_was_made_of(bits in any::<u128>(), length in 0u8..=128, four in any::<bool>()) {
            let address = if four {
                IpAddr::V4(Ipv4Addr::from_bits((bits >> 96) as u32))
            } else {
                IpAddr::V6(Ipv6Addr::from_bits(bits))
            };
            if let Some(prefix) = Prefix::new(address, length) {
                prop_assert!(prefix.contains(address));
                prop_assert_eq!(prefix.to_string().parse::<Prefix>(), Ok(prefix));
            }
        }
    }
}
