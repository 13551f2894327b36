//! `DELETE /api/orders/{id}`

use contracts::views::OrderView;
use insta::{allow_duplicates, assert_snapshot};

use crate::app::{HOLD, TestApp};

fn cancelled_event(order: &OrderView, version: i64, reason: &str) -> (String, String) {
    let payload = format!(
        r#"{{"id":"{}","version":{version},"reason":"{reason}","userId":"{}","ticket":{{"id":"{}"}}}}"#,
        order.id, order.user_id, order.ticket.id
    );
    ("order:cancelled".to_owned(), payload)
}

#[tokio::test]
async fn buyer_cancels_and_the_ticket_is_available_at_once() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let order = app.reserve(ticket).await;
    let path = format!("/api/orders/{}", order.id);
    assert_snapshot!(app.buyer().delete(&path).await, @"204 No Content");
    assert_eq!(app.events().await[1..], [cancelled_event(&order, 1, "user")]);
    assert_snapshot!(app.buyer().get(&path).await, @r#"
    200 OK
    {"id":"[id 1]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:15:00.000Z","version":1,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
    assert_eq!(
        app.stranger()
            .post("/api/orders", &format!(r#"{{"ticketId":"{ticket}"}}"#))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn repeating_it_changes_nothing() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let path = format!("/api/orders/{}", order.id);
    for _ in 0..3 {
        let reply = app.buyer().delete(&path).await;
        allow_duplicates! { assert_snapshot!(reply, @"204 No Content") };
    }
    assert_eq!(
        app.written().await,
        [("cancelled".to_owned(), Some("user".to_owned()), 1)]
    );
    assert_eq!(app.events().await.len(), 2);
}

#[tokio::test]
async fn order_awaiting_payment_can_be_cancelled() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.pay(order.id, "awaiting:payment").await;
    assert_snapshot!(app.buyer().delete(&format!("/api/orders/{}", order.id)).await, @"204 No Content");
    assert_eq!(app.events().await[1..], [cancelled_event(&order, 2, "user")]);
}

#[tokio::test]
async fn cancelling_after_the_deadline_records_expiry() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD);
    let path = format!("/api/orders/{}", order.id);
    for _ in 0..2 {
        let reply = app.buyer().delete(&path).await;
        allow_duplicates! { assert_snapshot!(reply, @"204 No Content") };
    }
    assert_eq!(
        app.written().await,
        [("cancelled".to_owned(), Some("expired".to_owned()), 1)]
    );
    assert_eq!(app.events().await[1..], [cancelled_event(&order, 1, "expired")]);
}

#[tokio::test]
async fn complete_order_cannot_be_cancelled() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.pay(order.id, "complete").await;
    // However late.
    app.world.clock.advance(HOLD * 2);
    // The state is checked before the owner, as in the contract.
    for client in [app.buyer(), app.stranger()] {
        let reply = client.delete(&format!("/api/orders/{}", order.id)).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"Cannot cancel a complete order, refund it instead"}]}
        "#) };
    }
    assert_eq!(app.written().await, [("complete".to_owned(), None, 1)]);
    assert_eq!(app.events().await.len(), 1);
}

#[tokio::test]
async fn other_users_and_anonymous_requests_are_refused_in_any_status() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let path = format!("/api/orders/{}", order.id);
    let refused = async || {
        for client in [app.stranger(), app.client.clone()] {
            let reply = client.delete(&path).await;
            allow_duplicates! { assert_snapshot!(reply, @r#"
            401 Unauthorized
            {"errors":[{"message":"Not authorized"}]}
            "#) };
        }
    };
    refused().await;
    assert_eq!(app.written().await, [("created".to_owned(), None, 0)]);
    app.world.clock.advance(HOLD);
    refused().await;
    assert_eq!(app.written().await, [("created".to_owned(), None, 0)]);
    app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    refused().await;
    assert_eq!(app.events().await.len(), 2);
}

#[tokio::test]
async fn invalid_order_id_is_404() {
    let app = TestApp::start().await;
    for id in [app.world.ids.next().to_string().as_str(), "1", "%ff"] {
        let reply = app.buyer().delete(&format!("/api/orders/{id}")).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        404 Not Found
        {"errors":[{"message":"Not Found"}]}
        "#) };
    }
}
