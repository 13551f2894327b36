//! Anonymous requests: they cause no write but that of their effect, and cannot use up each
//! other's keys.

use crate::app::{Answer, TestApp, send};

const KEY: [(&str, &str); 1] = [("idempotency-key", "key")];

async fn post(app: &TestApp, body: &str) -> Answer {
    send(app.router.clone(), "/things-of-the-body", &KEY, body).await
}

#[tokio::test]
async fn credentials_are_part_of_the_request_key() {
    let app = TestApp::start().await;
    let ada = post(&app, r#"{"by":"ada"}"#).await;
    let bob = post(&app, r#"{"by":"bob"}"#).await;
    assert!(
        ada.status == 201 && bob.status == 201 && !bob.is_replay,
        "{bob:?}"
    );
    assert_eq!(post(&app, r#"{"by":"ada"}"#).await, ada.replayed());
    assert_eq!(post(&app, r#"{"by":"bob"}"#).await, bob.replayed());
    assert_eq!(post(&app, r#"{"by":"bob","more":1}"#).await.status, 422);
    assert_eq!(app.effects().await, 2);
}

#[tokio::test]
async fn refusal_of_an_anonymous_request_is_not_recorded() {
    let app = TestApp::start().await;
    let unknown = r#"{"refuse":400}"#;
    let ambiguous = r#"{"by":"a\nda","refuse":400}"#;
    for body in ["no json", unknown, ambiguous, r#"{"by":"ada","refuse":400}"#] {
        for _ in 0..2 {
            let refused = post(&app, body).await;
            assert!(refused.status == 400 && !refused.is_replay, "{body} {refused:?}");
        }
    }
    assert_eq!(app.stored_replies().await, 0);
    // The key is free for the corrected request.
    assert_eq!(post(&app, r#"{"by":"ada"}"#).await.status, 201);
    assert_eq!(
        app.stored_replies().await,
        1,
        "what had an effect is kept with it"
    );
}

#[tokio::test]
async fn key_of_an_anonymous_request_is_ignored() {
    let app = TestApp::start().await;
    for body in [r#"{"refuse":400}"#, r#"{"refuse":400}"#, "no json"] {
        let refused = send(app.router.clone(), "/things", &KEY, body).await;
        assert!(refused.status == 400 && !refused.is_replay, "{refused:?}");
    }
    let ended = [KEY[0], ("cookie", "ticketing-session=nonsense")];
    assert_eq!(
        send(app.router.clone(), "/things", &ended, "no json")
            .await
            .status,
        400
    );
    assert_eq!(app.stored_replies().await, 0);
    // The negative control: for a signed-in user the refusal is recorded under the key.
    app.post("key", r#"{"refuse":400}"#).await;
    assert!(app.post("key", r#"{"refuse":400}"#).await.is_replay);
    assert_eq!(app.stored_replies().await, 1);
}
