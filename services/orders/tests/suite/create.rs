//! `POST /api/orders`

use contracts::TicketId;
use insta::{allow_duplicates, assert_snapshot};

use crate::app::{HOLD, TestApp};

fn body(ticket: TicketId) -> String {
    format!(r#"{{"ticketId":"{ticket}"}}"#)
}

#[tokio::test]
async fn ticket_is_reserved_and_published_in_one_write() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let reply = app.buyer().post("/api/orders", &body(ticket)).await;
    assert_snapshot!(reply, @r#"
    201 Created
    {"id":"[id 1]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
    let buyer = app.buyer.id;
    let order: contracts::views::OrderView = serde_json::from_str(&reply.body).unwrap();
    assert_eq!((order.user_id, order.ticket.id), (buyer, ticket));
    let payload = format!(
        concat!(
            r#"{{"id":"{}","version":0,"status":"created","userId":"{}","#,
            r#""expiresAt":"2026-01-31T18:15:00.000Z","ticket":{{"id":"{}","price":20,"version":0}}}}"#,
        ),
        order.id, buyer, ticket
    );
    assert_eq!(app.events().await, [("order:created".to_owned(), payload)]);
}

#[tokio::test]
async fn reserved_ticket_cannot_be_reserved() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.reserve(ticket).await;
    for client in [app.stranger(), app.buyer()] {
        let reply = client.post("/api/orders", &body(ticket)).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"Ticket is already reserved"}]}
        "#) };
    }
    assert_eq!(app.written().await.len(), 1);
    assert_eq!(app.events().await.len(), 1);
}

#[tokio::test]
async fn every_live_status_keeps_the_ticket() {
    let app = TestApp::start().await;
    for status in ["awaiting:payment", "complete"] {
        let ticket = app.ticket().await;
        let order = app.reserve(ticket).await;
        app.pay(order.id, status).await;
        assert_eq!(
            app.stranger().post("/api/orders", &body(ticket)).await.status,
            400,
            "{status}"
        );
    }
}

#[tokio::test]
async fn ticket_that_is_not_replicated_yet_is_not_found() {
    let app = TestApp::start().await;
    let known = app.ticket().await;
    let unknown = TicketId::from_uuid(app.world.ids.next());
    assert_snapshot!(app.buyer().post("/api/orders", &body(unknown)).await, @r#"
    404 Not Found
    {"errors":[{"message":"Not Found"}]}
    "#);
    assert_eq!(app.written().await, []);
    assert_eq!(app.buyer().post("/api/orders", &body(known)).await.status, 201);
}

#[tokio::test]
async fn ticket_must_be_named() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let bodies = [
        "{}".to_owned(),
        r#"{"ticketId":""}"#.to_owned(),
        r#"{"ticketId":null}"#.to_owned(),
        r#"{"ticketId":5}"#.to_owned(),
        r#"{"ticketId":"' OR 1=1 --"}"#.to_owned(),
        r#"{"ticketId":{"$ne":null}}"#.to_owned(),
        format!(r#"{{"ticketId":["{ticket}"]}}"#),
        format!(r#"{{"ticketId":" {ticket}"}}"#),
        format!(r#"{{"ticket_id":"{ticket}"}}"#),
    ];
    for body in bodies {
        let reply = app.buyer().post("/api/orders", &body).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"TicketId must be provided","field":"ticketId"}]}
        "#) };
    }
    assert_eq!(app.written().await, []);
}

#[tokio::test]
async fn anonymous_request_is_refused_before_the_body_is_read() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    for body in [body(ticket), "{".to_owned()] {
        let reply = app.client.post("/api/orders", &body).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        401 Unauthorized
        {"errors":[{"message":"Not authorized"}]}
        "#) };
    }
    assert_eq!(app.written().await, []);
}

