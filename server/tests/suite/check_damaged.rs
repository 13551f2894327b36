//! `ticketing check` on files that are damaged, not regular files, or unreadable.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::process::Process;

/// A user without privileges.
const NOBODY: u32 = 65_534;

/// How long a command that must not wait may take.
const LIMIT: Duration = Duration::from_secs(30);

const NAMES: [&str; 5] = ["auth", "tickets", "orders", "payments", "test-provider"];

async fn sound_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    folder
}

/// A copy of the databases of a directory.
fn copy_of(folder: &Path) -> TempDir {
    let copy = TempDir::new().unwrap();
    for name in NAMES {
        let file = format!("{name}.sqlite");
        std::fs::copy(folder.join(&file), copy.path().join(&file)).unwrap();
    }
    copy
}

fn check(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["check", "--data-dir"]).arg(folder);
    command
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ticketing"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A change to the content of a file.
type Damage = fn(&mut Vec<u8>);

/// The size of a page of a database.
const PAGE: usize = 4096;

const DAMAGES: [(&str, Damage); 5] = [
    ("truncated", |content| content.truncate(50_000)),
    ("truncated within a page", |content| content.truncate(5_000)),
    ("empty", Vec::clear),
    ("no database", |content| content.fill(0xa5)),
    ("garbage in its pages", |content| content[4 * PAGE..].fill(0xa5)),
];

#[tokio::test(flavor = "multi_thread")]
async fn damaged_file_is_named_and_the_others_are_checked() {
    let sound = sound_folder().await;
    for (what, damage) in DAMAGES {
        let copy = copy_of(sound.path());
        let file = copy.path().join("orders.sqlite");
        let mut content = std::fs::read(&file).unwrap();
        damage(&mut content);
        std::fs::write(&file, content).unwrap();

        let checked = check(program(), copy.path()).output().unwrap();
        let (report, problem) = (text(&checked.stdout), text(&checked.stderr));
        assert_eq!(
            (checked.status.code(), problem.as_str()),
            (Some(1), ""),
            "{what}: {report}"
        );
        assert!(
            report.contains("FAILED  The orders database is intact\n"),
            "{what}: {report}"
        );
        for name in ["auth", "tickets", "payments", "test_provider"] {
            for passed in [
                format!("ok      The {name} database is intact\n"),
                format!("ok      The event log of {name} has no gaps\n"),
            ] {
                assert!(report.contains(&passed), "{what}: {report}");
            }
        }

        let target = TempDir::new().unwrap();
        let restored = Command::new(program())
            .arg("restore")
            .arg(copy.path())
            .arg("--data-dir")
            .arg(target.path())
            .output()
            .unwrap();
        let problem = text(&restored.stderr);
        assert!(!restored.status.success(), "{what}: {problem}");
        assert!(
            problem.contains("The orders database is intact"),
            "{what}: {problem}"
        );
        assert_eq!(target.path().read_dir().unwrap().count(), 0, "{what}");
    }
}

/// Runs a command that must end on its own.
async fn run(command: Command) -> Output {
    let mut command = tokio::process::Command::from(command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let ended = tokio::time::timeout(LIMIT, command.output()).await;
    ended.expect("the command waits for something").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn non_regular_files_are_refused_without_waiting() {
    let sound = sound_folder().await;
    for name in ["orders", "test-provider"] {
        let copy = copy_of(sound.path());
        let file = copy.path().join(format!("{name}.sqlite"));
        std::fs::remove_file(&file).unwrap();
        let made = Command::new("mkfifo").arg(&file).status().unwrap();
        assert!(made.success());
        let (target, scratch) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let mut restore = Command::new(program());
        restore
            .arg("restore")
            .arg(copy.path())
            .arg("--data-dir")
            .arg(target.path());
        let mut backup = Command::new(program());
        backup.arg("backup").arg(scratch.path().join("backup"));
        backup.arg("--data-dir").arg(copy.path());
        for (command, code) in [(check(program(), copy.path()), 2), (restore, 1), (backup, 1)] {
            let refused = run(command).await;
            let problem = text(&refused.stderr);
            assert_eq!(refused.status.code(), Some(code), "{problem}");
            assert!(
                problem.contains(file.to_str().unwrap()) && problem.contains("not a regular file"),
                "{problem}"
            );
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// `ticketing check` by somebody whom modes bind.
fn check_unprivileged(folder: &Path) -> Output {
    let place = TempDir::new().unwrap();
    let copy = place.path().join("ticketing");
    std::fs::copy(program(), &copy).unwrap();
    set_mode(place.path(), 0o755);
    let mut command = check(&copy, folder);
    // Modes do not bind the superuser.
    if place.path().metadata().unwrap().uid() == 0 {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_files_are_not_reported_as_missing() {
    let sound = sound_folder().await;
    let copy = copy_of(sound.path());
    let assert_unreadable = |file: &str| {
        let refused = check_unprivileged(copy.path());
        let problem = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{problem}");
        assert!(
            problem.contains(&format!("{file} cannot be read: Permission denied")),
            "{problem}"
        );
        assert_eq!(refused.stdout, b"");
    };
    set_mode(copy.path(), 0o000);
    assert_unreadable("auth.sqlite");
    set_mode(copy.path(), 0o755);
    for name in NAMES {
        set_mode(&copy.path().join(format!("{name}.sqlite")), 0o644);
    }
    set_mode(&copy.path().join("payments.sqlite"), 0o000);
    assert_unreadable("payments.sqlite");
}
