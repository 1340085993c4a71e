//! The `hakutaku` program: one file per subcommand.

mod account;
mod assess;
mod audit;
mod backup;
mod catalog;
mod checklist;
mod checklist_fill;
mod completions;
mod data;
mod decoy;
mod demo;
mod events;
mod exchange;
mod exchange_pull;
mod exercise;
mod exercise_text;
mod exit;
mod incident;
mod journal;
mod lang;
mod ledger;
mod ledger_import;
mod plan;
mod responsibility;
mod serve;
mod text_report;

use clap::{Parser, Subcommand};
use exit::Exit;
use std::process::ExitCode;

/// Hakutaku 白澤: security self-assessment for medical institutions.
///
/// Without a subcommand it starts the server, as `hakutaku serve` does.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:\n  hakutaku                                  start at http://127.0.0.1:8787 with data in ./hakutaku-data\n  hakutaku serve --demo --data /tmp/demo    open the filled model hospital\n  hakutaku assess answers.json              score a file without a server\n  hakutaku catalog check                    validate the content\n\nExit codes: 0 done · 1 could not be done · 2 the input or the command line is wrong · 3 something was found (only with --strict)"
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Arguments,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    Serve(serve::Arguments),
    /// Score an answers file without a server or a database.
    Assess(assess::Arguments),
    /// List, print or validate the catalogue.
    #[command(subcommand)]
    Catalog(catalog::Command),
    /// Export the official checklists as filled in.
    #[command(subcommand)]
    Checklist(checklist::Command),
    /// Verify the audit log.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Take the device ledger out as a file, or a list of devices in.
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Write the plan for outages and attacks as paper or document.
    #[command(subcommand)]
    Plan(plan::Command),
    /// Export the reports and the record of a real incident.
    #[command(subcommand)]
    Incident(incident::Command),
    /// Join journals of drills and incidents that were written apart.
    #[command(subcommand)]
    Journal(journal::Command),
    /// Check who does what, from a file.
    #[command(subcommand)]
    Responsibility(responsibility::Command),
    /// Check a scenario of a drill, or play it with simulated players.
    #[command(subcommand)]
    Exercise(exercise::Command),
    /// Put up services that nobody needs, and see who touches them.
    #[command(subcommand)]
    Decoy(hakutaku_decoy::command::Command),
    /// Prepare a region's stream server (NATS), or look at it.
    #[command(subcommand)]
    Events(events::Command),
    /// Write and read the formats of others: STIX, MISP, CEF, CSAF, TAXII.
    #[command(subcommand)]
    Exchange(exchange::Command),
    /// Create, verify or restore a backup archive.
    #[command(subcommand)]
    Backup(backup::Command),
    /// Print the accounts of a demo data directory as JSON.
    DemoCredentials(demo::Arguments),
    /// Let a locked-out person in again.
    #[command(subcommand)]
    Account(account::Command),
    /// Print a completion script for a shell.
    Completions(completions::Arguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(arguments)) => serve::run(arguments),
        Some(Command::Assess(arguments)) => assess::run(&arguments),
        Some(Command::Catalog(command)) => catalog::run(&command),
        Some(Command::Checklist(command)) => checklist::run(&command),
        Some(Command::Audit(command)) => audit::run(&command),
        Some(Command::Ledger(command)) => ledger::run(&command),
        Some(Command::Plan(command)) => plan::run(&command),
        Some(Command::Incident(command)) => incident::run(&command),
        Some(Command::Journal(command)) => journal::run(&command),
        Some(Command::Responsibility(command)) => responsibility::run(&command),
        Some(Command::Exercise(command)) => exercise::run(&command),
        Some(Command::Backup(command)) => backup::run(&command),
        Some(Command::Exchange(command)) => exchange::run(&command),
        Some(Command::Decoy(command)) => decoy::run(&command),
        Some(Command::Events(command)) => events::run(&command),
        Some(Command::DemoCredentials(arguments)) => demo::run(&arguments),
        Some(Command::Account(command)) => account::run(&command),
        Some(Command::Completions(arguments)) => completions::run::<Cli>(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Exit::BadInput(lines)) => {
            for line in lines {
                eprintln!("{line}");
            }
            ExitCode::from(2)
        }
        Err(Exit::Found) => ExitCode::from(3),
        Err(Exit::Failed(error)) => {
            eprintln!("hakutaku: {error:#}");
            ExitCode::FAILURE
        }
    }
}
