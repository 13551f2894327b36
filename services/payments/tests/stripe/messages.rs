//! Parsing Stripe's webhooks, as it documents them.

use axum::http::{HeaderMap, HeaderValue};
use contracts::{DisputeStatus, PaymentFailure, PaymentId, Timestamp};
use payments::Provider;
use payments::provider::{ChargeUpdate, InvalidWebhook, Outcome, ProviderDispute, WebhookEvent};
use serde_json::{Value, json};

use crate::app::{WEBHOOK_SECRET, provider};
use crate::signature::sign;

const PAYMENT: &str = "0190a5b0-7c31-7000-8000-000000000001";
const NOW: Timestamp = Timestamp::from_millis(1_769_882_400_000);

fn read(event: &str) -> Result<Option<WebhookEvent>, InvalidWebhook> {
    let at = NOW.as_millis() / 1000;
    let header = format!("t={at},v1={}", sign(event.as_bytes(), at, WEBHOOK_SECRET));
    let mut headers = HeaderMap::new();
    headers.insert("stripe-signature", HeaderValue::from_str(&header).unwrap());
    provider("http://127.0.0.1:9").parse_webhook(&headers, event.as_bytes(), NOW)
}

fn message(kind: &str, object: &Value) -> Option<WebhookEvent> {
    let event = json!({ "id": "evt_1", "object": "event", "type": kind, "data": { "object": object } });
    read(&event.to_string()).unwrap()
}

fn event(kind: &str, object: &Value) -> Option<ChargeUpdate> {
    match message(kind, object)? {
        WebhookEvent::Payment(update) => Some(update),
        other => panic!("{other:?}"),
    }
}

fn intent(status: &str, metadata: &Value, error: Option<&str>) -> Value {
    let error =
        error.map(|code| json!({ "type": "card_error", "code": "card_declined", "decline_code": code }));
    json!({
        "id": "pi_1", "object": "payment_intent", "status": status, "created": 1, "metadata": metadata,
        "last_payment_error": error, "latest_charge": "ch_1",
    })
}

fn assert_says(update: Option<ChargeUpdate>, outcome: Outcome, reference: &str) {
    let update = update.unwrap();
    assert_eq!(update.event_id, "evt_1");
    assert_eq!(update.payment, PaymentId::parse(PAYMENT).unwrap());
    assert_eq!(update.state.outcome, outcome);
    assert_eq!(update.state.reference.as_deref(), Some(reference));
}

#[test]
fn payment_intent_webhooks_are_parsed() {
    let ours = json!({ "payment_id": PAYMENT });
    let succeeded = event("payment_intent.succeeded", &intent("succeeded", &ours, None));
    assert_says(succeeded, Outcome::Succeeded, "pi_1");
    // The service itself cancelled it, and has the reason in its own response.
    assert_eq!(
        event("payment_intent.canceled", &intent("canceled", &ours, None)),
        None
    );
    let declined = intent("requires_payment_method", &ours, Some("insufficient_funds"));
    let failed = event("payment_intent.payment_failed", &declined);
    assert_says(failed, Outcome::Failed(PaymentFailure::InsufficientFunds), "pi_1");
}

#[test]
fn declined_card_on_stripes_page_leaves_the_session_open() {
    let hosted = json!({ "payment_id": PAYMENT, "hosted": "true" });
    let declined = intent("requires_payment_method", &hosted, Some("generic_decline"));
    assert_eq!(event("payment_intent.payment_failed", &declined), None);
    let succeeded = event("payment_intent.succeeded", &intent("succeeded", &hosted, None));
    assert_says(succeeded, Outcome::Succeeded, "pi_1");
    let cancelled = event("payment_intent.canceled", &intent("canceled", &hosted, None));
    assert_says(cancelled, Outcome::Failed(PaymentFailure::Abandoned), "pi_1");
}

