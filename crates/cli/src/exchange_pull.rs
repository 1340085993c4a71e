//! `hakutaku exchange pull`: a collection of a TAXII 2.1 server into a folder, or looked through.

use crate::exchange::{Checked, Format, show};
use crate::exit::{Done, bad_input, print};
use crate::lang::{LangArgument, chosen};
use anyhow::Context as _;
use clap::Args;
use hakutaku_exchange::client::{ClientError, Progress, Remote, Sign};
use hakutaku_exchange::{ids, stix};
use hakutaku_model::text::Lang;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Arguments of `exchange pull`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The API root: `https://…/`.
    #[arg(long)]
    from: String,
    /// The collection, by its id or alias.
    #[arg(long)]
    collection: String,
    /// A file with the token, or with name:password.
    #[arg(long)]
    token_file: PathBuf,
    /// Only what was added after this instant (RFC 3339).
    #[arg(long)]
    after: Option<String>,
    /// Keep each page as a file in this folder, and how far it went.
    #[arg(long)]
    into: Option<PathBuf>,
    /// A file of certificates to trust in place of the usual ones.
    #[arg(long)]
    ca_file: Option<PathBuf>,
    /// Stop after so many objects; the next call goes on.
    #[arg(long, default_value_t = 20_000)]
    most: usize,
    /// Objects asked for at once.
    #[arg(long, default_value_t = 500)]
    page: u32,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the text form.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// The file in the folder that says how far it went.
const STATE: &str = "state.json";

pub(crate) fn run(arguments: &Arguments) -> Done {
    let lang = chosen(arguments.lang);
    let token = std::fs::read_to_string(&arguments.token_file)
        .map_err(|error| bad_input(format!("{}: {error}", arguments.token_file.display())))?;
    let remote = Remote::new(&arguments.from, &arguments.collection, Sign::read(&token), arguments.ca_file.as_deref())
        .map_err(|error| match error {
            ClientError::Address(_) | ClientError::Collection | ClientError::Authority(_) => {
                bad_input(error.to_string())
            }
            other => other.into(),
        })?;
    let mut progress = match &arguments.into {
        Some(folder) => begin(folder)?,
        None => Progress::default(),
    };
    if let Some(after) = &arguments.after {
        progress = Progress { added_after: Some(after.clone()), ..Progress::default() };
    }
    let mut all: Vec<Value> = Vec::new();
    let (mut count, mut pages) = (0_usize, 0_usize);
    loop {
        let (envelope, more) = remote.page(&mut progress, arguments.page)?;
        count += envelope.objects.len();
        pages += 1;
        match &arguments.into {
            Some(folder) => keep(folder, envelope.objects, &progress)?,
            None => all.extend(envelope.objects),
        }
        if !more || count >= arguments.most {
            break;
        }
    }
    match &arguments.into {
        Some(folder) => {
            let folder = folder.display();
            print(&match lang {
                Lang::Ja => format!("{count}個を{pages}ページで受け取り、{folder} に置きました。\n"),
                Lang::En => format!("{count} objects in {pages} pages, kept in {folder}.\n"),
            })
        }
        None => {
            let bundle = bundle(all).to_string();
            let read = stix::read(bundle.as_bytes()).map_err(|error| anyhow::anyhow!("{error}"))?;
            let checked = Checked { format: "stix-2.1", verdicts: &read.verdicts, drafts: &read.drafts, criteria: &[] };
            show(&checked, arguments.format, lang)
        }
    }
}

fn bundle(objects: Vec<Value>) -> Value {
    let text = Value::from(objects.clone()).to_string();
    json!({ "type": "bundle", "id": format!("bundle--{}", ids::own(&["pulled", &text])), "objects": objects })
}

fn begin(folder: &Path) -> anyhow::Result<Progress> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let state = folder.join(STATE);
    match std::fs::read(&state) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).with_context(|| format!("{}: not a state of ours", state.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Progress::default()),
        Err(error) => Err(error).with_context(|| state.display().to_string()),
    }
}

/// A page as a bundle under a name that follows from it: the same page again is the same file. Then how far it went; a stop
/// between the two fetches the page once more.
fn keep(folder: &Path, objects: Vec<Value>, progress: &Progress) -> anyhow::Result<()> {
    if !objects.is_empty() {
        let bundle = bundle(objects);
        let name = bundle.get("id").and_then(Value::as_str).unwrap_or_default().replace("--", "-");
        write_whole(&folder.join(format!("{name}.json")), &serde_json::to_vec_pretty(&bundle)?)?;
    }
    write_whole(&folder.join(STATE), &serde_json::to_vec_pretty(progress)?)
}

/// All of a file or nothing.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let half = path.with_extension("part");
    std::fs::write(&half, bytes).and_then(|()| std::fs::rename(&half, path)).with_context(|| path.display().to_string())
}
