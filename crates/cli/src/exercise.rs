//! `hakutaku exercise check|simulate|show`: scenarios of drills, without a server.

use crate::exercise_text;
use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use anyhow::anyhow;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_catalog::{LARGEST_EXERCISE, Source, embedded, read_exercise_bytes};
use hakutaku_model::exercise::{
    Finding, Paths, SIMULATED_START, Scenario, Severity, can_be_played, check, paths, simulate,
};
use hakutaku_model::text::Lang;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

/// `exercise` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with a scenario, and print every way it can go.
    #[command(
        after_help = "Examples:\n  hakutaku exercise check my-drill.yaml\n  hakutaku exercise check my-drill.yaml --format json\n  hakutaku exercise check ransomware-60\n\nThe format of the file is described in docs/exercise-format.md.\nExit codes: 0 it can be played · 1 could not be done · 2 the file is wrong (one line per error on stderr) · 3 checked with --strict, and there are warnings"
    )]
    Check(Check),
    /// Play a scenario with simulated players, and print its journal and the data of its report.
    #[command(
        after_help = "Examples:\n  hakutaku exercise simulate my-drill.yaml --seed 7\n  hakutaku exercise simulate ransomware-60 --seed 7 --format json\n\nThe same file and seed always give the same bytes.\nExit codes: 0 played · 1 could not be done · 2 the file is wrong (one line per error on stderr)"
    )]
    Simulate(Simulate),
    /// List the scenarios in this program, or print the file of one, to take a copy and change it.
    Show {
        /// The id of a scenario; without it, all are listed.
        id: Option<String>,
        /// Language of the list.
        #[arg(long, value_enum)]
        lang: Option<LangArgument>,
    },
}

/// Arguments of `exercise check`.
#[derive(Args)]
pub(crate) struct Check {
    /// The scenario (YAML, `hakutaku-exercise/1`), `-` for standard input, or the id of one in this program.
    file: String,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// End with exit code 3 when there are warnings.
    #[arg(long)]
    strict: bool,
    /// Language of the text form.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// Arguments of `exercise simulate`.
#[derive(Args)]
pub(crate) struct Simulate {
    /// The scenario (YAML, `hakutaku-exercise/1`), `-` for standard input, or the id of one in this program.
    file: String,
    /// What the simulated players draw from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print the drill.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Language of the text form.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// How output is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For scripts; the structure is a contract.
    Json,
}

/// What `exercise check --format json` prints.
#[derive(Serialize)]
struct Checked<'c> {
    ok: bool,
    id: &'c str,
    findings: &'c [Finding],
    #[serde(flatten)]
    paths: Option<Paths>,
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Check(arguments) => run_check(arguments),
        Command::Simulate(arguments) => run_simulate(arguments),
        Command::Show { id, lang } => show(id.as_deref(), chosen(*lang)),
    }
}

fn run_check(arguments: &Check) -> Done {
    let lang = chosen(arguments.lang);
    let scenario = read(&arguments.file)?;
    let findings = findings(&scenario)?;
    let ok = can_be_played(&findings);
    // What cannot be played has no ways to go.
    let paths = ok.then(|| paths(&scenario));
    if arguments.format == Format::Json {
        let checked = Checked { ok, id: &scenario.id, findings: &findings, paths: paths.clone() };
        json(&checked)?;
    }
    if !ok {
        return Err(refused(&arguments.file, &findings, lang));
    }
    if let (Format::Text, Some(paths)) = (arguments.format, &paths) {
        print(&exercise_text::checked(&scenario, &findings, paths, lang)?)?;
    }
    if arguments.strict && !findings.is_empty() { Err(Exit::Found) } else { Ok(()) }
}

fn run_simulate(arguments: &Simulate) -> Done {
    let lang = chosen(arguments.lang);
    let scenario = read(&arguments.file)?;
    let findings = findings(&scenario)?;
    if !can_be_played(&findings) {
        return Err(refused(&arguments.file, &findings, lang));
    }
    let simulation = simulate(&scenario, arguments.seed, SIMULATED_START);
    match arguments.format {
        Format::Json => json(&simulation),
        Format::Text => print(&exercise_text::simulated(&simulation, lang)?),
    }
}

fn show(id: Option<&str>, lang: Lang) -> Done {
    let catalogue = embedded()?;
    let Some(id) = id else {
        let mut out = String::new();
        for scenario in &catalogue.exercises {
            let minutes = scenario.minutes.seconds() / 60;
            writeln!(out, "{:<24} {minutes:>3} min  {}", scenario.id, scenario.title.get(lang))?;
        }
        return print(&out);
    };
    match Source::embedded().text(&format!("exercises/{id}.yaml")) {
        Some(text) => print(text),
        None => Err(bad_input(format!("hakutaku: there is no scenario {id:?}; `hakutaku exercise show` lists them"))),
    }
}

fn findings(scenario: &Scenario) -> Result<Vec<Finding>, Exit> {
    let catalogue = embedded()?;
    Ok(check(scenario, Some(&|control: &str| catalogue.controls.contains_key(control))))
}

fn refused(file: &str, findings: &[Finding], lang: Lang) -> Exit {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    Exit::BadInput(errors.map(|found| format!("{file}: {}: {}", found.place, found.problem.get(lang))).collect())
}

fn json(value: &impl Serialize) -> Done {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Reads a file; a name that is no file but the id of a scenario in this program is that one.
fn read(name: &str) -> Result<Scenario, Exit> {
    if !Path::new(name).exists()
        && let Some(scenario) = embedded()?.exercise(name)
    {
        return Ok(scenario.clone());
    }
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that it is too much.
    let limit = u64::try_from(LARGEST_EXERCISE).map_err(|error| anyhow!(error))? + 1;
    let read = if name == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(name).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| bad_input(format!("{name}: {error}")))?;
    read_exercise_bytes(&bytes).map_err(|error| bad_input(format!("{name}: {error}")))
}
