//! `hakutaku exchange stix|misp|cef|check|pull`: formats of others, on files and without a server.

use crate::exchange_pull;
use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_exchange::cef::{self, Sender};
use hakutaku_exchange::json::{self as limits, LIMITS};
use hakutaku_exchange::{Centre, Draft, Reader, Verdict, Worth, csaf, misp, stix};
use hakutaku_model::region::notice::{Criterion, Notice, Tlp};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{LINE, SignedTouch};
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::Read as _;

/// `exchange` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write a notice, or touches of decoys, as a bundle of STIX 2.1.
    #[command(
        after_help = "Examples:\n  hakutaku exchange stix notice.json --centre 監視センター --to member\n  hakutaku decoy touches --spool spool --format json | hakutaku exchange stix - --centre 監視センター --to community --tlp green\n\nThe file holds a notice as JSON (or a list of all its editions), or touches, one JSON object a line.\nExit codes: 0 written · 1 could not be done · 2 the file is wrong, or its label forbids it"
    )]
    Stix(Out),
    /// Write a notice, or touches of decoys, as an event of MISP.
    #[command(
        after_help = "Example:\n  hakutaku exchange misp notice.json --centre 監視センター --to community\n\nExit codes: 0 written · 1 could not be done · 2 the file is wrong, or its label forbids it"
    )]
    Misp(Out),
    /// Write touches of decoys as lines of syslog (RFC 5424) in CEF.
    #[command(
        after_help = "Example:\n  hakutaku decoy touches --spool spool --format json | hakutaku exchange cef - --host sensor1\n\nExit codes: 0 written · 1 could not be done · 2 the file is wrong"
    )]
    Cef(Lines),
    /// Look through a file of others (STIX 2.1 or CSAF 2.0): what would become of each part. Changes nothing.
    #[command(
        after_help = "Examples:\n  hakutaku exchange check feed.json\n  hakutaku exchange check advisory.json --format json --strict\n\nExit codes: 0 looked through · 1 could not be done · 2 the file cannot be read (one line for each reason on stderr) · 3 with --strict: something in it was refused"
    )]
    Check(Check),
    /// Fetch a collection of a TAXII 2.1 server.
    #[command(
        after_help = "Examples:\n  hakutaku exchange pull --from https://centre.example/taxii2/region/ --collection inbox --token-file token.txt\n  hakutaku exchange pull --from https://isac.example/api1/ --collection 91a7b528-80eb-42ed-a74d-c6fbd5a26116 --token-file login.txt --into feed\n\nWithout --into nothing is kept: it prints what would become of each object. With --into each page becomes a file, and the next call goes on where this one stopped.\nThe token file holds a token, or name:password.\nExit codes: 0 fetched · 1 could not be done · 2 an argument is wrong"
    )]
    Pull(exchange_pull::Arguments),
}

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReaderArgument {
    /// Anybody: TLP:CLEAR alone.
    Public,
    /// Other centres: up to TLP:GREEN.
    Community,
    /// Members: up to TLP:AMBER+STRICT.
    Member,
    /// The centre itself: everything, with names.
    Centre,
}

impl From<ReaderArgument> for Reader {
    fn from(argument: ReaderArgument) -> Self {
        match argument {
            ReaderArgument::Public => Self::Public,
            ReaderArgument::Community => Self::Community,
            ReaderArgument::Member => Self::Member,
            ReaderArgument::Centre => Self::Centre,
        }
    }
}

/// A label of TLP 2.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TlpArgument {
    /// TLP:CLEAR
    Clear,
    /// TLP:GREEN
    Green,
    /// TLP:AMBER
    Amber,
    /// TLP:AMBER+STRICT
    AmberStrict,
    /// TLP:RED
    Red,
}

impl From<TlpArgument> for Tlp {
    fn from(argument: TlpArgument) -> Self {
        match argument {
            TlpArgument::Clear => Self::Clear,
            TlpArgument::Green => Self::Green,
            TlpArgument::Amber => Self::Amber,
            TlpArgument::AmberStrict => Self::AmberStrict,
            TlpArgument::Red => Self::Red,
        }
    }
}

