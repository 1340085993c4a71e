//! `hakutaku responsibility check MATRIX`: holes, double claims and contradictions from a file, without a server.

use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use clap::{Subcommand, ValueEnum};
use hakutaku_model::responsibility::file::{self, MAX_BYTES};
use hakutaku_model::responsibility::words::{CheckReport, Said, report};
use hakutaku_model::text::Lang;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// `responsibility` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find what does not fit together in a responsibility matrix.
    #[command(
        after_help = "Examples:\n  hakutaku responsibility check matrix.json\n  hakutaku responsibility check matrix.json --format json\n  hakutaku responsibility check --example handa > matrix.json\n\nThe format of the file is described in docs/responsibility-file.md.\nExit codes: 0 checked · 1 could not be done · 2 the file is wrong (one line per problem on stderr) · 3 checked with --strict, and something was found"
    )]
    Check(Arguments),
}

/// Arguments of `responsibility check`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The matrix (JSON, `hakutaku-responsibility/1`); `-` reads standard input.
    #[arg(required_unless_present = "example")]
    matrix: Option<PathBuf>,
    /// How to print the findings.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print a built-in example instead of checking a file.
    #[arg(long, value_enum, conflicts_with = "matrix")]
    example: Option<Example>,
    /// End with exit code 3 when something was found.
    #[arg(long)]
    strict: bool,
    /// Language of the text form.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For scripts; the structure is a contract.
    Json,
}

/// A built-in example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Example {
    /// The published case of Handa Hospital, 2021.
    Handa,
}

pub(crate) fn run(command: &Command) -> Done {
    let Command::Check(arguments) = command;
    if arguments.example == Some(Example::Handa) {
        return print(hakutaku_catalog::handa_example());
    }
    let Some(path) = arguments.matrix.as_deref() else { return Err(bad_input("hakutaku: name a file")) };
    let lang = chosen(arguments.lang);
    let catalogue = hakutaku_catalog::embedded()?;
    let matrix = file::parse(&read(path)?, &catalogue.responsibility).map_err(|problems| {
        let name = path.display();
        Exit::BadInput(problems.iter().map(|problem| format!("{name}:{}", problem.line_in(lang))).collect())
    })?;
    let report = report(&matrix, &catalogue.responsibility);
    match arguments.format {
        Format::Json => print(&(serde_json::to_string_pretty(&report)? + "\n"))?,
        Format::Text => print(&text(&report, lang)?)?,
    }
    if arguments.strict && !report.is_clean() { Err(Exit::Found) } else { Ok(()) }
}

fn read(path: &Path) -> Result<String, Exit> {
    let name = path.display();
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that it is too much.
    let limit = MAX_BYTES as u64 + 1;
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| bad_input(format!("{name}: {error}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        bad_input(format!("{name}: the file is not UTF-8 text (byte {at})"))
    })
}

fn text(report: &CheckReport, lang: Lang) -> Result<String, std::fmt::Error> {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let mut out = String::new();
    writeln!(out, "{}", report.title)?;
    let lists = [
        (say("だれもしない仕事", "Nobody's"), &report.holes),
        (say("食い違い", "Contradictions"), &report.contradictions),
        (say("二重の担当", "Claimed twice"), &report.double_claims),
        (say("契約のない担当", "Without a contract"), &report.uncontracted),
        (say("まだ聞いていない", "Not asked yet"), &report.open),
    ];
    let counts: Vec<String> = lists.iter().map(|(title, list)| format!("{title} {}", list.len())).collect();
    writeln!(out, "{} {} · {}", say("行", "rows"), report.cells, counts.join(" · "))?;
    for (title, list) in lists {
        if list.is_empty() {
            continue;
        }
        writeln!(out, "\n■ {title}")?;
        for said in list {
            finding(&mut out, said, lang, say("次に", "next"), say("起こりうること", "can happen"))?;
        }
    }
    if report.is_clean() && report.open.is_empty() {
        writeln!(out, "\n{}", say("食い違いはありません。", "Everything fits together."))?;
    }
    Ok(out)
}

fn finding(out: &mut String, said: &Said, lang: Lang, next: &str, can_happen: &str) -> std::fmt::Result {
    writeln!(out, "  - {}", said.sentence.get(lang))?;
    if let Some(words) = &said.can_happen {
        let case = said.case.as_ref().map(|case| format!("  [{}]", case.title.get(lang))).unwrap_or_default();
        writeln!(out, "      {can_happen}: {}{case}", words.get(lang))?;
    }
    writeln!(out, "      {next}: {}", said.next.get(lang))
}
