//! 100 MB of nothing sensible to each protocol.

use crate::Outcome;
use crate::sensor::Sensor;
use crate::table::{Budget, Table};
use crate::talk::{Way, connect, doors};
use std::io::Write as _;
use std::net::UdpSocket;
use std::time::Instant;

const BYTES: usize = 100_000_000;

pub(crate) fn run(table: &mut Table) -> Outcome {
    let sensor = Sensor::start()?;
    crate::busy::rounds(&sensor, 3)?;
    let mut last = sensor.process().resident()?;
    table.bytes("decoy: memory before", "", last, Budget::None);
    // Bytes without an order that repeats, the same in every run.
    let mut state = 1u32;
    let block: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(65_521)
    .collect();
    for (protocol, _, way) in doors()? {
        let (address, begun, touches) = (sensor.address(protocol)?, Instant::now(), sensor.touches()?);
        let (mut left, mut connections) = (BYTES, 0);
        if let Way::Udp(_) = way {
            let socket = UdpSocket::bind("127.0.0.1:0")?;
            socket.connect(address)?;
            for chunk in block.chunks(1400).cycle().take(BYTES / 1400) {
                socket.send(chunk)?;
            }
        } else {
            while left > 0 {
                connections += 1;
                let mut stream = connect(address)?;
                // The decoy hangs up when it has had enough; then the next connection goes on.
                while left > 0 {
                    match stream.write(block.get(..left.min(block.len())).unwrap_or_default()) {
                        Ok(count) => left -= count,
                        Err(_) => break,
                    }
                }
            }
        }
        let resident = sensor.process().resident()?;
        table.bytes(
            &format!("decoy: memory after 100 MB to {protocol}"),
            &format!("{connections} connections"),
            resident,
            Budget::None,
        );
        #[expect(clippy::cast_precision_loss, reason = "memory of a bench")]
        table.note(&format!(
            "{:+.1} MB, {} touches, {:.1} s",
            (resident as f64 - last as f64) / 1e6,
            sensor.touches()? - touches,
            begun.elapsed().as_secs_f64()
        ));
        last = resident;
    }
    crate::busy::rounds(&sensor, 3)?;
    table.note("decoy: every decoy answers as before");
    Ok(())
}
