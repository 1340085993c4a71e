//! How fast each decoy answers, alone and while another is guessed at without a pause.

use crate::Outcome;
use crate::brute::{Brute, Guess};
use crate::sensor::Sensor;
use crate::table::{Budget, Sample, Table};
use crate::talk::{doors, visit};
use std::collections::BTreeMap;
use std::time::Duration;

const ROUNDS: usize = 200;

/// Visits every decoy in turn, many times.
pub(crate) fn rounds(sensor: &Sensor, count: usize) -> Outcome<BTreeMap<&'static str, Sample>> {
    let mut samples: BTreeMap<&'static str, Sample> = BTreeMap::new();
    let doors = doors()?;
    for round in 0..count + 3 {
        for (protocol, _, way) in &doors {
            let took = visit(sensor.address(protocol)?, way).map_err(|error| format!("{protocol}: {error}"))?;
            // The first rounds make certificates and the like.
            if round >= 3 {
                samples.entry(protocol).or_default().add(took);
            }
        }
        // No more than fifty datagrams a second are answered to one source.
        std::thread::sleep(Duration::from_millis(25));
    }
    Ok(samples)
}

/// Prints one row for each decoy.
pub(crate) fn print(table: &mut Table, while_what: &str, samples: &BTreeMap<&'static str, Sample>) {
    for (protocol, sample) in samples {
        table.sample(&format!("decoy: visit of {protocol}"), while_what, sample, Budget::Both(20, 20));
    }
}

pub(crate) fn run(table: &mut Table) -> Outcome {
    let sensor = Sensor::start()?;
    let alone = rounds(&sensor, ROUNDS)?;
    print(table, "alone", &alone);
    for (protocol, guess, words) in [
        ("telnet", Guess::Telnet(b"login: "), "Telnet guessed at"),
        ("ssh", Guess::Ssh, "SSH guessed at"),
        ("http", Guess::Http, "HTTP guessed at"),
    ] {
        let brute = Brute::begin(guess, sensor.address(protocol)?);
        let during = rounds(&sensor, ROUNDS)?;
        let rate = brute.end();
        table.note(&format!("decoy: {words}: {rate:.0} guesses a second answered, 16 guessers"));
        print(table, words, &during);
        for (protocol, sample) in &during {
            if let Some(before) = alone.get(protocol) {
                table.ratio(&format!("{protocol}: median against alone"), sample, before);
            }
        }
    }
    Ok(())
}
