//! Limits of attempts.

use std::time::Duration;

use crate::support::{PASSWORD, Reply, TestApp};
use auth::AuthConfig;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use insta::assert_snapshot;
use serde_json::{Value, json};

const SIGN_UP: &str = "/api/users/signup";
const SIGN_IN: &str = "/api/users/signin";
const HERE: &str = "203.0.113.1";
const ELSEWHERE: &str = "203.0.113.2";

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

async fn sign_in(app: &TestApp, from: &str, email: &str, password: &str) -> Reply {
    app.post_from(from, SIGN_IN, &credentials(email, password)).await
}

#[tokio::test]
async fn wrong_passwords_throttle_one_client_only() {
    for email in ["ada@example.com", "nobody@example.com"] {
        let app = TestApp::start().await;
        app.sign_up("ada@example.com").await;
        for _ in 0..10 {
            let wrong = sign_in(&app, HERE, email, "wrong horse").await;
            assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        }
        let verified = app.auth.passwords_verified();
        let refused = sign_in(&app, HERE, email, PASSWORD).await;
        assert_eq!(app.auth.passwords_verified(), verified, "it takes no hash");
        insta::allow_duplicates! { assert_snapshot!(refused, @r#"
        429 Too Many Requests
        cache-control: no-store
        retry-after: 20
        {"errors":[{"message":"Too many attempts, try again later"}]}
        "#) };
        // The owner is somewhere else, where the right password works at once.
        let elsewhere = sign_in(&app, ELSEWHERE, email, PASSWORD).await;
        assert_eq!(elsewhere.status.is_success(), email == "ada@example.com");
        // And here after the time in `Retry-After`.
        app.clock.advance(Duration::from_secs(20));
        let here = sign_in(&app, HERE, email, PASSWORD).await;
        assert_eq!(here.status.is_success(), email == "ada@example.com");
    }
}

#[tokio::test]
async fn attacked_account_stays_open_to_its_owner() {
    let app = TestApp::start_with(AuthConfig {
        client_rate: 0,
        ..AuthConfig::fast_for_tests()
    })
    .await;
    app.sign_up("ada@example.com").await;
    let mut tried = 0;
    for network in 0..30 {
        loop {
            let from = format!("2001:db8:0:{network:x}::1");
            match sign_in(&app, &from, "ada@example.com", "wrong horse")
                .await
                .status
            {
                StatusCode::BAD_REQUEST => tried += 1,
                StatusCode::TOO_MANY_REQUESTS => break,
                other => panic!("{other}"),
            }
        }
    }
    assert_eq!(tried, 50 + 25 * 3);
    let owner = sign_in(&app, HERE, "ada@example.com", PASSWORD).await;
    assert_eq!(owner.status, StatusCode::OK);
}

#[tokio::test]
async fn concurrent_correct_passwords_are_not_limited() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let all = (0..60).map(|_| sign_in(&app, HERE, "ada@example.com", PASSWORD));
    for reply in futures::future::join_all(all).await {
        assert_eq!(reply.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn concurrent_wrong_passwords_are_limited_like_sequential_ones() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let before = app.auth.passwords_verified();
    let all = (0..60).map(|_| sign_in(&app, HERE, "ada@example.com", "wrong horse"));
    let replies = futures::future::join_all(all).await;
    let count = |status| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!(count(StatusCode::BAD_REQUEST), 10);
    assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 50);
    assert_eq!(app.auth.passwords_verified() - before, 10);
}

#[tokio::test]
async fn client_sign_ins_and_sign_ups_are_limited_per_minute() {
    let app = TestApp::start_with(AuthConfig {
        client_rate: 4,
        ..AuthConfig::fast_for_tests()
    })
    .await;
    let ada = credentials("ada@example.com", PASSWORD);
    assert_eq!(
        app.post_from(HERE, SIGN_UP, &ada).await.status,
        StatusCode::CREATED
    );
    assert_eq!(app.post_from(HERE, SIGN_IN, &ada).await.status, StatusCode::OK);
    // A refused request counts too: it is an attempt.
    for body in [json!({}), json!("no object")] {
        assert_eq!(
            app.post_from(HERE, SIGN_IN, &body).await.status,
            StatusCode::BAD_REQUEST
        );
    }
    for path in [SIGN_UP, SIGN_IN] {
        let bob = credentials("bob@example.com", PASSWORD);
        let refused = app.post_from(HERE, path, &bob).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers[RETRY_AFTER], "15");
    }
    assert_eq!(
        app.post_from(ELSEWHERE, SIGN_IN, &ada).await.status,
        StatusCode::OK
    );
    // Other endpoints are not affected.
    assert_eq!(app.current_user(None).await.status, StatusCode::OK);
    app.clock.advance(Duration::from_secs(15));
    assert_eq!(app.post_from(HERE, SIGN_IN, &ada).await.status, StatusCode::OK);
}
