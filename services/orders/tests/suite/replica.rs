//! This service's replica of the tickets.

use std::time::Duration;

use contracts::TicketId;
use contracts::events::{TicketCreated, TicketUpdated};

use crate::app::TestApp;

#[tokio::test]
async fn replica_follows_the_tickets_service() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    assert_eq!(
        app.replica().await,
        [(ticket.to_string(), "Concert".to_owned(), 2_000, 0)]
    );
    app.publish_updated(ticket, 1, "Concert, row 1", 3_025).await;
    app.publish_updated(ticket, 2, "Concert, row 2", 1).await;
    app.delivery().assert_settled().await;
    assert_eq!(
        app.replica().await,
        [(ticket.to_string(), "Concert, row 2".to_owned(), 1, 2)]
    );
}

#[tokio::test]
async fn duplicate_event_changes_nothing() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    app.publish_updated(ticket, 1, "Concert, row 1", 3_025).await;
    app.delivery().assert_settled().await;
    let replica = app.replica().await;
    let events = app.ticket_events().await;
    for event in events.iter().chain(events.iter().rev()) {
        app.apply(event.clone()).await.unwrap();
        assert_eq!(app.replica().await, replica);
    }
    // The negative control: without the seen version, it would apply the first event again.
    app.execute("DELETE FROM tickets WHERE id = $1", ticket.to_string())
        .await;
    app.apply(events[0].clone()).await.unwrap();
    assert_ne!(app.replica().await, replica);
}

#[tokio::test]
async fn early_version_waits_for_the_one_before() {
    let app = TestApp::start().await;
    let (gapped, other) = (app.ticket().await, app.ticket().await);
    let delivery = app.delivery();
    app.publish_updated(gapped, 2, "Second change", 300).await;
    app.publish_updated(other, 1, "Other", 100).await;
    assert_eq!(delivery.status().await.retrying, 1);
    let row = |id: TicketId, title: &str, cents, version| (id.to_string(), title.to_owned(), cents, version);
    assert_eq!(
        app.replica().await,
        [row(gapped, "Concert", 2_000, 0), row(other, "Other", 100, 1)]
    );

    // The missing version is queued after the early one, because one aggregate's events keep their order. Applied by hand,
    // it fills the gap.
    app.publish_updated(gapped, 1, "First change", 200).await;
    let first = app.ticket_events().await.into_iter().last().unwrap();
    app.apply(first).await.unwrap();
    app.world.clock.advance(Duration::from_mins(1));
    delivery.assert_settled().await;
    assert_eq!(
        app.replica().await,
        [row(gapped, "Second change", 300, 2), row(other, "Other", 100, 1)]
    );
}

#[tokio::test]
async fn update_of_an_unknown_ticket_goes_to_the_retry_queue() {
    let app = TestApp::start().await;
    let ticket = TicketId::from_uuid(app.world.ids.next());
    let delivery = app.delivery();
    app.publish_updated(ticket, 1, "Concert", 100).await;
    assert_eq!(delivery.status().await.retrying, 1);
    assert_eq!(app.replica().await, []);
    delivery.leave();
}

#[tokio::test]
async fn poison_event_dead_letters_its_ticket_and_no_other() {
    let app = TestApp::start().await;
    let poisoned = TicketId::from_uuid(app.world.ids.next());
    let payload =
        serde_json::json!({ "id": poisoned, "version": 0, "title": "", "price": -1, "userId": "x" });
    let delivery = app.delivery();
    app.append(TicketCreated::SUBJECT, poisoned, 0, payload).await;
    app.publish_updated(poisoned, 1, "Concert", 100).await;
    let healthy = app.world.ids.next();
    app.publish_created(TicketId::from_uuid(healthy), "Healthy", 100)
        .await;
    let mut status = delivery.status().await;
    for _ in 0..10 {
        app.world.clock.advance(Duration::from_mins(1));
        status = delivery.status().await;
    }
    assert_eq!((status.lag, status.retrying, status.dead_lettered), (0, 0, 1));
    assert_eq!(
        app.replica().await,
        [(healthy.to_string(), "Healthy".to_owned(), 100, 0)]
    );
    let letters = event_log::dead_letters(&app.db).await.unwrap();
    let subjects: Vec<&str> = letters
        .iter()
        .map(|letter| letter.event.subject.as_str())
        .collect();
    assert_eq!(subjects, [TicketCreated::SUBJECT, TicketUpdated::SUBJECT]);
    delivery.leave();
}
