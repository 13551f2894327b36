//! That nothing is left of what was started.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Cluster, Pair, Replication};

/// The test that is the other process of [`server_ends_when_its_process_is_killed`].
const OTHER_PROCESS: &str = "tests::process_to_be_killed";

/// The process id of a running server.
fn server_of(folder: &Path) -> String {
    let lines = std::fs::read_to_string(folder.join("data/postmaster.pid")).unwrap();
    lines.lines().next().unwrap().to_owned()
}

fn is_running(process: &str) -> bool {
    let mut probe = Command::new("sh");
    let probe = probe
        .args(["-c", "kill -0 $1", "sh", process])
        .stderr(Stdio::null());
    probe.status().unwrap().success()
}

/// Connects to a database and stays connected.
fn connect(cluster: &Cluster, database: &str) -> Child {
    let mut psql = cluster.client("psql");
    let psql = psql.args(["--no-psqlrc", "--quiet", "--dbname", database]);
    // What it waits for are statements.
    let connected = psql.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let others = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND pid <> pg_backend_pid()"
    );
    while cluster.execute("template1", &others).unwrap() == "0" {
        std::thread::sleep(Duration::from_millis(5));
    }
    connected
}

#[test]
fn databases_are_apart() {
    let cluster = Cluster::shared();
    let (one, other) = (cluster.database(), cluster.database());
    cluster.execute(&one.name, "CREATE TABLE t (x BIGINT)").unwrap();
    let count = "SELECT count(*) FROM t";
    assert_eq!(cluster.execute(&one.name, count).unwrap(), "0");
    let error = cluster.execute(&other.name, count).unwrap_err();
    assert!(error.contains("does not exist"), "{error}");
}

#[test]
fn database_is_removed_when_it_is_dropped_while_somebody_is_connected() {
    let cluster = Cluster::shared();
    let database = cluster.database();
    let mut connected = connect(cluster, &database.name);
    let count = format!(
        "SELECT count(*) FROM pg_database WHERE datname = '{}'",
        database.name
    );
    assert_eq!(cluster.execute("template1", &count).unwrap(), "1");
    drop(database);
    assert_eq!(cluster.execute("template1", &count).unwrap(), "0");
    drop(connected.stdin.take());
    connected.wait().unwrap();
}

#[test]
fn server_ends_when_it_is_dropped_while_somebody_is_connected() {
    let cluster = Cluster::start();
    let folder = cluster.folder.path().to_path_buf();
    let server = server_of(&folder);
    let mut connected = connect(&cluster, "postgres");
    assert!(is_running(&server));
    drop(cluster);
    assert!(!is_running(&server) && !folder.exists());
    drop(connected.stdin.take());
    connected.wait().unwrap();
}

#[test]
fn standby_has_what_was_committed_when_its_primary_is_killed() {
    let mut pair = Pair::start(Replication::Synchronous);
    let url = pair.url();
    pair.execute("CREATE TABLE t (x BIGINT)").unwrap();
    for number in 0..20 {
        pair.execute(&format!("INSERT INTO t VALUES ({number})")).unwrap();
    }
    pair.kill_primary();
    pair.execute("SELECT").unwrap_err();
    pair.promote();
    assert_eq!(pair.execute("SELECT count(*) FROM t").unwrap(), "20");
    // It takes writes without a standby of its own.
    pair.execute("INSERT INTO t VALUES (20)").unwrap();
    assert_eq!(pair.url(), url);
}

#[test]
fn standby_that_received_nothing_has_nothing() {
    let mut pair = Pair::start(Replication::Asynchronous);
    pair.execute("CREATE TABLE t (x BIGINT)").unwrap();
    pair.interrupt_replication();
    pair.execute("INSERT INTO t VALUES (1)").unwrap();
    pair.kill_primary();
    pair.promote();
    // Perhaps not even the table.
    let count = pair.execute("SELECT count(*) FROM t");
    assert!(count.as_deref() != Ok("1"), "{count:?}");
}

#[test]
fn server_ends_when_its_process_is_killed() {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", OTHER_PROCESS, "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let folder = lines
        .map(Result::unwrap)
        .find_map(|line| Some(line.split_once("folder: ")?.1.to_owned()))
        .unwrap();
    let (folder, server) = (Path::new(&folder), server_of(Path::new(&folder)));
    assert!(is_running(&server));

    process.kill().unwrap();
    process.wait().unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    while folder.exists() || is_running(&server) {
        assert!(
            Instant::now() < deadline,
            "server {server} or {} is still there",
            folder.display()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
#[ignore = "another test starts it as a process, and kills it"]
fn process_to_be_killed() {
    println!("folder: {}", Cluster::shared().folder.path().display());
    // It ends with the test that started it, should that fail before it kills it.
    std::io::stdin().read_line(&mut String::new()).unwrap();
}
