//! `hakutaku incident export ID`: a report, the whole record or the scenario of an incident, without a server.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, bad_input, print};
use crate::lang::{LangArgument, chosen};
use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_documents::{Header, incident_pdf, incident_workbook};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{Incident, Paper, filled, pack};
use hakutaku_model::room::RoomKind;
use hakutaku_store::FacilityRow;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// `incident` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a report form filled from an incident's record, or the record itself.
    Export(Export),
}

/// Arguments of `incident export`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hakutaku incident export ID --form ppc-preliminary --format pdf --data DIR --facility ID --out report.pdf\n  hakutaku incident export ID --form mhlw --format xlsx --data DIR --facility ID --out report.xlsx\n  hakutaku incident export ID --form police --format json --data DIR --facility ID\n  hakutaku incident export ID --form record --format pdf --data DIR --facility ID --out record.pdf\n\nThe address of the incident's page shows both ids.\nExit codes: 0 written · 1 could not be done · 2 there is no such incident or facility"
)]
pub(crate) struct Export {
    /// The incident's id.
    incident: RoomId,
    /// Which form.
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
    /// Where to write it; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Language of the file.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// A form on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormArgument {
    /// Personal Information Protection Commission, first report.
    PpcPreliminary,
    /// Personal Information Protection Commission, final report.
    PpcFinal,
    /// Ministry of Health.
    Mhlw,
    /// Prefecture or city health authority.
    Prefecture,
    /// Police.
    Police,
    /// IPA.
    Ipa,
    /// JPCERT/CC.
    Jpcert,
    /// National Cybersecurity Office.
    Nco,
    /// Maintaining vendors.
    Vendor,
    /// Inside the house.
    Internal,
    /// The people concerned.
    Persons,
    /// Claims payers.
    ClaimsPayer,
    /// Draft for the common ransomware form.
    CommonRansomware,
    /// The whole record (pdf, xlsx).
    Record,
}

/// How a form is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A4, to print.
    Pdf,
    /// A workbook.
    Xlsx,
    /// For scripts: `hakutaku-incident-report/1`; of the record: the computed state.
    Json,
}

pub(crate) fn run(command: &Command) -> Done {
    let Command::Export(export) = command;
    export.run()
}

impl Export {
    fn run(&self) -> Done {
        let (catalogue, made, lang) = (hakutaku_catalog::embedded()?, now(), chosen(self.lang));
        let Some(facility) = block_on(async {
            let store = self.data.open_existing().await?;
            Ok(store.facilities().await?.into_iter().find(|row| row.id == self.facility))
        })?
        else {
            return Err(bad_input(format!(
                "hakutaku: there is no facility {}; the address of its pages shows its id",
                self.facility
            )));
        };
        let Some(incident) = self.incident(&facility)? else {
            return Err(bad_input(format!("hakutaku: the facility has no incident {}", self.incident)));
        };
        let name = facility.profile.name.clone();
        let header = Header { facility: Some(name.clone()), fiscal_year: None, made };
        let guide = &catalogue.incident;
        if self.form == FormArgument::Record {
            let bytes = match self.format {
                Format::Json => (serde_json::to_string_pretty(&incident)? + "\n").into_bytes(),
                _ => self.bytes(&pack(&incident, guide, &name, lang, made), &header)?,
            };
            return self.deliver(&bytes);
        }
        let value = self.form.to_possible_value();
        let key = value.as_ref().map_or("", |value| value.get_name());
        let Some(form) = filled(&incident, guide, key, &name, lang, made) else {
            return Err(bad_input(format!("hakutaku: the catalogue has no form {key}")));
        };
        let bytes = match self.format {
            Format::Json => (serde_json::to_string_pretty(&form)? + "\n").into_bytes(),
            _ => self.bytes(&form.paper(lang), &header)?,
        };
        self.deliver(&bytes)
    }

    fn incident(&self, facility: &FacilityRow) -> anyhow::Result<Option<Incident>> {
        block_on(async {
            let store = self.data.open_existing().await?;
            let rooms = store.rooms(facility.id, RoomKind::Incident).await?;
            let Some(room) = rooms.into_iter().find(|room| room.id == self.incident) else { return Ok(None) };
            let entries = store.entries(room.id).await?;
            Ok(Some(Incident::fold(&room, &entries)))
        })
    }

    fn bytes(&self, paper: &Paper, header: &Header) -> anyhow::Result<Vec<u8>> {
        if self.format == Format::Xlsx {
            return Ok(incident_workbook(paper, header)?);
        }
        let lang = chosen(self.lang);
        let pdf = incident_pdf(paper, lang, header)?;
        for notice in &pdf.notices {
            eprintln!("hakutaku: {}", notice.sentence(lang));
        }
        Ok(pdf.bytes)
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
