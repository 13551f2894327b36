//! What a seller sees of the own tickets.

use tickets::Availability;

use crate::app::{HOLD, TestApp};

#[tokio::test]
async fn a_seller_sees_all_own_tickets_with_their_state() {
    let app = TestApp::start().await;
    app.ticket("Free", 100).await;
    let held = app.ticket("Held", 100).await;
    let sold = app.ticket("Sold", 100).await;
    app.hold(&held).await;
    app.hold(&sold).await;
    app.sell(&sold).await;
    let deadline = app.world.now().plus(HOLD);
    let states = async || {
        let now = app.tickets.now();
        let mine = app.tickets.listed_by(app.seller.id).await.unwrap();
        mine.iter()
            .map(|ticket| (ticket.title.to_string(), ticket.availability(now)))
            .collect::<Vec<_>>()
    };
    let row = |title: &str, state| (title.to_owned(), state);
    let expected = [
        row("Sold", Availability::Sold),
        row("Held", Availability::Held(deadline)),
        row("Free", Availability::OnSale),
    ];
    assert_eq!(states().await, expected);
    app.world.clock.advance(HOLD);
    let expected = [
        row("Sold", Availability::Sold),
        row("Held", Availability::OnSale),
        row("Free", Availability::OnSale),
    ];
    assert_eq!(states().await, expected);
    assert_eq!(app.tickets.listed_by(app.world.user().id).await.unwrap(), []);
}
