//! The subcommands of `hakutaku decoy` and of `hakutaku-decoy`.

use crate::config::Config;
use crate::document;
use crate::run::Sensor;
use crate::spool;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_model::touch::{SignedTouch, export};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// What can be done with a sensor.
#[derive(Subcommand)]
pub enum Command {
    /// Put up the decoys and write down who touches them.
    Run(ConfigArguments),
    /// Read the configuration and say what it would offer.
    Check(ConfigArguments),
    /// Print the touches of a spool.
    Touches(TouchesArguments),
    /// Follow the chain of a spool: is anything missing, changed or foreign?
    Verify(SpoolArguments),
    /// Make a document that asks a web decoy for something when it is opened.
    Token(TokenArguments),
}

/// Which token, and where to put it.
#[derive(Args)]
pub struct TokenArguments {
    /// What to make.
    #[arg(long, value_enum, default_value_t = Planted::Document)]
    kind: Planted,
    /// What the document asks for when it is opened: a decoy's address and a `[[token]]`'s path, such as
    /// `http://10.0.0.5/share/logo.png`.
    #[arg(long, value_name = "URL")]
    url: String,
    /// The file to write (.docx). An existing file is not overwritten.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The first line of the document, to make it worth opening.
    #[arg(long, value_name = "TEXT", default_value = document::TITLE)]
    title: String,
}

/// Tokens that are files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Planted {
    /// A Word document with a picture that lies elsewhere.
    Document,
}

/// Which configuration.
#[derive(Args)]
pub struct ConfigArguments {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Which spool.
#[derive(Args)]
pub struct SpoolArguments {
    /// The spool's folder.
    #[arg(long, value_name = "DIR")]
    spool: PathBuf,
}

/// Which touches, and how.
#[derive(Args)]
pub struct TouchesArguments {
    /// The spool's folder.
    #[arg(long, value_name = "DIR")]
    spool: PathBuf,
    /// Only touches after this number.
    #[arg(long, default_value_t = 0)]
    after: u64,
    /// How to print them: one JSON object a line as signed, a table, or the names of other tools.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How touches are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for people.
    Text,
    /// The signed line as it is.
    Json,
    /// Elastic Common Schema.
    Ecs,
    /// Open Cybersecurity Schema Framework.
    Ocsf,
}

/// Runs a subcommand. Exit codes: 0 done, 1 could not be done, 2 wrong input, 3 something was found (a broken chain).
#[must_use]
pub fn main(command: &Command) -> ExitCode {
    match command {
        Command::Run(arguments) => run(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Touches(arguments) => touches(arguments),
        Command::Verify(arguments) => verify(arguments),
        Command::Token(arguments) => token(arguments),
    }
}

fn wrong(what: impl std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("{what}");
    ExitCode::from(code)
}

fn run(arguments: &ConfigArguments) -> ExitCode {
    let config = match Config::read(&arguments.config) {
        Ok(config) => config,
        Err(error) => return wrong(error, 2),
    };
    log();
    let sensor = match Sensor::start(config) {
        Ok(sensor) => sensor,
        Err(error) => return wrong(error, 1),
    };
    for (protocol, address) in sensor.addresses() {
        println!("{protocol}\t{address}");
    }
    let _ = io::stdout().flush();
    sensor.runtime().block_on(told_to_stop());
    ExitCode::SUCCESS
}

async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HAKUTAKU_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,hakutaku_decoy=info"));
    // A second start in one process (tests) keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

fn check(arguments: &ConfigArguments) -> ExitCode {
    match Config::read(&arguments.config) {
        Ok(config) => {
            for decoy in &config.decoy {
                for address in decoy.listen.addresses() {
                    println!("{}\t{address}\t{}", decoy.protocol, decoy.persona.key());
                }
            }
            if config.scan.enabled {
                println!("scan\tall other ports");
            }
            ExitCode::SUCCESS
        }
        Err(error) => wrong(error, 2),
    }
}

fn touches(arguments: &TouchesArguments) -> ExitCode {
    if let Err(error) = crate::keys::Public::read(&arguments.spool) {
        return wrong(format!("no spool of a sensor: {error}"), 2);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for line in spool::lines_after(&arguments.spool, arguments.after) {
        let line = match line {
            Ok((_, line)) => line,
            Err(error) => return wrong(error, 1),
        };
        let text = if arguments.format == Format::Json {
            line
        } else {
            match serde_json::from_slice::<SignedTouch>(&line) {
                Ok(signed) => match arguments.format {
                    Format::Ecs => export::ecs(&signed).to_string().into_bytes(),
                    Format::Ocsf => export::ocsf(&signed).to_string().into_bytes(),
                    Format::Text | Format::Json => for_people(&signed).into_bytes(),
                },
                Err(error) => return wrong(format!("a line cannot be read: {error}"), 1),
            }
        };
        // A reader that closes the pipe (`head`) has seen enough.
        if out.write_all(&text).and_then(|()| out.write_all(b"\n")).is_err() {
            return ExitCode::SUCCESS;
        }
    }
    let _ = out.flush();
    ExitCode::SUCCESS
}

fn for_people(signed: &SignedTouch) -> String {
    let touch = &signed.touch;
    let mut line = format!(
        "{}  {:>6}  {:<14} {:<12} {}:{} -> {}",
        touch.time.minute_in_japan(hakutaku_model::text::Lang::En),
        touch.id.number,
        touch.kind.key(),
        touch.protocol,
        touch.source_ip,
        touch.source_port,
        touch.dest_port,
    );
    if let Some(user) = &touch.user {
        line.push_str(&format!("  user {user:?}"));
    }
    for key in ["token", "path", "client", "called_ae", "ports", "noise"] {
        if let Some(value) = touch.detail.get(key) {
            line.push_str(&format!("  {key} {value}"));
        }
    }
    line
}

fn token(arguments: &TokenArguments) -> ExitCode {
    let Planted::Document = arguments.kind;
    let bytes = match document::make(&arguments.url, &arguments.title) {
        Ok(bytes) => bytes,
        Err(error) => return wrong(error, 2),
    };
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&arguments.out);
    match file.and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all())) {
        Ok(()) => {
            if let Some(path) = document::path(&arguments.url) {
                println!("[[token]]\nname = {:?}\nkind = \"document\"\nvalue = {path:?}", arguments.title);
            }
            ExitCode::SUCCESS
        }
        Err(error) => wrong(format!("{}: {error}", arguments.out.display()), 1),
    }
}

fn verify(arguments: &SpoolArguments) -> ExitCode {
    match spool::verify(&arguments.spool) {
        Ok(verdict) => {
            if verdict.first > 1 {
                println!("touches 1 to {} were deleted after the centre had them", verdict.first - 1);
            }
            match verdict.fault {
                None => {
                    println!("touches {} to {}: unbroken", verdict.first, verdict.chain.number);
                    ExitCode::SUCCESS
                }
                Some(fault) => {
                    println!("good up to touch {}", verdict.chain.number);
                    wrong(format!("broken: {fault}"), 3)
                }
            }
        }
        Err(error) => wrong(format!("no spool of a sensor: {error}"), 2),
    }
}
