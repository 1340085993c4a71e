//! A configuration of any text is taken or refused with lines, each of which says something; never with a panic.

#![no_main]

use hakutaku_decoy::config::{Config, Network};
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(network) = Network::parse(text.trim()) {
        let _ = network.holds(IpAddr::from([10, 0, 0, 9])) || network.holds(IpAddr::from([0u16; 8]));
    }
    match Config::parse(text) {
        Ok(config) => {
            let day = "2026-11-22".parse().expect("a day");
            let _ = config.noise_of(IpAddr::from([10, 0, 0, 9]), day);
            let limits = &config.limits;
            let _ = (limits.idle(), limits.visit(), limits.settle());
        }
        Err(wrong) => {
            assert!(!wrong.0.is_empty() && wrong.0.iter().all(|line| !line.trim().is_empty()), "a refusal says why");
        }
    }
});
