//! `ticketing check` as users and programs run it: on read-only directories, into a closing pipe, for the summary alone.

use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::TestServer;
use crate::support::command::ticketing;
use crate::support::process::Process;

/// An unprivileged user.
const NOBODY: u32 = 65_534;

fn check(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    read(
        ticketing(&[&["check"], arguments].concat(), folder)
            .output()
            .unwrap(),
    )
}

fn read(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// `ticketing check` as a user who can read everything in a directory and write nothing.
fn check_without_writing(folder: &Path) -> (Option<i32>, String, String) {
    let program = tempfile::tempdir().unwrap();
    let copy = program.path().join("ticketing");
    std::fs::copy(env!("CARGO_BIN_EXE_ticketing"), &copy).unwrap();
    set_mode(program.path(), 0o755);
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            set_mode(&path, 0o444);
        }
    }
    set_mode(folder, 0o555);
    let mut command = Command::new(&copy);
    command.args(["check", "--data-dir"]).arg(folder);
    // Modes do not bind the superuser.
    if folder.metadata().unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    // A process that another test forked while the copy was written keeps it open until it executes its own program.
    let output = loop {
        match command.output() {
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {}
            output => break output.unwrap(),
        }
    };
    set_mode(folder, 0o755);
    read(output)
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// The names of the entries of a directory.
fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The directory of a server that was stopped or killed.
async fn folder(is_killed: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    if is_killed {
        server.kill().await;
    } else {
        server.terminate().await;
    }
    folder
}

#[tokio::test]
async fn folder_that_cannot_be_written_to_is_checked() {
    for is_killed in [false, true] {
        let folder = folder(is_killed).await;
        let before = names(folder.path());
        let (code, report, problem) = check_without_writing(folder.path());
        assert_eq!((code, problem.as_str()), (Some(0), ""), "killed: {is_killed}");
        assert!(report.contains("checks passed, 0 failed"), "{report}");
        assert_eq!(names(folder.path()), before, "it only reads");
    }
}

#[tokio::test]
async fn unreadable_commits_are_named_and_prevent_a_verdict() {
    let folder = folder(true).await;
    // As a copy that leaves the indexes of the logs out.
    for name in names(folder.path()) {
        if name.ends_with("-shm") {
            std::fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
    let (code, report, problem) = check_without_writing(folder.path());
    assert_eq!((code, report.as_str()), (Some(2), ""), "{problem}");
    assert!(
        problem.contains("orders.sqlite-wal") && problem.contains("cp -r"),
        "{problem}"
    );
    // Its advice works.
    for name in names(folder.path()) {
        set_mode(&folder.path().join(name), 0o644);
    }
    let (code, report, _) = check(&[], folder.path());
    assert_eq!(code, Some(0), "{report}");
}

#[tokio::test]
async fn closed_standard_output_is_no_error() {
    let folder = folder(false).await;
    let backup = folder.path().join("backup");
    let backup = backup.to_str().unwrap();
    for arguments in [
        &["check"][..],
        &["check", "--json"],
        &["events"],
        &["backup", backup],
    ] {
        let mut child = ticketing(arguments, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let (code, _, problem) = read(child.wait_with_output().unwrap());
        assert_eq!((code, problem.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[tokio::test]
async fn output_that_cannot_be_written_exits_2() {
    let folder = folder(false).await;
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = ticketing(&["check"], folder.path());
    let (code, _, problem) = read(command.stdout(full).output().unwrap());
    assert_eq!(code, Some(2), "the verdict was not written");
    assert!(problem.contains("standard output"), "{problem}");
}

#[tokio::test]
async fn verdict_comes_first_quiet_prints_nothing_else_and_json_is_parseable() {
    let server = TestServer::start().await;
    server.person("seller").list("Concert", "12.50").await;
    let broken = server.folder();
    let (code, report, _) = check(&[], broken);
    assert_eq!(code, Some(1), "the event of the ticket is undelivered: {report}");
    let verdict = report.lines().next().unwrap();
    assert!(verdict.ends_with(" 2 failed"), "{report}");
    let (code, quiet, _) = check(&["--quiet"], broken);
    assert_eq!((code, quiet), (Some(1), format!("{verdict}\n")));

    let (code, json, _) = check(&["--json"], broken);
    assert_eq!(code, Some(1));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["sound"], &json["failed"]),
        (&Value::Bool(false), &2.into())
    );
    let checks = json["checks"].as_array().unwrap();
    let passed = json["passed"].as_u64().unwrap();
    assert_eq!(checks.len() as u64, passed + 2);
    let named = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap();
    let relay = named("Every event of tickets has been delivered to orders");
    assert_eq!(relay["passed"], false);
    assert_eq!(relay["violations"], serde_json::json!(["events from 1 to 1"]));
    assert!(json["look"].as_array().unwrap().is_empty());

    let sound = server.finish().await;
    let (code, quiet, _) = check(&["-q"], sound.path());
    assert_eq!(
        (code, quiet),
        (Some(0), format!("{} checks passed, 0 failed\n", passed + 2))
    );
}

#[test]
fn unchecked_folder_gets_no_verdict() {
    let nothing = tempfile::tempdir().unwrap();
    let (code, report, problem) = check(&["--quiet"], nothing.path());
    assert_eq!((code, report.as_str()), (Some(2), ""));
    assert!(problem.contains("auth.sqlite"), "{problem}");
}
