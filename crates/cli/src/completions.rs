//! `hakutaku completions SHELL`.

use crate::exit::{Done, print};
use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

/// Arguments of `completions`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// bash, zsh, fish, elvish or powershell.
    shell: Shell,
}

pub(crate) fn run<C: CommandFactory>(arguments: &Arguments) -> Done {
    let mut script = Vec::new();
    generate(arguments.shell, &mut C::command(), "hakutaku", &mut script);
    print(&String::from_utf8_lossy(&script))
}
