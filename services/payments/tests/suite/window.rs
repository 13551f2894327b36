//! The worker that checks open payments, while some responses are slow.

use std::time::Duration;

use contracts::PaymentStatus;
use payments::provider::Outcome;
use payments::reconciler;
use tokio_util::sync::CancellationToken;

use crate::app::{LIMIT, TestApp};
use crate::double::{CallCounts, Double, until};

#[tokio::test]
async fn slow_response_delays_no_other_payment() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let slow = app.intend(app.order().await, "tok").await;
    provider.set_state(slow.id, Some(Outcome::Succeeded));
    provider.hold(slow.id);
    app.world.clock.advance(LIMIT);
    let stop = CancellationToken::new();
    let worker = tokio::spawn(reconciler(&app.payments).run(stop.clone()));
    provider.called(slow.id).await;

    // Others become due while that response is awaited, one after the other.
    for _ in 0..3 {
        let next = app.intend(app.order().await, "tok").await;
        provider.set_state(next.id, Some(Outcome::Succeeded));
        app.world.clock.advance(LIMIT);
        until(async || app.status(next.id).await == PaymentStatus::Succeeded).await;
    }
    assert_eq!(app.status(slow.id).await, PaymentStatus::Intended);
    let once = CallCounts {
        total: 1,
        max_concurrent: 1,
    };
    assert_eq!(provider.calls(slow.id), once);

    // The results of running checks are recorded before the worker ends.
    stop.cancel();
    provider.release(slow.id);
    worker.await.unwrap();
    assert_eq!(app.status(slow.id).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn slow_refunds_delay_no_charge() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    for number in 0..40 {
        let refund = app.refunding(&number.to_string()).await;
        provider.set_state(refund.id, Some(Outcome::Refunded));
        provider.hold(refund.id);
    }
    let charge = app.intend(app.order().await, "tok").await;
    provider.set_state(charge.id, Some(Outcome::Succeeded));
    app.world.clock.advance(LIMIT);
    let stop = CancellationToken::new();
    let worker = tokio::spawn(reconciler(&app.payments).run(stop.clone()));
    until(async || app.status(charge.id).await == PaymentStatus::Succeeded).await;
    worker.abort();
}

/// The buyer's own request is still running when the reconciliation is due.
#[tokio::test]
async fn payment_is_not_checked_while_its_charge_is_running() {
    let provider = Double::default();
    let app = TestApp::start_with(provider.clone()).await;
    let order = app.order().await;
    let (payments, buyer) = (app.payments.clone(), app.buyer.id);
    let method = payments::Method::Token("tok".to_owned());
    let paying = tokio::spawn(async move { payments.pay(buyer, order, method).await });
    until(async || app.payments.next_check().await.unwrap().is_some()).await;
    app.world.clock.advance(2 * LIMIT);
    // The charge is requested right after its intent was recorded.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(app.reconcile().await, 0);
    paying.abort();
}
