//! `hakutaku plan export`: the plan for outages and attacks as paper or document, from the data directory and without a
//! server.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, bad_input};
use crate::lang::{LangArgument, chosen};
use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_documents::{Header, PlanCover, plan_docx, plan_pdf};
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::{Which, paper};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// `plan` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write the plan as a paper or a document.
    Export(Export),
}

/// Arguments of `plan export`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hakutaku plan export --format pdf --data DIR --facility ID --out plan.pdf\n  hakutaku plan export --format docx --data DIR --facility ID --lang en --out plan.docx\n  hakutaku plan export --format pdf --version-number 2 --data DIR --facility ID --out version-2.pdf\n\nWithout --version-number or --draft: the newest approved version with the facts of today, or the draft while none is approved.\nExit codes: 0 written · 1 could not be done · 2 there is no such facility, plan or version"
)]
pub(crate) struct Export {
    /// How to write it.
    #[arg(long, value_enum)]
    format: Format,
    #[command(flatten)]
    data: DataArguments,
    /// The facility's id.
    #[arg(long)]
    facility: FacilityId,
    /// An approved version with the facts of the day it was approved.
    #[arg(long, conflicts_with = "draft")]
    version_number: Option<u32>,
    /// The draft, approved or not.
    #[arg(long)]
    draft: bool,
    /// Where to write it; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Language of the file.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// How the plan is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A4, for the bag.
    Pdf,
    /// To go on editing.
    Docx,
}

pub(crate) fn run(command: &Command) -> Done {
    let Command::Export(export) = command;
    export.run()
}

impl Export {
    fn run(&self) -> Done {
        let (catalogue, made, lang) = (hakutaku_catalog::embedded()?, now(), chosen(self.lang));
        let which = match (self.version_number, self.draft) {
            (Some(number), _) => Which::Version(number),
            (None, true) => Which::Draft,
            (None, false) => Which::InForce,
        };
        let known = block_on(async {
            let store = self.data.open_existing().await?;
            let facilities = store.facilities().await?;
            let Some(facility) = facilities.into_iter().find(|row| row.id == self.facility) else { return Ok(None) };
            let today = made.date_in_japan();
            // Before the first word there are only empty headings: nothing that anybody could carry away.
            let begun = store.plan_facts(self.facility, today).await?.is_some();
            let plan = store.plan_chosen(self.facility, today, which).await?;
            Ok(Some((facility.profile.name, begun, plan)))
        })?;
        let Some((facility, begun, plan)) = known else {
            return Err(bad_input(format!(
                "hakutaku: there is no facility {}; the address of its pages shows its id",
                self.facility
            )));
        };
        if !begun {
            return Err(bad_input(format!(
                "hakutaku: {facility} has no plan yet; begin it on the pages under preparation, plan"
            )));
        }
        let Some(plan) = plan else {
            let number = self.version_number.unwrap_or_default();
            return Err(bad_input(format!("hakutaku: the plan has no version {number}")));
        };
        let (cover, words) = (PlanCover::of(&plan), paper(&catalogue.plan, &plan.plan, lang));
        let bytes = match self.format {
            Format::Pdf => {
                let header = Header { facility: Some(facility), fiscal_year: None, made };
                let pdf = plan_pdf(&words, &cover, lang, &header)?;
                for notice in &pdf.notices {
                    eprintln!("hakutaku: {}", notice.sentence(lang));
                }
                pdf.bytes
            }
            Format::Docx => plan_docx(&words, &cover, &facility, made, lang)?,
        };
        self.deliver(&bytes)
    }

    fn deliver(&self, bytes: &[u8]) -> Done {
        match &self.out {
            Some(path) => {
                std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(())
            }
            None if std::io::stdout().is_terminal() => {
                Err(bad_input("hakutaku: this format does not belong on a terminal; add --out FILE"))
            }
            None => Ok(std::io::stdout().lock().write_all(bytes)?),
        }
    }
}
