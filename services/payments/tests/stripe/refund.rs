//! Giving money back.

use payments::provider::Outcome;
use payments::{Payment, Provider};
use serde_json::json;
use test_support::World;

use crate::app::{AMOUNT, TestApp, provider, token_payment};
use crate::localstripe::GOOD_CARD;
use crate::recorder::Recorder;

#[tokio::test]
async fn money_goes_back_once_however_often_it_is_asked_for() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let reference = app.provider.charge(&payment).await.unwrap().reference;
    let payment = Payment { reference, ..payment };
    app.network.lose_next_answer();
    assert!(app.provider.refund(&payment).await.is_err());
    for _ in 0..2 {
        let answer = app.provider.refund(&payment).await.unwrap();
        assert_eq!(answer.outcome, Outcome::Refunded);
    }
    let refunds = app.localstripe.get("/v1/refunds").await;
    let refunds = refunds["data"].as_array().unwrap();
    assert_eq!(refunds.len(), 1);
    assert_eq!(refunds[0]["amount"], AMOUNT);
    assert_eq!(refunds[0]["metadata"]["payment_id"], payment.id.to_string());
    let found = app.provider.find(&payment).await.unwrap().unwrap();
    assert_eq!(found.outcome, Outcome::Refunded);
}

#[tokio::test]
async fn money_goes_back_without_a_reference() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    app.provider.charge(&payment).await.unwrap();
    let answer = app.provider.refund(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);
}

/// localstripe gives back at once, and as often as it is asked.
#[tokio::test]
async fn what_localstripe_cannot_say_is_understood_as_documented() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = Payment {
        reference: Some("pi_1".to_owned()),
        ..token_payment(&world, "pm_card")
    };
    let provider = provider(&recorder.base);
    let already = json!({ "error": { "type": "invalid_request_error", "code": "charge_already_refunded" } });
    recorder.answer(400, &already);
    let answer = provider.refund(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);

    let refund =
        |status: &str| json!({ "id": "re_1", "status": status, "failure_reason": "lost_or_stolen_card" });
    for (now, expected) in [
        ("pending", Some(Outcome::Succeeded)),
        ("succeeded", Some(Outcome::Refunded)),
        ("failed", None),
        ("canceled", None),
    ] {
        // The first answer is repeated under its key; the second says how things stand now.
        recorder.answer(200, &refund("pending"));
        recorder.answer(200, &refund(now));
        let answer = provider.refund(&payment).await;
        assert_eq!(answer.ok().map(|answer| answer.outcome), expected, "{now}");
    }
    let disputed = json!({ "error": { "type": "invalid_request_error", "code": "charge_disputed" } });
    recorder.answer(400, &disputed);
    let error = provider.refund(&payment).await.unwrap_err();
    assert!(error.0.contains("charge_disputed"), "{error}");
}
