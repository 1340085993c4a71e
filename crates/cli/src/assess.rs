//! `hakutaku assess ANSWERS`: a result from a file, without a server or a database.

use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use crate::text_report;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use hakutaku_model::answers_file::{self, AnswersFile};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::report::{ReportContext, ResultReport, build};
use hakutaku_model::summary::summarise;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Arguments of `assess`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  hakutaku assess answers.json\n  hakutaku assess answers.json --format pdf --out result.pdf\n  hakutaku assess answers.json --previous last-year.json --format json\n  cat answers.json | hakutaku assess -\n\nExit codes: 0 a result · 1 could not be done · 2 the file is wrong (one line per problem on stderr)"
)]
pub(crate) struct Arguments {
    /// The answers file (JSON); `-` reads standard input.
    answers: PathBuf,
    /// How to print the result.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Where to write it; standard output if absent.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Last year's answers to the same questionnaire, to show what changed.
    #[arg(long)]
    previous: Option<PathBuf>,
    /// An executive's answers, to show beside IT's; may be given several times.
    #[arg(long)]
    executive: Vec<PathBuf>,
    /// Answers to the network typology, to include its level.
    #[arg(long)]
    typology: Option<PathBuf>,
    /// Language of the result.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// How the result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For the terminal.
    #[default]
    Text,
    /// For scripts; the structure is a contract.
    Json,
    /// A4, to print and to hand on.
    Pdf,
    /// The one-sheet executive page.
    BriefingPdf,
    /// A workbook.
    Xlsx,
    /// Fields as comma-separated values.
    Csv,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    let lang = chosen(arguments.lang);
    let catalogue = hakutaku_catalog::embedded()?;
    let file = read(&arguments.answers, &catalogue, lang)?;
    let previous = arguments.previous.as_deref().map(|path| read(path, &catalogue, lang)).transpose()?;
    let executives =
        arguments.executive.iter().map(|path| read(path, &catalogue, lang)).collect::<Result<Vec<_>, _>>()?;
    let typology = arguments.typology.as_deref().map(|path| read(path, &catalogue, lang)).transpose()?;
    expect_questionnaire(arguments.previous.as_deref(), previous.as_ref(), file.questionnaire.id.as_str())?;
    expect_questionnaire(arguments.typology.as_deref(), typology.as_ref(), "network-typology")?;
    for (path, executive) in arguments.executive.iter().zip(&executives) {
        expect_questionnaire(Some(path), Some(executive), "executive")?;
    }
    if arguments.format == Format::Json {
        let summary = summarise(&catalogue, file.questionnaire, &file.answers);
        return deliver(arguments, (serde_json::to_string_pretty(&summary)? + "\n").as_bytes());
    }
    let today = today_in_japan();
    let report = build(
        &catalogue,
        file.questionnaire,
        &ReportContext {
            lang,
            date: today,
            facility: None,
            fiscal_year: Some(FiscalYear::of(today)),
            answers: &file.answers,
            previous: previous.as_ref().map(|p| &p.answers),
            executives: executives.iter().map(|e| &e.answers).collect(),
            typology: typology.as_ref().map(|t| &t.answers),
        },
    );
    deliver(arguments, &render(arguments.format, &report)?)
}

fn render(format: Format, report: &ResultReport) -> Result<Vec<u8>, Exit> {
    Ok(match format {
        Format::Text | Format::Json => text_report::write(report)?.into_bytes(),
        Format::Pdf => noticed(hakutaku_documents::result_pdf(report)?, report.lang),
        Format::BriefingPdf => noticed(hakutaku_documents::executive_pdf(report)?, report.lang),
        Format::Xlsx => hakutaku_documents::result_workbook(report)?,
        Format::Csv => hakutaku_documents::result_csv(report)?,
    })
}

/// The bytes; what the reader should know about them is said on stderr.
fn noticed(pdf: hakutaku_documents::Pdf, lang: Lang) -> Vec<u8> {
    for notice in &pdf.notices {
        eprintln!("hakutaku: {}", notice.sentence(lang));
    }
    pdf.bytes
}

fn today_in_japan() -> jiff::civil::Date {
    hakutaku_model::time::Ts::from_micros(jiff::Timestamp::now().as_microsecond()).date_in_japan()
}

fn read<'c>(path: &Path, catalogue: &'c Catalogue, lang: Lang) -> Result<AnswersFile<'c>, Exit> {
    let name = path.display();
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that it is too much.
    let limit = answers_file::MAX_BYTES as u64 + 1;
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| bad_input(format!("{name}: {error}")))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        bad_input(format!("{name}: the file is not UTF-8 text (byte {at})"))
    })?;
    answers_file::parse(&text, catalogue).map_err(|problems| {
        Exit::BadInput(problems.iter().map(|problem| format!("{name}:{}", problem.line_in(lang))).collect())
    })
}

fn expect_questionnaire(path: Option<&Path>, file: Option<&AnswersFile<'_>>, expected: &str) -> Done {
    match (path, file) {
        (Some(path), Some(file)) if file.questionnaire.id.as_str() != expected => Err(bad_input(format!(
            "{}: answers {}, but {expected} is needed here",
            path.display(),
            file.questionnaire.id
        ))),
        _ => Ok(()),
    }
}

fn deliver(arguments: &Arguments, bytes: &[u8]) -> Done {
    match &arguments.out {
        Some(path) => {
            std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(())
        }
        None if matches!(arguments.format, Format::Pdf | Format::BriefingPdf | Format::Xlsx)
            && std::io::stdout().is_terminal() =>
        {
            Err(bad_input("hakutaku: this format does not belong on a terminal; add --out FILE"))
        }
        None => match std::str::from_utf8(bytes) {
            Ok(text) => print(text),
            Err(_) => Ok(std::io::stdout().lock().write_all(bytes)?),
        },
    }
}
