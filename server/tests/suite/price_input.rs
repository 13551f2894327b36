//! Form input as users type it: prices in any notation, and fields that are missing or malformed.

use contracts::TicketId;
use contracts::views::TicketView;
use reqwest::header::{ACCEPT, LOCATION, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};

use crate::support::{Person, TestServer};

impl Person {
    async fn send_form(&self, path: &str, accept: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header(ACCEPT, accept);
        request.form(fields).send().await.unwrap()
    }

    /// The response of the listing form to a script.
    async fn sell(&self, title: &str, price: &str) -> String {
        let fields = [("title", title), ("price", price)];
        let reply = self.send_form("/fn/tickets/create", "application/json", &fields);
        reply.await.text().await.unwrap()
    }

    async fn shown(&self, id: TicketId) -> TicketView {
        let reply = self.get(&format!("/api/tickets/{id}")).await;
        reply.json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_are_accepted_as_people_write_them_or_refused_with_the_reason() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let accepted = ["12,50", "$12.50", "12.5", "USD 12,50", "１２．５０"];
    for price in accepted {
        let answer = seller.sell("Concert", price).await;
        assert!(answer.contains("/tickets/"), "{price}: {answer}");
    }
    assert!(seller.sell("Hall", "1,000.00").await.contains("/tickets/"));
    let listed = seller.listings().await;
    let cents: Vec<i64> = listed.iter().map(|ticket| ticket.price.cents()).collect();
    assert_eq!(cents, [1_250, 1_250, 1_250, 1_250, 1_250, 100_000]);

    for (price, code) in [
        ("", "PriceUnreadable"),
        ("free", "PriceUnreadable"),
        ("€20", "PriceUnreadable"),
        ("0", "PriceTooLow"),
        ("-5", "PriceTooLow"),
        ("1.000", "PriceTooPrecise"),
        ("1,000,000", "PriceTooHigh"),
    ] {
        let answer = seller.sell("Concert", price).await;
        assert!(answer.contains(&format!("\"{code}\"")), "{price}: {answer}");
    }
    assert_eq!(seller.listings().await.len(), accepted.len() + 1);

    // A program writes prices in one way.
    let body = serde_json::json!({ "title": "Concert", "price": "12,50" });
    let refused = seller.post("/api/tickets", &body).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let text = refused.text().await.unwrap();
    assert!(text.contains("Price must be greater than 0"), "{text}");
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redisplayed_form_has_the_normalized_price() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    for (typed, shown) in [("$1,234.5", r#"value="1234.50""#), ("1.000", r#"value="1.000""#)] {
        let fields = [("title", "  "), ("price", typed)];
        let refused = seller.send_form("/fn/tickets/create", "text/html", &fields).await;
        assert_eq!(refused.status(), StatusCode::SEE_OTHER);
        assert_eq!(refused.headers()[LOCATION], "/tickets/new");
        let flash = refused.headers()[SET_COOKIE].to_str().unwrap();
        let flash = flash.split(';').next().unwrap().to_owned();
        let page = seller
            .request(Method::GET, "/tickets/new")
            .header("cookie", flash);
        let page = page.send().await.unwrap().text().await.unwrap();
        assert!(
            page.contains("Enter a title") && page.contains(shown),
            "{typed}: {page}"
        );
    }
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_without_refund_hours_keeps_them() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let ticket = seller.list("Concert", "20").await;
    let id = ticket.to_string();
    let edit = async |hours: Option<&str>| {
        let mut fields = vec![("ticket_id", id.as_str()), ("title", "Concert"), ("price", "20")];
        fields.extend(hours.map(|hours| ("refund_hours", hours)));
        let reply = seller.send_form("/fn/tickets/edit", "application/json", &fields);
        reply.await.text().await.unwrap()
    };
    assert!(edit(Some("0")).await.contains("/tickets/"));
    for kept in [None, Some("")] {
        assert!(edit(kept).await.contains("/tickets/"), "{kept:?}");
        assert_eq!(seller.shown(ticket).await.refund_hours.hours(), 0, "{kept:?}");
    }
    assert!(edit(Some("soon")).await.contains("RefundWindowInvalid"));
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn button_with_a_wrong_version_reserves_nothing() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "10").await.to_string();
    let press = async |version: &str| {
        let fields = [("ticket_id", ticket.as_str()), ("ticket_version", version)];
        let reply = buyer.send_form("/fn/orders/reserve", "application/json", &fields);
        reply.await.text().await.unwrap()
    };
    for wrong in ["x", "-1", "0.5", "99999999999999999999"] {
        let answer = press(wrong).await;
        assert!(answer.contains("TicketVersionInvalid"), "{wrong}: {answer}");
    }
    assert_eq!(buyer.listings().await.len(), 1);
    // A page of an older release sends none.
    assert!(press("").await.contains("/orders/"));
    server.finish().await;
}
