//! The offer that was shown is the one that is sold: over REST and by the button of the page.

use contracts::views::{OrderView, TicketView};
use reqwest::header::{ACCEPT, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Person, START_MS, TestServer, storage};

impl Person {
    async fn edit(&self, ticket: contracts::TicketId, title: &str, price: &str, hours: u32) -> StatusCode {
        let body = json!({ "title": title, "price": price, "refundHours": hours });
        let request = self.request(Method::PUT, &format!("/api/tickets/{ticket}"));
        request.json(&body).send().await.unwrap().status()
    }

    async fn ticket(&self, id: contracts::TicketId) -> TicketView {
        self.get(&format!("/api/tickets/{id}"))
            .await
            .json()
            .await
            .unwrap()
    }

    async fn page(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }
}

/// Each ticket is reserved, and edited before the event has arrived; then it is paid.
#[tokio::test(flavor = "multi_thread")]
async fn ticket_edited_after_its_reservation_is_sold_as_reserved() {
    const TICKETS: usize = 20;
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    for number in 0..TICKETS {
        let title = format!("VIP front row {number}");
        let ticket = server.listed_by(&seller, &title, "100").await;
        let order = buyer.reserve(ticket).await;
        assert_eq!(
            seller.edit(ticket, "Parking receipt", "1", 0).await,
            StatusCode::OK
        );
        server.deliver().await;
        let payment = json!({ "orderId": order.id, "token": "tok_visa" });
        assert_eq!(
            buyer.post("/api/payments", &payment).await.status(),
            StatusCode::CREATED
        );
        server.deliver().await;

        let order: OrderView = buyer.order(order.id).await;
        let sold = buyer.ticket(ticket).await;
        assert_eq!(order.status, contracts::OrderStatus::Complete);
        assert_eq!(
            (sold.title.as_str(), sold.price.cents()),
            (title.as_str(), 10_000)
        );
        assert_eq!(
            (&order.ticket.title, order.ticket.price, order.ticket.refund_hours),
            (&sold.title, sold.price, sold.refund_hours)
        );
        let page = seller.page(&format!("/tickets/{ticket}")).await;
        assert!(page.contains("Your last edit was undone") && page.contains("Parking receipt"));
        let page = buyer.page(&format!("/tickets/{ticket}")).await;
        assert!(!page.contains("Parking receipt"), "{page}");
    }
    let mine = seller.page("/tickets/mine").await;
    assert_eq!(mine.matches("Your last edit was undone").count(), TICKETS);
    let folder = server.finish().await;
    let findings = server::check::check(storage(folder.path()), START_MS)
        .await
        .unwrap()
        .findings;
    assert!(
        findings.iter().all(|finding| finding.violations.is_empty()),
        "{findings:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_offer_than_the_one_seen_is_refused_with_the_new_one() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "10").await;
    assert_eq!(seller.edit(ticket, "Concert", "900", 0).await, StatusCode::OK);
    server.deliver().await;
    let reserve = async |version: Value| {
        buyer
            .post(
                "/api/orders",
                &json!({ "ticketId": ticket, "ticketVersion": version }),
            )
            .await
    };

    let refused = reserve(json!(0)).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let body: Value = refused.json().await.unwrap();
    assert_eq!(
        body["errors"][0]["message"],
        "The seller has changed this ticket since you saw it. Check the new offer before you reserve it"
    );
    assert_eq!(body["ticket"]["price"], 900);
    assert_eq!(body["ticket"]["refundHours"], 0);

    let accepted = reserve(body["ticket"]["version"].clone()).await;
    assert_eq!(accepted.status(), StatusCode::CREATED);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn button_reserves_the_offer_of_its_page_only() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "10").await;
    let path = format!("/tickets/{ticket}");
    let version = |page: &str| {
        let (_, rest) = page.split_once(r#"name="ticket_version" value=""#).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let seen = version(&buyer.page(&path).await);
    assert_eq!(seller.edit(ticket, "Concert", "900", 0).await, StatusCode::OK);
    server.deliver().await;
    let press = async |version: &str| {
        let form = [
            ("ticket_id", ticket.to_string()),
            ("ticket_version", version.to_owned()),
        ];
        let request = buyer.request(Method::POST, "/fn/orders/reserve").form(&form);
        request.header(ACCEPT, "text/html").send().await.unwrap()
    };

    let refused = press(&seen).await;
    assert_eq!(refused.status(), StatusCode::SEE_OTHER);
    assert_eq!(refused.headers()[LOCATION], path);
    let flash = refused.headers()[SET_COOKIE].to_str().unwrap();
    let flash = flash.split(';').next().unwrap().to_owned();
    let request = buyer.request(Method::GET, &path);
    let page = request
        .header("cookie", flash)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("The seller has changed this ticket") && page.contains("900"),
        "{page}"
    );

    let accepted = press(&version(&page)).await;
    let location = accepted.headers()[LOCATION].to_str().unwrap();
    assert!(location.starts_with("/orders/"), "{location}");
    server.finish().await;
}
