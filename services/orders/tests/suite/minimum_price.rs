//! Tickets that were listed below the payment provider's minimum.

use contracts::{MinimumPrice, TicketId};
use insta::assert_snapshot;
use orders::{Orders, OrdersConfig};
use test_support::Client;

use crate::app::TestApp;

#[tokio::test]
async fn ticket_below_the_minimum_price_is_not_reserved() {
    let app = TestApp::start().await;
    let ticket_at = async |cents| {
        let id = TicketId::from_uuid(app.world.ids.next());
        app.publish_created(id, "Concert", cents).await;
        app.delivery().assert_settled().await;
        id
    };
    let ticket = ticket_at(49).await;
    let config = OrdersConfig {
        minimum_price: MinimumPrice::FiftyCents,
        ..OrdersConfig::default()
    };
    let orders = Orders::new(app.db.clone(), config);
    let buyer = Client::new(orders::routes(orders, app.world.sessions.clone())).signed_in(&app.buyer);
    let body = |ticket: TicketId| format!(r#"{{"ticketId":"{ticket}"}}"#);
    let reply = buyer.post("/api/orders", &body(ticket)).await;
    assert_snapshot!(reply, @r#"
    400 Bad Request
    {"errors":[{"message":"This ticket costs less than can be paid here, its seller has to raise the price"}]}
    "#);
    assert!(app.written().await.is_empty());
    assert!(app.events().await.is_empty());
    let ticket = ticket_at(50).await;
    assert_eq!(buyer.post("/api/orders", &body(ticket)).await.status, 201);
}
