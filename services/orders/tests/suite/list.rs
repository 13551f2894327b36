//! `GET /api/orders`

use contracts::OrderId;
use contracts::views::OrderView;
use insta::{allow_duplicates, assert_snapshot};
use orders::Sort;
use test_support::Reply;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn buyer_lists_own_orders_oldest_first() {
    let app = TestApp::start().await;
    let empty = app.buyer().get("/api/orders").await;
    assert_snapshot!(empty, @r"
    200 OK
    []
    ");
    app.reserve(app.ticket().await).await;
    app.world.clock.advance(HOLD);
    let cancelled = app.reserve(app.ticket().await).await;
    app.orders.cancel(app.buyer.id, cancelled.id).await.unwrap();
    let paid = app.reserve(app.ticket().await).await;
    app.pay(paid.id, "complete").await;
    let waiting = app.reserve(app.ticket().await).await;
    app.pay(waiting.id, "awaiting:payment").await;
    app.orders
        .reserve(app.world.user().id, app.ticket().await)
        .await
        .unwrap();
    app.world.clock.advance(std::time::Duration::from_secs(1));
    app.reserve(app.ticket().await).await;
    let reply = app
        .buyer()
        .get("/api/orders")
        .await
        .to_string()
        .replace("},{", "},\n{");
    assert_snapshot!(reply, @r#"
    200 OK
    [{"id":"[id 1]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:15:00.000Z","version":0,"ticket":{"id":"[id 3]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 4]","userId":"[id 2]","status":"cancelled","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 5]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 6]","userId":"[id 2]","status":"complete","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 7]","title":"Concert","price":20,"version":0,"refundHours":24},"refundableUntil":"2026-02-01T18:15:00.000Z"},
    {"id":"[id 8]","userId":"[id 2]","status":"awaiting:payment","expiresAt":"2026-01-31T18:30:00.000Z","version":1,"ticket":{"id":"[id 9]","title":"Concert","price":20,"version":0,"refundHours":24}},
    {"id":"[id 10]","userId":"[id 2]","status":"created","expiresAt":"2026-01-31T18:30:01.000Z","version":0,"ticket":{"id":"[id 11]","title":"Concert","price":20,"version":0,"refundHours":24}}]
    "#);
    assert_eq!(app.stranger().get("/api/orders").await.body, "[]");
}

#[tokio::test]
async fn anonymous_request_lists_no_orders() {
    let app = TestApp::start().await;
    assert_snapshot!(app.client.get("/api/orders").await, @r#"
    401 Unauthorized
    {"errors":[{"message":"Not authorized"}]}
    "#);
}

/// The ids of the orders in a reply, and the cursor of the next page.
fn read(reply: &Reply) -> (Vec<OrderId>, Option<String>) {
    let page: Vec<OrderView> = serde_json::from_str(&reply.body).unwrap();
    let link = reply.header("link");
    let next = link
        .strip_prefix('<')
        .and_then(|link| link.split_once(">; rel=\"next\""));
    (
        page.into_iter().map(|order| order.id).collect(),
        next.map(|(target, _)| target.to_owned()),
    )
}

#[tokio::test]
async fn paging_through_orders_returns_each_once() {
    let app = TestApp::start().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(app.reserve(app.ticket().await).await.id);
    }
    let (plain, next) = read(&app.buyer().get("/api/orders").await);
    assert_eq!((&plain, next), (&made, None));
    let (mut seen, mut next) = (Vec::new(), Some("/api/orders?limit=2".to_owned()));
    while let Some(path) = next {
        let (page, link) = read(&app.buyer().get(&path).await);
        assert!(page.len() == 2 || link.is_none(), "{page:?}");
        assert!(
            link.as_ref()
                .is_none_or(|link| link.starts_with("/api/orders?limit=2&after=")),
            "{link:?}"
        );
        seen.extend(page);
        next = link;
    }
    assert_eq!(seen, made);
    // A page that ends exactly at the end of the list is the last one; `after` without `limit` returns the rest.
    let (page, next) = read(&app.buyer().get("/api/orders?limit=5").await);
    assert_eq!((page.len(), next), (5, None));
    let (page, next) = read(&app.buyer().get(&format!("/api/orders?after={}", made[2])).await);
    assert_eq!((page, next), (made[3..].to_vec(), None));
    // The owner of the order makes no difference to a position.
    let after = format!("/api/orders?after={}", made[0]);
    assert_eq!(app.stranger().get(&after).await.body, "[]");
}

#[tokio::test]
async fn page_of_a_buyer_has_the_newest_first_and_a_bound() {
    let app = TestApp::start().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(app.reserve(app.ticket().await).await.id);
    }
    made.reverse();
    let page = async |after, limit| {
        let page = app.orders.page_of_buyer(app.buyer.id, Sort::Newest, after, limit);
        let page = page.await.unwrap();
        let ids: Vec<OrderId> = page.items.iter().map(|order| order.id).collect();
        (ids, page.next)
    };
    assert_eq!(page(None, 2).await, (made[..2].to_vec(), Some(made[1])));
    assert_eq!(page(Some(made[1]), 2).await, (made[2..].to_vec(), None));
    assert_eq!(page(None, 0).await, (made[..1].to_vec(), Some(made[0])));
    // Rows as this service writes them, all in one statement.
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
        INSERT INTO orders (id, buyer_id, ticket_id, status, cancel_reason, expires_at, version, ticket_title,
            ticket_price_cents, ticket_version, refund_hours, created_at, updated_at)
        SELECT printf('01890a5d-ac96-774b-bcce-%012x', i), buyer_id, ticket_id, 'cancelled', 'user', 0, 0, 'T', 100, 0, 24, 0, 0
        FROM n, orders WHERE orders.id = $1";
    assert_eq!(app.execute(rows, made[0].to_string()).await, 1_001);
    let (ids, next) = page(None, u32::MAX).await;
    assert_eq!((ids.len(), next), (1_000, ids.last().copied()));
    // The plain list stays unbounded.
    let (plain, _) = read(&app.buyer().get("/api/orders").await);
    assert_eq!(plain.len(), 1_004);
}

#[tokio::test]
async fn malformed_parameter_is_refused() {
    let app = TestApp::start().await;
    for query in ["limit=0", "limit=-1", "limit=x", "after=1", "limit=1&limit=2"] {
        let reply = app.buyer().get(&format!("/api/orders?{query}")).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"The query string has a parameter that cannot be read"}]}
        "#) };
    }
    // The session is checked first.
    assert_eq!(app.client.get("/api/orders?limit=0").await.status, 401);
}
