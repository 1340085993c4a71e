//! A bundle, a pattern and an object of any bytes are read or refused in words.

#![no_main]

use hakutaku_exchange::stix::{self, pattern};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match stix::read(data) {
        Ok(read) => assert!(read.verdicts.iter().all(|one| !one.words.is_incomplete()), "each object is spoken of"),
        Err(refused) => assert!(!refused.text().is_incomplete(), "a refusal says why"),
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = pattern::read(text);
    }
});
