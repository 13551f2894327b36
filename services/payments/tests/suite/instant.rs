//! The instant at which a payment succeeded.

use std::time::Duration;

use contracts::events::PaymentSucceeded;
use contracts::{PaymentId, PaymentStatus, Timestamp};
use payments::provider::Outcome;
use payments::{ChargeState, ChargeUpdate};

use crate::app::{DELAY, TestApp};

const LATER: Duration = Duration::from_mins(1);

impl TestApp {
    /// The instant in the event of a successful payment.
    async fn published_success(&self, payment: PaymentId) -> Timestamp {
        let events = self.db.events_of(&payment.to_string()).await.unwrap();
        let created = events
            .iter()
            .find(|event| event.subject == PaymentSucceeded::SUBJECT);
        let created: PaymentSucceeded = created.unwrap().decode().unwrap();
        created.succeeded_at.unwrap()
    }
}

#[tokio::test]
async fn success_instant_is_the_providers() {
    let app = TestApp::start().await;
    let begun = app.world.now();
    let asked = app.pay(app.order().await, "tok_delayed").await.unwrap();
    let lost = app.pay(app.order().await, "tok_networkLost").await.unwrap();
    app.world.clock.advance(LATER);
    assert_eq!(app.reconcile().await, 2);
    assert_eq!(app.published_success(asked.id).await, begun.plus(DELAY));
    assert_eq!(app.published_success(lost.id).await, begun);

    let order = app.order().await;
    let delivered = app.pay(order, "tok_delayed").await.unwrap();
    let begun = app.world.now();
    app.world.clock.advance(LATER);
    app.consume_provider().await;
    assert_eq!(app.published_success(delivered.id).await, begun.plus(DELAY));
    assert_eq!(app.status(delivered.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn impossible_success_instant_is_clamped() {
    let app = TestApp::start().await;
    let second = Duration::from_secs(1);
    let begun = app.world.now();
    let believed = async |number: u32, at: Option<Timestamp>| {
        let payment = app.intend(app.order().await, "tok_visa").await;
        let update = ChargeUpdate {
            event_id: format!("evt_{number}"),
            payment: payment.id,
            state: ChargeState {
                succeeded_at: at,
                ..Outcome::Succeeded.into()
            },
        };
        app.world.clock.advance(second);
        app.payments.receive(update).await.unwrap();
        app.published_success(payment.id).await
    };
    assert_eq!(
        believed(1, None).await,
        begun.plus(second),
        "when the webhook arrived"
    );
    let ahead = begun.plus(LATER * 60);
    assert_eq!(
        believed(2, Some(ahead)).await,
        begun.plus(2 * second),
        "not before"
    );
    let behind = begun.minus(LATER);
    assert_eq!(
        believed(3, Some(behind)).await,
        begun.plus(2 * second),
        "when it was begun"
    );
}
