//! Failing refund requests, at a Stripe that stores every response under its key.

use contracts::PaymentStatus;
use serde_json::json;
use web::ServiceError as _;

use crate::app::AMOUNT;
use crate::shop::Shop;

#[tokio::test]
async fn failure_stored_under_stripes_key_does_not_block_the_refund() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.request_refund().await;
    for _ in 0..2 {
        shop.account.fail_next_refund(500);
        shop.run_next_check().await;
        assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    }
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    assert_eq!(shop.account.refunds().len(), 1);
    let keys = shop.account.keys();
    assert_eq!(keys.len(), 3);
    assert!(keys[0] != keys[1] && keys[1] != keys[2], "{keys:?}");
}

/// A gateway in front of Stripe may have given up before Stripe has.
#[tokio::test]
async fn request_that_may_still_be_running_is_retried_under_its_key() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.request_refund().await;
    for status in [502, 503, 504] {
        shop.account.fail_next_refund(status);
        shop.run_next_check().await;
    }
    let keys = shop.account.keys();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
}

#[tokio::test]
async fn refund_that_fails_later_is_made_again() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    shop.account.refund_becomes(0, "failed");
    let failed = shop.account.refunds()[0].clone();
    shop.receive_webhook("evt_1", "refund.failed", &failed)
        .await
        .unwrap();
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    let made = shop.account.refunds();
    assert_eq!((made.len(), made[0]["status"].as_str()), (2, Some("succeeded")));
}

#[tokio::test]
async fn externally_refunded_payment_is_not_refunded_again() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.account.refund_by_hand(500, "canceled");
    shop.account.refund_by_hand(300, "succeeded");
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    assert_eq!(shop.account.refunds()[0]["amount"], AMOUNT - 300);

    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.account.refund_by_hand(AMOUNT, "succeeded");
    shop.request_refund().await;
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    assert!(shop.account.keys().is_empty());
}

/// It has ended the order and released its ticket, so the buyer must get the money back.
#[tokio::test]
async fn external_refund_that_fails_is_replaced() {
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    shop.account.refund_by_hand(AMOUNT, "succeeded");
    let charge = json!({ "id": "ch_1", "refunded": true, "payment_intent": "pi_1", "metadata": { "payment_id": payment.id.to_string() } });
    shop.receive_webhook("evt_1", "charge.refunded", &charge)
        .await
        .unwrap();
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    shop.account.refund_becomes(0, "failed");
    let failed = shop.account.refunds()[0].clone();
    for is_news in [true, false] {
        assert_eq!(
            shop.receive_webhook("evt_2", "refund.failed", &failed)
                .await
                .unwrap(),
            is_news
        );
    }
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunding);
    shop.run_next_check().await;
    assert_eq!(shop.status(&payment).await, PaymentStatus::Refunded);
    assert_eq!(shop.account.refunds()[0]["amount"], AMOUNT);

    // It reports nothing about money that was not to be refunded.
    let shop = Shop::open().await;
    let payment = shop.pay().await;
    assert!(
        shop.receive_webhook("evt_1", "refund.failed", &failed)
            .await
            .unwrap()
    );
    assert_eq!(shop.status(&payment).await, PaymentStatus::Succeeded);
}

#[tokio::test]
async fn unchargeable_amount_is_refused_before_stripe_is_called() {
    let shop = Shop::open().await.with_order_of(49).await;
    let refused = shop.try_to_pay().await.unwrap_err();
    let code = refused.refusal().unwrap().first();
    assert_eq!(code, contracts::ErrorCode::TicketBelowMinimum);
    assert!(shop.subjects().await.is_empty());
    let shop = shop.with_order_of(50).await;
    shop.pay().await;
}
