//! `hakutaku checklist export`: an official form as filled in, from the data directory and without a server.
//! (`checklist fill` is in `checklist_fill.rs`.)

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, bad_input, print};
use crate::lang::{LangArgument, chosen};
use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_documents::{Header, checklist_pdf, checklist_workbook};
use hakutaku_model::checklist::{ChecklistFile, FormGround, FormKind, FormView};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::FacilityRow;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// `checklist` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a form with its answers as a workbook, a paper or JSON.
    Export(Export),
    /// Write answers into a copy of the ministry's own spreadsheet.
    Fill(crate::checklist_fill::Fill),
}

/// Arguments of `checklist export`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hakutaku checklist export --edition mhlw-r7 --form hospital --format xlsx --data DIR --facility ID --out form.xlsx\n  hakutaku checklist export --edition r7 --form vendor --vendor ID --format pdf --data DIR --facility ID --out vendor.pdf\n  hakutaku checklist export --edition r7 --form hospital --format json --data DIR --facility ID\n\nExit codes: 0 written · 1 could not be done · 2 there is no such edition, form, facility or vendor"
)]
pub(crate) struct Export {
    /// Edition: `mhlw-r7` (or `r7`), or the id of a loaded official file.
    #[arg(long)]
    edition: String,
    /// Whose form.
    #[arg(long, value_enum)]
    form: FormArgument,
    /// How to write it.
    #[arg(long, value_enum)]
    format: Format,
    #[command(flatten)]
    data: DataArguments,
    /// The facility's id.
    #[arg(long)]
    facility: FacilityId,
    /// On the vendor form: whose sheet, by the vendor's id. Without it the blank sheet.
    #[arg(long)]
    vendor: Option<RecordId>,
    /// Where to write it; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Language of the file.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// A form on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormArgument {
    /// For hospitals and clinics.
    Hospital,
    /// For vendors.
    Vendor,
    /// For pharmacies.
    Pharmacy,
}

impl From<FormArgument> for FormKind {
    fn from(form: FormArgument) -> Self {
        match form {
            FormArgument::Hospital => Self::Hospital,
            FormArgument::Vendor => Self::Vendor,
            FormArgument::Pharmacy => Self::Pharmacy,
        }
    }
}

/// How a form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A workbook.
    Xlsx,
    /// A4, to print.
    Pdf,
    /// For scripts: `hakutaku-checklist/1`.
    Json,
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Export(export) => export.run(),
        Command::Fill(fill) => fill.run(),
    }
}

impl Export {
    fn run(&self) -> Done {
        let (catalogue, made) = (hakutaku_catalog::embedded()?, now());
        let known = block_on(async {
            let store = self.data.open_existing().await?;
            let facilities = store.facilities().await?;
            let Some(facility) = facilities.into_iter().find(|row| row.id == self.facility) else { return Ok(None) };
            let ground = store.form_ground(&catalogue, self.facility, made.date_in_japan()).await?;
            Ok(Some((facility, ground)))
        })?;
        let Some((facility, ground)) = known else {
            return Err(bad_input(format!(
                "hakutaku: there is no facility {}; the address of its pages shows its id",
                self.facility
            )));
        };
        let Some(view) = ground.view(&catalogue, &self.edition, self.form.into(), self.vendor) else {
            return Err(bad_input(self.why_none(&ground)));
        };
        if self.form == FormArgument::Vendor && self.vendor.is_none() {
            let vendors: Vec<String> = ground.contracted().map(|v| format!("\n  {}  {}", v.id, v.name)).collect();
            eprintln!("hakutaku: the blank sheet; for a filled one add --vendor ID:{}", vendors.concat());
        }
        let bytes = self.bytes(&view, &facility, made)?;
        self.deliver(&bytes)
    }

    /// What to say when there is no such form.
    fn why_none(&self, ground: &FormGround) -> String {
        let Some(edition) = ground.edition(&self.edition) else {
            let known: Vec<&str> = ground.editions.iter().map(|edition| edition.id.as_str()).collect();
            return format!("hakutaku: there is no edition {:?}; there are {}", self.edition, known.join(", "));
        };
        if !edition.items_available {
            return format!(
                "hakutaku: the items of edition {} are not in our data; load the official file, or see {}",
                edition.id, edition.url
            );
        }
        match self.vendor {
            Some(_) if self.form != FormArgument::Vendor => {
                "hakutaku: --vendor belongs to --form vendor only".to_owned()
            }
            Some(vendor) => format!("hakutaku: the facility has no vendor {vendor}"),
            None => format!("hakutaku: edition {} has no such form", edition.id),
        }
    }

    fn bytes(
        &self,
        view: &FormView,
        facility: &FacilityRow,
        made: hakutaku_model::time::Ts,
    ) -> anyhow::Result<Vec<u8>> {
        let lang = chosen(self.lang);
        let name = facility.profile.name.clone();
        let header = Header { facility: Some(name.clone()), fiscal_year: Some(FiscalYear(view.fiscal_year)), made };
        Ok(match self.format {
            Format::Xlsx => checklist_workbook(view, lang, &header)?,
            Format::Pdf => {
                let pdf = checklist_pdf(view, lang, &header)?;
                for notice in &pdf.notices {
                    eprintln!("hakutaku: {}", notice.sentence(lang));
                }
                pdf.bytes
            }
            Format::Json => {
                let file = ChecklistFile::of(view, &name, made.date_in_japan());
                (serde_json::to_string_pretty(&file)? + "\n").into_bytes()
            }
        })
    }

    fn deliver(&self, bytes: &[u8]) -> Done {
        match &self.out {
            Some(path) => {
                std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(())
            }
            None if self.format != Format::Json && std::io::stdout().is_terminal() => {
                Err(bad_input("hakutaku: this format does not belong on a terminal; add --out FILE"))
            }
            None => match std::str::from_utf8(bytes) {
                Ok(text) => print(text),
                Err(_) => Ok(std::io::stdout().lock().write_all(bytes)?),
            },
        }
    }
}
