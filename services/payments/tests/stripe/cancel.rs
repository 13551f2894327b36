//! Cancelling an undecided payment.

use contracts::PaymentFailure;
use payments::provider::Outcome;
use payments::{Payment, Provider};

use crate::app::TestApp;
use crate::localstripe::{AUTHENTICATED_CARD, GOOD_CARD};

#[tokio::test]
async fn undecided_payment_is_cancelled_for_good() {
    let app = TestApp::start().await;
    let payment = app.payment(AUTHENTICATED_CARD).await;
    // The payment is made, and the response lost before it could be cancelled.
    app.network.lose_next_answer();
    assert!(app.provider.charge(&payment).await.is_err());
    for _ in 0..2 {
        let answer = app.provider.cancel(&payment).await.unwrap();
        assert_eq!(answer.outcome, Outcome::Failed(PaymentFailure::Abandoned));
    }
    assert_eq!(app.localstripe.count("/v1/charges").await, 0);
}

#[tokio::test]
async fn payment_that_succeeded_meanwhile_is_not_cancelled() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let reference = app.provider.charge(&payment).await.unwrap().reference;
    let payment = Payment { reference, ..payment };
    let answer = app.provider.cancel(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn payment_unknown_to_stripe_cannot_be_cancelled() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let error = app.provider.cancel(&payment).await.unwrap_err();
    assert!(error.0.contains("does not know payment"), "{error}");
}
