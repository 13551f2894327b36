//! The worker that closes orders as their deadlines pass.

use std::time::Duration;

use contracts::TicketId;
use orders::{Orders, OrdersConfig};
use tokio_util::sync::CancellationToken;

use crate::app::{HOLD, TestApp};

const TRIES: usize = 200;
const PAUSE: Duration = Duration::from_millis(50);

async fn wait_until_closed(app: &TestApp, orders: usize) {
    for _ in 0..TRIES {
        let written = app.written().await;
        let closed = written.iter().filter(|(status, _, _)| status == "cancelled");
        if closed.count() == orders {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("{orders} orders were to be closed: {:?}", app.written().await);
}

#[tokio::test]
async fn it_is_woken_by_an_earlier_deadline_and_by_every_commit() {
    let app = TestApp::start().await;
    let tickets: Vec<TicketId> = vec![app.ticket().await, app.ticket().await, app.ticket().await];
    let stop = CancellationToken::new();
    let worker = tokio::spawn(orders::close_expired(app.orders.clone(), stop.clone()));
    app.reserve(tickets[0]).await;
    app.world.clock.advance(HOLD);
    // It sleeps towards a deadline that the clock has jumped over; the next commit lets it look.
    let config = OrdersConfig {
        hold: PAUSE,
        ..OrdersConfig::default()
    };
    let short = Orders::new(app.db.clone(), config);
    short.reserve(app.buyer.id, tickets[1]).await.unwrap();
    wait_until_closed(&app, 1).await;
    app.world.clock.advance(PAUSE);
    wait_until_closed(&app, 2).await;

    stop.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn what_ran_out_while_nothing_ran_is_closed_at_the_start() {
    let app = TestApp::start().await;
    app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD * 3);
    let stop = CancellationToken::new();
    let worker = tokio::spawn(orders::close_expired(app.orders.clone(), stop.clone()));
    wait_until_closed(&app, 1).await;
    stop.cancel();
    worker.await.unwrap();
}
