//! `hakutaku ledger import`: a list of devices, with a verdict per row.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use crate::ledger::{facility, names};
use clap::{Args, ValueEnum};
use hakutaku_discovery::devices::{DeviceList, guessed_profile};
use hakutaku_discovery::tables::{self, LARGEST_FILE, TableRefused, Tables};
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger_import::{ImportPlan, ImportProfile, Verdict, plan};
use hakutaku_model::text::{Lang, folded};
use hakutaku_store::{Act, AssetChange};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Arguments of `ledger import`.
#[derive(Args)]
pub(crate) struct ImportArguments {
    /// The list: CSV, TSV or XLSX.
    file: PathBuf,
    /// Name of a profile saved on the import page; `auto` goes by the headings.
    #[arg(long, default_value = "auto")]
    profile: String,
    /// Write nothing; say what would become of each row.
    #[arg(long)]
    dry_run: bool,
    /// Write nothing when any row is rejected. Otherwise such rows are left out.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    data: DataArguments,
    /// Id of the facility (the address of its pages shows it). May be left out when there is one facility only.
    #[arg(long)]
    facility: Option<FacilityId>,
    /// How to say what became of the rows.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the reasons; by default that of the terminal.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// `{"created","updated","unchanged","rejected":[{"row","column","reason"}]}`.
    Json,
}

/// Reads the file, within the limit of the pages.
fn content(path: &Path) -> Result<Tables, Exit> {
    let name = path.display();
    let file = std::fs::File::open(path).map_err(|error| bad_input(format!("{name}: {error}")))?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(LARGEST_FILE).unwrap_or(u64::MAX);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| bad_input(format!("{name}: {error}")))?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    tables::read(&bytes, &file_name).map_err(|refused| bad_input(format!("{name}: {}", refused.sentence(Lang::En))))
}

pub(crate) fn import(arguments: &ImportArguments) -> Done {
    let tables = content(&arguments.file)?;
    let path = arguments.file.display();
    let (plan, written) = block_on(async {
        let store = arguments.data.open_existing().await?;
        let facility = match facility(&store, arguments.facility).await? {
            Ok(facility) => facility,
            Err(exit) => return Ok(Err(exit)),
        };
        let profile = match arguments.profile.as_str() {
            "auto" => guessed_profile(&tables),
            name => match store.record_by_key::<ImportProfile>(facility, &folded(name)).await? {
                Some(kept) => kept.body,
                None => {
                    let line =
                        format!("there is no profile {name}; save one on the import page, or use --profile auto");
                    return Ok(Err(bad_input(line)));
                }
            },
        };
        let existing = store.all_assets(facility).await?;
        let names = names(&store, facility).await?;
        let Some(list) = DeviceList::new(&tables, &profile) else {
            return Ok(Err(bad_input(format!("{path}: {}", TableRefused::NothingInIt.sentence(Lang::En)))));
        };
        let plan = match plan(&existing, &list.headings, list.rows(), &profile, &names) {
            Ok(plan) => plan,
            Err(refused) => return Ok(Err(bad_input(format!("{path}: {}", refused.text().en)))),
        };
        let refused = arguments.strict && plan.counts().rejected > 0;
        let changes: Vec<AssetChange> = if arguments.dry_run || refused { Vec::new() } else { changes(&plan) };
        if !changes.is_empty() {
            store.change_assets(&Act::system(now()), facility, &changes, "import").await?;
        }
        store.close().await;
        Ok(Ok((plan, !(arguments.dry_run || refused))))
    })??;
    let lang = chosen(arguments.lang);
    match arguments.format {
        Format::Json => print(&(serde_json::to_string_pretty(&as_json(&plan, lang))? + "\n"))?,
        Format::Text => print(&as_text(&plan, written, lang))?,
    }
    if arguments.strict && plan.counts().rejected > 0 {
        return Err(bad_input(format!("{path}: some rows were rejected; nothing was written")));
    }
    Ok(())
}

fn changes(plan: &ImportPlan) -> Vec<AssetChange> {
    plan.rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::Created(asset) => Some(AssetChange::Create(asset.as_ref().clone())),
            Verdict::Updated { id, version, asset, .. } => {
                Some(AssetChange::Change { id: *id, expected: *version, asset: asset.as_ref().clone() })
            }
            Verdict::Unchanged(_) | Verdict::Rejected(_) => None,
        })
        .collect()
}

fn as_json(plan: &ImportPlan, lang: Lang) -> serde_json::Value {
    let counts = plan.counts();
    let rejected: Vec<serde_json::Value> = plan
        .rejected()
        .map(|(row, fault)| {
            serde_json::json!({"row": row, "column": fault.column.key(), "reason": fault.reason.get(lang)})
        })
        .collect();
    serde_json::json!({
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "rejected": rejected,
    })
}

fn as_text(plan: &ImportPlan, written: bool, lang: Lang) -> String {
    let counts = plan.counts();
    let mut text = format!(
        "created {}, updated {}, unchanged {}, rejected {}{}\n",
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.rejected,
        if written { "" } else { " (nothing was written)" }
    );
    for (row, fault) in plan.rejected() {
        text += &format!("row {row}, {}: {}\n", fault.column.title().get(lang), fault.reason.get(lang));
    }
    text
}
