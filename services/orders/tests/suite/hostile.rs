//! Hostile bodies: the right refusal each time, and nothing stored.

use axum::http::Method;

use crate::app::TestApp;

#[tokio::test]
async fn hostile_bodies_are_refused_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let ticket = app.ticket().await;
    let right = format!(r#"{{"ticketId":"{ticket}"}}"#);
    let deep = format!(r#"{{"ticketId":{}1{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let unclosed = r#"{"ticketId":"#.repeat(7_000);
    let huge = format!(r#"{{"ticketId":"{ticket}","x":"{}"}}"#, "a".repeat(2_000_000));
    let long = format!(r#"{{"ticketId":"{}"}}"#, "a".repeat(90_000));
    let twice = format!(r#"{{"ticketId":"{ticket}","ticketId":"{ticket}"}}"#);
    let trailing = format!("{right}{right}");
    let form = format!("ticketId={ticket}");
    let array = format!(r#"["{ticket}"]"#);
    let nul = format!(r#"{{"ticketId":"{ticket}\u0000"}}"#);
    let table = [
        (415, "text/plain", right.as_str()),
        (415, "application/x-www-form-urlencoded", &form),
        (413, "application/json", &huge),
        (400, "application/json", ""),
        (400, "application/json", "{"),
        (400, "application/json", "null"),
        (400, "application/json", &array),
        (400, "application/json", &twice),
        (400, "application/json", &trailing),
        (400, "application/json", &deep),
        (400, "application/json", &unclosed),
        (400, "application/json", &long),
        (400, "application/json", &nul),
        (400, "application/json", r#"{"ticketId":"\ud800"}"#),
        (
            400,
            "application/json",
            r#"{"ticketId":"'; DROP TABLE orders; --"}"#,
        ),
        (400, "application/json", r#"{"ticketId":"../../etc/passwd"}"#),
        (400, "application/json", r#"{"ticketId":1e999}"#),
    ];
    for (status, content_type, body) in table {
        let reply = app
            .buyer()
            .send(Method::POST, "/api/orders", Some(content_type), body.to_owned())
            .await;
        let start = body.get(..60).unwrap_or(body);
        assert_eq!(reply.status, status, "{content_type} {start}");
        assert!(
            reply.body.starts_with(r#"{"errors":[{"message":""#),
            "{start}: {}",
            reply.body
        );
    }
    assert_eq!(app.written().await, []);
    assert_eq!(app.events().await, []);
    assert_eq!(app.buyer().post("/api/orders", &right).await.status, 201);
}

#[tokio::test]
async fn foreign_token_is_anonymous() {
    let app = TestApp::start().await;
    let other_world = TestApp::start().await;
    let ticket = app.ticket().await;
    let body = format!(r#"{{"ticketId":"{ticket}"}}"#);
    let none = "ticketing-session=eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIn0.";
    for cookie in [
        "ticketing-session=",
        "ticketing-session=x",
        none,
        &other_world.buyer.cookie,
        "",
    ] {
        assert_eq!(
            app.client
                .with_cookie(cookie)
                .post("/api/orders", &body)
                .await
                .status,
            401,
            "{cookie}"
        );
    }
    assert_eq!(app.written().await, []);
    // The same request with the buyer's own token succeeds: the refusals above are about the tokens.
    assert_eq!(app.buyer().post("/api/orders", &body).await.status, 201);
}
