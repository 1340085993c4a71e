//! `hakutaku demo-credentials`.

use crate::data::{DataArguments, block_on};
use crate::exit::{Done, print};
use clap::Args;

/// Arguments of `demo-credentials`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    data: DataArguments,
}

pub(crate) fn run(arguments: &Arguments) -> Done {
    let credentials = block_on(async {
        let store = arguments.data.open_existing().await?;
        Ok(hakutaku_demo::credentials(&store).await?)
    })?;
    print(&(serde_json::to_string_pretty(&credentials)? + "\n"))
}
