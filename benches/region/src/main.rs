//! Prints what one region costs: 2,000 sensors sending into one centre, and the rules that join what they saw.
//!
//! ```text
//! scripts/bench region
//! cargo run --release -p hakutaku-bench-region [--no-default-features] [-- ingest | correlate …]
//! ```
//! Keys and chains are real; lines are signed beforehand, so that the processor is the centre's. With the feature `http` the
//! server is a process of its own and is reached over HTTP; without, the store is called directly. Nothing fails for being
//! slow. The temporary directory (`TMPDIR`) decides which disk is measured.

mod correlate;
#[cfg(feature = "http")]
mod http;
mod ingest;
mod lines;
#[path = "../../src/postgres.rs"]
mod postgres;
#[expect(dead_code, reason = "shared with the other benches")]
#[path = "../../src/table.rs"]
mod table;

use std::process::ExitCode;
use table::Table;

/// Whatever goes wrong ends the run with a sentence.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        #[cfg(feature = "http")]
        Some("--serve") => http::serve(&arguments),
        _ => run(&|name| arguments.is_empty() || arguments.iter().any(|wanted| wanted == name)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut reason: Option<&dyn std::error::Error> = Some(error.as_ref());
            while let Some(error) = reason {
                eprintln!("{error}");
                reason = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(wanted: &dyn Fn(&str) -> bool) -> Outcome {
    let build = if cfg!(debug_assertions) { "UNOPTIMISED (figures mean little)" } else { "release" };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!("{cores} cores, {build} build, load before: {}", load.split(' ').next().unwrap_or_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut table = Table::begin();
    if wanted("correlate") {
        correlate::run(&mut table)?;
    }
    if wanted("ingest") {
        runtime.block_on(ingest::run(&mut table))?;
    }
    Ok(())
}
