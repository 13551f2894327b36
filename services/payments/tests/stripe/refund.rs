//! Refunds.

use payments::provider::Outcome;
use payments::{Payment, Provider};
use serde_json::{Value, json};
use test_support::World;

use crate::app::{AMOUNT, TestApp, provider, token_payment};
use crate::localstripe::GOOD_CARD;
use crate::recorder::Recorder;

#[tokio::test]
async fn repeated_refund_request_refunds_once() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    let reference = app.provider.charge(&payment).await.unwrap().reference;
    let payment = Payment { reference, ..payment };
    app.network.lose_next_answer();
    assert!(app.provider.refund(&payment, 0).await.is_err());
    for _ in 0..2 {
        let answer = app.provider.refund(&payment, 0).await.unwrap();
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
async fn refund_works_without_a_stored_reference() {
    let app = TestApp::start().await;
    let payment = app.payment(GOOD_CARD).await;
    app.provider.charge(&payment).await.unwrap();
    let answer = app.provider.refund(&payment, 0).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);
}

/// A refund as Stripe returns it; one of this service's own if it has the id of a payment.
fn refund(id: &str, status: &str, amount: i64, payment: Option<&Payment>) -> Value {
    let metadata = payment.map(|payment| json!({ "payment_id": payment.id.to_string() }));
    json!({
        "id": id, "object": "refund", "status": status, "amount": amount, "payment_intent": "pi_1",
        "metadata": metadata, "failure_reason": "lost_or_stolen_card",
    })
}

fn list(refunds: &[Value]) -> Value {
    json!({ "object": "list", "data": refunds, "has_more": false })
}

/// A payment that Stripe calls `pi_1`.
fn paid(world: &World) -> Payment {
    Payment {
        reference: Some("pi_1".to_owned()),
        ..token_payment(world, "pm_card")
    }
}

/// The requests for a refund, as their amounts and their keys.
fn requests(recorder: &Recorder) -> Vec<(i64, String)> {
    let requests = recorder.requests().into_iter();
    let made = requests.filter(|request| request.method == "POST");
    made.map(|request| {
        let amount = request.field("amount").unwrap().parse().unwrap();
        (amount, request.header("idempotency-key").unwrap().to_owned())
    })
    .collect()
}

/// localstripe refunds at once, and as often as requested.
#[tokio::test]
async fn refund_state_is_derived_from_the_list_of_refunds() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = paid(&world);
    let ours = |status, amount| refund("re_1", status, amount, Some(&payment));
    let others = |status, amount| refund("re_2", status, amount, None);
    let (all, part) = (AMOUNT, AMOUNT - 500);
    for (refunds, expected) in [
        (vec![ours("succeeded", all)], Outcome::Refunded),
        (vec![ours("pending", all)], Outcome::Succeeded),
        (vec![ours("requires_action", all)], Outcome::Succeeded),
        (vec![ours("a_status_of_tomorrow", all)], Outcome::Succeeded),
        (
            vec![ours("pending", all), ours("failed", all)],
            Outcome::Succeeded,
        ),
        (
            vec![ours("succeeded", all), ours("failed", all)],
            Outcome::Refunded,
        ),
        (
            vec![ours("succeeded", part), others("succeeded", 500)],
            Outcome::Refunded,
        ),
        (
            vec![ours("succeeded", part), others("pending", 500)],
            Outcome::Succeeded,
        ),
        // Nothing is left: the money was refunded, regardless of the origin.
        (vec![others("succeeded", all)], Outcome::Refunded),
        (vec![others("pending", all)], Outcome::Succeeded),
    ] {
        recorder.respond(200, &list(&refunds));
        let answer = provider(&recorder.base).refund(&payment, 0).await.unwrap();
        assert_eq!(answer.outcome, expected, "{refunds:?}");
    }
    assert!(requests(&recorder).is_empty(), "nothing was left to ask for");
}

