//! The effects of the orders service's events on a ticket.

use std::time::Duration;

use contracts::OrderId;
use contracts::events::OrderCreated;
use tickets::Availability;

use crate::app::{HOLD, TestApp, append};

#[tokio::test]
async fn order_holds_its_ticket_until_its_deadline_and_publishes_it() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    let held = app.reread(ticket.id).await;
    let until = app.world.now().plus(HOLD);
    assert_eq!(
        (held.held_by, held.availability),
        (Some(order), Availability::Held(until))
    );
    assert_eq!(held.version, 1);
    let (id, seller) = (ticket.id, app.seller.id);
    let payload = format!(
        r#"{{"id":"{id}","version":1,"title":"Concert","price":20,"userId":"{seller}","refundHours":24,"orderId":"{order}"}}"#
    );
    assert_eq!(app.events().await[1], ("ticket:updated".to_owned(), payload));

    app.publish_cancelled(order, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    let released = app.reread(ticket.id).await;
    assert_eq!((released.held_by, released.version), (None, 2));
    let payload = format!(
        r#"{{"id":"{id}","version":2,"title":"Concert","price":20,"userId":"{seller}","refundHours":24}}"#
    );
    assert_eq!(app.events().await[2], ("ticket:updated".to_owned(), payload));
}

#[tokio::test]
async fn late_cancellation_does_not_release_another_orders_hold() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let first = app.hold(&ticket).await;
    app.world.clock.advance(HOLD);
    let second = app.hold(&ticket).await;
    let held = app.reread(ticket.id).await;
    assert_eq!(held.held_by, Some(second));
    let events = app.events().await;

    app.publish_cancelled(first, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    assert_eq!(app.reread(ticket.id).await, held);
    assert_eq!(app.events().await, events);

    // The negative control: the same event about the order that does hold it releases it.
    app.publish_cancelled(second, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    assert_eq!(app.stored_holder(ticket.id).await, None);
}

#[tokio::test]
async fn duplicate_event_changes_nothing() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let order = app.hold(&ticket).await;
    let held = app.reread(ticket.id).await;
    app.apply_again().await.unwrap();
    assert_eq!(app.reread(ticket.id).await, held);

    app.publish_cancelled(order, 1, ticket.id).await;
    app.delivery().assert_settled().await;
    let (released, events) = (app.reread(ticket.id).await, app.events().await);
    // Nor does the old event of the creation, which would hold the ticket for a cancelled order.
    app.apply_again().await.unwrap();
    assert_eq!(app.reread(ticket.id).await, released);
    assert_eq!(app.events().await, events);

    // The negative control: without the seen versions, the ticket would be held again.
    assert_eq!(
        app.execute(
            "DELETE FROM seen_versions WHERE aggregate_id = $1",
            order.to_string()
        )
        .await,
        1
    );
    let created = app
        .orders
        .events_since(OrderCreated::SUBJECT, 0)
        .await
        .unwrap()
        .remove(0);
    app.apply(created).await.unwrap();
    assert_eq!(app.reread(ticket.id).await.held_by, Some(order));
}

#[tokio::test]
async fn hold_that_arrives_after_its_deadline_has_no_effect() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    app.publish_created(&ticket).await;
    app.world.clock.advance(HOLD);
    app.delivery().assert_settled().await;
    let after = app.reread(ticket.id).await;
    assert_eq!(after.availability, Availability::OnSale);
    assert_eq!(after.version, 1);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 1);
}

#[tokio::test]
async fn event_of_an_unknown_ticket_is_dead_lettered_and_can_be_replayed() {
    let app = TestApp::start().await;
    let known = app.ticket("Known", 100).await;
    let unknown = app.ticket("Unknown", 100).await;
    // The ticket is missing, as after a wrong restore of this database.
    app.execute(
        "UPDATE tickets SET id = 'lost' WHERE id = $1",
        unknown.id.to_string(),
    )
    .await;
    let delivery = app.delivery();
    let order = app.publish_created(&unknown).await;
    app.publish_created(&known).await;
    let mut status = delivery.status().await;
    assert_eq!((status.lag, status.retrying, status.dead_lettered), (0, 1, 0));
    assert!(app.reread(known.id).await.held_by.is_some(), "the others flow on");
    for _ in 0..10 {
        app.world.clock.advance(Duration::from_mins(1));
        status = delivery.status().await;
    }
    assert_eq!((status.retrying, status.dead_lettered), (0, 1));
    let letters = event_log::dead_letters(&app.db).await.unwrap();
    assert_eq!(letters[0].event.aggregate_id, order.to_string());
    assert_eq!(letters[0].error, format!("there is no ticket {}", unknown.id));

    app.execute(
        "UPDATE tickets SET id = $1 WHERE id = 'lost'",
        unknown.id.to_string(),
    )
    .await;
    event_log::replay(&app.db, "orders", None).await.unwrap();
    delivery.assert_settled().await;
    assert_eq!(app.reread(unknown.id).await.held_by, Some(order));
}

#[tokio::test]
async fn second_hold_waits_for_the_event_that_ends_the_first() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let first = app.hold(&ticket).await;
    let delivery = app.delivery();
    // The orders service never publishes them in this order.
    let second = app.publish_created(&ticket).await;
    assert_eq!(delivery.status().await.retrying, 1);
    assert_eq!(app.reread(ticket.id).await.held_by, Some(first));
    app.publish_cancelled(first, 1, ticket.id).await;
    app.world.clock.advance(Duration::from_mins(1));
    delivery.deliver_pending().await;
    app.world.clock.advance(Duration::from_mins(1));
    delivery.assert_settled().await;
    assert_eq!(app.reread(ticket.id).await.held_by, Some(second));
}

#[tokio::test]
async fn poison_event_dead_letters_its_order_and_no_other() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let poisoned = OrderId::from_uuid(app.world.ids.next());
    append(
        &app.orders,
        OrderCreated::SUBJECT,
        poisoned,
        0,
        serde_json::json!({ "id": 5 }),
    )
    .await;
    let delivery = app.delivery();
    let order = app.publish_created(&ticket).await;
    let mut status = delivery.status().await;
    for _ in 0..10 {
        app.world.clock.advance(Duration::from_mins(1));
        status = delivery.status().await;
    }
    assert_eq!((status.lag, status.retrying, status.dead_lettered), (0, 0, 1));
    assert_eq!(app.reread(ticket.id).await.held_by, Some(order));
    delivery.leave();
}
