//! `POST /api/payments`

use contracts::{CancelReason, OrderStatus};
use test_support::Reply;

use crate::app::{HOLD, TestApp};

fn refusal(reply: &Reply) -> (u16, &str) {
    (reply.status.as_u16(), reply.body.as_str())
}

#[tokio::test]
async fn payment_is_charged_and_published() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    let reply = app.buyer().post("/api/payments", &body).await;
    assert_eq!(reply.status, 201);
    let payment = app.payments.of_order(order).await.unwrap().remove(0);
    assert_eq!(reply.body, format!(r#"{{"id":"{}"}}"#, payment.id));
    assert_eq!(app.subjects().await, ["payment:started", "payment:created"]);
    let charge = app.provider.find(&payment.id.to_string()).await.unwrap().unwrap();
    assert_eq!(charge.amount_cents, 2_000);
}

#[tokio::test]
async fn refusals_have_the_documented_replies() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    let post = async |client: test_support::Client, body: &str| client.post("/api/payments", body).await;

    let nobody = post(app.client.clone(), "{}").await;
    assert_eq!(
        refusal(&nobody),
        (401, r#"{"errors":[{"message":"Not authorized"}]}"#)
    );
    let both = concat!(
        r#"{"errors":[{"message":"OrderId must be provided","field":"orderId"},"#,
        r#"{"message":"Token must be provided","field":"token"}]}"#
    );
    for empty in [
        "{}",
        r#"{"orderId":1,"token":[]}"#,
        r#"{"orderId":"x","token":" "}"#,
    ] {
        assert_eq!(refusal(&post(app.buyer(), empty).await), (400, both), "{empty}");
    }
    let unknown = r#"{"orderId":"01890a5d-ac96-774b-bcce-b302099a8057","token":"tok_visa"}"#;
    assert_eq!(post(app.buyer(), unknown).await.status, 404);
    assert_eq!(post(app.stranger(), &body).await.status, 401);

    assert_eq!(post(app.buyer(), &body).await.status, 201);
    let paid = r#"{"errors":[{"message":"Order is already paid"}]}"#;
    assert_eq!(refusal(&post(app.buyer(), &body).await), (400, paid));

    let cancelled = r#"{"errors":[{"message":"Cannot pay for a cancelled order"}]}"#;
    let order = app.order().await;
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    app.order_cancelled(order, 1, CancelReason::User).await;
    assert_eq!(refusal(&post(app.buyer(), &body).await), (400, cancelled));
    let order = app.order().await;
    app.world.clock.advance(HOLD);
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    assert_eq!(refusal(&post(app.buyer(), &body).await), (400, cancelled));
}

#[tokio::test]
async fn declined_card_reports_the_reason_and_another_may_be_tried() {
    let app = TestApp::start().await;
    let order = app.order().await;
    for (token, message) in [
        ("tok_chargeDeclined", "Your card was declined"),
        (
            "tok_chargeDeclinedInsufficientFunds",
            "Your card has insufficient funds",
        ),
        (
            "tok_authenticationRequired",
            "Your bank asks for a confirmation that is not possible here, use another card",
        ),
        ("4242424242424242", "This card is not known, check its number"),
    ] {
        let body = format!(r#"{{"orderId":"{order}","token":"{token}"}}"#);
        let reply = app.buyer().post("/api/payments", &body).await;
        let expected = format!(r#"{{"errors":[{{"message":"{message}","field":"token"}}]}}"#);
        assert_eq!(refusal(&reply), (400, expected.as_str()));
    }
    assert!(app.pay(order, "tok_visa").await.is_ok());
    let failed = app.subjects().await;
    assert_eq!(
        failed
            .iter()
            .filter(|subject| *subject == "payment:failed")
            .count(),
        4
    );
}

#[tokio::test]
async fn undecided_payment_blocks_another_one() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let payment = app.pay(order, "tok_delayed").await.unwrap();
    assert!(payment.status.is_open());
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    let reply = app.buyer().post("/api/payments", &body).await;
    let open = r#"{"errors":[{"message":"A payment of this order is already under way"}]}"#;
    assert_eq!(refusal(&reply), (400, open));
}

#[tokio::test]
async fn one_of_many_concurrent_payments_is_made() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let attempts = (0..20).map(|_| {
        let (client, body) = (
            app.buyer(),
            format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#),
        );
        tokio::spawn(async move { client.post("/api/payments", &body).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for attempt in attempts.collect::<Vec<_>>() {
        statuses.push(attempt.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 400), "{statuses:?}");
    assert_eq!(app.payments.of_order(order).await.unwrap().len(), 1);
}

#[tokio::test]
async fn complete_order_is_not_paid_again() {
    let app = TestApp::start().await;
    let order = app.order().await;
    app.order_updated(order, 1, OrderStatus::Complete).await;
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    assert_eq!(app.buyer().post("/api/payments", &body).await.status, 400);
}

#[tokio::test]
async fn card_testing_is_stopped() {
    const MAX: usize = 20;
    let app = TestApp::start().await;
    let order = app.order().await;
    for _ in 0..MAX {
        assert!(app.pay(order, "tok_chargeDeclined").await.is_err());
    }
    let body = format!(r#"{{"orderId":"{order}","token":"tok_visa"}}"#);
    let reply = app.buyer().post("/api/payments", &body).await;
    let stopped = concat!(
        r#"{"errors":[{"message":"This order was tried to be paid too often, "#,
        r#"reserve the ticket once more"}]}"#
    );
    assert_eq!(refusal(&reply), (400, stopped));
    assert_eq!(app.payments.of_order(order).await.unwrap().len(), MAX);
}

#[tokio::test]
async fn overlong_card_token_is_refused() {
    let app = TestApp::start().await;
    let order = app.order().await;
    let body = format!(r#"{{"orderId":"{order}","token":"{}"}}"#, "x".repeat(256));
    let reply = app.buyer().post("/api/payments", &body).await;
    let unknown = r#"{"errors":[{"message":"This card is not known, check its number","field":"token"}]}"#;
    assert_eq!(refusal(&reply), (400, unknown));
    assert!(app.payments.of_order(order).await.unwrap().is_empty());
}