#[tokio::test]
async fn buyer_comes_from_the_session_and_extra_fields_are_ignored() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let other = app.world.user().id;
    let body = format!(
        r#"{{"ticketId":"{ticket}","userId":"{other}","price":1,"status":"complete","expiresAt":"2100-01-01"}}"#
    );
    let reply = app.buyer().post("/api/orders", &body).await;
    assert_snapshot!(reply, @r#"
    201 Created
    {"id":"[id 1]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}}
    "#);
    assert!(!reply.body.contains(&other.to_string()));
}

#[tokio::test]
async fn order_price_is_that_of_the_reserved_version() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.publish_updated(ticket, 1, "Concert, row 1", 3_025).await;
    app.delivery().assert_settled().await;
    let order = app.reserve(ticket).await;
    app.publish_updated(ticket, 2, "Concert, cancelled", 1).await;
    app.delivery().assert_settled().await;
    assert_snapshot!(app.buyer().get(&format!("/api/orders/{}", order.id)).await, @r#"
    200 OK
    {"id":"[id 1]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert, row 1","price":30.25,"version":1,"refundHours":24}}
    "#);
    // The negative control: a buyer who reserves after the change pays the new price.
    app.orders.cancel(app.buyer.id, order.id).await.unwrap();
    let again = app.reserve(ticket).await;
    assert_eq!((again.ticket.price.cents(), again.ticket.version), (1, 2));
}

fn seen(ticket: TicketId, version: &str) -> String {
    format!(r#"{{"ticketId":"{ticket}","ticketVersion":{version}}}"#)
}

#[tokio::test]
async fn only_the_offer_that_was_shown_is_reserved() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.publish_updated(ticket, 1, "Concert", 90_000).await;
    app.delivery().assert_settled().await;
    let reply = app.buyer().post("/api/orders", &seen(ticket, "0")).await;
    assert_snapshot!(reply, @r#"
    400 Bad Request
    {"errors":[{"message":"The seller has changed this ticket since you saw it. Check the new offer before you reserve it"}],"ticket":{"id":"[id 1]","title":"Concert","price":900,"userId":"[id 2]","version":1,"refundHours":24}}
    "#);
    assert_eq!(app.written().await, []);
    // Held and released since: other versions, the same offer.
    app.publish_updated(ticket, 2, "Concert", 90_000).await;
    app.publish_updated(ticket, 3, "Concert", 90_000).await;
    app.delivery().assert_settled().await;
    assert_eq!(
        app.buyer().post("/api/orders", &seen(ticket, "1")).await.status,
        201
    );
}

#[tokio::test]
async fn offer_that_is_not_replicated_yet_is_not_reserved() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    assert_eq!(
        app.buyer().post("/api/orders", &seen(ticket, "1")).await.status,
        400
    );
    app.publish_updated(ticket, 1, "Concert", 90_000).await;
    app.delivery().assert_settled().await;
    assert_eq!(
        app.buyer().post("/api/orders", &seen(ticket, "1")).await.status,
        201
    );
}

#[tokio::test]
async fn expired_holder_does_not_hide_a_changed_offer() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.reserve(ticket).await;
    app.world.clock.advance(HOLD);
    app.publish_updated(ticket, 1, "Concert", 90_000).await;
    app.delivery().assert_settled().await;
    assert_eq!(
        app.buyer().post("/api/orders", &seen(ticket, "0")).await.status,
        400
    );
    assert_eq!(
        app.buyer().post("/api/orders", &seen(ticket, "1")).await.status,
        201
    );
}

#[tokio::test]
async fn ticket_version_is_an_integer_or_absent() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    for version in ["false", "-1", "1.5", r#""""#, r#""one""#, "[0]", "1e99"] {
        let reply = app.buyer().post("/api/orders", &seen(ticket, version)).await;
        assert_eq!(reply.status, 400, "{version}");
        assert!(
            reply.body.contains(r#""field":"ticketVersion""#),
            "{version}: {}",
            reply.body
        );
    }
    let reply = app
        .buyer()
        .post("/api/orders", r#"{"ticketVersion":false}"#)
        .await;
    assert_snapshot!(reply, @r#"
    400 Bad Request
    {"errors":[{"message":"TicketId must be provided","field":"ticketId"},{"message":"TicketVersion must be a version of the ticket, as in 3","field":"ticketVersion"}]}
    "#);
    assert_eq!(
        app.buyer()
            .post("/api/orders", &seen(ticket, "null"))
            .await
            .status,
        201
    );
}
