//! Expiry is a predicate: no worker runs in these tests.

use std::time::Duration;

use contracts::{CancelReason, OrderStatus};
use orders::OrdersError;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn the_next_buyer_gets_the_ticket_the_moment_the_hold_runs_out() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let first = app.reserve(ticket).await;
    let second_buyer = app.world.user();
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    let early = app.orders.reserve(second_buyer.id, ticket).await;
    assert!(matches!(early, Err(OrdersError::Reserved)));
    app.world.clock.advance(Duration::from_millis(1));
    let second = app.orders.reserve(second_buyer.id, ticket).await.unwrap();

    // The first order was closed in the same write, before the second one was told of.
    let subjects: Vec<String> = app
        .events()
        .await
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert_eq!(subjects, ["order:created", "order:cancelled", "order:created"]);
    let first = app.orders.find(app.buyer.id, first.id).await.unwrap();
    assert_eq!(
        (first.status, first.cancel_reason, first.version),
        (OrderStatus::Cancelled, Some(CancelReason::Expired), 1)
    );

    // The late cancel of the first buyer changes nothing for the second.
    app.orders.cancel(app.buyer.id, first.id).await.unwrap();
    assert_eq!(app.orders.find(second_buyer.id, second.id).await.unwrap(), second);
    let third = app.orders.reserve(app.world.user().id, ticket).await;
    assert!(matches!(third, Err(OrdersError::Reserved)));
}

#[tokio::test]
async fn an_order_whose_payment_was_awaited_runs_out_too_and_a_complete_one_never() {
    let app = TestApp::start().await;
    let (waited, paid) = (app.ticket().await, app.ticket().await);
    let waiting = app.reserve(waited).await;
    app.pay(waiting.id, "awaiting:payment").await;
    let complete = app.reserve(paid).await;
    app.pay(complete.id, "complete").await;
    app.world.clock.advance(HOLD * 10);
    let waiting = app.orders.find(app.buyer.id, waiting.id).await.unwrap();
    assert_eq!(waiting.status, OrderStatus::Cancelled);
    assert_eq!(
        app.orders.find(app.buyer.id, complete.id).await.unwrap().status,
        OrderStatus::Complete
    );
    let other = app.world.user().id;
    assert!(app.orders.reserve(other, waited).await.is_ok());
    assert!(matches!(
        app.orders.reserve(other, paid).await,
        Err(OrdersError::Reserved)
    ));
}

#[tokio::test]
async fn a_hold_can_have_another_length() {
    let app = TestApp::start().await;
    let config = orders::OrdersConfig {
        hold: Duration::from_secs(1),
        ..orders::OrdersConfig::default()
    };
    let short = orders::Orders::new(app.db.clone(), config);
    let order = short.reserve(app.buyer.id, app.ticket().await).await.unwrap();
    assert_eq!(order.expires_at, app.world.now().plus(Duration::from_secs(1)));
}

#[tokio::test]
async fn tidying_up_writes_down_what_has_run_out_and_nothing_else() {
    let app = TestApp::start().await;
    let late = [
        app.reserve(app.ticket().await).await,
        app.reserve(app.ticket().await).await,
    ];
    let paid = app.reserve(app.ticket().await).await;
    app.pay(paid.id, "complete").await;
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    let running = app.reserve(app.ticket().await).await;
    assert_eq!(app.orders.close_run_out(100).await.unwrap(), 0);
    app.world.clock.advance(Duration::from_millis(1));
    assert_eq!(app.orders.close_run_out(1).await.unwrap(), 1);
    assert_eq!(app.orders.close_run_out(100).await.unwrap(), 1);
    assert_eq!(app.orders.close_run_out(100).await.unwrap(), 0);
    let cancelled = ("cancelled".to_owned(), Some("expired".to_owned()), 1);
    let complete = ("complete".to_owned(), None, 1);
    let created = ("created".to_owned(), None, 0);
    assert_eq!(
        app.written().await,
        [cancelled.clone(), cancelled, complete, created]
    );
    let told: Vec<_> = app
        .events()
        .await
        .into_iter()
        .filter(|(subject, _)| subject == "order:cancelled")
        .collect();
    assert_eq!(told.len(), late.len());
    assert_eq!(app.orders.find(app.buyer.id, running.id).await.unwrap(), running);
}
