//! The data directory: used by one server at a time, and private to its owner.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::support::command::run;
use crate::support::process::Process;

#[tokio::test(flavor = "multi_thread")]
async fn second_server_on_a_folder_is_refused_under_every_path() {
    let scratch = tempfile::tempdir().unwrap();
    let (folder, link) = (scratch.path().join("folder"), scratch.path().join("link"));
    std::fs::create_dir(&folder).unwrap();
    symlink(&folder, &link).unwrap();
    let server = Process::start(&folder, &[]).await;
    for path in [&folder, &link] {
        let refusal = Process::refused(path).await;
        let expected = format!(
            "the data directory {} is in use by another server",
            path.display()
        );
        assert!(
            refusal.contains(&expected) && refusal.contains("--data-dir"),
            "{refusal}"
        );
    }
    // A killed process leaves no lock behind, nor does a stopped one.
    server.kill().await;
    Process::start(&link, &[]).await.terminate().await;
    Process::start(&folder, &[]).await.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn read_only_commands_work_beside_a_server_and_a_restore_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let target = tempfile::tempdir().unwrap();
    let backup = target.path().join("backup");
    let backup = backup.to_str().unwrap();
    let server = Process::start(folder.path(), &["--demo"]).await;
    server.wait_until_delivered().await;
    for arguments in [&["check"][..], &["events"], &["backup", backup]] {
        let done = run(arguments, folder.path());
        assert!(done.status.success(), "{arguments:?}: {done:?}");
    }
    let replayed = run(&["events", "replay", "orders"], folder.path());
    assert_eq!(
        String::from_utf8_lossy(&replayed.stdout),
        "Aggregates to be retried: 0\n"
    );
    let refused = run(&["restore", backup, "--replace"], folder.path());
    assert!(!refused.status.success());
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(text.contains("is in use by another server"), "{text}");
    server.terminate().await;
    let restored = run(&["restore", backup, "--replace"], folder.path());
    assert!(restored.status.success(), "{restored:?}");
}

fn modes(folder: &Path) -> Vec<(String, u32)> {
    let mut modes: Vec<(String, u32)> = folder
        .read_dir()
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            (entry.file_name().into_string().unwrap(), mode)
        })
        .collect();
    modes.sort();
    modes
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_private_to_its_owner_under_every_umask() {
    for umask in ["000", "022"] {
        let scratch = tempfile::tempdir().unwrap();
        let folder = scratch.path().join("above/data");
        let server = Process::start_under(umask, &folder, scratch.path()).await;
        server.wait_until_delivered().await;
        let mode = folder.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "umask {umask}");
        let modes = modes(&folder);
        let has = |name: &str| modes.iter().any(|(seen, _)| seen == name);
        assert!(has("signing-key") && has("auth.sqlite-wal") && has("auth.sqlite-shm"));
        for (name, mode) in &modes {
            assert_eq!(*mode, 0o600, "umask {umask}: {name}");
        }
        server.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readable_folder_is_reported_and_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let database = folder.path().join("orders.sqlite");
    std::fs::write(&database, "").unwrap();
    std::fs::set_permissions(&database, std::fs::Permissions::from_mode(0o644)).unwrap();
    let log = folder.path().join("log");
    let server = Process::start_logging_to(&log, folder.path()).await;
    server.terminate().await;
    let text = std::fs::read_to_string(&log).unwrap();
    for expected in [
        format!("chmod 700 {}", folder.path().display()),
        format!("chmod 600 {}", database.display()),
    ] {
        assert!(text.contains(&expected), "{text}");
    }
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.path()), mode(&database)), (0o755, 0o644));
}
