//! An expired hold holds nothing, from that instant and everywhere, even if no worker runs.

use std::time::Duration;

use contracts::views::OrderView;
use contracts::{OrderStatus, TicketId};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{HOLD, Person, TestServer};

/// A ticket that its first buyer has reserved.
struct Scenario {
    server: TestServer,
    seller: Person,
    first: Person,
    second: Person,
    ticket: TicketId,
    order: OrderView,
}

impl Scenario {
    async fn start() -> Self {
        let server = TestServer::start().await;
        let [seller, first, second] = ["seller", "first", "second"].map(|name| server.person(name));
        let ticket = server.listed_by(&seller, "Concert", "20").await;
        let order = first.reserve(ticket).await;
        server.deliver().await;
        Self {
            server,
            seller,
            first,
            second,
            ticket,
            order,
        }
    }

    /// The first buyer cancels.
    async fn cancel(&self) {
        assert_eq!(self.first.cancel(self.order.id).await, StatusCode::NO_CONTENT);
        self.server.deliver().await;
    }

    /// The seller edits the ticket.
    async fn edit(&self) -> StatusCode {
        let path = format!("/api/tickets/{}", self.ticket);
        let request = self.seller.request(reqwest::Method::PUT, &path);
        let edit = json!({ "title": "Concert, better seat", "price": 25 });
        request.json(&edit).send().await.unwrap().status()
    }
}

#[tokio::test]
async fn expired_hold_frees_its_ticket_in_the_list_and_for_the_next_buyer() {
    let scenario = Scenario::start().await;
    let Scenario {
        server,
        first,
        second,
        ticket,
        order,
        ..
    } = &scenario;
    assert!(second.listings().await.is_empty(), "a held ticket is not on sale");

    server.advance(HOLD - Duration::from_millis(1));
    assert!(second.listings().await.is_empty());
    assert_eq!(
        second.try_reserve(*ticket).await.status(),
        StatusCode::BAD_REQUEST
    );

    server.advance(Duration::from_millis(1));
    let listings = second.listings().await;
    assert_eq!((listings.len(), listings[0].order_id), (1, None));
    assert_eq!(first.order(order.id).await.status, OrderStatus::Cancelled);
    let next = second.reserve(*ticket).await;
    assert_eq!(next.status, OrderStatus::Created);
    server.deliver().await;
    assert!(first.listings().await.is_empty());
    scenario.server.finish().await;
}

#[tokio::test]
async fn late_cancel_of_the_first_buyer_does_not_release_the_hold_of_the_second() {
    let scenario = Scenario::start().await;
    scenario.server.advance(HOLD);
    scenario.second.reserve(scenario.ticket).await;
    scenario.cancel().await;
    assert!(
        scenario.first.listings().await.is_empty(),
        "the ticket is still held by the second order"
    );
    let refused = scenario.first.try_reserve(scenario.ticket).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    scenario.server.finish().await;
}

#[tokio::test]
async fn expired_hold_permits_an_edit_that_its_late_release_does_not_revert() {
    let scenario = Scenario::start().await;
    assert_eq!(scenario.edit().await, StatusCode::BAD_REQUEST);
    scenario.server.advance(HOLD);
    assert_eq!(scenario.edit().await, StatusCode::OK);
    scenario.cancel().await;
    let listings = scenario.first.listings().await;
    assert_eq!(
        (listings[0].title.as_str(), listings[0].version),
        ("Concert, better seat", 2)
    );
    scenario.server.finish().await;
}
