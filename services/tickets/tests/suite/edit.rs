//! `PUT /api/tickets/{id}`

use insta::{allow_duplicates, assert_snapshot};
use tickets::TicketsError;

use crate::app::{HOLD, TestApp, new_ticket};

const CHANGE: &str = r#"{"title":"Concert, row 1","price":"30.25"}"#;

#[tokio::test]
async fn owner_changes_a_ticket_and_the_version_grows() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let path = format!("/api/tickets/{}", ticket.id);
    assert_snapshot!(app.seller().put(&path, CHANGE).await, @r#"
    200 OK
    {"id":"[id 1]","title":"Concert, row 1","price":30.25,"userId":"[id 2]","version":1,"refundHours":24}
    "#);
    assert_eq!(app.seller().put(&path, CHANGE).await.status, 200);
    let seller = app.seller.id;
    let events = app.events().await;
    let expected = format!(
        r#"{{"id":"{}","version":2,"title":"Concert, row 1","price":30.25,"userId":"{seller}","refundHours":24}}"#,
        ticket.id
    );
    assert_eq!(events.len(), 3);
    assert_eq!(events[2], ("ticket:updated".to_owned(), expected));
    let after = app.reread(ticket.id).await;
    assert_eq!(
        (after.version, after.price.cents(), after.listed_at),
        (2, 3_025, ticket.listed_at)
    );
}

#[tokio::test]
async fn search_finds_the_edited_title() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    app.tickets
        .edit(app.seller.id, ticket.id, new_ticket("ÉTÉ", 1))
        .await
        .unwrap();
    assert_eq!(app.tickets.count_on_sale(Some("concert")).await.unwrap(), 0);
    assert_eq!(app.tickets.count_on_sale(Some("été")).await.unwrap(), 1);
}

#[tokio::test]
async fn held_ticket_cannot_be_edited() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    app.hold(&ticket).await;
    let held = app.reread(ticket.id).await;
    let events = app.events().await;
    let path = format!("/api/tickets/{}", ticket.id);
    // The state is checked before the owner, as in the contract.
    for client in [app.seller(), app.stranger()] {
        let reply = client.put(&path, CHANGE).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"Cannot edit a reserved ticket"}]}
        "#) };
    }
    assert_eq!(app.reread(ticket.id).await, held);
    assert_eq!(app.events().await, events);
}

#[tokio::test]
async fn expired_hold_permits_an_edit_and_is_removed() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    app.world.clock.advance(HOLD);
    assert_snapshot!(app.seller().put(&format!("/api/tickets/{}", ticket.id), CHANGE).await, @r#"
    200 OK
    {"id":"[id 1]","title":"Concert, row 1","price":30.25,"userId":"[id 2]","version":2,"refundHours":24}
    "#);
    assert_eq!(app.stored_holder(ticket.id).await, None);
    // The late end of that order finds nothing to release.
    app.publish_cancelled(order, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    assert_eq!(app.reread(ticket.id).await.version, 2);
}

#[tokio::test]
async fn sold_ticket_is_never_changed() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    app.hold(&ticket).await;
    app.sell(&ticket).await;
    app.world.clock.advance(HOLD * 1_000);
    let refused = app
        .tickets
        .edit(app.seller.id, ticket.id, new_ticket("Concert", 1))
        .await;
    assert!(matches!(refused, Err(TicketsError::Held)));
}

#[tokio::test]
async fn other_user_is_refused() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    assert_snapshot!(app.stranger().put(&format!("/api/tickets/{}", ticket.id), CHANGE).await, @r#"
    401 Unauthorized
    {"errors":[{"message":"Not authorized"}]}
    "#);
    assert_eq!(app.reread(ticket.id).await, ticket);
}

#[tokio::test]
async fn checks_run_in_the_order_of_the_contract() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let path = format!("/api/tickets/{}", ticket.id);
    let unknown = format!("/api/tickets/{}", app.world.ids.next());
    let statuses = async |client: test_support::Client, path: &str, body: &str| {
        client.put(path, body).await.status.as_u16()
    };
    // Signed in, before the body.
    assert_eq!(statuses(app.client.clone(), &unknown, "{").await, 401);
    // The body, before the ticket and its owner.
    for path in [&path, &unknown, "/api/tickets/1"] {
        let reply = app.stranger().put(path, r#"{"title":"","price":0}"#).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"Title is required","field":"title"},{"message":"Price must be greater than 0","field":"price"}]}
        "#) };
    }
    // The ticket, before its owner.
    for path in [&unknown, "/api/tickets/1", "/api/tickets/%ff"] {
        let reply = app.stranger().put(path, CHANGE).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        404 Not Found
        {"errors":[{"message":"Not Found"}]}
        "#) };
    }
    assert_eq!(app.reread(ticket.id).await, ticket);
}
