//! Programs that end with the test, however it ends.

use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A running program whose first lines are read.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Process {
    /// Starts it; what it writes to stdout is read, what it writes to stderr is shown with the test's output.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let out = child.stdout.take().context("the output is piped")?;
        let (send, lines) = channel();
        // Reads on to the end, so that the program never waits for us.
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, lines, said: Vec::new() })
    }

    /// Waits until it has printed a line for which `found` has an answer.
    pub(crate) fn wait_for<T>(&mut self, what: &str, found: impl Fn(&str) -> Option<T>) -> Result<T> {
        let until = Instant::now() + Duration::from_secs(120);
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let answer = found(&line);
                    self.said.push(line);
                    if let Some(answer) = answer {
                        return Ok(answer);
                    }
                }
                Err(RecvTimeoutError::Timeout) => anyhow::bail!("waited too long for {what}; printed: {:?}", self.said),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("ended before {what}; printed: {:?}", self.said),
            }
        }
    }

    /// What it has printed so far, as far as it was waited for.
    pub(crate) fn said(&self) -> &[String] {
        &self.said
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Already gone is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ends the programs that were started with this folder in their arguments, found by its unique name.
pub(crate) fn end_users_of(folder: &Path) {
    let name = folder.as_os_str().as_encoded_bytes();
    let Ok(processes) = std::fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(arguments) = std::fs::read(process.path().join("cmdline")) else { continue };
        if pid != std::process::id() && arguments.windows(name.len()).any(|part| part == name) {
            let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status();
        }
    }
}
