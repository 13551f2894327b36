//! A user of the REST API, signed in by their own token.

use contracts::views::{OrderView, TicketView, UserView};
use contracts::{OrderId, SessionId, TicketId, Timestamp, UserId};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::TestServer;

pub struct Person {
    pub id: UserId,
    pub cookie: String,
    base: String,
    http: reqwest::Client,
}

impl Person {
    pub fn new(server: &TestServer, name: &str) -> Self {
        let ids = server.marketplace.ids.clone();
        let id = UserId::from_uuid(ids.next());
        let user = UserView {
            id,
            email: format!("{name}@example.com"),
        };
        let now = Timestamp::from_millis(server.now_ms());
        let token = server
            .marketplace
            .sessions
            .issue(&user, SessionId::from_uuid(ids.next()), now)
            .unwrap();
        let base = server.url("");
        Self {
            id,
            cookie: format!("ticketing-session={}", token.expose()),
            base,
            http: server.http.clone(),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", &self.cookie)
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path).json(body).send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn list(&self, title: &str, price: &str) -> TicketId {
        let response = self
            .post("/api/tickets", &json!({ "title": title, "price": price }))
            .await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json::<TicketView>().await.unwrap().id
    }

    pub async fn try_reserve(&self, ticket: TicketId) -> Response {
        self.post("/api/orders", &json!({ "ticketId": ticket })).await
    }

    pub async fn reserve(&self, ticket: TicketId) -> OrderView {
        let response = self.try_reserve(ticket).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }

    pub async fn cancel(&self, order: OrderId) -> StatusCode {
        self.request(Method::DELETE, &format!("/api/orders/{order}"))
            .send()
            .await
            .unwrap()
            .status()
    }

    pub async fn order(&self, order: OrderId) -> OrderView {
        self.get(&format!("/api/orders/{order}"))
            .await
            .json()
            .await
            .unwrap()
    }

    pub async fn listings(&self) -> Vec<TicketView> {
        self.get("/api/tickets").await.json().await.unwrap()
    }
}
