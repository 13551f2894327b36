//! Requests and events that are decided in one transaction.

use contracts::TicketId;
use contracts::views::TicketView;
use event_log::{DatabaseError, NewEvent};
use futures::FutureExt;
use futures::future::join_all;
use test_support::occupy_writer;
use tickets::{FormResult, TicketsError};
use web::FormSubmission;

use crate::app::{HOLD, TestApp, new_ticket};

/// Asks for all of these while the writer is occupied, in this order: they are one batch.
async fn in_one_batch<T>(
    app: &TestApp,
    requests: impl IntoIterator<Item = impl Future<Output = T>>,
) -> Vec<T> {
    let release = occupy_writer(&app.db).await;
    let all = join_all(requests);
    tokio::pin!(all);
    assert!((&mut all).now_or_never().is_none());
    drop(release);
    all.await
}

impl TestApp {
    /// How many tickets the database has, and how many events.
    async fn written(&self) -> (i64, usize) {
        (self.count().await, self.events().await.len())
    }
}

#[tokio::test]
async fn two_edits_of_one_ticket_in_one_batch_are_two_versions() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let edits = [("First", 100), ("Second", 200)].map(|(title, cents)| {
        app.tickets
            .edit(app.seller.id, ticket.id, new_ticket(title, cents))
    });
    let results = in_one_batch(&app, edits).await;
    let [Ok(first), Ok(second)] = &results[..] else {
        panic!("{results:?}");
    };
    assert_eq!((first.title.as_str(), first.version), ("First", 1));
    assert_eq!((second.title.as_str(), second.version), ("Second", 2));
    let after = app.reread(ticket.id).await;
    assert_eq!(
        (after.title.as_str(), after.version, after.offer_version),
        ("Second", 2, 2)
    );
    assert_eq!(app.published_versions(ticket.id).await, [0, 1, 2]);
}

#[tokio::test]
async fn each_request_of_a_batch_gets_its_own_result() {
    let app = TestApp::start().await;
    let (free, held) = (app.ticket("Free", 100).await, app.ticket("Held", 100).await);
    app.hold(&held).await;
    let (seller, stranger) = (app.seller.id, app.world.user().id);
    let unknown = TicketId::from_uuid(app.world.ids.next());
    let edit = |user, id| app.tickets.edit(user, id, new_ticket("Edited", 300)).boxed();
    let requests = [
        app.tickets.create(seller, new_ticket("New", 400)).boxed(),
        edit(seller, unknown),
        edit(seller, held.id),
        edit(stranger, free.id),
        edit(seller, free.id),
    ];
    let results = in_one_batch(&app, requests).await;
    let [
        Ok(new),
        Err(TicketsError::NotFound),
        Err(TicketsError::Held),
        Err(TicketsError::NotOwner),
        Ok(edited),
    ] = &results[..]
    else {
        panic!("{results:?}");
    };
    assert_eq!((new.title.as_str(), edited.title.as_str()), ("New", "Edited"));
    // Two that were listed, a hold, and what the batch did.
    assert_eq!(app.written().await, (3, 5));
}

#[tokio::test]
async fn poisoned_request_harms_no_other() {
    let app = TestApp::start().await;
    let (sound, poisoned) = (app.ticket("Sound", 100).await, app.ticket("Poisoned", 100).await);
    // The log has this version of the ticket already, so that its next event cannot be appended.
    let id = poisoned.id.to_string();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let event = NewEvent::new("ticket:updated", &id, 1, serde_json::json!({}))?;
                tx.append_all(&[event]).await
            })
        })
        .await
        .unwrap();
    let edit = |id| {
        app.tickets
            .edit(app.seller.id, id, new_ticket("Edited", 300))
            .boxed()
    };
    let requests = [
        edit(sound.id),
        edit(poisoned.id),
        app.tickets.create(app.seller.id, new_ticket("New", 400)).boxed(),
        edit(sound.id),
    ];
    let results = in_one_batch(&app, requests).await;
    let [Ok(first), Err(error), Ok(new), Ok(second)] = &results[..] else {
        panic!("{results:?}");
    };
    assert!(matches!(error, TicketsError::Database(error) if DatabaseError::is_unique_violation(error)));
    assert_eq!((first.version, new.version, second.version), (1, 0, 2));
    assert_eq!(app.reread(poisoned.id).await, poisoned);
    assert_eq!(app.published_versions(sound.id).await, [0, 1, 2]);
}

#[tokio::test]
async fn replies_of_a_batch_are_recorded_and_replayed() {
    let app = TestApp::start().await;
    let (path, body) = ("/api/tickets", r#"{"title":"Concert","price":20}"#);
    let clients = ["1", "2", "3"].map(|key| app.seller().with_key(key));
    let replies = in_one_batch(&app, clients.iter().map(|client| client.post(path, body))).await;
    assert_eq!(app.written().await, (3, 3));
    for (client, reply) in clients.iter().zip(&replies) {
        let ticket: TicketView = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(app.reread(ticket.id).await.title.as_str(), "Concert");
        let again = client.post(path, body).await;
        assert_eq!((again.status, &again.body), (reply.status, &reply.body));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }
    assert_eq!(app.written().await, (3, 3));
}

#[tokio::test]
async fn form_that_is_submitted_twice_in_one_batch_lists_one_ticket() {
    let app = TestApp::start().await;
    let submit = |key: &str, title: &str| {
        let submission =
            FormSubmission::new(&app.world.sessions, app.seller.id, "list", key, &[title]).unwrap();
        app.tickets
            .create_from_form(app.seller.id, new_ticket(title, 100), submission)
            .boxed()
    };
    let requests = [
        submit("key", "Concert"),
        submit("key", "Concert"),
        submit("key", "Opera"),
        submit("other", "Opera"),
        submit("no key", "Opera"),
    ];
    let results: Vec<FormResult> = in_one_batch(&app, requests)
        .await
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap();
    let created = results[0].ticket;
    let of_key: Vec<_> = results[..3]
        .iter()
        .map(|result| (result.ticket, result.is_as_submitted))
        .collect();
    assert_eq!(of_key, [(created, true), (created, true), (created, false)]);
    assert!(results[3].is_as_submitted && results[3].ticket != created);
    assert_eq!(app.written().await, (3, 3));
    // And in a later batch.
    let again = submit("key", "Opera").await.unwrap();
    assert_eq!((again.ticket, again.is_as_submitted), (created, false));
    assert_eq!(app.written().await, (3, 3));
}

#[tokio::test]
async fn hold_its_release_and_the_next_hold_in_one_batch_are_three_versions() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    // A ticket is reserved, released, and reserved again: all of it arrives at once.
    let first = app.publish_created(&ticket).await;
    app.publish_cancelled(first, 1, ticket.id).await;
    let second = app.publish_created(&ticket).await;
    app.delivery().assert_settled().await;
    let held = app.reread(ticket.id).await;
    assert_eq!(
        (held.held_by, held.version, held.offer_version),
        (Some(second), 3, 0)
    );
    assert_eq!(app.published_versions(ticket.id).await, [0, 1, 2, 3]);
    app.world.clock.advance(HOLD);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 1);
}
