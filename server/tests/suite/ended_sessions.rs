//! An ended session is rejected everywhere, also for a copy of its cookie, and after a restart.

use contracts::forms::SignUpForm;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::TestServer;

async fn status(server: &TestServer, cookie: &str, method: Method, path: &str) -> StatusCode {
    let request = server
        .http
        .request(method, server.url(path))
        .header("cookie", cookie);
    request
        .json(&json!({ "title": "Concert", "price": 20, "ticketId": "x" }))
        .send()
        .await
        .unwrap()
        .status()
}

async fn assert_dead(server: &TestServer, cookie: &str) {
    for (method, path) in [
        (Method::POST, "/api/tickets"),
        (Method::GET, "/api/orders"),
        (Method::POST, "/api/orders"),
    ] {
        assert_eq!(
            status(server, cookie, method, path).await,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let current = server
        .http
        .get(server.url("/api/users/currentuser"))
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    assert_eq!(
        current.json::<Value>().await.unwrap(),
        json!({ "currentUser": null })
    );
    let page = server
        .http
        .get(server.url("/orders"))
        .header("cookie", cookie)
        .send()
        .await
        .unwrap();
    assert!(
        page.status().is_redirection(),
        "a private page was shown: {}",
        page.status()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn copied_cookie_is_refused_after_the_sign_out_and_after_a_restart() {
    let server = TestServer::start().await;
    let form = SignUpForm {
        email: "ada@example.com".into(),
        password: "a fine password".into(),
    };
    let token = server.marketplace.auth.sign_up(form, None).await.unwrap().token;
    let cookie = format!("ticketing-session={}", token.expose());
    assert_eq!(
        status(&server, &cookie, Method::POST, "/api/tickets").await,
        StatusCode::CREATED
    );
    assert_eq!(
        status(&server, &cookie, Method::POST, "/api/users/signout").await,
        StatusCode::OK
    );
    assert_dead(&server, &cookie).await;
    let folder = server.finish().await;
    let server = TestServer::start_in(folder).await;
    assert_dead(&server, &cookie).await;
    server.finish().await;
}
