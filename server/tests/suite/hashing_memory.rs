//! How much memory signing in takes.

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::json;
use tempfile::TempDir;

use crate::support::client;
use crate::support::process::Process;

const SIGN_INS: usize = 60;
/// The limit for the whole process. A hash of 19 MiB for each of the sign-ins would be eight times that.
const LIMIT_KB: u64 = 150_000;

/// The bytes of the program itself are not counted: in a build for tests there are many.
fn anonymous_kb(server: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let number = line.unwrap().trim().trim_end_matches(" kB");
    number.parse().unwrap()
}

/// The allocator keeps the memory used for hashing, so it is enough to measure afterwards.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_sign_ins_at_once_take_a_bounded_amount_of_memory() {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let http = client(reqwest::redirect::Policy::none());
    let post = |path: &str, number: usize| {
        let email = format!("person{number}@example.com");
        http.post(format!("{}/api/users/{path}", server.base))
            .json(&json!({ "email": email, "password": "a fine password" }))
            .send()
    };
    for number in 0..SIGN_INS {
        assert_eq!(
            post("signup", number).await.unwrap().status(),
            StatusCode::CREATED
        );
    }
    let before = anonymous_kb(&server);
    for reply in join_all((0..SIGN_INS).map(|number| post("signin", number))).await {
        assert_eq!(reply.unwrap().status(), StatusCode::OK);
    }
    let after = anonymous_kb(&server);
    println!(
        "resident memory: {before} kB after {SIGN_INS} sign-ups, {after} kB after {SIGN_INS} sign-ins at once"
    );
    assert!(after < LIMIT_KB, "{after} kB");
    server.terminate().await;
}
