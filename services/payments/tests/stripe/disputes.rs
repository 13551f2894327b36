//! A buyer disputes a payment with their bank: no money is lost twice, and none is forgotten.

use std::time::Duration;

use contracts::{DisputeStatus, PaymentStatus};
use payments::PaymentsError;
use serde_json::{Value, json};

use crate::app::AMOUNT;
use crate::shop::Shop;

const HOUR: Duration = Duration::from_hours(1);

async fn receive(shop: &Shop, kind: &str, dispute: &Value) -> bool {
    let id = format!("evt_{kind}_{}", dispute["id"].as_str().unwrap());
    shop.receive_webhook(&id, &format!("charge.dispute.{kind}"), dispute)
        .await
        .unwrap()
}

#[tokio::test]
async fn refund_waits_for_an_open_dispute_and_is_made_when_it_is_won() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    assert!(receive(&shop, "created", &shop.account.dispute("du_1", "needs_response")).await);
    assert_eq!(shop.payments.open_disputes().await.unwrap().len(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    shop.request_refund().await;
    for _ in 0..3 {
        shop.run_next_check().await;
    }
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    assert!(shop.account.keys().is_empty(), "nothing is asked of Stripe");

    assert!(receive(&shop, "closed", &shop.account.dispute("du_1", "won")).await);
    assert!(shop.payments.open_disputes().await.unwrap().is_empty());
    // It is due at once, and not after the previous backoff.
    assert_eq!(shop.payments.reconcile().await.unwrap(), 1);
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    assert_eq!(shop.account.refunds().len(), 1);
    let expected = [
        "payment:started",
        "payment:created",
        "payment:disputed",
        "payment:dispute-closed",
        "payment:refunded",
    ];
    assert_eq!(shop.subjects().await, expected);
}

#[tokio::test]
async fn lost_dispute_returns_the_money_and_nothing_is_refunded_again() {
    for is_refunded in [false, true] {
        let shop = Shop::open().await;
        let payment = shop.pay().await;
        receive(&shop, "created", &shop.account.dispute("du_1", "under_review")).await;
        if is_refunded {
            shop.request_refund().await;
            shop.run_next_check().await;
        }
        assert!(receive(&shop, "closed", &shop.account.dispute("du_1", "lost")).await);
        assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
        assert_eq!(shop.disputes().await[0].status, DisputeStatus::Lost);
        // Whatever is reported about refunds from now on, none is requested.
        let failed = json!({
            "id": "re_1", "status": "failed", "amount": AMOUNT, "payment_intent": "pi_1",
            "metadata": { "payment_id": payment.id.to_string() },
        });
        shop.receive_webhook("evt_failed", "refund.failed", &failed)
            .await
            .unwrap();
        shop.run_next_check().await;
        assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
        assert!(shop.account.keys().is_empty(), "nothing is asked of Stripe");
    }
}

#[tokio::test]
async fn dispute_webhooks_are_idempotent_and_order_independent() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    let created = shop.account.dispute("du_1", "needs_response");
    let updated = shop.account.dispute("du_1", "under_review");
    let closed = shop.account.dispute("du_1", "won");
    assert!(receive(&shop, "closed", &closed).await);
    for round in 0..2 {
        assert_eq!(receive(&shop, "created", &created).await, round == 0);
        assert_eq!(receive(&shop, "updated", &updated).await, round == 0);
        assert!(!receive(&shop, "closed", &closed).await);
    }
    let known = shop.disputes().await;
    assert_eq!((known.len(), known[0].status), (1, DisputeStatus::Won));
    assert_eq!(
        shop.subjects().await,
        ["payment:started", "payment:created", "payment:dispute-closed"]
    );
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn dispute_whose_webhooks_were_lost_is_found_when_stripe_rejects_the_refund() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.account.dispute("du_1", "needs_response");
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(shop.disputes().await.len(), 1);
    for _ in 0..3 {
        shop.run_next_check().await;
    }
    assert_eq!(shop.account.keys().len(), 1, "it is asked for no more");

    // The webhook of its end is lost, too, so the service queries it. The refusal is kept under the key of the first request.
    shop.account.dispute("du_1", "won");
    shop.world.clock.advance(HOUR);
    assert_eq!(shop.payments.reconcile_disputes().await.unwrap(), 1);
    assert_eq!(shop.payments.reconcile_disputes().await.unwrap(), 0);
    shop.payments.reconcile().await.unwrap();
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    let keys = shop.account.keys();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn bank_inquiry_does_not_block_a_refund() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    let inquiry = json!({
        "id": "du_1", "status": "warning_needs_response", "amount": AMOUNT, "currency": "usd",
        "is_charge_refundable": true, "charge": "ch_1", "payment_intent": null,
    });
    assert!(receive(&shop, "created", &inquiry).await);
    assert_eq!(shop.payments.open_disputes().await.unwrap().len(), 1);
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
}

#[tokio::test]
async fn partial_dispute_leaves_the_order_and_is_never_refunded_again() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    receive(&shop, "closed", &shop.account.dispute_of("du_1", "lost", 500)).await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(
        shop.status(&payment).await,
        PaymentStatus::Refunding,
        "the operator has to act"
    );
    assert!(shop.account.keys().is_empty());
}

#[tokio::test]
async fn foreign_disputes_are_ignored_and_unknown_owners_are_retried() {
    let shop = Shop::open().await;
    let other = json!({ "id": "du_9", "status": "needs_response", "payment_intent": "pi_of_another_shop" });
    assert!(!receive(&shop, "created", &other).await);
    assert!(shop.payments.open_disputes().await.unwrap().is_empty());

    let shop = Shop::open().await.without_stripe().await;
    let result = shop
        .receive_webhook("evt_1", "charge.dispute.created", &other)
        .await;
    assert!(matches!(result, Err(PaymentsError::Provider(_))), "{result:?}");
}
