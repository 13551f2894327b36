//! Taking a payment back that is not decided.

use contracts::PaymentFailure;
use payments::provider::Outcome;
use payments::{Payment, Provider};

use crate::app::TestApp;
use crate::localstripe::{AUTHENTICATED_CARD, GOOD_CARD};

#[tokio::test]
async fn a_payment_that_waits_is_taken_back_and_stays_so() {
    let app = TestApp::start().await;
    let payment = app.payment(AUTHENTICATED_CARD).await;
    // The payment is made, and the answer lost before it could be taken back.
    app.network.lose_next_answer();
    assert!(app.provider.charge(&payment).await.is_err());
    for _ in 0..2 {
        let answer = app.provider.cancel(&payment).await.unwrap();
        assert_eq!(answer.outcome, Outcome::Failed(PaymentFailure::Abandoned));
    }
    assert_eq!(app.localstripe.count("/v1/charges").await, 0);
}

#[tokio::test]
async fn a_payment_that_succeeded_meanwhile_stays_so() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let reference = app.provider.charge(&payment).await.unwrap().reference;
    let payment = Payment { reference, ..payment };
    let answer = app.provider.cancel(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn what_stripe_has_never_heard_of_cannot_be_taken_back() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let error = app.provider.cancel(&payment).await.unwrap_err();
    assert!(error.0.contains("never heard"), "{error}");
}
