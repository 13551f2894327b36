//! Charges with a token.

use contracts::PaymentFailure;
use payments::Provider;
use payments::provider::Outcome;
use serde_json::json;
use test_support::World;

use crate::app::{AMOUNT, TestApp, provider, token_payment};
use crate::localstripe::{AUTHENTICATED_CARD, DECLINED_CARD, GOOD_CARD, SECRET_KEY};
use crate::recorder::Recorder;

#[tokio::test]
async fn valid_card_is_charged_and_the_payment_id_is_in_stripes_metadata() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let answer = app.provider.charge(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Succeeded);
    let reference = answer.reference.unwrap();
    let intent = app
        .localstripe
        .get(&format!("/v1/payment_intents/{reference}"))
        .await;
    assert_eq!(intent["amount"], AMOUNT);
    assert_eq!(intent["currency"], "usd");
    assert_eq!(intent["latest_charge"]["paid"], true);
    assert_eq!(intent["metadata"]["payment_id"], payment.id.to_string());
}

#[tokio::test]
async fn declined_card_fails_the_payment() {
    let app = TestApp::start().await;
    let payment = app.payment(DECLINED_CARD).await;
    let answer = app.provider.charge(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Failed(PaymentFailure::CardDeclined));
}

#[tokio::test]
async fn card_that_requires_authentication_fails_and_cannot_be_charged_later() {
    let app = TestApp::start().await;
    let payment = app.payment(AUTHENTICATED_CARD).await;
    let answer = app.provider.charge(&payment).await.unwrap();
    let failure = PaymentFailure::AuthenticationRequired;
    assert_eq!(answer.outcome, Outcome::Failed(failure));
    let reference = answer.reference.unwrap();
    let intent = app
        .localstripe
        .get(&format!("/v1/payment_intents/{reference}"))
        .await;
    assert_eq!(intent["status"], "canceled");
}

#[tokio::test]
async fn unknown_card_token_fails_the_payment() {
    let app = TestApp::start().await;
    for token in ["pm_nobody", "what is this", ""] {
        let payment = token_payment(&app.world, token);
        let answer = app.provider.charge(&payment).await.unwrap();
        let failure = PaymentFailure::UnknownCard;
        assert_eq!(answer.outcome, Outcome::Failed(failure), "{token:?}");
    }
}

#[tokio::test]
async fn repeated_charge_of_a_payment_charges_once() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let first = app.provider.charge(&payment).await.unwrap();
    let second = app.provider.charge(&payment).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(app.localstripe.count("/v1/payment_intents").await, 1);
    assert_eq!(app.localstripe.count("/v1/charges").await, 1);
}

/// localstripe has no reason for a decline, and makes no payment from a token of the older kind.
#[tokio::test]
async fn documented_webhooks_that_localstripe_lacks_are_parsed() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let error = |code: &str, decline_code: &str| {
        json!({ "error": {
            "type": "card_error", "code": code, "decline_code": decline_code, "message": "No.",
            "payment_intent": { "id": "pi_1", "object": "payment_intent", "status": "requires_payment_method" },
        } })
    };
    let declines = [
        (
            "card_declined",
            "insufficient_funds",
            PaymentFailure::InsufficientFunds,
        ),
        (
            "card_declined",
            "authentication_required",
            PaymentFailure::AuthenticationRequired,
        ),
        ("card_declined", "generic_decline", PaymentFailure::CardDeclined),
    ];
    for (code, decline_code, failure) in declines {
        recorder.respond(402, &error(code, decline_code));
        let payment = token_payment(&world, "tok_visa");
        let answer = provider(&recorder.base).charge(&payment).await.unwrap();
        assert_eq!(answer.outcome, Outcome::Failed(failure));
        assert_eq!(answer.reference.as_deref(), Some("pi_1"));
    }
    let missing = json!({ "error": {
        "type": "invalid_request_error", "code": "resource_missing", "param": "payment_method_data[card][token]",
        "message": "No such token: 'tok_gone'",
    } });
    recorder.respond(400, &missing);
    let payment = token_payment(&world, "tok_gone");
    let answer = provider(&recorder.base).charge(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Failed(PaymentFailure::UnknownCard));

    let requests = recorder.requests();
    let request = requests.last().unwrap();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/payment_intents")
    );
    let key = format!("charge-{}", payment.id);
    assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {SECRET_KEY}").as_str())
    );
    assert_eq!(request.header("stripe-version"), Some("2024-06-20"));
    for (field, value) in [
        ("amount", AMOUNT.to_string().as_str()),
        ("currency", "usd"),
        ("confirm", "true"),
        ("payment_method_types[]", "card"),
        ("payment_method_data[type]", "card"),
        ("payment_method_data[card][token]", "tok_gone"),
        ("metadata[payment_id]", &payment.id.to_string()),
    ] {
        assert_eq!(request.field(field).as_deref(), Some(value), "{field}");
    }
}
