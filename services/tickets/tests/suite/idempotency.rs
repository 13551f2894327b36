//! `POST /api/tickets` with an `Idempotency-Key`

use crate::app::TestApp;

const PATH: &str = "/api/tickets";
const BODY: &str = r#"{"title":"Concert","price":20}"#;

#[tokio::test]
async fn repeated_request_lists_one_ticket() {
    let app = TestApp::start().await;
    let seller = app.seller().with_key("key");
    let first = seller.post(PATH, BODY).await;
    assert_eq!(
        (first.status.as_u16(), first.header("idempotency-replayed")),
        (201, "")
    );
    for _ in 0..3 {
        let again = seller.post(PATH, BODY).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("content-type"), first.header("content-type"));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    assert_eq!((app.count().await, app.events().await.len()), (1, 1));
}

/// The negative control.
#[tokio::test]
async fn without_a_key_every_request_lists_a_ticket() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        assert_eq!(app.seller().post(PATH, BODY).await.status, 201);
    }
    assert_eq!((app.count().await, app.events().await.len()), (2, 2));
}

#[tokio::test]
async fn another_ticket_needs_another_key() {
    let app = TestApp::start().await;
    let seller = app.seller().with_key("key");
    assert_eq!(seller.post(PATH, BODY).await.status, 201);
    let other = r#"{"title":"Concert","price":21}"#;
    assert_eq!(seller.post(PATH, other).await.status, 422);
    assert_eq!(seller.with_key("other").post(PATH, other).await.status, 201);
    assert_eq!(app.count().await, 2);
}

#[tokio::test]
async fn two_users_may_have_the_same_key() {
    let app = TestApp::start().await;
    let (mine, theirs) = (app.seller().with_key("1"), app.stranger().with_key("1"));
    let (my_reply, their_reply) = (mine.post(PATH, BODY).await, theirs.post(PATH, BODY).await);
    assert!(my_reply.status == 201 && their_reply.status == 201 && my_reply.body != their_reply.body);
    assert_eq!(app.count().await, 2);
    assert_eq!(mine.post(PATH, BODY).await.body, my_reply.body);
    // Nor does a visitor get at it.
    assert_eq!(app.client.with_key("1").post(PATH, BODY).await.status, 401);
}

#[tokio::test]
async fn refusal_of_a_form_is_replayed() {
    let app = TestApp::start().await;
    let seller = app.seller().with_key("key");
    let refused = seller.post(PATH, "{}").await;
    assert_eq!(refused.status, 400);
    let again = seller.post(PATH, "{}").await;
    assert_eq!((again.status, &again.body), (refused.status, &refused.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(seller.post(PATH, BODY).await.status, 422);
    assert_eq!(app.count().await, 0);
}
