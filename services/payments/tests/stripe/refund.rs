//! Giving money back.

use payments::provider::Outcome;
use payments::{Payment, Provider};
use serde_json::{Value, json};
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
    let list = |refunds: &[Value]| json!({ "object": "list", "data": refunds, "has_more": false });
    let refund = |status: &str, amount: i64| {
        json!({
            "id": "re_1", "status": status, "amount": amount, "payment_intent": "pi_1",
            "failure_reason": "lost_or_stolen_card",
        })
    };
    let (all, part) = (AMOUNT, AMOUNT - 1);
    // The refunds that there are, newest first, and what they say together: nothing more is asked of Stripe.
    for (refunds, expected) in [
        (vec![refund("succeeded", all)], Some(Outcome::Refunded)),
        (vec![refund("pending", all)], Some(Outcome::Succeeded)),
        (vec![refund("requires_action", all)], Some(Outcome::Succeeded)),
        (vec![refund("failed", all)], None),
        (vec![refund("canceled", all)], None),
        // Somebody gives the money back in another way.
        (
            vec![refund("pending", all), refund("failed", all)],
            Some(Outcome::Succeeded),
        ),
        (
            vec![refund("succeeded", all), refund("failed", all)],
            Some(Outcome::Refunded),
        ),
        // One part went back, the other did not.
        (vec![refund("failed", 1), refund("succeeded", part)], None),
        (
            vec![refund("succeeded", 1), refund("succeeded", part)],
            Some(Outcome::Refunded),
        ),
    ] {
        recorder.answer(200, &list(&refunds));
        let answer = provider.refund(&payment).await;
        assert_eq!(answer.ok().map(|answer| answer.outcome), expected, "{refunds:?}");
    }
    let made = recorder
        .questions()
        .into_iter()
        .filter(|question| question.method == "POST");
    assert_eq!(made.count(), 0);

    for (refunds, made, expected) in [
        (vec![], "succeeded", Outcome::Refunded),
        (vec![], "pending", Outcome::Succeeded),
        // Of what somebody has begun to give back, the rest follows.
        (vec![refund("succeeded", part)], "succeeded", Outcome::Refunded),
    ] {
        recorder.answer(200, &list(&refunds));
        recorder.answer(200, &refund(made, AMOUNT));
        assert_eq!(
            provider.refund(&payment).await.unwrap().outcome,
            expected,
            "{made}"
        );
    }
    for code in ["charge_disputed", "charge_already_refunded"] {
        recorder.answer(200, &list(&[]));
        recorder.answer(
            400,
            &json!({ "error": { "type": "invalid_request_error", "code": code } }),
        );
        let error = provider.refund(&payment).await.unwrap_err();
        assert!(error.0.contains(code), "{error}");
    }
}
