//! An order, as the payments service consumes it from the orders service.

use std::time::Duration;

use contracts::events::{OrderCancelled, OrderCreated, ReservedTicket, TicketRef};
use contracts::{CancelReason, OrderId, OrderStatus, Price, TicketId, UserId};
use event_log::Database;
use payments::consumers;
use test_support::{Delivery, World};

pub(crate) struct PlacedOrder {
    pub(crate) id: OrderId,
    pub(crate) buyer: UserId,
    ticket: TicketId,
    orders: Database,
    payments: Database,
}

impl PlacedOrder {
    /// Somebody's order at that price, which the payments service knows.
    pub(crate) async fn place(world: &World, payments: &Database, cents: i64) -> Self {
        let placed = Self {
            id: OrderId::from_uuid(world.ids.next()),
            buyer: world.user().id,
            ticket: TicketId::from_uuid(world.ids.next()),
            orders: world.source("orders").await,
            payments: payments.clone(),
        };
        placed.publish_created(world, cents).await;
        placed
    }

    /// Another order of the same buyer.
    pub(crate) async fn place_another(self, world: &World, cents: i64) -> Self {
        let placed = Self {
            id: OrderId::from_uuid(world.ids.next()),
            ..self
        };
        placed.publish_created(world, cents).await;
        placed
    }

    async fn publish_created(&self, world: &World, cents: i64) {
        let event = OrderCreated {
            id: self.id,
            version: 0,
            status: OrderStatus::Created,
            user_id: self.buyer,
            expires_at: world.now().plus(Duration::from_mins(15)),
            ticket: ReservedTicket {
                id: self.ticket,
                price: Price::from_cents(cents).unwrap(),
                version: 0,
            },
        };
        self.publish(OrderCreated::SUBJECT, 0, event).await;
    }

    /// The order ends.
    pub(crate) async fn cancel(&self, reason: CancelReason) {
        let event = OrderCancelled {
            id: self.id,
            version: 1,
            reason,
            user_id: Some(self.buyer),
            ticket: TicketRef { id: self.ticket },
        };
        self.publish(OrderCancelled::SUBJECT, 1, event).await;
    }

    async fn publish<E: serde::Serialize + Send + Sync + 'static>(
        &self,
        subject: &'static str,
        version: i64,
        event: E,
    ) {
        let id = self.id.to_string();
        self.orders
            .write(move |tx| Box::pin(async move { tx.append(subject, &id, version, &event).await }))
            .await
            .unwrap();
        Delivery::new(&self.orders, &self.payments, consumers::orders())
            .assert_settled()
            .await;
    }
}
