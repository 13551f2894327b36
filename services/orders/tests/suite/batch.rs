//! Requests that are decided in one transaction.

use contracts::views::OrderView;
use contracts::{CancelReason, OrderStatus};
use futures::FutureExt;
use futures::future::join_all;
use orders::OrdersError;
use test_support::occupy_writer;

use crate::app::TestApp;

/// Asks for all of these while the writer is occupied, in this order: they are one batch.
async fn in_one_batch(
    app: &TestApp,
    requests: impl IntoIterator<Item = impl Future<Output = Result<OrderView, OrdersError>>>,
) -> Vec<Result<OrderView, OrdersError>> {
    let release = occupy_writer(&app.db).await;
    let all = join_all(requests);
    tokio::pin!(all);
    assert!((&mut all).now_or_never().is_none());
    drop(release);
    all.await
}

#[tokio::test]
async fn of_two_requests_for_one_ticket_the_first_gets_it() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let buyers = [app.world.user().id, app.world.user().id];
    let results = in_one_batch(&app, buyers.map(|buyer| app.orders.reserve(buyer, ticket))).await;
    let [Ok(order), Err(OrdersError::Reserved)] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!(order.user_id, buyers[0]);
    assert_eq!((app.written().await.len(), app.events().await.len()), (1, 1));
}

#[tokio::test]
async fn expired_hold_is_closed_once_for_many_who_want_its_ticket() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let expired = app.reserve(ticket).await;
    app.world.clock.advance(crate::app::HOLD);
    let buyers = [app.world.user().id, app.world.user().id];
    let results = in_one_batch(&app, buyers.map(|buyer| app.orders.reserve(buyer, ticket))).await;
    assert!(
        matches!(results[..], [Ok(_), Err(OrdersError::Reserved)]),
        "{results:?}"
    );
    let closed = app.orders.find(app.buyer.id, expired.id).await.unwrap();
    assert_eq!(closed.cancel_reason, Some(CancelReason::Expired));
    let subjects: Vec<_> = app
        .events()
        .await
        .into_iter()
        .map(|(subject, _)| subject)
        .collect();
    assert_eq!(subjects, ["order:created", "order:cancelled", "order:created"]);
}

#[tokio::test]
async fn ticket_that_is_cancelled_and_reserved_in_one_batch_passes_on() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let first = app.reserve(ticket).await;
    let next = app.world.user().id;
    let requests = [
        app.orders.cancel(app.buyer.id, first.id).boxed(),
        app.orders.reserve(next, ticket).boxed(),
    ];
    let results = in_one_batch(&app, requests).await;
    let [Ok(cancelled), Ok(reserved)] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!(cancelled.status, OrderStatus::Cancelled);
    assert_eq!((reserved.user_id, reserved.status), (next, OrderStatus::Created));
}

#[tokio::test]
async fn limit_on_holds_counts_what_the_batch_has_reserved() {
    let app = TestApp::start().await;
    let mut tickets = Vec::new();
    for _ in 0..25 {
        tickets.push(app.ticket().await);
    }
    let requests = tickets
        .iter()
        .map(|ticket| app.orders.reserve(app.buyer.id, *ticket));
    let results = in_one_batch(&app, requests).await;
    let (reserved, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((reserved.len(), refused.len()), (20, 5));
    assert!(
        refused
            .iter()
            .all(|result| matches!(result, Err(OrdersError::TooManyHolds(_))))
    );
    assert_eq!((app.written().await.len(), app.events().await.len()), (20, 20));
}

#[tokio::test]
async fn order_is_cancelled_once_by_a_batch_of_cancellations() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let requests = (0..3).map(|_| app.orders.cancel(app.buyer.id, order.id));
    let results = in_one_batch(&app, requests).await;
    assert!(
        results
            .iter()
            .all(|result| result.as_ref().is_ok_and(|order| order.version == 1))
    );
    assert_eq!(app.events().await.len(), 2);
}
