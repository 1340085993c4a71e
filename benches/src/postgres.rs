//! A PostgreSQL server for one run, flushing every commit to the disk as in real life.
//!
//! The server that the store's tests share runs with `fsync=off`; its figures would promise what no hospital gets.

use crate::Outcome;
use hakutaku_store::DatabaseUrl;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A running server, stopped at the end.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server from Debian's packages or the search path; `None` where PostgreSQL is not installed.
    pub(crate) fn start() -> Outcome<Option<Self>> {
        let Some(programs) = programs() else { return Ok(None) };
        let server = Self { programs, folder: TempDir::new()? };
        if let Some(user) = other_user() {
            std::os::unix::fs::chown(server.folder.path(), Some(user), None)?;
        }
        let data = server.data();
        server.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"])?;
        let settings = format!("-c listen_addresses= -c unix_socket_directories={}", server.folder.path().display());
        let log = server.folder.path().join("log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-l", &log, "-w", "-o", &settings, "start"])?;
        Ok(Some(server))
    }

    pub(crate) fn database(&self) -> DatabaseUrl {
        DatabaseUrl::Postgres(format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display()))
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Outcome {
        let path = self.programs.join(program);
        let mut command = match other_user() {
            // PostgreSQL refuses to run as root.
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args([&format!("--reuid={user}"), "--clear-groups"]).arg(path);
                command
            }
            None => Command::new(path),
        };
        let quiet = command.args(arguments).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        let status = quiet.stderr(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(format!("{program} of PostgreSQL failed: {status}").into()) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]);
    }
}

fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok().map(|version| (version, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, path)| path.join("initdb").exists())
        .max();
    let searched = std::env::var_os("PATH").unwrap_or_default();
    newest.map(|(_, path)| path).or_else(|| std::env::split_paths(&searched).find(|path| path.join("initdb").exists()))
}

/// Whom to be instead of root.
fn other_user() -> Option<u32> {
    if std::fs::metadata(Path::new("/proc/self")).map_or(0, |facts| facts.uid()) != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split(':').nth(2)?.parse().ok()
    })
}
