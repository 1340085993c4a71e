//! `scripts/region-demo`: a whole region on this machine, with an intruder who waits for a word.

use super::server::{Server, path_of_program};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A member of the region.
#[derive(Debug, Deserialize)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Deserialize)]
struct Told {
    base: String,
    data: PathBuf,
    members: BTreeMap<String, Member>,
    intruder: String,
}

/// The region; it ends with the test.
pub(crate) struct Region {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// The centre's server, for pages and accounts.
    pub(crate) server: Server,
    /// By kind: `hospital`, `clinic`, `pharmacy`.
    pub(crate) members: BTreeMap<String, Member>,
    /// Where the intruder comes from.
    pub(crate) intruder: String,
}

fn script() -> Result<Command> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("a workspace")?.join("scripts/region-demo");
    let mut command = Command::new(path);
    command.arg("--program").arg(path_of_program()?);
    Ok(command)
}

impl Region {
    /// PostgreSQL, a stream server, two servers of the centre, three members with a sensor each.
    pub(crate) fn start() -> Result<Self> {
        let mut child = script()?.arg("--wait").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take().context("the input is piped")?;
        let mut output = BufReader::new(child.stdout.take().context("the output is piped")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let told: Told = serde_json::from_str(&line).context("the region did not come up; see above")?;
        let server = Server::elsewhere(&told.base, told.data)?;
        Ok(Self { child, input: Some(input), output, server, members: told.members, intruder: told.intruder })
    }

    /// Sends the intruder from one member to the next; returns when he has been at all of them.
    pub(crate) fn intrude(&mut self) -> Result<()> {
        writeln!(self.input.as_mut().context("it is running")?, "intrude")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        ensure!(line.trim() == "done", "the intruder got no further; see above");
        Ok(())
    }

    /// A member by its kind.
    pub(crate) fn member(&self, kind: &str) -> Result<&Member> {
        self.members.get(kind).with_context(|| format!("no {kind}"))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // Without input the script ends everything it started, and itself.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// The whole story by the script alone, with nothing but `hakutaku`: what it printed.
pub(crate) fn story_alone() -> Result<String> {
    let output = script()?.arg("--alone").output()?;
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{said}\n{wrong}");
    Ok(said.into_owned())
}
