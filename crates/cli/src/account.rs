//! `hakutaku account`: the way in that no lost phone can lock.

use crate::data::{DataArguments, block_on, now};
use crate::exit::{Done, print};
use clap::Subcommand;
use url::Url;

/// `account` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print a one-time link by which a person sets a new password and second factor.
    ///
    /// Whoever can run this on the server's machine can let anybody in; the log records it.
    Recover {
        /// The person's user name.
        username: String,
        /// The address people type.
        #[arg(long, env = "HAKUTAKU_PUBLIC_URL", default_value = "http://localhost:8787")]
        public_url: Url,
        #[command(flatten)]
        data: DataArguments,
    },
}

pub(crate) fn run(command: &Command) -> Done {
    let Command::Recover { username, public_url, data } = command;
    let path = block_on(async {
        let store = data.open_existing().await?;
        hakutaku_web::begin_recovery(&store, username, now())
            .await?
            .ok_or_else(|| anyhow::anyhow!("there is no person with the user name {username}"))
    })?;
    print(&format!("{}{path}\n", public_url.as_str().trim_end_matches('/')))
}
