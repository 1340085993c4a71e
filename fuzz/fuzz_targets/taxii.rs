//! Headers and queries of TAXII, and signed webhooks, of any bytes.

#![no_main]

use hakutaku_exchange::taxii::{Filter, accepts, is_taxii};
use hakutaku_exchange::webhook::{Headers, Secret, Seen, verify};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parts: Vec<&str> = text.splitn(4, '\n').collect();
    let part = |n: usize| parts.get(n).copied().unwrap_or_default();
    let _ = (accepts(Some(part(0))), is_taxii(Some(part(0))));
    let _ = Filter::of([(part(0), part(1)), ("match[version]", part(2)), ("next", part(3))]);
    if let Ok(secret) = Secret::of(vec![5; 32]) {
        let headers = Headers { id: part(0), timestamp: part(1), signature: part(2) };
        assert!(verify(headers, part(3).as_bytes(), &[secret], 1_000, &mut Seen::default()).is_err(), "nobody guesses it");
    }
});
