//! `POST /api/users/…` with an `Idempotency-Key`

use std::time::Duration;

use crate::support::{PASSWORD, Reply, TestApp};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use web::SigningKey;

const SIGN_UP: &str = "/api/users/signup";
const SIGN_IN: &str = "/api/users/signin";
const SIGN_OUT: &str = "/api/users/signout";

async fn post(app: &TestApp, path: &str, key: &str, body: &Value, token: Option<&str>) -> Reply {
    let mut request = Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    if let Some(token) = token {
        request = request.header(COOKIE, format!("ticketing-session={token}"));
    }
    app.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

fn credentials(password: &str) -> Value {
    json!({ "email": "ada@example.com", "password": password })
}

fn is_replay(reply: &Reply) -> bool {
    reply
        .headers
        .get("idempotency-replayed")
        .is_some_and(|value| value == "true")
}

/// Whether a token identifies a session.
async fn is_somebody(app: &TestApp, token: Option<&str>) -> bool {
    !app.current_user(token).await.json()["currentUser"].is_null()
}

#[tokio::test]
async fn repeated_sign_up_creates_one_account_and_one_session() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    assert!(first.status == StatusCode::CREATED && !is_replay(&first));
    app.clock.advance(Duration::from_mins(1));
    // With or without the cookie: at sign-up the body identifies the user.
    for token in [None, first.token()] {
        let again = post(&app, SIGN_UP, "key", &body, token.as_deref()).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert!(is_replay(&again) && is_somebody(&app, again.token().as_deref()).await);
    }
    assert_eq!(app.counts().await, (1, 1, 1));
    // The negative control: a new request finds the address taken.
    assert_eq!(
        app.sign_up("ada@example.com").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn repeated_sign_in_begins_one_session() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_IN, "key", &body, None).await;
    let again = post(&app, SIGN_IN, "key", &body, None).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert!(first.status == StatusCode::OK && is_replay(&again));
    assert_eq!(app.counts().await, (1, 2, 1));
    // Ending it with one token ends it for the other.
    app.sign_out(again.token().as_deref()).await;
    assert!(!is_somebody(&app, first.token().as_deref()).await);
}

#[tokio::test]
async fn idempotency_key_reveals_nothing_without_the_password() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let without_key = app.sign_in("ada@example.com", "wrong horse").await;
    let first = post(&app, SIGN_IN, "key", &credentials(PASSWORD), None).await;
    let before = app.auth.passwords_verified();
    let guess = post(&app, SIGN_IN, "key", &credentials("wrong horse"), None).await;
    // The response does not reveal that the key was used, and the guess costs what every guess costs.
    assert_eq!(guess, without_key);
    assert_eq!(app.auth.passwords_verified(), before + 1);
    // With the right password the other body is rejected.
    let other_body = json!({ "email": "ada@example.com", "password": PASSWORD, "more": true });
    let response = post(&app, SIGN_IN, "key", &other_body, None).await;
    assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
    let again = post(&app, SIGN_IN, "key", &credentials(PASSWORD), None).await;
    assert!(is_replay(&again) && again.body == first.body);
}

/// A replayed response confirms the password without hashing it.
#[tokio::test]
async fn idempotency_key_does_not_bypass_the_login_throttle() {
    for path in [SIGN_UP, SIGN_IN] {
        let app = TestApp::start().await;
        app.sign_up("bob@example.com").await;
        if path == SIGN_IN {
            app.sign_up("ada@example.com").await;
        }
        let first = post(&app, path, "key", &credentials(PASSWORD), None).await;
        assert!(first.status.is_success());
        for number in 0..10 {
            let guess = credentials(&format!("wrong horse {number}"));
            let refused = post(&app, path, "key", &guess, None).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path} {number}");
        }
        let refused = post(&app, path, "key", &credentials(PASSWORD), None).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        app.clock.advance(Duration::from_secs(20));
        assert!(is_replay(
            &post(&app, path, "key", &credentials(PASSWORD), None).await
        ));
    }
}

#[tokio::test]
async fn two_users_may_use_the_same_key() {
    let app = TestApp::start().await;
    for (path, status) in [(SIGN_UP, StatusCode::CREATED), (SIGN_IN, StatusCode::OK)] {
        for email in ["ada@example.com", "bob@example.com"] {
            let body = json!({ "email": email, "password": PASSWORD });
            let first = post(&app, path, "1", &body, None).await;
            assert!(first.status == status && !is_replay(&first), "{path} {email}");
            assert!(is_replay(&post(&app, path, "1", &body, None).await));
        }
    }
    // The address is the same in any spelling, but the body differs.
    let shouted = json!({ "email": " ADA@example.com", "password": PASSWORD });
    let refused = post(&app, SIGN_IN, "1", &shouted, None).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.counts().await, (2, 4, 2));
}

