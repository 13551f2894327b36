//! The whole service with the stateful double of Stripe, and one order.

use std::sync::Arc;

use axum::http::HeaderMap;
use contracts::{CancelReason, PaymentStatus};
use event_log::Database;
use event_log::sql::unchecked_scalar;
use payments::{DisputeDetails, Method, PaymentDetails, Payments, PaymentsConfig, PaymentsError, Provider};
use serde_json::{Value, json};
use test_support::World;

use crate::account::Account;
use crate::app::{AMOUNT, WEBHOOK_SECRET, provider};
use crate::placed_order::PlacedOrder;
use crate::signature::sign;

pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) account: Account,
    pub(crate) payments: Payments,
    db: Database,
    order: PlacedOrder,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let (world, account) = (World::new(), Account::default());
        let db = world.database("payments", payments::MIGRATIONS).await;
        let provider = Arc::new(provider(&account.listen().await));
        let payments = Payments::new(db.clone(), provider, PaymentsConfig::default());
        let order = PlacedOrder::place(&world, &db, AMOUNT).await;
        Self {
            world,
            account,
            payments,
            db,
            order,
        }
    }

    /// Another order exists, at that price.
    pub(crate) async fn with_order_of(self, cents: i64) -> Self {
        let order = self.order.place_another(&self.world, cents).await;
        Self { order, ..self }
    }

    /// Stripe cannot be reached from now on.
    pub(crate) async fn without_stripe(self) -> Self {
        let db = self.world.database("payments", payments::MIGRATIONS).await;
        let provider = Arc::new(provider("http://127.0.0.1:9"));
        Self {
            payments: Payments::new(db, provider, PaymentsConfig::default()),
            ..self
        }
    }

    /// The buyer has requested a refund.
    pub(crate) async fn request_refund(&self) {
        self.order.cancel(CancelReason::Refunded).await;
    }

    pub(crate) async fn try_to_pay(&self) -> Result<PaymentDetails, PaymentsError> {
        let method = Method::Token("pm_card_visa".to_owned());
        self.payments.pay(self.order.buyer, self.order.id, method).await
    }

    pub(crate) async fn pay(&self) -> PaymentDetails {
        let payment = self.try_to_pay().await.unwrap();
        assert_eq!(payment.status, PaymentStatus::Succeeded);
        payment
    }

    pub(crate) async fn status(&self, payment: &PaymentDetails) -> PaymentStatus {
        let found = self.payments.find(self.order.buyer, payment.id).await;
        found.unwrap().status
    }

    /// Checks everything that is due by the time of the next request.
    pub(crate) async fn run_next_check(&self) {
        if let Some(next) = self.payments.next_check().await.unwrap() {
            self.world.clock.advance(next.since(self.world.now()));
        }
        self.payments.reconcile().await.unwrap();
    }

    /// Receives a signed webhook from Stripe. Returns whether it was new.
    pub(crate) async fn receive_webhook(
        &self,
        id: &str,
        kind: &str,
        object: &Value,
    ) -> Result<bool, PaymentsError> {
        let event = json!({ "id": id, "object": "event", "type": kind, "created": 1_769_882_404, "data": { "object": object } });
        let event = event.to_string();
        let at = self.world.now().as_millis() / 1000;
        let signature = format!("t={at},v1={}", sign(event.as_bytes(), at, WEBHOOK_SECRET));
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", signature.parse().unwrap());
        let provider = provider("http://127.0.0.1:9");
        let message = provider.parse_webhook(&headers, event.as_bytes(), self.world.now());
        self.payments.receive_webhook(message.unwrap().unwrap()).await
    }

    /// The subjects of this service's events, in order.
    pub(crate) async fn subjects(&self) -> Vec<String> {
        unchecked_scalar("SELECT subject FROM events ORDER BY sequence")
            .fetch_all(self.db.reader())
            .await
            .unwrap()
    }

    /// The disputes about payments of the order.
    pub(crate) async fn disputes(&self) -> Vec<DisputeDetails> {
        self.payments.disputes_of_order(self.order.id).await.unwrap()
    }
}
