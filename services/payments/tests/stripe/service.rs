//! The whole service with Stripe as its provider.

use std::sync::Arc;
use std::time::Duration;

use contracts::events::{OrderCancelled, OrderCreated, ReservedTicket, TicketRef};
use contracts::{CancelReason, OrderId, OrderStatus, PaymentFailure, PaymentStatus, Price, TicketId, UserId};
use event_log::Database;
use payments::{Method, OnOrderEvent, Payment, Payments, PaymentsConfig};
use test_support::Delivery;

use crate::app::{AMOUNT, TestApp};
use crate::localstripe::{DECLINED_CARD, GOOD_CARD};

struct Shop {
    app: TestApp,
    payments: Payments,
    orders: Database,
    order: OrderId,
    ticket: TicketId,
    buyer: UserId,
}

impl Shop {
    /// The service, knowing of one order.
    async fn open() -> Self {
        let app = TestApp::start().await;
        let db = app.world.database("payments", &payments::MIGRATIONS).await;
        let provider = Arc::new(app.provider.clone());
        let shop = Self {
            payments: Payments::new(db, provider, PaymentsConfig::default()),
            orders: app.world.source("orders").await,
            order: OrderId::from_uuid(app.world.ids.next()),
            ticket: TicketId::from_uuid(app.world.ids.next()),
            buyer: app.world.user().id,
            app,
        };
        let world = &shop.app.world;
        let ticket = ReservedTicket {
            id: shop.ticket,
            price: Price::from_cents(AMOUNT).unwrap(),
            version: 0,
        };
        let event = OrderCreated {
            id: shop.order,
            version: 0,
            status: OrderStatus::Created,
            user_id: shop.buyer,
            expires_at: world.now().plus(Duration::from_secs(900)),
            ticket,
        };
        shop.tell(OrderCreated::SUBJECT, 0, event).await;
        shop
    }

    /// The orders service tells of the order, and the news arrives.
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

    async fn start(&self, card: &str) -> Payment {
        let token = self.app.localstripe.payment_method(card).await;
        let method = Method::Token(token);
        self.payments.start(self.buyer, self.order, method).await.unwrap()
    }

    async fn status(&self, payment: &Payment) -> PaymentStatus {
        self.payments.find(self.buyer, payment.id).await.unwrap().status
    }
}

#[tokio::test]
async fn an_order_is_paid_and_its_money_goes_back() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    let payment = shop.payments.submit(payment).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Succeeded);

    let cancelled = OrderCancelled {
        id: shop.order,
        version: 1,
        reason: CancelReason::Refunded,
        user_id: Some(shop.buyer),
        ticket: TicketRef { id: shop.ticket },
    };
    shop.tell(OrderCancelled::SUBJECT, 1, cancelled).await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    let refunds = shop.app.localstripe.get("/v1/refunds").await;
    assert_eq!(refunds["data"][0]["payment_intent"], payment.reference.unwrap());
    assert_eq!(refunds["data"][0]["amount"], AMOUNT);
}

#[tokio::test]
async fn a_payment_in_doubt_is_settled_and_made_once() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    shop.app.network.lose_next_answer();
    let payment = shop.payments.submit(payment).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Intended);
    assert!(payment.last_error.is_some());

    shop.app.world.clock.advance(Duration::from_secs(60));
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    assert_eq!(shop.app.localstripe.count("/v1/charges").await, 1);
}

#[tokio::test]
async fn a_payment_that_never_left_is_made_by_the_reconciliation() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    shop.app.world.clock.advance(Duration::from_secs(60));
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    assert_eq!(shop.app.localstripe.count("/v1/charges").await, 1);
}

#[tokio::test]
async fn a_declined_card_leaves_the_order_to_be_paid_with_another() {
    let shop = Shop::open().await;
    let payment = shop.start(DECLINED_CARD).await;
    let payment = shop.payments.submit(payment).await.unwrap();
    assert_eq!(payment.failure, Some(PaymentFailure::CardDeclined));
    let payment = shop.start(GOOD_CARD).await;
    let payment = shop.payments.submit(payment).await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Succeeded);
}