#[tokio::test]
async fn external_refunds_only_reduce_the_remaining_amount() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = paid(&world);
    let ours = |status, amount| refund("re_1", status, amount, Some(&payment));
    let others = |status, amount| refund("re_2", status, amount, None);
    let all = AMOUNT;
    for (refunds, rest) in [
        (vec![], all),
        (vec![others("succeeded", 500)], all - 500),
        (vec![others("pending", 500)], all - 500),
        // These count as never made.
        (vec![others("canceled", 500)], all),
        (vec![others("failed", all)], all),
        (vec![ours("failed", all)], all),
        (vec![ours("canceled", all), others("succeeded", 500)], all - 500),
    ] {
        recorder.respond(200, &list(&refunds));
        recorder.respond(200, &ours("succeeded", rest));
        let is_pending = refunds.iter().any(|refund| refund["status"] == "pending");
        let expected = if is_pending {
            Outcome::Succeeded
        } else {
            Outcome::Refunded
        };
        let answer = provider(&recorder.base).refund(&payment, 0).await.unwrap();
        assert_eq!(answer.outcome, expected, "{refunds:?}");
        assert_eq!(requests(&recorder).last().unwrap().0, rest, "{refunds:?}");
    }
    let answers = [
        ("pending", Some(Outcome::Succeeded)),
        ("failed", None),
        ("canceled", None),
    ];
    for (made, expected) in answers {
        recorder.respond(200, &list(&[]));
        recorder.respond(200, &ours(made, all));
        let answer = provider(&recorder.base).refund(&payment, 0).await;
        assert_eq!(answer.ok().map(|answer| answer.outcome), expected, "{made}");
    }
    for code in ["charge_disputed", "charge_already_refunded"] {
        recorder.respond(200, &list(&[]));
        recorder.respond(
            400,
            &json!({ "error": { "type": "invalid_request_error", "code": code } }),
        );
        let error = provider(&recorder.base).refund(&payment, 0).await.unwrap_err();
        assert!(error.to_string().contains(code), "{error}");
    }
}

#[tokio::test]
async fn stripe_key_changes_only_with_the_request() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = paid(&world);
    let ours = |id, status, amount| refund(id, status, amount, Some(&payment));
    let others = refund("re_9", "succeeded", 500, None);
    let ask = async |refunds: &[Value]| {
        recorder.respond(200, &list(refunds));
        recorder.answer_text(503, "the answer is lost");
        provider(&recorder.base).refund(&payment, 0).await.unwrap_err();
        requests(&recorder).last().unwrap().1.clone()
    };
    let first = ask(&[]).await;
    assert!(first.starts_with(&format!("refund-{}", payment.id)));
    assert_eq!(ask(&[]).await, first, "it may have been made");
    let rest = ask(std::slice::from_ref(&others)).await;
    assert_ne!(
        rest, first,
        "the other parameters would be refused under that key"
    );
    let mut keys = vec![first, rest];
    let failed = [ours("re_1", "failed", AMOUNT), ours("re_2", "canceled", AMOUNT)];
    for count in 1..=2 {
        let key = ask(&failed[..count]).await;
        assert_eq!(ask(&failed[..count]).await, key);
        assert!(
            !keys.contains(&key),
            "the failure is kept under the key of before"
        );
        keys.push(key);
    }
}

#[tokio::test]
async fn failing_refunds_are_bounded() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = paid(&world);
    let failed: Vec<Value> = (0..10)
        .map(|number| refund(&format!("re_{number}"), "failed", AMOUNT, Some(&payment)))
        .collect();
    recorder.respond(200, &list(&failed));
    let error = provider(&recorder.base).refund(&payment, 0).await.unwrap_err();
    assert!(error.to_string().contains("lost_or_stolen_card"), "{error}");
    assert!(requests(&recorder).is_empty());
    // A refund is made by hand.
    let by_hand = [vec![refund("re_a", "succeeded", AMOUNT, None)], failed].concat();
    recorder.respond(200, &list(&by_hand));
    let answer = provider(&recorder.base).refund(&payment, 0).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);
}

#[tokio::test]
async fn unreadable_foreign_objects_hide_nothing() {
    let (world, recorder) = (World::new(), Recorder::start().await);
    let payment = paid(&world);
    let odd = [
        json!({ "id": "re_8", "status": null, "amount": null, "metadata": null, "payment_intent": { "id": "pi_1", "deleted": true } }),
        json!({ "id": "re_7", "status": 7, "amount": "12.00", "metadata": [] }),
        json!(null),
        json!("re_6"),
    ];
    let ours = refund("re_1", "succeeded", AMOUNT, Some(&payment));
    recorder.respond(200, &json!({ "data": odd, "has_more": true }));
    recorder.respond(200, &json!({ "data": [ours], "has_more": null }));
    let answer = provider(&recorder.base).refund(&payment, 0).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Refunded);
    assert!(recorder.requests()[1].path.ends_with("&starting_after=re_7"));
    // Unreadable refunds of our own leave everything open.
    let unreadable =
        json!({ "id": "re_1", "amount": null, "metadata": { "payment_id": payment.id.to_string() } });
    recorder.respond(200, &list(&[unreadable]));
    assert!(provider(&recorder.base).refund(&payment, 0).await.is_err());
    assert!(requests(&recorder).is_empty());
}
