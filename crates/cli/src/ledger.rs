//! `hakutaku ledger …`.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_documents::{ledger_csv, ledger_workbook};
use hakutaku_model::id::FacilityId;
use hakutaku_model::journal::Chain;
use hakutaku_model::ledger::KeptAsset;
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::system::System;
use hakutaku_model::vendor::Engagement;
use hakutaku_store::{Act, Store, StoreError};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

/// `ledger` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write the device ledger of a facility to a file or to standard output.
    Export(ExportArguments),
}

/// Arguments of `ledger export`.
#[derive(Args)]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    data: DataArguments,
    /// Id of the facility (the address of its pages shows it). May be left out when there is one facility only.
    #[arg(long)]
    facility: Option<FacilityId>,
    /// What to write.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// The file to write; standard output if left out.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Language of headings, kinds and yes/no; by default that of the terminal.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// UTF-8 with a byte order mark; cells that a spreadsheet would run as a formula begin with an apostrophe.
    #[default]
    Csv,
    /// A workbook of one sheet.
    Xlsx,
    /// The rows as they are kept, with ids and versions.
    Json,
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Export(arguments) => export(arguments),
    }
}

/// The facility named, or the only one there is.
pub(crate) async fn facility(store: &Store, named: Option<FacilityId>) -> anyhow::Result<Result<FacilityId, Exit>> {
    if let Some(id) = named {
        return match store.facility(id).await {
            Ok(row) => Ok(Ok(row.id)),
            Err(StoreError::NotFound(_)) => Ok(Err(bad_input(format!("there is no facility {id}")))),
            Err(error) => Err(error.into()),
        };
    }
    let all = store.facilities().await?;
    match all.as_slice() {
        [only] => Ok(Ok(only.id)),
        [] => Ok(Err(bad_input("there is no facility yet; set the installation up first"))),
        several => {
            let lines = std::iter::once("there are several facilities; name one with --facility:".to_owned());
            let known = several.iter().map(|row| format!("  {}  {}", row.id, row.profile.name));
            Ok(Err(Exit::BadInput(lines.chain(known).collect())))
        }
    }
}

/// The names that cells are read and written by.
pub(crate) async fn names(store: &Store, facility: FacilityId) -> anyhow::Result<Names> {
    let systems = store.records::<System>(facility).await?;
    let vendors = store.records::<Engagement>(facility).await?;
    Ok(Names::new(
        systems.into_iter().map(|row| (row.id, row.body.name)),
        vendors.into_iter().map(|row| (row.id, row.body.name)),
    ))
}

fn export(arguments: &ExportArguments) -> Done {
    let (rows, names): (Vec<KeptAsset>, Names) = block_on(async {
        let store = arguments.data.open_existing().await?;
        let facility = match facility(&store, arguments.facility).await? {
            Ok(facility) => facility,
            Err(exit) => return Ok(Err(exit)),
        };
        let rows = store.all_assets(facility).await?;
        let format = arguments.format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let detail = BTreeMap::from([("format".to_owned(), format), ("rows".to_owned(), rows.len().to_string())]);
        let object = format!("facility:{facility}");
        store.record(&Act::system(now()), Chain::Facility(facility), "ledger.export", &object, detail).await?;
        let names = names(&store, facility).await?;
        store.close().await;
        Ok(Ok((rows, names)))
    })??;
    let assets = || rows.iter().map(|row| &row.asset);
    let lang = chosen(arguments.lang);
    let content = match arguments.format {
        Format::Csv => ledger_csv(assets(), &names, lang)?,
        Format::Xlsx => ledger_workbook(assets(), &names, lang)?,
        Format::Json => (serde_json::to_string_pretty(&rows)? + "\n").into_bytes(),
    };
    match (&arguments.out, arguments.format) {
        (Some(path), _) => {
            std::fs::write(path, content).map_err(|error| anyhow::anyhow!("writing {}: {error}", path.display()))?;
            Ok(())
        }
        (None, Format::Xlsx) => {
            std::io::stdout().lock().write_all(&content)?;
            Ok(())
        }
        (None, _) => print(&String::from_utf8_lossy(&content)),
    }
}
