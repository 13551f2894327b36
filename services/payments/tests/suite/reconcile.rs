//! Payments in doubt are settled, however the response was lost.

use std::time::Duration;

use contracts::{CancelReason, PaymentStatus};
use payments::provider::Outcome;
use payments::{ChargeState, ChargeUpdate, PaymentsConfig};
use test_provider::ChargeStatus;

use crate::app::{DELAY, HOLD, TestApp};

/// Longer than the provider timeout.
const LATER: Duration = Duration::from_mins(1);

#[tokio::test]
async fn payment_whose_response_was_lost_is_checked_and_charged_once() {
    let app = TestApp::start().await;
    let payment = app.pay(app.order().await, "tok_networkLost").await.unwrap();
    assert_eq!(app.status(payment.id).await, PaymentStatus::Intended);
    assert_eq!(app.reconcile().await, 0, "not at once");
    app.world.clock.advance(LATER);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
    assert_eq!(app.charge(payment.id).await, Some(ChargeStatus::Succeeded));
    assert_eq!(app.reconcile().await, 0);
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
}

#[tokio::test]
async fn intent_unknown_to_the_provider_is_charged_again() {
    let app = TestApp::start().await;
    let payment = app.intend(app.order().await, "tok_visa").await;
    assert_eq!(app.charge(payment.id).await, None);
    app.world.clock.advance(LATER);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn intent_of_an_ended_order_is_not_charged() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.intend(order, "tok_visa").await;
    app.order_cancelled(order, 1, CancelReason::User).await;
    app.world.clock.advance(LATER);
    app.reconcile().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
    assert_eq!(app.charge(payment.id).await, None);
}

#[tokio::test]
async fn payment_is_checked_at_its_orders_deadline_and_cancelled_if_undecided() {
    let app = TestApp::start().await;
    let order = app.order().await;
    app.world.clock.advance(HOLD - Duration::from_millis(1_500));
    let payment = app.pay(order, "tok_delayed").await.unwrap();
    let asked_at = app.payments.next_check().await.unwrap().unwrap();
    assert_eq!(asked_at.since(app.world.now()), Duration::from_millis(1_500));
    app.world.clock.advance(Duration::from_millis(1_500));
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
    assert_eq!(app.charge(payment.id).await, Some(ChargeStatus::Failed));

    // A decided payment is not cancelled: the orders service decides what happens with it.
    let order = app.order().await;
    app.world.clock.advance(HOLD - DELAY);
    let payment = app.pay(order, "tok_delayed").await.unwrap();
    app.world.clock.advance(DELAY);
    app.reconcile().await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn rejected_payment_is_refunded_automatically() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.payment_rejected(order, 1, payment.id).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunding);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Refunded);
    assert_eq!(app.charge(payment.id).await, Some(ChargeStatus::Refunded));
    assert_eq!(app.subjects().await.last().unwrap(), "payment:refunded");
}

#[tokio::test]
async fn unresolved_payment_is_never_dropped_and_is_reported() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_visa").await.unwrap();
    app.payment_rejected(order, 1, payment.id).await;
    app.provider_db.close().await;
    let alert_after_attempts = PaymentsConfig::default().alert_after_attempts;
    for _ in 0..alert_after_attempts {
        assert!(app.payments.unresolved().await.unwrap().is_empty());
        assert_eq!(app.reconcile().await, 1);
        app.world.clock.advance(PaymentsConfig::default().max_backoff);
    }
    let unresolved = app.payments.unresolved().await.unwrap().remove(0);
    assert_eq!(
        (unresolved.id, unresolved.attempts),
        (payment.id, alert_after_attempts)
    );
    assert!(unresolved.last_error.is_some());
    assert_eq!(app.reconcile().await, 1, "it is asked about for ever");
}

#[tokio::test]
async fn intent_of_an_order_paid_otherwise_is_not_charged() {
    let app = TestApp::start().await;
    let order = app.order().await;
    assert!(app.pay(order, "tok_chargeDeclined").await.is_err());
    let declined = app.payments.of_order(order).await.unwrap().remove(0);
    let intended = app.intend(order, "tok_visa").await;
    // The bank executes the charge of the first card after all.
    let update = ChargeUpdate {
        event_id: "evt_late".to_owned(),
        payment: declined.id,
        state: ChargeState::from(Outcome::Succeeded),
    };
    app.payments.receive(update).await.unwrap();
    assert_eq!(app.status(declined.id).await, PaymentStatus::Succeeded);
    app.world.clock.advance(LATER);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(intended.id).await, PaymentStatus::Failed);
    assert_eq!(app.charge(intended.id).await, None);
}

#[tokio::test]
async fn check_scheduled_by_a_wrong_clock_is_due_now() {
    let app = TestApp::start().await;
    let payment = app.intend(app.order().await, "tok_visa").await;
    app.execute("UPDATE payments SET next_check_at = next_check_at + 86400000")
        .await;
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn payment_is_only_checked_with_its_own_provider() {
    let app = TestApp::start().await;
    let payment = app.intend(app.order().await, "tok_visa").await;
    app.execute("UPDATE payments SET provider = 'stripe'").await;
    app.world.clock.advance(LATER);
    assert_eq!(app.reconcile().await, 0);
    assert_eq!(app.charge(payment.id).await, None);
    assert_eq!(app.payments.unresolved().await.unwrap().len(), 1);
}

#[tokio::test]
async fn slow_buyer_raises_no_alert_until_the_order_ends() {
    let app = TestApp::start().await;
    app.pay(app.order().await, "tok_delayed").await.unwrap();
    app.execute("UPDATE payments SET attempts = 100").await;
    assert!(app.payments.unresolved().await.unwrap().is_empty());
    app.world.clock.advance(HOLD);
    assert_eq!(app.payments.unresolved().await.unwrap().len(), 1);
}
