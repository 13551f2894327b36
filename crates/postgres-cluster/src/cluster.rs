//! A server that ends with its process.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::TestDatabase;

/// Starts the server, and ends it with this process. A destructor alone would not do: none runs when a process is killed, nor for
/// what is shared by its tests.
const SUPERVISOR: &str = include_str!("supervise.sh");
/// It is only a part of the socket's name.
const PORT: &str = "5432";
/// Creating a cluster takes a second, or many on a busy machine.
const START_LIMIT: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(20);

/// A PostgreSQL server with a folder of its own. Dropping it stops the server and removes the folder; so does the end of this
/// process, however it ends.
pub struct Cluster {
    /// The folder of PostgreSQL's programs.
    programs: PathBuf,
    pub(crate) folder: TempDir,
    supervisor: Child,
    databases: AtomicU32,
}

/// Whether commits are synced to the disk.
#[derive(Clone, Copy)]
enum Fsync {
    Off,
    On,
}

impl Fsync {
    fn setting(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::On => "on",
        }
    }
}

impl Cluster {
    /// The one of this process, which is started by the first test that asks for it.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts a server.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(None, Fsync::Off)
    }

    /// Starts a server that syncs each commit to the disk, as one must that is used, and measured.
    #[must_use]
    pub fn durable() -> Self {
        Self::start_with(None, Fsync::On)
    }

    /// Starts a standby of another server: a copy of it, which then follows what that one writes.
    pub(crate) fn start_standby_of(primary: &Self) -> Self {
        Self::start_with(Some(primary.folder.path()), Fsync::Off)
    }

    fn start_with(primary: Option<&Path>, fsync: Fsync) -> Self {
        let programs = match xtask_setup::find_postgres() {
            Ok(programs) => programs,
            Err(error) => panic!("{error:#}"),
        };
        let folder = tempfile::Builder::new()
            .prefix("ticketing-postgres-")
            .tempdir()
            .unwrap();
        let log = tempfile::tempfile().unwrap();
        let mut shell = without_settings("sh");
        shell
            .args(["-c", SUPERVISOR, "supervise.sh"])
            .arg(&programs)
            .arg(folder.path())
            .arg(PORT)
            .args(primary)
            .env("fsync", fsync.setting())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log.try_clone().unwrap())
            // Of what is sent to the group of this process, such as the signal of Ctrl-C, the supervisor only notices the result.
            .process_group(0);
        if let Some((user, group)) = unprivileged_user(folder.path()) {
            chown(folder.path(), Some(user), Some(group)).unwrap();
            shell.uid(user).gid(group);
        }
        let supervisor = shell.spawn().unwrap();
        let mut cluster = Self {
            programs,
            folder,
            supervisor,
            databases: AtomicU32::new(0),
        };
        cluster.wait_until_ready(&log);
        cluster
    }

    /// A new database, which is empty.
    #[must_use]
    pub fn database(&self) -> TestDatabase<'_> {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        TestDatabase::create(self, format!("test_{number}"))
    }

    /// The URL of a database.
    pub(crate) fn url(&self, database: &str) -> String {
        url_at(self.folder.path(), database)
    }

    /// Executes a statement in a database, and returns what it prints.
    ///
    /// # Errors
    /// With what psql says about it.
    pub(crate) fn execute(&self, database: &str, statement: &str) -> Result<String, String> {
        let mut psql = self.client("psql");
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            "--no-align",
            "--tuples-only",
        ]);
        psql.args(["--dbname", database, "--command", statement]);
        let Output {
            status,
            stdout,
            stderr,
        } = psql.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        if status.success() {
            Ok(text(stdout))
        } else {
            Err(text(stderr))
        }
    }

    /// A program of PostgreSQL that connects to this server.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut client = without_settings(self.programs.join(program));
        client.arg("--host").arg(self.folder.path());
        client.args(["--port", PORT, "--username", "postgres"]);
        client
    }

    fn wait_until_ready(&mut self, log: &File) {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            let probe = self.client("pg_isready").arg("--quiet").status().unwrap();
            if probe.success() {
                return;
            }
            let ended = self.supervisor.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "PostgreSQL, of {}, does not start in {}; it said:\n{}",
                self.programs.display(),
                self.folder.path().display(),
                content(log)
            );
            thread::sleep(POLL);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // A supervisor that cannot be waited for has ended.
        let _ended = self.supervisor.wait();
    }
}

/// The URL of a database of the server with a socket in this folder.
pub(crate) fn url_at(sockets: &Path, database: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("host", &sockets.to_string_lossy());
    // The host before the question mark is not used, but a URL has to have one.
    format!(
        "postgres://postgres@localhost:{PORT}/{database}?{}",
        query.finish()
    )
}

/// A command that does not see the settings of PostgreSQL in this process' environment, such as PGDATA and PGOPTIONS. They are
/// about the servers of whoever runs the tests.
fn without_settings(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("PG") {
            command.env_remove(variable);
        }
    }
    // With a time zone that is named, initdb does not have to find out the one of the machine.
    command.env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// The user and the group that a server runs as in a new folder of this process: PostgreSQL refuses to run as root.
fn unprivileged_user(folder: &Path) -> Option<(u32, u32)> {
    let is_root = folder.metadata().unwrap().uid() == 0;
    is_root.then(|| {
        let id = |option, user| {
            let output = Command::new("id").args([option, user]).output().unwrap();
            String::from_utf8_lossy(&output.stdout).trim().parse().ok()
        };
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|user| Some((id("-u", user)?, id("-g", user)?)))
            .expect("PostgreSQL does not run as root, and there is no user postgres or nobody")
    })
}

/// Reads a file that others write, without moving the place where they write.
fn content(log: &File) -> String {
    let length = usize::try_from(log.metadata().unwrap().len()).unwrap();
    let mut bytes = vec![0; length];
    log.read_exact_at(&mut bytes, 0).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}
