//! `POST /api/users/…` with an `Idempotency-Key`
#![expect(clippy::unwrap_used, reason = "a broken set-up is a failed test")]

mod support;

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use support::{PASSWORD, Reply, TestApp};

const SIGN_UP: &str = "/api/users/signup";
const SIGN_IN: &str = "/api/users/signin";
const SIGN_OUT: &str = "/api/users/signout";

async fn post(app: &TestApp, path: &str, key: &str, body: &Value, token: Option<&str>) -> Reply {
    let mut request = Request::post(path)
        .header(CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    if let Some(token) = token {
        request = request.header(COOKIE, format!("session={token}"));
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

/// Whether a token signs anybody in.
async fn is_somebody(app: &TestApp, token: Option<&str>) -> bool {
    !app.current_user(token).await.json()["currentUser"].is_null()
}

#[tokio::test]
async fn an_account_is_opened_once_and_every_reply_signs_in_to_the_same_session() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    assert!(first.status == StatusCode::CREATED && !is_replay(&first));
    app.clock.advance(Duration::from_secs(60));
    // With the cookie or without: who signs up says so in the body.
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
async fn a_sign_in_begins_one_session() {
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
async fn a_key_gives_nothing_to_who_does_not_know_the_password() {
    let app = TestApp::start().await;
    app.sign_up("ada@example.com").await;
    post(&app, SIGN_IN, "key", &credentials(PASSWORD), None).await;
    let guess = post(&app, SIGN_IN, "key", &credentials("wrong horse"), None).await;
    assert_eq!(
        (guess.status, guess.token()),
        (StatusCode::UNPROCESSABLE_ENTITY, None)
    );
}

#[tokio::test]
async fn wrong_credentials_stay_wrong_under_their_key() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let refused = post(&app, SIGN_IN, "key", &body, None).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    app.sign_up("ada@example.com").await;
    let again = post(&app, SIGN_IN, "key", &body, None).await;
    assert_eq!((again.status, &again.body), (refused.status, &refused.body));
    assert!(is_replay(&again));
    assert_eq!(
        post(&app, SIGN_IN, "another", &body, None).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_session_that_was_ended_is_not_begun_again() {
    let app = TestApp::start().await;
    let body = credentials(PASSWORD);
    let first = post(&app, SIGN_UP, "key", &body, None).await;
    app.sign_out(first.token().as_deref()).await;
    let again = post(&app, SIGN_UP, "key", &body, None).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.cookies(), Vec::<&str>::new());
    // Nor after a restart, which forgets everything that is not written down.
    let app = app.restart().await;
    let again = post(&app, SIGN_UP, "key", &body, None).await;
    assert!(is_replay(&again) && again.cookies().is_empty());
}

/// Whether a session was ended is remembered for as long as its last token can live. Beyond the life of the first token
/// nothing is begun again, so that what was forgotten cannot come back.
#[tokio::test]
async fn the_cookie_comes_again_for_as_long_as_the_first_one_lives() {
    const HOUR: Duration = Duration::from_secs(60 * 60);
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
async fn a_sign_out_is_answered_again_and_takes_the_cookie_away_again() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let nothing = json!({});
    let first = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
    // The token is dead by now, and still tells which request this is.
    let again = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
    assert_eq!(
        (first.status, &first.body, first.cookies()),
        (again.status, &again.body, again.cookies())
    );
    assert!(!is_replay(&first) && is_replay(&again));
    assert_eq!(app.counts().await, (1, 1, 2));
    let other_body = post(&app, SIGN_OUT, "key", &json!({ "all": true }), Some(&token)).await;
    assert_eq!(other_body.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The same key in another session, of the same person or of somebody else, ends that one.
    let second = app.sign_in("ada@example.com", PASSWORD).await.token().unwrap();
    for token in [second, app.token_of("bob@example.com").await] {
        let ended = post(&app, SIGN_OUT, "key", &nothing, Some(&token)).await;
        assert!(ended.status == StatusCode::OK && !is_replay(&ended));
        assert!(!is_somebody(&app, Some(&token)).await);
    }
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
