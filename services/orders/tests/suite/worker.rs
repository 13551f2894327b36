//! The worker that closes orders as their deadlines pass.

use std::time::Duration;

use contracts::TicketId;
use orders::{Orders, OrdersConfig};
use tokio_util::sync::CancellationToken;

use crate::app::{HOLD, TestApp};

const PAUSE: Duration = Duration::from_millis(50);
/// Shorter than the worker's longest sleep: it must have been woken.
const WOKEN: Duration = Duration::from_secs(8);
/// Longer than that.
const BY_ITSELF: Duration = Duration::from_secs(40);

async fn wait_until_closed(app: &TestApp, orders: usize, limit: Duration) {
    let wait = tokio::time::timeout(limit, async {
        loop {
            let written = app.written().await;
            let closed = written.iter().filter(|(status, _, _)| status == "cancelled");
            if closed.count() == orders {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    let is_done = wait.await.is_ok();
    assert!(
        is_done,
        "{orders} orders were to be closed: {:?}",
        app.written().await
    );
}

#[tokio::test]
async fn worker_is_woken_by_every_commit() {
    let app = TestApp::start().await;
    let tickets: Vec<TicketId> = vec![app.ticket().await, app.ticket().await, app.ticket().await];
    let stop = CancellationToken::new();
    let worker = tokio::spawn(orders::expiry_worker(&app.orders).run(stop.clone()));
    app.reserve(tickets[0]).await;
    app.world.clock.advance(HOLD);
    // It sleeps towards a deadline that the clock has jumped over; the next commit wakes it.
    let config = OrdersConfig {
        hold: PAUSE,
        ..OrdersConfig::default()
    };
    let short = Orders::new(app.db.clone(), config);
    short.reserve(app.buyer.id, tickets[1]).await.unwrap();
    wait_until_closed(&app, 1, WOKEN).await;
    app.world.clock.advance(PAUSE);
    wait_until_closed(&app, 2, WOKEN).await;

    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn worker_notices_a_clock_that_jumps() {
    let app = TestApp::start().await;
    app.reserve(app.ticket().await).await;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(orders::expiry_worker(&app.orders).run(stop.clone()));
    // It has made a pass, and sleeps.
    tokio::time::sleep(PAUSE).await;
    app.world.clock.advance(HOLD);
    wait_until_closed(&app, 1, BY_ITSELF).await;
    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn orders_that_expired_while_stopped_are_closed_at_start() {
    let app = TestApp::start().await;
    app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD * 3);
    let stop = CancellationToken::new();
    let worker = tokio::spawn(orders::expiry_worker(&app.orders).run(stop.clone()));
    wait_until_closed(&app, 1, WOKEN).await;
    stop.cancel();
    worker.await.unwrap();
}
