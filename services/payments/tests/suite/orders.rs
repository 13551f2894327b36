//! How the payments service consumes the events of orders.

use contracts::{CancelReason, OrderStatus, PaymentStatus};

use crate::app::TestApp;

#[tokio::test]
async fn payment_of_a_refunded_order_is_refunded() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.order_updated(order, 1, OrderStatus::AwaitingPayment).await;
    app.order_updated(order, 2, OrderStatus::Complete).await;
    app.order_cancelled(order, 3, CancelReason::Refunded).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    app.reconcile().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
}

#[tokio::test]
async fn open_payment_of_an_ended_order_is_checked_at_once() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_delayed").await.unwrap();
    assert_eq!(app.reconcile().await, 0);
    app.order_cancelled(order, 1, CancelReason::User).await;
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
}

#[tokio::test]
async fn duplicate_events_change_nothing() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.payment_rejected(order, 1, payment.id).await;
    app.reconcile().await;
    let before = app.subjects().await;
    app.execute("DELETE FROM cursors WHERE source = 'orders'").await;
    app.consume_orders().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert_eq!(app.subjects().await, before);
}
