//! Bodies that mean harm: the right refusal each time, and nothing stored.

use axum::http::Method;

use crate::app::TestApp;

#[tokio::test]
async fn hostile_bodies_are_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let ticket = app.ticket("Concert", 2_000).await;
    let before = app.events().await;
    let deep = format!(
        r#"{{"title":{}1{},"price":1}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let unclosed = r#"{"title":"#.repeat(10_000);
    let huge = format!(r#"{{"title":"{}","price":1}}"#, "a".repeat(2_000_000));
    let long_number = format!(r#"{{"title":"a","price":{}}}"#, "9".repeat(90_000));
    let long_decimals = format!(r#"{{"title":"a","price":1.{}}}"#, "1".repeat(90_000));
    let table = [
        (415, "text/plain", r#"{"title":"a","price":1}"#),
        (415, "application/x-www-form-urlencoded", "title=a&price=1"),
        (415, "multipart/form-data; boundary=x", "--x--"),
        (413, "application/json", &huge),
        (400, "application/json", ""),
        (400, "application/json", "{"),
        (400, "application/json", "null"),
        (400, "application/json", "[]"),
        (400, "application/json", r#"["a",1]"#),
        (400, "application/json", r#"{"title":"a","title":"b","price":1}"#),
        (400, "application/json", r#"{"title":"a","price":NaN}"#),
        (400, "application/json", r#"{"title":"a","price":Infinity}"#),
        (400, "application/json", r#"{"title":"a","price":"NaN"}"#),
        (400, "application/json", r#"{"title":"a","price":"Infinity"}"#),
        (400, "application/json", r#"{"title":"a","price":-0.01}"#),
        (400, "application/json", r#"{"title":"a","price":1e999}"#),
        (400, "application/json", r#"{"title":"a","price":1e-999}"#),
        (
            400,
            "application/json",
            r#"{"title":"a","price":9223372036854775808}"#,
        ),
        (400, "application/json", r#"{"title":"a","price":true}"#),
        (400, "application/json", r#"{"title":"a","price":{"$gt":0}}"#),
        (
            400,
            "application/json",
            r#"{"title":"a","price":"1; DROP TABLE tickets"}"#,
        ),
        (400, "application/json", r#"{"title":{"$ne":null},"price":1}"#),
        (400, "application/json", r#"{"title":["a"],"price":1}"#),
        (400, "application/json", r#"{"title":"a\u0000b","price":1}"#),
        (400, "application/json", r#"{"title":"\ud800","price":1}"#),
        (400, "application/json", r#"{"title":"\u200b\u2060","price":1}"#),
        (400, "application/json", &deep),
        (400, "application/json", &unclosed),
        (400, "application/json", &long_number),
        (400, "application/json", &long_decimals),
    ];
    let path = format!("/api/tickets/{}", ticket.id);
    for (status, content_type, body) in table {
        for (method, path) in [(Method::POST, "/api/tickets"), (Method::PUT, path.as_str())] {
            let reply = app
                .seller()
                .send(method.clone(), path, Some(content_type), body.to_owned())
                .await;
            let start = body.get(..60).unwrap_or(body);
            assert_eq!(reply.status, status, "{method} {start}");
            assert!(
                reply.body.starts_with(r#"{"errors":[{"message":""#),
                "{method} {start}: {}",
                reply.body
            );
        }
    }
    assert_eq!(app.count().await, 1);
    assert_eq!(app.reread(ticket.id).await, ticket);
    assert_eq!(app.events().await, before);
}

#[tokio::test]
async fn text_is_kept_as_text() {
    let app = TestApp::start().await;
    let titles = [
        "'; DROP TABLE tickets; --",
        "\" OR \"\"=\"",
        "<script>alert(1)</script>",
        "{{7*7}} ${7*7} %s %n",
        "../../etc/passwd",
        "e\u{301} \u{200d}x",
        "Z̸a̸l̸g̸o̸ 🎟️ コンサート",
    ];
    for title in titles {
        let body = serde_json::json!({ "title": title, "price": 1 }).to_string();
        let reply = app.seller().post("/api/tickets", &body).await;
        assert_eq!(reply.status, 201, "{title}");
        let ticket: contracts::views::TicketView = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(app.reread(ticket.id).await.title.as_str(), title);
        let found = app.tickets.count_on_sale(Some(title)).await.unwrap();
        assert_eq!(found, 1, "{title}");
    }
    assert_eq!(app.count().await, i64::try_from(titles.len()).unwrap());
}

#[tokio::test]
async fn foreign_token_is_anonymous() {
    let app = TestApp::start().await;
    let other_world = TestApp::start().await;
    let token = app.seller.cookie.clone();
    let tampered = format!("{}x", &token[..token.len() - 1]);
    let none = "ticketing-session=eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
    for cookie in [
        "ticketing-session=",
        "ticketing-session=x",
        none,
        &tampered,
        &other_world.seller.cookie,
        "sid=1",
        "",
    ] {
        let reply = app
            .client
            .with_cookie(cookie)
            .post("/api/tickets", r#"{"title":"a","price":1}"#)
            .await;
        assert_eq!(reply.status, 401, "{cookie}");
    }
    assert_eq!(app.count().await, 0);
    // The same request with the seller's own token is fine: the refusals above are about the tokens.
    assert_eq!(
        app.seller()
            .post("/api/tickets", r#"{"title":"a","price":1}"#)
            .await
            .status,
        201
    );
}
