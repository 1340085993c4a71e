//! `hakutaku-decoy`: the sensor alone, for a small box. The same subcommands as `hakutaku decoy`.

use clap::Parser;
use hakutaku_decoy::command::{self, Command};
use std::process::ExitCode;

/// Hakutaku decoy sensor: services that nobody needs, and who touches them.
#[derive(Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 done · 1 could not be done · 2 the input or the command line is wrong · 3 a broken chain was found"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    match command::run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(ended) => {
            let (code, words) = ended.code_and_words();
            eprintln!("{words}");
            ExitCode::from(code)
        }
    }
}
