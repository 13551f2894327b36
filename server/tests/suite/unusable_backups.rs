//! Backups that no server would start on: they are neither made nor restored.

use std::path::Path;

use server::signing_key;
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

use crate::support::command::{run, stderr};
use crate::support::process::{Process, SIGNING_KEY};

/// The directory of a stopped server.
async fn folder(arguments: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), arguments).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    folder
}

/// A backup of a directory, in its own directory.
fn backup_of(folder: &Path) -> TempDir {
    let scratch = TempDir::new().unwrap();
    let target = scratch.path().join("backup");
    let made = run(&["backup", target.to_str().unwrap()], folder);
    assert!(made.status.success(), "{made:?}");
    scratch
}

/// The output of a server that reads its keys from a directory.
fn refusal_of_a_server(folder: &Path) -> String {
    let key = signing_key::load_or_make(folder);
    let former = signing_key::load_former(folder);
    key.err()
        .or(former.err())
        .expect("the keys can be used")
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_no_server_starts_with_are_neither_backed_up_nor_restored() {
    let folder = folder(&[]).await;
    let scratch = backup_of(folder.path());
    let backup = scratch.path().join("backup");
    let broken: [(&str, &[u8]); 4] = [
        ("signing-key", b""),
        ("signing-key", b"c2hvcnQ="),
        ("signing-key", b"\xff\xfe"),
        ("former-signing-keys", b"not a key\n"),
    ];
    for (file, content) in broken {
        for place in [folder.path(), &backup] {
            std::fs::write(place.join("signing-key"), SIGNING_KEY).unwrap();
            std::fs::write(place.join(file), content).unwrap();
        }
        let target = scratch.path().join("another-backup");
        let refused = run(&["backup", target.to_str().unwrap()], folder.path());
        assert!(!refused.status.success(), "{file}: {refused:?}");
        let expected = refusal_of_a_server(folder.path());
        assert!(stderr(&refused).contains(&expected), "{}", stderr(&refused));
        assert!(!target.exists(), "something was backed up");

        let restored = scratch.path().join("restored");
        let refused = run(&["restore", backup.to_str().unwrap()], &restored);
        assert!(!refused.status.success(), "{file}: {refused:?}");
        let expected = refusal_of_a_server(&backup);
        assert!(stderr(&refused).contains(&expected), "{}", stderr(&refused));
        assert!(!restored.exists(), "something was restored");
        for place in [folder.path(), &backup] {
            std::fs::remove_file(place.join(file)).unwrap();
        }
    }
    // With a usable key it is a valid backup.
    std::fs::write(backup.join("signing-key"), SIGNING_KEY).unwrap();
    let restored = scratch.path().join("restored");
    let done = run(&["restore", backup.to_str().unwrap()], &restored);
    assert!(done.status.success(), "{done:?}");
}

async fn execute(file: &Path, statement: &'static str) {
    let url = format!("sqlite://{}", file.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_without_a_referenced_database_is_incomplete() {
    let used = folder(&["--demo"]).await;
    let scratch = backup_of(used.path());
    let (backup, restored) = (scratch.path().join("backup"), scratch.path().join("restored"));
    std::fs::remove_file(backup.join("test-provider.sqlite")).unwrap();
    let assert_refused = |expected: &str| {
        let refused = run(&["restore", backup.to_str().unwrap()], &restored);
        assert!(!refused.status.success(), "{refused:?}");
        let text = stderr(&refused);
        assert!(
            text.contains("the test-provider database is missing") && text.contains(expected),
            "{text}"
        );
        let left = restored.read_dir().into_iter().flatten().count();
        assert_eq!(left, 0, "something was restored");
        let checked = run(&["check"], &backup);
        let report = String::from_utf8_lossy(&checked.stdout);
        assert_eq!(checked.status.code(), Some(1), "{report}");
        assert!(
            report.contains("FAILED  Every event of test-provider that payments consumed exists")
                && report.contains("the test-provider database is missing"),
            "{report}"
        );
    };
    assert_refused("the payments database has consumed");
    execute(
        &backup.join("payments.sqlite"),
        "DELETE FROM cursors WHERE source = 'test-provider'",
    )
    .await;
    assert_refused("the payments database holds");

    // Without any payment, nothing is missing.
    let unused = folder(&[]).await;
    let scratch = backup_of(unused.path());
    let backup = scratch.path().join("backup");
    std::fs::remove_file(backup.join("test-provider.sqlite")).unwrap();
    let done = run(
        &["restore", backup.to_str().unwrap()],
        &scratch.path().join("restored"),
    );
    assert!(done.status.success(), "{done:?}");
}
