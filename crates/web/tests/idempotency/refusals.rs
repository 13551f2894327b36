//! Which refusals are replayed and which are not.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use event_log::DatabaseError;
use event_log::sql::unchecked;
use tower::ServiceExt;

use crate::app::{TestApp, send};

#[tokio::test]
async fn refusal_is_replayed_for_its_key() {
    let app = TestApp::start().await;
    for (key, body, status) in [("1", "{\"refuse\":400}", 400), ("2", "no json", 400)] {
        let first = app.post(key, body).await;
        assert!(first.status == status && !first.is_replay, "{first:?}");
        assert_eq!(app.post(key, body).await, first.replayed());
        assert_eq!(app.post(key, "{}").await.status, 422);
    }
    assert_eq!(app.effects().await, 0);
}

#[tokio::test]
async fn request_errors_and_server_errors_are_not_recorded() {
    let app = TestApp::start().await;
    for status in [401, 404, 429, 500, 503] {
        let body = format!("{{\"refuse\":{status}}}");
        assert_eq!(app.post("key", &body).await.status, status);
    }
    let too_large = "x".repeat(100_001);
    assert_eq!(app.post("key", &too_large).await.status, 413);
    let text = Request::post("/things")
        .header("idempotency-key", "key")
        .header(COOKIE, &app.cookie)
        .header(CONTENT_TYPE, "text/plain")
        .body(Body::from("{}"))
        .unwrap();
    assert_eq!(app.router.clone().oneshot(text).await.unwrap().status(), 415);
    assert_eq!(app.stored_replies().await, 0);
    let accepted = app.post("key", "{}").await;
    assert!(
        accepted.status == 201 && !accepted.is_replay,
        "the key is still free"
    );
}

/// The disk fills up between the effect and the reply: neither is there, and the key is free.
#[tokio::test]
async fn effect_is_rolled_back_when_its_reply_cannot_be_recorded() {
    let app = TestApp::start().await;
    let run = |statement: &'static str| {
        app.db.write(move |tx| {
            Box::pin(async move {
                unchecked(statement).execute(tx.connection()).await?;
                Ok::<_, DatabaseError>(())
            })
        })
    };
    let full = "CREATE TRIGGER full BEFORE INSERT ON replies BEGIN SELECT raise(ABORT, 'full'); END";
    run(full).await.unwrap();
    assert_eq!(app.post("key", "{}").await.status, 500);
    assert_eq!((app.effects().await, app.stored_replies().await), (0, 0));
    // The negative control: the same request without a key has its effect.
    assert_eq!(send(app.router.clone(), "/things", &[], "{}").await.status, 201);
    run("DROP TRIGGER full").await.unwrap();
    assert_eq!(app.post("key", "{}").await.status, 201);
    assert_eq!((app.effects().await, app.stored_replies().await), (2, 1));
}
