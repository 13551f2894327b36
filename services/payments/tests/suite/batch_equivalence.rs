//! Webhooks that are applied in one batch have the effects that they would have one after the other.

use contracts::{PaymentFailure, PaymentId};
use event_log::sql::unchecked;
use payments::provider::Outcome;
use payments::{ChargeState, ChargeUpdate};
use proptest::prelude::*;

use crate::app::TestApp;

/// A delivery: which of the two payments of an order, which of its events, and what that reports.
type Delivery = (usize, Outcome);

fn deliveries() -> impl Strategy<Value = Vec<Delivery>> {
    let outcome = prop_oneof![
        Just(Outcome::Processing),
        Just(Outcome::Failed(PaymentFailure::CardDeclined)),
        Just(Outcome::Succeeded),
        Just(Outcome::Refunded),
        Just(Outcome::RefundFailed),
    ];
    prop::collection::vec((0..2_usize, outcome), 1..8)
}

impl TestApp {
    fn update(payments: [PaymentId; 2], (which, outcome): Delivery) -> ChargeUpdate {
        ChargeUpdate {
            // The provider repeats itself: the same report about the same payment is the same event.
            event_id: format!("evt_{which}_{}", outcome.as_str()),
            payment: payments[which],
            state: ChargeState::from(outcome),
        }
    }

    /// Everything that the events have changed: the rows of the payments, the inbox and the published events.
    async fn effects(&self) -> Vec<(String, i64, i64, Option<i64>, String)> {
        unchecked(
            "SELECT status, version, revision, refund_failed_at, id FROM payments
             UNION ALL SELECT outcome, 0, 0, NULL, event_id FROM webhook_inbox
             UNION ALL SELECT subject, aggregate_version, sequence, NULL, payload FROM events
             ORDER BY 5, 1, 3",
        )
        .fetch_all(self.db.reader())
        .await
        .unwrap()
    }
}

async fn run(deliveries: Vec<Delivery>) {
    let [one_by_one, batch] = [TestApp::start().await, TestApp::start().await];
    let order = one_by_one.order().await;
    let payments = one_by_one.declined_and_open(order).await;
    let mut expected = Vec::new();
    for delivery in deliveries.iter().copied() {
        let received = one_by_one.payments.receive(TestApp::update(payments, delivery));
        expected.push(received.await.unwrap());
    }

    let order = batch.order().await;
    let payments = batch.declined_and_open(order).await;
    let requests = deliveries.iter().copied();
    let received = batch
        .in_one_batch(requests.map(|delivery| batch.payments.receive(TestApp::update(payments, delivery))))
        .await;
    let received: Vec<_> = received.into_iter().map(Result::unwrap).collect();
    assert_eq!(received, expected);
    assert_eq!(batch.effects().await, one_by_one.effects().await);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn batch_of_webhooks_has_the_effects_of_single_ones(deliveries in deliveries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(deliveries));
    }
}
