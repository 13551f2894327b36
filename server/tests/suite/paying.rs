//! Paying is one operation of the payments service for the form and for REST: only the responses differ.

use contracts::OrderId;
use event_log::EventSource;
use reqwest::header;
use serde_json::json;

use crate::support::{Person, TestServer};

/// What happened to an order, by its own events and by those of its payments, since these positions.
async fn published(sources: [(EventSource, i64); 2]) -> Vec<String> {
    let mut published = Vec::new();
    for (source, since) in sources {
        let events = source.tail(since).pending_batch().await.unwrap();
        published.extend(
            events
                .iter()
                .map(|event| format!("{} {}", event.subject, event.aggregate_version)),
        );
    }
    published
}

async fn send_form(server: &TestServer, buyer: &Person, order: OrderId) -> (u16, String) {
    let fields = [
        ("order_id", order.to_string()),
        ("card_number", "4242 4242 4242 4242".to_owned()),
        ("card_expiry", "12/30".to_owned()),
        ("card_code", "123".to_owned()),
    ];
    let form = server
        .http
        .post(server.url("/fn/payments/pay"))
        .header(header::COOKIE, &buyer.cookie)
        .header(header::ACCEPT, "text/html");
    let response = form.form(&fields).send().await.unwrap();
    let leads_to = response.headers()[header::LOCATION].to_str().unwrap().to_owned();
    (response.status().as_u16(), leads_to)
}

#[tokio::test(flavor = "multi_thread")]
async fn form_and_rest_api_pay_alike() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let sources = || {
        ["orders", "payments"].map(|name| {
            let source = server.database(name).events();
            let head = source.head();
            (source, head)
        })
    };
    let mut by_way = Vec::new();
    for is_form in [true, false] {
        let ticket = server.listed_by(&seller, "Concert", "20").await;
        let order = buyer.reserve(ticket).await;
        server.deliver().await;
        let before = sources();
        if is_form {
            let page = format!("/orders/{}", order.id);
            assert_eq!(send_form(&server, &buyer, order.id).await, (303, page));
        } else {
            let payment = json!({ "orderId": order.id, "token": "tok_visa" });
            assert_eq!(buyer.post("/api/payments", &payment).await.status(), 201);
        }
        // The payments service alone has done something so far: the orders service consumes it.
        assert_eq!(server.database("orders").events().head(), before[0].1);
        server.deliver().await;
        by_way.push(published(before).await);
    }
    let expected = [
        "order:updated 1",
        "order:updated 2",
        "payment:started 0",
        "payment:created 1",
    ];
    assert_eq!(by_way, [expected, expected]);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn form_for_an_order_that_is_not_there_or_not_ones_own_pays_nothing() {
    let server = TestServer::start().await;
    let (seller, buyer) = (server.person("seller"), server.person("buyer"));
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    let order = buyer.reserve(ticket).await;
    server.deliver().await;
    let unknown = OrderId::from_uuid(server.marketplace.ids.next());
    for (who, order) in [(&buyer, unknown), (&seller, order.id)] {
        let leads_to = format!("/orders/{order}/pay");
        assert_eq!(send_form(&server, who, order).await, (303, leads_to));
    }
    assert_eq!(server.database("payments").events().head(), 0);
    server.finish().await;
}