#[tokio::test]
async fn nothing_is_recorded_for_anonymous_requests() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    let refused = [
        (SIGN_IN, json!({})),
        (SIGN_IN, json!("ada")),
        (SIGN_IN, json!({ "email": "ada", "password": PASSWORD })),
        (SIGN_IN, credentials("wrong horse")),
        (
            SIGN_IN,
            json!({ "email": "eve@example.com", "password": PASSWORD }),
        ),
        (SIGN_UP, credentials(PASSWORD)),
        (
            SIGN_UP,
            json!({ "email": "eve@example.com", "password": "short" }),
        ),
        (SIGN_OUT, json!({})),
    ];
    // It changes with every commit of another connection.
    let mut reader = app.db.reader().as_sqlite().unwrap().acquire().await.unwrap();
    let mut version = async || -> i64 {
        let version = sqlx::query_scalar("PRAGMA data_version");
        version.fetch_one(&mut *reader).await.unwrap()
    };
    let written = version().await;
    for (path, body) in &refused {
        for _ in 0..2 {
            let reply = post(&app, path, "key", body, None).await;
            assert!(!is_replay(&reply), "{path} {body}");
            assert!(
                reply.status == StatusCode::BAD_REQUEST || *path == SIGN_OUT,
                "{path} {body}"
            );
        }
    }
    assert_eq!((app.kept().await, version().await), (0, written));
    // The negative control: a request that has an effect is recorded with it.
    post(&app, SIGN_IN, "key", &credentials(PASSWORD), None).await;
    assert!(app.kept().await == 1 && version().await != written);
}

#[tokio::test]
async fn request_can_be_corrected_under_the_same_key() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let refused = post(&app, SIGN_IN, "key", &body, None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    app.sign_up("ada@example.com").await;
    let wrong = post(&app, SIGN_IN, "key", &credentials("wrong horse"), None).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    let right = post(&app, SIGN_IN, "key", &body, None).await;
    assert!(right.status == StatusCode::OK && !is_replay(&right));
    assert!(is_replay(&post(&app, SIGN_IN, "key", &body, None).await));
}

#[tokio::test]
async fn replayed_sign_in_does_not_revive_an_ended_session() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    app.sign_out(first.token().as_deref()).await;
    let again = post(&app, SIGN_UP, "key", &body, None).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.cookies(), Vec::<&str>::new());
    // Nor after a restart, which loses everything in memory.
    let app = app.restart().await;
    let again = post(&app, SIGN_UP, "key", &body, None).await;
    assert!(is_replay(&again) && again.cookies().is_empty());
}

/// Beyond the lifetime of the first token a replay starts no session again: it has no cookie.
#[tokio::test]
async fn replayed_sign_in_sets_the_cookie_while_the_first_token_is_valid() {
    const HOUR: Duration = Duration::from_hours(1);
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    app.clock.advance(HOUR - Duration::from_millis(1));
    assert!(post(&app, SIGN_UP, "key", &body, None).await.token().is_some());
    app.clock.advance(Duration::from_millis(1));
    let late = post(&app, SIGN_UP, "key", &body, None).await;
    assert_eq!((late.status, &late.body), (first.status, &first.body));
    assert!(is_replay(&late) && late.cookies().is_empty());
}

#[tokio::test]
async fn repeated_sign_out_removes_the_cookie_again() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let nothing = json!({});
    let first = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
    // The token is no longer valid, but still identifies the request.
    let again = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
    assert_eq!(
        (first.status, &first.body, first.cookies()),
        (again.status, &again.body, again.cookies())
    );
    assert!(!is_replay(&first) && is_replay(&again));
    assert_eq!(app.counts().await, (1, 1, 2));
    let other_body = post(&app, SIGN_OUT, "key", &json!({ "all": true }), Some(&token)).await;
    assert_eq!(other_body.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The same key in another session, of the same user or of another one, ends that one.
    let second = app.sign_in("ada@example.com", PASSWORD).await.token().unwrap();
    for token in [second, app.token_of("bob@example.com").await] {
        let ended = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
        assert!(ended.status == StatusCode::OK && !is_replay(&ended));
        assert!(!is_somebody(&app, Some(&token)).await);
    }
}

/// The signing key is rotated twice, and the former one is removed with the second rotation.
#[tokio::test]
async fn former_signing_key_is_valid_for_sessions_and_replies_until_it_is_removed() {
    let keys = ["02", "03"].map(|byte| SigningKey::parse(&byte.repeat(32)).unwrap());
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    let app = app
        .restart_with_keys(&[keys[0].clone(), crate::support::key()])
        .await;
    assert!(is_somebody(&app, first.token().as_deref()).await);
    let again = post(&app, SIGN_UP, "key", &body, None).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert!(is_replay(&again));
    // New tokens and replies use the current key: they outlive the former one.
    let second = post(&app, SIGN_IN, "key", &body, None).await;
    let app = app.restart_with_keys(&[keys[1].clone(), keys[0].clone()]).await;
    assert!(!is_somebody(&app, first.token().as_deref()).await);
    for token in [second.token(), again.token()] {
        assert!(is_somebody(&app, token.as_deref()).await);
    }
    assert!(is_replay(&post(&app, SIGN_IN, "key", &body, None).await));
    let forgotten = post(&app, SIGN_UP, "key", &body, None).await;
    assert_eq!(
        forgotten.status,
        StatusCode::BAD_REQUEST,
        "it is a new request by now"
    );
    // The negative control: with the last key alone, nothing older is valid.
    let app = app.restart_with_keys(&keys[1..]).await;
    assert!(!is_somebody(&app, second.token().as_deref()).await);
    assert!(!is_replay(&post(&app, SIGN_IN, "key", &body, None).await));
}

#[tokio::test]
async fn neither_password_nor_token_is_in_the_file() {
    let app = TestApp::start().await;
    let reply = post(&app, SIGN_UP, "a-very-own-key", &credentials(PASSWORD), None).await;
    let token = reply.token().unwrap();
    let path = app.path();
    app.db.close().await;
    let bytes = std::fs::read(path).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&reply.body), "the search finds what is there");
    assert!(!holds(PASSWORD) && !holds("a-very-own-key") && !holds(&token));
    assert!(!holds(token.split('.').next_back().unwrap()));
}
