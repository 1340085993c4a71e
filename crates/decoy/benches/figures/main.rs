//! Prints how fast the sensor is on this machine, next to its budgets, and next to its peer.
//!
//! ```text
//! cargo bench -p hakutaku-decoy --bench figures [-- PART…]
//! cargo bench -p hakutaku-decoy --bench figures -- opencanary BIN      (scripts/compare-opencanary)
//! ```
//! `PART` is one of `spool`, `start`, `busy`, `held`, `centre`, `garbage`; without any, all run but `garbage`. Nothing here
//! fails for being slow: machines are noisy. The temporary directory (`TMPDIR`) decides which disk is measured. Visitors run
//! on the same machine and take their share of its processors.

mod brute;
mod busy;
mod canary;
mod centre;
mod contacts;
mod garbage;
mod held;
mod peer;
mod sensor;
mod spool;
mod start;
// The table that all benches print.
#[path = "../../../../benches/src/table.rs"]
mod table;
mod talk;

use std::path::Path;
use std::process::ExitCode;
use table::Table;

/// Whatever goes wrong ends the run with a sentence.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const PARTS: [&str; 6] = ["spool", "start", "busy", "held", "centre", "garbage"];

fn main() -> ExitCode {
    // Cargo says so to every bench.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match run(&wanted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &[String]) -> Outcome {
    // Every visitor costs a descriptor at this end too.
    rlimit::increase_nofile_limit(u64::MAX)?;
    if let [word, programs] = wanted
        && word == "opencanary"
    {
        return peer::run(Path::new(programs));
    }
    if let Some(unknown) = wanted.iter().find(|name| !PARTS.contains(&name.as_str())) {
        return Err(format!("there is no part {unknown}; known ones are {}", PARTS.join(", ")).into());
    }
    let is_wanted =
        |name: &str| if wanted.is_empty() { name != "garbage" } else { wanted.iter().any(|one| one == name) };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("{cores} cores, {} build", if cfg!(debug_assertions) { "UNOPTIMISED" } else { "release" });
    let mut table = Table::begin();
    if is_wanted("spool") {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(spool::run(&mut table))?;
    }
    if is_wanted("start") {
        start::run(&mut table)?;
    }
    if is_wanted("busy") {
        busy::run(&mut table)?;
    }
    if is_wanted("held") {
        held::run(&mut table)?;
    }
    if is_wanted("centre") {
        centre::run(&mut table)?;
    }
    if is_wanted("garbage") {
        garbage::run(&mut table)?;
    }
    Ok(())
}
