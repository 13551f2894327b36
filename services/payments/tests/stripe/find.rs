//! Finding a payment at Stripe.

use contracts::PaymentFailure;
use payments::provider::Outcome;
use payments::{Payment, Provider};
use serde_json::json;
use test_support::World;

use crate::app::{TestApp, provider, token_payment};
use crate::localstripe::{DECLINED_CARD, GOOD_CARD};
use crate::recorder::Recorder;

#[tokio::test]
async fn payment_whose_response_was_lost_is_found() {
    let app = TestApp::start().await;
    for (card, outcome) in [
        (GOOD_CARD, Outcome::Succeeded),
        (DECLINED_CARD, Outcome::Failed(PaymentFailure::CardDeclined)),
    ] {
        let payment = app.payment(card).await;
        app.network.lose_next_answer();
        assert!(app.provider.charge(&payment).await.is_err());
        let answer = app.provider.find(&payment).await.unwrap().unwrap();
        assert_eq!(answer.outcome, outcome);
        assert!(
            answer
                .reference
                .is_some_and(|reference| reference.starts_with("pi_"))
        );
    }
    assert_eq!(app.localstripe.count("/v1/payment_intents").await, 2);
}

#[tokio::test]
async fn payment_is_found_by_its_reference() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let reference = app.provider.charge(&payment).await.unwrap().reference;
    let payment = Payment { reference, ..payment };
    let answer = app.provider.find(&payment).await.unwrap().unwrap();
    assert_eq!(answer.outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn payment_that_never_reached_stripe_is_not_found_and_not_charged() {
    let app = TestApp::start().await;
    let other = app.payment(GOOD_CARD).await;
    app.provider.charge(&other).await.unwrap();
    let payment = app.payment(GOOD_CARD).await;
    assert_eq!(app.provider.find(&payment).await.unwrap(), None);
    assert_eq!(app.localstripe.count("/v1/charges").await, 1);
}

#[tokio::test]
async fn unknown_stripe_reference_is_an_error() {
    let app = TestApp::start().await;
    let payment = Payment {
        reference: Some("pi_of_another_account".to_owned()),
        ..app.payment(GOOD_CARD).await
    };
    assert!(app.provider.find(&payment).await.is_err());
}

#[tokio::test]
async fn lists_are_scanned_until_they_are_older_than_the_payment() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = token_payment(&world, "pm_card");
    let seconds = payment.created_at.as_millis() / 1000;
    let intent = |id: &str, created: i64| json!({ "id": id, "status": "succeeded", "created": created, "metadata": {} });
    let newer = json!({ "data": [intent("pi_3", seconds + 20)], "has_more": true });
    let older = json!({ "data": [intent("pi_2", seconds - 4000)], "has_more": true });
    recorder.respond(200, &newer);
    recorder.respond(200, &older);
    assert_eq!(provider(&recorder.base).find(&payment).await.unwrap(), None);
    let paths: Vec<String> = recorder
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/v1/payment_intents?limit=100",
            "/v1/payment_intents?limit=100&starting_after=pi_3"
        ]
    );
    for _ in 0..50 {
        recorder.respond(200, &newer);
    }
    let error = provider(&recorder.base).find(&payment).await.unwrap_err();
    assert!(error.0.contains("newest 50 pages"), "{error}");
}

#[tokio::test]
async fn unreadable_foreign_objects_hide_no_payment() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = token_payment(&world, "pm_card");
    let ours = json!({
        "id": "pi_1", "status": "succeeded", "created": payment.created_at.as_millis() / 1000,
        "metadata": { "payment_id": payment.id.to_string(), "number": 1 }, "last_payment_error": null,
        "latest_charge": { "id": "ch_1", "refunded": null, "payment_intent": { "id": "pi_1" } },
    });
    let odd = [
        json!({ "id": "pi_9", "status": "a_status_of_tomorrow", "created": null, "metadata": null }),
        json!({ "id": "pi_8", "metadata": { "payment_id": 5 }, "last_payment_error": "odd" }),
        json!({ "object": "something else" }),
        json!(7),
    ];
    recorder.respond(200, &json!({ "data": odd, "has_more": true }));
    recorder.respond(200, &json!({ "data": [ours], "has_more": false }));
    recorder.respond(200, &ours);
    let found = provider(&recorder.base).find(&payment).await.unwrap().unwrap();
    assert_eq!(
        (found.outcome, found.reference.as_deref()),
        (Outcome::Succeeded, Some("pi_1"))
    );
    let page = &recorder.requests()[1].path;
    assert!(page.ends_with("&starting_after=pi_8"), "{page}");
    // If no item leads to the next page, the rest is unknown.
    recorder.respond(200, &json!({ "data": [null], "has_more": true }));
    assert!(provider(&recorder.base).find(&payment).await.is_err());
}
