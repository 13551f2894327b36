//! The whole service with a slow double of Stripe: decisions made while a request is in flight must not be
//! lost, and an undecided request must not be taken for a rejection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use contracts::{CancelReason, PaymentStatus};
use event_log::Database;
use event_log::sql::unchecked_scalar;
use payments::{Method, PaymentDetails, Payments, PaymentsConfig, Provider};
use serde_json::{Value, json};
use test_support::World;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::app::{AMOUNT, WEBHOOK_SECRET, provider};
use crate::placed_order::PlacedOrder;
use crate::signature::sign;

/// Stripe, with one PaymentIntent and one refund of it.
#[derive(Clone, Default)]
struct SlowStripe(Arc<Mutex<Account>>);

#[derive(Default)]
struct Account {
    intent: Option<Value>,
    /// The status of the refund, once there is one.
    refund: Option<Value>,
    /// Charges are executed when this lets them.
    charges: Option<Arc<Semaphore>>,
    /// The content of a list of refunds is fixed when it is requested, and arrives when this lets it.
    lists: Option<Arc<Semaphore>>,
    lists_begun: usize,
}

impl SlowStripe {
    async fn listen(&self) -> String {
        let router = Router::new()
            .route("/v1/payment_intents", post(charge).get(list_intents))
            .route("/v1/payment_intents/{id}", get(show_intent))
            .route("/v1/refunds", get(list_refunds).post(make_refund))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    fn change<T>(&self, change: impl FnOnce(&mut Account) -> T) -> T {
        change(&mut self.0.lock().unwrap())
    }

    fn hold_charges(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        self.change(|account| account.charges = Some(gate.clone()));
        gate
    }

    fn hold_lists(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        self.change(|account| account.lists = Some(gate.clone()));
        gate
    }

    fn refund_becomes(&self, status: &str) {
        self.change(|account| account.refund.as_mut().unwrap()["status"] = json!(status));
    }
}

/// A charge is executed even if no client waits for its response any more.
async fn charge(State(stripe): State<SlowStripe>, form: String) -> Json<Value> {
    let payment = form_urlencoded::parse(form.as_bytes())
        .find(|(name, _)| name == "metadata[payment_id]")
        .map(|(_, value)| value.into_owned());
    let gate = stripe.change(|account| account.charges.clone());
    let carried_out = tokio::spawn(async move {
        if let Some(gate) = gate {
            let _closed = gate.acquire().await;
        }
        stripe.change(|account| {
            let intent = json!({
                "id": "pi_1", "object": "payment_intent", "status": "succeeded", "created": 1_769_882_401,
                "amount": AMOUNT, "metadata": { "payment_id": payment },
                "latest_charge": { "id": "ch_1", "refunded": false, "created": 1_769_882_402 },
            });
            account.intent = Some(intent.clone());
            intent
        })
    });
    Json(carried_out.await.unwrap())
}

async fn list_intents(State(stripe): State<SlowStripe>) -> Json<Value> {
    let data: Vec<Value> = stripe.change(|account| account.intent.clone().into_iter().collect());
    Json(json!({ "object": "list", "data": data, "has_more": false }))
}

async fn show_intent(State(stripe): State<SlowStripe>) -> Json<Value> {
    Json(stripe.change(|account| account.intent.clone()).unwrap())
}

async fn list_refunds(State(stripe): State<SlowStripe>) -> Json<Value> {
    let (data, gate) = stripe.change(|account| {
        account.lists_begun += 1;
        let data: Vec<Value> = account.refund.clone().into_iter().collect();
        (data, account.lists.clone())
    });
    if let Some(gate) = gate {
        let _closed = gate.acquire().await;
    }
    Json(json!({ "object": "list", "data": data, "has_more": false }))
}

async fn make_refund(State(stripe): State<SlowStripe>) -> Json<Value> {
    Json(stripe.change(|account| {
        let metadata = account.intent.as_ref().unwrap()["metadata"].clone();
        let refund = json!({
            "id": "re_1", "object": "refund", "amount": AMOUNT, "status": "pending", "payment_intent": "pi_1",
            "metadata": metadata, "created": 1_769_882_403, "failure_reason": null,
        });
        account.refund = Some(refund.clone());
        refund
    }))
}

struct Shop {
    world: World,
    stripe: SlowStripe,
    payments: Payments,
    db: Database,
    order: PlacedOrder,
}

impl Shop {
    /// The service, which knows one order and waits this long for responses.
    async fn open(provider_timeout: Duration) -> Self {
        let (world, stripe) = (World::new(), SlowStripe::default());
        let db = world.database("payments", payments::MIGRATIONS).await;
        let config = PaymentsConfig {
            provider_timeout,
            ..PaymentsConfig::default()
        };
        let payments = Payments::new(db.clone(), Arc::new(provider(&stripe.listen().await)), config);
        let order = PlacedOrder::place(&world, &db, AMOUNT).await;
        Self {
            world,
            stripe,
            payments,
            db,
            order,
        }
    }

