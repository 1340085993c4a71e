//! `hakutaku backup create|verify|restore`.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, Exit, bad_input, print};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use hakutaku_model::journal::Chain;
use hakutaku_store::{Act, ArchiveKey, ArchiveLock, BackupReport, Store};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

/// `backup` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Write everything (database, files, keys) into one encrypted archive.
    Create {
        /// The archive to write; it must not exist yet.
        archive: PathBuf,
        #[command(flatten)]
        secret: Secret,
        /// Lock for this age public key instead of a passphrase.
        #[arg(long, conflicts_with = "passphrase_file")]
        recipient: Option<String>,
        #[command(flatten)]
        data: DataArguments,
    },
    /// Check every byte of an archive without writing anything.
    Verify {
        /// The archive.
        archive: PathBuf,
        #[command(flatten)]
        secret: Secret,
        /// File with the age private key.
        #[arg(long, conflicts_with = "passphrase_file")]
        identity_file: Option<PathBuf>,
    },
    /// Restore an archive into an empty data directory and database.
    Restore {
        /// The archive.
        archive: PathBuf,
        #[command(flatten)]
        secret: Secret,
        /// File with the age private key.
        #[arg(long, conflicts_with = "passphrase_file")]
        identity_file: Option<PathBuf>,
        #[command(flatten)]
        data: DataArguments,
    },
}

/// The passphrase: never an argument, for arguments are seen by everyone on the machine.
#[derive(Args)]
pub(crate) struct Secret {
    /// File whose first line is the passphrase; without it, HAKUTAKU_BACKUP_PASSPHRASE or standard input.
    #[arg(long)]
    passphrase_file: Option<PathBuf>,
}

impl Secret {
    fn passphrase(&self) -> Result<String, Exit> {
        let text = if let Some(path) = &self.passphrase_file {
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
        } else if let Ok(value) = std::env::var("HAKUTAKU_BACKUP_PASSPHRASE") {
            value
        } else {
            if std::io::stdin().is_terminal() {
                eprintln!("パスフレーズを入力して Enter を押してください / Type the passphrase and press Enter:");
                let mut line = String::new();
                std::io::stdin().read_line(&mut line)?;
                line
            } else {
                let mut text = String::new();
                std::io::stdin().lock().take(4096).read_to_string(&mut text)?;
                text
            }
        };
        let passphrase = text.lines().next().unwrap_or_default().trim().to_owned();
        if passphrase.chars().count() < 12 {
            return Err(bad_input("hakutaku: the passphrase must have at least 12 characters"));
        }
        Ok(passphrase)
    }

    fn key(&self, identity_file: Option<&PathBuf>) -> Result<ArchiveKey, Exit> {
        match identity_file {
            Some(path) => Ok(ArchiveKey::Identity(
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?,
            )),
            None => Ok(ArchiveKey::Passphrase(self.passphrase()?)),
        }
    }
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::Create { archive, secret, recipient, data } => {
            let lock = match recipient {
                Some(recipient) => ArchiveLock::Recipient(recipient.clone()),
                None => ArchiveLock::Passphrase(secret.passphrase()?),
            };
            let report = block_on(async {
                let store = data.open_existing().await?;
                Ok(store.create_backup(&Act::system(now()), &lock, archive).await?)
            })?;
            describe("created", &report)
        }
        Command::Verify { archive, secret, identity_file } => {
            let key = secret.key(identity_file.as_ref())?;
            let report = block_on(async { Ok(Store::verify_backup(archive, &key).await?) })?;
            describe("verified", &report)?;
            intact(&report)
        }
        Command::Restore { archive, secret, identity_file, data } => {
            let key = secret.key(identity_file.as_ref())?;
            let report = block_on(async {
                let report = Store::restore_backup(archive, &key, data.options()).await?;
                let store = data.open().await?;
                let detail = BTreeMap::from([("made_at".to_owned(), report.created_at.to_string())]);
                store
                    .record(&Act::system(now()), Chain::Installation, "backup.restore", "installation", detail)
                    .await?;
                store.close().await;
                Ok(report)
            })?;
            describe("restored", &report)?;
            intact(&report)
        }
    }
}

fn describe(done: &str, report: &BackupReport) -> Done {
    let mut out = String::new();
    writeln!(out, "{done}: made {} by version {}", report.created_at, report.product_version)?;
    for (table, rows) in &report.rows {
        writeln!(out, "  {rows:>8}  {table}")?;
    }
    writeln!(out, "  {:>8}  files", report.blobs)?;
    writeln!(out, "  {:>8}  bytes", report.archive_bytes)?;
    if !report.missing_blobs.is_empty() {
        writeln!(out, "  {:>8}  files were already missing when it was made", report.missing_blobs.len())?;
    }
    print(&out)
}

fn intact(report: &BackupReport) -> Done {
    if report.journal.is_intact() {
        return Ok(());
    }
    Err(bad_input("hakutaku: the log in the archive is broken; `hakutaku audit verify` says where"))
}
