//! `POST /api/payments` with an `Idempotency-Key`, on real database files and the test provider.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use contracts::events::{OrderCreated, ReservedTicket};
use contracts::{OrderId, OrderStatus, Price, TicketId, Timestamp};
use event_log::sql::unchecked_scalar;
use event_log::{BoxFuture, Database};
use payments::provider::{InvalidWebhook, RefundError, TestPayments, WebhookEvent};
use payments::{ChargeState, Payment, Payments, PaymentsConfig, Provider, ProviderError, consumers};
use serde_json::Value;
use test_provider::TestProvider;
use test_support::{Client, Delivery, User, World, occupy_writer};
use tokio::sync::Notify;

const PATH: &str = "/api/payments";
const DECLINED: &str = "tok_chargeDeclined";

/// The service, its provider, and a buyer with an order to pay.
struct TestApp {
    world: World,
    db: Database,
    provider: TestProvider,
    provider_db: Database,
    orders: Database,
    buyer: User,
}

impl TestApp {
    async fn start() -> Self {
        let world = World::new();
        let provider_db = world.database("test-provider", test_provider::MIGRATIONS).await;
        Self {
            db: world.database("payments", payments::MIGRATIONS).await,
            provider: TestProvider::new(provider_db.clone(), Duration::from_secs(5)),
            provider_db,
            orders: world.source("orders").await,
            buyer: world.user(),
            world,
        }
    }

    fn provider(&self) -> Arc<dyn Provider> {
        Arc::new(TestPayments::new(self.provider.clone()))
    }

    fn payments(db: &Database, provider: Arc<dyn Provider>) -> Payments {
        Payments::new(db.clone(), provider, PaymentsConfig::default())
    }

    /// The buyer, sending requests with that key.
    fn buyer(&self, key: &str) -> Client {
        self.buyer_of(Self::payments(&self.db, self.provider()), key)
    }

    fn buyer_of(&self, payments: Payments, key: &str) -> Client {
        let routes = payments::routes(payments, self.world.sessions.clone());
        Client::new(routes).signed_in(&self.buyer).with_key(key)
    }

    /// Another process with the same file: it sends the request and gets as far as calling the provider.
    async fn pay_until_the_provider_is_asked(&self, body: &str) {
        let db = self.world.database("payments", payments::MIGRATIONS).await;
        let asked = Arc::new(Notify::new());
        let provider = Unreachable {
            provider: TestPayments::new(self.provider.clone()),
            asked: asked.clone(),
        };
        let buyer = self.buyer_of(Self::payments(&db, Arc::new(provider)), "key");
        tokio::select! {
            reply = buyer.post(PATH, body) => unreachable!("{reply}"),
            () = asked.notified() => {}
        }
    }

    /// An order of the buyer that has arrived in this service's replica.
    async fn order(&self) -> OrderId {
        let id = OrderId::from_uuid(self.world.ids.next());
        let event = OrderCreated {
            id,
            version: 0,
            status: OrderStatus::Created,
            user_id: self.buyer.id,
            expires_at: self.world.now().plus(Duration::from_mins(15)),
            ticket: ReservedTicket {
                id: TicketId::from_uuid(self.world.ids.next()),
                price: Price::from_cents(2_000).unwrap(),
                version: 0,
            },
        };
        let append = self.orders.write(move |tx| {
            Box::pin(async move { tx.append(OrderCreated::SUBJECT, &id.to_string(), 0, &event).await })
        });
        let appended: Result<i64, event_log::DatabaseError> = append.await;
        appended.unwrap();
        Delivery::new(&self.orders, &self.db, consumers::orders())
            .assert_settled()
            .await;
        id
    }

    /// How many payments there are here, and how many charges at the provider.
    async fn counts(&self) -> (i64, i64) {
        let here = unchecked_scalar("SELECT count(*) FROM payments").fetch_one(self.db.reader());
        let there = unchecked_scalar("SELECT count(*) FROM charges").fetch_one(self.provider_db.reader());
        (here.await.unwrap(), there.await.unwrap())
    }
}

/// The test provider with a connection on which nothing arrives.
struct Unreachable {
    provider: TestPayments,
    /// Notified when a charge is requested.
    asked: Arc<Notify>,
}

impl Provider for Unreachable {
    fn name(&self) -> &'static str {
        self.provider.name()
    }

    fn is_hosted(&self) -> bool {
        self.provider.is_hosted()
    }

    fn charge_lifetime(&self) -> Duration {
        self.provider.charge_lifetime()
    }

    fn charge<'p>(&'p self, _payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        self.asked.notify_one();
        Box::pin(std::future::pending())
    }

    fn find<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<Option<ChargeState>, ProviderError>> {
        self.provider.find(payment)
    }

    fn cancel<'p>(&'p self, payment: &'p Payment) -> BoxFuture<'p, Result<ChargeState, ProviderError>> {
        self.provider.cancel(payment)
    }

    fn refund<'p>(
        &'p self,
        payment: &'p Payment,
        ended: u32,
    ) -> BoxFuture<'p, Result<ChargeState, RefundError>> {
        self.provider.refund(payment, ended)
    }

    fn parse_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Option<WebhookEvent>, InvalidWebhook> {
        self.provider.parse_webhook(headers, body, now)
    }
}

