//! Payments on Stripe's own page. localstripe has no such page: the tests check the requests that are sent, and how
//! responses as documented by Stripe are interpreted.

use std::time::Duration;

use contracts::PaymentFailure;
use payments::provider::Outcome;
use payments::{Method, Payment, Provider};
use serde_json::{Value, json};
use test_support::World;

use crate::app::{AMOUNT, payment, provider};
use crate::recorder::Recorder;

const RETURN_URL: &str = "https://tickets.example.com/orders/1?paid&é";

fn hosted(world: &World) -> Payment {
    payment(world, Method::Hosted(RETURN_URL.to_owned()))
}

fn session(payment: &Payment, status: &str, payment_status: &str) -> Value {
    json!({
        "id": "cs_test_1", "object": "checkout.session", "created": payment.created_at.as_millis() / 1000,
        "status": status, "payment_status": payment_status, "payment_intent": null,
        "url": (status == "open").then_some("https://checkout.stripe.com/c/pay/cs_test_1"),
        "metadata": { "payment_id": payment.id.to_string() },
    })
}

fn paid_session(payment: &Payment, is_refunded: bool) -> Value {
    let mut session = session(payment, "complete", "paid");
    session["payment_intent"] = json!({
        "id": "pi_1", "status": "succeeded", "created": 1,
        "latest_charge": { "id": "ch_1", "refunded": is_refunded },
    });
    session
}

#[tokio::test]
async fn checkout_session_has_the_amount_and_return_urls() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = hosted(&world);
    recorder.respond(200, &session(&payment, "open", "unpaid"));
    let answer = provider(&recorder.base).charge(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Processing);
    assert_eq!(answer.reference.as_deref(), Some("cs_test_1"));
    let url = "https://checkout.stripe.com/c/pay/cs_test_1";
    assert_eq!(answer.redirect_url.as_deref(), Some(url));

    let request = &recorder.requests()[0];
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("POST", "/v1/checkout/sessions")
    );
    let key = format!("charge-{}", payment.id);
    assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
    let (id, amount) = (payment.id.to_string(), AMOUNT.to_string());
    let closes = payment.created_at.plus(Duration::from_hours(1)).as_millis() / 1000;
    for (field, value) in [
        ("mode", "payment"),
        ("payment_method_types[]", "card"),
        ("client_reference_id", &id),
        ("metadata[payment_id]", &id),
        ("payment_intent_data[metadata][payment_id]", &id),
        ("payment_intent_data[metadata][hosted]", "true"),
        ("line_items[0][quantity]", "1"),
        ("line_items[0][price_data][currency]", "usd"),
        ("line_items[0][price_data][unit_amount]", &amount),
        ("success_url", RETURN_URL),
        ("cancel_url", RETURN_URL),
        ("expires_at", &closes.to_string()),
    ] {
        assert_eq!(request.field(field).as_deref(), Some(value), "{field}");
    }
}

#[tokio::test]
async fn checkout_session_states_are_mapped() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = Payment {
        reference: Some("cs_test_1".to_owned()),
        ..hosted(&world)
    };
    let abandoned = Outcome::Failed(PaymentFailure::Abandoned);
    for (answer, outcome) in [
        (session(&payment, "open", "unpaid"), Outcome::Processing),
        (session(&payment, "complete", "unpaid"), Outcome::Processing),
        (session(&payment, "expired", "unpaid"), abandoned),
        (
            session(&payment, "a_status_of_tomorrow", "paid"),
            Outcome::Processing,
        ),
        (
            json!({ "id": "cs_test_1", "status": null, "metadata": null }),
            Outcome::Processing,
        ),
        (paid_session(&payment, false), Outcome::Succeeded),
        (paid_session(&payment, true), Outcome::Refunded),
    ] {
        recorder.respond(200, &answer);
        let found = provider(&recorder.base).find(&payment).await.unwrap().unwrap();
        assert_eq!(found.outcome, outcome, "{answer}");
    }
    let request = &recorder.requests()[0];
    let path = "/v1/checkout/sessions/cs_test_1?expand%5B%5D=payment_intent.latest_charge";
    assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", path));
}

#[tokio::test]
async fn checkout_session_whose_response_was_lost_is_found_in_the_list() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let (payment, other) = (hosted(&world), hosted(&world));
    let page = |of: &Payment| json!({ "data": [session(of, "open", "unpaid")], "has_more": false });
    recorder.respond(200, &page(&payment));
    recorder.respond(200, &session(&payment, "open", "unpaid"));
    let found = provider(&recorder.base).find(&payment).await.unwrap().unwrap();
    assert_eq!(found.outcome, Outcome::Processing);
    assert!(found.redirect_url.is_some());
    recorder.respond(200, &page(&other));
    assert_eq!(provider(&recorder.base).find(&payment).await.unwrap(), None);
    assert_eq!(recorder.requests()[2].path, "/v1/checkout/sessions?limit=100");
}

#[tokio::test]
async fn open_checkout_session_is_expired_and_a_paid_one_stays_paid() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = Payment {
        reference: Some("cs_test_1".to_owned()),
        ..hosted(&world)
    };
    recorder.respond(200, &session(&payment, "expired", "unpaid"));
    let answer = provider(&recorder.base).cancel(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Failed(PaymentFailure::Abandoned));
    assert_eq!(
        recorder.requests()[0].path,
        "/v1/checkout/sessions/cs_test_1/expire"
    );

    let refusal = json!({ "error": { "type": "invalid_request_error", "message": "Only open Checkout Sessions can be expired." } });
    recorder.respond(400, &refusal);
    recorder.respond(200, &paid_session(&payment, false));
    let answer = provider(&recorder.base).cancel(&payment).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Succeeded);
}

#[tokio::test]
async fn checkout_payment_is_refunded_by_its_payment_intent() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = Payment {
        reference: Some("cs_test_1".to_owned()),
        ..hosted(&world)
    };
    recorder.respond(200, &paid_session(&payment, false));
    recorder.respond(200, &json!({ "data": [], "has_more": false }));
    recorder.respond(
        200,
        &json!({ "id": "re_1", "status": "succeeded", "amount": AMOUNT }),
    );
    let answer = provider(&recorder.base).refund(&payment, 0).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);
    assert_eq!(
        recorder.requests()[1].path,
        "/v1/refunds?payment_intent=pi_1&limit=100"
    );
    let request = &recorder.requests()[2];
    assert_eq!(request.path, "/v1/refunds");
    assert_eq!(request.field("payment_intent").as_deref(), Some("pi_1"));
    assert_eq!(request.field("amount"), Some(AMOUNT.to_string()));
    let key = format!("refund-{}-{AMOUNT}-0", payment.id);
    assert_eq!(request.header("idempotency-key"), Some(key.as_str()));
}
