//! What Stripe's messages say, as it documents them.

use axum::http::{HeaderMap, HeaderValue};
use contracts::{PaymentFailure, PaymentId, Timestamp};
use payments::Provider;
use payments::provider::{ForgedNotice, Notice, Outcome};
use serde_json::{Value, json};

use crate::app::{WEBHOOK_SECRET, provider};
use crate::signature::sign;

const PAYMENT: &str = "0190a5b0-7c31-7000-8000-000000000001";
const NOW: Timestamp = Timestamp::from_millis(1_769_882_400_000);

fn read(event: &str) -> Result<Option<Notice>, ForgedNotice> {
    let at = NOW.as_millis() / 1000;
    let header = format!("t={at},v1={}", sign(event.as_bytes(), at, WEBHOOK_SECRET));
    let mut headers = HeaderMap::new();
    headers.insert("stripe-signature", HeaderValue::from_str(&header).unwrap());
    provider("http://127.0.0.1:9").read_notice(&headers, event.as_bytes(), NOW)
}

fn event(kind: &str, object: &Value) -> Option<Notice> {
    let event = json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } });
    read(&event.to_string()).unwrap()
}

fn intent(status: &str, metadata: &Value, error: Option<&str>) -> Value {
    let error =
        error.map(|code| json!({ "type": "card_error", "code": "card_declined", "decline_code": code }));
    json!({
        "id": "pi_1", "object": "payment_intent", "status": status, "created": 1, "metadata": metadata,
        "last_payment_error": error, "latest_charge": "ch_1",
    })
}

fn assert_says(notice: Option<Notice>, outcome: Outcome, reference: &str) {
    let notice = notice.unwrap();
    assert_eq!(notice.event_id, "evt_1");
    assert_eq!(notice.payment, PaymentId::parse(PAYMENT).unwrap());
    assert_eq!(notice.answer.outcome, outcome);
    assert_eq!(notice.answer.reference.as_deref(), Some(reference));
}

#[test]
fn messages_about_payment_intents() {
    let ours = json!({ "payment_id": PAYMENT });
    let succeeded = event("payment_intent.succeeded", &intent("succeeded", &ours, None));
    assert_says(succeeded, Outcome::Succeeded, "pi_1");
    // It was cancelled by the service itself, whose own answer has the reason.
    assert_eq!(
        event("payment_intent.canceled", &intent("canceled", &ours, None)),
        None
    );
    let declined = intent("requires_payment_method", &ours, Some("insufficient_funds"));
    let failed = event("payment_intent.payment_failed", &declined);
    assert_says(failed, Outcome::Failed(PaymentFailure::InsufficientFunds), "pi_1");
}

#[test]
fn on_stripes_page_a_refused_card_is_not_the_end() {
    let hosted = json!({ "payment_id": PAYMENT, "hosted": "true" });
    let declined = intent("requires_payment_method", &hosted, Some("generic_decline"));
    assert_eq!(event("payment_intent.payment_failed", &declined), None);
    let succeeded = event("payment_intent.succeeded", &intent("succeeded", &hosted, None));
    assert_says(succeeded, Outcome::Succeeded, "pi_1");
    let cancelled = event("payment_intent.canceled", &intent("canceled", &hosted, None));
    assert_says(cancelled, Outcome::Failed(PaymentFailure::Abandoned), "pi_1");
}

#[test]
fn messages_about_sessions() {
    let session = |status: &str, payment_status: &str| {
        json!({
            "id": "cs_test_1", "object": "checkout.session", "created": 1, "status": status,
            "payment_status": payment_status, "payment_intent": "pi_1", "url": null,
            "metadata": { "payment_id": PAYMENT },
        })
    };
    let completed = event("checkout.session.completed", &session("complete", "paid"));
    assert_says(completed, Outcome::Succeeded, "cs_test_1");
    assert_eq!(
        event("checkout.session.completed", &session("complete", "unpaid")),
        None
    );
    let expired = event("checkout.session.expired", &session("expired", "unpaid"));
    assert_says(expired, Outcome::Failed(PaymentFailure::Abandoned), "cs_test_1");
}

#[test]
fn messages_about_money_that_went_back() {
    let metadata = json!({ "payment_id": PAYMENT });
    let charge = |refunded: bool| json!({ "id": "ch_1", "refunded": refunded, "payment_intent": "pi_1", "metadata": metadata });
    assert_says(event("charge.refunded", &charge(true)), Outcome::Refunded, "pi_1");
    assert_eq!(event("charge.refunded", &charge(false)), None, "a part of it");
    let refund = |status: &str| json!({ "id": "re_1", "status": status, "amount": 1, "payment_intent": "pi_1", "metadata": metadata });
    for kind in ["refund.updated", "refund.failed", "charge.refund.updated"] {
        assert_says(event(kind, &refund("succeeded")), Outcome::Refunded, "pi_1");
        for status in ["failed", "canceled"] {
            assert_says(event(kind, &refund(status)), Outcome::RefundFailed, "pi_1");
        }
        assert_eq!(event(kind, &refund("pending")), None);
    }
}

#[test]
fn what_is_not_about_our_payments_is_left_alone() {
    for metadata in [
        json!({}),
        json!({ "payment_id": "of another shop" }),
        json!({ "order": "1" }),
    ] {
        let intent = intent("succeeded", &metadata, None);
        assert_eq!(event("payment_intent.succeeded", &intent), None);
    }
    assert_eq!(event("invoice.paid", &json!({ "id": "in_1" })), None);
    assert_eq!(event("payment_intent.created", &json!("anything")), None);
}

#[test]
fn what_is_no_event_is_refused() {
    for body in ["", "[]", "{}", "null", "{\"id\":\"evt_1\"", "\u{0}"] {
        assert!(read(body).is_err(), "{body:?}");
    }
    let odd = json!({ "id": "evt_1", "type": "payment_intent.succeeded", "data": { "object": 1 } });
    assert!(read(&odd.to_string()).is_err());
}
