//! In every interleaving of operations and deliveries, a ticket never has two live orders, the replica converges to its
//! source, and the published versions have no gap.

use std::time::Duration;

use contracts::TicketId;
use contracts::views::OrderView;
use event_log::sql::unchecked_scalar;
use orders::OrdersError;
use proptest::prelude::*;

use crate::app::{HOLD, TestApp};

#[derive(Debug, Clone, Copy)]
enum Step {
    /// The tickets service publishes the next version of that ticket.
    Publish(usize),
    /// A buyer reserves that ticket.
    Reserve(usize),
    /// One of the orders so far is cancelled, possibly again.
    Cancel(usize),
    /// A third of a hold passes.
    Wait,
    /// The pending events are delivered.
    Sweep,
    /// All events are delivered again.
    Repeat,
    /// The expiry worker runs.
    Expire,
}

const TICKETS: usize = 2;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => (0..TICKETS).prop_map(Step::Publish),
        4 => (0..TICKETS).prop_map(Step::Reserve),
        2 => (0..20_usize).prop_map(Step::Cancel),
        1 => Just(Step::Wait),
        2 => Just(Step::Sweep),
        1 => Just(Step::Repeat),
        1 => Just(Step::Expire),
    ];
    prop::collection::vec(step, 1..30)
}

async fn publish(app: &TestApp, ticket: TicketId, version: &mut i64) {
    *version += 1;
    match *version {
        0 => app.publish_created(ticket, "Version 0", 100).await,
        version => {
            let title = format!("Version {version}");
            app.publish_updated(ticket, version, &title, 100 + version).await;
        }
    }
}

/// Reserves, and says whether the outcome is the right one.
async fn reserve(app: &TestApp, orders: &mut Vec<OrderView>, ticket: TicketId) {
    let mut has_holder = false;
    for order in orders.iter().filter(|order| order.ticket.id == ticket) {
        let read = app.orders.find(order.user_id, order.id).await.unwrap();
        has_holder |= read.status.holds_ticket();
    }
    let is_known = app.replica().await.iter().any(|row| row.0 == ticket.to_string());
    match app.orders.reserve(app.world.user().id, ticket).await {
        Ok(order) => {
            assert!(is_known && !has_holder);
            orders.push(order);
        }
        Err(OrdersError::Reserved) => assert!(has_holder),
        Err(OrdersError::TicketNotFound) => assert!(!is_known),
        Err(other) => panic!("{other}"),
    }
}

async fn run(steps: Vec<Step>) {
    let app = TestApp::start().await;
    let tickets = [(); TICKETS].map(|()| TicketId::from_uuid(app.world.ids.next()));
    let mut versions = [-1_i64; TICKETS];
    let mut orders = Vec::new();
    let delivery = app.delivery();
    for step in steps {
        match step {
            Step::Publish(index) => publish(&app, tickets[index], &mut versions[index]).await,
            Step::Reserve(index) => reserve(&app, &mut orders, tickets[index]).await,
            Step::Cancel(index) => {
                if let Some(order) = orders.get(index % orders.len().max(1)) {
                    app.orders.cancel(order.user_id, order.id).await.unwrap();
                }
            }
            Step::Wait => app.world.clock.advance(HOLD / 3 + Duration::from_millis(1)),
            Step::Sweep => delivery.deliver_pending().await,
            Step::Repeat => {
                delivery.deliver_pending().await;
                for event in app.ticket_events().await {
                    app.apply(event).await.unwrap();
                }
            }
            Step::Expire => {
                app.orders.expire_due(10).await.unwrap();
            }
        }
        assert_eq!(tickets_with_two_holders(&app).await, 0);
    }
    delivery.assert_settled().await;
    let replica = app.replica().await;
    let expected = tickets
        .into_iter()
        .zip(versions)
        .filter(|(_, version)| *version >= 0);
    let expected = expected.map(|(id, version)| {
        (
            id.to_string(),
            format!("Version {version}"),
            100 + version,
            version,
        )
    });
    assert_eq!(replica, expected.collect::<Vec<_>>());
    assert_eq!(orders_with_gaps(&app).await, 0);
}

/// According to the events alone, as another service consumes them.
async fn tickets_with_two_holders(app: &TestApp) -> i64 {
    unchecked_scalar(
        "SELECT count(*) FROM (
             SELECT payload ->> '$.ticket.id' AS ticket FROM events GROUP BY ticket
             HAVING sum(CASE subject WHEN 'order:created' THEN 1 WHEN 'order:cancelled' THEN -1 END) NOT IN (0, 1))",
    )
    .fetch_one(app.db.reader())
    .await
    .unwrap()
}

/// Orders whose events do not have the versions 0, 1, … up to the stored one.
async fn orders_with_gaps(app: &TestApp) -> i64 {
    unchecked_scalar(
        "SELECT count(*) FROM orders AS o
         WHERE (SELECT group_concat(aggregate_version ORDER BY sequence) FROM events WHERE aggregate_id = o.id)
             IS NOT CASE o.version WHEN 0 THEN '0' WHEN 1 THEN '0,1' END",
    )
    .fetch_one(app.db.reader())
    .await
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn ticket_never_has_two_live_orders_and_the_replica_converges(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
