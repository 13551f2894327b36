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
