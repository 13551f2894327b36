//! An event that cannot be applied waits in the retry queue, shows in readiness and on the command line, and is
//! replayed; all others are unaffected.

use std::time::Duration;

use crate::support::command::run;
use crate::support::{Person, TestServer};
use contracts::events::TicketUpdated;
use contracts::{Price, TicketId, Title};
use event_log::DatabaseError;
use serde_json::Value;

/// An update that skips a version, as a fault in the source would write it.
pub async fn publish_from_the_future(server: &TestServer, seller: &Person, ticket: TicketId, version: i64) {
    let event = TicketUpdated {
        id: ticket,
        version,
        title: Title::parse("From the future").unwrap(),
        price: Price::MIN,
        user_id: seller.id,
        refund_hours: contracts::RefundWindow::default(),
        order_id: None,
    };
    let tickets = server.database("tickets");
    tickets
        .write(move |tx| Box::pin(append(tx, event)))
        .await
        .unwrap();
}

async fn append(tx: &mut event_log::Transaction, event: TicketUpdated) -> Result<(), DatabaseError> {
    tx.append(
        TicketUpdated::SUBJECT,
        &event.id.to_string(),
        event.version,
        &event,
    )
    .await?;
    Ok(())
}

async fn readiness(server: &TestServer) -> Value {
    let response = server.http.get(server.url("/readyz")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn retried_event_is_visible_and_blocks_nothing_else() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let broken = server.listed_by(&seller, "Broken", "20").await;
    assert_eq!(readiness(&server).await["status"], "ready");
    publish_from_the_future(&server, &seller, broken, 5).await;
    let fine = seller.list("Fine", "20").await;
    server.deliver().await;
    let state = readiness(&server).await;
    let to_orders = tickets_to_orders(&state);
    assert_eq!(to_orders["lag"], 0);
    let queued = to_orders["retrying"].as_i64().unwrap() + to_orders["parked"].as_i64().unwrap();
    assert_eq!(queued, 1, "{state}");
    server.person("buyer").reserve(fine).await;
}

fn tickets_to_orders(state: &Value) -> &Value {
    let relays = state["relays"].as_array().unwrap();
    let is_it = |relay: &&Value| relay["source"] == "tickets" && relay["consumer"] == "orders";
    relays.iter().find(is_it).unwrap()
}

async fn dead_lettered(server: &TestServer) -> i64 {
    tickets_to_orders(&readiness(server).await)["parked"]
        .as_i64()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_and_replayed_on_the_command_line() {
    const ATTEMPTS: usize = 50;
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let broken = server.listed_by(&seller, "Broken", "20").await;
    publish_from_the_future(&server, &seller, broken, 5).await;
    for _ in 0..ATTEMPTS {
        server.deliver().await;
        server.advance(Duration::from_hours(1));
    }
    assert_eq!(dead_lettered(&server).await, 1);
    assert_eq!(readiness(&server).await["status"], "degraded");

    let listed = run(&["events"], server.folder());
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.status.success());
    let expected = format!("ticket:updated {broken} of tickets, version 5");
    assert!(
        text.contains("dead-lettered at orders since") && text.contains(&expected),
        "{text}"
    );

    let nothing = run(&["events", "replay", "payments"], server.folder());
    assert!(!nothing.status.success(), "there is no dead letter");
    let replayed = run(
        &["events", "replay", "orders", &broken.to_string()],
        server.folder(),
    );
    assert!(replayed.status.success());
    assert_eq!(dead_lettered(&server).await, 0);
    let unknown = run(&["events", "replay", "auth"], server.folder());
    assert_eq!(unknown.status.code(), Some(2));
}
