//! The service in its own world.

use std::time::Duration;

use contracts::events::{TicketCreated, TicketUpdated};
use contracts::views::OrderView;
use contracts::{OrderId, PaymentId, Price, RefundWindow, TicketId, Title, UserId};
use event_log::sql::unchecked;
use event_log::{ApplyError, Database, DatabaseError, Event, Handler};
use orders::{Orders, OrdersConfig, consumers};
use test_support::{Client, Delivery, User, World};

/// How long an order holds its ticket.
pub(crate) const HOLD: Duration = Duration::from_mins(15);

/// The service, a buyer, and the tickets service's database as far as this service can see it.
pub(crate) struct TestApp {
    pub(crate) world: World,
    pub(crate) orders: Orders,
    pub(crate) db: Database,
    pub(crate) tickets: Database,
    pub(crate) payments: Database,
    pub(crate) client: Client,
    pub(crate) buyer: User,
    pub(crate) seller: UserId,
    seller_session: User,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        let world = World::new();
        let db = world.database("orders", orders::MIGRATIONS).await;
        let orders = Orders::new(db.clone(), OrdersConfig::default());
        let client = Client::new(orders::routes(orders.clone(), world.sessions.clone()));
        let seller_session = world.user();
        Self {
            tickets: world.source("tickets").await,
            payments: world.source("payments").await,
            buyer: world.user(),
            seller: seller_session.id,
            seller_session,
            world,
            orders,
            db,
            client,
        }
    }

    /// The payments service publishes an event of a payment, and it is delivered.
    pub(crate) async fn publish_payment<P>(
        &self,
        subject: &'static str,
        id: PaymentId,
        version: i64,
        event: P,
    ) where
        P: serde::Serialize + Send + Sync + 'static,
    {
        self.payments
            .write(move |tx| {
                Box::pin(async move { tx.append(subject, &id.to_string(), version, &event).await })
            })
            .await
            .unwrap();
        self.deliver_payments().await;
    }

    /// Delivers the events of the payments service.
    pub(crate) async fn deliver_payments(&self) {
        let handler = consumers::payments(&OrdersConfig::default());
        Delivery::new(&self.payments, &self.db, handler)
            .assert_settled()
            .await;
    }

    /// The buyer, sending requests.
    pub(crate) fn buyer(&self) -> Client {
        self.client.signed_in(&self.buyer)
    }

    /// The seller of the tickets, sending requests.
    pub(crate) fn seller(&self) -> Client {
        self.client.signed_in(&self.seller_session)
    }

    /// Another user, sending requests.
    pub(crate) fn stranger(&self) -> Client {
        self.client.signed_in(&self.world.user())
    }

    /// The relay from the tickets service.
    pub(crate) fn delivery(&self) -> Delivery {
        Delivery::new(&self.tickets, &self.db, consumers::tickets())
    }

    /// A ticket at 20.00 that has arrived in this service's replica.
    pub(crate) async fn ticket(&self) -> TicketId {
        let id = TicketId::from_uuid(self.world.ids.next());
        self.publish_created(id, "Concert", 2_000).await;
        self.delivery().assert_settled().await;
        id
    }

    /// The tickets service publishes a new ticket.
    pub(crate) async fn publish_created(&self, id: TicketId, title: &str, cents: i64) {
        let event = TicketCreated {
            id,
            version: 0,
            title: Title::parse(title).unwrap(),
            price: Price::from_cents(cents).unwrap(),
            user_id: self.seller,
            refund_hours: RefundWindow::default(),
        };
        self.append(TicketCreated::SUBJECT, id, 0, event).await;
    }

    /// The tickets service publishes a change.
    pub(crate) async fn publish_updated(&self, id: TicketId, version: i64, title: &str, cents: i64) {
        let event = TicketUpdated {
            id,
            version,
            title: Title::parse(title).unwrap(),
            price: Price::from_cents(cents).unwrap(),
            user_id: self.seller,
            refund_hours: RefundWindow::default(),
            order_id: None,
        };
        self.append(TicketUpdated::SUBJECT, id, version, event).await;
    }

    /// Appends any event about a ticket to the log of the tickets service.
    pub(crate) async fn append<P>(&self, subject: &'static str, id: TicketId, version: i64, event: P)
    where
        P: serde::Serialize + Send + Sync + 'static,
    {
        self.tickets
            .write(move |tx| {
                Box::pin(async move { tx.append(subject, &id.to_string(), version, &event).await })
            })
            .await
            .unwrap();
    }

    /// Applies one event in the consumer, bypassing the relay.
    pub(crate) async fn apply(&self, event: Event) -> Result<(), ApplyError> {
        self.db
            .write(move |tx| Box::pin(async move { consumers::tickets().apply(tx, &event).await }))
            .await
    }

    /// Every event of the tickets service so far.
    pub(crate) async fn ticket_events(&self) -> Vec<Event> {
        let mut events = Vec::new();
        for subject in consumers::tickets().subjects() {
            events.extend(self.tickets.events_since(subject, 0).await.unwrap());
        }
        events.sort_by_key(|event| event.sequence);
        events
    }

    /// Reserves a ticket for the buyer.
    pub(crate) async fn reserve(&self, ticket: TicketId) -> OrderView {
        self.orders.reserve(self.buyer.id, ticket).await.unwrap()
    }

    /// Writes to the database, bypassing the service. Returns how many rows it changed.
    pub(crate) async fn execute(&self, statement: &'static str, id: String) -> u64 {
        self.try_execute(statement, id).await.unwrap()
    }

    /// Tries to write past the service.
    pub(crate) async fn try_execute(
        &self,
        statement: &'static str,
        id: String,
    ) -> Result<u64, DatabaseError> {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let done = unchecked(statement).bind(id).execute(tx.connection()).await?;
                    Ok(done)
                })
            })
            .await
    }

    /// Takes the guards away, for negative controls: a new order cannot be found by its ticket, and no index refuses another.
    pub(crate) async fn hide_live_orders(&self) {
        let statements = "DROP INDEX one_live_order_per_ticket;
            CREATE TRIGGER hide_live_orders AFTER INSERT ON orders BEGIN
                UPDATE orders SET status = 'cancelled', cancel_reason = 'user' WHERE id = NEW.id;
            END";
        for statement in statements.split_inclusive("ticket;") {
            self.execute(statement, String::new()).await;
        }
    }

    /// Brings an order to a status that only its payment leads to.
    pub(crate) async fn pay(&self, order: OrderId, status: &'static str) {
        let statement = match status {
            "complete" => {
                "UPDATE orders SET status = 'complete', version = version + 1, payment_id = id, paid_at = updated_at WHERE id = $1"
            }
            _ => "UPDATE orders SET status = 'awaiting:payment', version = version + 1 WHERE id = $1",
        };
        assert_eq!(self.execute(statement, order.to_string()).await, 1);
    }

    /// Subject and payload of every event of this service, in order.
    pub(crate) async fn events(&self) -> Vec<(String, String)> {
        unchecked("SELECT subject, payload FROM events ORDER BY sequence")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// Id, title, price in cents and version of every ticket in this service's replica.
    pub(crate) async fn replica(&self) -> Vec<(String, String, i64, i64)> {
        unchecked("SELECT id, title, price_cents, version FROM tickets ORDER BY id")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// Status, reason and version of every order as it is stored, the oldest first.
    pub(crate) async fn written(&self) -> Vec<(String, Option<String>, i64)> {
        unchecked("SELECT status, cancel_reason, version FROM orders ORDER BY id")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }
}
