//! Opening the data directory.

use clap::Args;
use hakutaku_model::time::Ts;
use hakutaku_store::{DatabaseUrl, OpenOptions, Store};
use std::future::Future;
use std::path::PathBuf;

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub(crate) struct DataArguments {
    /// Directory for the database, uploaded files and keys.
    #[arg(long, env = "HAKUTAKU_DATA", default_value = "hakutaku-data")]
    pub(crate) data: PathBuf,
    /// `sqlite` (a file in the data directory) or `postgres://user@host/database`.
    #[arg(long, env = "HAKUTAKU_DATABASE", default_value = "sqlite", value_parser = database, hide_env_values = true)]
    pub(crate) database: DatabaseUrl,
}

fn database(text: &str) -> Result<DatabaseUrl, String> {
    match text {
        "sqlite" => Ok(DatabaseUrl::Sqlite),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(DatabaseUrl::Postgres(url.to_owned()))
        }
        _ => Err("write `sqlite` or `postgres://…`".to_owned()),
    }
}

impl DataArguments {
    /// How to open it.
    pub(crate) fn options(&self) -> OpenOptions {
        OpenOptions { data: self.data.clone(), database: self.database.clone() }
    }

    /// Opens it, creating what is missing.
    pub(crate) async fn open(&self) -> anyhow::Result<Store> {
        Ok(Store::open(self.options()).await?)
    }

    /// Opens what must already be there: a mistyped directory is not quietly created.
    pub(crate) async fn open_existing(&self) -> anyhow::Result<Store> {
        anyhow::ensure!(
            self.data.is_dir(),
            "there is no data directory {}; name the one the server uses with --data",
            self.data.display()
        );
        self.open().await
    }
}

/// The present moment.
pub(crate) fn now() -> Ts {
    Ts::from_micros(jiff::Timestamp::now().as_microsecond())
}

/// Runs asynchronous work from a plain subcommand.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
