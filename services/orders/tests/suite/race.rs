//! Many buyers of one ticket at once.

use orders::OrdersError;

use crate::app::TestApp;

const BUYERS: usize = 200;

/// Lets all buyers reserve the same ticket at once; returns how many got it, and how many were refused because it is reserved.
async fn race(app: &TestApp) -> (usize, usize) {
    let ticket = app.ticket().await;
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(BUYERS));
    let buyers: Vec<_> = (0..BUYERS)
        .map(|_| {
            let (orders, buyer, start) = (app.orders.clone(), app.world.user().id, start.clone());
            tokio::spawn(async move {
                start.wait().await;
                orders.reserve(buyer, ticket).await
            })
        })
        .collect();
    let (mut winners, mut refused) = (0, 0);
    for buyer in buyers {
        match buyer.await.unwrap() {
            Ok(_) => winners += 1,
            Err(OrdersError::Reserved) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    (winners, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_200_buyers_gets_the_ticket() {
    let app = TestApp::start().await;
    assert_eq!(race(&app).await, (1, BUYERS - 1));
    assert_eq!(app.written().await.len(), 1);
    assert_eq!(app.events().await.len(), 1);
}

/// The negative control: a reservation is refused because of the live order that it finds. Where that is hidden, and the index that
/// would refuse the row is gone, the ticket is sold again.
#[tokio::test]
async fn where_live_orders_are_hidden_a_ticket_is_sold_again() {
    let app = TestApp::start().await;
    app.hide_live_orders().await;
    let ticket = app.ticket().await;
    for _ in 0..2 {
        assert!(app.orders.reserve(app.world.user().id, ticket).await.is_ok());
    }
}

/// The safeguard behind the decision: however the row is written, and whatever was read.
#[tokio::test]
async fn index_refuses_a_second_live_order() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let second = "INSERT INTO orders (id, buyer_id, seller_id, ticket_id, status, expires_at, version, ticket_title,
            ticket_price_cents, ticket_version, refund_hours, created_at, updated_at)
        SELECT 'second', 'somebody', seller_id, ticket_id, status, expires_at, version, ticket_title, ticket_price_cents,
            ticket_version, refund_hours, created_at, updated_at FROM orders WHERE id = $1";
    let refused = app.try_execute(second, order.id.to_string()).await.unwrap_err();
    assert!(refused.is_unique_violation(), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_cancellations_publish_one_event() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let cancels: Vec<_> = (0..20)
        .map(|_| {
            let (orders, buyer) = (app.orders.clone(), app.buyer.id);
            tokio::spawn(async move { orders.cancel(buyer, order.id).await.unwrap() })
        })
        .collect();
    for cancel in cancels {
        assert_eq!(cancel.await.unwrap().version, 1);
    }
    assert_eq!(app.events().await.len(), 2);
}
