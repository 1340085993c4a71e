//! How a subcommand ends.

/// Why a subcommand did not do what was asked.
#[derive(Debug)]
pub(crate) enum Exit {
    /// The input is wrong: one line per problem on stderr, exit code 2.
    BadInput(Vec<String>),
    /// It could not be done: the chain of causes on stderr, exit code 1.
    Failed(anyhow::Error),
    /// It was done, and something was found that the caller asked to be told of: exit code 3, nothing on stderr.
    Found,
}

impl<E: Into<anyhow::Error>> From<E> for Exit {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// One wrong thing about the input.
pub(crate) fn bad_input(line: impl Into<String>) -> Exit {
    Exit::BadInput(vec![line.into()])
}

/// What every subcommand returns.
pub(crate) type Done = Result<(), Exit>;

/// Prints to standard output; a reader that went away (`| head`) ends the program quietly.
pub(crate) fn print(text: &str) -> Done {
    use std::io::Write as _;
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
