//! The whole service with Stripe as its provider.

use std::sync::Arc;
use std::time::Duration;

use contracts::{CancelReason, PaymentFailure, PaymentStatus};
use payments::{Method, Payment, Payments, PaymentsConfig};

use crate::app::{AMOUNT, TestApp};
use crate::localstripe::{DECLINED_CARD, GOOD_CARD};
use crate::placed_order::PlacedOrder;

struct Shop {
    app: TestApp,
    payments: Payments,
    order: PlacedOrder,
}

impl Shop {
    /// The service, which knows one order.
    async fn open() -> Self {
        let app = TestApp::start().await;
        let db = app.world.database("payments", payments::MIGRATIONS).await;
        let provider = Arc::new(app.provider.clone());
        let payments = Payments::new(db.clone(), provider, PaymentsConfig::default());
        let order = PlacedOrder::place(&app.world, &db, AMOUNT).await;
        Self { app, payments, order }
    }

    async fn start(&self, card: &str) -> Payment {
        let token = self.app.localstripe.payment_method(card).await;
        let method = Method::Token(token);
        self.payments
            .start(self.order.buyer, self.order.id, method)
            .await
            .unwrap()
    }

    async fn status(&self, payment: &Payment) -> PaymentStatus {
        self.payments
            .find(self.order.buyer, payment.id)
            .await
            .unwrap()
            .status
    }
}

#[tokio::test]
async fn order_is_paid_and_refunded() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    let payment = shop
        .payments
        .submit(payment, web::ReplyRecorder::none())
        .await
        .unwrap();
    assert_eq!(payment.status, PaymentStatus::Succeeded);

    shop.order.cancel(CancelReason::Refunded).await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    let refunds = shop.app.localstripe.get("/v1/refunds").await;
    assert_eq!(refunds["data"][0]["payment_intent"], payment.reference.unwrap());
    assert_eq!(refunds["data"][0]["amount"], AMOUNT);
}

#[tokio::test]
async fn payment_in_doubt_is_resolved_and_charged_once() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    shop.app.network.lose_next_answer();
    let payment = shop
        .payments
        .submit(payment, web::ReplyRecorder::none())
        .await
        .unwrap();
    assert_eq!(payment.status, PaymentStatus::Intended);
    assert!(payment.last_error.is_some());

    shop.app.world.clock.advance(Duration::from_mins(1));
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    assert_eq!(shop.app.localstripe.count("/v1/charges").await, 1);
}

#[tokio::test]
async fn payment_that_was_never_sent_is_charged_by_the_reconciler() {
    let shop = Shop::open().await;
    let payment = shop.start(GOOD_CARD).await;
    shop.app.world.clock.advance(Duration::from_mins(1));
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    assert_eq!(shop.app.localstripe.count("/v1/charges").await, 1);
}

#[tokio::test]
async fn order_can_be_paid_with_another_card_after_a_decline() {
    let shop = Shop::open().await;
    let payment = shop.start(DECLINED_CARD).await;
    let payment = shop
        .payments
        .submit(payment, web::ReplyRecorder::none())
        .await
        .unwrap();
    assert_eq!(payment.failure, Some(PaymentFailure::CardDeclined));
    let payment = shop.start(GOOD_CARD).await;
    let payment = shop
        .payments
        .submit(payment, web::ReplyRecorder::none())
        .await
        .unwrap();
    assert_eq!(payment.status, PaymentStatus::Succeeded);
}
