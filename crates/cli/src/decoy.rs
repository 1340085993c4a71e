//! `hakutaku decoy`: the sensor of decoys, the same as the small program `hakutaku-decoy`.

use crate::exit::Exit;
use hakutaku_decoy::command::{self, Command, Ended};

pub(crate) fn run(command: &Command) -> Result<(), Exit> {
    command::run(command).map_err(|ended| match ended {
        Ended::Input(line) => Exit::BadInput(vec![line]),
        Ended::Found(line) => {
            eprintln!("{line}");
            Exit::Found
        }
        Ended::Failed(line) => Exit::Failed(anyhow::anyhow!(line)),
    })
}