fn body(order: OrderId, token: &str) -> String {
    format!(r#"{{"orderId":"{order}","token":"{token}"}}"#)
}

#[tokio::test]
async fn repeated_request_pays_once_and_replays_the_payment() {
    let app = TestApp::start().await;
    let body = body(app.order().await, "tok_visa");
    let first = app.buyer("key").post(PATH, &body).await;
    assert_eq!(first.status, 201);
    for _ in 0..2 {
        let again = app.buyer("key").post(PATH, &body).await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    assert_eq!(app.counts().await, (1, 1));
    // The negative control: a new request is refused because the order is paid.
    assert_eq!(app.buyer("another").post(PATH, &body).await.status, 400);
}

#[tokio::test]
async fn declined_card_is_not_charged_again_under_the_same_key() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let first = app.buyer("key").post(PATH, &body(order, DECLINED)).await;
    assert_eq!(
        (first.status.as_u16(), first.body.as_str()),
        (
            400,
            r#"{"errors":[{"message":"Your card was declined","field":"token"}]}"#
        )
    );
    let again = app.buyer("key").post(PATH, &body(order, DECLINED)).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(app.counts().await, (1, 1));
    // Another card is another request.
    let other_card = body(order, "tok_visa");
    assert_eq!(app.buyer("key").post(PATH, &other_card).await.status, 422);
    assert_eq!(app.buyer("another").post(PATH, &other_card).await.status, 201);
    // The negative control: without the key the card is charged again.
    let order = app.order().await;
    for key in ["1", "2"] {
        assert_eq!(
            app.buyer(key).post(PATH, &body(order, DECLINED)).await.status,
            400
        );
    }
    assert_eq!(app.counts().await, (4, 4));
}

/// The process ends while it calls the provider, before the provider receives the call: the intent is recorded by then,
/// together with the reply.
#[tokio::test]
async fn request_retried_after_a_crash_behind_the_intent_makes_no_second_payment() {
    let app = Arc::new(TestApp::start().await);
    let body = body(app.order().await, "tok_visa");
    let (app_then, body_then) = (app.clone(), body.clone());
    let process = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(app_then.pay_until_the_provider_is_asked(&body_then));
        // All of its tasks end here, wherever they are.
        drop(runtime);
    });
    process.await.unwrap();
    assert_eq!(app.counts().await, (1, 0));

    let again = app.buyer("key").post(PATH, &body).await;
    assert_eq!(
        (again.status.as_u16(), again.header("idempotency-replayed")),
        (201, "true")
    );
    assert_eq!(app.counts().await, (1, 0));
    // The id in the reply shows the outcome of the payment.
    app.world
        .clock
        .advance(PaymentsConfig::default().provider_timeout);
    TestApp::payments(&app.db, app.provider())
        .reconcile()
        .await
        .unwrap();
    let reply: Value = serde_json::from_str(&again.body).unwrap();
    let path = format!("{PATH}/{}", reply["id"].as_str().unwrap());
    let payment: Value = serde_json::from_str(&app.buyer("key").get(&path).await.body).unwrap();
    assert_eq!(payment["status"], "succeeded");
    assert_eq!(app.counts().await, (1, 1));
}

/// Two routers in front of one queue: neither knows that the other one is handling the key.
#[tokio::test]
async fn key_that_is_repeated_in_one_batch_pays_once() {
    let app = TestApp::start().await;
    let payments = TestApp::payments(&app.db, app.provider());
    let (order, others) = (app.order().await, [app.order().await, app.order().await]);
    for (key, orders, expected) in [("same", [order, order], 201), ("reused", others, 422)] {
        let before = app.counts().await;
        let release = occupy_writer(&app.db).await;
        let requests = orders.map(|order| {
            let buyer = app.buyer_of(payments.clone(), key);
            tokio::spawn(async move { buyer.post(PATH, &body(order, "tok_visa")).await })
        });
        // Long enough for both to be in the queue. If they were not, they would be two batches, with the same effect.
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(release);
        let mut statuses = Vec::new();
        for request in requests {
            statuses.push(request.await.unwrap().status.as_u16());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, expected], "{key}");
        assert_eq!(app.counts().await, (before.0 + 1, before.1 + 1), "{key}");
    }
}
