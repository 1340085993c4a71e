//! An advisory and a version of any bytes are read or refused in words.

#![no_main]

use hakutaku_exchange::csaf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match csaf::read(data) {
        Ok(read) => assert!(read.verdicts.iter().all(|one| !one.words.is_incomplete()), "each product is spoken of"),
        Err(refused) => assert!(refused.texts().iter().all(|text| !text.is_incomplete()), "a refusal says why"),
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let (product, version) = text.split_once('\n').unwrap_or(("", text));
        assert!(!csaf::range(version, product).versions.is_empty());
    }
});
