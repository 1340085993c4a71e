//! `hakutaku-decoy`: the sensor alone, for a small box. The same subcommands as `hakutaku decoy`.

use clap::Parser;
use hakutaku_decoy::command::{self, Command};
use std::process::ExitCode;

/// Hakutaku decoy sensor.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    command::main(&Cli::parse().command)
}
