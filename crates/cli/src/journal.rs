//! `hakutaku journal merge A B`: two journal files of one room become one, without a server or a database.

use crate::exit::{Done, Exit, bad_input, print};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use hakutaku_model::room::{JOURNAL_FORMAT, JournalFile, merge_files};
use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest journal file: 64 MiB.
const LARGEST: u64 = 64 * 1024 * 1024;

/// `journal` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Join two journals of one incident or drill, written on two machines.
    #[command(
        after_help = "Examples:\n  hakutaku journal merge server.json laptop.json --out joined.json\n  hakutaku journal merge a.json b.json > joined.json\n\nThe result is the same in either order; nothing of either journal is lost.\nExit codes: 0 joined · 1 could not be written · 2 a file is damaged, or the files are of two rooms (nothing is written)"
    )]
    Merge(Merge),
}

/// Arguments of `journal merge`.
#[derive(Args)]
pub(crate) struct Merge {
    /// A journal file (`hakutaku-journal/1`), as the page of the incident gives it out.
    a: PathBuf,
    /// The other one.
    b: PathBuf,
    /// Where to write the joined journal; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(crate) fn run(command: &Command) -> Done {
    let Command::Merge(merge) = command;
    let (a, b) = (read(&merge.a)?, read(&merge.b)?);
    let joined = merge_files(&a, &b).map_err(|fault| {
        bad_input(format!("{} and {}: {fault}; nothing was written", merge.a.display(), merge.b.display()))
    })?;
    let text = serde_json::to_string_pretty(&joined)? + "\n";
    match &merge.out {
        Some(path) => std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?,
        None => print(&text)?,
    }
    let writers: BTreeSet<_> = joined.entries.iter().map(|entry| entry.origin).collect();
    let (all, from_a, from_b) = (joined.entries.len(), a.entries.len(), b.entries.len());
    eprintln!(
        "hakutaku: {all} entries of {} writers; {} were new to the first file, {} to the second",
        writers.len(),
        all - from_a,
        all - from_b
    );
    Ok(())
}

fn read(path: &Path) -> Result<JournalFile, Exit> {
    let name = path.display();
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| bad_input(format!("{name}: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(bad_input(format!("{name}: the file is larger than 64 MiB")));
    }
    let file: JournalFile = serde_json::from_slice(&bytes).map_err(|error| {
        bad_input(format!("{name}:{}:{}: this is not a journal file: {error}", error.line(), error.column()))
    })?;
    if file.format != JOURNAL_FORMAT {
        return Err(bad_input(format!("{name}: the format is {:?}, not {JOURNAL_FORMAT:?}", file.format)));
    }
    // A file in which an entry stands twice would count wrong; the rules unite them, and here the count is told.
    let distinct: BTreeSet<_> = file.entries.iter().map(|entry| (entry.origin, entry.seq)).collect();
    if distinct.len() != file.entries.len() {
        return Err(bad_input(format!("{name}: an entry stands twice in this file")));
    }
    Ok(file)
}
