//! `POST /api/orders` and `POST /api/orders/{id}/refund` with an `Idempotency-Key`

use contracts::views::OrderView;

use crate::app::TestApp;

const PATH: &str = "/api/orders";

#[tokio::test]
async fn repeated_request_reserves_once_and_replays_the_order() {
    let app = TestApp::start().await;
    let body = format!(r#"{{"ticketId":"{}"}}"#, app.ticket().await);
    let buyer = app.buyer().with_key("key");
    let first = buyer.post(PATH, &body).await;
    assert_eq!(first.status, 201);
    for _ in 0..3 {
        let again = buyer.post(PATH, &body).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    assert_eq!((app.written().await.len(), app.events().await.len()), (1, 1));
    // The negative control: a new request finds the ticket taken.
    assert_eq!(app.buyer().post(PATH, &body).await.status, 400);
}

#[tokio::test]
async fn replay_is_unchanged_when_the_order_has_moved_on() {
    let app = TestApp::start().await;
    let body = format!(r#"{{"ticketId":"{}"}}"#, app.ticket().await);
    let buyer = app.buyer().with_key("key");
    let first = buyer.post(PATH, &body).await;
    let order: OrderView = serde_json::from_str(&first.body).unwrap();
    app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    assert_eq!(buyer.post(PATH, &body).await.body, first.body);
    assert_eq!(
        app.written().await.len(),
        1,
        "the ticket is free and was not taken again"
    );
}

#[tokio::test]
async fn late_refusal_is_replayed_for_its_key() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
    let order = app.reserve(ticket).await;
    let stranger = app.stranger().with_key("key");
    let refused = stranger.post(PATH, &body).await;
    assert_eq!(refused.status, 400);
    app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    let again = stranger.post(PATH, &body).await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (refused.status, refused.body.as_str())
    );
    assert_eq!(stranger.with_key("another").post(PATH, &body).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_concurrent_equal_requests_reserves() {
    let app = TestApp::start().await;
    let body = format!(r#"{{"ticketId":"{}"}}"#, app.ticket().await);
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let (buyer, body) = (app.buyer().with_key("key"), body.clone());
            tokio::spawn(async move { buyer.post(PATH, &body).await })
        })
        .collect();
    let mut reserved = 0;
    for request in requests {
        let reply = request.await.unwrap();
        let is_replay = reply.header("idempotency-replayed") == "true";
        match reply.status.as_u16() {
            201 if is_replay => {}
            201 => reserved += 1,
            409 => {}
            other => panic!("{other}"),
        }
    }
    assert_eq!(reserved, 1);
    assert_eq!((app.written().await.len(), app.events().await.len()), (1, 1));
}

#[tokio::test]
async fn order_is_refunded_once() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.paid(&order).await;
    let path = format!("{PATH}/{}/refund", order.id);
    let buyer = app.buyer().with_key("key");
    let first = buyer.post(&path, "").await;
    assert_eq!(first.status, 200);
    let before = app.events().await;
    let again = buyer.post(&path, "").await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(app.events().await, before);
    assert_eq!(buyer.post(&path, "{}").await.status, 422);
    // The same key is another one for another order.
    let other = app.reserve(app.ticket().await).await;
    let path = format!("{PATH}/{}/refund", other.id);
    assert_eq!(buyer.post(&path, "").await.status, 400, "it is not paid");
}
