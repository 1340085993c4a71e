//! `hakutaku audit verify`.

use crate::catalog::Format;
use crate::data::{DataArguments, block_on};
use crate::exit::{Done, Exit, print};
use clap::Subcommand;
use std::fmt::Write as _;

/// `audit` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Follow every chain of the log entry by entry and compare it with its signed heads.
    ///
    /// Exit code 2 when anything was changed, removed or inserted.
    Verify {
        #[command(flatten)]
        data: DataArguments,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the signed heads, to keep them somewhere else.
    Heads {
        #[command(flatten)]
        data: DataArguments,
    },
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Verify { data, format } => verify(data, *format),
        Command::Heads { data } => heads(data),
    }
}

fn verify(data: &DataArguments, format: Format) -> Done {
    let report = block_on(async { Ok(data.open_existing().await?.verify_journal().await?) })?;
    match format {
        Format::Json => print(&(serde_json::to_string_pretty(&report)? + "\n"))?,
        Format::Text => {
            let mut out = String::new();
            for chain in &report.chains {
                let state = if chain.faults.is_empty() { "ok" } else { "BROKEN" };
                writeln!(
                    out,
                    "{state:<7} {:<38} {} entries, {} signed heads",
                    chain.chain, chain.head.seq, chain.signed_heads
                )?;
            }
            print(&out)?;
        }
    }
    if report.is_intact() {
        return Ok(());
    }
    Err(Exit::BadInput(
        report
            .chains
            .iter()
            .flat_map(|chain| chain.faults.iter().map(|fault| format!("{}: {fault}", chain.chain)))
            .collect(),
    ))
}

fn heads(data: &DataArguments) -> Done {
    let (key, heads) = block_on(async {
        let store = data.open_existing().await?;
        Ok((store.public_key(), store.signed_heads().await?))
    })?;
    print(&(serde_json::to_string_pretty(&serde_json::json!({ "public_key": key, "heads": heads }))? + "\n"))
}
