//! GET /api/users/currentuser

use std::time::Duration;

use crate::support::TestApp;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insta::assert_snapshot;

const PATH: &str = "/api/users/currentuser";
const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn current_user_returns_the_signed_in_user() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    assert_snapshot!(app.current_user(Some(&token)).await, @r#"
    200 OK
    cache-control: no-store
    {"currentUser":{"id":"019c1536-3500-7587-a9a2-4b981ad295f2","email":"ada@example.com"}}
    "#);
    let head = app.call(Method::HEAD, PATH, Some(&token)).await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn anonymous_request_has_no_current_user() {
    let app = TestApp::start().await;
    assert_snapshot!(app.current_user(None).await, @r#"
    200 OK
    cache-control: no-store
    {"currentUser":null}
    "#);
}

#[tokio::test]
async fn forged_and_tampered_tokens_are_anonymous() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let nobody = app.current_user(None).await;
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        unreachable!()
    };
    let no_alg = URL_SAFE_NO_PAD.encode(decoded(header).replace("HS256", "none"));
    let other_person = URL_SAFE_NO_PAD.encode(decoded(claims).replace("ada@", "eve@"));
    let elsewhere = app.auth.sessions().clone();
    let other_key = web::SessionConfig::new(web::SigningKey::generate());
    let session = elsewhere.verify(&token).unwrap();
    let stranger = web::Sessions::new(other_key, app.clock.shared());
    let signed_elsewhere = stranger
        .issue(&session.user, session.session_id, session.started_at)
        .unwrap()
        .expose()
        .to_owned();
    assert!(
        stranger.verify(&signed_elsewhere).is_some(),
        "good where it was signed"
    );
    for forged in [
        format!("{no_alg}.{claims}."),
        format!("{no_alg}.{claims}.{signature}"),
        format!("{header}.{other_person}.{signature}"),
        format!("{header}.{claims}."),
        signed_elsewhere,
        "x".repeat(5_000),
    ] {
        assert_eq!(app.current_user(Some(&forged)).await, nobody, "{forged}");
    }
    assert_ne!(app.current_user(Some(&token)).await, nobody);
}

fn decoded(part: &str) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn expired_session_is_anonymous() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let nobody = app.current_user(None).await;
    app.clock.advance(HOUR);
    assert_ne!(app.current_user(Some(&token)).await, nobody);
    app.clock.advance(Duration::from_secs(10));
    assert_eq!(app.current_user(Some(&token)).await, nobody);
}

#[tokio::test]
async fn session_in_use_is_renewed() {
    let app = TestApp::start().await;
    let mut token = app.token_of("ada@example.com").await;
    for _ in 0..10 {
        app.clock.advance(HOUR / 2);
        token = app.current_user(Some(&token)).await.token().unwrap();
    }
    assert!(app.current_user(Some(&token)).await.json()["currentUser"].is_object());
}

#[tokio::test]
async fn session_survives_a_restart() {
    let app = TestApp::start().await;
    let token = app.token_of("ada@example.com").await;
    let app = app.restart().await;
    assert!(app.current_user(Some(&token)).await.json()["currentUser"].is_object());
}
