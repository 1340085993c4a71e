//! Thousands of visitors who say nothing.

use crate::Outcome;
use crate::busy::{print, rounds};
use crate::sensor::Sensor;
use crate::table::{Budget, Sample, Table};
use crate::talk::connect;
use std::io::Read as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

const VISITORS: usize = 5_000;
const ROUNDS: usize = 100;
/// More than one decoy takes (`limits.per_decoy`).
const TOO_MANY: usize = 8_500;

pub(crate) fn run(table: &mut Table) -> Outcome {
    let sensor = Sensor::start()?;
    let process = sensor.process();
    rounds(&sensor, 3)?;
    table.bytes("decoy: memory before", "", process.resident()?, Budget::None);
    let telnet = sensor.address("telnet")?;
    let mut held: Vec<TcpStream> = Vec::new();
    let mut letting_in = Sample::default();
    let begun = Instant::now();
    while held.len() < VISITORS {
        let one = Instant::now();
        let mut stream = connect(telnet)?;
        // The decoy's first word: it is inside, not in the queue of the system.
        stream.read_exact(&mut [0])?;
        letting_in.add(one.elapsed());
        held.push(stream);
    }
    table.rate("decoy: visitors let in and greeted", "5,000 on Telnet", &letting_in, begun.elapsed(), Budget::None);
    std::thread::sleep(Duration::from_secs(1));
    table.bytes("decoy: memory, 5,000 visitors held", "", process.resident()?, Budget::None);
    print(table, "5,000 held on Telnet", &rounds(&sensor, ROUNDS)?);
    let before = sensor.touches()?;
    while held.len() < TOO_MANY {
        held.push(connect(telnet)?);
    }
    std::thread::sleep(Duration::from_secs(2));
    let (inside, written) = (sensor.figure("open_visits")?, sensor.touches()? - before);
    table.note(&format!("decoy: {TOO_MANY} connected to Telnet: {inside} inside, {written} touches since 5,000 (each who is turned away is one; so is each who says nothing for ten seconds)"));
    table.bytes("decoy: memory, 8,500 on Telnet", "", process.resident()?, Budget::None);
    // Telnet itself is full now; every other decoy goes on.
    let others = crate::talk::doors()?;
    let mut answering = 0;
    for (protocol, _, way) in &others {
        answering += usize::from(*protocol != "telnet" && crate::talk::visit(sensor.address(protocol)?, way).is_ok());
    }
    table.note(&format!("decoy: Telnet is full, {answering} of the {} others answer", others.len() - 1));
    held.clear();
    std::thread::sleep(Duration::from_secs(3));
    table.bytes("decoy: memory after they left", "", process.resident()?, Budget::None);
    table.note(&format!("decoy: {} touches in all, {} lost", sensor.touches()?, sensor.figure("dropped_total")?));
    Ok(())
}
