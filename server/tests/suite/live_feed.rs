//! The live feed over HTTP: availability for every client, the state of an order for its buyer.

use std::time::Duration;

use contracts::views::OrderView;
use serde_json::json;

use crate::support::{HOLD, Person, TestServer};

struct Listener {
    response: reqwest::Response,
    text: String,
}

impl Listener {
    async fn open(server: &TestServer, person: Option<&Person>) -> Self {
        Self::open_after(server, person, "").await
    }

    /// Starts at the position at which a page was rendered, or that a browser sends when it reconnects.
    async fn open_after(server: &TestServer, person: Option<&Person>, after: &str) -> Self {
        let request = server.http.get(server.url(&format!("/live{after}")));
        let request = match person {
            Some(person) => request.header("cookie", &person.cookie),
            None => request,
        };
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    async fn hears(&mut self, expected: &str) {
        let wait = async {
            while !self.text.contains(expected) {
                let chunk = self.response.chunk().await.unwrap().expect("the stream ended");
                self.text.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        let heard = tokio::time::timeout(Duration::from_secs(20), wait).await;
        assert!(heard.is_ok(), "{expected:?} was not heard in {:?}", self.text);
    }

    /// Reads until the server ends the stream, and returns everything received.
    async fn ends(mut self) -> String {
        let wait = async {
            while let Some(chunk) = self.response.chunk().await.unwrap() {
                self.text.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        let ended = tokio::time::timeout(Duration::from_secs(30), wait).await;
        assert!(ended.is_ok(), "the stream goes on after {:?}", self.text);
        self.text
    }
}

/// The position at which a page was rendered.
async fn position_of(server: &TestServer, person: Option<&Person>, path: &str) -> String {
    let request = server.http.get(server.url(path));
    let request = match person {
        Some(person) => request.header("cookie", &person.cookie),
        None => request,
    };
    let page = request.send().await.unwrap().text().await.unwrap();
    let (_, rest) = page
        .split_once("data-live-after=\"")
        .expect("no position in the page");
    rest.split_once('"').unwrap().0.to_owned()
}

fn told(order: &OrderView, status: &str) -> String {
    format!(
        "event: order\ndata: {{\"id\":\"{}\",\"status\":\"{status}\"}}",
        order.id
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let mut visitor = Listener::open(&server, None).await;
    let mut others = Listener::open(&server, Some(&seller)).await;
    let mut own = Listener::open(&server, Some(&buyer)).await;
    let order = buyer.reserve(ticket).await;
    own.hears(&told(&order, "created")).await;

    assert_eq!(buyer.post("/api/users/signout", &json!({})).await.status(), 200);
    server
        .marketplace
        .orders
        .cancel(buyer.id, order.id)
        .await
        .unwrap();
    let text = own.ends().await;
    assert!(
        !text.contains("cancelled"),
        "told after the end of the session: {text}"
    );

    // The streams of others continue.
    server.deliver().await;
    let available = format!("data: {{\"available\":true,\"id\":\"{ticket}\"}}");
    visitor.hears(&available).await;
    others.hears(&available).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_when_its_token_has_expired() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let mut own = Listener::open(&server, Some(&buyer)).await;
    let order = buyer.reserve(ticket).await;
    own.hears(&told(&order, "created")).await;

    // An hour without use, and the seconds by which clocks may differ.
    server.advance(Duration::from_secs(60 * 60 + 5));
    server
        .marketplace
        .orders
        .cancel(buyer.id, order.id)
        .await
        .unwrap();
    let text = own.ends().await;
    assert!(
        !text.contains("cancelled"),
        "told after the end of the token: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_reach_those_whom_they_concern() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let mut visitor = Listener::open(&server, None).await;
    let mut own = Listener::open(&server, Some(&buyer)).await;
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    visitor
        .hears(&format!("event: listed\ndata: {{\"id\":\"{ticket}\"}}"))
        .await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    visitor
        .hears(&format!("data: {{\"available\":false,\"id\":\"{ticket}\"}}"))
        .await;
    own.hears(&format!(
        "event: order\ndata: {{\"id\":\"{}\",\"status\":\"created\"}}",
        order.id
    ))
    .await;
    server.advance(HOLD);
    // The feed detects a clock jump within a few seconds.
    visitor
        .hears(&format!("data: {{\"available\":true,\"id\":\"{ticket}\"}}"))
        .await;
    own.hears(&format!(
        "data: {{\"id\":\"{}\",\"status\":\"cancelled\"}}",
        order.id
    ))
    .await;
    assert!(
        !visitor.text.contains("event: order"),
        "an order was told to a stranger"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_begins_where_its_page_was_made() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let order = buyer.reserve(ticket).await;
    let path = format!("/orders/{}", order.id);
    let position = position_of(&server, Some(&buyer), &path).await;

    // This happens after the page was rendered and before it subscribes.
    let cancelled = server.marketplace.orders.cancel(buyer.id, order.id).await;
    cancelled.unwrap();
    server.deliver().await;
    let mut own = Listener::open_after(&server, Some(&buyer), &format!("?after={position}")).await;
    own.hears(&told(&order, "cancelled")).await;
    let mut visitor = Listener::open_after(&server, None, &format!("?after={position}")).await;
    visitor
        .hears(&format!("data: {{\"available\":true,\"id\":\"{ticket}\"}}"))
        .await;
    assert!(
        !visitor.text.contains("event: order"),
        "an order was told to a stranger"
    );

    // A page without a position is not told of it.
    let mut late = Listener::open(&server, Some(&buyer)).await;
    let other = server.listed_by(&seller, "Opera", "20").await;
    late.hears(&format!("event: listed\ndata: {{\"id\":\"{other}\"}}"))
        .await;
    assert!(!late.text.contains("cancelled"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_broke_off_goes_on_after_the_last_event() {
    let server = TestServer::start().await;
    let (seller, _) = (server.person("seller"), server.person("buyer"));
    let mut visitor = Listener::open(&server, None).await;
    let first = server.listed_by(&seller, "First", "20").await;
    visitor.hears(&format!("{first}\"}}\nid: ")).await;
    visitor.hears("\n\n").await;
    let (_, id) = visitor.text.rsplit_once("id: ").unwrap();
    let id = id.lines().next().unwrap().to_owned();
    drop(visitor);

    let second = server.listed_by(&seller, "Second", "20").await;
    let request = server.http.get(server.url("/live?after=0.0.0.0"));
    let response = request.header("last-event-id", id).send().await.unwrap();
    let mut again = Listener {
        response,
        text: String::new(),
    };
    again.hears(&second.to_string()).await;
    assert!(
        !again.text.contains(&first.to_string()),
        "told twice: {}",
        again.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_passed_before_the_page_listened_is_told() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let position = position_of(&server, None, &format!("/tickets/{ticket}")).await;
    let mut witness = Listener::open(&server, Some(&buyer)).await;
    server.advance(HOLD);
    witness.hears(&told(&order, "cancelled")).await;

    let mut visitor = Listener::open_after(&server, None, &format!("?after={position}")).await;
    visitor
        .hears(&format!("data: {{\"available\":true,\"id\":\"{ticket}\"}}"))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_served_from_its_position_is_told_to_look_again() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    for number in 0..3 {
        server
            .listed_by(&seller, &format!("Concert {number}"), "20")
            .await;
    }
    // From another server's lifetime, from a restored log, and not a position at all.
    for position in ["0.0.0.0", "9999.0.0.32503680000000", "nonsense"] {
        let mut visitor = Listener::open_after(&server, None, &format!("?after={position}")).await;
        visitor.hears("event: reset\ndata: {}\nid: ").await;
        let next = server.listed_by(&seller, "Opera", "20").await;
        visitor.hears(&next.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_without_a_value_is_absent_and_two_are_refused() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    for empty in ["", "?after=", "?after"] {
        let mut visitor = Listener::open_after(&server, None, empty).await;
        let ticket = server.listed_by(&seller, "Concert", "12.50").await;
        visitor.hears(&ticket.to_string()).await;
        assert!(!visitor.text.contains("reset"), "{empty}: {}", visitor.text);
    }
    let twice = server.http.get(server.url("/live?after=1&after=2"));
    let refused = twice.send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().starts_with(r#"{"errors":"#));
    server.finish().await;
}
