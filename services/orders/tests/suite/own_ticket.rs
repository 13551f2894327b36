//! Sellers cannot buy their own tickets.

use contracts::OrderStatus;
use insta::assert_snapshot;
use orders::OrdersError;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn seller_cannot_reserve_own_ticket_and_others_can() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
    let seller = app.seller();
    assert_snapshot!(seller.post("/api/orders", &body).await, @r#"
    403 Forbidden
    {"errors":[{"message":"You can't buy your own ticket"}]}
    "#);
    // Whatever version is named, and also in the service itself, which the pages call.
    let body = format!(r#"{{"ticketId":"{ticket}","ticketVersion":7}}"#);
    assert_eq!(seller.post("/api/orders", &body).await.status, 403);
    let refused = app.orders.reserve(app.seller, ticket).await;
    assert!(matches!(refused, Err(OrdersError::OwnTicket)), "{refused:?}");
    assert_eq!(app.events().await, []);
    assert_eq!(app.reserve(ticket).await.status, OrderStatus::Created);
}

#[tokio::test]
async fn seller_reserving_own_ticket_leaves_an_expired_hold_unchanged() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.reserve(ticket).await;
    let refused = app.orders.reserve(app.seller, ticket).await;
    assert!(matches!(refused, Err(OrdersError::Reserved)), "{refused:?}");
    app.world.clock.advance(HOLD);
    let before = app.written().await;
    let refused = app.orders.reserve(app.seller, ticket).await;
    assert!(matches!(refused, Err(OrdersError::OwnTicket)), "{refused:?}");
    assert_eq!(app.written().await, before);
}
