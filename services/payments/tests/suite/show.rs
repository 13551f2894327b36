//! `GET /api/payments/{id}`

use crate::app::TestApp;

#[tokio::test]
async fn only_the_buyer_sees_a_payment() {
    let app = TestApp::start().await;
    let order = app.order().await;
    assert!(app.pay(order, "tok_chargeDeclined").await.is_err());
    let payment = app.payments.of_order(order).await.unwrap().remove(0);
    let path = format!("/api/payments/{}", payment.id);
    let expected = format!(
        r#"{{"id":"{}","orderId":"{order}","amount":20,"status":"failed","failure":"card_declined"}}"#,
        payment.id
    );
    assert_eq!(app.buyer().get(&path).await.body, expected);
    assert_eq!(app.stranger().get(&path).await.status, 401);
    assert_eq!(app.client.get(&path).await.status, 401);
    let unknown = format!("/api/payments/{order}");
    assert_eq!(app.buyer().get(&unknown).await.status, 404);
    assert_eq!(app.buyer().get("/api/payments/x").await.status, 404);
    assert_eq!(app.buyer().delete(&path).await.status, 405);
}
