//! `hakutaku checklist fill`: answers into a copy of the ministry's own spreadsheet. The template is never changed.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, Exit, bad_input};
use crate::lang::{LangArgument, chosen};
use anyhow::Context as _;
use clap::Args;
use hakutaku_documents::official;
use hakutaku_model::checklist::ItemAnswer;
use hakutaku_model::id::FacilityId;
use hakutaku_model::official::answers::{FormAnswer, FormAnswers};
use hakutaku_model::official::{FormProfile, read_profile};
use hakutaku_model::record::RecordId;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// More than any form or answers file has: 12 MiB; what is read is judged by its own, smaller limits.
const LARGEST: u64 = 12 << 20;

/// Arguments of `checklist fill`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hakutaku checklist fill --template blank.xlsx --profile profile.json --out filled.xlsx --data DIR --facility ID\n  hakutaku checklist fill --template blank.xlsx --profile profile.json --out filled.xlsx --answers answers.json\n\nThe profile is exported from the page of official forms. An answers file looks like\n  {\"facility\":\"…\",\"date\":\"2026-11-21\",\"answers\":[{\"number\":\"2-①\",\"group\":\"servers\",\"first\":{\"mark\":\"no\",\"on\":\"2026-11-21\"},\"target\":\"2027-02-28\"}]}\n\nExit codes: 0 written · 1 could not be done · 2 template, profile or answers do not fit (one line per problem)"
)]
pub(crate) struct Fill {
    /// The blank form (xlsx).
    #[arg(long)]
    template: PathBuf,
    /// Which cell takes which answer (JSON).
    #[arg(long)]
    profile: PathBuf,
    /// Where to write the filled copy.
    #[arg(long)]
    out: PathBuf,
    /// The answers as a file instead of a data directory.
    #[arg(long, conflicts_with = "facility")]
    answers: Option<PathBuf>,
    /// The facility's id: its answers to the edition of the profile.
    #[arg(long, required_unless_present = "answers")]
    facility: Option<FacilityId>,
    /// On a vendor form: whose answers, by the vendor's id.
    #[arg(long)]
    vendor: Option<RecordId>,
    #[command(flatten)]
    data: DataArguments,
    /// Language of the messages.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

impl Fill {
    /// Fills a copy; nothing is written unless all of it can be.
    pub(crate) fn run(&self) -> Done {
        let lang = chosen(self.lang);
        if same_file(&self.template, &self.out) {
            return Err(bad_input("hakutaku: --out is the template itself; please name another file"));
        }
        let template = read(&self.template)?;
        let name = self.profile.display();
        let profile =
            read_profile(&read(&self.profile)?).map_err(|why| bad_input(format!("{name}: {}", why.get(lang))))?;
        let answers = self.answers(&profile)?;
        let filled = official::fill(&template, &profile, &answers).map_err(|refused| {
            Exit::BadInput(refused.sentences(lang).iter().map(|line| format!("hakutaku: {line}")).collect())
        })?;
        for notice in &filled.notices {
            eprintln!("hakutaku: {}", notice.text().get(lang));
        }
        std::fs::write(&self.out, &filled.bytes).with_context(|| format!("cannot write {}", self.out.display()))?;
        eprintln!("hakutaku: {} cells written to {}", filled.cells, self.out.display());
        Ok(())
    }

    fn answers(&self, profile: &FormProfile) -> Result<FormAnswers, Exit> {
        if let Some(path) = &self.answers {
            let bytes = read(path)?;
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
            return serde_json::from_slice(bytes)
                .map_err(|problem| bad_input(format!("{}: {problem}", path.display())));
        }
        let Some(id) = self.facility else { return Err(bad_input("hakutaku: give --facility or --answers")) };
        let found = block_on(async {
            let store = self.data.open_existing().await?;
            let Some(facility) = store.facilities().await?.into_iter().find(|row| row.id == id) else {
                return Ok(None);
            };
            let answers = store.records::<ItemAnswer>(id).await?;
            let mine = answers.iter().map(|row| &row.body).filter(|answer| {
                let key = &answer.key;
                key.edition == profile.edition && key.form == profile.form && key.vendor == self.vendor
            });
            Ok(Some(FormAnswers {
                facility: Some(facility.profile.name),
                date: Some(now().date_in_japan()),
                answers: mine.map(FormAnswer::from).collect(),
            }))
        })?;
        found.ok_or_else(|| {
            bad_input(format!("hakutaku: there is no facility {id}; the address of its pages shows its id"))
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| bad_input(format!("{}: {error}", path.display())))?;
    if bytes.len() as u64 > LARGEST {
        return Err(bad_input(format!("{}: the file is larger than {} MiB", path.display(), LARGEST >> 20)));
    }
    Ok(bytes)
}

/// Whether two paths name one file that exists.
fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
