//! `GET /api/orders`

use insta::assert_snapshot;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn a_buyer_sees_the_own_orders_in_any_status_the_oldest_first() {
    let app = TestApp::start().await;
    let empty = app.buyer().get("/api/orders").await;
    assert_snapshot!(empty, @r"
    200 OK
    []
    ");
    app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD);
    let cancelled = app.reserve(app.ticket().await).await;
    app.orders.cancel(app.buyer.id, cancelled.id).await.unwrap();
    let paid = app.reserve(app.ticket().await).await;
    app.pay(paid.id, "complete").await;
    let waiting = app.reserve(app.ticket().await).await;
    app.pay(waiting.id, "awaiting:payment").await;
    app.orders
        .reserve(app.world.user().id, app.ticket().await)
        .await
        .unwrap();
    app.world.clock.advance(std::time::Duration::from_secs(1));
    app.reserve(app.ticket().await).await;
    let reply = app
        .buyer()
        .get("/api/orders")
        .await
        .to_string()
        .replace("},{", "},\n{");
    assert_snapshot!(reply, @r#"
    200 OK
    [{"id":"[id 1]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 4]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 5]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 6]","userId":"[id 2]","status":"complete","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 7]","title":"Concert","price":20,"version":0,"refundHours":24},"refundableUntil":"2026-02-01T18:15:00.000Z"},
    {"id":"[id 8]","userId":"[id 2]","status":"awaiting:payment","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 9]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 10]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:30:01.000Z","version":0,"ticket":{"id":"[id 11]","title":"Concert","price":20,"version":0,"refundHours":24}}]
    "#);
    assert_eq!(app.stranger().get("/api/orders").await.body, "[]");
}

#[tokio::test]
async fn a_visitor_has_no_orders() {
    let app = TestApp::start().await;
    assert_snapshot!(app.client.get("/api/orders").await, @r#"
    401 Unauthorized
    {"errors":[{"message":"Not authorized"}]}
    "#);
}
