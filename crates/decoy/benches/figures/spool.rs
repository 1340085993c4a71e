//! The spool by itself, in this process: signed, chained, flushed.

use crate::Outcome;
use crate::sensor::Process;
use crate::table::{Budget, Sample, Table};
use hakutaku_decoy::keys::Keys;
use hakutaku_decoy::spool::{Draft, Spool, verify};
use hakutaku_model::touch::Kind;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;
use tempfile::TempDir;

const TOUCHES: usize = 50_000;
const WRITERS: usize = 256;

fn draft(number: usize) -> Draft {
    Draft {
        protocol: "ssh",
        persona: "linux-server",
        source: IpAddr::from([192, 0, 2, 7]),
        source_port: 40_000,
        dest_port: 22,
        kind: Kind::SignIn,
        user: Some(format!("user{number}")),
        secret_hash: Some("00112233445566778899aabbccddeeff".to_owned()),
        detail: BTreeMap::from([
            ("client".to_owned(), "SSH-2.0-OpenSSH_9.2".to_owned()),
            ("dest_ip".to_owned(), "10.0.0.5".to_owned()),
        ]),
    }
}

/// Signed, chained, flushed: how many a second, and how long one waits.
pub(crate) async fn run(table: &mut Table) -> Outcome {
    let folder = TempDir::new()?;
    let keys = Keys::open(folder.path())?;
    let spool = Spool::open(folder.path(), &keys, 1 << 32)?;
    let mut alone = Sample::default();
    for number in 0..500 {
        let begun = Instant::now();
        spool.write(draft(number)).await?;
        alone.add(begun.elapsed());
    }
    table.sample("decoy: one touch, signed and on disk", "alone", &alone, Budget::Both(5, 5));
    let process = Process(std::process::id());
    let busy = process.seconds()?;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let spool = spool.clone();
            tokio::spawn(async move {
                let mut waited = Sample::default();
                for number in 0..TOUCHES / WRITERS {
                    let begun = Instant::now();
                    spool.write(draft(writer * 1_000_000 + number)).await?;
                    waited.add(begun.elapsed());
                }
                Ok::<_, hakutaku_decoy::spool::NotWritten>(waited)
            })
        })
        .collect();
    let mut waited = Sample::default();
    for task in tasks {
        waited.join(task.await??);
    }
    let took = begun.elapsed();
    let count = WRITERS * (TOUCHES / WRITERS);
    table.rate(
        "decoy: touches, signed and on disk",
        &format!("{WRITERS} at once"),
        &waited,
        took,
        Budget::PerSecond(10_000),
    );
    #[expect(clippy::cast_precision_loss, reason = "a count of a bench")]
    let micros = (process.seconds()? - busy) * 1e6 / count as f64;
    table.note(&format!(
        "decoy: {micros:.0} µs of processor a touch, the {WRITERS} waiting tasks included (budget 100 µs)"
    ));
    let verdict = verify(folder.path())?;
    if verdict.fault.is_some() {
        return Err("the chain of the bench's own spool is broken".into());
    }
    Ok(())
}
