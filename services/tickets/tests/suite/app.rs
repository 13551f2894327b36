//! The service in its own world.

use std::time::Duration;

use contracts::events::{OrderCancelled, OrderCreated, ReservedTicket, TicketRef};
use contracts::{CancelReason, Offer, OrderId, OrderStatus, Price, RefundWindow, TicketId, Timestamp, Title};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{ApplyError, Database, DatabaseError, Event, Handler};
use test_support::{Client, Delivery, User, World};
use tickets::{TicketDetails, Tickets, consumers};

/// How long the orders of these tests hold their ticket.
pub(crate) const HOLD: Duration = Duration::from_mins(15);

/// The service, a seller, and the orders service's database as far as this service can see it.
pub(crate) struct TestApp {
    pub(crate) world: World,
    pub(crate) tickets: Tickets,
    pub(crate) db: Database,
    pub(crate) orders: Database,
    pub(crate) client: Client,
    pub(crate) seller: User,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        let world = World::new();
        let db = world.database("tickets", tickets::MIGRATIONS).await;
        let tickets = Tickets::new(db.clone());
        let client = Client::new(tickets::routes(tickets.clone(), world.sessions.clone()));
        Self {
            orders: world.source("orders").await,
            seller: world.user(),
            world,
            tickets,
            db,
            client,
        }
    }

    /// The seller, sending requests.
    pub(crate) fn seller(&self) -> Client {
        self.client.signed_in(&self.seller)
    }

    /// Another user, sending requests.
    pub(crate) fn stranger(&self) -> Client {
        self.client.signed_in(&self.world.user())
    }

    /// A ticket of the seller's, on sale.
    pub(crate) async fn ticket(&self, title: &str, cents: i64) -> TicketDetails {
        let created = self
            .tickets
            .create(self.seller.id, new_ticket(title, cents))
            .await;
        self.reread(created.unwrap().id).await
    }

    /// The ticket as it is now.
    pub(crate) async fn reread(&self, id: TicketId) -> TicketDetails {
        self.tickets.find(id).await.unwrap().unwrap()
    }

    /// The order that is written down as the holder of a ticket, whether or not its hold has expired.
    pub(crate) async fn stored_holder(&self, id: TicketId) -> Option<String> {
        unchecked_scalar("SELECT order_id FROM tickets WHERE id = $1")
            .bind(id.to_string())
            .fetch_one(self.db.reader())
            .await
            .unwrap()
    }

    /// The relay from the orders service.
    pub(crate) fn delivery(&self) -> Delivery {
        Delivery::new(&self.orders, &self.db, consumers::orders())
    }

    /// The orders service tells that a new order holds a ticket from now on.
    pub(crate) async fn publish_created(&self, ticket: &TicketDetails) -> OrderId {
        let order = OrderId::from_uuid(self.world.ids.next());
        let reserved = reserved(ticket.id, ticket.version);
        self.append_created(order, 0, reserved, self.world.now().plus(HOLD))
            .await;
        order
    }

    /// Appends an `order:created` of any content to the log of the orders service.
    pub(crate) async fn append_created(
        &self,
        order: OrderId,
        version: i64,
        ticket: ReservedTicket,
        expires_at: Timestamp,
    ) {
        let event = OrderCreated {
            id: order,
            version,
            status: OrderStatus::Created,
            user_id: self.seller.id,
            expires_at,
            ticket,
        };
        append(&self.orders, OrderCreated::SUBJECT, order, version, event).await;
    }

    /// The orders service publishes a cancelled order.
    pub(crate) async fn publish_cancelled(&self, order: OrderId, version: i64, ticket: TicketId) {
        let event = OrderCancelled {
            id: order,
            version,
            reason: CancelReason::User,
            user_id: None,
            ticket: TicketRef { id: ticket },
        };
        append(&self.orders, OrderCancelled::SUBJECT, order, version, event).await;
    }

    /// Reserves a ticket and delivers the news.
    pub(crate) async fn hold(&self, ticket: &TicketDetails) -> OrderId {
        let order = self.publish_created(ticket).await;
        let delivery = self.delivery();
        delivery.assert_settled().await;
        order
    }

    /// Takes the deadline off the hold of a ticket: it is held for good.
    pub(crate) async fn sell(&self, ticket: &TicketDetails) {
        let id = ticket.id.to_string();
        let sale = "UPDATE tickets SET held_until = NULL WHERE id = $1 AND order_id IS NOT NULL";
        assert_eq!(self.execute(sale, id).await, 1);
    }

    /// Writes to the database, bypassing the service, which then reads it again. Returns how many rows it changed.
    pub(crate) async fn execute(&self, statement: &'static str, id: String) -> u64 {
        let changed = self.write(statement, id).await;
        self.tickets.load_catalog().await.unwrap();
        changed
    }

    /// Writes to the database, without the service's knowledge. Returns how many rows it changed.
    pub(crate) async fn write(&self, statement: &'static str, id: String) -> u64 {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let done = unchecked(statement).bind(id).execute(tx.connection()).await?;
                    Ok::<_, DatabaseError>(done)
                })
            })
            .await
            .unwrap()
    }

    /// Applies the events of the orders service's log again, whatever the cursor.
    pub(crate) async fn apply_again(&self) -> Result<(), ApplyError> {
        for subject in consumers::orders().subjects() {
            for event in self.orders.events_since(subject, 0).await.unwrap() {
                self.apply(event).await?;
            }
        }
        Ok(())
    }

    /// Lets the consumer apply one event, past the relay.
    pub(crate) async fn apply(&self, event: Event) -> Result<(), ApplyError> {
        self.db
            .write(move |tx| Box::pin(async move { consumers::orders().apply(tx, &event).await }))
            .await
    }

    /// The published versions of a ticket, in order.
    pub(crate) async fn published_versions(&self, id: TicketId) -> Vec<i64> {
        unchecked_scalar("SELECT aggregate_version FROM events WHERE aggregate_id = $1 ORDER BY sequence")
            .bind(id.to_string())
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// Subject and payload of every event of this service, in order.
    pub(crate) async fn events(&self) -> Vec<(String, String)> {
        unchecked("SELECT subject, payload FROM events ORDER BY sequence")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// How many tickets there are.
    pub(crate) async fn count(&self) -> i64 {
        unchecked_scalar("SELECT count(*) FROM tickets")
            .fetch_one(self.db.reader())
            .await
            .unwrap()
    }
}

/// The part of a ticket that an order's event names. Its price is the buyer's business.
pub(crate) fn reserved(id: TicketId, version: i64) -> ReservedTicket {
    ReservedTicket {
        id,
        price: Price::MIN,
        version,
    }
}

pub(crate) fn new_ticket(title: &str, cents: i64) -> Offer {
    Offer {
        title: Title::parse(title).unwrap(),
        price: Price::from_cents(cents).unwrap(),
        refund_window: RefundWindow::default(),
    }
}

/// Appends an event about an order.
pub(crate) async fn append<P>(db: &Database, subject: &'static str, order: OrderId, version: i64, event: P)
where
    P: serde::Serialize + Send + Sync + 'static,
{
    db.write(move |tx| {
        Box::pin(async move { tx.append(subject, &order.to_string(), version, &event).await })
    })
    .await
    .unwrap();
}
