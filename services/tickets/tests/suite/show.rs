//! `GET /api/tickets/{id}`

use insta::{allow_duplicates, assert_snapshot};

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn anybody_sees_a_ticket() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    assert_snapshot!(app.client.get(&format!("/api/tickets/{}", ticket.id)).await, @r#"
    200 OK
    {"id":"[id 1]","title":"Concert","price":20,"userId":"[id 2]","version":0,"refundHours":24}
    "#);
}

#[tokio::test]
async fn held_ticket_names_its_order_until_the_hold_expires() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    let path = format!("/api/tickets/{}", ticket.id);
    let reply = app.client.get(&path).await;
    assert_snapshot!(reply, @r#"
    200 OK
    {"id":"[id 1]","title":"Concert","price":20,"userId":"[id 2]","version":1,"refundHours":24,"orderId":"[id 3]"}
    "#);
    assert!(reply.body.contains(&order.to_string()));
    app.world.clock.advance(HOLD);
    assert_snapshot!(app.client.get(&path).await, @r#"
    200 OK
    {"id":"[id 1]","title":"Concert","price":20,"userId":"[id 2]","version":1,"refundHours":24}
    "#);
}

#[tokio::test]
async fn invalid_ticket_id_is_404() {
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
        let reply = app.client.get(&format!("/api/tickets/{id}")).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        404 Not Found
        {"errors":[{"message":"Not Found"}]}
        "#) };
    }
}