    async fn pay(&self) -> PaymentDetails {
        let method = Method::Token("pm_card_visa".to_owned());
        self.payments
            .pay(self.order.buyer, self.order.id, method)
            .await
            .unwrap()
    }

    async fn status(&self, payment: &PaymentDetails) -> PaymentStatus {
        self.payments
            .find(self.order.buyer, payment.id)
            .await
            .unwrap()
            .status
    }

    /// Stripe delivers the current state of the refund, correctly signed.
    async fn receive_refund(&self, kind: &str) {
        let refund = self.stripe.change(|account| account.refund.clone());
        let event = json!({
            "id": format!("evt_{kind}"), "object": "event", "type": kind, "created": 1_769_882_404,
            "data": { "object": refund },
        });
        let event = event.to_string();
        let at = self.world.now().as_millis() / 1000;
        let signature = format!("t={at},v1={}", sign(event.as_bytes(), at, WEBHOOK_SECRET));
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", signature.parse().unwrap());
        let provider = provider("http://127.0.0.1:9");
        let update = provider.parse_webhook(&headers, event.as_bytes(), self.world.now());
        let message = update.unwrap().unwrap();
        assert!(self.payments.receive_webhook(message).await.unwrap());
    }
}

#[tokio::test]
async fn refund_that_fails_during_a_stripe_call_is_not_recorded_as_done() {
    let shop = Shop::open(Duration::from_mins(1)).await;
    let payment = shop.pay().await;
    assert_eq!(payment.status, PaymentStatus::Succeeded);
    shop.order.cancel(CancelReason::Refunded).await;
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding, "pending");

    // It has succeeded when the list is requested, and has failed before the response arrives.
    shop.stripe.refund_becomes("succeeded");
    let gate = shop.stripe.hold_lists();
    shop.world.clock.advance(Duration::from_mins(1));
    let begun = shop.stripe.change(|account| account.lists_begun);
    let payments = shop.payments.clone();
    let reconciling = tokio::spawn(async move { payments.reconcile().await.unwrap() });
    while shop.stripe.change(|account| account.lists_begun) == begun {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    shop.stripe.refund_becomes("failed");
    shop.receive_refund("refund.failed").await;
    gate.close();
    assert_eq!(reconciling.await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    assert_eq!(
        shop.payments.unresolved().await.unwrap().len(),
        1,
        "it shows at once"
    );
}

#[tokio::test]
async fn charge_that_stripe_executes_late_is_not_marked_failed() {
    let shop = Shop::open(Duration::from_millis(50)).await;
    let gate = shop.stripe.hold_charges();
    let payment = shop.pay().await;
    assert_eq!(payment.status, PaymentStatus::Intended);
    shop.order.cancel(CancelReason::User).await;
    // Stripe does not know the payment in all that time, and no webhook ever arrives.
    for _ in 0..3 {
        let next = shop.payments.next_check().await.unwrap().unwrap();
        shop.world.clock.advance(next.since(shop.world.now()));
        assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
        assert_eq!(shop.status(&payment).await, PaymentStatus::Intended);
    }
    gate.close();
    while shop.stripe.change(|account| account.intent.is_none()) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    shop.world.clock.advance(Duration::from_hours(1));
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    // By Stripe's own record it was taken in the second second of the world.
    let succeeded_at: i64 = unchecked_scalar("SELECT succeeded_at FROM payments WHERE id = $1")
        .bind(payment.id.to_string())
        .fetch_one(shop.db.reader())
        .await
        .unwrap();
    assert_eq!(succeeded_at, 1_769_882_402_000);
}
