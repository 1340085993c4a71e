//! A line of any bytes is a touch or refused; a line that was changed in any way is never taken for the sensor's.
//!
//! Random bytes seldom make a touch. An input starting with `P` is therefore changes to a good line: pairs of a place and
//! a byte.

#![no_main]

use ed25519_dalek::SigningKey;
use hakutaku_model::id::SensorId;
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Chain, Kind, SignedTouch, Touch, TouchId};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const SENSOR: SensorId = SensorId(uuid::Uuid::from_u128(7));

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[7; 32]));

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    Touch {
        id: TouchId { sensor: SENSOR, number: 1 },
        sensor: SENSOR,
        time: Ts::from_micros(1_700_000_000_000_000),
        protocol: "ssh".to_owned(),
        persona: "linux-server".to_owned(),
        source_ip: [10, 0, 0, 9].into(),
        source_port: 40_000,
        dest_port: 22,
        kind: Kind::SignIn,
        user: Some("管理者".to_owned()),
        secret_hash: Some("00".repeat(16)),
        detail: BTreeMap::from([("client".to_owned(), "2.0-Go".to_owned())]),
        previous: Hash::ZERO,
    }
    .sign(&KEY)
});

fuzz_target!(|data: &[u8]| {
    let line = match data {
        [b'P', changes @ ..] => {
            let mut line = GOOD.clone();
            for change in changes.chunks_exact(3).take(8) {
                let place = (usize::from(change[0]) << 8 | usize::from(change[1])) % line.len();
                line[place] = change[2];
            }
            line
        }
        other => other.to_vec(),
    };
    let mut chain = Chain::new(SENSOR);
    let before = chain;
    match chain.check(&line, &KEY.verifying_key()) {
        Ok(_) => assert_eq!(line, *GOOD, "only the sensor's own line is its line"),
        Err(reason) => {
            assert_eq!(chain, before, "a refused line moves nothing");
            assert!(!reason.to_string().is_empty());
        }
    }
    // Whatever can be read can be written, and read again as the same.
    if let Ok(read) = serde_json::from_slice::<SignedTouch>(&line) {
        let again: SignedTouch = serde_json::from_slice(&read.line()).expect("its own line");
        assert_eq!(again, read);
    }
});
