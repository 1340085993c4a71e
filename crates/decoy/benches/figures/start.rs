//! Start, memory, and what a touch costs.

use crate::Outcome;
use crate::brute::{Brute, Guess};
use crate::sensor::{PROGRAM, Sensor};
use crate::table::{Budget, Sample, Table};
use std::time::{Duration, Instant};

const STARTS: usize = 9;
const SPAN: Duration = Duration::from_secs(10);

pub(crate) fn run(table: &mut Table) -> Outcome {
    table.bytes("decoy: size of the sensor alone", "", std::fs::metadata(PROGRAM)?.len(), Budget::None);
    let starting = Sample::of(STARTS, || -> Outcome {
        let sensor = Sensor::start()?;
        crate::talk::connect(sensor.address("tcp")?)?;
        Ok(())
    })?;
    table.sample("decoy: start to the first visitor let in", "25 protocols, new keys", &starting, Budget::Median(100));
    let sensor = Sensor::start()?;
    std::thread::sleep(Duration::from_secs(2));
    let process = sensor.process();
    table.bytes("decoy: memory, idle", "25 protocols", process.resident()?, Budget::Megabytes(15));
    for (protocol, guess, guessers) in [
        ("modbus", Guess::Modbus, 1),
        ("modbus", Guess::Modbus, 64),
        ("modbus", Guess::Modbus, 256),
        ("telnet", Guess::Telnet(b"login: "), 64),
        ("http", Guess::Http, 64),
        ("ssh", Guess::Ssh, 64),
    ] {
        let (touches, seconds, begun) = (sensor.touches()?, process.seconds()?, Instant::now());
        let brute = Brute::many(guess, sensor.address(protocol)?, guessers);
        std::thread::sleep(SPAN);
        brute.end();
        let written = sensor.touches()? - touches;
        #[expect(clippy::cast_precision_loss, reason = "a count of a bench")]
        let (rate, cost) = (
            written as f64 / begun.elapsed().as_secs_f64(),
            (process.seconds()? - seconds) * 1e3 / written.max(1) as f64,
        );
        table.note(&format!(
            "decoy: {protocol} from {guessers} visitors at once: {rate:.0} touches a second (budget 10,000), {cost:.3} ms of processor a touch (budget 0.1 ms)"
        ));
    }
    table.bytes("decoy: memory after that", "25 protocols", process.resident()?, Budget::None);
    let verdict = hakutaku_decoy::spool::verify(&sensor.spool())?;
    table.note(&format!(
        "decoy: {} touches in the chain, {}",
        verdict.chain.number,
        if verdict.fault.is_none() { "unbroken" } else { "BROKEN" }
    ));
    Ok(())
}
