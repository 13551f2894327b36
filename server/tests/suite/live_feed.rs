//! The live feed over HTTP: the availability of tickets for everyone, the status of an order for its buyer.

use std::time::Duration;

use contracts::TicketId;
use contracts::views::OrderView;
use serde_json::json;

use crate::support::{HOLD, Person, TestServer};

/// A client of the feed, with all that it has received.
struct Subscriber {
    response: reqwest::Response,
    text: String,
}

impl Subscriber {
    async fn connect(server: &TestServer, person: Option<&Person>) -> Self {
        Self::connect_after(server, person, "").await
    }

    /// Connects with the query of a position.
    async fn connect_after(server: &TestServer, person: Option<&Person>, after: &str) -> Self {
        let response = get(server, person, &format!("/live{after}"))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// Reads until this text was received.
    async fn receives(&mut self, expected: &str) {
        let wait = async {
            while !self.text.contains(expected) {
                let chunk = self.response.chunk().await.unwrap().expect("the stream ended");
                self.text.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        let received = tokio::time::timeout(Duration::from_secs(20), wait).await;
        assert!(received.is_ok(), "{expected:?} is not in {:?}", self.text);
    }

    /// Reads until the server ends the stream, and returns all that was received.
    async fn read_to_end(mut self) -> String {
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

fn get(server: &TestServer, person: Option<&Person>, path: &str) -> reqwest::RequestBuilder {
    let request = server.http.get(server.url(path));
    match person {
        Some(person) => request.header("cookie", &person.cookie),
        None => request,
    }
}

/// The position of the feed at which a page was rendered.
async fn position_of(server: &TestServer, person: Option<&Person>, path: &str) -> String {
    let response = get(server, person, path).send().await.unwrap();
    let page = response.text().await.unwrap();
    let (_, rest) = page
        .split_once("data-live-after=\"")
        .expect("no position in the page");
    rest.split_once('"').unwrap().0.to_owned()
}

fn order_event(order: &OrderView, status: &str) -> String {
    format!(
        "event: order\ndata: {{\"id\":\"{}\",\"status\":\"{status}\"}}",
        order.id
    )
}

fn listed_event(ticket: TicketId) -> String {
    format!("event: listed\ndata: {{\"id\":\"{ticket}\"}}")
}

fn ticket_event(ticket: TicketId, is_available: bool) -> String {
    format!("data: {{\"available\":{is_available},\"id\":\"{ticket}\"}}")
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_ends_with_its_session() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let mut visitor = Subscriber::connect(&server, None).await;
    let mut others = Subscriber::connect(&server, Some(&seller)).await;
    let mut own = Subscriber::connect(&server, Some(&buyer)).await;
    let order = buyer.reserve(ticket).await;
    own.receives(&order_event(&order, "created")).await;

    assert_eq!(buyer.post("/api/users/signout", &json!({})).await.status(), 200);
    let cancelled = server.marketplace.orders.cancel(buyer.id, order.id).await;
    cancelled.unwrap();
    let text = own.read_to_end().await;
    assert!(
        !text.contains("cancelled"),
        "received after the end of the session: {text}"
    );

    // The streams of others continue.
    server.deliver().await;
    let available = ticket_event(ticket, true);
    visitor.receives(&available).await;
    others.receives(&available).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_ends_when_its_token_has_expired() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let mut own = Subscriber::connect(&server, Some(&buyer)).await;
    let order = buyer.reserve(ticket).await;
    own.receives(&order_event(&order, "created")).await;

    // An hour without use, and the tolerance for clocks that differ.
    server.advance(Duration::from_secs(60 * 60 + 5));
    let cancelled = server.marketplace.orders.cancel(buyer.id, order.id).await;
    cancelled.unwrap();
    let text = own.read_to_end().await;
    assert!(
        !text.contains("cancelled"),
        "received after the expiry of the token: {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_sent_to_the_users_concerned() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let mut visitor = Subscriber::connect(&server, None).await;
    let mut own = Subscriber::connect(&server, Some(&buyer)).await;
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    visitor.receives(&listed_event(ticket)).await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    visitor.receives(&ticket_event(ticket, false)).await;
    own.receives(&order_event(&order, "created")).await;
    server.advance(HOLD);
    // The feed notices a clock that jumped within a few seconds.
    visitor.receives(&ticket_event(ticket, true)).await;
    own.receives(&order_event(&order, "cancelled")).await;
    assert!(
        !visitor.text.contains("event: order"),
        "another user received the status of an order"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_starts_at_the_position_of_its_page() {
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
    let mut own = Subscriber::connect_after(&server, Some(&buyer), &format!("?after={position}")).await;
    own.receives(&order_event(&order, "cancelled")).await;
    let mut visitor = Subscriber::connect_after(&server, None, &format!("?after={position}")).await;
    visitor.receives(&ticket_event(ticket, true)).await;
    assert!(
        !visitor.text.contains("event: order"),
        "another user received the status of an order"
    );

    // A page without a position receives only later events.
    let mut late = Subscriber::connect(&server, Some(&buyer)).await;
    let other = server.listed_by(&seller, "Opera", "20").await;
    late.receives(&listed_event(other)).await;
    assert!(!late.text.contains("cancelled"), "{}", late.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_stream_resumes_after_the_last_event() {
    let server = TestServer::start().await;
    let (seller, _) = (server.person("seller"), server.person("buyer"));
    let mut visitor = Subscriber::connect(&server, None).await;
    let first = server.listed_by(&seller, "First", "20").await;
    visitor.receives(&format!("{first}\"}}\nid: ")).await;
    visitor.receives("\n\n").await;
    let (_, id) = visitor.text.rsplit_once("id: ").unwrap();
    let id = id.lines().next().unwrap().to_owned();
    drop(visitor);

    let second = server.listed_by(&seller, "Second", "20").await;
    let request = server.http.get(server.url("/live?after=0.0.0.0"));
    let response = request.header("last-event-id", id).send().await.unwrap();
    let mut again = Subscriber {
        response,
        text: String::new(),
    };
    again.receives(&second.to_string()).await;
    assert!(
        !again.text.contains(&first.to_string()),
        "received twice: {}",
        again.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn deadline_that_passed_before_the_page_subscribed_is_sent() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let position = position_of(&server, None, &format!("/tickets/{ticket}")).await;
    let mut witness = Subscriber::connect(&server, Some(&buyer)).await;
    server.advance(HOLD);
    witness.receives(&order_event(&order, "cancelled")).await;

    let mut visitor = Subscriber::connect_after(&server, None, &format!("?after={position}")).await;
    visitor.receives(&ticket_event(ticket, true)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_position_is_answered_with_a_reset() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    for number in 0..3 {
        server
            .listed_by(&seller, &format!("Concert {number}"), "20")
            .await;
    }
    // Of an earlier process, of a log that was restored, and not a position.
    for position in ["0.0.0.0", "9999.0.0.32503680000000", "nonsense"] {
        let mut visitor = Subscriber::connect_after(&server, None, &format!("?after={position}")).await;
        visitor.receives("event: reset\ndata: {}\nid: ").await;
        let next = server.listed_by(&seller, "Opera", "20").await;
        visitor.receives(&next.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn position_without_a_value_is_absent_and_two_are_refused() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    for empty in ["", "?after=", "?after"] {
        let mut visitor = Subscriber::connect_after(&server, None, empty).await;
        let ticket = server.listed_by(&seller, "Concert", "12.50").await;
        visitor.receives(&ticket.to_string()).await;
        assert!(!visitor.text.contains("reset"), "{empty}: {}", visitor.text);
    }
    let twice = server.http.get(server.url("/live?after=1&after=2"));
    let refused = twice.send().await.unwrap();
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.unwrap().starts_with(r#"{"errors":"#));
    server.finish().await;
}
