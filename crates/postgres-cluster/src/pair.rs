//! A primary with a standby, of which the primary can be killed.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::Cluster;
use crate::cluster::url_at;

const LIMIT: Duration = Duration::from_mins(2);
const POLL: Duration = Duration::from_millis(20);
/// The database of a pair, which a new server has.
const DATABASE: &str = "postgres";

/// What a primary does at a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replication {
    /// It waits until the standby has written the commit down, so that a primary that is lost loses nothing of what it acknowledged.
    Synchronous,
    /// It waits for nobody.
    Asynchronous,
}

/// A primary and its standby, which takes over when it is promoted.
///
/// Clients find both at one address: a link to the folder of a socket, the primary's at first, and the promoted standby's
/// after that. It stands for what follows the primary in a deployment, such as a name, a service of Kubernetes or a proxy. A link needs
/// no process that could fail or hold data back, and connecting to a primary that was killed is refused, as by a machine.
pub struct Pair {
    /// Contains the link.
    address: TempDir,
    primary: Cluster,
    standby: Cluster,
    is_promoted: bool,
}

impl Pair {
    /// Starts both, and waits until the standby follows.
    #[must_use]
    pub fn start(replication: Replication) -> Self {
        let primary = Cluster::start();
        let standby = Cluster::start_standby_of(&primary);
        if replication == Replication::Synchronous {
            administrate(&primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
            administrate(&primary, "SELECT pg_reload_conf()");
        }
        let address = tempfile::Builder::new()
            .prefix("ticketing-address-")
            .tempdir()
            .unwrap();
        symlink(primary.folder.path(), address.path().join("server")).unwrap();
        let pair = Self {
            address,
            primary,
            standby,
            is_promoted: false,
        };
        pair.wait_for_standbys(match replication {
            Replication::Synchronous => "streaming sync",
            Replication::Asynchronous => "streaming async",
        });
        pair
    }

    /// The URL of the database, which stays the same when the standby takes over.
    #[must_use]
    pub fn url(&self) -> String {
        url_at(&self.link(), DATABASE)
    }

    /// Executes statements in the database, at the server that takes writes, and returns what they print.
    ///
    /// # Errors
    /// With what psql says about them.
    pub fn execute(&self, statements: &str) -> Result<String, String> {
        let server = if self.is_promoted {
            &self.standby
        } else {
            &self.primary
        };
        server.execute(DATABASE, statements)
    }

    /// The standby receives nothing of what the primary writes from now on.
    pub fn interrupt_replication(&self) {
        // Without an address of the primary it ends its connection to it.
        administrate(&self.standby, "ALTER SYSTEM SET primary_conninfo = ''");
        administrate(&self.standby, "SELECT pg_reload_conf()");
        self.wait_for_standbys("");
    }

    /// Kills the primary with all of its processes by SIGKILL, as the loss of its machine would end them.
    pub fn kill_primary(&self) {
        let server = fs::read_to_string(self.primary.folder.path().join("data/postmaster.pid")).unwrap();
        let server: u32 = server.lines().next().unwrap().parse().unwrap();
        // Stopped first, so that it starts no others while they are listed.
        signal("STOP", [server]);
        let mut processes = children(server);
        processes.insert(server);
        signal("KILL", processes.iter().copied());
        let deadline = Instant::now() + LIMIT;
        while processes.iter().any(|process| is_running(*process)) {
            assert!(Instant::now() < deadline, "a killed server still runs");
            thread::sleep(POLL);
        }
    }

    /// The standby takes writes, at the address of the pair.
    pub fn promote(&mut self) {
        let promoted = format!("SELECT pg_promote(true, {})", LIMIT.as_secs());
        assert_eq!(self.standby.execute(DATABASE, &promoted).unwrap(), "t");
        self.is_promoted = true;
        // A link cannot be changed, but another one can take its place in one step.
        let next = self.address.path().join("next");
        symlink(self.standby.folder.path(), &next).unwrap();
        fs::rename(next, self.link()).unwrap();
    }

    fn link(&self) -> PathBuf {
        self.address.path().join("server")
    }

    /// Waits until the standbys of the primary are in this state.
    fn wait_for_standbys(&self, expected: &str) {
        let deadline = Instant::now() + LIMIT;
        loop {
            let standbys = "SELECT state || ' ' || sync_state FROM pg_stat_replication";
            let standbys = self.primary.execute(DATABASE, standbys).unwrap();
            if standbys == expected {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "the standbys are `{standbys}`, not `{expected}`"
            );
            thread::sleep(POLL);
        }
    }
}

fn administrate(server: &Cluster, statement: &str) {
    server.execute(DATABASE, statement).unwrap();
}

fn signal(name: &str, processes: impl IntoIterator<Item = u32>) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}"));
    kill.args(processes.into_iter().map(|process| process.to_string()));
    // One of them may have ended by itself.
    let _ended = kill.output().unwrap();
}

/// All processes that have not ended, each with its parent.
fn processes() -> Vec<(u32, u32)> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid=,stat="]).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let columns = listed.lines().map(|line| {
        let mut columns = line.split_whitespace();
        let mut number = || columns.next().unwrap().parse().unwrap();
        let numbers = (number(), number());
        (numbers, columns.next().unwrap().starts_with('Z'))
    });
    columns
        .filter(|(_, has_ended)| !has_ended)
        .map(|(numbers, _)| numbers)
        .collect()
}

/// The processes that a server started. None of them starts others.
fn children(server: u32) -> BTreeSet<u32> {
    let processes = processes().into_iter();
    processes
        .filter(|(_, parent)| *parent == server)
        .map(|(process, _)| process)
        .collect()
}

fn is_running(wanted: u32) -> bool {
    processes().iter().any(|(process, _)| *process == wanted)
}
