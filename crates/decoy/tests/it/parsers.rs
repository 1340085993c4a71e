//! Every parser over messages that are nearly right.

use hakutaku_decoy::protocol::fuzzing;
use proptest::prelude::*;

/// Beginnings that reach far into the parsers.
const SEEDS: &[&[u8]] = &[
    b"\x81\x0a\x00\x11\x01\x04\x00\x05\x01\x0c\x0c\x02\x3f\xff\xff\x19\x4b",
    b"\x81\x0b\x00\x0c\x01\x20\xff\xff\x00\xff\x10\x08",
    b"\x00\x01\x00\x00ANY-SCP         ECHOSCU         \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\x00\x00\x151.2.840.10008.3.1.1.1\x20\x00\x00\x2e\x01\x00\x00\x00\x30\x00\x00\x111.2.840.10008.1.1\x40\x00\x00\x111.2.840.10008.1.2\x50\x00\x00\x12\x58\x00\x00\x0e\x02\x00\x00\x04user\x00\x04pass",
    b"\x00\x00\x00\x08\x01\x03abcdef\x00\x00\x00\x04\x01\x02gh",
    b"\x00\x00\x02\x00\x02\x00\x00\x001\x00\x00\x00\x00\x01\x02\x00\x00\x00\x30\x00\x00\x00\x00\x08\x02\x00\x00\x00\x01\x01",
    b"\x08\x00\x52\x00CS\x06\x00STUDY \x40\x00\x00\x01SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff\x08\x00\x60\x00CS\x02\x00CT",
    b"\x0bMSH|^~\\&|LAB|HOSP|GW|HOSP|20260401||ORU^R01^ORU_R01|MSG1|P|2.5||||||~ISO IR87\rPID|1\r\x1c\r",
    b"\x2b\x0e\x04\x02",
    b"\x03\x00\x10\x00\x08",
    b"\x23\x00\x06\xec\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08",
    b"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP h;rport;branch=1\r\nFrom: <sip:2@h>;tag=1\r\nTo: \"x\" <sip:1@h>\r\nAuthorization: Digest username=\"a\\\"b\", realm=c, nonce=\"\"\r\nContent-Length: 5\r\n\r\nabcde",
    b"\x00\x01boot.cfg\x00octet\x00blksize\x001428\x00",
];

/// A protocol without a fuzz target of its own would be tried by nobody.
#[test]
fn every_parser_has_a_fuzz_target() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("the manifest of the targets");
    for (name, _) in fuzzing::ALL {
        let path = format!("fuzz_targets/decoy/{name}.rs");
        let target = std::fs::read_to_string(folder.join(&path)).expect(&path);
        assert!(target.contains(&format!("hakutaku_fuzz::protocol!(\"{name}\");")), "{path}");
        assert!(manifest.contains(&format!("name = \"decoy_{name}\"\npath = \"{path}\"")), "{path} is in no [[bin]]");
    }
    let targets = std::fs::read_dir(folder.join("fuzz_targets/decoy")).expect("the folder").count();
    assert_eq!(targets, fuzzing::ALL.len(), "a target of a protocol that is no more");
}

proptest! {
    #[test]
    fn nearly_right_messages_are_read_or_refused(
        seed in prop::sample::select(SEEDS),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        more in prop::collection::vec(any::<u8>(), 0..40),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = seed.to_vec();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes.extend(more);
        for (_, parse) in fuzzing::ALL {
            parse(&bytes);
        }
    }
}
