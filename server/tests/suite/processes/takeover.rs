//! A server ends, and others take over.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use super::{Member, Servers};

const LIMIT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

const SERVICES: usize = 5;

/// Waits until the relays and workers of each service run at one server.
async fn led(servers: &Servers) -> Vec<Vec<String>> {
    let waiting = async {
        loop {
            let leaders = servers.leaders().await;
            if leaders.iter().map(Vec::len).sum::<usize>() == SERVICES {
                return leaders;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let led = tokio::time::timeout(LIMIT, waiting).await;
    led.expect("some service's relays run nowhere, or twice")
}

/// The server that runs the most relays is killed, again and again, and a new one started; what was sold reaches the other services all the same.
#[tokio::test(flavor = "multi_thread")]
async fn another_server_takes_over_from_one_that_is_killed() {
    let mut servers = Servers::start(2).await;
    let (seller, buyer) = (Member::new("seller"), Member::new("buyer"));
    for round in 0..3 {
        let leaders = led(&servers).await;
        let busiest = (0..leaders.len())
            .max_by_key(|index| leaders[*index].len())
            .unwrap();
        servers.kill(busiest).await;
        let base = servers.base(0).to_owned();
        let ticket = seller.list(&base, &format!("Concert {round}")).await;
        let reserve = json!({ "ticketId": ticket["id"] });
        let reserving = async {
            // The orders service hears of the ticket once a relay runs again.
            while buyer.post(&base, "/api/orders", &reserve).await.status() != StatusCode::CREATED {
                tokio::time::sleep(PAUSE).await;
            }
        };
        let reserved = tokio::time::timeout(LIMIT, reserving).await;
        assert!(reserved.is_ok(), "nobody took over");
        servers.running[0].wait_until_delivered().await;
        servers.add().await;
    }
    led(&servers).await;
    servers.finish().await;
}
