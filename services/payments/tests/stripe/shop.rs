//! The whole service with the double of Stripe that remembers, and one order.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use contracts::events::{OrderCancelled, OrderCreated, ReservedTicket, TicketRef};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentStatus, Price, TicketId, UserId};
use event_log::Database;
use payments::{Method, OnOrderEvent, Payment, Payments, PaymentsConfig, PaymentsError};
use serde_json::{Value, json};
use test_support::{Delivery, World};

use crate::account::Account;
use crate::app::{AMOUNT, WEBHOOK_SECRET, provider};
use crate::signature::sign;

pub(crate) struct Shop {
    pub(crate) world: World,
    pub(crate) account: Account,
    pub(crate) payments: Payments,
    orders: Database,
    order: OrderId,
    ticket: TicketId,
    buyer: UserId,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let (world, account) = (World::new(), Account::default());
        let db = world.database("payments", &payments::MIGRATIONS).await;
        let provider = Arc::new(provider(&account.listen().await));
        let shop = Self {
            payments: Payments::new(db, provider, PaymentsConfig::default()),
            orders: world.source("orders").await,
            order: OrderId::from_uuid(world.ids.next()),
            ticket: TicketId::from_uuid(world.ids.next()),
            buyer: world.user().id,
            world,
            account,
        };
        shop.order_of(AMOUNT).await;
        shop
    }

    async fn order_of(&self, cents: i64) {
        let event = OrderCreated {
            id: self.order,
            version: 0,
            status: OrderStatus::Created,
            user_id: self.buyer,
            expires_at: self.world.now().plus(Duration::from_secs(900)),
            ticket: ReservedTicket {
                id: self.ticket,
                price: Price::from_cents(cents).unwrap(),
                version: 0,
            },
        };
        self.tell(OrderCreated::SUBJECT, 0, event).await;
    }

    /// Another order is there, of that price.
    pub(crate) async fn with_order_of(self, cents: i64) -> Self {
        let shop = Self {
            order: OrderId::from_uuid(self.world.ids.next()),
            ..self
        };
        shop.order_of(cents).await;
        shop
    }

    /// Stripe cannot be reached from now on.
    pub(crate) async fn without_stripe(self) -> Self {
        let db = self.world.database("payments", &payments::MIGRATIONS).await;
        let provider = Arc::new(provider("http://127.0.0.1:9"));
        Self {
            payments: Payments::new(db, provider, PaymentsConfig::default()),
            ..self
        }
    }

    async fn tell<E: serde::Serialize + Send + Sync + 'static>(
        &self,
        subject: &'static str,
        version: i64,
        event: E,
    ) {
        let id = self.order.to_string();
        self.orders
            .write(move |tx| Box::pin(async move { tx.append(subject, &id, version, &event).await }))
            .await
            .unwrap();
        Delivery::new(&self.orders, self.payments.database(), OnOrderEvent)
            .assert_settled()
            .await;
    }

    /// The buyer has given the order back.
    pub(crate) async fn give_back(&self) {
        let event = OrderCancelled {
            id: self.order,
            version: 1,
            reason: CancelReason::Refunded,
            user_id: Some(self.buyer),
            ticket: TicketRef { id: self.ticket },
        };
        self.tell(OrderCancelled::SUBJECT, 1, event).await;
    }

    pub(crate) async fn try_to_pay(&self) -> Result<Payment, PaymentsError> {
        let method = Method::Token("pm_card_visa".to_owned());
        self.payments.pay(self.buyer, self.order, method).await
    }

    pub(crate) async fn pay(&self) -> Payment {
        let payment = self.try_to_pay().await.unwrap();
        assert_eq!(payment.status, PaymentStatus::Succeeded);
        payment
    }

    pub(crate) async fn payment(&self, payment: &Payment) -> Payment {
        self.payments.find(self.buyer, payment.id).await.unwrap()
    }

    pub(crate) async fn status(&self, payment: &Payment) -> PaymentStatus {
        self.payment(payment).await.status
    }

    /// Asks the provider about all that is due by the time of the next question.
    pub(crate) async fn ask_again(&self) {
        if let Some(next) = self.payments.next_question().await.unwrap() {
            self.world.clock.advance(next.since(self.world.now()));
        }
        self.payments.reconcile().await.unwrap();
    }

    /// Stripe tells of something, well signed; says whether it was news.
    pub(crate) async fn hear(&self, id: &str, kind: &str, object: &Value) -> Result<bool, PaymentsError> {
        let event = json!({ "id": id, "object": "event", "type": kind, "created": 1_769_882_404, "data": { "object": object } });
        let event = event.to_string();
        let at = self.world.now().as_millis() / 1000;
        let signature = format!("t={at},v1={}", sign(event.as_bytes(), at, WEBHOOK_SECRET));
        let mut headers = HeaderMap::new();
        headers.insert("stripe-signature", signature.parse().unwrap());
        let provider = self.payments.provider();
        let message = provider.read_notice(&headers, event.as_bytes(), self.world.now());
        self.payments.receive_message(message.unwrap().unwrap()).await
    }

    /// The subjects of this service's events, in order.
    pub(crate) async fn subjects(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT subject FROM events ORDER BY sequence")
            .fetch_all(self.payments.database().reader())
            .await
            .unwrap()
    }

    /// The disputes about payments of the order.
    pub(crate) async fn disputes(&self) -> Vec<payments::KnownDispute> {
        self.payments.disputes_of_order(self.order).await.unwrap()
    }
}
