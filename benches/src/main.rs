//! Prints how fast Hakutaku is on this machine, next to its budgets.
//!
//! ```text
//! cargo build --release && cargo run --release -p hakutaku-benches [-- NAME…]
//! ```
//! `NAME` is one of `catalogue`, `start`, `save`, `open`, `pdf`, `national`, `ledger`, `imports`, `forms`, `drills`, `notices`,
//! `taxii`;
//! without any, all run. Medians, the 99th percentile, and how the figures grow with the data. Nothing here fails for being slow:
//! machines are noisy.
//! The sensor has a bench of its own: `cargo bench -p hakutaku-decoy`. The temporary directory (`TMPDIR`) decides which disk is measured.

mod catalogue;
mod devices;
mod drills;
mod forms;
mod imports;
mod installation;
mod ledger;
mod lines;
mod national;
mod notices;
mod open;
mod pdf;
mod postgres;
mod save;
mod start;
mod table;
mod taxii;

use std::process::ExitCode;
use table::Table;

/// Whatever goes wrong ends the run with a sentence.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const NAMES: [&str; 12] = [
    "catalogue",
    "start",
    "save",
    "open",
    "pdf",
    "national",
    "ledger",
    "imports",
    "forms",
    "drills",
    "notices",
    "taxii",
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !NAMES.contains(&name.as_str())) {
        eprintln!("there is no bench {unknown}; known ones are {}", NAMES.join(", "));
        return ExitCode::from(2);
    }
    match run(&|name| wanted.is_empty() || wanted.iter().any(|w| w == name)) {
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
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    println!(
        "{cores} cores, {} build",
        if cfg!(debug_assertions) { "UNOPTIMISED (figures mean little)" } else { "release" }
    );
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut table = Table::begin();
    if wanted("catalogue") {
        catalogue::run(&mut table)?;
    }
    if wanted("start") {
        start::run(&mut table)?;
    }
    if wanted("save") {
        runtime.block_on(save::run(&mut table))?;
    }
    if wanted("notices") {
        runtime.block_on(notices::run(&mut table))?;
    }
    if wanted("open") {
        runtime.block_on(open::run(&mut table))?;
    }
    if wanted("pdf") {
        runtime.block_on(pdf::run(&mut table))?;
    }
    if wanted("national") {
        national::run(&mut table)?;
    }
    if wanted("ledger") {
        runtime.block_on(ledger::run(&mut table))?;
    }
    if wanted("imports") {
        runtime.block_on(imports::run(&mut table))?;
    }
    if wanted("forms") {
        runtime.block_on(forms::run(&mut table))?;
    }
    if wanted("drills") {
        runtime.block_on(drills::run(&mut table))?;
    }
    if wanted("taxii") {
        runtime.block_on(taxii::run(&mut table))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::table::Sample;
    use std::time::Duration;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut sample = Sample::default();
        for value in [5, 1, 4, 2, 3] {
            sample.add(Duration::from_millis(value));
        }
        assert_eq!(sample.median(), Duration::from_millis(3));
        assert_eq!(sample.percentile(99), Duration::from_millis(5));
        assert_eq!(Sample::default().median(), Duration::ZERO);
    }
}
