//! A full disk: readiness reports it, writes are refused for now, and everything else keeps working.
//!
//! A limit on the size of files that the process may write simulates the disk: it can be moved while the server runs, and
//! SQLite sees the same, a failing write.

use rlimit::Resource;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::client;
use crate::support::process::Process;

/// Limits the size of the files that the process can write, in bytes.
fn limit_files(server: &Process, bytes: u64) {
    let id = i32::try_from(server.id()).unwrap();
    rlimit::prlimit(id, Resource::FSIZE, Some((bytes, rlimit::INFINITY)), None).unwrap();
}

#[tokio::test]
async fn full_disk_is_reported_and_recovered_from() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    // Without the signal that goes with that limit, as for a disk that is full.
    command.args([
        "-c",
        r#"trap "" XFSZ; exec "$0" "$@""#,
        env!("CARGO_BIN_EXE_ticketing"),
    ]);
    let server = Process::started(command, folder.path(), "off", &[]).await;
    let http = client(reqwest::redirect::Policy::none());
    let state = async || {
        let ready = http.get(format!("{}/readyz", server.base)).send().await.unwrap();
        let status = ready.status().as_u16();
        (status, ready.json::<Value>().await.unwrap()["status"].clone())
    };
    let sign_up = async |email: &str| {
        let account = json!({ "email": email, "password": "a fine password" });
        let sent = http
            .post(format!("{}/api/users/signup", server.base))
            .json(&account)
            .send();
        sent.await.unwrap()
    };
    assert_eq!(state().await, (200, json!("ready")));
    limit_files(&server, 0);
    let refused = sign_up("early@example.com").await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(
        refused.text().await.unwrap(),
        r#"{"errors":[{"message":"The server is busy, try again in a moment"}]}"#
    );
    // A recent write may still be used in place of a new one.
    while state().await != (503, json!("unavailable")) {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let page = http.get(&server.base).send().await.unwrap();
    assert_eq!(page.status(), 200, "what only reads goes on");
    limit_files(&server, rlimit::INFINITY);
    assert_eq!(sign_up("early@example.com").await.status(), 201);
    while state().await != (200, json!("ready")) {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    server.terminate().await;
}
