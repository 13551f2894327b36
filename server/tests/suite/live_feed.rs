//! The live feed over HTTP: availability to everybody, the state of an order to its buyer.

use std::time::Duration;

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