/// Arguments of `exchange stix` and `exchange misp`.
#[derive(Args)]
pub(crate) struct Out {
    /// The file, or `-` for standard input.
    file: String,
    /// The name of the centre that sends.
    #[arg(long)]
    centre: String,
    /// What never changes about the centre: ids follow from it. Without it, its name.
    #[arg(long)]
    key: Option<String>,
    /// Who reads it; decides which labels may leave and how much is told.
    #[arg(long, value_enum)]
    to: ReaderArgument,
    /// The label of touches; a notice has its own.
    #[arg(long, value_enum, default_value = "amber-strict")]
    tlp: TlpArgument,
    /// Language of what is said of a wrong file.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// Arguments of `exchange cef`.
#[derive(Args)]
pub(crate) struct Lines {
    /// Touches, one JSON object a line; `-` for standard input.
    file: String,
    /// The host name in each line.
    #[arg(long, default_value = "-")]
    host: String,
    /// Who reads it.
    #[arg(long, value_enum, default_value = "centre")]
    to: ReaderArgument,
    /// Without the header of syslog: lines of CEF alone.
    #[arg(long)]
    bare: bool,
}

/// Arguments of `exchange check`.
#[derive(Args)]
pub(crate) struct Check {
    /// The file, or `-` for standard input.
    file: String,
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// End with exit code 3 when something in it is refused.
    #[arg(long)]
    strict: bool,
    /// Language of the text form.
    #[arg(long, value_enum)]
    lang: Option<LangArgument>,
}

/// How output is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For scripts; the structure is a contract.
    Json,
}

/// What `exchange check --format json` and `exchange pull --format json` print.
#[derive(Serialize)]
pub(crate) struct Checked<'c> {
    pub(crate) format: &'c str,
    pub(crate) verdicts: &'c [Verdict],
    pub(crate) drafts: &'c [Draft],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) criteria: &'c [Criterion],
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Stix(arguments) => write_stix(arguments),
        Command::Misp(arguments) => write_misp(arguments),
        Command::Cef(arguments) => write_cef(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Pull(arguments) => exchange_pull::run(arguments),
    }
}

/// What leaves.
enum Given {
    Notice(Vec<Notice>),
    Touches(Vec<SignedTouch>),
}

fn bytes_of(file: &str) -> Result<Vec<u8>, Exit> {
    let mut bytes = Vec::new();
    // One byte more than allowed is enough to know that it is too much.
    let limit = u64::try_from(LIMITS.bytes).unwrap_or(u64::MAX).saturating_add(1);
    let read = if file == "-" {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|opened| opened.take(limit).read_to_end(&mut bytes))
    };
    read.map_err(|error| bad_input(format!("{file}: {error}")))?;
    if bytes.len() > LIMITS.bytes {
        return Err(bad_input(format!("{file}: more than {} bytes", LIMITS.bytes)));
    }
    Ok(bytes)
}

fn given(file: &str) -> Result<Given, Exit> {
    let bytes = bytes_of(file)?;
    let wrong = |reason: String| bad_input(format!("{file}: {reason}"));
    if let Ok(value) = limits::read(&bytes, LIMITS) {
        let editions = match value {
            Value::Array(all) => all,
            one if one.get("edition").is_some() => vec![one],
            _ => return touches(file, &bytes).map(Given::Touches),
        };
        let notices: Result<Vec<Notice>, _> = editions.into_iter().map(serde_json::from_value).collect();
        return notices.map(Given::Notice).map_err(|error| wrong(format!("not a notice: {error}")));
    }
    touches(file, &bytes).map(Given::Touches)
}

fn touches(file: &str, bytes: &[u8]) -> Result<Vec<SignedTouch>, Exit> {
    let mut out = Vec::new();
    for (n, line) in bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        if line.len() > LINE {
            return Err(bad_input(format!("{file}: line {}: longer than {LINE} bytes", n + 1)));
        }
        let touch = serde_json::from_slice(line);
        out.push(touch.map_err(|error| bad_input(format!("{file}: line {}: not a touch: {error}", n + 1)))?);
    }
    Ok(out)
}

fn centre(arguments: &Out) -> Centre {
    let key = arguments.key.clone().unwrap_or_else(|| arguments.centre.clone());
    Centre { key, name: arguments.centre.clone(), since: Ts::from_micros(0) }
}

