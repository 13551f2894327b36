//! Rotating the signing key.

use reqwest::StatusCode;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{Process, SIGNING_KEY};

const SECOND_KEY: &str = "QSBzZWNvbmQga2V5IHRoYXQgaXMgb25seSB1c2VkIGJ5IHRlc3Rz";

struct SignedUp {
    cookie: String,
    body: String,
    is_replay: bool,
}

async fn sign_up(server: &Process) -> Option<SignedUp> {
    let reply = reqwest::Client::new()
        .post(format!("{}/api/users/signup", server.base))
        .header("idempotency-key", "1")
        .json(&json!({ "email": "ada@example.com", "password": "a fine password" }))
        .send()
        .await
        .unwrap();
    if reply.status() != StatusCode::CREATED {
        return None;
    }
    let cookie = reply.headers()[SET_COOKIE].to_str().unwrap();
    Some(SignedUp {
        cookie: cookie.split(';').next().unwrap().to_owned(),
        is_replay: reply.headers().contains_key("idempotency-replayed"),
        body: reply.text().await.unwrap(),
    })
}

async fn is_signed_in(server: &Process, cookie: &str) -> bool {
    let reply = reqwest::Client::new()
        .get(format!("{}/api/users/currentuser", server.base))
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    let user: Value = reply.json().await.unwrap();
    !user["currentUser"].is_null()
}

#[tokio::test]
async fn signing_key_can_be_changed() {
    let folder = TempDir::new().unwrap();
    let server = Process::start(folder.path(), &[]).await;
    let first = sign_up(&server).await.unwrap();
    server.terminate().await;

    // The former key by a flag, and then by the file of the data directory.
    let flag = ["--signing-key", SECOND_KEY, "--former-signing-keys", SIGNING_KEY];
    let file = folder.path().join("former-signing-keys");
    for arguments in [&flag[..], &flag[..2]] {
        if arguments.len() == 2 {
            std::fs::write(&file, SIGNING_KEY).unwrap();
        }
        let server = Process::start(folder.path(), arguments).await;
        assert!(is_signed_in(&server, &first.cookie).await);
        let again = sign_up(&server).await.unwrap();
        assert!(again.is_replay && again.body == first.body);
        server.terminate().await;
    }

    // The negative control: without it they are no longer valid.
    std::fs::remove_file(&file).unwrap();
    let server = Process::start(folder.path(), &flag[..2]).await;
    assert!(!is_signed_in(&server, &first.cookie).await);
    assert!(sign_up(&server).await.is_none(), "the address has an account");
    server.terminate().await;
}
