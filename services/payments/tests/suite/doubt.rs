//! A payment that the provider does not know is not refused while it may still be executed.

use std::time::Duration;

use contracts::{CancelReason, OrderId, PaymentStatus, Timestamp};
use payments::provider::Outcome;
use payments::{PaymentDetails, PaymentsError};

use crate::app::TestApp;
use crate::double::{CHARGE_LIFETIME, Double};

/// A payment whose charge was not answered in time, of an order that its buyer gave up after that.
async fn unanswered(app: &TestApp) -> (OrderId, PaymentDetails) {
    let order = app.order().await;
    let payment = app.pay(order, "tok").await.unwrap();
    assert_eq!(payment.status, PaymentStatus::Intended);
    app.order_cancelled(order, 1, CancelReason::User).await;
    (order, payment)
}

/// Checks the payment whenever it is due, up to an instant. Returns the pauses between the checks.
async fn look_until(app: &TestApp, end: Timestamp) -> Vec<Duration> {
    let mut pauses = Vec::new();
    loop {
        let next = app.payments.next_check().await.unwrap();
        let Some(next) = next.filter(|next| *next < end) else {
            return pauses;
        };
        let pause = next.since(app.world.now());
        app.world.clock.advance(pause);
        assert_eq!(app.reconcile().await, 1);
        pauses.push(pause);
    }
}

#[tokio::test]
async fn unknown_payment_is_looked_up_while_it_may_still_be_executed() {
    let provider = Double::default();
    let app = TestApp::start_impatiently_with(provider).await;
    let begun = app.world.now();
    let (_, payment) = unanswered(&app).await;
    let end = app.may_be_charged_until(payment.id).await;
    assert!(end >= begun.plus(CHARGE_LIFETIME));

    let pauses = look_until(&app, end).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Intended);
    assert!(
        pauses.len() < 50,
        "ever more rarely, and not {} times",
        pauses.len()
    );
    assert_eq!(pauses.iter().max(), Some(&Duration::from_hours(1)));
    let shown = app.payments.unresolved().await.unwrap();
    assert_eq!(shown.len(), 1, "it shows");
    let error = shown[0].last_error.clone().unwrap();
    assert!(error.contains("may execute it until"), "{error}");

    // From then on it is certain that nothing arrives any more.
    app.world.clock.advance(end.since(app.world.now()));
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
    assert!(app.payments.unresolved().await.unwrap().is_empty());
}

#[tokio::test]
async fn clock_that_is_briefly_ahead_fails_no_payment() {
    let app = TestApp::start_impatiently_with(Double::default()).await;
    let (_, payment) = unanswered(&app).await;
    let ahead_ms = 2 * i64::try_from(CHARGE_LIFETIME.as_millis()).unwrap();
    app.world.clock.step(ahead_ms);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Intended);
    app.world.clock.step(-ahead_ms);

    // The negative control: once that time has really passed, it is marked failed.
    app.world.clock.advance(CHARGE_LIFETIME * 3);
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
}

#[tokio::test]
async fn charge_executed_hours_later_is_found_and_published() {
    let provider = Double::default();
    let app = TestApp::start_impatiently_with(provider.clone()).await;
    let (_, payment) = unanswered(&app).await;
    let later = app.world.now().plus(CHARGE_LIFETIME - Duration::from_hours(2));
    look_until(&app, later).await;
    provider.set_state(payment.id, Some(Outcome::Succeeded));
    look_until(&app, app.may_be_charged_until(payment.id).await).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
}

/// While an order can still be paid, its payment is requested again under the same keys, for which the provider returns
/// the first response; another payment would be another charge.
#[tokio::test]
async fn order_with_a_payment_in_doubt_is_held_and_not_charged_twice() {
    let provider = Double::default();
    let app = TestApp::start_impatiently_with(provider.clone()).await;
    let order = app.order().await;
    let payment = app.pay(order, "tok").await.unwrap();
    for _ in 0..5 {
        let next = app.payments.next_check().await.unwrap().unwrap();
        app.world.clock.advance(next.since(app.world.now()));
        assert_eq!(app.reconcile().await, 1);
        assert_eq!(app.status(payment.id).await, PaymentStatus::Intended);
        let again = app.pay(order, "tok").await;
        assert!(matches!(again, Err(PaymentsError::PaymentOpen)));
    }
    provider.set_state(payment.id, Some(Outcome::Succeeded));
    app.world.clock.advance(Duration::from_mins(2));
    assert_eq!(app.reconcile().await, 1);
    assert_eq!(app.status(payment.id).await, PaymentStatus::Succeeded);
}

/// Each time the charge is requested, it may be executed for the full lifetime again.
#[tokio::test]
async fn charge_retry_is_recorded_before_it_is_made() {
    let provider = Double::default();
    let app = TestApp::start_impatiently_with(provider).await;
    let payment = app.pay(app.order().await, "tok").await.unwrap();
    let before = app.may_be_charged_until(payment.id).await;
    app.world.clock.advance(Duration::from_mins(1));
    assert_eq!(app.reconcile().await, 1);
    let later = app.may_be_charged_until(payment.id).await.since(before);
    assert_eq!(later, Duration::from_mins(1));
}

#[tokio::test]
async fn wrong_clock_does_not_prolong_doubt() {
    let provider = Double::default();
    let app = TestApp::start_impatiently_with(provider).await;
    let (_, payment) = unanswered(&app).await;
    app.execute("UPDATE payments SET may_be_charged_until = may_be_charged_until + 31536000000")
        .await;
    look_until(&app, app.world.now().plus(2 * CHARGE_LIFETIME)).await;
    assert_eq!(app.status(payment.id).await, PaymentStatus::Failed);
}
