//! What the targets share.

use hakutaku_decoy::protocol::fuzzing;

/// A target of its own for one protocol's parsers, so that each has its own coverage and corpus.
#[macro_export]
macro_rules! protocol {
    ($name:literal) => {
        ::libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::parse($name, data));
    };
}

/// Runs a protocol's parsers over some bytes.
///
/// # Panics
/// If there is no protocol of this name, or a parser breaks a promise of its own.
pub fn parse(name: &str, data: &[u8]) {
    let (_, parse) = fuzzing::ALL.iter().find(|(known, _)| *known == name).expect("a protocol of this name");
    parse(data);
}
