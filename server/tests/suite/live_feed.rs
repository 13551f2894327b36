//! The live feed over HTTP: availability to everybody, the state of an order to its buyer.

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
        let request = server.http.get(server.url("/live"));
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

    /// Reads until the server ends the stream, and gives all that it told.
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

    // The streams of others go on.
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
    // The feed notices a clock that jumped within a few seconds.
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
