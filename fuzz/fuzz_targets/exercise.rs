//! A scenario file of any bytes is read or refused with one line; what is read is checked, and what the check passes can be
//! played and listed, never with a panic and never without end.
//!
//! Random bytes seldom make a scenario. An input starting with `P` is therefore pairs of places: in the good scenario, the
//! words of a line are put in the place of those of another.

#![no_main]

use hakutaku_catalog::{read_exercise, read_exercise_bytes};
use hakutaku_model::exercise::{SIMULATED_START, can_be_played, check, paths, simulate};
use libfuzzer_sys::fuzz_target;

const GOOD: &str = include_str!("../../crates/model/src/exercise/testing/clinic.json");

fuzz_target!(|data: &[u8]| {
    let read = match data {
        [b'P', places @ ..] => read_exercise(&shuffled(places)),
        other => read_exercise_bytes(other),
    };
    let scenario = match read {
        Ok(scenario) => scenario,
        Err(refused) => {
            assert!(!refused.to_string().contains('\n'), "a refusal is one line");
            return;
        }
    };
    let findings = check(&scenario, None);
    if !can_be_played(&findings) {
        return;
    }
    assert!(!paths(&scenario).paths.is_empty());
    let played = simulate(&scenario, data.len() as u64, SIMULATED_START);
    assert!(hakutaku_model::room::verify(&played.journal.entries).is_ok());
});

/// The good scenario with some of its words in each other's places.
fn shuffled(places: &[u8]) -> String {
    let mut words: Vec<&str> = GOOD.split_inclusive([' ', ',', '"']).collect();
    for pair in places.chunks_exact(4).take(6) {
        let at = |high: u8, low: u8| (usize::from(high) << 8 | usize::from(low)) % words.len();
        let (from, to) = (at(pair[0], pair[1]), at(pair[2], pair[3]));
        words[to] = words[from];
    }
    words.concat()
}
