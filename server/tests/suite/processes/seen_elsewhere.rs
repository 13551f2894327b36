//! What happens at one server is known at the others.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{Member, Servers};

/// Much longer than what the guarantees say: on a busy machine everything takes longer.
const LIMIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

async fn titles(member: &Member, base: &str) -> Vec<String> {
    let tickets: Vec<Value> = member.get(base, "/api/tickets").await.json().await.unwrap();
    tickets
        .iter()
        .map(|ticket| ticket["title"].as_str().unwrap().to_owned())
        .collect()
}

async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::time::timeout(LIMIT, waiting)
        .await
        .unwrap_or_else(|_| panic!("{what}"));
}

/// Each write goes to one server and the very next read to another.
#[tokio::test(flavor = "multi_thread")]
async fn own_write_is_in_the_next_read_at_another_server() {
    let servers = Servers::start(3).await;
    let seller = Member::new("seller");
    for number in 0..60 {
        let title = format!("Concert {number}");
        let (here, there) = (servers.base(number % 3), servers.base((number + 1) % 3));
        let listed = seller
            .post(here, "/api/tickets", &json!({ "title": title, "price": "20" }))
            .await;
        assert_eq!(listed.status(), StatusCode::CREATED);
        assert!(
            titles(&seller, there).await.contains(&title),
            "{title} is not at the other server"
        );
    }
    servers.finish().await;
}

/// Somebody else, whose client knows of no write, sees it a moment later.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_was_written_at_another_server() {
    let servers = Servers::start(2).await;
    let (seller, visitor) = (Member::new("seller"), Member::anonymous());
    // The list is in the memory of the other server before the write.
    assert!(titles(&visitor, servers.base(1)).await.is_empty());
    let ticket = seller.list(servers.base(0), "Opera").await;
    until("the ticket is listed at the other server", async || {
        !titles(&visitor, servers.base(1)).await.is_empty()
    })
    .await;
    let buyer = Member::new("buyer");
    let reserve = json!({ "ticketId": ticket["id"] });
    until("the ticket is reserved", async || {
        let reserved = buyer.post(servers.base(1), "/api/orders", &reserve).await;
        reserved.status() == StatusCode::CREATED
    })
    .await;
    until("the reserved ticket is listed no more", async || {
        titles(&visitor, servers.base(0)).await.is_empty()
            && titles(&visitor, servers.base(1)).await.is_empty()
    })
    .await;
    servers.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn session_that_ends_at_one_server_is_dead_at_the_others() {
    let servers = Servers::start(3).await;
    let ada = Member::anonymous();
    let credentials = json!({ "email": "ada@example.com", "password": "a fine password" });
    let signed_up = ada.post(servers.base(0), "/api/users/signup", &credentials).await;
    assert_eq!(signed_up.status(), StatusCode::CREATED);
    let copy = ada.copy();
    for server in &servers.running {
        assert_eq!(
            copy.get(&server.base, "/api/orders").await.status(),
            StatusCode::OK
        );
    }
    let signed_out = ada.post(servers.base(1), "/api/users/signout", &json!({})).await;
    assert_eq!(signed_out.status(), StatusCode::OK);
    for server in &servers.running {
        until("the session is dead", async || {
            copy.get(&server.base, "/api/orders").await.status() == StatusCode::UNAUTHORIZED
        })
        .await;
    }
    servers.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_page_at_one_server_shows_what_happens_at_another() {
    let servers = Servers::start(2).await;
    let visitor = Member::anonymous();
    let mut stream = visitor.get(servers.base(1), "/live").await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let seller = Member::new("seller");
    let ticket = seller.list(servers.base(0), "Opera").await;
    let id = ticket["id"].as_str().unwrap();
    let receiving = async {
        let mut text = String::new();
        while !text.contains(id) {
            let chunk = stream.chunk().await.unwrap().expect("the stream ended");
            text.push_str(&String::from_utf8_lossy(&chunk));
        }
    };
    let received = tokio::time::timeout(LIMIT, receiving).await;
    assert!(
        received.is_ok(),
        "the new ticket was not announced at the other server"
    );
    drop(stream);
    servers.finish().await;
}
