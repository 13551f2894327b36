//! `POST /api/tickets`

use insta::{allow_duplicates, assert_snapshot};

use crate::app::TestApp;

#[tokio::test]
async fn ticket_is_created_and_published_in_one_write() {
    let app = TestApp::start().await;
    let reply = app
        .seller()
        .post("/api/tickets", r#"{"title":" Concert ","price":20.5}"#)
        .await;
    assert_snapshot!(reply, @r#"
    201 Created
    {"id":"[id 1]","title":"Concert","price":20.5,"userId":"[id 2]","version":0,"refundHours":24}
    "#);
    assert!(reply.body.contains(&app.seller.id.to_string()));
    let events = app.events().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0], ("ticket:created".to_owned(), event_of(&reply.body)));
}

/// The event has the fields of the reply, in another order.
fn event_of(body: &str) -> String {
    let ticket: contracts::views::TicketView = serde_json::from_str(body).unwrap();
    format!(
        r#"{{"id":"{}","version":0,"title":"Concert","price":20.5,"userId":"{}","refundHours":24}}"#,
        ticket.id, ticket.user_id
    )
}

#[tokio::test]
async fn prices_round_trip() {
    let app = TestApp::start().await;
    let table = [
        ("0.29", "0.29"),
        ("1.15", "1.15"),
        ("4.35", "4.35"),
        ("20", "20"),
        ("\"20\"", "20"),
        ("\"19.90\"", "19.9"),
        ("0.01", "0.01"),
        ("999999.99", "999999.99"),
        ("1e2", "100"),
        ("20.00", "20"),
    ];
    for (sent, returned) in table {
        let body = format!(r#"{{"title":"Concert","price":{sent}}}"#);
        let reply = app.seller().post("/api/tickets", &body).await;
        assert_eq!(reply.status, 201, "{sent}");
        assert!(
            reply.body.contains(&format!(r#""price":{returned},"#)),
            "{sent}: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn all_failing_fields_are_reported_together() {
    let app = TestApp::start().await;
    let reply = app
        .seller()
        .post("/api/tickets", r#"{"title":" ","price":-5}"#)
        .await;
    assert_snapshot!(reply, @r#"
    400 Bad Request
    {"errors":[{"message":"Title is required","field":"title"},{"message":"Price must be greater than 0","field":"price"}]}
    "#);
    assert_eq!(app.seller().post("/api/tickets", "{}").await.body, reply.body);
    assert_eq!(app.count().await, 0);
    assert_eq!(app.events().await, []);
}

#[tokio::test]
async fn each_wrong_field_is_named() {
    let app = TestApp::start().await;
    let long = "a".repeat(201);
    let table = [
        (
            format!(r#"{{"title":"{long}","price":1}}"#),
            "Title must be at most 200 characters",
        ),
        (
            r#"{"title":"a","price":1000000}"#.to_owned(),
            "Price must be at most 999999.99",
        ),
        (
            r#"{"title":"a","price":4.355}"#.to_owned(),
            "Price must have at most two decimals",
        ),
        (
            r#"{"title":"a","price":0}"#.to_owned(),
            "Price must be greater than 0",
        ),
        (
            r#"{"title":"a","price":"free"}"#.to_owned(),
            "Price must be greater than 0",
        ),
        (r#"{"title":5,"price":1}"#.to_owned(), "Title is required"),
    ];
    for (body, message) in table {
        let reply = app.seller().post("/api/tickets", &body).await;
        assert_eq!(reply.status, 400, "{body}");
        assert!(
            reply
                .body
                .starts_with(&format!(r#"{{"errors":[{{"message":"{message}","field":"#)),
            "{}",
            reply.body
        );
        assert_eq!(reply.body.matches("message").count(), 1, "{}", reply.body);
    }
    assert_eq!(app.count().await, 0);
}

#[tokio::test]
async fn anonymous_request_is_refused_before_the_body_is_read() {
    let app = TestApp::start().await;
    for body in [r#"{"title":"Concert","price":20}"#, "{}", "{"] {
        let reply = app.client.post("/api/tickets", body).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        401 Unauthorized
        {"errors":[{"message":"Not authorized"}]}
        "#) };
    }
    assert_eq!(app.count().await, 0);
}

#[tokio::test]
async fn owner_comes_from_the_session_and_extra_fields_are_ignored() {
    let app = TestApp::start().await;
    let other = app.world.user().id;
    let body = format!(
        r#"{{"title":"Concert","price":20,"userId":"{other}","id":"{other}","version":7,"orderId":"{other}","x":[{{}}]}}"#
    );
    let reply = app.seller().post("/api/tickets", &body).await;
    assert_snapshot!(reply, @r#"
    201 Created
    {"id":"[id 1]","title":"Concert","price":20,"userId":"[id 2]","version":0,"refundHours":24}
    "#);
    assert!(!reply.body.contains(&other.to_string()));
    assert!(reply.body.contains(&app.seller.id.to_string()));
}
