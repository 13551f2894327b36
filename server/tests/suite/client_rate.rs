//! The rate limit of sign-ins per client, over a real socket: the limit needs the address of the peer.

use reqwest::header::{LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::json;
use tempfile::TempDir;

use crate::support::client;
use crate::support::process::Process;

fn http() -> Client {
    client(reqwest::redirect::Policy::none())
}

fn rest(server: &Process) -> RequestBuilder {
    http()
        .post(format!("{}/api/users/signin", server.base))
        .json(&json!({ "email": "ada@example.com", "password": "a wrong password" }))
}

fn form(server: &Process, accept: &str) -> RequestBuilder {
    http()
        .post(format!("{}/fn/auth/signin", server.base))
        .header("accept", accept)
        .form(&[("email", "ada@example.com"), ("password", "a wrong password")])
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.unwrap()
}

#[tokio::test]
async fn client_has_one_allowance_for_rest_and_forms() {
    let folder = TempDir::new().unwrap();
    // One attempt is free again after 20 seconds.
    let server = Process::start(folder.path(), &["--client-rate", "3"]).await;
    assert_eq!(send(rest(&server)).await.status(), StatusCode::BAD_REQUEST);
    let script = send(form(&server, "application/json"))
        .await
        .text()
        .await
        .unwrap();
    assert!(script.contains("InvalidCredentials"), "{script}");
    assert_eq!(
        send(form(&server, "text/html")).await.status(),
        StatusCode::SEE_OTHER
    );

    let refused = send(rest(&server)).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u32 = refused.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    let body = refused.text().await.unwrap();
    assert_eq!(
        body,
        r#"{"errors":[{"message":"Too many attempts, try again later"}]}"#
    );

    // A script gets the error in its response, a browser on the page it is sent back to.
    let script = send(form(&server, "application/json"))
        .await
        .text()
        .await
        .unwrap();
    assert!(
        script.contains("TooManyAttempts") && script.contains("retry_after_s"),
        "{script}"
    );
    let browser = send(form(&server, "text/html")).await;
    assert_eq!(browser.headers()[LOCATION], "/auth/signin");
    let flash = browser.headers()[SET_COOKIE].to_str().unwrap();
    let flash = flash.split(';').next().unwrap().to_owned();
    let page = http()
        .get(format!("{}/auth/signin", server.base))
        .header("cookie", flash);
    let page = send(page).await.text().await.unwrap();
    assert!(page.contains("Too many attempts. Try again in "), "{page}");
    server.terminate().await;
}

#[tokio::test]
async fn only_a_trusted_proxy_says_who_the_client_is() {
    let folder = TempDir::new().unwrap();
    let from = |server: &Process, address: &str| rest(server).header("x-forwarded-for", address);
    for (arguments, second) in [
        (&["--client-rate", "1"][..], StatusCode::TOO_MANY_REQUESTS),
        (
            &["--client-rate", "1", "--trusted-proxies", "127.0.0.0/8"],
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let server = Process::start(folder.path(), arguments).await;
        assert_eq!(
            send(from(&server, "203.0.113.1")).await.status(),
            StatusCode::BAD_REQUEST
        );
        assert_eq!(send(from(&server, "203.0.113.2")).await.status(), second);
        let again = send(from(&server, "203.0.113.1")).await.status();
        assert_eq!(again, StatusCode::TOO_MANY_REQUESTS);
        server.terminate().await;
    }
}
