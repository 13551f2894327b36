//! The webhooks of the provider.

use contracts::{PaymentFailure, PaymentStatus};
use payments::provider::Outcome;
use payments::{ChargeState, ChargeUpdate};

use crate::app::{DELAY, TestApp};

#[tokio::test]
async fn delayed_payment_succeeds_when_the_provider_confirms_it() {
    let app = TestApp::start().await;
    let payment = app.pay(app.order().await, "tok_delayed").await.unwrap();
    app.consume_provider().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Processing);
    app.world.clock.advance(DELAY);
    app.consume_provider().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
}

#[tokio::test]
async fn webhooks_are_idempotent_and_order_independent() {
    let outcomes = [
        Outcome::Processing,
        Outcome::Failed(PaymentFailure::CardDeclined),
        Outcome::Succeeded,
    ];
    for start in 0..outcomes.len() {
        let app = TestApp::start().await;
        let payment = app.intend(app.order().await, "tok_visa").await;
        for round in 0..3 {
            for turn in 0..outcomes.len() {
                let number = (start + turn) % outcomes.len();
                let update = ChargeUpdate {
                    event_id: format!("evt_{number}"),
                    payment: payment.id,
                    state: ChargeState::from(outcomes[number]),
                };
                let is_news = app.payments.receive(update).await.unwrap();
                assert_eq!(is_news, round == 0);
            }
        }
        assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
        let created = app.subjects().await;
        let created = created
            .iter()
            .filter(|subject| *subject == "payment:created")
            .count();
        assert_eq!(created, 1);
    }
}

#[tokio::test]
async fn refund_that_fails_after_succeeding_is_reopened() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.payment_rejected(order, 1, payment.id).await;
    app.reconcile().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    let receive = async |event_id: &str, outcome| {
        let update = ChargeUpdate {
            event_id: event_id.to_owned(),
            payment: payment.id,
            state: ChargeState::from(outcome),
        };
        app.payments.receive(update).await.unwrap()
    };
    assert!(receive("evt_failed", Outcome::RefundFailed).await);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    // A message that was sent before and comes later does not hide it.
    receive("evt_succeeded", Outcome::Refunded).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert!(!receive("evt_failed", Outcome::RefundFailed).await);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
}

#[tokio::test]
async fn failed_refund_of_a_payment_that_was_not_refunded_is_ignored() {
    let app = TestApp::start().await;
    let payment = app.pay(app.order().await, "tok_visa").await.unwrap();
    let update = ChargeUpdate {
        event_id: "evt_1".to_owned(),
        payment: payment.id,
        state: ChargeState::from(Outcome::RefundFailed),
    };
    assert!(app.payments.receive(update).await.unwrap());
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn webhook_about_an_unknown_payment_is_accepted_and_ignored() {
    let app = TestApp::start().await;
    let update = ChargeUpdate {
        event_id: "evt_1".to_owned(),
        payment: contracts::PaymentId::from_uuid(app.world.ids.next()),
        state: ChargeState::from(Outcome::Succeeded),
    };
    assert!(app.payments.receive(update).await.unwrap());
    assert!(app.subjects().await.is_empty());
}

#[tokio::test]
async fn unsigned_webhook_is_refused() {
    let app = TestApp::start().await;
    let reply = app
        .client
        .post("/api/payments/webhook", r#"{"id":"evt_1"}"#)
        .await;
    assert_eq!(reply.status, 400);
    assert_eq!(
        reply.body,
        r#"{"errors":[{"message":"The signature does not match"}]}"#
    );
}
