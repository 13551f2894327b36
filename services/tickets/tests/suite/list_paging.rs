//! `GET /api/tickets`, and the list of the pages: one page after the other.

use contracts::views::TicketView;
use insta::{allow_duplicates, assert_snapshot};
use tickets::{OnSaleQuery, Sort};

use crate::app::{TestApp, new_ticket};

#[tokio::test]
async fn link_header_points_to_the_next_page() {
    let app = TestApp::start().await;
    for number in 1..=3 {
        app.ticket(&format!("Nr. {number}"), 100).await;
    }
    let first = app.client.get("/api/tickets?limit=2&q=nr.%20").await;
    assert_snapshot!(first, @r#"
    200 OK
    link: </api/tickets?limit=2&q=nr.+&after=[id 1]>; rel="next"
    [{"id":"[id 2]","title":"Nr. 1","price":1,"userId":"[id 3]","version":0,"refundHours":24},{"id":"[id 1]","title":"Nr. 2","price":1,"userId":"[id 3]","version":0,"refundHours":24}]
    "#);
    assert_snapshot!(app.client.get(target(first.header("link"))).await, @r#"
    200 OK
    [{"id":"[id 1]","title":"Nr. 3","price":1,"userId":"[id 2]","version":0,"refundHours":24}]
    "#);
    // A page that ends exactly at the end of the list is the last one.
    for limit in [3, 1_000] {
        let reply = app.client.get(&format!("/api/tickets?limit={limit}")).await;
        assert_eq!(reply.header("link"), "");
    }
}

fn target(link: &str) -> &str {
    link.strip_prefix('<').unwrap().split_once('>').unwrap().0
}

#[tokio::test]
async fn page_has_at_most_1000_tickets() {
    let app = TestApp::start().await;
    // Rows as this service writes them, all in one statement.
    let rows = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
        INSERT INTO tickets (id, seller_id, title, title_folded, price_cents, version, created_at)
        SELECT printf('01890a5d-ac96-774b-bcce-%012x', i), $1, 'T', 't', 100, 0, 0 FROM n";
    assert_eq!(app.execute(rows, app.seller.id.to_string()).await, 1_001);
    for query in ["", "?limit=1000", "?limit=1001", "?limit=4294967295"] {
        let reply = app.client.get(&format!("/api/tickets{query}")).await;
        let page: Vec<TicketView> = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(page.len(), 1_000, "{query}");
        let rest = app.client.get(target(reply.header("link"))).await;
        let rest: Vec<TicketView> = serde_json::from_str(&rest.body).unwrap();
        assert_eq!(rest.len(), 1, "{query}");
    }
}

#[tokio::test]
async fn malformed_parameter_is_refused() {
    let app = TestApp::start().await;
    for query in [
        "limit=0",
        "limit=-1",
        "limit=x",
        "limit=99999999999999999999",
        "limit=1.5",
        "after=1",
        "after='%20OR%201=1",
        "limit=1&limit=2",
        "q=%ff",
    ] {
        let reply = app.client.get(&format!("/api/tickets?{query}")).await;
        allow_duplicates! { assert_snapshot!(reply, @r#"
        400 Bad Request
        {"errors":[{"message":"The query string has a parameter that cannot be read"}]}
        "#) };
    }
    for ignored in ["other=1", "q=%00", "after=ffffffff-ffff-ffff-ffff-ffffffffffff"] {
        assert_eq!(
            app.client.get(&format!("/api/tickets?{ignored}")).await.status,
            200,
            "{ignored}"
        );
    }
}

/// Reads the whole list, page by page.
async fn read_all(app: &TestApp, sort: Sort, limit: u32) -> Vec<(String, i64)> {
    let mut query = OnSaleQuery {
        search: None,
        sort,
        after: None,
        limit,
    };
    let mut all = Vec::new();
    loop {
        let page = app.tickets.on_sale(query.clone()).await.unwrap();
        assert!(page.items.len() <= usize::try_from(limit).unwrap());
        all.extend(
            page.items
                .into_iter()
                .map(|ticket| (ticket.title.to_string(), ticket.price.cents())),
        );
        match page.next {
            // As it comes back in the address of the next page.
            Some(next) => query.after = Some(next.to_string().parse().unwrap()),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_sort_order_lists_every_ticket_once() {
    let app = TestApp::start().await;
    let prices = [300, 100, 200, 100, 100, 300, 50];
    for (number, cents) in prices.into_iter().enumerate() {
        app.ticket(&format!("{number}"), cents).await;
    }
    let oldest: Vec<(String, i64)> = prices
        .into_iter()
        .enumerate()
        .map(|(number, cents)| (number.to_string(), cents))
        .collect();
    let newest: Vec<_> = oldest.iter().rev().cloned().collect();
    let mut lowest = oldest.clone();
    lowest.sort_by_key(|(_, cents)| *cents);
    let highest: Vec<_> = lowest.iter().rev().cloned().collect();
    for limit in 1..=8 {
        assert_eq!(read_all(&app, Sort::Oldest, limit).await, oldest, "{limit}");
        assert_eq!(read_all(&app, Sort::Newest, limit).await, newest, "{limit}");
        assert_eq!(read_all(&app, Sort::PriceLowest, limit).await, lowest, "{limit}");
        assert_eq!(
            read_all(&app, Sort::PriceHighest, limit).await,
            highest,
            "{limit}"
        );
    }
}

#[tokio::test]
async fn next_page_continues_although_the_last_ticket_has_changed() {
    let app = TestApp::start().await;
    let mut listed = Vec::new();
    for cents in [100, 200, 300, 400] {
        listed.push(app.ticket(&format!("{cents}"), cents).await);
    }
    let query = OnSaleQuery {
        search: None,
        sort: Sort::PriceLowest,
        after: None,
        limit: 2,
    };
    let first = app.tickets.on_sale(query.clone()).await.unwrap();
    let last = first.items.last().unwrap();
    app.tickets
        .edit(app.seller.id, last.id, new_ticket("200", 10))
        .await
        .unwrap();
    app.hold(&listed[0]).await;
    let second = app
        .tickets
        .on_sale(OnSaleQuery {
            after: first.next,
            ..query
        })
        .await
        .unwrap();
    let titles: Vec<&str> = second.items.iter().map(|ticket| ticket.title.as_str()).collect();
    assert_eq!(titles, ["300", "400"]);
}
