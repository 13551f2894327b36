//! One ticket, 1,000 buyers at once over HTTP: one gets it, all others are told clearly that it is gone.

mod support;

use std::collections::BTreeMap;

use futures::future::join_all;
use support::{Person, TestServer};

const BUYERS: usize = 1_000;

/// How often each reply was given, when everybody presses at once.
async fn rush(server: &TestServer) -> BTreeMap<(u16, String), usize> {
    let seller = server.person("seller");
    let ticket = server.listed_by(&seller, "The last one", "20").await;
    let buyers: Vec<Person> = (0..BUYERS).map(|number| server.person(&format!("buyer{number}"))).collect();
    let replies = join_all(buyers.iter().map(async |buyer| {
        let response = buyer.try_reserve(ticket).await;
        let status = response.status().as_u16();
        let body = if status == 201 { String::new() } else { response.text().await.unwrap() };
        (status, body)
    }))
    .await;
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
    assert_eq!(counts, BTreeMap::from([((201, String::new()), 1), ((400, refused), BUYERS - 1)]));
    server.finish().await;
}

/// Negative control: without the unique index the same rush sells the ticket more than once, so the test above sees
/// what it is there to see.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_index_the_ticket_is_sold_more_than_once() {
    let server = TestServer::start().await;
    drop_index(&server).await;
    let counts = rush(&server).await;
    let sold = counts.get(&(201, String::new())).copied().unwrap_or_default();
    assert!(sold > 1, "the guard is gone, yet the ticket was sold {sold} time(s)");
}

async fn drop_index(server: &TestServer) {
    server
        .marketplace
        .orders_database()
        .write(|tx| {
            Box::pin(async move {
                sqlx::query("DROP INDEX one_live_order_per_ticket").execute(tx.connection()).await?;
                Ok::<_, event_log::DatabaseError>(())
            })
        })
        .await
        .unwrap();
}
