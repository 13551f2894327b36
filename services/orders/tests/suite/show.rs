//! `GET /api/orders/{id}`

use insta::{allow_duplicates, assert_snapshot};

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn only_the_buyer_sees_an_order() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    let path = format!("/api/orders/{}", order.id);
    assert_snapshot!(app.buyer().get(&path).await, @r#"
    200 OK
    {"id":"[id 1]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
    for client in [app.stranger(), app.client.clone()] {
        let reply = client.get(&path).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        401 Unauthorized
        {"errors":[{"message":"Not authorized"}]}
        "#) };
    }
}

#[tokio::test]
async fn order_reads_as_cancelled_after_its_deadline() {
    let app = TestApp::start().await;
    let order = app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD);
    assert_snapshot!(app.buyer().get(&format!("/api/orders/{}", order.id)).await, @r#"
    200 OK
    {"id":"[id 1]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
}

#[tokio::test]
async fn invalid_order_id_is_404() {
    let app = TestApp::start().await;
    let unknown = app.world.ids.next().to_string();
    for id in [
        unknown.as_str(),
        "1",
        "null",
        "%00",
        "%ff",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%201=1--",
    ] {
        let reply = app.buyer().get(&format!("/api/orders/{id}")).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        404 Not Found
        {"errors":[{"message":"Not Found"}]}
        "#) };
        assert_eq!(
            app.client.get(&format!("/api/orders/{id}")).await.status,
            401,
            "{id}"
        );
    }
}
