//! How fast each decoy answers, alone and while another is guessed at without a pause.

use crate::Outcome;
use crate::brute::{Brute, Guess};
use crate::sensor::Sensor;
use crate::table::{Budget, Sample, Table};
use crate::talk::{Step, Way, doors, visit};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

const ROUNDS: usize = 200;
/// Visits that may stay without an answer (a datagram may be lost; each is said).
const UNANSWERED: usize = 20;
/// The name of the row that shows what the machine itself takes.
const CONTROL: &str = "(no decoy)";

/// Somebody in this process who appends six hundred bytes to a file, flushes it and answers one byte: what a touch costs
/// at the least on this machine at this moment, whatever else it is doing.
fn control(folder: &Path) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut file = File::create(folder.join("control"))?;
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let done = stream
                .read_exact(&mut [0])
                .and_then(|()| file.write_all(&[b'x'; 600]))
                .and_then(|()| file.sync_data())
                .and_then(|()| stream.write_all(b"x"));
            if done.is_err() {
                return;
            }
        }
    });
    Ok(address)
}

/// Visits every decoy in turn, many times.
pub(crate) fn rounds(sensor: &Sensor, count: usize) -> Outcome<BTreeMap<&'static str, Sample>> {
    let mut samples: BTreeMap<&'static str, Sample> = BTreeMap::new();
    let control = control(&sensor.spool())?;
    let mut doors = doors()?;
    let mut unanswered = 0;
    doors.push((CONTROL, "", Way::Tcp(vec![Step::Say(b"x".to_vec()), Step::Any])));
    for round in 0..count + 3 {
        for (protocol, _, way) in &doors {
            let address = if *protocol == CONTROL { control } else { sensor.address(protocol)? };
            let took = match visit(address, way) {
                Ok(took) => took,
                Err(error) => {
                    println!("  decoy: a visit of {protocol} was not answered: {error}");
                    unanswered += 1;
                    if unanswered > UNANSWERED {
                        return Err(format!("{unanswered} visits were not answered").into());
                    }
                    continue;
                }
            };
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
        let budget = if *protocol == CONTROL { Budget::None } else { Budget::Both(20, 20) };
        table.sample(&format!("decoy: visit of {protocol}"), while_what, sample, budget);
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
