//! Where the provider of payments cannot charge every price.

use contracts::MinimumPrice;
use insta::{allow_duplicates, assert_snapshot};
use test_support::Client;

use crate::app::TestApp;

#[tokio::test]
async fn unchargeable_price_can_be_neither_listed_nor_edited() {
    let app = TestApp::start().await;
    // From before: listed with a provider that charges every price.
    let cheap = app.ticket("Concert", 49).await;
    let tickets = app.tickets.clone().with_minimum_price(MinimumPrice::FiftyCents);
    let routes = tickets::routes(tickets.clone(), app.world.sessions.clone());
    let seller = Client::new(routes).signed_in(&app.seller);
    let path = format!("/api/tickets/{}", cheap.id);
    for price in ["0.49", "\"0.49\"", "0.01"] {
        let body = format!(r#"{{"title":"Concert, row 7","price":{price}}}"#);
        for reply in [
            seller.post("/api/tickets", &body).await,
            seller.put(&path, &body).await,
        ] {
            allow_duplicates! { assert_snapshot!(reply, @r#"
            400 Bad Request
            {"errors":[{"message":"Price must be at least 0.50","field":"price"}]}
            "#) };
        }
    }
    let nothing = seller.post("/api/tickets", r#"{"price":0.49}"#).await;
    assert_snapshot!(nothing, @r#"
    400 Bad Request
    {"errors":[{"message":"Title is required","field":"title"},{"message":"Price must be at least 0.50","field":"price"}]}
    "#);
    assert_eq!(app.reread(cheap.id).await, cheap);
    let body = r#"{"title":"Concert","price":0.5}"#;
    assert_eq!(seller.post("/api/tickets", body).await.status, 201);
    assert_eq!(seller.put(&path, body).await.status, 200);
}
