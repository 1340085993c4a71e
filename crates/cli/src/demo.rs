//! `hakutaku demo-credentials`.

use crate::exit::{Done, print};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `demo-credentials`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The data directory of `hakutaku serve --demo`, with either database.
    #[arg(long, env = "HAKUTAKU_DATA", default_value = "hakutaku-data")]
    data: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    let credentials = hakutaku_demo::credentials_in(&arguments.data)?;
    print(&(serde_json::to_string_pretty(&credentials)? + "\n"))
}
