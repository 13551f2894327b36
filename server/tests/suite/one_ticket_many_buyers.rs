//! One ticket, 1,000 concurrent buyers over HTTP: one gets it, all others are refused with the reason.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::support::{Person, TestServer, execute};
use futures::future::join_all;
use test_support::occupy_writer;

const BUYERS: usize = 1_000;
/// How long the writer is kept busy, so that the buyers meet there instead of coming one after the other.
const GATHERING: Duration = Duration::from_secs(2);
/// What a busy server asks for.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How often each reply was sent, when all buyers click at once.
async fn rush(server: &TestServer) -> BTreeMap<(u16, String), usize> {
    let seller = server.person("seller");
    let ticket = server.listed_by(&seller, "The last one", "20").await;
    let buyers: Vec<Person> = (0..BUYERS)
        .map(|number| server.person(&format!("buyer{number}")))
        .collect();
    let release = occupy_writer(server.database("orders")).await;
    let buying = join_all(buyers.iter().map(async |buyer| {
        let response = loop {
            let response = buyer.try_reserve(ticket).await;
            if response.status() != 503 {
                break response;
            }
            // On a slow machine the queue may be too long for the last of them. The response asks them to try again.
            tokio::time::sleep(RETRY_AFTER).await;
        };
        let status = response.status().as_u16();
        let body = if status == 201 {
            String::new()
        } else {
            response.text().await.unwrap()
        };
        (status, body)
    }));
    let (replies, ()) = tokio::join!(buying, async {
        tokio::time::sleep(GATHERING).await;
        drop(release);
    });
    let mut counts = BTreeMap::new();
    for reply in replies {
        *counts.entry(reply).or_default() += 1;
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_of_a_thousand_buyers_gets_the_ticket() {
    let server = TestServer::start().await;
    let counts = rush(&server).await;
    let refused = r#"{"errors":[{"message":"Ticket is already reserved"}]}"#.to_owned();
    assert_eq!(
        counts,
        BTreeMap::from([((201, String::new()), 1), ((400, refused), BUYERS - 1)])
    );
    server.finish().await;
}

/// Negative control: where live orders are hidden from later reservations, and the index that would refuse the row is gone, the same
/// rush sells the ticket more than once, so the test above sees what it is there to see.
#[tokio::test(flavor = "multi_thread")]
async fn where_live_orders_are_hidden_the_ticket_is_sold_more_than_once() {
    let server = TestServer::start().await;
    let orders = server.database("orders");
    execute(orders, "DROP INDEX one_live_order_per_ticket").await;
    let hide = "CREATE TRIGGER hide_live_orders AFTER INSERT ON orders BEGIN
            UPDATE orders SET status = 'cancelled', cancel_reason = 'user' WHERE id = NEW.id;
        END";
    execute(orders, hide).await;
    let counts = rush(&server).await;
    let sold = counts.get(&(201, String::new())).copied().unwrap_or_default();
    assert!(
        sold > 1,
        "the guard is gone, yet the ticket was sold {sold} time(s)"
    );
}
