//! `POST /api/orders/{id}/refund`

use std::time::Duration;

use contracts::events::PaymentRefunded;
use contracts::{CancelReason, OrderStatus};
use insta::assert_snapshot;
use orders::OrdersError;

use crate::app::TestApp;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn buyer_refunds_a_paid_order_and_its_ticket_is_available_at_once() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let order = app.reserve(ticket).await;
    app.paid(&order).await;
    let path = format!("/api/orders/{}/refund", order.id);
    assert_snapshot!(app.buyer().post(&path, "").await, @r#"
    200 OK
    {"id":"[id 1]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:25:00.000Z","version":3,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
    let (subject, payload) = app.events().await.pop().unwrap();
    assert_eq!(subject, "order:cancelled");
    assert!(payload.contains(r#""reason":"refunded""#), "{payload}");
    assert!(app.orders.reserve(app.world.user().id, ticket).await.is_ok());

    // Once more changes nothing.
    let before = app.events().await;
    assert_eq!(app.buyer().post(&path, "").await.status, 200);
    assert_eq!(app.events().await, before);
}

#[tokio::test]
async fn refund_refusal_states_the_reason() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let path = format!("/api/orders/{}/refund", order.id);
    assert_snapshot!(app.buyer().post(&path, "").await, @r#"
    400 Bad Request
    {"errors":[{"message":"Only a complete order can be refunded"}]}
    "#);
    app.paid(&order).await;
    assert_snapshot!(app.stranger().post(&path, "").await, @r#"
    401 Unauthorized
    {"errors":[{"message":"Not authorized"}]}
    "#);
    assert_eq!(app.client.post(&path, "").await.status, 401);
    let nothing = format!("/api/orders/{}/refund", order.ticket.id);
    assert_eq!(app.buyer().post(&nothing, "").await.status, 404);
}

#[tokio::test]
async fn refund_is_allowed_within_the_sellers_window() {
    let app = TestApp::start().await;
    let (early, late) = (
        app.reserve(app.ticket().await).await,
        app.reserve(app.ticket().await).await,
    );
    app.paid(&early).await;
    app.paid(&late).await;
    app.world.clock.advance(DAY - Duration::from_millis(1));
    assert!(app.orders.refund(app.buyer.id, early.id).await.is_ok());
    app.world.clock.advance(Duration::from_millis(1));
    let refused = app.orders.refund(app.buyer.id, late.id).await;
    assert!(matches!(refused, Err(OrdersError::RefundTooLate)));
}

#[tokio::test]
async fn refund_by_the_provider_ends_the_order() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let payment = app.paid(&order).await;
    let event = PaymentRefunded {
        id: payment,
        version: 2,
        order_id: order.id,
        amount: order.ticket.price,
    };
    app.publish_payment(PaymentRefunded::SUBJECT, payment, 2, event)
        .await;
    let order = app.orders.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!(
        (order.status, order.cancel_reason),
        (OrderStatus::Cancelled, Some(CancelReason::Refunded))
    );
}

#[tokio::test]
async fn seller_sees_sales_and_refunds() {
    let app = TestApp::start().await;
    let (sold, returned, held) = (app.ticket().await, app.ticket().await, app.ticket().await);
    let order = app.reserve(sold).await;
    app.paid(&order).await;
    app.world.clock.advance(Duration::from_mins(1));
    let order = app.reserve(returned).await;
    app.paid(&order).await;
    app.orders.refund(app.buyer.id, order.id).await.unwrap();
    app.reserve(held).await;
    let sales = app.orders.sales_of(app.seller, None, 24).await.unwrap();
    let seen: Vec<_> = sales
        .items
        .iter()
        .map(|sale| (sale.ticket, sale.refunded_at.is_some()))
        .collect();
    assert_eq!(seen, [(returned, true), (sold, false)]);
    let of_buyer = app.orders.sales_of(app.buyer.id, None, 24).await.unwrap();
    assert!(of_buyer.items.is_empty());
}
