//! Backups made while everyone trades, and restores.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use event_log::BackupFile;
use tempfile::TempDir;

use crate::kill::load::Load;
use crate::kill::sweep;
use crate::support::command::stderr;
use crate::support::process::Process;

const ARGUMENTS: [&str; 2] = ["--test-payment-delay", "200ms"];
const BACKUPS: usize = 3;

fn backup(folder: &Path, target: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .arg("backup")
        .arg(target)
        .arg("--data-dir")
        .arg(folder)
        .output()
        .unwrap()
}

fn restore(backup: &Path, folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ticketing"))
        .arg("restore")
        .arg(backup)
        .arg("--data-dir")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn backup_under_load_is_consistent_and_holds_acknowledged_writes() {
    let scratch = TempDir::new().unwrap();
    let folder = scratch.path().join("data");
    let server = Process::start(&folder, &ARGUMENTS).await;
    let mut load = Load::new(20_260_131);
    let acknowledgements = load.acknowledgements();
    let backups = load
        .run_while(server, async {
            let mut made = Vec::new();
            for number in 0..BACKUPS {
                // A backup starts only once enough has been acknowledged.
                let enough = 5 * (number + 1);
                let before = loop {
                    let before = acknowledgements.lock().unwrap().clone();
                    if before.is_at_least(enough) {
                        break before;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                };
                let target = scratch.path().join(format!("backup-{number}"));
                let (from, to) = (folder.clone(), target.clone());
                let done = tokio::task::spawn_blocking(move || backup(&from, &to))
                    .await
                    .unwrap();
                assert!(done.status.success(), "{done:?}");
                made.push((target, before));
            }
            made
        })
        .await;
    for (target, before) in backups {
        let elsewhere = TempDir::new().unwrap();
        let restored = restore(&target, elsewhere.path(), &[]);
        assert!(restored.status.success(), "{restored:?}");
        let server = Process::start(elsewhere.path(), &ARGUMENTS).await;
        sweep::wait_until_settled(elsewhere.path()).await;
        server.wait_until_delivered().await;
        server.terminate().await;
        sweep::assert_sound(elsewhere.path(), &before).await;
    }
}

/// What `ticketing backup` must not do, and an older manual advised: copying one file after the other.
#[tokio::test(flavor = "multi_thread")]
async fn sequentially_copied_files_are_not_restored() {
    let (folder, copies, target) = (
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let copy = async |name: &str| {
        let file = format!("{name}.sqlite");
        let file = BackupFile {
            from: folder.path().join(&file),
            to: copies.path().join(&file),
        };
        event_log::backup(&[file]).await.unwrap();
    };
    let server = Process::start(folder.path(), &[]).await;
    copy("tickets").await;
    server.terminate().await;
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    for name in ["auth", "orders", "payments", "test-provider"] {
        copy(name).await;
    }
    server.terminate().await;
    let refused = restore(copies.path(), target.path(), &[]);
    assert!(!refused.status.success());
    let text = stderr(&refused);
    assert!(
        text.contains("the tickets database is older than the orders database"),
        "{text}"
    );
    assert_eq!(
        target.path().read_dir().unwrap().count(),
        0,
        "something was restored"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn restore_replaces_all_files_and_keeps_the_previous_ones() {
    let (folder, target) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let target = target.path().join("backup");
    Process::start(folder.path(), &[]).await.terminate().await;
    let key = folder.path().join("signing-key");
    let former = folder.path().join("former-signing-keys");
    for file in [&key, &former] {
        std::fs::write(file, crate::support::process::SIGNING_KEY).unwrap();
    }
    assert!(backup(folder.path(), &target).status.success());
    let again = backup(folder.path(), &target);
    assert!(stderr(&again).contains("is not empty"), "{}", stderr(&again));

    // Killed, it leaves write-ahead logs that must not be taken for those of the restored files.
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    server.kill().await;
    std::fs::write(&key, "another key").unwrap();
    std::fs::remove_file(&former).unwrap();
    let unasked = restore(&target, folder.path(), &[]);
    assert!(stderr(&unasked).contains("--replace"), "{}", stderr(&unasked));
    let restored = restore(&target, folder.path(), &["--replace"]);
    assert!(restored.status.success(), "{restored:?}");
    for file in [&key, &former] {
        assert_eq!(
            std::fs::read_to_string(file).unwrap(),
            crate::support::process::SIGNING_KEY
        );
    }
    let server = Process::start(folder.path(), &[]).await;
    let tickets = reqwest::get(format!("{}/api/tickets", server.base))
        .await
        .unwrap();
    assert_eq!(tickets.text().await.unwrap(), "[]");
    server.terminate().await;

    // The previous files are also a data directory.
    let text = String::from_utf8_lossy(&restored.stdout).into_owned();
    let aside = text
        .lines()
        .find_map(|line| line.strip_prefix("The previous files are in "))
        .unwrap();
    let aside = aside.split(". Delete").next().unwrap();
    assert_eq!(
        std::fs::read_to_string(Path::new(aside).join("signing-key")).unwrap(),
        "another key"
    );
    std::fs::remove_file(Path::new(aside).join("signing-key")).unwrap();
    let server = Process::start(Path::new(aside), &[]).await;
    let tickets = reqwest::get(format!("{}/api/tickets", server.base))
        .await
        .unwrap();
    assert_ne!(tickets.text().await.unwrap(), "[]");
    server.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_restore_is_detected_and_can_be_repeated() {
    let (folder, target) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let target = target.path().join("backup");
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    server.terminate().await;
    assert!(backup(folder.path(), &target).status.success());
    // As if the process had ended after it had moved one of the files away.
    std::fs::write(folder.path().join(server::data_dir::RESTORING), "").unwrap();
    std::fs::remove_file(folder.path().join("payments.sqlite")).unwrap();
    let refusal = Process::refused(folder.path()).await;
    assert!(
        refusal.contains("was interrupted") && refusal.contains("--replace"),
        "{refusal}"
    );
    let restored = restore(&target, folder.path(), &["--replace"]);
    assert!(restored.status.success(), "{restored:?}");
    let checked = sweep::check(folder.path()).await;
    assert!(checked.status.success(), "{checked:?}");
    Process::start(folder.path(), &[]).await.terminate().await;
}

#[test]
fn backup_of_no_data_folder_and_a_restore_of_no_backup_are_refused() {
    let (folder, target) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let refused = backup(folder.path(), &target.path().join("backup"));
    assert!(!refused.status.success());
    assert!(stderr(&refused).contains("auth.sqlite") && stderr(&refused).contains("--data-dir"));
    let refused = restore(target.path(), folder.path(), &[]);
    assert!(!refused.status.success());
    assert!(
        stderr(&refused).contains("is this a backup?"),
        "{}",
        stderr(&refused)
    );
    assert_eq!(target.path().read_dir().unwrap().count(), 0);
}
