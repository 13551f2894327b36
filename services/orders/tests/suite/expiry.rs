//! Expiry is a predicate: no worker runs in these tests.

use std::time::Duration;

use contracts::{CancelReason, OrderStatus};
use orders::OrdersError;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn next_buyer_can_reserve_the_moment_the_hold_expires() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let first = app.reserve(ticket).await;
    let second_buyer = app.world.user();
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    let early = app.orders.reserve(second_buyer.id, ticket).await;
    assert!(matches!(early, Err(OrdersError::Reserved)));
    app.world.clock.advance(Duration::from_millis(1));
    let second = app.orders.reserve(second_buyer.id, ticket).await.unwrap();
    let second = app.orders.find(second_buyer.id, second.id).await.unwrap();

    // The first order was closed in the same write, before the second one was published.
    let subjects: Vec<String> = app
        .events()
        .await
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert_eq!(subjects, ["order:created", "order:cancelled", "order:created"]);
    let first = app.orders.find(app.buyer.id, first.id).await.unwrap();
    assert_eq!(
        (first.status, first.cancel_reason),
        (OrderStatus::Cancelled, Some(CancelReason::Expired))
    );
    let written = ("cancelled".to_owned(), Some("expired".to_owned()), 1);
    assert_eq!(app.written().await[0], written);

    // The late cancel of the first buyer changes nothing for the second.
    app.orders.cancel(app.buyer.id, first.id).await.unwrap();
    assert_eq!(app.orders.find(second_buyer.id, second.id).await.unwrap(), second);
    let third = app.orders.reserve(app.world.user().id, ticket).await;
    assert!(matches!(third, Err(OrdersError::Reserved)));
}

#[tokio::test]
async fn order_awaiting_payment_expires_and_a_complete_one_never() {
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
async fn hold_duration_is_configurable() {
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
async fn expire_due_closes_expired_orders_only() {
    let app = TestApp::start().await;
    let late = [
        app.reserve(app.ticket().await).await,
        app.reserve(app.ticket().await).await,
    ];
    let paid = app.reserve(app.ticket().await).await;
    app.pay(paid.id, "complete").await;
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    let running = app.reserve(app.ticket().await).await;
    let running = app.orders.find(app.buyer.id, running.id).await.unwrap();
    assert_eq!(app.orders.expire_due(100).await.unwrap(), 0);
    app.world.clock.advance(Duration::from_millis(1));
    assert_eq!(app.orders.expire_due(1).await.unwrap(), 1);
    assert_eq!(app.orders.expire_due(100).await.unwrap(), 1);
    assert_eq!(app.orders.expire_due(100).await.unwrap(), 0);
    let cancelled = ("cancelled".to_owned(), Some("expired".to_owned()), 1);
    let complete = ("complete".to_owned(), None, 1);
    let created = ("created".to_owned(), None, 0);
    assert_eq!(
        app.written().await,
        [cancelled.clone(), cancelled, complete, created]
    );
    let published: Vec<_> = app
        .events()
        .await
        .into_iter()
        .filter(|(subject, _)| subject == "order:cancelled")
        .collect();
    assert_eq!(published.len(), late.len());
    assert_eq!(app.orders.find(app.buyer.id, running.id).await.unwrap(), running);
}

const YEAR_MS: i64 = 365 * 24 * 60 * 60 * 1_000;

#[tokio::test]
async fn hold_made_while_the_clock_was_ahead_expires_in_time() {
    for ahead_ms in [2 * 60 * 60 * 1_000, YEAR_MS] {
        let app = TestApp::start().await;
        let (ticket, paid_for) = (app.ticket().await, app.ticket().await);
        app.world.clock.step(ahead_ms);
        let order = app.reserve(ticket).await;
        let paying = app.reserve(paid_for).await;
        app.orders.start_payment(app.buyer.id, paying.id).await.unwrap();
        app.world.clock.step(-ahead_ms);
        app.world.clock.advance(HOLD - Duration::from_millis(1));
        assert_eq!(app.orders.expire_due(100).await.unwrap(), 0);
        app.world.clock.advance(Duration::from_millis(1));
        let next = app.orders.next_deadline().await.unwrap();
        assert_eq!(next, Some(app.world.now()), "the worker wakes for it");
        assert_eq!(app.orders.expire_due(100).await.unwrap(), 1, "{ahead_ms} ms");
        let order = app.orders.find(app.buyer.id, order.id).await.unwrap();
        assert_eq!(
            (order.status, order.cancel_reason),
            (OrderStatus::Cancelled, Some(CancelReason::Expired))
        );
        app.orders.reserve(app.world.user().id, ticket).await.unwrap();
        app.world
            .clock
            .advance(orders::OrdersConfig::default().payment_extension);
        assert_eq!(
            app.orders.expire_due(1).await.unwrap(),
            1,
            "longer once, and no more"
        );
    }
}

#[tokio::test]
async fn clock_that_is_wrong_for_a_while_expires_no_order_early() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let order = app.orders.find(app.buyer.id, order.id).await.unwrap();
    for wrong_ms in [2 * 60 * 60 * 1_000, YEAR_MS, -YEAR_MS] {
        app.world.clock.step(wrong_ms);
        assert_eq!(app.orders.expire_due(100).await.unwrap(), 0, "{wrong_ms} ms");
        app.world.clock.step(-wrong_ms);
        assert_eq!(app.orders.find(app.buyer.id, order.id).await.unwrap(), order);
    }
    // Nor does one that is behind keep an order open whose time has passed.
    app.world.clock.advance(HOLD);
    app.world.clock.step(-YEAR_MS);
    assert_eq!(app.orders.expire_due(100).await.unwrap(), 1);
}

/// Another process may be ahead by as much, and would close it before its deadline.
#[tokio::test]
async fn order_is_closed_only_after_the_closing_delay_and_holds_nothing_meanwhile() {
    let app = TestApp::start().await;
    let delay = Duration::from_secs(15);
    let config = orders::OrdersConfig {
        closing_delay: delay,
        ..orders::OrdersConfig::default()
    };
    let delayed = orders::Orders::new(app.db.clone(), config);
    let (ticket, sold_on) = (app.ticket().await, app.ticket().await);
    let order = app.reserve(ticket).await;
    app.reserve(sold_on).await;
    let closed_at = delayed.next_deadline().await.unwrap().unwrap();
    assert_eq!(closed_at, order.expires_at.plus(delay));
    app.world.clock.advance(HOLD);
    app.orders.reserve(app.world.user().id, sold_on).await.unwrap();
    app.world.clock.advance(delay - Duration::from_millis(1));
    assert_eq!(delayed.expire_due(100).await.unwrap(), 0);
    let read = delayed.find(app.buyer.id, order.id).await.unwrap();
    assert_eq!(read.status, OrderStatus::Cancelled);
    app.world.clock.advance(Duration::from_millis(1));
    assert_eq!(delayed.expire_due(100).await.unwrap(), 1);
}