#[test]
fn checkout_session_webhooks_are_parsed() {
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
fn refund_webhooks_are_parsed() {
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
fn webhooks_about_foreign_objects_are_ignored() {
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

/// Webhooks about other objects of the account, of future kinds, and unreadable ones: all of them are correctly signed.
#[test]
fn any_signed_body_is_acknowledged() {
    for body in ["", "[]", "{}", "null", "{\"id\":\"evt_1\"", "\u{0}", "<html>"] {
        assert_eq!(read(body), Ok(None), "{body:?}");
    }
    // A thin event has no object.
    let thin = json!({
        "id": "evt_1", "object": "v2.core.event", "type": "v1.payment_intent.succeeded",
        "related_object": { "id": "pi_1", "type": "payment_intent" },
    });
    assert_eq!(read(&thin.to_string()), Ok(None));
    let kinds = [
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "checkout.session.completed",
        "checkout.session.expired",
        "charge.refunded",
        "refund.updated",
        "refund.failed",
        "charge.refund.updated",
    ];
    for kind in kinds {
        for object in [
            json!({ "id": "x_1", "status": "a_status_of_tomorrow", "metadata": null, "amount": 5 }),
            json!({ "id": "x_1", "status": null, "metadata": { "payment_id": null } }),
            json!({ "metadata": { "payment_id": PAYMENT }, "amount": "much" }),
            json!({}),
            json!(1),
            json!(null),
        ] {
            assert_eq!(event(kind, &object), None, "{kind} {object}");
        }
    }
}

#[test]
fn ids_may_be_the_objects_themselves() {
    let metadata = json!({ "payment_id": PAYMENT });
    let intent = intent("succeeded", &metadata, None);
    let charge = json!({ "id": "ch_1", "refunded": true, "payment_intent": intent, "metadata": metadata });
    assert_says(event("charge.refunded", &charge), Outcome::Refunded, "pi_1");
    let refund = json!({
        "id": "re_1", "status": "failed", "amount": 1, "metadata": metadata, "failure_reason": null,
        "payment_intent": { "id": "pi_1", "object": "payment_intent", "deleted": true },
    });
    assert_says(event("refund.failed", &refund), Outcome::RefundFailed, "pi_1");
}

#[test]
fn dispute_webhooks_are_parsed() {
    use DisputeStatus::{Lost, Open, Won};
    let dispute = |status: &str, is_charge_refundable: bool| {
        json!({
            "id": "du_1", "object": "dispute", "status": status, "amount": 5, "currency": "usd", "reason": "fraudulent",
            "is_charge_refundable": is_charge_refundable, "payment_intent": "pi_1", "charge": "ch_1", "metadata": {},
        })
    };
    let said = |kind: &str, object: &Value| -> (String, ProviderDispute) {
        let Some(WebhookEvent::Dispute(update)) = message(kind, object) else {
            panic!("no message about a dispute: {object}");
        };
        assert_eq!(update.event_id, "evt_1");
        (update.reference, update.dispute)
    };
    for (status, is_charge_refundable, expected, blocks_refund) in [
        ("needs_response", false, Open, true),
        ("needs_response", true, Open, true),
        ("under_review", false, Open, true),
        ("a_status_of_tomorrow", false, Open, true),
        ("warning_needs_response", true, Open, false),
        ("warning_under_review", false, Open, true),
        ("warning_closed", true, Won, false),
        ("prevented", false, Won, false),
        ("won", false, Won, false),
        ("lost", false, Lost, true),
    ] {
        for kind in ["created", "updated", "closed", "funds_withdrawn", "of_tomorrow"] {
            let (reference, dispute) = said(
                &format!("charge.dispute.{kind}"),
                &dispute(status, is_charge_refundable),
            );
            assert_eq!(reference, "pi_1");
            assert_eq!((dispute.id.as_str(), dispute.amount_cents), ("du_1", Some(5)));
            assert_eq!(
                (dispute.status, dispute.blocks_refund()),
                (expected, blocks_refund),
                "{status}"
            );
        }
    }
    let expanded = json!({
        "id": "du_1", "status": null, "amount": 5, "currency": "eur", "payment_intent": null, "reason": null,
        "charge": { "id": "ch_1", "payment_intent": null },
    });
    let (reference, dispute) = said("charge.dispute.created", &expanded);
    assert_eq!(
        (reference.as_str(), dispute.amount_cents, dispute.status),
        ("ch_1", None, Open)
    );
    for object in [json!({}), json!(null), json!({ "id": "du_1", "charge": null })] {
        assert_eq!(message("charge.dispute.created", &object), None, "{object}");
    }
}