fn json_out(value: &impl Serialize) -> Done {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

fn write_stix(arguments: &Out) -> Done {
    let (centre, reader, lang) = (centre(arguments), arguments.to.into(), chosen(arguments.lang));
    let objects = match given(&arguments.file)? {
        Given::Notice(editions) => stix::notice(&centre, &editions, reader).map_err(|error| match error {
            stix::NoticeError::NotForThem(refused) => forbidden(&arguments.file, &refused, lang),
            other => bad_input(format!("{}: {other}", arguments.file)),
        })?,
        Given::Touches(all) => stix::touches(&centre, &all, arguments.tlp.into(), reader)
            .map_err(|refused| forbidden(&arguments.file, &refused, lang))?,
    };
    json_out(&stix::bundle(&objects))
}

fn write_misp(arguments: &Out) -> Done {
    let (centre, reader, lang) = (centre(arguments), arguments.to.into(), chosen(arguments.lang));
    let event = match given(&arguments.file)? {
        Given::Notice(editions) => {
            let newest = editions.iter().max_by_key(|one| one.edition);
            let newest = newest.ok_or_else(|| bad_input(format!("{}: no edition of a notice", arguments.file)))?;
            misp::notice(&centre, newest, reader)
        }
        Given::Touches(all) => misp::touches(&centre, &all, arguments.tlp.into(), reader),
    };
    json_out(&event.map_err(|refused| forbidden(&arguments.file, &refused, lang))?)
}

fn forbidden(file: &str, refused: &hakutaku_exchange::NotForThem, lang: Lang) -> Exit {
    bad_input(format!("{file}: {}", refused.text().get(lang)))
}

fn write_cef(arguments: &Lines) -> Done {
    let sender = Sender { host: arguments.host.clone(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let bytes = bytes_of(&arguments.file)?;
    let mut out = String::new();
    for signed in touches(&arguments.file, &bytes)? {
        let Some(line) = cef::touch(&sender, &signed, arguments.to.into()) else { continue };
        let line = if arguments.bare { line } else { cef::syslog(&sender, signed.touch.time, "touch", &line) };
        out.push_str(&line);
        out.push('\n');
    }
    print(&out)
}

fn check(arguments: &Check) -> Done {
    let lang = chosen(arguments.lang);
    let bytes = bytes_of(&arguments.file)?;
    let file = &arguments.file;
    let value =
        limits::read(&bytes, LIMITS).map_err(|error| bad_input(format!("{file}: {}", error.text().get(lang))))?;
    let (verdicts, drafts, criteria, format) = if csaf::looks_like(&value) {
        let advisory = csaf::read(&bytes).map_err(|error| {
            Exit::BadInput(error.texts().iter().map(|text| format!("{file}: {}", text.get(lang))).collect())
        })?;
        (advisory.verdicts, vec![advisory.draft], advisory.criteria, "csaf-2.0")
    } else {
        let read = stix::read(&bytes).map_err(|error| bad_input(format!("{file}: {}", error.text().get(lang))))?;
        (read.verdicts, read.drafts, Vec::new(), "stix-2.1")
    };
    show(&Checked { format, verdicts: &verdicts, drafts: &drafts, criteria: &criteria }, arguments.format, lang)?;
    if arguments.strict && verdicts.iter().any(|one| one.worth == Worth::Refused) { Err(Exit::Found) } else { Ok(()) }
}

/// Prints verdicts and drafts.
pub(crate) fn show(checked: &Checked<'_>, format: Format, lang: Lang) -> Done {
    if format == Format::Json {
        return json_out(checked);
    }
    let mut out = String::new();
    for one in checked.verdicts {
        let worth = match (one.worth, lang) {
            (Worth::Taken, Lang::Ja) => "使う",
            (Worth::Kept, Lang::Ja) => "残す",
            (Worth::Refused, Lang::Ja) => "不可",
            (Worth::Taken, Lang::En) => "taken",
            (Worth::Kept, Lang::En) => "kept",
            (Worth::Refused, Lang::En) => "refused",
        };
        let _ = writeln!(out, "{worth}  {}  {}  {}", one.at, one.id, one.words.get(lang));
    }
    for draft in checked.drafts {
        let title = match lang {
            Lang::Ja => "下書き",
            Lang::En => "Draft",
        };
        let _ = writeln!(out, "\n{title}: {}  {}  ({})", draft.title, draft.tlp.label(), draft.source);
        let _ = writeln!(out, "{}", draft.text);
        for action in &draft.actions {
            let _ = writeln!(out, "- {action}");
        }
        for indicator in &draft.indicators {
            let _ = writeln!(out, "  {}: {}", indicator.kind.title().get(lang), indicator.value);
        }
        for product in &draft.products {
            let _ = writeln!(out, "  {}", stix::product_words(product));
        }
    }
    print(&out)
}
