//! A directory's export of any bytes is read or refused with a line, and never gives a password away.

#![no_main]

use hakutaku_discovery::{accounts, ldif};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(refused) = ldif::read(data) {
        assert!(!refused.text().is_incomplete(), "a refusal says why");
    }
    if let Err(refused) = accounts::read_accounts(data, "accounts.ldf", None) {
        assert!(!refused.text().is_incomplete(), "a refusal says why");
    }
});
