//! The limit of unpaid orders per buyer.

use std::time::Duration;

use contracts::TicketId;
use contracts::views::OrderView;
use insta::assert_snapshot;
use orders::{Orders, OrdersConfig, OrdersError};

use crate::app::{HOLD, TestApp};

const MINUTE: Duration = Duration::from_mins(1);

fn body(ticket: TicketId) -> String {
    format!(r#"{{"ticketId":"{ticket}"}}"#)
}

/// Reserves a new ticket for the buyer.
async fn try_reserve(app: &TestApp) -> Result<OrderView, OrdersError> {
    app.orders.reserve(app.buyer.id, app.ticket().await).await
}

async fn reserve(app: &TestApp, orders: usize) -> Vec<OrderView> {
    let mut reserved = Vec::new();
    for _ in 0..orders {
        reserved.push(try_reserve(app).await.unwrap());
    }
    reserved
}

fn pause(result: Result<OrderView, OrdersError>) -> Option<Duration> {
    match result {
        Ok(_) => None,
        Err(OrdersError::HoldsPaused(wait)) => Some(wait),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn buyer_has_at_most_twenty_unpaid_orders() {
    let app = TestApp::start().await;
    let first = try_reserve(&app).await.unwrap();
    app.world.clock.advance(MINUTE);
    reserve(&app, 19).await;
    let (ticket, before) = (app.ticket().await, app.events().await.len());
    let reply = app
        .buyer()
        .with_key("key")
        .post("/api/orders", &body(ticket))
        .await;
    assert_eq!(reply.header("retry-after"), (14 * 60).to_string());
    assert_snapshot!(reply, @r#"
    429 Too Many Requests
    {"errors":[{"message":"Too many unpaid orders, pay for one or cancel one"}]}
    "#);
    assert_eq!(app.written().await.len(), 20);
    assert_eq!(
        app.events().await.len(),
        before,
        "a rejected reservation publishes nothing"
    );
    // A missing or reserved ticket takes precedence.
    let unknown = TicketId::from_uuid(app.world.ids.next());
    assert_eq!(app.buyer().post("/api/orders", &body(unknown)).await.status, 404);
    assert_eq!(
        app.buyer()
            .post("/api/orders", &body(first.ticket.id))
            .await
            .status,
        400
    );
    // Another user is not affected.
    assert_eq!(
        app.stranger()
            .post("/api/orders", &body(app.ticket().await))
            .await
            .status,
        201
    );
    // The refusal is not recorded under the key.
    app.world.clock.advance(14 * MINUTE - Duration::from_millis(1));
    assert!(matches!(try_reserve(&app).await, Err(OrdersError::TooManyHolds(wait)) if wait.as_millis() == 1));
    app.world.clock.advance(Duration::from_millis(1));
    assert_eq!(
        app.buyer()
            .with_key("key")
            .post("/api/orders", &body(ticket))
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn paid_or_cancelled_order_does_not_count_as_a_hold() {
    let app = TestApp::start().await;
    let orders = reserve(&app, 20).await;
    assert!(matches!(
        try_reserve(&app).await,
        Err(OrdersError::TooManyHolds(_))
    ));
    app.pay(orders[0].id, "complete").await;
    assert!(try_reserve(&app).await.is_ok());
    app.orders.cancel(app.buyer.id, orders[1].id).await.unwrap();
    assert!(try_reserve(&app).await.is_ok());
    // Starting to pay does not.
    app.pay(orders[2].id, "awaiting:payment").await;
    assert!(matches!(
        try_reserve(&app).await,
        Err(OrdersError::TooManyHolds(_))
    ));
}

/// The negative control.
#[tokio::test]
async fn zero_disables_the_hold_limit() {
    let app = TestApp::start().await;
    let config = OrdersConfig {
        holds_per_buyer: 0,
        ..OrdersConfig::default()
    };
    let orders = Orders::new(app.db.clone(), config);
    for _ in 0..3 {
        for _ in 0..25 {
            orders.reserve(app.buyer.id, app.ticket().await).await.unwrap();
        }
        app.world.clock.advance(HOLD);
    }
}

#[tokio::test]
async fn buyer_who_abandons_holds_has_to_pause() {
    let app = TestApp::start().await;
    reserve(&app, 9).await;
    app.world.clock.advance(HOLD);
    let tenth = reserve(&app, 1).await;
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    assert_eq!(
        pause(try_reserve(&app).await),
        None,
        "the tenth has a moment left"
    );
    app.world.clock.advance(Duration::from_millis(1));
    let ticket = app.ticket().await;
    let reply = app.buyer().post("/api/orders", &body(ticket)).await;
    assert_eq!(reply.header("retry-after"), (30 * 60).to_string());
    assert_snapshot!(reply, @r#"
    429 Too Many Requests
    {"errors":[{"message":"Too many reservations expired unpaid, try again later"}]}
    "#);
    // Whether or not their expiry was recorded.
    app.orders.expire_due(100).await.unwrap();
    assert_eq!(pause(try_reserve(&app).await), Some(30 * MINUTE));
    assert_eq!(
        app.stranger().post("/api/orders", &body(ticket)).await.status,
        201
    );
    // The one that was made at the last moment expires during the pause, and extends it.
    app.world.clock.advance(HOLD);
    assert_eq!(
        pause(try_reserve(&app).await).map(|wait| wait.as_secs().div_ceil(60)),
        Some(30)
    );
    app.world.clock.advance(30 * MINUTE);
    assert_eq!(pause(try_reserve(&app).await), None);
    assert!(tenth[0].expires_at < app.world.now());
}

#[tokio::test]
async fn purchase_resets_the_count_of_abandoned_holds() {
    let app = TestApp::start().await;
    reserve(&app, 10).await;
    let bought = reserve(&app, 1).await;
    app.world.clock.advance(HOLD);
    assert!(pause(try_reserve(&app).await).is_some());
    // A late payment counts from its arrival.
    let id = bought[0].id.to_string();
    let paid = "UPDATE orders SET status = 'complete', version = version + 1, payment_id = id, paid_at = expires_at WHERE id = $1";
    assert_eq!(app.execute(paid, id).await, 1);
    assert_eq!(pause(try_reserve(&app).await), None);
}

#[tokio::test]
async fn late_cancellation_counts_as_abandoned_and_early_does_not() {
    let app = TestApp::start().await;
    for _ in 0..3 {
        for order in reserve(&app, 15).await {
            app.orders.cancel(app.buyer.id, order.id).await.unwrap();
        }
    }
    let held = reserve(&app, 10).await;
    app.world.clock.advance(HOLD / 2);
    for order in held {
        app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    }
    assert_eq!(pause(try_reserve(&app).await), Some(30 * MINUTE));
}

/// A clock that was a year ahead for a while, and the times it recorded.
#[tokio::test]
async fn holds_ended_by_a_wrong_clock_are_not_counted() {
    let app = TestApp::start().await;
    for order in reserve(&app, 10).await {
        let ahead =
            "UPDATE orders SET status = 'cancelled', cancel_reason = 'expired', version = version + 1,
            expires_at = expires_at + 31536000000, cancelled_at = expires_at + 31536000000 WHERE id = $1";
        assert_eq!(app.execute(ahead, order.id.to_string()).await, 1);
    }
    assert_eq!(pause(try_reserve(&app).await), None);
}
