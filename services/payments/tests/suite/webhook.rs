//! What the provider tells by itself.

use contracts::{PaymentFailure, PaymentStatus};
use payments::provider::Outcome;
use payments::{Answer, Notice};

use crate::app::{DELAY, TestApp};

#[tokio::test]
async fn a_delayed_payment_succeeds_when_the_provider_says_so() {
    let app = TestApp::start().await;
    let payment = app.pay(app.order().await, "tok_delayed").await.unwrap();
    app.hear_provider().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Processing);
    app.world.clock.advance(DELAY);
    app.hear_provider().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
}

#[tokio::test]
async fn messages_have_their_effect_once_and_in_any_order() {
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
                let notice = Notice {
                    event_id: format!("evt_{number}"),
                    payment: payment.id,
                    answer: Answer::from(outcomes[number]),
                };
                let is_news = app.payments.receive(notice).await.unwrap();
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
async fn a_refund_that_fails_after_it_succeeded_is_open_again() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.payment_rejected(order, 1, payment.id).await;
    app.reconcile().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    let hear = async |event_id: &str, outcome| {
        let notice = Notice {
            event_id: event_id.to_owned(),
            payment: payment.id,
            answer: Answer::from(outcome),
        };
        app.payments.receive(notice).await.unwrap()
    };
    assert!(hear("evt_failed", Outcome::RefundFailed).await);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    // A message that was sent before and comes later does not hide it.
    hear("evt_succeeded", Outcome::Refunded).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert!(!hear("evt_failed", Outcome::RefundFailed).await);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
}

#[tokio::test]
async fn a_failed_refund_of_money_that_did_not_go_back_means_nothing() {
    let app = TestApp::start().await;
    let payment = app.pay(app.order().await, "tok_visa").await.unwrap();
    let notice = Notice {
        event_id: "evt_1".to_owned(),
        payment: payment.id,
        answer: Answer::from(Outcome::RefundFailed),
    };
    assert!(app.payments.receive(notice).await.unwrap());
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn a_message_about_something_else_is_taken_in_and_ignored() {
    let app = TestApp::start().await;
    let notice = Notice {
        event_id: "evt_1".to_owned(),
        payment: contracts::PaymentId::from_uuid(app.world.ids.next()),
        answer: Answer::from(Outcome::Succeeded),
    };
    assert!(app.payments.receive(notice).await.unwrap());
    assert!(app.subjects().await.is_empty());
}

#[tokio::test]
async fn a_message_that_is_not_the_providers_is_refused() {
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
