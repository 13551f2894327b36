//! An expired hold holds nothing, from that instant and everywhere, with no worker running.

use crate::support::{HOLD, Person, TestServer};
use contracts::{OrderStatus, TicketId};
use reqwest::StatusCode;

struct Scene {
    server: TestServer,
    seller: Person,
    first: Person,
    second: Person,
    ticket: TicketId,
}

async fn scene() -> Scene {
    let server = TestServer::start().await;
    let (seller, first, second) = (
        server.person("seller"),
        server.person("first"),
        server.person("second"),
    );
    let ticket = server.listed_by(&seller, "Concert", "20").await;
    Scene {
        server,
        seller,
        first,
        second,
        ticket,
    }
}

#[tokio::test]
async fn an_expired_hold_frees_its_ticket_in_the_list_and_for_the_next_buyer() {
    let Scene {
        server,
        first,
        second,
        ticket,
        ..
    } = scene().await;
    let order = first.reserve(ticket).await;
    server.deliver().await;
    assert!(second.on_sale().await.is_empty(), "a held ticket is not on sale");

    server.advance(HOLD - std::time::Duration::from_millis(1));
    assert!(second.on_sale().await.is_empty());
    assert_eq!(second.try_reserve(ticket).await.status(), StatusCode::BAD_REQUEST);

    server.advance(std::time::Duration::from_millis(1));
    let on_sale = second.on_sale().await;
    assert_eq!((on_sale.len(), on_sale[0].order_id), (1, None));
    assert_eq!(first.order(order.id).await.status, OrderStatus::Cancelled);
    let taken = second.reserve(ticket).await;
    assert_eq!(taken.status, OrderStatus::Created);
    server.deliver().await;
    assert!(first.on_sale().await.is_empty());
    server.finish().await;
}

#[tokio::test]
async fn a_late_cancel_of_the_first_buyer_does_not_release_the_hold_of_the_second() {
    let Scene {
        server,
        first,
        second,
        ticket,
        ..
    } = scene().await;
    let expired = first.reserve(ticket).await;
    server.deliver().await;
    server.advance(HOLD);
    second.reserve(ticket).await;
    assert_eq!(first.cancel(expired.id).await, StatusCode::NO_CONTENT);
    server.deliver().await;
    assert!(
        first.on_sale().await.is_empty(),
        "the ticket is still held by the second order"
    );
    assert_eq!(first.try_reserve(ticket).await.status(), StatusCode::BAD_REQUEST);
    server.finish().await;
}

#[tokio::test]
async fn a_hold_that_ran_out_no_longer_refuses_an_edit_and_an_edit_is_not_undone_by_the_late_release() {
    let Scene {
        server,
        seller,
        first,
        ticket,
        ..
    } = scene().await;
    let order = first.reserve(ticket).await;
    server.deliver().await;
    let edit = serde_json::json!({ "title": "Concert, better seat", "price": 25 });
    let edit = async || {
        let path = format!("/api/tickets/{ticket}");
        seller
            .request(reqwest::Method::PUT, &path)
            .json(&edit)
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(edit().await, StatusCode::BAD_REQUEST);
    server.advance(HOLD);
    assert_eq!(edit().await, StatusCode::OK);
    assert_eq!(first.cancel(order.id).await, StatusCode::NO_CONTENT);
    server.deliver().await;
    let on_sale = first.on_sale().await;
    assert_eq!(
        (on_sale[0].title.as_str(), on_sale[0].version),
        ("Concert, better seat", 2)
    );
    server.finish().await;
}
