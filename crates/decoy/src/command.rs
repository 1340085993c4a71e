//! The subcommands of `hakutaku decoy` and of `hakutaku-decoy`.

use crate::config::{Centre, Config};
use crate::document;
use crate::keys::{Enrolment, Keys};
use crate::outbox::Line;
use crate::run::Sensor;
use crate::spool;
use clap::{Args, Subcommand, ValueEnum};
use hakutaku_model::touch::{SignedTouch, export};
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

/// What can be done with a sensor.
#[derive(Subcommand)]
pub enum Command {
    /// Put up the decoys and write down who touches them.
    Run(ConfigArguments),
    /// Read the configuration and say what it would offer.
    Check(ConfigArguments),
    /// Come in at a centre with the code it shows; from then on touches are sent there.
    Enrol(EnrolArguments),
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

/// Where to come in, and as which sensor.
#[derive(Args)]
pub struct EnrolArguments {
    /// The centre's address, such as `https://hakutaku.example.jp`.
    #[arg(long, value_name = "URL")]
    centre: String,
    /// The code shown there. It works once.
    #[arg(long)]
    code: String,
    /// The configuration file, for its spool and the centre's certificate authority.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The spool's folder, without a configuration file [default: hakutaku-decoy].
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    spool: Option<PathBuf>,
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

/// How a subcommand ended when not well, with a sentence for people.
#[derive(Debug)]
pub enum Ended {
    /// The command line or a file is wrong: exit code 2.
    Input(String),
    /// What was looked for was found, such as a broken chain: exit code 3.
    Found(String),
    /// It could not be done: exit code 1.
    Failed(String),
}

impl Ended {
    /// Exit code and sentence.
    #[must_use]
    pub fn code_and_words(&self) -> (u8, &str) {
        match self {
            Self::Failed(words) => (1, words),
            Self::Input(words) => (2, words),
            Self::Found(words) => (3, words),
        }
    }
}

/// Runs a subcommand.
///
/// # Errors
/// As [`Ended`] says.
pub fn run(command: &Command) -> Result<(), Ended> {
    match command {
        Command::Run(arguments) => serve(arguments),
        Command::Check(arguments) => check(arguments),
        Command::Enrol(arguments) => enrol(arguments),
        Command::Touches(arguments) => touches(arguments),
        Command::Verify(arguments) => verify(arguments),
        Command::Token(arguments) => token(arguments),
    }
}

fn input(what: impl std::fmt::Display) -> Ended {
    Ended::Input(what.to_string())
}

fn failed(what: impl std::fmt::Display) -> Ended {
    Ended::Failed(what.to_string())
}

fn serve(arguments: &ConfigArguments) -> Result<(), Ended> {
    let config = Config::read(&arguments.config).map_err(input)?;
    log();
    let sensor = Sensor::start(config).map_err(failed)?;
    for (protocol, address) in sensor.addresses() {
        println!("{protocol}\t{address}");
    }
    let _ = io::stdout().flush();
    sensor.runtime().block_on(told_to_stop());
    Ok(())
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
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,async_nats=off,hakutaku_decoy=info"));
    // A second start in one process (tests) keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).try_init();
}

fn check(arguments: &ConfigArguments) -> Result<(), Ended> {
    let config = Config::read(&arguments.config).map_err(input)?;
    for decoy in &config.decoy {
        for address in decoy.listen.addresses() {
            println!("{}\t{address}\t{}", decoy.protocol, decoy.persona.key());
        }
    }
    if config.scan.enabled {
        println!("scan\tall other ports");
    }
    Ok(())
}

fn enrol(arguments: &EnrolArguments) -> Result<(), Ended> {
    let (spool, centre) = match &arguments.config {
        Some(path) => {
            let config = Config::read(path).map_err(input)?;
            (config.spool, config.centre)
        }
        None => (arguments.spool.clone().unwrap_or_else(crate::config::default_spool), Centre::default()),
    };
    let line = Line::new(&arguments.centre, &centre).map_err(input)?;
    let mut keys = Keys::open(&spool).map_err(failed)?;
    let enrolled = line.enrol(&keys, &arguments.code).map_err(failed)?;
    keys.enrolment =
        Some(Enrolment { centre: arguments.centre.clone(), token: enrolled.token, secret_key: enrolled.secret_key });
    keys.save(&spool).map_err(failed)?;
    if let Some(pass) = &enrolled.events {
        crate::outbox::stream::save_pass(&spool, pass).map_err(failed)?;
    }
    println!("enrolled at {} as {:?} (sensor {})", enrolled.facility, enrolled.name, keys.sensor);
    println!("restart the sensor if it is running");
    Ok(())
}

fn touches(arguments: &TouchesArguments) -> Result<(), Ended> {
    crate::keys::Public::read(&arguments.spool).map_err(|error| input(format!("no spool of a sensor: {error}")))?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in spool::lines_after(&arguments.spool, arguments.after) {
        let (_, line) = line.map_err(failed)?;
        let text = match arguments.format {
            Format::Json => line,
            other => {
                let signed: SignedTouch =
                    serde_json::from_slice(&line).map_err(|error| failed(format!("a line cannot be read: {error}")))?;
                match other {
                    Format::Ecs => export::ecs(&signed).to_string().into_bytes(),
                    Format::Ocsf => export::ocsf(&signed).to_string().into_bytes(),
                    Format::Text | Format::Json => for_people(&signed).into_bytes(),
                }
            }
        };
        // A reader that closes the pipe (`head`) has seen enough.
        if out.write_all(&text).and_then(|()| out.write_all(b"\n")).is_err() {
            return Ok(());
        }
    }
    let _ = out.flush();
    Ok(())
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

fn verify(arguments: &SpoolArguments) -> Result<(), Ended> {
    let verdict = spool::verify(&arguments.spool).map_err(|error| input(format!("no spool of a sensor: {error}")))?;
    if verdict.first > 1 {
        println!("touches 1 to {} were deleted after the centre had them", verdict.first - 1);
    }
    match verdict.fault {
        None if verdict.chain.number < verdict.first => println!("no touches yet"),
        None => println!("touches {} to {}: unbroken", verdict.first, verdict.chain.number),
        Some(fault) => {
            println!("good up to touch {}", verdict.chain.number);
            return Err(Ended::Found(format!("broken: {fault}")));
        }
    }
    Ok(())
}

fn token(arguments: &TokenArguments) -> Result<(), Ended> {
    let Planted::Document = arguments.kind;
    let bytes = document::make(&arguments.url, &arguments.title).map_err(input)?;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&arguments.out)
        .and_then(|mut file| file.write_all(&bytes).and_then(|()| file.sync_all()))
        .map_err(|error| failed(format!("{}: {error}", arguments.out.display())))?;
    if let Some(path) = document::path(&arguments.url) {
        println!("[[token]]\nname = {:?}\nkind = \"document\"\nvalue = {path:?}", arguments.title);
    }
    Ok(())
}
