//! Places for tests: a temporary directory with SQLite, or with a fresh database on a PostgreSQL server of our own.
//!
//! The server comes from Debian's package and is shared by all test processes of a user. Each process holds a shared
//! lock on a file while it lives; a small shell script stops the server and removes its files a few seconds after
//! nobody holds that lock any more, so that nothing is left behind even when tests are killed.

use crate::{DatabaseUrl, OpenOptions, Store};
use std::fs::File;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const OLDEST_VERSION: u32 = 15;

/// Somewhere a store can be opened; gone when dropped.
#[derive(Debug)]
pub struct Place {
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// What to open.
    pub options: OpenOptions,
    directory: tempfile::TempDir,
    database: Option<String>,
}

impl Place {
    /// A new place with SQLite.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let options = OpenOptions { data: directory.path().join("data"), database: DatabaseUrl::Sqlite };
        Self { name: "sqlite", options, directory, database: None }
    }

    /// A new place with a database of its own on our PostgreSQL server.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start: a test that needs it fails and says so.
    #[must_use]
    pub fn postgres() -> Self {
        let server = server();
        let database = format!("test_{}", uuid::Uuid::now_v7().simple());
        server.sql(&format!("CREATE DATABASE {database} TEMPLATE template0"));
        let directory = tempfile::tempdir().expect("a temporary directory can be made");
        let url = format!("postgres://postgres@localhost/{database}?host={}", server.socket().display());
        let options = OpenOptions { data: directory.path().join("data"), database: DatabaseUrl::Postgres(url) };
        Self { name: "postgres", options, directory, database: Some(database) }
    }

    /// Opens the store here; more than once is like several processes.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self) -> Store {
        match Store::open(self.options.clone()).await {
            Ok(store) => store,
            Err(error) => panic!("opening the store on {}: {error} ({error:?})", self.name),
        }
    }

    /// A directory for other files of the test.
    #[must_use]
    pub fn scratch(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(database) = &self.database {
            server().sql(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
        }
    }
}

/// Runs a test on SQLite, then on PostgreSQL.
pub async fn for_each_database(test: impl AsyncFn(Place)) {
    for place in [Place::sqlite(), Place::postgres()] {
        eprintln!("on {}", place.name);
        test(place).await;
    }
}

struct Server {
    base: PathBuf,
    programs: PathBuf,
    /// Held for as long as this process lives.
    _in_use: File,
}

fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::join)
}

impl Server {
    /// Joins the running server, or starts it.
    fn join() -> Self {
        let programs = find_programs();
        let me = std::fs::metadata("/proc/self").map_or(0, |facts| facts.uid());
        let base = std::env::temp_dir().join(format!("hakutaku-test-postgres-{me}"));
        std::fs::DirBuilder::new().recursive(true).mode(0o755).create(&base).expect("the server's folder can be made");
        let starting = lock_file(&base.join("start.lock"));
        starting.lock().expect("the server's folder can be locked");
        let in_use = lock_file(&base.join("users.lock"));
        in_use.lock_shared().expect("the server can be joined");
        let server = Self { base, programs, _in_use: in_use };
        if UnixStream::connect(server.socket().join(".s.PGSQL.5432")).is_err() {
            server.start();
        }
        drop(starting);
        server
    }

    fn socket(&self) -> PathBuf {
        self.base.join("socket")
    }

    fn start(&self) {
        let data = self.base.join("data");
        let log = self.base.join("log");
        for folder in [&data, &self.socket(), &log] {
            if folder.exists() {
                std::fs::remove_dir_all(folder).expect("what an earlier server left can be removed");
            }
            std::fs::DirBuilder::new().mode(0o700).create(folder).expect("the server's folders can be made");
            if let Some((user, group)) = other_user() {
                std::os::unix::fs::chown(folder, Some(user), Some(group))
                    .expect("the server's folders can be given away");
            }
        }
        self.run(
            "initdb",
            &["-D", &text(&data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        let settings = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c max_connections=300",
            self.socket().display()
        );
        let log = log.join("postgres.log");
        self.run("pg_ctl", &["-D", &text(&data), "-l", &text(&log), "-w", "-o", &settings, "start"]);
        self.stop_when_unused(&data);
    }

    /// Leaves a script behind that outlives this process and stops the server when nobody uses it.
    fn stop_when_unused(&self, data: &Path) {
        let mut stop = self.command("pg_ctl");
        stop.args(["-D", &text(data), "-m", "immediate", "stop"]);
        let words = std::iter::once(stop.get_program()).chain(stop.get_args());
        let script = r#"
            base=$1; shift; cd "$base" || exit
            while :; do
                unused=0
                while [ "$unused" -lt 4 ]; do
                    sleep 2
                    if flock -n -x users.lock true; then unused=$((unused + 1)); else unused=0; fi
                done
                exec 9>start.lock; flock -x 9
                if flock -n -x users.lock true; then "$@"; rm -rf data socket log; exit; fi
                flock -u 9
            done"#;
        let status = Command::new("setsid")
            .args(["--fork", "sh", "-c", script, "sh"])
            .arg(&self.base)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("setsid (util-linux) starts");
        assert!(status.success(), "the script that stops PostgreSQL did not start: {status}");
    }

    fn sql(&self, sql: &str) {
        let socket = text(&self.socket());
        self.run("psql", &["-q", "-h", &socket, "-U", "postgres", "-d", "postgres", "-c", sql]);
    }

    fn command(&self, program: &str) -> Command {
        let path = self.programs.join(program);
        match other_user() {
            // PostgreSQL refuses to run as root.
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command.args([&format!("--reuid={user}"), &format!("--regid={group}"), "--clear-groups"]).arg(path);
                command
            }
            None => Command::new(path),
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        // Files instead of pipes: the server keeps what it inherits open.
        let said = tempfile::NamedTempFile::new().expect("a temporary file can be made");
        let out = |file: &tempfile::NamedTempFile| file.reopen().expect("a temporary file can be reopened");
        let status = self
            .command(program)
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(out(&said))
            .stderr(out(&said))
            .status()
            .unwrap_or_else(|error| panic!("starting {program} of PostgreSQL: {error}"));
        if !status.success() {
            let said = std::fs::read_to_string(said.path()).unwrap_or_default();
            panic!("{program} of PostgreSQL failed ({status}): {said}");
        }
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn lock_file(path: &Path) -> File {
    File::options().create(true).truncate(false).write(true).open(path).expect("a lock file can be opened")
}

/// The newest installed version, from Debian's folder or the search path.
fn find_programs() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok().map(|version| (version, entry.path())))
        .filter(|(version, path)| *version >= OLDEST_VERSION && path.join("bin/initdb").exists())
        .max();
    if let Some((_, path)) = newest {
        return path.join("bin");
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()).unwrap_or_else(|| {
        panic!(
            "PostgreSQL {OLDEST_VERSION} or newer is not installed, and the tests run on both databases: \
             install it with `apt-get install postgresql`"
        )
    })
}

/// Whom to be instead of root: `postgres`, which Debian's package creates, else `nobody`.
fn other_user() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").map_or(0, |facts| facts.uid()) != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|name| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}
