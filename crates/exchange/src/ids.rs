//! Ids that follow from what they name.

use serde_json::Value;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The namespace of ids of cyber observables (STIX 2.1, section 2.9).
pub const OBSERVABLES: Uuid = Uuid::from_u128(0x00ab_edb4_aa42_466c_9c01_fed2_3315_a9b7);
/// Our own namespace for everything else: STIX forbids its own for these (section 2.9). Drawn once at random.
pub const OWN: Uuid = Uuid::from_u128(0xfaa4_6975_58ab_4103_90e2_a299_d4bc_7ef9);

/// A UUID of version 5 (RFC 9562, section 5.5).
#[must_use]
pub fn version5(namespace: Uuid, name: &[u8]) -> Uuid {
    let digest = Sha1::new().chain_update(namespace.as_bytes()).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_sha1_bytes(bytes).into_uuid()
}

/// The UUID of something of ours. Parts are kept apart, so that `a` + `bc` is not `ab` + `c`.
#[must_use]
pub fn own(parts: &[&str]) -> Uuid {
    let mut name = Vec::new();
    for part in parts {
        name.extend_from_slice(&(part.len() as u64).to_be_bytes());
        name.extend_from_slice(part.as_bytes());
    }
    version5(OWN, &name)
}

/// The id of a cyber observable from the properties that contribute to it, in the canonical form of RFC 8785.
#[must_use]
pub fn observable(kind: &str, contributing: &BTreeMap<&str, Value>) -> String {
    // Keys sorted, no spaces, strings escaped as ECMAScript does: for strings, whole numbers and lists that is RFC 8785.
    let canonical = serde_json::to_vec(contributing).unwrap_or_default();
    format!("{kind}--{}", version5(OBSERVABLES, &canonical))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_the_id_that_everybody_gives_it() {
        // Reckoned with Python's uuid.uuid5 over `{"value":"198.51.100.3"}`.
        let id = observable("ipv4-addr", &BTreeMap::from([("value", Value::from("198.51.100.3"))]));
        assert_eq!(id, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    }

    #[test]
    fn parts_are_kept_apart() {
        assert_ne!(own(&["a", "bc"]), own(&["ab", "c"]));
        assert_eq!(own(&["a", "bc"]), own(&["a", "bc"]));
        assert_eq!(own(&["x"]).get_version_num(), 5);
    }
}
