//! The effects of a payment on the ticket.

use std::time::Duration;

use contracts::events::{HeldTicket, OrderUpdated};
use contracts::{OrderId, OrderStatus, TicketId, Timestamp};
use tickets::Availability;

use crate::app::{HOLD, TestApp, append};

impl TestApp {
    /// The orders service publishes an advanced order, of the ticket as it was listed.
    pub(crate) async fn publish_order_updated(
        &self,
        order: OrderId,
        version: i64,
        ticket: TicketId,
        status: OrderStatus,
        expires_at: Timestamp,
    ) {
        let event = OrderUpdated {
            id: order,
            version,
            status,
            user_id: self.seller.id,
            expires_at,
            ticket: HeldTicket {
                id: ticket,
                version: Some(0),
            },
            payment_id: None,
        };
        append(&self.orders, OrderUpdated::SUBJECT, order, version, event).await;
        self.delivery().assert_settled().await;
    }
}

#[tokio::test]
async fn hold_is_extended_and_then_permanent() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    let longer = app.world.now().plus(HOLD + Duration::from_mins(10));
    app.publish_order_updated(order, 1, ticket.id, OrderStatus::AwaitingPayment, longer)
        .await;
    let held = app.reread(ticket.id).await;
    assert_eq!(held.availability, Availability::Held(longer));
    app.publish_order_updated(order, 2, ticket.id, OrderStatus::Complete, longer)
        .await;
    app.world.clock.advance(longer.since(app.world.now()));
    let sold = app.reread(ticket.id).await;
    assert_eq!(sold.availability, Availability::Sold);
    assert_eq!(sold.version, 3);

    // Given back, it is on sale again.
    app.publish_cancelled(order, 3, ticket.id).await;
    app.delivery().assert_settled().await;
    let free = app.reread(ticket.id).await;
    assert_eq!(free.availability, Availability::OnSale);
}

#[tokio::test]
async fn expired_order_reacquires_an_available_ticket() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    let deadline = app.world.now().plus(HOLD);
    app.world.clock.advance(HOLD);
    app.publish_cancelled(order, 1, ticket.id).await;
    app.publish_order_updated(order, 2, ticket.id, OrderStatus::Complete, deadline)
        .await;
    let sold = app.reread(ticket.id).await;
    assert_eq!(sold.availability, Availability::Sold);
}
