//! The service in its own world.

use std::sync::Arc;
use std::time::Duration;

use contracts::events::{
    HeldTicket, OrderCancelled, OrderCreated, OrderPaymentRejected, OrderUpdated, ReservedTicket, TicketRef,
};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentId, PaymentStatus, Price, TicketId, Timestamp};
use event_log::sql::{unchecked, unchecked_scalar};
use event_log::{Database, DatabaseError};
use payments::provider::TestPayments;
use payments::{
    Method, Payment, PaymentDetails, Payments, PaymentsConfig, PaymentsError, Provider, consumers,
};
use test_provider::{ChargeStatus, TestProvider};
use test_support::{Client, Delivery, User, World};

use crate::double::Double;

pub(crate) const HOLD: Duration = Duration::from_mins(15);
/// How long the provider takes for a delayed charge.
pub(crate) const DELAY: Duration = Duration::from_secs(5);
/// How long responses of a double are waited for, and after how long it is queried for the first time.
pub(crate) const LIMIT: Duration = Duration::from_mins(1);
pub(crate) const PRICE_CENTS: i64 = 2_000;

/// The service, a buyer, the provider, and the orders service's database as far as this service can see it.
pub(crate) struct TestApp {
    pub(crate) world: World,
    pub(crate) payments: Payments,
    pub(crate) db: Database,
    pub(crate) orders: Database,
    pub(crate) provider: TestProvider,
    pub(crate) provider_db: Database,
    pub(crate) client: Client,
    pub(crate) buyer: User,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::open(None, PaymentsConfig::default()).await
    }

    /// Starts it with another provider, whose responses are waited for longer than any test delays one.
    pub(crate) async fn start_with(provider: Double) -> Self {
        Self::start_with_limit(provider, LIMIT).await
    }

    /// Starts it with a short provider timeout: just long enough to see that there is no response.
    pub(crate) async fn start_impatiently_with(provider: Double) -> Self {
        Self::start_with_limit(provider, Duration::from_millis(20)).await
    }

    async fn start_with_limit(provider: Double, provider_timeout: Duration) -> Self {
        let config = PaymentsConfig {
            provider_timeout,
            ..PaymentsConfig::default()
        };
        Self::open(Some(provider), config).await
    }

    async fn open(double: Option<Double>, config: PaymentsConfig) -> Self {
        let world = World::new();
        let db = world.database("payments", payments::MIGRATIONS).await;
        let provider_db = world.database("test-provider", test_provider::MIGRATIONS).await;
        let provider = TestProvider::new(provider_db.clone(), DELAY);
        let adapter: Arc<dyn Provider> = match double {
            Some(double) => Arc::new(double),
            None => Arc::new(TestPayments::new(provider.clone())),
        };
        let payments = Payments::new(db.clone(), adapter, config);
        let routes = payments::routes(payments.clone(), world.sessions.clone());
        Self {
            orders: world.source("orders").await,
            buyer: world.user(),
            client: Client::new(routes),
            world,
            payments,
            db,
            provider,
            provider_db,
        }
    }

    /// The buyer, sending requests.
    pub(crate) fn buyer(&self) -> Client {
        self.client.signed_in(&self.buyer)
    }

    /// Another user, sending requests.
    pub(crate) fn stranger(&self) -> Client {
        self.client.signed_in(&self.world.user())
    }

    /// An order of the buyer that was just made and has arrived in this service's replica.
    pub(crate) async fn order(&self) -> OrderId {
        let id = OrderId::from_uuid(self.world.ids.next());
        let event = OrderCreated {
            id,
            version: 0,
            status: OrderStatus::Created,
            user_id: self.buyer.id,
            expires_at: self.world.now().plus(HOLD),
            ticket: ReservedTicket {
                id: TicketId::from_uuid(self.world.ids.next()),
                price: Price::from_cents(PRICE_CENTS).unwrap(),
                version: 0,
            },
        };
        self.publish(OrderCreated::SUBJECT, id, 0, event).await;
        id
    }

    /// The order advances.
    pub(crate) async fn order_updated(&self, id: OrderId, version: i64, status: OrderStatus) {
        let event = OrderUpdated {
            id,
            version,
            status,
            user_id: self.buyer.id,
            expires_at: self.world.now().plus(HOLD),
            ticket: HeldTicket {
                id: self.ticket().id,
                version: Some(0),
            },
            payment_id: None,
        };
        self.publish(OrderUpdated::SUBJECT, id, version, event).await;
    }

    /// The order ended.
    pub(crate) async fn order_cancelled(&self, id: OrderId, version: i64, reason: CancelReason) {
        let event = OrderCancelled {
            id,
            version,
            reason,
            user_id: Some(self.buyer.id),
            ticket: self.ticket(),
        };
        self.publish(OrderCancelled::SUBJECT, id, version, event).await;
    }

    /// The order rejects the payment.
    pub(crate) async fn payment_rejected(&self, id: OrderId, version: i64, payment_id: PaymentId) {
        let event = OrderPaymentRejected {
            id,
            version,
            payment_id,
        };
        self.publish(OrderPaymentRejected::SUBJECT, id, version, event)
            .await;
    }

    fn ticket(&self) -> TicketRef {
        TicketRef {
            id: TicketId::from_uuid(self.world.ids.next()),
        }
    }

    async fn publish<P>(&self, subject: &'static str, id: OrderId, version: i64, event: P)
    where
        P: serde::Serialize + Send + Sync + 'static,
    {
        self.orders
            .write(move |tx| {
                Box::pin(async move { tx.append(subject, &id.to_string(), version, &event).await })
            })
            .await
            .unwrap();
        self.consume_orders().await;
    }

    /// Delivers the events of the orders service.
    pub(crate) async fn consume_orders(&self) {
        Delivery::new(&self.orders, &self.db, consumers::orders())
            .assert_settled()
            .await;
    }

    /// The provider's webhooks arrive.
    pub(crate) async fn consume_provider(&self) {
        self.provider.complete_due_charges().await.unwrap();
        Delivery::new(&self.provider_db, &self.db, consumers::test_provider())
            .assert_settled()
            .await;
    }

    /// Pays with what stands for a card.
    pub(crate) async fn pay(&self, order: OrderId, token: &str) -> Result<PaymentDetails, PaymentsError> {
        let method = Method::Token(token.to_owned());
        self.payments.pay(self.buyer.id, order, method).await
    }

    /// Records the intent of a payment, and ends before the provider is called.
    pub(crate) async fn intend(&self, order: OrderId, token: &str) -> Payment {
        let method = Method::Token(token.to_owned());
        self.payments.start(self.buyer.id, order, method).await.unwrap()
    }

    /// Checks everything that is due with the provider.
    pub(crate) async fn reconcile(&self) -> usize {
        self.payments.reconcile().await.unwrap()
    }

    /// Until when the provider may execute a charge, as it is written down.
    pub(crate) async fn may_be_charged_until(&self, id: PaymentId) -> Timestamp {
        let until = unchecked_scalar("SELECT may_be_charged_until FROM payments WHERE id = $1")
            .bind(id.to_string())
            .fetch_one(self.db.reader());
        Timestamp::from_millis(until.await.unwrap())
    }

    pub(crate) async fn status(&self, id: PaymentId) -> PaymentStatus {
        self.payments.find(self.buyer.id, id).await.unwrap().status
    }

    pub(crate) async fn charge(&self, id: PaymentId) -> Option<ChargeStatus> {
        let charge = self.provider.find(&id.to_string()).await.unwrap();
        charge.map(|charge| charge.status)
    }

    /// The subjects of this service's events, in order.
    pub(crate) async fn subjects(&self) -> Vec<String> {
        unchecked_scalar("SELECT subject FROM events ORDER BY sequence")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// Writes to the database, bypassing the service.
    pub(crate) async fn execute(&self, statement: &'static str) {
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    unchecked(statement).execute(tx.connection()).await?;
                    Ok::<_, DatabaseError>(())
                })
            })
            .await
            .unwrap();
    }
}
