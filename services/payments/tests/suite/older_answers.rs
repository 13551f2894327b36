//! A response of the provider is recorded only if nothing else was recorded about the payment since the call began.

use contracts::{CancelReason, PaymentFailure, PaymentId, PaymentStatus};
use payments::provider::Outcome;
use payments::{ChargeState, ChargeUpdate, Payment};

use crate::app::TestApp;
use crate::double::{CHARGE_LIFETIME, Double, until};

impl TestApp {
    /// A message of the provider arrives.
    pub(crate) async fn receive(&self, event_id: &str, payment: PaymentId, outcome: Outcome) {
        let update = ChargeUpdate {
            event_id: event_id.to_owned(),
            payment,
            state: ChargeState::from(outcome),
        };
        self.payments.receive(update).await.unwrap();
    }

    /// A payment that must be refunded.
    pub(crate) async fn refunding(&self, name: &str) -> Payment {
        let order = self.order().await;
        let payment = self.intend(order, "tok").await;
        self.receive(&format!("evt_{name}"), payment.id, Outcome::Succeeded)
            .await;
        self.payment_rejected(order, 1, payment.id).await;
        assert_eq!(self.status(payment.id).await, PaymentStatus::Refunding);
        payment
    }

    /// Checks the due payments, with an event before the response arrives.
    async fn reconcile_while(&self, provider: &Double, payment: PaymentId, happens: impl AsyncFnOnce()) {
        provider.hold(payment);
        let payments = self.payments.clone();
        let reconciling = tokio::spawn(async move { payments.reconcile().await.unwrap() });
        provider.called(payment).await;
        happens().await;
        provider.release(payment);
        assert_eq!(reconciling.await.unwrap(), 1);
    }
}

#[tokio::test]
async fn refund_that_fails_during_a_check_is_not_recorded_as_done() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let payment = app.refunding("paid").await;
    provider.set_state(payment.id, Some(Outcome::Refunded));
    app.reconcile_while(&provider, payment.id, async || {
        provider.set_state(payment.id, Some(Outcome::RefundFailed));
        app.receive("evt_failed", payment.id, Outcome::RefundFailed).await;
    })
    .await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    assert_eq!(provider.calls(payment.id).total, 2, "it is asked again");
    let shown = app.payments.unresolved().await.unwrap();
    assert_eq!(shown.len(), 1, "it shows at once");
    assert!(shown[0].refund_failed_at.is_some());

    // Once the money is back, it is no longer reported.
    provider.set_state(payment.id, Some(Outcome::Refunded));
    app.world.clock.advance(CHARGE_LIFETIME);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert!(app.payments.unresolved().await.unwrap().is_empty());
}

/// The negative control: without a webhook in between, the response counts.
#[tokio::test]
async fn response_is_recorded_if_no_webhook_arrived_meanwhile() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let payment = app.refunding("paid").await;
    provider.set_state(payment.id, Some(Outcome::Refunded));
    app.reconcile_while(&provider, payment.id, async || {
        // A duplicate webhook has no effect.
        app.receive("evt_paid", payment.id, Outcome::Succeeded).await;
    })
    .await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert_eq!(provider.calls(payment.id).total, 1);
}

#[tokio::test]
async fn payment_whose_webhook_arrives_during_the_lookup_is_not_failed() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let order = app.order().await;
    let payment = app.intend(order, "tok").await;
    app.order_cancelled(order, 1, CancelReason::User).await;
    app.world.clock.advance(2 * CHARGE_LIFETIME);
    app.reconcile_while(&provider, payment.id, async || {
        provider.set_state(payment.id, Some(Outcome::Processing));
        app.receive("evt_1", payment.id, Outcome::Processing).await;
    })
    .await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Processing);
}

#[tokio::test]
async fn resolved_payment_can_be_checked_again() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let payment = app.intend(app.order().await, "tok").await;
    app.world.clock.advance(2 * CHARGE_LIFETIME);
    provider.set_state(payment.id, Some(Outcome::Refunded));
    app.reconcile_while(&provider, payment.id, async || {
        // A refund was made by hand, and the bank rejected it.
        provider.set_state(payment.id, Some(Outcome::Succeeded));
        app.receive("evt_1", payment.id, Outcome::Succeeded).await;
        app.receive("evt_2", payment.id, Outcome::RefundFailed).await;
    })
    .await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
    assert_eq!(provider.calls(payment.id).total, 2);
    // Messages in the wrong order: that the money is back is asked now, and no more believed.
    app.receive("evt_3", payment.id, Outcome::Refunded).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
}

/// A webhook arrives before the response to the buyer's own request, with the same content.
#[tokio::test]
async fn response_that_agrees_with_a_webhook_is_not_queried_again() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let payment = app.intend(app.order().await, "tok").await;
    app.world.clock.advance(CHARGE_LIFETIME);
    let failed = Outcome::Failed(PaymentFailure::CardDeclined);
    provider.set_state(payment.id, Some(failed));
    app.reconcile_while(&provider, payment.id, async || {
        app.receive("evt_1", payment.id, failed).await;
    })
    .await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
    assert_eq!(provider.calls(payment.id).total, 1);
    until(async || app.reconcile().await == 0).await;
}
