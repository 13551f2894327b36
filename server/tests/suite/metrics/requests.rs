//! Requests by method, route and status, of which there are only so many, and nothing of anybody in them.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;

use super::scrape;
use crate::support::{TestServer, raw};

const REQUESTS: &str = "ticketing_http_requests_total";
const DURATIONS: &str = "ticketing_http_request_duration_seconds";

#[tokio::test]
async fn request_is_counted_with_its_route_and_status() {
    let server = TestServer::start().await;
    let seller = server.person("seller");
    let ticket = seller.list("Opera", "20").await;
    for _ in 0..2 {
        assert_eq!(seller.get(&format!("/api/tickets/{ticket}")).await.status(), 200);
    }
    assert_eq!(seller.get("/api/tickets/none").await.status(), 404);
    assert_eq!(seller.get(&format!("/tickets/{ticket}")).await.status(), 200);
    let form = server.http.post(server.url("/fn/auth/signin"));
    form.form(&[("email", "x"), ("password", "y")])
        .send()
        .await
        .unwrap();
    let scraped = scrape(&server).await;
    let count = |method: &str, route: &str, status: &str| {
        let labels = [("method", method), ("route", route), ("status", status)];
        scraped.value(REQUESTS, &labels).to_string()
    };
    assert_eq!(count("POST", "/api/tickets", "201"), "1");
    assert_eq!(count("GET", "/api/tickets/{id}", "200"), "2");
    assert_eq!(count("GET", "/api/tickets/{id}", "404"), "1");
    assert_eq!(count("GET", "/tickets/{id}", "200"), "1");
    let routes = scraped.values_of(REQUESTS, "route");
    assert!(routes.contains("/fn/auth/signin"), "{routes:?}");
    let labels = [("method", "GET"), ("route", "/api/tickets/{id}")];
    let timed = scraped.value(&format!("{DURATIONS}_count"), &labels);
    assert_eq!(timed.to_string(), "3");
    server.finish().await;
}

#[tokio::test]
async fn no_number_of_paths_and_methods_makes_more_than_a_few_series() {
    let server = TestServer::start().await;
    let mut random = StdRng::seed_from_u64(1);
    let mut paths: Vec<String> = (0..1_000)
        .map(|_| {
            let word = random.random::<u64>();
            let before = [
                "",
                "/api",
                "/fn",
                "/tickets",
                "/api/tickets",
                "/pkg",
                "//host",
                "/api/orders",
            ];
            format!("{}/{word}", before[random.random_range(0..before.len())])
        })
        .collect();
    // What is malformed is refused before a route is looked for.
    paths.extend(["/%zz".to_owned(), "/\u{fffd}".to_owned(), "/*".to_owned()]);
    for path in &paths {
        let _answered = server.http.get(server.url(path)).send().await;
    }
    for _ in 0..20 {
        let method: String = (0..8)
            .map(|_| char::from(random.random_range(b'A'..=b'Z')))
            .collect();
        let request = format!("{method} / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
        raw(server.address, request).await;
    }
    let scraped = scrape(&server).await;
    let routes = scraped.values_of(REQUESTS, "route");
    assert!(routes.len() <= 8, "{routes:?}");
    assert!(
        !routes
            .iter()
            .any(|route| route.contains(|c: char| c.is_ascii_digit()))
    );
    assert_eq!(
        Vec::from_iter(scraped.values_of(REQUESTS, "method")),
        ["GET", "other"]
    );
    assert!(scraped.series(REQUESTS) <= 20, "{}", scraped.series(REQUESTS));
    server.finish().await;
}

#[tokio::test]
async fn nothing_personal_is_in_it() {
    let server = TestServer::start().await;
    let (email, password) = ("marked-address@example.com", "marked-password-of-ada");
    let account = json!({ "email": email, "password": password });
    for path in ["/api/users/signup", "/api/users/signin"] {
        let request = server.http.post(server.url(path)).json(&account);
        let request = request.header("x-request-id", "marked-request");
        assert!(request.send().await.unwrap().status().is_success());
    }
    let (seller, buyer) = (server.person("marked-seller"), server.person("marked-buyer"));
    let ticket = server.listed_by(&seller, "marked-title", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let payment = json!({ "orderId": order.id, "token": "tok_visa" });
    assert_eq!(buyer.post("/api/payments", &payment).await.status(), 201);
    server.deliver().await;
    buyer.get("/?q=marked-search").await;
    buyer.get("/marked-path").await;
    let text = server.metrics.scrape().await.unwrap();
    assert!(!text.contains("marked"), "{text}");
    assert!(!text.contains("tok_") && !text.contains("127.0.0.1"), "{text}");
    for id in [ticket.to_string(), order.id.to_string(), seller.id.to_string()] {
        assert!(!text.contains(&id), "{id}");
    }
    let is_uuid = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    assert!(!text.split(['"', '/', ' ', '\n']).any(is_uuid), "{text}");
    server.finish().await;
}
