//! `GET /api/tickets`: the entries of the list.

use std::time::Duration;

use contracts::views::TicketView;
use insta::assert_snapshot;

use crate::app::{HOLD, TestApp};

async fn titles(app: &TestApp, query: &str) -> Vec<String> {
    let reply = app.client.get(&format!("/api/tickets{query}")).await;
    assert_eq!(reply.status, 200, "{query}: {}", reply.body);
    let tickets: Vec<TicketView> = serde_json::from_str(&reply.body).unwrap();
    tickets
        .into_iter()
        .map(|ticket| ticket.title.to_string())
        .collect()
}

#[tokio::test]
async fn empty_list_is_an_empty_array() {
    let app = TestApp::start().await;
    assert_snapshot!(app.client.get("/api/tickets").await, @r"
    200 OK
    []
    ");
}

#[tokio::test]
async fn oldest_comes_first() {
    let app = TestApp::start().await;
    // Three within one millisecond, one later.
    app.ticket("First", 300).await;
    app.ticket("Second", 100).await;
    app.ticket("Third", 200).await;
    app.world.clock.advance(Duration::from_millis(1));
    app.ticket("Fourth", 50).await;
    assert_snapshot!(app.client.get("/api/tickets").await, @r#"
    200 OK
    [{"id":"[id 1]","title":"First","price":3,"userId":"[id 2]","version":0,"refundHours":24},{"id":"[id 3]","title":"Second","price":1,"userId":"[id 2]","version":0,"refundHours":24},{"id":"[id 4]","title":"Third","price":2,"userId":"[id 2]","version":0,"refundHours":24},{"id":"[id 5]","title":"Fourth","price":0.5,"userId":"[id 2]","version":0,"refundHours":24}]
    "#);
}

#[tokio::test]
async fn held_ticket_is_not_listed_until_its_hold_expires() {
    let app = TestApp::start().await;
    let held = app.ticket("Held", 100).await;
    app.ticket("Free", 100).await;
    app.hold(&held).await;
    assert_eq!(titles(&app, "").await, ["Free"]);
    app.world.clock.advance(HOLD - Duration::from_millis(1));
    assert_eq!(titles(&app, "").await, ["Free"]);
    // No worker and no event: the deadline alone frees it.
    app.world.clock.advance(Duration::from_millis(1));
    assert_snapshot!(app.client.get("/api/tickets").await, @r#"
    200 OK
    [{"id":"[id 1]","title":"Held","price":1,"userId":"[id 2]","version":1,"refundHours":24},{"id":"[id 3]","title":"Free","price":1,"userId":"[id 2]","version":0,"refundHours":24}]
    "#);
}

#[tokio::test]
async fn released_ticket_is_listed_again_and_a_sold_one_never() {
    let app = TestApp::start().await;
    let released = app.ticket("Released", 100).await;
    let sold = app.ticket("Sold", 100).await;
    let order = app.hold(&released).await;
    app.hold(&sold).await;
    app.sell(&sold).await;
    assert_eq!(titles(&app, "").await, [""; 0]);
    app.publish_cancelled(order, 1, released.id).await;
    app.delivery().assert_settled().await;
    assert_eq!(titles(&app, "").await, ["Released"]);
    app.world.clock.advance(HOLD * 1_000);
    assert_eq!(titles(&app, "").await, ["Released"]);
}

#[tokio::test]
async fn search_ignores_the_case_of_titles() {
    let app = TestApp::start().await;
    for title in [
        "Concert",
        "concert hall",
        "ÉTÉ 100%",
        "Straße_1",
        "a\\b'c\"d",
        "<b>Bold</b>",
    ] {
        app.ticket(title, 100).await;
    }
    let table: [(&str, &[&str]); 12] = [
        ("CONCERT", &["Concert", "concert hall"]),
        ("h%20con", &["concert hall"]),
        ("%C3%A9t%C3%A9", &["ÉTÉ 100%"]),
        ("STRASSE", &["Straße_1"]),
        // Nothing is a wildcard.
        ("%25", &["ÉTÉ 100%"]),
        ("_", &["Straße_1"]),
        ("c%25t", &[]),
        ("*", &[]),
        ("%5C", &["a\\b'c\"d"]),
        ("%27", &["a\\b'c\"d"]),
        // Punctuation around words does not matter.
        ("%3Cbold%3E", &["<b>Bold</b>"]),
        ("%20%20concert%20%20", &["Concert", "concert hall"]),
    ];
    for (q, expected) in table {
        assert_eq!(titles(&app, &format!("?q={q}")).await, expected, "{q}");
    }
    for blank in ["?q=", "?q=%20", ""] {
        assert_eq!(titles(&app, blank).await.len(), 6, "{blank}");
    }
}

#[tokio::test]
async fn search_finds_only_what_can_be_bought_and_so_does_the_count() {
    let app = TestApp::start().await;
    let held = app.ticket("Concert, held", 100).await;
    app.ticket("Concert, free", 100).await;
    app.ticket("Theatre", 100).await;
    app.hold(&held).await;
    assert_eq!(titles(&app, "?q=concert").await, ["Concert, free"]);
    assert_eq!(app.tickets.count_on_sale(Some("concert")).await.unwrap(), 1);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 2);
    app.world.clock.advance(HOLD);
    assert_eq!(app.tickets.count_on_sale(None).await.unwrap(), 3);
}
