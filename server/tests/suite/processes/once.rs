//! What must happen once happens once, whichever servers are asked for it at the same time.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Member, Servers};

const BUYERS: usize = 1_000;
const PAUSE: Duration = Duration::from_millis(100);

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_buyers_at_three_servers_gets_the_ticket() {
    let servers = Servers::start(3).await;
    let ticket = Member::new("seller").list(servers.base(0), "The last one").await;
    servers.running[0].wait_until_delivered().await;
    let buyers: Vec<_> = (0..BUYERS)
        .map(|number| Member::new(&format!("buyer{number}")))
        .collect();
    let reserve = json!({ "ticketId": ticket["id"] });
    let buying = buyers.iter().enumerate().map(async |(number, buyer)| {
        loop {
            let base = servers.base(number % 3);
            let status = buyer.post(base, "/api/orders", &reserve).await.status();
            // So many at once are refused by a server that is busy, and come again.
            if status != StatusCode::SERVICE_UNAVAILABLE {
                return status.as_u16();
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    let mut counts = BTreeMap::new();
    for status in join_all(buying).await {
        *counts.entry(status).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([(201, 1), (400, BUYERS - 1)]));
    servers.finish().await;
}

/// Each of the three servers executes it, is refused because another one was first, or finds the other's reply.
#[tokio::test(flavor = "multi_thread")]
async fn request_with_a_key_that_reaches_three_servers_has_one_effect() {
    let servers = Servers::start(3).await;
    let seller = Member::new("seller");
    for number in 0..20 {
        let body = json!({ "title": format!("Concert {number}"), "price": "20" });
        let key = format!("key-{number}");
        let sending =
            (0..3).map(|server| seller.post_with_key(servers.base(server), "/api/tickets", &body, &key));
        let mut created = Vec::new();
        for response in join_all(sending).await {
            let status = response.status();
            assert_eq!(status, StatusCode::CREATED, "{}", response.text().await.unwrap());
            let ticket: Value = response.json().await.unwrap();
            created.push(ticket["id"].clone());
        }
        created.dedup();
        assert_eq!(created.len(), 1, "one key, several tickets");
    }
    let tickets: Vec<Value> = seller
        .get(servers.base(0), "/api/tickets")
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(tickets.len(), 20);
    servers.finish().await;
}
