//! In every interleaving of operations and deliveries, holds converge to those of the orders service, and the published
//! versions have no gap.

use std::time::Duration;

use contracts::{OrderId, Timestamp};
use proptest::prelude::*;
use tickets::{TicketDetails, TicketsError};

use crate::app::{HOLD, TestApp, new_ticket};

#[derive(Debug, Clone, Copy)]
enum Step {
    /// The seller edits that ticket, which may be rejected.
    Edit(usize),
    /// A buyer reserves that ticket.
    Reserve(usize),
    /// The holder of that ticket cancels.
    Cancel(usize),
    /// A third of a hold passes.
    Wait,
    /// The pending events are delivered.
    Sweep,
    /// All events are delivered again.
    Repeat,
}

const TICKETS: usize = 2;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..TICKETS).prop_map(Step::Edit),
        (0..TICKETS).prop_map(Step::Reserve),
        (0..TICKETS).prop_map(Step::Reserve),
        (0..TICKETS).prop_map(Step::Cancel),
        Just(Step::Wait),
        Just(Step::Sweep),
        Just(Step::Repeat),
    ];
    prop::collection::vec(step, 1..25)
}

/// The orders service as far as it matters here: at most one live order for each ticket.
#[derive(Default)]
struct OrdersModel {
    live: [Option<(OrderId, Timestamp)>; TICKETS],
}

impl OrdersModel {
    async fn reserve(&mut self, app: &TestApp, index: usize, ticket: &TicketDetails) {
        if let Some((order, deadline)) = self.live[index] {
            if app.world.now() < deadline {
                return;
            }
            app.publish_cancelled(order, 1, ticket.id).await;
        }
        let order = app.publish_created(ticket).await;
        self.live[index] = Some((order, app.world.now().plus(HOLD)));
    }

    async fn cancel(&mut self, app: &TestApp, index: usize, ticket: &TicketDetails) {
        if let Some((order, _)) = self.live[index].take() {
            app.publish_cancelled(order, 1, ticket.id).await;
        }
    }

    fn holder(&self, index: usize, now: Timestamp) -> Option<OrderId> {
        self.live[index]
            .filter(|(_, deadline)| now < *deadline)
            .map(|(order, _)| order)
    }
}

async fn run(steps: Vec<Step>) {
    let app = TestApp::start().await;
    let tickets = [app.ticket("One", 100).await, app.ticket("Two", 200).await];
    let mut orders = OrdersModel::default();
    let delivery = app.delivery();
    for step in steps {
        match step {
            Step::Edit(index) => {
                let edited = app
                    .tickets
                    .edit(app.seller.id, tickets[index].id, new_ticket("Edited", 300))
                    .await;
                assert!(matches!(edited, Ok(_) | Err(TicketsError::Held)));
            }
            Step::Reserve(index) => orders.reserve(&app, index, &tickets[index]).await,
            Step::Cancel(index) => orders.cancel(&app, index, &tickets[index]).await,
            Step::Wait => app.world.clock.advance(HOLD / 3 + Duration::from_millis(1)),
            Step::Sweep => delivery.deliver_pending().await,
            Step::Repeat => {
                delivery.deliver_pending().await;
                app.apply_again().await.unwrap();
            }
        }
    }
    delivery.assert_settled().await;
    let now = app.world.now();
    for (index, ticket) in tickets.iter().enumerate() {
        let after = app.reread(ticket.id).await;
        assert_eq!(after.held_by, orders.holder(index, now));
        assert_eq!(
            app.published_versions(ticket.id).await,
            (0..=after.version).collect::<Vec<_>>()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn holds_converge_to_those_of_the_orders_service(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
